/*
 * Deadlines, shortened: who takes too long is cut off, however busy it keeps the connection, and who
 * waits for us is not. The tests wait for the cut, never for a time to pass.
 */
#include "http/scripted.h"
#include "support/rows.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#define DEADLINE_MS 150
/* No deadline of this one comes up while the tests run. */
#define LONG_MS 600000

#define BODY_HEAD "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n"

struct slow_row {
	const char *name;
	struct listener_options options;
	struct str begin; /* sent at once */
	struct str drip;  /* then, again and again, a byte of this; empty: silence */
	size_t n_known;	  /* how many calls the handler sees */
};

#define OPTIONS(head, body, write, idle)                                                           \
	{                                                                                          \
		.host = "127.0.0.1", .head_ms = (head), .body_ms = (body), .write_ms = (write),    \
		.idle_ms = (idle),                                                                 \
	}
#define ONLY_HEAD OPTIONS(DEADLINE_MS, LONG_MS, LONG_MS, LONG_MS)
#define ONLY_BODY OPTIONS(LONG_MS, DEADLINE_MS, LONG_MS, LONG_MS)
#define ONLY_WRITE OPTIONS(LONG_MS, LONG_MS, DEADLINE_MS, LONG_MS)
#define ONLY_IDLE OPTIONS(LONG_MS, LONG_MS, LONG_MS, DEADLINE_MS)

static const struct slow_row slow_rows[] = {
	{ "says_nothing", ONLY_HEAD, STR_INIT(""), STR_INIT(""), 0 },
	{ "drips_the_request_line", ONLY_HEAD, STR_INIT("GET /"), STR_INIT("a"), 0 },
	{ "drips_empty_lines", ONLY_HEAD, STR_INIT(""), STR_INIT("\n"), 0 },
	{ "drips_a_field", ONLY_HEAD, STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\nX: "), STR_INIT("b"),
	  0 },
	{ "stops_in_the_head", ONLY_HEAD, STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\n"), STR_INIT(""),
	  0 },
	{ "drips_the_body", ONLY_BODY, STR_INIT(BODY_HEAD), STR_INIT("a"), 1 },
	{ "stops_in_the_body", ONLY_BODY, STR_INIT(BODY_HEAD "abc"), STR_INIT(""), 1 },
	{ "drips_a_chunk", ONLY_BODY,
	  STR_INIT("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n"),
	  STR_INIT("a"), 1 },
	{ "drips_a_trailer", ONLY_BODY,
	  STR_INIT("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "),
	  STR_INIT("a"), 1 },
	{ "chunk_of_endless_length", ONLY_BODY,
	  STR_INIT("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
		   "ffffffffffffffff\r\n"),
	  STR_INIT("a"), 1 },
	{ "does_not_read_the_answer", ONLY_WRITE, STR_INIT("GET /big HTTP/1.1\r\nHost: a\r\n\r\n"),
	  STR_INIT(""), 1 },
	{ "does_not_read_but_sends", ONLY_WRITE, STR_INIT("GET /big HTTP/1.1\r\nHost: a\r\n\r\n"),
	  STR_INIT("a"), 1 },
	{ "idle_after_an_answer", ONLY_IDLE, STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n"),
	  STR_INIT(""), 1 },
	{ "drips_the_second_head", ONLY_IDLE,
	  STR_INIT("GET /ok HTTP/1.1\r\nHost: a\r\n\r\nGET /ok HTTP/1.1\r\nX: "), STR_INIT("a"),
	  1 },
};

/* Until the server hangs up; drips meanwhile. Reads nothing, so that answers pile up. */
static bool
wait_for_cut(int fd, struct str drip)
{
	struct tick since = clock_tick(&clock_system);
	struct pollfd pfd = { .fd = fd, .events = POLLRDHUP };

	while (tick_ms_between(since, clock_tick(&clock_system)) < SCRIPTED_PATIENCE_MS) {
		if (poll(&pfd, 1, 5) > 0)
			return true;
		if (drip.len && send(fd, drip.ptr, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			return true;
	}
	return false;
}

static void
slow_client_is_cut(void **state)
{
	const struct slow_row *row = *state;
	struct scripted *s = scripted_start(&row->options);
	struct client client;
	struct tick since;

	assert_true(client_connect(&client, listener_port(s->listener)));
	since = clock_tick(&clock_system);
	assert_true(client_send(&client, row->begin));
	assert_true(wait_for_cut(client.fd, row->drip));
	/* Not before its time: it was the deadline and nothing else. */
	assert_true(tick_ms_between(since, clock_tick(&clock_system)) >= DEADLINE_MS / 2);
	client_done(&client);
	assert_true(scripted_wait(&s->n_done, row->n_known));
	assert_int_equal(atomic_load(&s->n_known), row->n_known);
	assert_true(scripted_is_well(s));
	scripted_stop(s);
}

/* A call that we keep waiting outlives every deadline of its client. */
static void
suspended_call_has_no_deadline(_unused_ void **state)
{
	struct listener_options options =
		OPTIONS(DEADLINE_MS, DEADLINE_MS, DEADLINE_MS, DEADLINE_MS);
	struct scripted *s = scripted_start(&options);
	struct client held;
	struct client silent;

	assert_true(client_connect(&held, listener_port(s->listener)));
	assert_true(client_send(&held, STR("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")));
	assert_true(scripted_wait_held(s, 1));
	/* Two generations of others come and are cut meanwhile. */
	for (int i = 0; i < 2; i++) {
		assert_true(client_connect(&silent, listener_port(s->listener)));
		assert_true(wait_for_cut(silent.fd, STR("")));
		client_done(&silent);
	}
	scripted_let_go(s);
	assert_true(client_read(&held, 1));
	assert_int_equal(client_status(&held), 200);
	client_done(&held);
	scripted_stop(s);
}

/* The deadline of one request is not the deadline of the connection. */
static void
each_request_has_its_own_deadline(_unused_ void **state)
{
	struct listener_options options =
		OPTIONS(2 * DEADLINE_MS, DEADLINE_MS, DEADLINE_MS, 2 * DEADLINE_MS);
	struct scripted *s = scripted_start(&options);
	struct tick since = clock_tick(&clock_system);
	struct client client;
	size_t n = 0;

	assert_true(client_connect(&client, listener_port(s->listener)));
	while (tick_ms_between(since, clock_tick(&clock_system)) < 4L * DEADLINE_MS) {
		assert_true(client_send(&client, STR("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n")));
		assert_true(client_read(&client, ++n));
		assert_false(client.is_closed);
	}
	client_done(&client);
	scripted_stop(s);
}

/* The clock of the program may stand still: the reaper asks it, and cuts nobody. */
static struct tick
stopped_tick(_unused_ struct clock *self)
{
	return (struct tick){ 1 };
}

static void
deadlines_follow_the_clock_given(_unused_ void **state)
{
	static struct clock stopped = { .tick = stopped_tick };
	struct listener_options options =
		OPTIONS(DEADLINE_MS, DEADLINE_MS, DEADLINE_MS, DEADLINE_MS);
	struct listener_options moving = options;
	struct scripted *s;
	struct scripted *other;
	struct client client;
	struct client silent;

	options.clock = &stopped;
	s = scripted_start(&options);
	other = scripted_start(&moving);
	assert_true(client_connect(&client, listener_port(s->listener)));
	assert_true(client_connect(&silent, listener_port(other->listener)));
	assert_true(wait_for_cut(silent.fd, STR("")));
	client_done(&silent);
	assert_true(client_send(&client, STR("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n")));
	assert_true(client_read(&client, 1));
	assert_int_equal(client_status(&client), 200);
	client_done(&client);
	scripted_stop(other);
	scripted_stop(s);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, slow_rows, slow_client_is_cut);
	rows_add_one(&rows, "suspended_call_has_no_deadline", suspended_call_has_no_deadline);
	rows_add_one(&rows, "each_request_has_its_own_deadline", each_request_has_its_own_deadline);
	rows_add_one(&rows, "deadlines_follow_the_clock_given", deadlines_follow_the_clock_given);
	return rows_run(&rows, argc, argv);
}
