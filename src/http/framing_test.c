/*
 * Heads as a stranger may send them, over a real socket: what is refused, that nothing behind a
 * refusal is read as a request, and that the server is well afterwards. The pages that the library
 * sends itself are among them, so that a change of it shows.
 */
#include "http/scripted.h"
#include "support/rows.h"

enum outcome {
	SERVED,	     /* 200, and the connection goes on */
	SERVED_LAST, /* 200, and the connection ends */
	BAD_FRAMING, /* refused by us, in the handler's words, connection closed */
	BAD_HOST,
	TOO_LARGE,
	LIBRARY_400, /* refused by the library, in its words, connection closed */
	LIBRARY_413,
	LIBRARY_414,
	LIBRARY_431,
	LIBRARY_500,
	LIBRARY_505,
	HUNG_UP, /* closed without a word */
};

struct framing_row {
	const char *name;
	struct str bytes;
	enum outcome want;
};

/* The same with bulk in the middle. */
struct bulk_row {
	const char *name;
	struct str begin;
	enum outcome want;
	size_t n_filler;
	struct str end;
	const char *filler;
};

#define REQUEST(fields) "POST /echo HTTP/1.1\r\nHost: a\r\n" fields "\r\n"
#define CHUNKED(body) REQUEST("Transfer-Encoding: chunked\r\n") body
#define GET_WITH(fields) "GET /ok HTTP/1.1\r\nHost: a\r\n" fields "\r\n"

static const struct framing_row framing_rows[] = {
	/* What is well-formed. */
	{ "plain_get", STR_INIT(GET_WITH("")), SERVED },
	{ "body_by_length", STR_INIT(REQUEST("Content-Length: 3\r\n") "abc"), SERVED },
	{ "length_with_leading_zeros", STR_INIT(REQUEST("Content-Length: 003\r\n") "abc"), SERVED },
	{ "length_zero", STR_INIT(REQUEST("Content-Length: 0\r\n")), SERVED },
	{ "no_blank_after_colon", STR_INIT(GET_WITH("X:y\r\n")), SERVED },
	{ "blanks_around_value", STR_INIT(GET_WITH("X: \t y \t \r\n")), SERVED },
	{ "empty_value", STR_INIT(GET_WITH("X:\r\nY:  \r\n")), SERVED },
	{ "bytes_above_ascii_in_value", STR_INIT(GET_WITH("X: \xc3\xa4\xff\r\n")), SERVED },
	{ "every_token_character", STR_INIT(GET_WITH("!#$%&'*+-.^_`|~aZ9: y\r\n")), SERVED },
	{ "empty_lines_before", STR_INIT("\r\n\r\n" GET_WITH("")), SERVED },
	{ "odd_method", STR_INIT("BREW /ok HTTP/1.1\r\nHost: a\r\n\r\n"), SERVED },
	{ "http_1_0", STR_INIT("GET /ok HTTP/1.0\r\nHost: a\r\n\r\n"), SERVED_LAST },
	{ "http_1_0_keep_alive",
	  STR_INIT("GET /ok HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"), SERVED },
	{ "connection_close", STR_INIT(GET_WITH("Connection: close\r\n")), SERVED_LAST },
	/* Chunks: what the library is lax about is served, and nothing comes after it. */
	{ "chunks", STR_INIT(CHUNKED("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")), SERVED_LAST },
	{ "chunked_in_odd_case",
	  STR_INIT(REQUEST("transfer-encoding: cHUNKED\r\n") "1\r\na\r\n0\r\n\r\n"), SERVED_LAST },
	{ "chunk_extension", STR_INIT(CHUNKED("3;a=b\r\nabc\r\n0\r\n\r\n")), SERVED_LAST },
	{ "chunk_lines_end_in_lf", STR_INIT(CHUNKED("3\nabc\n0\n\n")), SERVED_LAST },
	{ "chunk_data_ends_in_lf", STR_INIT(CHUNKED("3\r\nabc\n0\r\n\r\n")), SERVED_LAST },
	{ "chunk_trailer", STR_INIT(CHUNKED("0\r\nX: y\r\n\r\n")), SERVED_LAST },
	{ "chunk_trailer_length", STR_INIT(CHUNKED("0\r\nContent-Length: 9\r\n\r\n")),
	  SERVED_LAST },
	{ "chunk_size_with_0x", STR_INIT(CHUNKED("0x3\r\nabc\r\n0\r\n\r\n")), LIBRARY_400 },
	{ "chunk_size_with_blank", STR_INIT(CHUNKED("3 \r\nabc\r\n0\r\n\r\n")), LIBRARY_400 },
	{ "chunk_size_negative", STR_INIT(CHUNKED("-3\r\nabc\r\n0\r\n\r\n")), LIBRARY_400 },
	{ "chunk_size_missing", STR_INIT(CHUNKED("\r\nabc\r\n0\r\n\r\n")), LIBRARY_400 },
	{ "chunk_longer_than_said", STR_INIT(CHUNKED("3\r\nabcd\r\n0\r\n\r\n")), LIBRARY_400 },
	{ "chunk_size_overflow", STR_INIT(CHUNKED("fffffffffffffffff\r\n")), LIBRARY_413 },
	{ "chunk_trailer_without_colon", STR_INIT(CHUNKED("0\r\nXy\r\n\r\n")), LIBRARY_400 },
	/* Ends of lines. */
	{ "lf_after_request_line", STR_INIT("GET /ok HTTP/1.1\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "lf_after_field", STR_INIT(GET_WITH("X: b\nY: c\r\n")), BAD_FRAMING },
	{ "lf_after_last_field", STR_INIT(GET_WITH("X: b\n")), BAD_FRAMING },
	{ "lf_as_empty_line", STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\n\n"), BAD_FRAMING },
	{ "lf_everywhere", STR_INIT("GET /ok HTTP/1.1\nHost: a\n\n"), BAD_FRAMING },
	{ "cr_in_value", STR_INIT(GET_WITH("X: b\rc\r\n")), BAD_FRAMING },
	{ "cr_before_crlf", STR_INIT(GET_WITH("X: b\r\r\n")), BAD_FRAMING },
	{ "cr_in_target", STR_INIT("GET /o\rk HTTP/1.1\r\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "folded_line", STR_INIT(GET_WITH("X: b\r\n c\r\n")), BAD_FRAMING },
	{ "folded_with_tab", STR_INIT(GET_WITH("X: b\r\n\tc\r\n")), BAD_FRAMING },
	{ "folded_blank_line", STR_INIT(GET_WITH("X: b\r\n \r\n")), BAD_FRAMING },
	{ "folded_content_length", STR_INIT(REQUEST("Content-Length: 3\r\n 0\r\n") "abc"),
	  BAD_FRAMING },
	{ "folded_into_a_coding", STR_INIT(REQUEST("Transfer-: x\r\n Encoding\r\n")), BAD_FRAMING },
	{ "folded_first_field", STR_INIT("GET /ok HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n"),
	  BAD_FRAMING },
	/* NUL and other control characters. */
	{ "nul_in_value", STR_INIT(GET_WITH("X: b\0c\r\n")), BAD_FRAMING },
	{ "nul_ends_value", STR_INIT(GET_WITH("X: b\0\r\n")), BAD_FRAMING },
	{ "nul_hides_length", STR_INIT(REQUEST("X: b\0\r\nContent-Length: 3\r\n") "abc"),
	  BAD_FRAMING },
	{ "nul_in_host", STR_INIT("GET /ok HTTP/1.1\r\nHost: a\0b\r\n\r\n"), BAD_FRAMING },
	{ "nul_starts_line", STR_INIT(GET_WITH("\0X: b\r\n")), BAD_FRAMING },
	{ "nul_in_name", STR_INIT(GET_WITH("X\0Y: b\r\n")), LIBRARY_400 },
	{ "nul_in_target", STR_INIT("GET /ok\0x HTTP/1.1\r\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "nul_in_method", STR_INIT("G\0T /ok HTTP/1.1\r\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "escape_in_value", STR_INIT(GET_WITH("X: \x1b[0m\r\n")), BAD_FRAMING },
	{ "delete_in_value", STR_INIT(GET_WITH("X: \x7f\r\n")), BAD_FRAMING },
	/* Field names. */
	{ "blank_before_colon", STR_INIT(GET_WITH("X : b\r\n")), BAD_FRAMING },
	{ "blank_before_colon_of_length", STR_INIT(REQUEST("Content-Length : 3\r\n") "abc"),
	  BAD_FRAMING },
	{ "blank_before_colon_of_coding",
	  STR_INIT(REQUEST("Transfer-Encoding : chunked\r\n") "0\r\n\r\n"), BAD_FRAMING },
	{ "blank_in_name", STR_INIT(GET_WITH("X Y: b\r\n")), BAD_FRAMING },
	{ "empty_name", STR_INIT(GET_WITH(": b\r\n")), BAD_FRAMING },
	{ "name_in_brackets", STR_INIT(GET_WITH("(X): b\r\n")), BAD_FRAMING },
	{ "name_above_ascii", STR_INIT(GET_WITH("\xc3\xa4: b\r\n")), BAD_FRAMING },
	{ "no_colon", STR_INIT(GET_WITH("X\r\n")), LIBRARY_400 },
	/* Two ways to tell the end of the body. */
	{ "two_lengths", STR_INIT(REQUEST("Content-Length: 3\r\nContent-Length: 4\r\n") "abc"),
	  BAD_FRAMING },
	{ "two_equal_lengths",
	  STR_INIT(REQUEST("Content-Length: 3\r\ncontent-length: 3\r\n") "abc"), BAD_FRAMING },
	{ "length_then_coding",
	  STR_INIT(REQUEST("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") "0\r\n\r\n"),
	  BAD_FRAMING },
	{ "coding_then_length",
	  STR_INIT(REQUEST("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n") "0\r\n\r\n"),
	  BAD_FRAMING },
	{ "two_codings",
	  STR_INIT(REQUEST("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n") "abc"),
	  BAD_FRAMING },
	{ "coding_twice",
	  STR_INIT(REQUEST(
		  "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") "0\r\n\r\n"),
	  BAD_FRAMING },
	{ "coding_list", STR_INIT(REQUEST("Transfer-Encoding: gzip, chunked\r\n") "0\r\n\r\n"),
	  BAD_FRAMING },
	{ "coding_identity", STR_INIT(REQUEST("Transfer-Encoding: identity\r\n") "abc"),
	  BAD_FRAMING },
	{ "coding_unknown", STR_INIT(REQUEST("Transfer-Encoding: xchunked\r\n") "0\r\n\r\n"),
	  BAD_FRAMING },
	{ "coding_with_comma", STR_INIT(REQUEST("Transfer-Encoding: ,chunked\r\n") "0\r\n\r\n"),
	  BAD_FRAMING },
	{ "coding_quoted", STR_INIT(REQUEST("Transfer-Encoding: \"chunked\"\r\n") "0\r\n\r\n"),
	  BAD_FRAMING },
	{ "coding_with_vertical_tab",
	  STR_INIT(REQUEST("Transfer-Encoding: \x0b"
			   "chunked\r\n") "0\r\n\r\n"),
	  BAD_FRAMING },
	{ "coding_with_blank_behind",
	  STR_INIT(REQUEST("Transfer-Encoding: chunked \r\n") "0\r\n\r\n"), BAD_FRAMING },
	{ "coding_empty", STR_INIT(REQUEST("Transfer-Encoding:\r\n") "abc"), BAD_FRAMING },
	{ "coding_in_http_1_0",
	  STR_INIT("POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
		   "0\r\n\r\n"),
	  BAD_FRAMING },
	{ "length_with_plus", STR_INIT(REQUEST("Content-Length: +3\r\n") "abc"), LIBRARY_400 },
	{ "length_negative", STR_INIT(REQUEST("Content-Length: -3\r\n") "abc"), LIBRARY_400 },
	{ "length_in_hex", STR_INIT(REQUEST("Content-Length: 0x3\r\n") "abc"), LIBRARY_400 },
	{ "length_list", STR_INIT(REQUEST("Content-Length: 3,3\r\n") "abc"), LIBRARY_400 },
	{ "length_with_gap", STR_INIT(REQUEST("Content-Length: 1 2\r\n") "abc"), LIBRARY_400 },
	{ "length_with_blank_behind", STR_INIT(REQUEST("Content-Length: 3 \r\n") "abc"),
	  LIBRARY_400 },
	{ "length_empty", STR_INIT(REQUEST("Content-Length:\r\n") "abc"), LIBRARY_400 },
	{ "length_over_uint64", STR_INIT(REQUEST("Content-Length: 99999999999999999999\r\n")),
	  LIBRARY_413 },
	{ "length_over_int64", STR_INIT(REQUEST("Content-Length: 9223372036854775808\r\n")),
	  BAD_FRAMING },
	/* Request lines. */
	{ "two_blanks_before_target", STR_INIT("GET  /ok HTTP/1.1\r\nHost: a\r\n\r\n"),
	  BAD_FRAMING },
	{ "two_blanks_after_target", STR_INIT("GET /ok  HTTP/1.1\r\nHost: a\r\n\r\n"),
	  BAD_FRAMING },
	{ "blank_in_target", STR_INIT("GET /o k HTTP/1.1\r\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "blank_behind_version", STR_INIT("GET /ok HTTP/1.1 \r\nHost: a\r\n\r\n"), LIBRARY_400 },
	{ "blank_before_method", STR_INIT(" GET /ok HTTP/1.1\r\nHost: a\r\n\r\n"), HUNG_UP },
	{ "tabs_for_blanks", STR_INIT("GET\t/ok\tHTTP/1.1\r\nHost: a\r\n\r\n"), HUNG_UP },
	{ "method_no_token", STR_INIT("G@T /ok HTTP/1.1\r\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "target_absolute", STR_INIT("GET http://a/ok HTTP/1.1\r\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "target_authority", STR_INIT("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "target_star_with_get", STR_INIT("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "target_without_slash", STR_INIT("GET ok HTTP/1.1\r\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "target_with_fragment", STR_INIT("GET /ok#x HTTP/1.1\r\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "target_above_ascii", STR_INIT("GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n"),
	  BAD_FRAMING },
	{ "no_version", STR_INIT("GET /ok\r\n\r\n"), LIBRARY_400 },
	{ "version_0_9", STR_INIT("GET /ok HTTP/0.9\r\nHost: a\r\n\r\n"), LIBRARY_505 },
	{ "version_1_2", STR_INIT("GET /ok HTTP/1.2\r\nHost: a\r\n\r\n"), BAD_FRAMING },
	{ "version_2_0", STR_INIT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), LIBRARY_505 },
	{ "version_in_small_letters", STR_INIT("GET /ok http/1.1\r\nHost: a\r\n\r\n"),
	  LIBRARY_400 },
	{ "version_with_more_digits", STR_INIT("GET /ok HTTP/1.10\r\nHost: a\r\n\r\n"),
	  LIBRARY_400 },
	{ "tls_hello", STR_INIT("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00\r\n\r\n"), HUNG_UP },
	/* Host. */
	{ "no_host", STR_INIT("GET /ok HTTP/1.1\r\n\r\n"), BAD_HOST },
	{ "no_host_http_1_0", STR_INIT("GET /ok HTTP/1.0\r\n\r\n"), BAD_HOST },
	{ "two_hosts", STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), BAD_HOST },
	{ "empty_host", STR_INIT("GET /ok HTTP/1.1\r\nHost:\r\n\r\n"), BAD_HOST },
	{ "host_with_path", STR_INIT("GET /ok HTTP/1.1\r\nHost: a/b\r\n\r\n"), BAD_HOST },
	{ "host_with_user", STR_INIT("GET /ok HTTP/1.1\r\nHost: u@a\r\n\r\n"), BAD_HOST },
	{ "host_list", STR_INIT("GET /ok HTTP/1.1\r\nHost: a, b\r\n\r\n"), BAD_HOST },
	{ "host_port_missing", STR_INIT("GET /ok HTTP/1.1\r\nHost: a:\r\n\r\n"), BAD_HOST },
	{ "host_port_too_large", STR_INIT("GET /ok HTTP/1.1\r\nHost: a:65536\r\n\r\n"), BAD_HOST },
	{ "host_port_no_number", STR_INIT("GET /ok HTTP/1.1\r\nHost: a:b\r\n\r\n"), BAD_HOST },
	{ "host_ipv6_without_brackets", STR_INIT("GET /ok HTTP/1.1\r\nHost: ::1\r\n\r\n"),
	  BAD_HOST },
	{ "host_ipv6_open", STR_INIT("GET /ok HTTP/1.1\r\nHost: [::1\r\n\r\n"), BAD_HOST },
	{ "host_ipv6_tail", STR_INIT("GET /ok HTTP/1.1\r\nHost: [::1]a\r\n\r\n"), BAD_HOST },
	{ "host_ipv6", STR_INIT("GET /ok HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), SERVED },
	{ "host_with_port", STR_INIT("GET /ok HTTP/1.1\r\nHost: a-b.example:8080\r\n\r\n"),
	  SERVED },
	{ "body_announced_as_petabytes",
	  STR_INIT(REQUEST("Content-Length: 9223372036854775807\r\n")), TOO_LARGE },
};

static const struct bulk_row bulk_rows[] = {
	{ "hundred_fields", STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\n"), SERVED, 100,
	  STR_INIT("\r\n"), "a: b\r\n" },
	{ "thousands_of_parameters", STR_INIT("GET /ok?"), SERVED, 7000,
	  STR_INIT(" HTTP/1.1\r\nHost: a\r\n\r\n"), "a&" },
	{ "chunk_trailer_too_long", STR_INIT(CHUNKED("0\r\nX: ")), LIBRARY_431, 70000,
	  STR_INIT("\r\n\r\n"), "a" },
	{ "chunk_extension_too_long", STR_INIT(CHUNKED("3;")), LIBRARY_500, 70000,
	  STR_INIT("\r\nabc\r\n0\r\n\r\n"), "a" },
	/* Sizes. A head of 16 KiB; the method and all line ends count. */
	{ "head_of_16_kib", STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\nX: "), SERVED, 16384 - 34,
	  STR_INIT("\r\n\r\n"), "a" },
	{ "head_of_16_kib_and_1", STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\nX: "), BAD_FRAMING,
	  16384 - 33, STR_INIT("\r\n\r\n"), "a" },
	{ "head_of_100_kb", STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\nX: "), LIBRARY_431, 100000,
	  STR_INIT("\r\n\r\n"), "a" },
	{ "target_of_100_kb", STR_INIT("GET /"), LIBRARY_414, 100000,
	  STR_INIT(" HTTP/1.1\r\nHost: a\r\n\r\n"), "a" },
	{ "thousands_of_fields", STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\n"), LIBRARY_431, 3500,
	  STR_INIT("\r\n"), "a:\r\n" },
	{ "thousands_of_cookies", STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\nCookie: "), LIBRARY_431,
	  7000, STR_INIT("\r\n\r\n"), "a;" },
	{ "body_of_64_kib", STR_INIT(REQUEST("Content-Length: 65536\r\n")), SERVED, 65536,
	  STR_INIT(""), "a" },
	{ "body_of_64_kib_and_1", STR_INIT(REQUEST("Content-Length: 65537\r\n")), TOO_LARGE, 65537,
	  STR_INIT(""), "a" },
	{ "chunk_of_64_kib", STR_INIT(CHUNKED("10000\r\n")), SERVED_LAST, 65536,
	  STR_INIT("\r\n0\r\n\r\n"), "a" },
	{ "chunk_of_64_kib_and_1", STR_INIT(CHUNKED("10001\r\n")), TOO_LARGE, 65537,
	  STR_INIT("\r\n0\r\n\r\n"), "a" },
	{ "chunks_just_swallowed", STR_INIT(CHUNKED("100000\r\n")), TOO_LARGE, 0x100000,
	  STR_INIT("\r\n0\r\n\r\n"), "a" },
	{ "chunks_past_all_patience", STR_INIT(CHUNKED("300000\r\n")), HUNG_UP, 0x300000,
	  STR_INIT("\r\n0\r\n\r\n"), "a" },
};

static void
expect_refusal(const struct client *client, int status, const char *word)
{
	assert_int_equal(client_status(client), status);
	assert_true(client_has(client, "\r\nConnection: close\r\n"));
	assert_true(client_has(client, word));
	assert_true(client->is_closed);
}

static void
expect_outcome(struct client *client, enum outcome want)
{
	switch (want) {
	case SERVED:
		assert_int_equal(client_status(client), 200);
		assert_false(client->is_closed);
		break;
	case SERVED_LAST:
		assert_int_equal(client_status(client), 200);
		assert_int_equal(client_n_responses(client), 1);
		assert_true(client->is_closed);
		break;
	case BAD_FRAMING:
		expect_refusal(client, 400, "framing");
		break;
	case BAD_HOST:
		expect_refusal(client, 400, "host");
		break;
	case TOO_LARGE:
		expect_refusal(client, 400, "too large");
		break;
	case LIBRARY_400:
		expect_refusal(client, 400, "<html>");
		break;
	case LIBRARY_413:
		expect_refusal(client, 413, "<html>");
		break;
	case LIBRARY_414:
		expect_refusal(client, 414, "<html>");
		break;
	case LIBRARY_431:
		expect_refusal(client, 431, "<html>");
		break;
	case LIBRARY_500:
		expect_refusal(client, 500, "<html>");
		break;
	case LIBRARY_505:
		expect_refusal(client, 505, "<html>");
		break;
	case HUNG_UP:
		assert_int_equal(client->len, 0);
		assert_true(client->is_closed);
		break;
	}
}

static void
check(struct str bytes, enum outcome want)
{
	static const struct str smuggled = STR_INIT("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
	struct scripted *s = scripted_start(NULL);
	struct client client;

	assert_true(client_connect(&client, listener_port(s->listener)));
	if (want == SERVED) {
		assert_true(client_send(&client, bytes));
		assert_true(client_read(&client, 1));
	} else {
		/* The server may close before it has all: what it says counts, not our send(). */
		(void)(client_send(&client, bytes) && client_send(&client, smuggled));
		assert_true(client_read_to_end(&client));
	}
	expect_outcome(&client, want);
	assert_int_equal(atomic_load(&s->n_smuggled), 0);
	if (want == SERVED) {
		/* The end of the body was where we both think: the next request is the next. */
		assert_true(client_send(&client, smuggled) && client_read(&client, 2));
		assert_int_equal(atomic_load(&s->n_smuggled), 1);
	}
	client_done(&client);
	assert_true(scripted_is_well(s));
	assert_true(scripted_wait(&s->n_done, atomic_load(&s->n_known)));
	assert_int_equal(atomic_load(&s->n_ended_twice), 0);
	scripted_stop(s);
}

static void
framing_holds(void **state)
{
	const struct framing_row *row = *state;

	check(row->bytes, row->want);
}

static void
bulk_holds(void **state)
{
	const struct bulk_row *row = *state;
	struct arena *arena = arena_create();
	struct str filler = str_of(row->filler);
	size_t len = row->begin.len + row->n_filler * filler.len + row->end.len;
	char *bytes = arena_alloc(arena, len);

	memcpy(bytes, row->begin.ptr, row->begin.len);
	for (size_t i = 0; i < row->n_filler; i++)
		memcpy(bytes + row->begin.len + i * filler.len, filler.ptr, filler.len);
	memcpy(bytes + len - row->end.len, row->end.ptr, row->end.len);
	check((struct str){ bytes, len }, row->want);
	arena_free(arena);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, framing_rows, framing_holds);
	ROWS_ADD(&rows, bulk_rows, bulk_holds);
	return rows_run(&rows, argc, argv);
}
