/*
 * How a listener starts, drains and stops.
 */
#include "http/scripted.h"
#include "support/rows.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static bool
is_refused(uint16_t port)
{
	struct client client;
	bool is_connected = client_connect(&client, port);

	client_done(&client);
	return !is_connected;
}

static void
drain_ends_what_is_idle_and_serves_what_runs(_unused_ void **state)
{
	struct scripted *s;
	struct client idle;
	struct client busy;

	s = scripted_start(NULL);
	assert_true(client_connect(&idle, listener_port(s->listener)));
	assert_true(client_send(&idle, STR(GET("/ok"))));
	assert_true(client_read(&idle, 1));
	assert_true(client_connect(&busy, listener_port(s->listener)));
	assert_true(client_send(&busy, STR(GET("/hold"))));
	assert_true(scripted_wait_held(s, 1));

	listener_drain(s->listener);
	assert_true(client_read_to_end(&idle));
	assert_true(is_refused(listener_port(s->listener)));
	assert_int_equal(listener_n_calls(s->listener), 1);
	scripted_let_go(s);
	assert_true(client_read_to_end(&busy));
	assert_int_equal(client_status(&busy), 200);
	assert_true(client_has(&busy, "\r\nConnection: close\r\n"));
	client_done(&busy);
	client_done(&idle);
	assert_true(scripted_wait(&s->n_done, 2));
	assert_int_equal(listener_n_calls(s->listener), 0);
	scripted_stop(s);
}

/* Those that the kernel has let in before the drain are served after it. */
static void
drain_serves_who_was_let_in(_unused_ void **state)
{
	struct client clients[50];
	struct scripted *s = scripted_start(NULL);

	for (size_t i = 0; i < ARRAY_LEN(clients); i++)
		assert_true(client_connect(&clients[i], listener_port(s->listener)));
	listener_drain(s->listener);
	for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
		assert_true(client_send(&clients[i], STR(GET("/ok"))));
		assert_true(client_read(&clients[i], 1));
		assert_int_equal(client_status(&clients[i]), 200);
		assert_true(client_has(&clients[i], "\r\nConnection: close\r\n"));
		client_done(&clients[i]);
	}
	scripted_stop(s);
}

static void
stop_ends_open_connections(_unused_ void **state)
{
	struct scripted *s;
	struct client client;

	s = scripted_start(NULL);
	assert_true(client_connect(&client, listener_port(s->listener)));
	assert_true(client_send(
		&client, STR("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")));
	assert_true(scripted_wait(&s->n_heads, 1));
	scripted_stop(s);
	assert_true(client_read_to_end(&client));
	assert_int_equal(client.len, 0);
	client_done(&client);
}

/* Once the listener no longer hands out requests. */
static void *
let_go_late(void *arg)
{
	struct scripted *s = arg;

	for (int i = 0; i < 100000 && scripted_is_well(s); i++)
		;
	scripted_let_go(s);
	return NULL;
}

static void
stop_waits_for_suspended_calls(_unused_ void **state)
{
	struct scripted *s = scripted_start(NULL);
	struct client client;
	pthread_t other;

	assert_true(client_connect(&client, listener_port(s->listener)));
	assert_true(client_send(&client, STR(GET("/hold"))));
	assert_true(scripted_wait_held(s, 1));
	assert_int_equal(pthread_create(&other, NULL, let_go_late, s), 0);
	listener_stop(s->listener);
	assert_int_equal(scripted_n_held(s), 0);
	assert_int_equal(listener_n_calls(s->listener), 0);
	assert_int_equal(pthread_join(other, NULL), 0);
	assert_true(client_read_to_end(&client));
	assert_int_equal(client.len, 0);
	client_done(&client);
	scripted_stop(s);
}

/* More are in the kernel's queue than there is room for. */
static void
drain_ends_with_all_places_taken(_unused_ void **state)
{
	struct listener_options few = { .host = "127.0.0.1", .max_connections = 16 };

	for (int round = 0; round < 4; round++) {
		struct scripted *s = scripted_start(&few);
		struct client clients[64];

		for (size_t i = 0; i < ARRAY_LEN(clients); i++)
			assert_true(client_connect(&clients[i], listener_port(s->listener)));
		listener_drain(s->listener);
		assert_true(is_refused(listener_port(s->listener)));
		scripted_stop(s);
		for (size_t i = 0; i < ARRAY_LEN(clients); i++)
			client_done(&clients[i]);
	}
}

struct start_row {
	const char *name;
	const char *host;
	enum err_code want;
};

static const struct start_row start_rows[] = {
	{ "listens_on_ipv4", "127.0.0.1", ERR_NONE },
	{ "listens_on_localhost", "localhost", ERR_NONE },
	{ "listens_on_ipv6", "[::1]", ERR_NONE },
	{ "listens_on_ipv6_without_brackets", "::1", ERR_NONE },
	{ "name_is_no_address", "example.com", ERR_IO },
	{ "address_is_empty", "", ERR_IO },
	{ "address_is_too_long", "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111", ERR_IO },
	{ "address_of_somebody_else", "192.0.2.1", ERR_IO },
};

static void
start_holds(void **state)
{
	static const struct http_handler none = { 0 };
	const struct start_row *row = *state;
	struct listener_options options = { .host = row->host };
	struct arena *arena = arena_create();
	struct listener *listener = NULL;
	struct err err = listener_start(arena, &options, &none, &listener);

	assert_int_equal(err.code, row->want);
	if (err.code) {
		assert_non_null(strstr(err.detail, row->host));
	} else {
		assert_int_not_equal(listener_port(listener), 0);
		assert_false(listener_is_tls(listener));
		listener_stop(listener);
	}
	arena_free(arena);
}

static void
taken_port_is_named(_unused_ void **state)
{
	static const struct http_handler none = { 0 };
	struct scripted *s = scripted_start(NULL);
	struct listener_options options = { .host = "127.0.0.1",
					    .port = listener_port(s->listener) };
	struct arena *arena = arena_create();
	struct listener *listener = NULL;
	struct err err = listener_start(arena, &options, &none, &listener);

	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.detail, arena_printf(arena, "%u", (unsigned)options.port)));
	assert_non_null(strstr(err.detail, "in use"));
	arena_free(arena);
	scripted_stop(s);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "drain_ends_what_is_idle_and_serves_what_runs",
		     drain_ends_what_is_idle_and_serves_what_runs);
	rows_add_one(&rows, "drain_serves_who_was_let_in", drain_serves_who_was_let_in);
	rows_add_one(&rows, "stop_ends_open_connections", stop_ends_open_connections);
	rows_add_one(&rows, "drain_ends_with_all_places_taken", drain_ends_with_all_places_taken);
	rows_add_one(&rows, "stop_waits_for_suspended_calls", stop_waits_for_suspended_calls);
	ROWS_ADD(&rows, start_rows, start_holds);
	rows_add_one(&rows, "taken_port_is_named", taken_port_is_named);
	return rows_run(&rows, argc, argv);
}
