/**
 * For client_test.c: a TLS server in the process, and names and a network that are scripted. The
 * program that links this has getaddrinfo(), connect() and getpeername() of its own, which libcurl
 * finds before the system's: no address outside this machine is ever connected to.
 */
#ifndef PC_HTTP_CLIENT_SCRIPTED_TEST_H
#define PC_HTTP_CLIENT_SCRIPTED_TEST_H

#include "http/client.h"

#include <gnutls/gnutls.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#define NAME "workspace.example"
#define PATIENCE_MS 20000
#define MAX_ADDRESSES 20

/** What the program finds when it looks up and connects; server_start() sets it anew. */
struct scripted_net {
	const char *addresses[MAX_ADDRESSES];	    /* of every name, at the first look-up */
	const char *later_addresses[MAX_ADDRESSES]; /* at those after it; none: the same */
	atomic_int n_lookups;
	atomic_int n_connects;
	atomic_int n_other_connects; /* to an address that the first look-up did not give */
	uint16_t port;		     /* of the server: all connections end there */
	bool is_peer_shown;	     /* who asks for the peer learns where it really is */
	bool is_slow;		     /* a look-up waits for `lookup_may_end` */
	int lookup_may_end[2];	     /* a pipe */
	struct sockaddr_storage dialled;
};
extern struct scripted_net net;

struct server {
	char dir[64];
	char ca_path[96];
	int fd;
	pthread_t thread;
	gnutls_certificate_credentials_t credentials;
	struct str answer;
	bool is_silent; /* reads the request, then waits for the client to go */
	size_t repeat;	/* times that the answer goes out */
	atomic_int n_accepted;
	char request[8192]; /* of the last */
	size_t request_len;
};

/** A server for NAME; every name leads to 8.8.8.8, and every connection to the server. */
struct server *server_start(void);
/** Waits for its thread: what it counted is final then. */
void server_finish(struct server *server);
void server_stop(struct server *server);

/** A good request to it. */
struct http_client_request a_request(const struct server *server);
/** http_client_send(), and what must hold whatever comes of it. */
void send_it(const struct http_client_request *request, struct http_client_answer *ret_answer);

#endif
