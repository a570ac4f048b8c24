/**
 * A few threads that do what may wait or takes long: hashing, dialing, hooks. The queue is bounded;
 * a full one refuses at once.
 */
#ifndef PC_BASE_POOL_H
#define PC_BASE_POOL_H

#include "base/err.h"

struct pool;

/** Embedded in the submitter's own struct; the pool does not touch it after run(). */
struct pool_job {
	struct pool_job *next; /* the pool's */
	void (*run)(struct pool_job *job);
};

/** NULL when the system gives no more threads. They take no signals. */
_must_use_ struct pool *pool_new(size_t n_threads, size_t max_queue);
/** Runs what is queued, then joins the threads. Not from a job. */
void pool_free(struct pool *pool);
/** From any thread. ERR_OVERLOADED: @max_queue jobs wait already, not counting those that run. */
_must_use_ struct err pool_submit(struct pool *pool, struct pool_job *job);

#endif
