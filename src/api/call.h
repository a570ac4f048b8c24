/**
 * One call of the Connect API or of a page: what its handler sees.
 *
 * A call goes through phases, each on an event thread: its head (authentication, what needs no
 * body), the verification of credentials that were not seen before (a worker does it), its
 * handler, and after the handler's transaction its answer. call.c moves it along; handlers know
 * nothing of threads but this: *_in_tx functions run on the store thread.
 */
#ifndef PC_API_CALL_H
#define PC_API_CALL_H

#include "api/app.h"
#include "http/http.h"
#include "http/listener.h"

struct route;
struct call;

/** On the store thread: load, decide, apply. Nothing that waits. */
typedef struct err (*call_tx_fn)(struct call *call, struct store_tx *tx, void *work);
/** On a worker: what takes long or waits, such as hashing and dialing. No SQL. */
typedef struct err (*call_worker_fn)(struct call *call, void *work);
/** On an event thread, after the COMMIT or the worker: answers, or goes on. */
typedef void (*call_answer_fn)(struct call *call, void *work);

enum call_phase { CALL_HEAD, CALL_VERIFY, CALL_TRANSACT, CALL_WORK, CALL_ANSWERED };

struct call {
	struct app *app;
	const struct partner *partner; /* as it was when the call began; held to its end */
	const struct door *door;       /* it came in by */
	struct http_call *http;
	struct arena *arena;
	const struct route *route; /* NULL: no such path, or not with this method */
	const char *allow;	   /* the methods of the path; NULL: no such path */
	struct str body;
	struct str request_id;
	struct instant received;
	enum credential_slot slot; /* whose credential this is; of authenticated routes */
	struct str id;		   /* what stands for {id} in the route's path */
	uid_t peer_uid;		   /* who calls, at DOOR_ADMIN */

	enum call_phase phase;
	struct err err; /* of the phase that ended on another thread */
	struct auth_request auth_request;
	struct store_job job;
	struct pool_job pool_job;
	call_tx_fn run_in_tx;
	call_worker_fn run_on_worker;
	call_answer_fn answer;
	/* Answers an error of a phase that ended on another thread; a handler may set its own. */
	void (*fail)(struct call *call, struct err err);
	/*
	 * NULL, or what must happen once the transaction is committed, whether or not the peer
	 * still waits for its answer. On the store thread, in the order of the commits.
	 */
	call_answer_fn committed;
	void *work;

	int status; /* what was answered; 0 until then */
	/* Set before the answer: whose delivery the store must know of. */
	struct connection_id delivers;
};

/** The handler of the listener behind a door. */
struct http_handler call_handler(struct door *door);

/**
 * Runs @run_in_tx in a transaction and then @answer. The last thing that a handler does.
 *
 * An error of @run_in_tx is answered here and @answer is not called; what it wrote is undone
 * (ERROR-4).
 */
void call_transact(struct call *call, call_tx_fn run_in_tx, call_answer_fn answer, void *work);

/**
 * Runs @run_on_worker on a thread of the pool and then @answer. The last thing that a handler, or an
 * answer function, does. Errors as above; a full queue is ERR_OVERLOADED.
 */
void call_work(struct call *call, call_worker_fn run_on_worker, call_answer_fn answer, void *work);
/** The same for what waits for other machines, on threads of its own. */
void call_dial(struct call *call, call_worker_fn run_on_worker, call_answer_fn answer, void *work);

#endif
