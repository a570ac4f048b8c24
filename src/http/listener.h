/**
 * Listens, reads requests within limits and deadlines, and hands them to a handler. Knows no
 * endpoint. libmicrohttpd is behind it and is seen nowhere else.
 *
 * Where the library is lax we are strict (docs/security.md lists what it hides from us): at the
 * first callback we refuse field names that are no token, two or non-digit Content-Length, length
 * with Transfer-Encoding, any coding but exactly "chunked", no or two Host, a malformed Host.
 *
 * After a request whose body came in chunks the connection is closed, for chunks are where it is lax
 * and tells nothing.
 *
 * Deadlines, kept by a reaper thread that calls shutdown(2), never close: accept to head 10 s, head
 * to body 15 s, writing 10 s, last answer to next head 75 s. A call that is suspended has none here.
 */
#ifndef PC_HTTP_LISTENER_H
#define PC_HTTP_LISTENER_H

#include "base/err.h"
#include "http/http.h"

/** Why a request is refused before the handler sees it; the handler words the answer. */
enum http_refusal {
	HTTP_REFUSED_FRAMING,	/* the head is malformed or ambiguous: 400, connection closed */
	HTTP_REFUSED_HOST,	/* no, two or a malformed Host: 400, closed */
	HTTP_REFUSED_TOO_LARGE, /* the body is over max_body: 400, closed */
};

/** All functions run on an event thread: they do not wait, and may run at the same time. */
struct http_handler {
	void *context;
	/**
	 * The head is in, the body is not. Returns true to read the body; false after
	 * http_call_answer(): the body is not read and the connection is closed.
	 */
	bool (*on_head)(void *context, struct http_call *call);
	/** The request is whole: answers, or suspends the call and has it answered later. */
	void (*on_request)(void *context, struct http_call *call);
	/**
	 * A suspended call was resumed: answers, or suspends again. Does not come when the
	 * connection broke meanwhile: then on_done() does.
	 */
	void (*on_resume)(void *context, struct http_call *call);
	/**
	 * Must answer. on_head() may have run (a body that turned out too large) or not. The fields
	 * of a malformed head mean nothing.
	 */
	void (*on_refused)(void *context, struct http_call *call, enum http_refusal refusal);
	/**
	 * The exchange is over; the last chance to look at the call. @is_completed: all bytes of
	 * the response were given to the kernel; false: the connection broke, or a deadline did it.
	 */
	void (*on_done)(void *context, struct http_call *call, bool is_completed);
};

/** A socket that listens already, so that its port is known before the first call. */
struct listener_socket {
	int fd;
	uint16_t port; /* 0: a Unix socket */
};

struct listener_options {
	/* From listener_bind(); NULL: @host and @port are bound. */
	const struct listener_socket *socket;
	const char *host;	   /* numeric address, or "localhost" for 127.0.0.1 */
	uint16_t port;		   /* 0: the kernel picks one */
	const char *tls_cert_path; /* PEM chain and key; NULL: plain HTTP */
	const char *tls_key_path;
	size_t max_head;	/* bytes; 16 KiB */
	size_t max_body;	/* bytes; 64 KiB */
	size_t max_connections; /* fewer when the limit of descriptors leaves less */
	struct clock *clock;
	/* Deadlines in ms; zero means the default above. Tests shorten them. */
	int head_ms;
	int body_ms;
	int write_ms;
	int idle_ms;
};

struct listener;

/**
 * Binds and listens, without serving yet. The socket goes to listener_start(), which owns it from
 * then on, also when it fails.
 *
 * ERR_IO  as below
 */
_must_use_ struct err listener_bind(struct arena *arena, const char *host, uint16_t port,
				    struct listener_socket *ret_socket);

/**
 * The same on a Unix socket, for the owner of the process alone: see socket_listen_unix(). Who
 * connected tells http_call_peer_uid(). The file stays when the listener stops.
 */
_must_use_ struct err listener_bind_unix(struct arena *arena, const char *path,
					 struct listener_socket *ret_socket);

/**
 * Binds and starts two event threads and the reaper.
 *
 * @handler   copied; its functions may be called before this returns
 *
 * ERR_IO      the address cannot be bound; the detail names it
 * ERR_CONFIG  the TLS files cannot be used; the detail names the file
 */
_must_use_ struct err listener_start(struct arena *arena, const struct listener_options *options,
				     const struct http_handler *handler,
				     struct listener **ret_listener);

/**
 * Loads the files anew for the handshakes to come; what they replace lives until the listener stops,
 * for handshakes of before may still use it. From one thread. Of a listener with TLS.
 *
 * ERR_CONFIG  the files cannot be used, and nothing changed; the detail names the file
 */
_must_use_ struct err listener_swap_tls(struct listener *listener, struct arena *arena,
					const char *cert_path, const char *key_path);

/** The port that is bound. */
uint16_t listener_port(const struct listener *listener);
bool listener_is_tls(const struct listener *listener);

/** Accepts no more connections; calls in progress go on, their answers close the connection. */
void listener_drain(struct listener *listener);
/** How many calls are between head and on_done(). */
size_t listener_n_calls(const struct listener *listener);
/**
 * Stops the threads and closes all connections. Waits for the suspended calls: each is to be resumed
 * by the thread that has it, and ends unanswered. Afterwards nobody has a call.
 */
void listener_stop(struct listener *listener);

#endif
