/**
 * For the tests of this room: a listener in the process with a handler that does what the path
 * says, and a client of raw bytes. Everything waits on events with a limit; nothing sleeps.
 *
 *	/ok            200, "ok"
 *	/echo          200, the body
 *	/early         answers 401 in on_head()
 *	/early_last    the same as a client sees it, from on_request() with is_last
 *	/suspend       suspended, resumed by another thread, 200 "resumed"
 *	/twice         the same two times
 *	/hold          suspended until scripted_let_go()
 *	/hold_reset    the same, and the client `resetting` aborts before on_request() is over
 *	/big           200, SCRIPTED_BIG zero bytes
 *	/parameter     200, the parameter "p" in brackets; "absent" or "unusable"
 *	/peer          200, the client's address
 *	/peer_uid      200, "uid N", or "nobody" when the kernel does not know
 *	/forbidden_field   answers with a field that is none
 *	/smuggled      counted: no test may ever get here
 *	anything else  404
 */
#ifndef PC_HTTP_SCRIPTED_H
#define PC_HTTP_SCRIPTED_H

#include "http/listener.h"

#include <pthread.h>
#include <stdatomic.h>

struct client;

#define SCRIPTED_HELD 1100
/* More than the kernel keeps for a client that does not read. */
#define SCRIPTED_BIG ((size_t)16 << 20)
/* How long a test waits for what must come, in ms; never reached when it does. */
#define SCRIPTED_PATIENCE_MS 20000

struct scripted {
	struct arena *arena;
	struct listener *listener;
	struct listener_options options;
	atomic_size_t n_known; /* calls that the handler has seen: each is owed one on_done() */
	atomic_size_t n_heads;
	atomic_size_t n_requests;
	atomic_size_t n_refused;
	atomic_size_t n_done;
	atomic_size_t n_completed;
	atomic_size_t n_ended_twice;
	atomic_size_t n_told_gone;
	atomic_size_t n_smuggled;
	atomic_size_t n_resumed_by_worker;

	pthread_t worker;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	struct http_call *queue[SCRIPTED_HELD]; /* the worker resumes these */
	size_t n_queue;
	struct http_call *held[SCRIPTED_HELD];
	size_t n_held;
	struct client *resetting;
	bool is_stopping;
};

/** Starts with the options of @wanted; NULL for the defaults of the tests. */
struct scripted *scripted_start(const struct listener_options *wanted);
void scripted_stop(struct scripted *scripted);
/** Resumes all that is held, from the caller's thread. */
void scripted_let_go(struct scripted *scripted);
size_t scripted_n_held(struct scripted *scripted);
/** Waits until *counter is at least @n; false when it does not come. */
bool scripted_wait(atomic_size_t *counter, size_t n);
bool scripted_wait_held(struct scripted *scripted, size_t n);

struct client {
	int fd;
	char *text; /* all that was received */
	size_t len;
	bool is_closed; /* by the server */
	bool is_reset;
};

/** Aborts the connection with a reset instead of a goodbye. */
void client_reset(struct client *client);
bool client_connect(struct client *client, uint16_t port);
void client_done(struct client *client);
bool client_send(struct client *client, struct str bytes);
/** Reads until @n_responses are whole or the server closes. False when neither comes. */
bool client_read(struct client *client, size_t n_responses);
bool client_read_to_end(struct client *client);
size_t client_n_responses(const struct client *client);
/** The status of the first response that is no 100; 0 without one. */
int client_status(const struct client *client);
/** The body of the last response. */
struct str client_body(const struct client *client);
bool client_has(const struct client *client, const char *text);

/** One good request on a connection of its own gets its 200. */
bool scripted_is_well(struct scripted *scripted);

#endif
