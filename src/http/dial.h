/**
 * Where a client's connection may go: the addresses of one host, looked up once. libcurl asks the
 * functions here for every socket that it wants to open. Inside this room only.
 */
#ifndef PC_HTTP_DIAL_H
#define PC_HTTP_DIAL_H

#include "http/client.h"

#include <curl/curl.h>
#include <netinet/in.h>

#define DIAL_MAX_ADDRESSES 16

union dial_address {
	struct sockaddr any;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
};

struct dial {
	enum http_client_reach reach;
	union dial_address addresses[DIAL_MAX_ADDRESSES];
	size_t n_addresses;
	bool is_refused; /* one of them may not be dialled */
	bool is_connected;
};

/** Makes @curl collect the addresses of its URL's host: it opens no socket, so no packet leaves. */
void dial_collect(struct dial *dial, CURL *curl);
/** Makes @curl connect to a collected address only, and look at its peer before it writes. */
void dial_pin(struct dial *dial, CURL *curl);
/** "host:port:address,address" for CURLOPT_RESOLVE. In the arena. */
const char *dial_resolve_entry(struct arena *arena, const struct dial *dial, const char *host,
			       uint16_t port);

#endif
