/*
 * Delivery marks: what they come to, and when they are stored.
 */
#include "support/store_fixture.h"

struct mark_row {
	const char *name;
	int marks[3]; /* 1: delivered, 0: taken back, -1: no more */
	bool want;
};

static const struct mark_row mark_rows[] = {
	{ "never_marked", { -1, -1, -1 }, false },
	{ "delivered", { 1, -1, -1 }, true },
	{ "delivered_and_taken_back", { 1, 0, -1 }, false },
	{ "delivered_after_all", { 1, 0, 1 }, true },
};

static void
mark(struct fixture *f, const struct mark_row *row, struct connection_id id)
{
	for (size_t i = 0; i < ARRAY_LEN(row->marks) && row->marks[i] >= 0; i++)
		store_mark_delivered(f->store, id, row->marks[i]);
}

static void
mark_is_seen_by_the_next_job(void **state)
{
	const struct mark_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { .email = "ada@example.com", .workspace_id = 1 };

	fixture_init(&f);
	f.options.flush_ms = 3600000;
	assert_ok(store_open(f.arena, &f.options, &f.store));
	mark(&f, row, connect_ask(&f, &ask).decision.answer.connection_id);
	assert_int_equal(look_ask(&f, &ask).state.twin.is_delivered, row->want);
	assert_int_equal(peek_int(&f, "SELECT is_delivered FROM connection"), row->want);
}

static void
mark_is_stored_at_the_end(void **state)
{
	const struct mark_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { .email = "ada@example.com", .workspace_id = 1 };

	fixture_init(&f);
	f.options.flush_ms = 3600000;
	assert_ok(store_open(f.arena, &f.options, &f.store));
	mark(&f, row, connect_ask(&f, &ask).decision.answer.connection_id);
	store_close(f.store);
	f.store = NULL;
	assert_int_equal(peek_int(&f, "SELECT is_delivered FROM connection"), row->want);
}

static void
a_mark_is_stored_when_nothing_else_is(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { .email = "ada@example.com", .workspace_id = 1 };
	struct timespec pause = { 0, 5000000 };
	int64_t is_delivered = 0;

	fixture_open(&f);
	store_mark_delivered(f.store, connect_ask(&f, &ask).decision.answer.connection_id, true);
	/* flush_ms is 20: this polls, and gives up after 10 s. */
	for (int i = 0; i < 2000 && !is_delivered; i++) {
		is_delivered = peek_int(&f, "SELECT is_delivered FROM connection");
		(void)nanosleep(&pause, NULL);
	}
	assert_int_equal(is_delivered, 1);
}

static void
marks_of_many_connections_stay_apart(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { .email = "ada@example.com" };

	fixture_init(&f);
	f.options.flush_ms = 3600000;
	assert_ok(store_open(f.arena, &f.options, &f.store));
	for (int i = 0; i < 700; i++) {
		struct connection_id id;

		ask.workspace_id = i;
		id = connect_ask(&f, &ask).decision.answer.connection_id;
		store_mark_delivered(f.store, id, true);
		if (i % 7 == 0)
			store_mark_delivered(f.store, id, false);
	}
	store_close(f.store);
	f.store = NULL;
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM connection WHERE is_delivered = 0"
				      " AND workspace_id % 7 = 0"),
			 100);
	assert_int_equal(peek_int(&f, "SELECT sum(is_delivered) FROM connection"), 600);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, mark_rows, mark_is_seen_by_the_next_job);
	ROWS_ADD(&rows, mark_rows, mark_is_stored_at_the_end);
	rows_add_one(&rows, "a_mark_is_stored_when_nothing_else_is",
		     a_mark_is_stored_when_nothing_else_is);
	rows_add_one(&rows, "marks_of_many_connections_stay_apart",
		     marks_of_many_connections_stay_apart);
	return rows_run(&rows, argc, argv);
}
