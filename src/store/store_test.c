/*
 * The store's thread: groups, savepoints, the queue, deadlines, delivery marks, faults.
 */
#include "support/store_fixture.h"

#include "base/buf.h"

#include <pthread.h>

/* ---- Jobs that wait behind a gate, so that they make one group. ---- */

struct gate {
	struct store_job job;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_entered;
	bool is_open;
	int n_done;
};

static struct err
gate_run(struct store_job *job, _unused_ struct store_tx *tx)
{
	struct gate *gate = CONTAINER_OF(job, struct gate, job);

	(void)pthread_mutex_lock(&gate->lock);
	gate->is_entered = true;
	(void)pthread_cond_broadcast(&gate->changed);
	while (!gate->is_open)
		(void)pthread_cond_wait(&gate->changed, &gate->lock);
	(void)pthread_mutex_unlock(&gate->lock);
	return OK_NONE;
}

static void
gate_count(struct gate *gate)
{
	(void)pthread_mutex_lock(&gate->lock);
	gate->n_done++;
	(void)pthread_cond_broadcast(&gate->changed);
	(void)pthread_mutex_unlock(&gate->lock);
}

static void
gate_done(struct store_job *job, _unused_ struct err err)
{
	gate_count(CONTAINER_OF(job, struct gate, job));
}

/* The store's thread stands in the gate when this returns. */
static void
gate_shut(struct gate *gate, struct store *store)
{
	*gate = (struct gate){ .job = { .run = gate_run, .done = gate_done },
			       .lock = PTHREAD_MUTEX_INITIALIZER,
			       .changed = PTHREAD_COND_INITIALIZER };
	assert_ok(store_submit(store, &gate->job));
	(void)pthread_mutex_lock(&gate->lock);
	while (!gate->is_entered)
		(void)pthread_cond_wait(&gate->changed, &gate->lock);
	(void)pthread_mutex_unlock(&gate->lock);
}

static void
gate_open(struct gate *gate)
{
	(void)pthread_mutex_lock(&gate->lock);
	gate->is_open = true;
	(void)pthread_cond_broadcast(&gate->changed);
	(void)pthread_mutex_unlock(&gate->lock);
}

static void
gate_wait(struct gate *gate, int n_done)
{
	(void)pthread_mutex_lock(&gate->lock);
	while (gate->n_done < n_done)
		(void)pthread_cond_wait(&gate->changed, &gate->lock);
	(void)pthread_mutex_unlock(&gate->lock);
}

/* ---- A job that adds rows to the audit trail, and may fail after it. ---- */

enum mood { GOOD, FAILS, COLLIDES, SWALLOWS_A_COLLISION, LOSES_THE_TRANSACTION, BREAKS_THE_DISK };

struct note {
	struct store_job job;
	struct gate *gate;
	enum mood mood;
	bool was_run;
	struct err err;
};

static struct err
collide(struct store_tx *tx)
{
	/* The account's id is free, its key is not. */
	return tx_exec(tx, STMT_ACCOUNT_INSERT, db_text(STR("other")), db_text(STR("key")),
		       db_text(STR("key")), db_int(0), db_text(STR("trial")), db_null(), db_null(),
		       db_int(1));
}

static struct err
note_run(struct store_job *job, struct store_tx *tx)
{
	struct note *note = CONTAINER_OF(job, struct note, job);
	struct audit_entry entry = { { START_MS }, STR("test"), STR("note"), STR("x"), { 0 } };
	struct err err = store_add_audit(tx, &entry);

	note->was_run = true;
	if (!err.code)
		err = store_add_audit(tx, &entry);
	if (err.code)
		return err;
	switch (note->mood) {
	case GOOD:
		return OK_NONE;
	case FAILS:
		return err_make(ERR_ACCOUNT_NOT_FOUND, "as the test wants");
	case COLLIDES:
		return collide(tx);
	case SWALLOWS_A_COLLISION:
		assert_int_equal(collide(tx).code, ERR_CONSTRAINT);
		return OK_NONE;
	case LOSES_THE_TRANSACTION:
		db_rollback(tx->db);
		return err_make(ERR_STORE, "lost");
	case BREAKS_THE_DISK:
		db_fail_call(tx->db, 1);
		return store_add_audit(tx, &entry);
	}
	return OK_NONE;
}

static void
note_done(struct store_job *job, struct err err)
{
	struct note *note = CONTAINER_OF(job, struct note, job);

	note->err = err;
	gate_count(note->gate);
}

static struct err
add_account(_unused_ void *arg, struct store_tx *tx)
{
	return tx_exec(tx, STMT_ACCOUNT_INSERT, db_text(STR("one")), db_text(STR("key")),
		       db_text(STR("key")), db_int(0), db_text(STR("trial")), db_null(), db_null(),
		       db_int(1));
}

/* ---- 64 jobs in one group, one of which is not good. ---- */

struct group_row {
	const char *name;
	enum mood mood;
	enum err_code its; /* the odd one's */
	enum err_code others;
	int64_t n_rows;
};

#define N_GROUP ((int64_t)64)

static const struct group_row group_rows[] = {
	{ "all_are_good", GOOD, ERR_NONE, ERR_NONE, 2 * N_GROUP },
	{ "one_fails", FAILS, ERR_ACCOUNT_NOT_FOUND, ERR_NONE, 2 * N_GROUP - 2 },
	{ "one_collides", COLLIDES, ERR_CONSTRAINT, ERR_NONE, 2 * N_GROUP - 2 },
	{ "one_swallows_a_collision", SWALLOWS_A_COLLISION, ERR_NONE, ERR_NONE, 2 * N_GROUP },
	{ "one_meets_a_broken_disk", BREAKS_THE_DISK, ERR_STORE, ERR_NONE, 2 * N_GROUP - 2 },
	{ "one_loses_the_transaction", LOSES_THE_TRANSACTION, ERR_STORE, ERR_STORE, 0 },
};

static void
group_holds(void **state)
{
	const struct group_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	static struct note notes[N_GROUP];
	struct gate gate;

	fixture_open(&f);
	assert_ok(store_run(f.store, add_account, NULL));
	gate_shut(&gate, f.store);
	for (int i = 0; i < N_GROUP; i++) {
		notes[i] = (struct note){ .job = { .run = note_run, .done = note_done },
					  .gate = &gate,
					  .mood = i == 20 ? row->mood : GOOD };
		assert_ok(store_submit(f.store, &notes[i].job));
	}
	gate_open(&gate);
	gate_wait(&gate, N_GROUP + 1);
	for (int i = 0; i < N_GROUP; i++)
		assert_int_equal(notes[i].err.code, i == 20 ? row->its : row->others);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM audit"), row->n_rows);
	/* Nothing sticks. */
	notes[0] = (struct note){ .job = { .run = note_run, .done = note_done }, .gate = &gate };
	assert_ok(store_submit(f.store, &notes[0].job));
	gate_wait(&gate, N_GROUP + 2);
	assert_ok(notes[0].err);
	fixture_reopen(&f);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM audit"), row->n_rows + 2);
}

/* ---- Failing at each call that a connect makes to the database. ---- */

struct fault_row {
	const char *name;
	bool is_second; /* supersedes the first, whose secrets go */
};

static const struct fault_row fault_rows[] = {
	{ "every_call_of_a_first_connect_fails", false },
	{ "every_call_of_a_superseding_connect_fails", true },
};

struct faulty {
	struct told told;
	int64_t n;
};

static struct err
faulty_run(void *arg, struct store_tx *tx)
{
	struct faulty *faulty = arg;

	db_fail_call(tx->db, faulty->n);
	return ask_run(&faulty->told, tx);
}

static struct err
disarm(_unused_ void *arg, struct store_tx *tx)
{
	db_fail_call(tx->db, 0);
	return OK_NONE;
}

static const char *const all_rows =
	"SELECT group_concat(n) FROM (SELECT count(*) AS n FROM account"
	" UNION ALL SELECT count(*) FROM account_user UNION ALL SELECT count(*) FROM identity"
	" UNION ALL SELECT count(*) FROM workspace UNION ALL SELECT count(*) FROM connection"
	" UNION ALL SELECT count(*) FROM connection WHERE state = 'live'"
	" UNION ALL SELECT count(*) FROM secret UNION ALL SELECT count(*) FROM outbox)";

static void
fault_holds(void **state)
{
	const struct fault_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { .email = "ada@example.com",
			   .workspace_id = 1,
			   .n_secrets = 2,
			   .policy = { .superseded_action = SUPERSEDED_DELETE } };
	const char *want = row->is_second ? "1,1,1,1,2,1,2,1" : "1,1,1,1,1,1,2,0";
	struct err err = { ERR_STORE, NULL };
	struct faulty faulty;
	const char *before;

	fixture_open(&f);
	if (row->is_second)
		(void)connect_ask(&f, &ask);
	ask.print = 1;
	before = peek(&f, all_rows);
	for (faulty.n = 1; err.code; faulty.n++) {
		ask_prepare(&f, &ask, &faulty.told);
		err = store_run(f.store, faulty_run, &faulty);
		assert_true(err.code == ERR_NONE || err.code == ERR_STORE);
		/* All effects or none; a call of the commit may fail too. */
		assert_string_equal(peek(&f, all_rows), err.code ? before : want);
	}
	/* Two loads, seven writes and the commit at the least: none is left out. */
	assert_true(faulty.n > 11);
	/* What is left of the count may still hit this job's BEGIN. */
	if (store_run(f.store, disarm, NULL).code)
		assert_ok(store_run(f.store, disarm, NULL));
}

#if PC_FAULT_POINTS
/* ---- The fault points: the step fails, once, for all members. ---- */

struct point_row {
	const char *name; /* of the point */
	int64_t n_rows;	  /* what is stored though it was refused */
};

static const struct point_row point_rows[] = {
	{ "before_begin", 0 },
	{ "before_commit", 0 },
	{ "after_commit", 2 },
};

static void
point_holds(void **state)
{
	const struct point_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct note note = { .job = { .run = note_run, .done = note_done } };
	struct buf armed;
	struct gate gate;

	fixture_open(&f);
	gate_shut(&gate, f.store);
	gate_open(&gate);
	gate_wait(&gate, 1);
	note.gate = &gate;
	/* Which pass of the process this will be depends on the rows before: arm them all. */
	buf_init(&armed, f.arena, 16384);
	for (int i = 1; i <= 500; i++)
		buf_addf(&armed, "%s=fail@%d,", row->name, i);
	/* The store's thread waits meanwhile: NOLINTNEXTLINE(concurrency-mt-unsafe) */
	assert_int_equal(setenv("PARTNER_CONNECT_FAULTS", buf_cstr(&armed), 1), 0);
	assert_ok(store_submit(f.store, &note.job));
	gate_wait(&gate, 2);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	assert_int_equal(unsetenv("PARTNER_CONNECT_FAULTS"), 0);
	assert_int_equal(note.err.code, ERR_STORE);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM audit"), row->n_rows);
	assert_ok(store_submit(f.store, &note.job));
	gate_wait(&gate, 3);
	assert_ok(note.err);
}
#endif

/* ---- The queue. ---- */

static void
a_full_queue_refuses(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct note notes[4];
	struct gate gate;

	fixture_init(&f);
	f.options.max_queue = 3;
	f.options.max_batch = 2;
	assert_ok(store_open(f.arena, &f.options, &f.store));
	gate_shut(&gate, f.store);
	for (int i = 0; i < 4; i++) {
		notes[i] = (struct note){ .job = { .run = note_run, .done = note_done },
					  .gate = &gate };
		assert_int_equal(store_submit(f.store, &notes[i].job).code,
				 i < 3 ? ERR_NONE : ERR_OVERLOADED);
	}
	gate_open(&gate);
	gate_wait(&gate, 4);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM audit"), 6);
	assert_ok(store_submit(f.store, &notes[3].job));
	gate_wait(&gate, 5);
	assert_false(notes[3].err.code);
}

struct deadline_row {
	const char *name;
	int64_t deadline_ns; /* 0: none; the clock stands at 1 s and jumps to 3 s in the queue */
	enum err_code want;
};

static const struct deadline_row deadline_rows[] = {
	{ "without_a_deadline", 0, ERR_NONE },
	{ "before_its_deadline", 3000000001, ERR_NONE },
	{ "at_its_deadline", 3000000000, ERR_TIMEOUT },
	{ "past_its_deadline", 2000000000, ERR_TIMEOUT },
};

static void
deadline_holds(void **state)
{
	const struct deadline_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct note note = {
		.job = { .run = note_run, .done = note_done, .deadline = { row->deadline_ns } }
	};
	struct gate gate;

	fixture_open(&f);
	gate_shut(&gate, f.store);
	note.gate = &gate;
	assert_ok(store_submit(f.store, &note.job));
	f.clock.tick_ns = 3000000000;
	gate_open(&gate);
	gate_wait(&gate, 2);
	assert_int_equal(note.err.code, row->want);
	assert_int_equal(note.was_run, row->want == ERR_NONE);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM audit"), row->want ? 0 : 2);
}

static void
closing_finishes_the_queue(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	static struct note notes[300];
	struct gate gate;

	fixture_open(&f);
	gate_shut(&gate, f.store);
	for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
		notes[i] = (struct note){ .job = { .run = note_run, .done = note_done },
					  .gate = &gate };
		assert_ok(store_submit(f.store, &notes[i].job));
	}
	gate_open(&gate);
	store_close(f.store);
	f.store = NULL;
	assert_int_equal(gate.n_done, ARRAY_LEN(notes) + 1);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM audit"), 2 * ARRAY_LEN(notes));
}

/* ---- Delivery marks; what they mean is marks_test.c. ---- */

static void
a_mark_outlives_a_failed_commit(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { .email = "ada@example.com", .workspace_id = 1 };
	struct note lost = { .job = { .run = note_run, .done = note_done },
			     .mood = LOSES_THE_TRANSACTION };
	struct gate gate;

	fixture_init(&f);
	f.options.flush_ms = 3600000;
	assert_ok(store_open(f.arena, &f.options, &f.store));
	store_mark_delivered(f.store, connect_ask(&f, &ask).decision.answer.connection_id, true);
	gate_shut(&gate, f.store);
	gate_open(&gate);
	gate_wait(&gate, 1);
	(void)peek(&f, "UPDATE connection SET is_delivered = 0");
	store_mark_delivered(f.store, (struct connection_id){ STR("not one of ours") }, true);
	store_mark_delivered(f.store, look_ask(&f, &ask).state.twin.answer.connection_id, true);
	lost.gate = &gate;
	assert_ok(store_submit(f.store, &lost.job));
	gate_wait(&gate, 2);
	assert_int_equal(peek_int(&f, "SELECT is_delivered FROM connection"), 0);
	assert_true(look_ask(&f, &ask).state.twin.is_delivered);
}

/* ---- Many threads. ---- */

#define N_THREADS 4
#define N_EACH 200

struct worker {
	struct fixture *f;
	int number;
	pthread_t thread;
	struct arena *arena;
};

static void *
worker_main(void *arg)
{
	struct worker *worker = arg;
	struct fixture own = *worker->f; /* the store is shared, the arena is not */

	own.arena = worker->arena;
	for (int i = 0; i < N_EACH; i++) {
		struct ask ask = { .email = "ada@example.com",
				   .databricks_user_id = 5,
				   .workspace_id = worker->number * N_EACH + i };
		struct told told;

		ask_prepare(&own, &ask, &told);
		if (store_run(own.store, ask_run, &told).code)
			abort();
		store_mark_delivered(own.store, told.decision.answer.connection_id, true);
	}
	return NULL;
}

static void
threads_share_the_store(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct worker workers[N_THREADS];

	fixture_open(&f);
	for (int i = 0; i < N_THREADS; i++) {
		workers[i] = (struct worker){ .f = &f, .number = i, .arena = arena_create() };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, worker_main, &workers[i]),
				 0);
	}
	for (int i = 0; i < N_THREADS; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		arena_free(workers[i].arena);
	}
	fixture_reopen(&f);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM account"), 1);
	assert_int_equal(peek_int(&f, "SELECT sum(is_delivered) FROM connection"),
			 N_THREADS * N_EACH);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

#if PC_FAULT_POINTS
	ROWS_ADD(&rows, point_rows, point_holds); /* first: the passes are counted */
#endif
	ROWS_ADD(&rows, group_rows, group_holds);
	ROWS_ADD(&rows, fault_rows, fault_holds);
	rows_add_one(&rows, "a_full_queue_refuses", a_full_queue_refuses);
	ROWS_ADD(&rows, deadline_rows, deadline_holds);
	rows_add_one(&rows, "closing_finishes_the_queue", closing_finishes_the_queue);
	rows_add_one(&rows, "a_mark_outlives_a_failed_commit", a_mark_outlives_a_failed_commit);
	rows_add_one(&rows, "threads_share_the_store", threads_share_the_store);
	return rows_run(&rows, argc, argv);
}
