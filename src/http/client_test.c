/*
 * The client against a TLS server in the process, in a network that does what the test says.
 */
#include "http/client_scripted_test.h"
#include "support/rows.h"

#include <unistd.h>

/* ---- A good exchange ---- */

static void
a_get(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_field fields[] = { { "Authorization", "Bearer t" }, { NULL, NULL } };
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	request.fields = fields;
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, HTTP_CLIENT_ANSWERED);
	assert_true(answer.is_connected);
	assert_int_equal(answer.status, 200);
	assert_true(str_equal(answer.body, STR("ok")));
	assert_int_equal(server->n_accepted, 1);
	assert_string_equal(server->request, "GET /a/b?c=d HTTP/1.1\r\nHost: " NAME "\r\n"
					     "Accept: */*\r\nAuthorization: Bearer t\r\n\r\n");
	http_client_answer_done(&answer);
	assert_null(answer.body.ptr);
	server_stop(server);
}

static void
a_post(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	request.method = HTTP_POST;
	request.body = STR("a=b&c=d$");
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, HTTP_CLIENT_ANSWERED);
	assert_non_null(strstr(server->request, "POST /a/b?c=d HTTP/1.1\r\n"));
	assert_non_null(strstr(server->request, "Content-Length: 8\r\n"));
	assert_null(strstr(server->request, "Expect"));
	assert_non_null(strstr(server->request, "\r\n\r\na=b&c=d$"));
	http_client_answer_done(&answer);
	server_stop(server);
}

/* A proxy of the environment is not asked; neither is a netrc read. */
static void
the_environment_counts_for_nothing(_unused_ void **state)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "all_proxy",
					     "ALL_PROXY" };
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	/* NOLINTBEGIN(concurrency-mt-unsafe): the server's thread looks at no variable */
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(setenv(names[i], "http://proxy.example:3128", 1), 0);
	send_it(&request, &answer);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(unsetenv(names[i]), 0);
	/* NOLINTEND(concurrency-mt-unsafe) */
	assert_int_equal(answer.outcome, HTTP_CLIENT_ANSWERED);
	assert_int_equal(net.n_connects, 1);
	http_client_answer_done(&answer);
	server_stop(server);
}

/* ---- Names and addresses ---- */

struct lookup_row {
	const char *name;
	enum http_client_reach reach;
	const char *addresses[MAX_ADDRESSES];
	enum http_client_outcome want;
};

#define MANY                                                                                       \
	"8.8.8.1", "8.8.8.2", "8.8.8.3", "8.8.8.4", "8.8.8.5", "8.8.8.6", "8.8.8.7", "8.8.8.8",    \
		"8.8.8.9", "8.8.8.10", "8.8.8.11", "8.8.8.12", "8.8.8.13", "8.8.8.14", "8.8.8.15"

/* TEST-3 */
static const struct lookup_row lookups[] = {
	{ "global", HTTP_CLIENT_GLOBAL, { "8.8.8.8" }, HTTP_CLIENT_ANSWERED },
	{ "two_global", HTTP_CLIENT_GLOBAL, { "8.8.8.8", "1.1.1.1" }, HTTP_CLIENT_ANSWERED },
	{ "twice_the_same", HTTP_CLIENT_GLOBAL, { "8.8.8.8", "8.8.8.8" }, HTTP_CLIENT_ANSWERED },
	{ "sixteen", HTTP_CLIENT_GLOBAL, { MANY, "8.8.8.16" }, HTTP_CLIENT_ANSWERED },
	{ "seventeen",
	  HTTP_CLIENT_GLOBAL,
	  { MANY, "8.8.8.16", "8.8.8.17" },
	  HTTP_CLIENT_NOT_ALLOWED },
	{ "seventeenth_is_private",
	  HTTP_CLIENT_GLOBAL,
	  { MANY, "8.8.8.16", "10.0.0.1" },
	  HTTP_CLIENT_NOT_ALLOWED },
	{ "loopback", HTTP_CLIENT_GLOBAL, { "127.0.0.1" }, HTTP_CLIENT_NOT_ALLOWED },
	{ "metadata", HTTP_CLIENT_GLOBAL, { "169.254.169.254" }, HTTP_CLIENT_NOT_ALLOWED },
	{ "private_last", HTTP_CLIENT_GLOBAL, { "8.8.8.8", "10.1.2.3" }, HTTP_CLIENT_NOT_ALLOWED },
	{ "private_first",
	  HTTP_CLIENT_GLOBAL,
	  { "192.168.0.1", "8.8.8.8" },
	  HTTP_CLIENT_NOT_ALLOWED },
	{ "ipv6_loopback", HTTP_CLIENT_GLOBAL, { "::1" }, HTTP_CLIENT_NOT_ALLOWED },
	{ "ipv6_mapped", HTTP_CLIENT_GLOBAL, { "::ffff:127.0.0.1" }, HTTP_CLIENT_NOT_ALLOWED },
	{ "ipv6_private_beside_ipv4",
	  HTTP_CLIENT_GLOBAL,
	  { "8.8.8.8", "fd00::1" },
	  HTTP_CLIENT_NOT_ALLOWED },
	{ "ipv4_private_beside_ipv6",
	  HTTP_CLIENT_GLOBAL,
	  { "2606:4700::1111", "10.0.0.1" },
	  HTTP_CLIENT_NOT_ALLOWED },
	{ "none", HTTP_CLIENT_GLOBAL, { NULL }, HTTP_CLIENT_NO_ADDRESS },
	{ "anywhere_loopback", HTTP_CLIENT_ANYWHERE, { "127.0.0.1" }, HTTP_CLIENT_ANSWERED },
	{ "anywhere_private", HTTP_CLIENT_ANYWHERE, { "10.0.0.1" }, HTTP_CLIENT_ANSWERED },
	{ "anywhere_too_many",
	  HTTP_CLIENT_ANYWHERE,
	  { MANY, "8.8.8.16", "8.8.8.17" },
	  HTTP_CLIENT_NOT_ALLOWED },
};

static void
lookup_holds(void **state)
{
	const struct lookup_row *row = *state;
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	memcpy(net.addresses, row->addresses, sizeof(net.addresses));
	request.reach = row->reach;
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, row->want);
	if (row->want == HTTP_CLIENT_ANSWERED)
		assert_true(net.n_connects >= 1);
	else
		assert_int_equal(net.n_connects + server->n_accepted, 0);
	http_client_answer_done(&answer);
	server_stop(server);
}

/* The name says another address when it is asked again: it is not asked again. */
static void
rebinding(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	net.later_addresses[0] = "127.0.0.1";
	send_it(&request, &answer);
	assert_int_equal(answer.outcome, HTTP_CLIENT_ANSWERED);
	assert_int_equal(net.n_lookups, 1);
	http_client_answer_done(&answer);
	server_stop(server);
}

/* TLS stands, with the right certificate, but the socket's other end is not what was dialled. */
static void
another_peer_gets_no_request(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_field fields[] = { { "Authorization", "Bearer t" }, { NULL, NULL } };
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	net.is_peer_shown = true;
	request.fields = fields;
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, HTTP_CLIENT_NOT_ALLOWED);
	assert_false(answer.is_connected);
	assert_int_equal(server->n_accepted, 1);
	assert_int_equal(server->request_len, 0);
	http_client_answer_done(&answer);
	server_stop(server);
}

static void
a_slow_lookup_ends_at_the_deadline(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct tick start = clock_tick(&clock_system);
	struct http_client_answer answer;

	net.is_slow = true;
	request.deadline = tick_add_ms(start, 100);
	send_it(&request, &answer);
	assert_int_equal(answer.outcome, HTTP_CLIENT_TIMED_OUT);
	assert_true(tick_ms_between(start, clock_tick(&clock_system)) < PATIENCE_MS / 2);
	assert_int_equal(net.n_connects, 0);
	assert_int_equal(write(net.lookup_may_end[1], "x", 1), 1); /* its thread may go now */
	http_client_answer_done(&answer);
	server_stop(server);
}

/* ---- What may not be sent ---- */

struct unsendable_row {
	const char *name;
	struct str host;
	struct str target;
	const char *value;
};

#define HOST(text) .host = STR_INIT(text), .target = STR_INIT("/")
#define TARGET(text) .host = STR_INIT(NAME), .target = STR_INIT(text)

static const struct unsendable_row unsendables[] = {
	{ "no_host", HOST("") },
	{ "userinfo", HOST("a@" NAME) },
	{ "password", HOST("a:b@" NAME) },
	{ "port", HOST(NAME ":80") },
	{ "slash", HOST("evil.example/" NAME) },
	{ "question_mark", HOST("evil.example?" NAME) },
	{ "hash", HOST("evil.example#" NAME) },
	{ "backslash", HOST("evil.example\\" NAME) },
	{ "blank", HOST("evil.example " NAME) },
	{ "tab", HOST("evil.example\t" NAME) },
	{ "line", HOST("evil.example\r\n" NAME) },
	{ "nul", HOST("evil.example\0" NAME) },
	{ "percent", HOST("%65vil.example") },
	{ "decimal", HOST("2130706433") },
	{ "hex", HOST("0x7f000001") },
	{ "hex_parts", HOST("0x7f.0x0.0x0.0x1") },
	{ "octal", HOST("0177.0.0.1") },
	{ "short", HOST("127.1") },
	{ "zone", HOST("[fe80::1%25eth0]") },
	{ "zone_plain", HOST("[fe80::1%eth0]") },
	{ "bare_ipv6", HOST("::1") },
	{ "open_bracket", HOST("[::1") },
	{ "target_empty", TARGET("") },
	{ "target_of_a_host", TARGET("@evil.example/") },
	{ "target_blank", TARGET("/a b") },
	{ "target_line", TARGET("/a\r\nX: y") },
	{ "target_fragment", TARGET("/a#b") },
	{ "target_utf8", TARGET("/\xc3\xa4") },
	{ "value_line", TARGET("/"), "a\r\nX: y" },
	{ "value_lf", TARGET("/"), "a\n" },
	{ "value_empty", TARGET("/"), "" },
	{ "value_delete", TARGET("/"), "a\x7f" },
};

static void
unsendable_holds(void **state)
{
	const struct unsendable_row *row = *state;
	struct server *server = server_start();
	struct http_field fields[] = { { row->value ? "X-Value" : NULL, row->value },
				       { NULL, NULL } };
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	request.reach = HTTP_CLIENT_ANYWHERE;
	request.host = row->host;
	request.target = row->target;
	request.fields = fields;
	send_it(&request, &answer);
	assert_int_equal(answer.outcome, HTTP_CLIENT_NOT_ALLOWED);
	assert_int_equal(net.n_lookups + net.n_connects, 0);
	http_client_answer_done(&answer);
	server_stop(server);
}

/* ---- TLS ---- */

static void
nobody_listens(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	net.port = 0;
	send_it(&request, &answer);
	assert_int_equal(answer.outcome, HTTP_CLIENT_NO_CONNECTION);
	assert_false(answer.is_connected);
	http_client_answer_done(&answer);
	server_stop(server);
}

struct tls_row {
	const char *name;
	const char *host;
	const char *ca_path; /* NULL: the server's own */
};

static const struct tls_row tls_failures[] = {
	{ "another_name", "other.example", NULL },
	{ "name_below", "a." NAME, NULL },
	{ "untrusted", NAME, "/etc/ssl/certs/ca-certificates.crt" },
	{ "no_authorities", NAME, "/nonexistent/ca.pem" },
};

static void
tls_fails(void **state)
{
	const struct tls_row *row = *state;
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	request.host = str_of(row->host);
	if (row->ca_path)
		request.ca_path = row->ca_path;
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, HTTP_CLIENT_TLS_FAILED);
	assert_false(answer.is_connected);
	assert_int_equal(server->request_len, 0);
	http_client_answer_done(&answer);
	server_stop(server);
}

/* ---- Answers ---- */

struct answer_row {
	const char *name;
	const char *answer;
	size_t repeat; /* 0: once */
	bool is_silent;
	enum http_client_outcome want;
	int status;
	const char *body;
};

#define OK_LINE "HTTP/1.1 200 OK\r\n"
#define K "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct answer_row answers[] = {
	{ "chunked", OK_LINE "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 0, false,
	  HTTP_CLIENT_ANSWERED, 200, "ok" },
	{ "until_the_end", OK_LINE "\r\nok", 0, false, HTTP_CLIENT_ANSWERED, 200, "ok" },
	{ "empty", "HTTP/1.1 204 No Content\r\n\r\n", 0, false, HTTP_CLIENT_ANSWERED, 204, "" },
	{ "not_found", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 0, false,
	  HTTP_CLIENT_ANSWERED, 404, "no" },
	{ "redirect_is_not_followed",
	  "HTTP/1.1 302 Found\r\nLocation: https://" NAME "/elsewhere\r\nContent-Length: 0\r\n\r\n",
	  0, false, HTTP_CLIENT_ANSWERED, 302, "" },
	{ "wants_a_password",
	  "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", 0,
	  false, HTTP_CLIENT_ANSWERED, 401, "" },
	{ "gzip_stays_as_it_is",
	  OK_LINE "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08", 0, false,
	  HTTP_CLIENT_ANSWERED, 200, "\x1f\x8b\x08" },
	{ "interim", "HTTP/1.1 103 Early Hints\r\n\r\n" OK_LINE "Content-Length: 2\r\n\r\nok", 0,
	  false, HTTP_CLIENT_ANSWERED, 200, "ok" },
	{ "endless_interim", "HTTP/1.1 103 Early Hints\r\n\r\n", 1000, false,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "endless_head", OK_LINE "X-A: " K K K K "\r\n", 1000, false, HTTP_CLIENT_BAD_ANSWER, 0,
	  NULL },
	{ "no_http", "220 mail.example ESMTP\r\n", 0, false, HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "nothing", "", 0, false, HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "cut", OK_LINE "Content-Length: 10\r\n\r\nok", 0, false, HTTP_CLIENT_BAD_ANSWER, 0,
	  NULL },
	{ "cut_chunk", OK_LINE "Transfer-Encoding: chunked\r\n\r\n9\r\nok", 0, false,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "two_lengths", OK_LINE "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok", 0, false,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "length_and_chunks",
	  OK_LINE "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 0,
	  false, HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "announces_too_much", OK_LINE "Content-Length: 1001\r\n\r\n", 0, true,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "announces_very_much", OK_LINE "Content-Length: 99999999999999999999\r\n\r\n", 0, false,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "sends_too_much", OK_LINE "\r\n" K K K K K K K K K K K K K K K K, 0, false,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
};

static void
answer_holds(void **state)
{
	const struct answer_row *row = *state;
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	server->answer = str_of(row->answer);
	server->repeat = row->repeat ? row->repeat : 1;
	server->is_silent = row->is_silent;
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, row->want);
	assert_true(answer.is_connected);
	assert_int_equal(answer.status, row->status);
	if (row->body)
		assert_true(str_equal(answer.body, str_of(row->body)));
	assert_true(answer.body.len <= 1000);
	assert_int_equal(server->n_accepted, 1);
	http_client_answer_done(&answer);
	server_stop(server);
}

static const struct answer_row silences[] = {
	{ "silence", "", 0, true, HTTP_CLIENT_TIMED_OUT, 0, NULL },
	{ "silence_in_the_head", OK_LINE "X-A: ", 0, true, HTTP_CLIENT_TIMED_OUT, 0, NULL },
	{ "silence_in_the_body", OK_LINE "Content-Length: 9\r\n\r\n{", 0, true,
	  HTTP_CLIENT_TIMED_OUT, 0, NULL },
};

static void
silence_ends_at_the_deadline(void **state)
{
	const struct answer_row *row = *state;
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	server->answer = str_of(row->answer);
	server->is_silent = true;
	request.deadline = tick_add_ms(clock_tick(&clock_system), 400);
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, HTTP_CLIENT_TIMED_OUT);
	assert_true(answer.is_connected);
	http_client_answer_done(&answer);
	server_stop(server);
}

static void
a_deadline_that_has_passed(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	request.deadline = clock_tick(&clock_system);
	send_it(&request, &answer);
	assert_int_equal(answer.outcome, HTTP_CLIENT_TIMED_OUT);
	assert_int_equal(net.n_lookups + net.n_connects, 0);
	http_client_answer_done(&answer);
	server_stop(server);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	if (!http_client_init())
		return 1;
	rows_add_one(&rows, "a_get", a_get);
	rows_add_one(&rows, "a_post", a_post);
	rows_add_one(&rows, "the_environment_counts_for_nothing",
		     the_environment_counts_for_nothing);
	ROWS_ADD(&rows, lookups, lookup_holds);
	rows_add_one(&rows, "rebinding", rebinding);
	rows_add_one(&rows, "another_peer_gets_no_request", another_peer_gets_no_request);
	rows_add_one(&rows, "a_slow_lookup_ends_at_the_deadline",
		     a_slow_lookup_ends_at_the_deadline);
	ROWS_ADD(&rows, unsendables, unsendable_holds);
	rows_add_one(&rows, "nobody_listens", nobody_listens);
	ROWS_ADD(&rows, tls_failures, tls_fails);
	ROWS_ADD(&rows, answers, answer_holds);
	ROWS_ADD(&rows, silences, silence_ends_at_the_deadline);
	rows_add_one(&rows, "a_deadline_that_has_passed", a_deadline_that_has_passed);
	return rows_run(&rows, argc, argv);
}
