/*
 * The pool: every job runs once, in order on one thread, a full queue refuses, stopping drains.
 */
#include "base/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "support/rows.h"

/* A door that jobs wait at, so that the test decides when they end. */
struct door {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool is_open;
	int n_waiting;
};

struct test_job {
	struct pool_job job;
	struct door *door;
	atomic_int *counter;
	int order; /* the counter's value when it ran, from 1 */
	bool takes_signals;
};

static void
door_init(struct door *door)
{
	*door = (struct door){ 0 };
	assert_int_equal(pthread_mutex_init(&door->mutex, NULL), 0);
	assert_int_equal(pthread_cond_init(&door->changed, NULL), 0);
}

static void
door_pass(struct door *door)
{
	(void)pthread_mutex_lock(&door->mutex);
	door->n_waiting++;
	(void)pthread_cond_broadcast(&door->changed);
	while (!door->is_open)
		(void)pthread_cond_wait(&door->changed, &door->mutex);
	(void)pthread_mutex_unlock(&door->mutex);
}

static void
door_open(struct door *door)
{
	(void)pthread_mutex_lock(&door->mutex);
	door->is_open = true;
	(void)pthread_cond_broadcast(&door->changed);
	(void)pthread_mutex_unlock(&door->mutex);
}

static void
door_await(struct door *door, int n)
{
	(void)pthread_mutex_lock(&door->mutex);
	while (door->n_waiting < n)
		(void)pthread_cond_wait(&door->changed, &door->mutex);
	(void)pthread_mutex_unlock(&door->mutex);
}

static void
test_job_run(struct pool_job *job)
{
	struct test_job *self = CONTAINER_OF(job, struct test_job, job);
	sigset_t mask;

	if (self->door)
		door_pass(self->door);
	if (pthread_sigmask(SIG_SETMASK, NULL, &mask) != 0 || !sigismember(&mask, SIGTERM))
		self->takes_signals = true;
	self->order = atomic_fetch_add(self->counter, 1) + 1;
}

struct size_row {
	const char *name;
	size_t n_threads;
	size_t n_jobs;
};

static const struct size_row sizes[] = {
	{ "no_job_one_thread", 1, 0 },	      { "one_job_one_thread", 1, 1 },
	{ "many_jobs_one_thread", 1, 500 },   { "more_threads_than_jobs", 8, 3 },
	{ "many_jobs_four_threads", 4, 500 },
};

static void
every_job_runs_once(void **state)
{
	const struct size_row *row = *state;
	struct pool *pool = pool_new(row->n_threads, row->n_jobs);
	struct test_job jobs[500] = { 0 };
	bool seen[501] = { 0 };
	atomic_int counter = 0;

	assert_non_null(pool);
	for (size_t i = 0; i < row->n_jobs; i++) {
		jobs[i] = (struct test_job){ .job.run = test_job_run, .counter = &counter };
		assert_int_equal(pool_submit(pool, &jobs[i].job).code, ERR_NONE);
	}
	pool_free(pool);
	assert_int_equal(counter, row->n_jobs);
	for (size_t i = 0; i < row->n_jobs; i++) {
		assert_in_range(jobs[i].order, 1, row->n_jobs);
		assert_false(seen[jobs[i].order]);
		seen[jobs[i].order] = true;
		assert_false(jobs[i].takes_signals);
		if (row->n_threads == 1)
			assert_int_equal(jobs[i].order, i + 1);
	}
}

static void
a_full_queue_refuses(_unused_ void **state)
{
	struct pool *pool = pool_new(2, 3);
	struct test_job jobs[6] = { 0 };
	atomic_int counter = 0;
	struct door door;

	assert_non_null(pool);
	door_init(&door);
	for (size_t i = 0; i < 6; i++)
		jobs[i] = (struct test_job){ { NULL, test_job_run }, &door, &counter, 0, false };
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pool_submit(pool, &jobs[i].job).code, ERR_NONE);
		door_await(&door, i + 1);
	}
	for (size_t i = 2; i < 5; i++)
		assert_int_equal(pool_submit(pool, &jobs[i].job).code, ERR_NONE);
	assert_int_equal(pool_submit(pool, &jobs[5].job).code, ERR_OVERLOADED);
	door_open(&door);
	pool_free(pool);
	assert_int_equal(counter, 5);
	assert_int_equal(jobs[5].order, 0);
}

struct chain_job {
	struct pool_job job;
	struct pool *pool;
	struct pool_job *next;
	struct err err;
};

static void
chain_job_run(struct pool_job *job)
{
	struct chain_job *self = CONTAINER_OF(job, struct chain_job, job);

	self->err = pool_submit(self->pool, self->next);
}

/* What a job hands in while the pool drains is run too. */
static void
a_job_submits_another(_unused_ void **state)
{
	struct pool *pool = pool_new(1, 1);
	atomic_int counter = 0;
	struct test_job second = { .job.run = test_job_run, .counter = &counter };
	struct chain_job first = { { NULL, chain_job_run }, pool, &second.job, OK_NONE };

	assert_non_null(pool);
	assert_int_equal(pool_submit(pool, &first.job).code, ERR_NONE);
	pool_free(pool);
	assert_int_equal(first.err.code, ERR_NONE);
	assert_int_equal(second.order, 1);
}

static void
free_of_nothing(_unused_ void **state)
{
	pool_free(NULL);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, sizes, every_job_runs_once);
	rows_add_one(&rows, "a_full_queue_refuses", a_full_queue_refuses);
	rows_add_one(&rows, "a_job_submits_another", a_job_submits_another);
	rows_add_one(&rows, "free_of_nothing", free_of_nothing);
	return rows_run(&rows, argc, argv);
}
