/*
 * The pool: one queue under one mutex, a few threads that take from its front.
 */
#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>

struct pool {
	pthread_mutex_t mutex;
	pthread_cond_t has_work; /* or is_stopping */
	struct pool_job *first;
	struct pool_job *last;
	size_t n_queued;
	size_t max_queue;
	bool is_stopping;
	size_t n_threads;
	pthread_t threads[];
};

/* The next job; NULL when the pool stops and nothing is left. */
static struct pool_job *
pool_take(struct pool *pool)
{
	struct pool_job *job;

	(void)pthread_mutex_lock(&pool->mutex); /* these fail on bugs only: the mutex is plain */
	while (!pool->first && !pool->is_stopping)
		(void)pthread_cond_wait(&pool->has_work, &pool->mutex);
	job = pool->first;
	if (job) {
		pool->first = job->next;
		pool->n_queued--;
	}
	(void)pthread_mutex_unlock(&pool->mutex);
	return job;
}

static void *
pool_work(void *arg)
{
	struct pool_job *job;

	while ((job = pool_take(arg)))
		job->run(job); /* may free the job: it is not looked at again */
	return NULL;
}

/* Signals are for the main thread: one that lands in a job would cut its system calls short. */
static bool
pool_start_threads(struct pool *pool, size_t n_threads)
{
	sigset_t all;
	sigset_t before;
	int result = 0;

	(void)sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
		return false;
	while (pool->n_threads < n_threads && result == 0) {
		result = pthread_create(&pool->threads[pool->n_threads], NULL, pool_work, pool);
		if (result == 0)
			pool->n_threads++;
	}
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL); /* it was valid a moment ago */
	return result == 0;
}

struct pool *
pool_new(size_t n_threads, size_t max_queue)
{
	struct pool *pool;

	assert(n_threads > 0);
	pool = calloc(1, sizeof(*pool) + n_threads * sizeof(pool->threads[0]));
	if (!pool || pthread_mutex_init(&pool->mutex, NULL) != 0 ||
	    pthread_cond_init(&pool->has_work, NULL) != 0)
		abort();
	pool->max_queue = max_queue;
	if (!pool_start_threads(pool, n_threads)) {
		pool_free(pool);
		return NULL;
	}
	return pool;
}

void
pool_free(struct pool *pool)
{
	if (!pool)
		return;
	(void)pthread_mutex_lock(&pool->mutex);
	pool->is_stopping = true;
	(void)pthread_cond_broadcast(&pool->has_work);
	(void)pthread_mutex_unlock(&pool->mutex);
	for (size_t i = 0; i < pool->n_threads; i++)
		(void)pthread_join(pool->threads[i], NULL); /* ours and never joined before */
	(void)pthread_cond_destroy(&pool->has_work);
	(void)pthread_mutex_destroy(&pool->mutex);
	free(pool);
}

struct err
pool_submit(struct pool *pool, struct pool_job *job)
{
	bool has_room;

	job->next = NULL;
	(void)pthread_mutex_lock(&pool->mutex);
	has_room = pool->n_queued < pool->max_queue;
	if (has_room) {
		if (pool->first)
			pool->last->next = job;
		else
			pool->first = job;
		pool->last = job;
		pool->n_queued++;
		(void)pthread_cond_signal(&pool->has_work);
	}
	(void)pthread_mutex_unlock(&pool->mutex);
	if (!has_room)
		return err_make(ERR_OVERLOADED, "too much work is waiting");
	return OK_NONE;
}
