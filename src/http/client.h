/**
 * One HTTPS request, from start to answer, on the thread that calls: for worker threads. Made to
 * dial what a stranger named: a host that is written in any but one way is not dialled, its
 * addresses are looked up once, all of them are judged before a packet leaves for the first, and
 * the peer is looked at again before the request is written. libcurl is behind it.
 *
 * Always: TLS with the host's certificate verified (nothing switches that off), HTTP/1.1, no
 * redirect, no proxy, no netrc, no cookie, no compression, one deadline for all of it.
 *
 * Which names may be dialled is the caller's matter; here is what holds for each name.
 *
 * Rules: TEST-3
 */
#ifndef PC_HTTP_CLIENT_H
#define PC_HTTP_CLIENT_H

#include "http/http.h"

/** What an outcome says is fixed: nothing of it comes from the other side. */
enum http_client_outcome {
	HTTP_CLIENT_ANSWERED,	 /* status and body are there */
	HTTP_CLIENT_NOT_ALLOWED, /* host, port or field may not be sent; an address is not global */
	HTTP_CLIENT_NO_ADDRESS,	 /* the name does not resolve */
	HTTP_CLIENT_NO_CONNECTION, /* nobody listens, or it broke before TLS stood */
	HTTP_CLIENT_TLS_FAILED,	   /* no TLS, or a certificate that is not the host's */
	HTTP_CLIENT_TIMED_OUT,
	HTTP_CLIENT_BAD_ANSWER, /* no HTTP, ambiguous, or larger than allowed */
};

/** Its word for the log. */
const char *http_client_outcome_name(enum http_client_outcome outcome);

enum http_client_reach {
	HTTP_CLIENT_GLOBAL,   /* every address of the host must be global */
	HTTP_CLIENT_ANYWHERE, /* the operator named this host: it may be on this machine */
};

/** All that it points to is the caller's and outlives the call. */
struct http_client_request {
	enum http_method method; /* GET or POST */
	struct str host;	 /* a name, an IPv4 address or an IPv6 address in brackets */
	uint16_t port;
	struct str target;		 /* path and query: visible ASCII, from '/' */
	const struct http_field *fields; /* ends with a NULL name; may be NULL */
	struct str body;		 /* of POST */
	enum http_client_reach reach;
	const char
		*ca_path; /* PEM; trusted instead of the system's authorities; NULL: the system's */
	size_t max_body;  /* of the answer */
	struct clock *clock;
	struct tick deadline;
};

struct http_client_answer {
	enum http_client_outcome outcome;
	bool is_connected; /* TLS stood with the right host, whatever came after */
	int status;	   /* of HTTP_CLIENT_ANSWERED, else 0 */
	struct str body;   /* malloc'ed and the answer's, for it may hold a secret */
};

/** Once, at start, before there are threads: what libcurl frees is wiped from then on. */
_must_use_ bool http_client_init(void);

/** Fills *@ret_answer in any case; it is to be released. Waits, no longer than the deadline. */
void http_client_send(const struct http_client_request *request,
		      struct http_client_answer *ret_answer);

/** Wipes and frees the body. For _cleanup_. */
void http_client_answer_done(struct http_client_answer *answer);

#endif
