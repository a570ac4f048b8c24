/*
 * The store's thread: it drains the queue, runs the jobs, each with all its effects or none, commits
 * the group and only then reports. What a job may do is in store_connect.c, store_connection.c, store_account.c and
 * store_admin.c.
 */
#include "store/store.h"

#include "base/fault.h"
#include "store/marks.h"
#include "store/tx.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

struct store {
	size_t max_batch;
	size_t max_queue;
	int flush_ms;
	struct clock *clock;
	pthread_t thread;

	pthread_mutex_t lock; /* of all down to is_waiting */
	pthread_cond_t wake;
	struct store_job *first;
	struct store_job **last;
	size_t n_queued;
	struct marks marks;
	struct tick flush_at; /* while there are marks */
	bool is_closing;
	bool is_waiting;
	void (*on_fatal)(void *context, struct err err);
	void *fatal_context;

	/* The thread's own. */
	struct db *db;
	struct marks flushing; /* left over when a commit failed */
	bool is_careful;       /* the group runs again, with savepoints */
	bool is_spoilt;	       /* a job failed that had written and has no savepoint */
	bool is_dead;	       /* a sync failed: nothing is acknowledged any more */

	/* Written by the thread, read by all. */
	atomic_llong n_commits;
	atomic_llong n_jobs;
	atomic_llong n_failed;
	atomic_llong by_size[STORE_BATCH_BUCKETS];
};

/* ---- What a job's functions are made of. ---- */

static struct err
save_once(struct store_tx *tx)
{
	struct err err = OK_NONE;

	if (tx->is_careful && !tx->has_written)
		err = db_save(tx->db);
	if (!err.code)
		tx->has_written = true;
	return err;
}

struct err
tx_exec_values(struct store_tx *tx, enum db_stmt stmt, const struct db_value *values, int n_values)
{
	struct err err = save_once(tx);

	return err.code ? err : db_exec_values(tx->db, stmt, values, n_values);
}

/* ---- A group. ---- */

static struct err
flush_marks(struct store *store)
{
	for (size_t i = 0; i < store->flushing.n; i++) {
		const struct mark *mark = &store->flushing.rows[i];
		struct err err = db_exec(store->db, STMT_CONNECTION_MARK_DELIVERED,
					 db_text(mark_id(mark)), db_int(mark->is_delivered));

		if (err.code)
			return err;
	}
	return OK_NONE;
}

/*
 * A savepoint costs a copy of each page that the job changes: a third of all that a connect costs
 * here. Jobs that write and then fail are rare, so a group runs without savepoints first. Should
 * such a job be in it, all is rolled back, and the group runs again with a savepoint for each.
 *
 * Fails only when the whole group does; the job's own outcome is in job->err.
 */
static struct err
run_job(struct store *store, struct store_job *job)
{
	struct store_tx tx = { .db = store->db, .is_careful = store->is_careful };

	if (job->deadline.ns && job->deadline.ns <= clock_tick(store->clock).ns) {
		job->err = err_make(ERR_TIMEOUT, "waited too long for the store");
		return OK_NONE;
	}
	job->err = job->run(job, &tx);
	if (!db_has_transaction(store->db))
		return err_make(ERR_STORE,
				job->err.code ? job->err.detail : "the transaction was lost");
	if (tx.has_written && store->is_careful)
		return job->err.code ? db_undo(store->db) : db_release(store->db);
	if (tx.has_written && job->err.code)
		store->is_spoilt = true;
	return OK_NONE;
}

/* Ends early when the group is spoilt. */
static struct err
run_each(struct store *store, struct store_job *jobs)
{
	struct err err = db_begin(store->db);

	store->is_spoilt = false;
	if (!err.code)
		err = flush_marks(store);
	for (struct store_job *job = jobs; !err.code && !store->is_spoilt && job; job = job->next)
		err = run_job(store, job);
	return err;
}

static struct err
run_jobs(struct store *store, struct store_job *jobs)
{
	struct err err;

	if (FAULT_POINT("before_begin"))
		return err_make(ERR_STORE, "fault point before_begin");
	store->is_careful = false;
	err = run_each(store, jobs);
	if (!err.code && store->is_spoilt) {
		db_rollback(store->db);
		store->is_careful = true;
		err = run_each(store, jobs);
	}
	if (err.code)
		return err;
	if (FAULT_POINT("before_commit"))
		return err_make(ERR_STORE, "fault point before_commit");
	err = db_commit(store->db);
	/* Stands for a COMMIT whose outcome is not known: it is there, and reported as failed. */
	if (!err.code && FAULT_POINT("after_commit"))
		return err_make(ERR_STORE, "fault point after_commit");
	return err;
}

/* What one of them read may be another's that is not stored: the failure is everybody's. */
static void
fail_all(struct store_job *jobs, struct err err)
{
	for (struct store_job *job = jobs; job; job = job->next) {
		if (job->err.code != ERR_TIMEOUT)
			job->err = err_make(ERR_STORE, err.detail);
	}
}

/* done() may free the job. */
static void
report(struct store_job *jobs)
{
	struct store_job *next;

	for (struct store_job *job = jobs; job; job = next) {
		next = job->next;
		job->done(job, job->err);
	}
}

static void
die(struct store *store, struct err err)
{
	void (*on_fatal)(void *context, struct err err);
	void *context;

	store->is_dead = true;
	(void)pthread_mutex_lock(&store->lock);
	on_fatal = store->on_fatal;
	context = store->fatal_context;
	(void)pthread_mutex_unlock(&store->lock);
	on_fatal(context, err);
}

/* What the operator sees. Before anybody is answered: what is asked for later has it. */
static void
count_group(struct store *store, const struct store_job *jobs, bool is_committed)
{
	size_t bucket = 0;
	size_t n = 0;

	for (; jobs; jobs = jobs->next)
		n++;
	if (!is_committed) {
		(void)atomic_fetch_add(&store->n_failed, 1);
		return;
	}
	if (n == 0)
		return;
	while (bucket < STORE_BATCH_BUCKETS - 1 && n > (size_t)1 << bucket)
		bucket++;
	(void)atomic_fetch_add(&store->by_size[bucket], 1);
	(void)atomic_fetch_add(&store->n_jobs, (long long)n);
	(void)atomic_fetch_add(&store->n_commits, 1);
}

static void
run_group(struct store *store, struct store_job *jobs)
{
	struct err err = err_make(ERR_STORE, "the store has stopped after a sync error");

	if (!store->is_dead)
		err = run_jobs(store, jobs);
	if (err.code) {
		db_rollback(store->db);
		fail_all(jobs, err);
	} else {
		marks_clear(&store->flushing);
	}
	count_group(store, jobs, !err.code);
	report(jobs);
	if (store->is_dead)
		return;
	/* After the answers: what it costs, only the next group waits for. A checkpoint that fails
	 * for want of space is tried again; a failed sync shows in db_must_stop(). */
	if (!err.code)
		err = db_maintain(store->db);
	if (db_must_stop(store->db))
		die(store, err.code ? err : err_make(ERR_STORE, "a sync failed"));
}

/* ---- The thread. ---- */

static void
wait_for_work(struct store *store, bool has_marks)
{
	struct timespec until = { store->flush_at.ns / 1000000000,
				  store->flush_at.ns % 1000000000 };

	store->is_waiting = true;
	if (has_marks)
		(void)pthread_cond_timedwait(&store->wake, &store->lock, &until);
	else
		(void)pthread_cond_wait(&store->wake, &store->lock);
	store->is_waiting = false;
}

/* The condition variable runs on the machine's clock, whatever clock the store was given. */
static struct tick
flush_time(const struct store *store)
{
	return tick_add_ms(clock_tick(&clock_system), store->flush_ms);
}

static struct store_job *
take_jobs(struct store *store)
{
	struct store_job *jobs = store->first;
	struct store_job **last = &store->first;
	size_t n = 0;

	for (; *last && n < store->max_batch; n++)
		last = &(*last)->next;
	store->first = *last;
	*last = NULL;
	if (!store->first)
		store->last = &store->first;
	store->n_queued -= n;
	return n ? jobs : NULL;
}

/* False: it is time to end. The marks are taken with the jobs, so a job sees all older marks. */
static bool
next_group(struct store *store, struct store_job **ret_jobs)
{
	bool is_due = false;

	(void)pthread_mutex_lock(&store->lock);
	while (!store->first && !store->is_closing && !is_due) {
		bool has_marks = store->marks.n + store->flushing.n > 0;

		wait_for_work(store, has_marks);
		is_due = has_marks && clock_tick(&clock_system).ns >= store->flush_at.ns;
	}
	*ret_jobs = take_jobs(store);
	marks_move(&store->flushing, &store->marks);
	/* Should this group fail, its marks wait for the next turn. */
	store->flush_at = flush_time(store);
	is_due = *ret_jobs || !store->is_closing;
	(void)pthread_mutex_unlock(&store->lock);
	return is_due;
}

static void *
thread_main(void *arg)
{
	struct store *store = arg;
	struct store_job *jobs = NULL;

	while (next_group(store, &jobs))
		run_group(store, jobs);
	if (store->flushing.n)
		run_group(store, NULL);
	return NULL;
}

/* ---- From any thread. ---- */

struct err
store_submit(struct store *store, struct store_job *job)
{
	struct err err = OK_NONE;

	job->next = NULL;
	job->err = OK_NONE;
	(void)pthread_mutex_lock(&store->lock);
	if (store->is_closing || store->n_queued >= store->max_queue) {
		err = err_make(ERR_OVERLOADED, "too much waits for the store");
	} else {
		*store->last = job;
		store->last = &job->next;
		store->n_queued++;
		if (store->is_waiting)
			(void)pthread_cond_signal(&store->wake);
	}
	(void)pthread_mutex_unlock(&store->lock);
	return err;
}

void
store_mark_delivered(struct store *store, struct connection_id id, bool is_delivered)
{
	(void)pthread_mutex_lock(&store->lock);
	if (store->marks.n == 0) {
		store->flush_at = flush_time(store);
		if (store->is_waiting)
			(void)pthread_cond_signal(&store->wake);
	}
	marks_add(&store->marks, id.value, is_delivered);
	(void)pthread_mutex_unlock(&store->lock);
}

void
store_stats(struct store *store, struct store_stats *ret_stats)
{
	(void)pthread_mutex_lock(&store->lock);
	ret_stats->n_queued = store->n_queued;
	(void)pthread_mutex_unlock(&store->lock);
	ret_stats->n_failed = atomic_load(&store->n_failed);
	/* The sums first: what is counted meanwhile shows in the buckets only. */
	ret_stats->n_commits = atomic_load(&store->n_commits);
	ret_stats->n_jobs = atomic_load(&store->n_jobs);
	for (size_t i = 0; i < STORE_BATCH_BUCKETS; i++)
		ret_stats->by_size[i] = atomic_load(&store->by_size[i]);
}

struct sync_job {
	struct store_job job;
	struct err (*run)(void *arg, struct store_tx *tx);
	void *arg;
	pthread_mutex_t lock;
	pthread_cond_t finished;
	bool is_finished;
	struct err err;
};

static struct err
sync_run(struct store_job *job, struct store_tx *tx)
{
	struct sync_job *sync = CONTAINER_OF(job, struct sync_job, job);

	return sync->run(sync->arg, tx);
}

static void
sync_done(struct store_job *job, struct err err)
{
	struct sync_job *sync = CONTAINER_OF(job, struct sync_job, job);

	(void)pthread_mutex_lock(&sync->lock);
	sync->err = err;
	sync->is_finished = true;
	/* Under the lock: the waiter frees it as soon as it sees the end. */
	(void)pthread_cond_signal(&sync->finished);
	(void)pthread_mutex_unlock(&sync->lock);
}

struct err
store_run(struct store *store, struct err (*run)(void *arg, struct store_tx *tx), void *arg)
{
	struct sync_job sync = { .job = { .run = sync_run, .done = sync_done },
				 .run = run,
				 .arg = arg,
				 .lock = PTHREAD_MUTEX_INITIALIZER,
				 .finished = PTHREAD_COND_INITIALIZER };
	struct err err = store_submit(store, &sync.job);

	if (err.code)
		return err;
	(void)pthread_mutex_lock(&sync.lock);
	while (!sync.is_finished)
		(void)pthread_cond_wait(&sync.finished, &sync.lock);
	(void)pthread_mutex_unlock(&sync.lock);
	return sync.err;
}

void
store_on_fatal(struct store *store, void (*on_fatal)(void *context, struct err err), void *context)
{
	(void)pthread_mutex_lock(&store->lock);
	store->on_fatal = on_fatal;
	store->fatal_context = context;
	(void)pthread_mutex_unlock(&store->lock);
}

static _noreturn_ void
abort_on_fatal(_unused_ void *context, _unused_ struct err err)
{
	abort();
}

/* ---- Opening and closing. ---- */

static void
store_free(struct store *store)
{
	db_close(store->db);
	marks_release(&store->marks);
	marks_release(&store->flushing);
	(void)pthread_cond_destroy(&store->wake);
	(void)pthread_mutex_destroy(&store->lock);
	free(store);
}

static struct store *
store_new(const struct store_options *options)
{
	struct store *store = calloc(1, sizeof(*store));
	pthread_condattr_t attr;

	if (!store || pthread_condattr_init(&attr) != 0 ||
	    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) != 0 ||
	    pthread_cond_init(&store->wake, &attr) != 0 ||
	    pthread_mutex_init(&store->lock, NULL) != 0)
		abort(); /* out of memory */
	(void)pthread_condattr_destroy(&attr);
	store->max_batch = options->max_batch;
	store->max_queue = options->max_queue;
	store->flush_ms = options->flush_ms;
	store->clock = options->clock;
	store->last = &store->first;
	store->on_fatal = abort_on_fatal;
	return store;
}

static struct err
store_start(struct store *store, struct arena *arena, const struct store_options *options)
{
	struct db_options db_options = { options->url, options->cache_mib };
	struct err err = db_open(arena, &db_options, &store->db);

	if (!err.code)
		err = store_migrate(arena, store->db, clock_now(options->clock));
	if (!err.code)
		err = db_prepare_all(store->db);
	if (!err.code && pthread_create(&store->thread, NULL, thread_main, store) != 0)
		err = err_make(ERR_STORE, "store: its thread cannot be started");
	return err;
}

struct err
store_open(struct arena *arena, const struct store_options *options, struct store **ret_store)
{
	struct store *store;
	struct err err;

	assert(options->max_batch > 0 && options->max_queue > 0 && options->clock);
	store = store_new(options);
	err = store_start(store, arena, options);
	if (err.code) {
		store_free(store);
		return err;
	}
	*ret_store = store;
	return OK_NONE;
}

void
store_close(struct store *store)
{
	if (!store)
		return;
	(void)pthread_mutex_lock(&store->lock);
	store->is_closing = true;
	(void)pthread_cond_signal(&store->wake);
	(void)pthread_mutex_unlock(&store->lock);
	(void)pthread_join(store->thread, NULL);
	store_free(store);
}
