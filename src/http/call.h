/**
 * The inside of a call, for the files of this room only: what http.h hides from the others.
 *
 * A call is made when its request line is in (the library tells nothing earlier) and freed when the
 * library says that the exchange is over. It belongs to the event thread of its connection; while
 * it is suspended another thread may use its arena and what the handler hung on it, and nothing
 * else: the connection may end meanwhile, and with it the memory that holds the fields.
 */
#ifndef PC_HTTP_CALL_H
#define PC_HTTP_CALL_H

#include "http/conn.h"
#include "http/framing.h"
#include "http/listener.h"

#include <stdatomic.h>

struct MHD_Connection;

enum call_stage {
	CALL_IN_HEAD,	 /* the handler knows nothing of it yet */
	CALL_IN_BODY,	 /* on_head() wanted the body, or there is none */
	CALL_WHOLE,	 /* on_request() or on_resume() runs */
	CALL_SUSPENDING, /* as far as the handler knows it is suspended */
	CALL_SUSPENDED,
	CALL_ANSWERED,
	CALL_BROKEN, /* the connection has to be cut */
};

/* Which came first: the library's suspension, the connection's end or the other thread's resume. */
enum call_parking {
	CALL_NOT_PARKED,
	CALL_PARKED,
	CALL_WOKEN,
	CALL_ORPHANED, /* the connection is gone: whoever resumes the call ends it */
};

/** What the calls of one listener share. */
struct call_world {
	struct http_handler handler;
	struct clock *clock;
	struct conns *conns;
	size_t max_head;
	size_t max_body;
	struct conn_deadlines deadlines;
	atomic_bool is_draining;
	atomic_size_t n_calls;
	atomic_bool is_stopping;
	atomic_size_t n_lent; /* suspended, or with a handler that may do so: kept from stopping */
};

struct http_call {
	struct call_world *world;
	struct MHD_Connection *mhd;
	struct conn *conn;
	struct arena *arena;
	struct tick received;
	enum call_stage stage;
	atomic_int parking; /* enum call_parking */
	enum http_method method;
	struct head head; /* copies of nothing: names and values are in the library's memory */
	struct str target;
	char *body;
	size_t body_len;
	size_t body_size; /* of the memory at body */
	size_t n_swallowed;
	bool is_malformed; /* the head */
	bool is_body_whole;
	bool is_known;	   /* the handler has seen it: on_done() is owed */
	bool is_too_large; /* the body went past max_body: what comes is read and thrown away */
	bool is_last;	   /* the connection is not to be used again */
	void *user;
};

/** The library's first sight of a request: its target, before the fields are read. */
struct http_call *call_new(struct call_world *world, struct MHD_Connection *mhd, struct conn *conn,
			   struct str target);
/** The head is in. Returns false when the connection has to be cut. */
bool call_take_head(struct http_call *call, const char *method, const char *url,
		    const char *version);
/** A piece of the body. @piece is wiped. Returns false when the connection has to be cut. */
bool call_take_body(struct http_call *call, char *piece, size_t len);
/** The request is whole, or the call was resumed. */
bool call_run(struct http_call *call);
/**
 * The exchange is over: tells the handler and frees the call, or leaves both to the thread that
 * has the call at the moment.
 */
void call_end(struct http_call *call, bool is_completed);

#endif
