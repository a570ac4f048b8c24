/**
 * One exchange as the rest of the program sees it: a request that is whole and well-framed, and
 * the response to it. Bytes, sockets and the HTTP library stay behind listener.c.
 */
#ifndef PC_HTTP_HTTP_H
#define PC_HTTP_HTTP_H

#include "base/arena.h"
#include "base/clock.h"

#include <sys/types.h>

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_PATCH,
	HTTP_OPTIONS,
	HTTP_OTHER,
};

const char *http_method_name(enum http_method method);

/** A field line of a response. Names and values are ours or were checked: no CR, LF or NUL. */
struct http_field {
	const char *name;
	const char *value;
};

/** The status of a response and what it carries. All of it lives in the call's arena or is static. */
struct http_response {
	int status;		  /* RFC 9110 */
	const char *content_type; /* NULL: no body */
	struct str body;
	/*
	 * Ends with a NULL name; may be NULL. Cache-Control: no-store and X-Content-Type-Options:
	 * nosniff are added unless they are among them; Date and Content-Length always.
	 */
	const struct http_field *fields;
	bool is_last; /* close the connection after it */
};

/** One request and its response. Owned by the listener; lives until on_done() has returned. */
struct http_call;

/** Freed, and wiped, after on_done(). One thread at a time: the one that has the call now. */
struct arena *http_call_arena(struct http_call *call);
enum http_method http_call_method(const struct http_call *call);
/** The target's path as it was sent: not decoded, without the query. */
struct str http_call_path(const struct http_call *call);
/** What stands behind the '?', not decoded; empty when nothing does. */
struct str http_call_query(const struct http_call *call);
/**
 * The decoded value of a query parameter; false when absent. ERR: a parameter that stands twice or
 * is not decodable gives an empty str with a NULL pointer in *ret_value and true.
 */
bool http_call_parameter(struct http_call *call, const char *name, struct str *ret_value);
/** The value of a request field, any case of the name; a NULL pointer when absent. */
struct str http_call_field(const struct http_call *call, const char *name);
/** How often the field stands in the request. */
size_t http_call_n_fields(const struct http_call *call, const char *name);
/** Empty until the whole body is in. In the arena; writable so that secrets in it can be wiped. */
struct str http_call_body(const struct http_call *call);
/**
 * When the request line was whole: the first that the HTTP library tells of a request. Who drips the
 * line gains the time until then, which is bounded by the head's deadline.
 */
struct tick http_call_received(const struct http_call *call);
/** The numeric address of the peer; empty on a Unix socket. */
const char *http_call_peer(const struct http_call *call);
/** Whose process the peer was when it connected. False: not on a Unix socket. */
_must_use_ bool http_call_peer_uid(const struct http_call *call, uid_t *ret_uid);

/** The handler's own state of this exchange. */
void *http_call_user(const struct http_call *call);
void http_call_set_user(struct http_call *call, void *user);

/**
 * Hands the response to the library. On the event thread only, once a call.
 *
 * Returns false when the peer had closed its side by then: the response most likely goes nowhere
 * (one that shut down only its writing side still gets it). Also when the response has a field that
 * is none: the connection is cut.
 */
_must_use_ bool http_call_answer(struct http_call *call, const struct http_response *response);

/**
 * Puts the call aside: nothing of it happens on the event thread until it is resumed. On the event
 * thread, from on_request() or on_resume(), before another thread learns of the call. The other
 * thread reads no field and no peer: what it needs of them is copied into the arena before.
 */
void http_call_suspend(struct http_call *call);
/**
 * Lets on_resume() be called on the event thread, or on_done() when the connection broke meanwhile:
 * that on the event thread or, when it is gone already, on the caller's. From any thread, once a
 * suspension, and the last that this thread does with the call.
 */
void http_call_resume(struct http_call *call);

#endif
