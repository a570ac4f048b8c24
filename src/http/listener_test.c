/*
 * What a call lives through, from the client's side: answers early and late, many at once, clients
 * that leave, and come back. Hostile heads are framing_test.c, deadlines conn_test.c, TLS
 * tls_test.c, starting and draining drain_test.c.
 */
#include "http/scripted.h"
#include "support/rows.h"

#include <sys/resource.h>
#include <sys/socket.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static void
begin(struct scripted **s, struct client *client)
{
	*s = scripted_start(NULL);
	assert_true(client_connect(client, listener_port((*s)->listener)));
}

static void
end(struct scripted *s, struct client *client)
{
	client_done(client);
	assert_true(scripted_wait(&s->n_done, atomic_load(&s->n_known)));
	assert_int_equal(atomic_load(&s->n_done), atomic_load(&s->n_known));
	assert_int_equal(atomic_load(&s->n_ended_twice), 0);
	assert_int_equal(listener_n_calls(s->listener), 0);
	scripted_stop(s);
}

static void
client_ask(struct client *client, struct str request, size_t n_responses)
{
	assert_true(client_send(client, request));
	assert_true(client_read(client, n_responses));
}

static void
expect_body(const struct client *client, const char *want)
{
	struct str body = client_body(client);

	assert_int_equal(body.len, strlen(want));
	assert_memory_equal(body.ptr, want, body.len);
}

static void
every_response_has_its_fields(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	client_ask(&client, STR(GET("/ok")), 1);
	assert_int_equal(client_status(&client), 200);
	assert_true(client_has(&client, "\r\nDate: "));
	assert_true(client_has(&client, "\r\nCache-Control: no-store\r\n"));
	assert_true(client_has(&client, "\r\nX-Content-Type-Options: nosniff\r\n"));
	assert_true(client_has(&client, "\r\nContent-Type: text/plain\r\n"));
	assert_true(client_has(&client, "\r\nContent-Length: 2\r\n"));
	assert_false(client_has(&client, "\r\nConnection:"));
	expect_body(&client, "ok");
	end(s, &client);
}

static void
head_has_no_body(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	assert_true(client_send(&client, STR("HEAD /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
					     "\r\n")));
	assert_true(client_read_to_end(&client));
	assert_int_equal(client_status(&client), 200);
	assert_true(client_has(&client, "\r\nContent-Length: 2\r\n"));
	assert_true(str_ends_with((struct str){ client.text, client.len }, STR("\r\n\r\n")));
	end(s, &client);
}

static void
tells_the_peer(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	client_ask(&client, STR(GET("/peer")), 1);
	expect_body(&client, "127.0.0.1");
	end(s, &client);
}

struct parameter_row {
	const char *name;
	const char *query;
	const char *want;
};

static const struct parameter_row parameter_rows[] = {
	{ "parameter_no_query", "", "absent" },
	{ "parameter_empty_query", "?", "absent" },
	{ "parameter_other", "?q=1", "absent" },
	{ "parameter_prefix", "?pp=1", "absent" },
	{ "parameter_plain", "?p=1", "[1]" },
	{ "parameter_behind_others", "?a=b&p=1&c", "[1]" },
	{ "parameter_empty", "?p=", "[]" },
	{ "parameter_without_equals", "?p", "[]" },
	{ "parameter_with_equals_inside", "?p=a=b", "[a=b]" },
	{ "parameter_plus_stays", "?p=a+b", "[a+b]" },
	{ "parameter_escapes", "?p=%61%2f%C3%A4%26", "[a/\xc3\xa4&]" },
	{ "parameter_name_escaped", "?%70=1", "[1]" },
	{ "parameter_decoded_once", "?p=%2541", "[%41]" },
	{ "parameter_twice", "?p=1&p=2", "unusable" },
	{ "parameter_twice_once_escaped", "?p=1&%70=2", "unusable" },
	{ "parameter_lone_percent", "?p=%", "unusable" },
	{ "parameter_half_escape", "?p=%4", "unusable" },
	{ "parameter_no_hex", "?p=%4g", "unusable" },
	{ "parameter_nul", "?p=a%00b", "unusable" },
	{ "parameter_other_name_undecodable", "?%zz=1&p=2", "[2]" },
	{ "parameter_question_mark_inside", "?p=a?b", "[a?b]" },
};

static void
parameter_holds(void **state)
{
	const struct parameter_row *row = *state;
	struct arena *arena = arena_create();
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	client_ask(&client,
		   str_of(arena_printf(arena, "GET /parameter%s HTTP/1.1\r\nHost: a\r\n\r\n",
				       row->query)),
		   1);
	expect_body(&client, row->want);
	end(s, &client);
	arena_free(arena);
}

static void
early_answer_does_not_read_the_body(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	client_ask(&client, STR("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n"),
		   1);
	assert_int_equal(client_status(&client), 401);
	assert_true(client_has(&client, "\r\nConnection: close\r\n"));
	expect_body(&client, "early");
	assert_int_equal(atomic_load(&s->n_requests), 0);
	end(s, &client);
}

/* A reset would destroy the answer on its way to some clients: the close has to linger. */
static void
early_answer_survives_the_body(_unused_ void **state)
{
	static char body[60000];
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	assert_true(client_send(
		&client, STR("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n")));
	assert_true(scripted_wait(&s->n_done, 1)); /* answered and done with, before the body */
	assert_true(client_send(&client, (struct str){ body, sizeof(body) }));
	assert_true(client_read_to_end(&client));
	assert_int_equal(client_status(&client), 401);
	assert_false(client.is_reset);
	end(s, &client);
}

struct expect_row {
	const char *name;
	struct str head;
	bool has_100;
	int status;
};

#define EXPECT(path, length)                                                                       \
	"POST " path " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " length     \
	"\r\n\r\n"

static const struct expect_row expect_rows[] = {
	{ "expect_gets_100", STR_INIT(EXPECT("/echo", "3")), true, 200 },
	{ "expect_refused_by_handler", STR_INIT(EXPECT("/early", "3")), false, 401 },
	{ "expect_too_large", STR_INIT(EXPECT("/echo", "65537")), false, 400 },
	{ "expect_unknown_is_ignored",
	  STR_INIT("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 3\r\n\r\n"),
	  false, 200 },
};

static void
expect_holds(void **state)
{
	const struct expect_row *row = *state;
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	assert_true(client_send(&client, row->head));
	if (row->has_100) {
		assert_true(client_read(&client, 1));
		assert_true(client_has(&client, "HTTP/1.1 100 Continue\r\n\r\n"));
		assert_int_equal(atomic_load(&s->n_heads), 1);
	}
	if (row->status == 200)
		assert_true(client_send(&client, STR("abc")));
	assert_true(client_read(&client, row->has_100 ? 2 : 1));
	assert_int_equal(client_status(&client), row->status);
	assert_int_equal(client_has(&client, "100 Continue"), row->has_100);
	end(s, &client);
}

static void
keeps_a_connection_alive(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	for (size_t i = 1; i <= 200; i++)
		client_ask(&client,
			   i % 2 ? STR(GET("/ok"))
				 : STR("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: "
				       "3\r\n\r\nabc"),
			   i);
	assert_int_equal(client_n_responses(&client), 200);
	assert_int_equal(atomic_load(&s->n_completed), 199 + (atomic_load(&s->n_done) == 200));
	end(s, &client);
}

static void
answers_pipelined_requests_in_order(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct str all = { arena_alloc(arena, 4096), 0 };
	struct scripted *s;
	struct client client;
	char *to = (char *)(uintptr_t)all.ptr;

	for (int i = 0; i < 26; i++)
		all.len += (size_t)snprintf(to + all.len, 4096 - all.len,
					    "POST /echo HTTP/1.1\r\nHost: a\r\n"
					    "Content-Length: 1\r\n\r\n%c",
					    'a' + i);
	begin(&s, &client);
	client_ask(&client, all, 26);
	assert_int_equal(client_n_responses(&client), 26);
	expect_body(&client, "z");
	for (int i = 0; i < 26; i++) {
		struct str text = { client.text, client.len };
		char want[] = { '\r', '\n', '\r', '\n', (char)('a' + i), '\0' };

		assert_true(str_find_str(text, str_of(want)) >= 0);
	}
	end(s, &client);
	arena_free(arena);
}

static void
suspended_call_is_answered(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	client_ask(&client, STR(GET("/suspend")), 1);
	expect_body(&client, "resumed");
	client_ask(&client, STR(GET("/twice") GET("/suspend") GET("/ok")), 4);
	assert_int_equal(client_n_responses(&client), 4);
	expect_body(&client, "ok");
	assert_true(scripted_wait(&s->n_resumed_by_worker, 4));
	assert_int_equal(atomic_load(&s->n_resumed_by_worker), 4);
	end(s, &client);
}

/* Room for @n connections and as many clients in one process. */
static void
raise_descriptor_limit(size_t n)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_cur < 2 * n + 100) {
		limit.rlim_cur = limit.rlim_max < 2 * n + 100 ? limit.rlim_max : 2 * n + 100;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	}
}

#define N_MANY 1000

static void
thousand_calls_are_suspended_at_once(_unused_ void **state)
{
	struct client *clients = calloc(N_MANY, sizeof(*clients));
	struct scripted *s;

	assert_non_null(clients);
	raise_descriptor_limit(N_MANY);
	s = scripted_start(NULL);
	for (size_t i = 0; i < N_MANY; i++) {
		assert_true(client_connect(&clients[i], listener_port(s->listener)));
		assert_true(client_send(&clients[i], STR(GET("/hold"))));
	}
	assert_true(scripted_wait_held(s, N_MANY));
	assert_int_equal(listener_n_calls(s->listener), N_MANY);
	scripted_let_go(s);
	for (size_t i = 0; i < N_MANY; i++) {
		assert_true(client_read(&clients[i], 1));
		assert_int_equal(client_status(&clients[i]), 200);
		client_done(&clients[i]);
	}
	assert_true(scripted_wait(&s->n_done, N_MANY));
	assert_int_equal(atomic_load(&s->n_completed), N_MANY);
	assert_int_equal(atomic_load(&s->n_ended_twice), 0);
	scripted_stop(s);
	free(clients);
}

static void *
let_go(void *arg)
{
	scripted_let_go(arg);
	return NULL;
}

#define N_RACING 200

/* Every second client resets, every second says goodbye, all while their calls are resumed. */
static void
clients_leave_while_calls_are_resumed(_unused_ void **state)
{
	struct client clients[N_RACING];
	struct scripted *s = scripted_start(NULL);
	pthread_t thread;

	for (size_t i = 0; i < N_RACING; i++) {
		assert_true(client_connect(&clients[i], listener_port(s->listener)));
		assert_true(client_send(&clients[i], STR(GET("/hold"))));
	}
	assert_true(scripted_wait_held(s, N_RACING));
	assert_int_equal(pthread_create(&thread, NULL, let_go, s), 0);
	for (size_t i = 0; i < N_RACING; i++) {
		if (i % 2)
			client_reset(&clients[i]);
		else
			client_done(&clients[i]);
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(scripted_wait(&s->n_done, N_RACING));
	assert_int_equal(atomic_load(&s->n_done), N_RACING);
	assert_int_equal(atomic_load(&s->n_ended_twice), 0);
	assert_true(scripted_is_well(s));
	scripted_stop(s);
}

/* The connection ends before the library was told to put it aside: the call is still in use. */
static void
client_resets_before_its_call_is_parked(_unused_ void **state)
{
	struct scripted *s = scripted_start(NULL);

	for (size_t i = 1; i <= 50; i++) {
		struct client client;

		assert_true(client_connect(&client, listener_port(s->listener)));
		s->resetting = &client;
		assert_true(client_send(&client, STR(GET("/hold_reset"))));
		assert_true(scripted_wait_held(s, 1));
		assert_true(scripted_is_well(s)); /* a round of the event threads */
		scripted_let_go(s);
		assert_true(scripted_wait(&s->n_done, 2 * i));
	}
	assert_int_equal(atomic_load(&s->n_ended_twice), 0);
	scripted_stop(s);
}

static void
handler_learns_that_the_client_left(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	assert_true(client_send(&client, STR(GET("/hold"))));
	assert_true(scripted_wait_held(s, 1));
	client_done(&client); /* on loopback the goodbye is there when close() returns */
	scripted_let_go(s);
	assert_true(scripted_wait(&s->n_done, 1));
	assert_int_equal(atomic_load(&s->n_told_gone), 1);
	end(s, &client);
}

/* Reads as gone, and is answered all the same. */
static void
half_closed_client_gets_its_answer(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	assert_true(client_send(&client, STR(GET("/hold"))));
	assert_true(scripted_wait_held(s, 1));
	assert_int_equal(shutdown(client.fd, SHUT_WR), 0);
	scripted_let_go(s);
	assert_true(client_read_to_end(&client));
	assert_int_equal(client_status(&client), 200);
	expect_body(&client, "resumed");
	assert_int_equal(atomic_load(&s->n_told_gone), 1);
	end(s, &client);
}

static void
client_that_stays_is_not_told_gone(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	client_ask(&client, STR(GET("/suspend") GET("/suspend")), 2);
	assert_int_equal(atomic_load(&s->n_told_gone), 0);
	end(s, &client);
}

static void
large_answer_arrives_whole(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	client_ask(&client, STR(GET("/big")), 1);
	assert_int_equal(client_body(&client).len, SCRIPTED_BIG);
	end(s, &client);
}

static void
field_that_is_none_hangs_up(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	assert_true(client_send(&client, STR(GET("/forbidden_field"))));
	assert_true(client_read_to_end(&client));
	assert_int_equal(client.len, 0);
	assert_int_equal(atomic_load(&s->n_completed), 0);
	assert_true(scripted_is_well(s));
	end(s, &client);
}

static void
client_leaves_within_the_body(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	begin(&s, &client);
	assert_true(client_send(
		&client, STR("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")));
	assert_true(scripted_wait(&s->n_heads, 1));
	client_done(&client);
	assert_true(scripted_wait(&s->n_done, 1));
	assert_int_equal(atomic_load(&s->n_requests), 0);
	assert_int_equal(atomic_load(&s->n_completed), 0);
	end(s, &client);
}

#if PC_FAULT_POINTS
static void
fault_in_the_middle_of_an_answer(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	assert_int_equal(setenv("PARTNER_CONNECT_FAULTS", "mid_answer=fail", 1), 0);
	begin(&s, &client);
	assert_true(client_send(&client, STR(GET("/suspend"))));
	assert_true(client_read_to_end(&client));
	assert_int_equal(client_status(&client), 200);
	assert_true(str_ends_with((struct str){ client.text, client.len }, STR("\r\n\r\nres")));
	assert_true(scripted_wait(&s->n_done, 1));
	assert_int_equal(atomic_load(&s->n_completed), 0);
	assert_int_equal(unsetenv("PARTNER_CONNECT_FAULTS"), 0);
	end(s, &client);
}
#endif

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

#if PC_FAULT_POINTS
	/* The first, for the passes of a point are counted over the whole process. */
	rows_add_one(&rows, "fault_in_the_middle_of_an_answer", fault_in_the_middle_of_an_answer);
#endif
	rows_add_one(&rows, "every_response_has_its_fields", every_response_has_its_fields);
	rows_add_one(&rows, "head_has_no_body", head_has_no_body);
	rows_add_one(&rows, "tells_the_peer", tells_the_peer);
	ROWS_ADD(&rows, parameter_rows, parameter_holds);
	rows_add_one(&rows, "early_answer_does_not_read_the_body",
		     early_answer_does_not_read_the_body);
	rows_add_one(&rows, "early_answer_survives_the_body", early_answer_survives_the_body);
	ROWS_ADD(&rows, expect_rows, expect_holds);
	rows_add_one(&rows, "keeps_a_connection_alive", keeps_a_connection_alive);
	rows_add_one(&rows, "answers_pipelined_requests_in_order",
		     answers_pipelined_requests_in_order);
	rows_add_one(&rows, "suspended_call_is_answered", suspended_call_is_answered);
	rows_add_one(&rows, "thousand_calls_are_suspended_at_once",
		     thousand_calls_are_suspended_at_once);
	rows_add_one(&rows, "clients_leave_while_calls_are_resumed",
		     clients_leave_while_calls_are_resumed);
	rows_add_one(&rows, "client_resets_before_its_call_is_parked",
		     client_resets_before_its_call_is_parked);
	rows_add_one(&rows, "handler_learns_that_the_client_left",
		     handler_learns_that_the_client_left);
	rows_add_one(&rows, "half_closed_client_gets_its_answer",
		     half_closed_client_gets_its_answer);
	rows_add_one(&rows, "client_that_stays_is_not_told_gone",
		     client_that_stays_is_not_told_gone);
	rows_add_one(&rows, "large_answer_arrives_whole", large_answer_arrives_whole);
	rows_add_one(&rows, "field_that_is_none_hangs_up", field_that_is_none_hangs_up);
	rows_add_one(&rows, "client_leaves_within_the_body", client_leaves_within_the_body);
	return rows_run(&rows, argc, argv);
}
