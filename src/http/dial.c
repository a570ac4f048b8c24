/*
 * Collecting the addresses of a host, and holding a connection to them.
 *
 * The look-up is libcurl's own, for it can be given up at the deadline; getaddrinfo() in a thread
 * of ours cannot.
 */
#include "http/dial.h"

#include "base/buf.h"
#include "http/address.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

/* False for a family that is neither IPv4 nor IPv6. */
static bool
address_of(const struct curl_sockaddr *from, union dial_address *ret_address)
{
	union dial_address address;

	memset(&address, 0, sizeof(address));
	if (from->family == AF_INET && from->addrlen == sizeof(address.ipv4))
		memcpy(&address.ipv4, &from->addr, sizeof(address.ipv4));
	else if (from->family == AF_INET6 && from->addrlen == sizeof(address.ipv6))
		memcpy(&address.ipv6, &from->addr, sizeof(address.ipv6));
	else
		return false;
	*ret_address = address;
	return true;
}

static bool
is_same_host(const union dial_address *a, const union dial_address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->ipv4.sin_addr.s_addr == b->ipv4.sin_addr.s_addr;
	return memcmp(&a->ipv6.sin6_addr, &b->ipv6.sin6_addr, sizeof(a->ipv6.sin6_addr)) == 0;
}

/* The port needs no look: it is the URL's, and the same in every address. */
static bool
is_collected(const struct dial *dial, const union dial_address *address)
{
	for (size_t i = 0; i < dial->n_addresses; i++) {
		if (is_same_host(&dial->addresses[i], address))
			return true;
	}
	return false;
}

static curl_socket_t
collect(void *context, _unused_ curlsocktype purpose, struct curl_sockaddr *from)
{
	struct dial *dial = context;
	union dial_address address;

	if (!address_of(from, &address)) {
		dial->is_refused = true;
		return CURL_SOCKET_BAD;
	}
	if (dial->reach == HTTP_CLIENT_GLOBAL && !address_is_global(&address.any))
		dial->is_refused = true;
	if (is_collected(dial, &address))
		return CURL_SOCKET_BAD;
	if (dial->n_addresses < DIAL_MAX_ADDRESSES)
		dial->addresses[dial->n_addresses++] = address;
	else
		dial->is_refused = true; /* who can judge them all? */
	return CURL_SOCKET_BAD;
}

void
dial_collect(struct dial *dial, CURL *curl)
{
	(void)curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, collect); /* cannot fail */
	(void)curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, dial);
	/* IPv4 and IPv6 are asked for at once, not one when the other was slow. */
	(void)curl_easy_setopt(curl, CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, 1L);
}

static curl_socket_t
open_pinned(void *context, _unused_ curlsocktype purpose, struct curl_sockaddr *from)
{
	const struct dial *dial = context;
	union dial_address address;

	if (dial->is_refused || !address_of(from, &address) || !is_collected(dial, &address))
		return CURL_SOCKET_BAD;
	return socket(from->family, from->socktype | SOCK_CLOEXEC, from->protocol);
}

static bool
address_read(const char *text, union dial_address *ret_address)
{
	memset(ret_address, 0, sizeof(*ret_address));
	if (inet_pton(AF_INET, text, &ret_address->ipv4.sin_addr) == 1) {
		ret_address->any.sa_family = AF_INET;
		return true;
	}
	ret_address->any.sa_family = AF_INET6;
	return inet_pton(AF_INET6, text, &ret_address->ipv6.sin6_addr) == 1;
}

/* TLS stands; nothing of the request is written yet. */
static int
look_at_peer(void *context, char *peer, _unused_ char *local, _unused_ int peer_port,
	     _unused_ int local_port)
{
	struct dial *dial = context;
	union dial_address address;

	if (!address_read(peer, &address) || !is_collected(dial, &address))
		return CURL_PREREQFUNC_ABORT;
	dial->is_connected = true;
	return CURL_PREREQFUNC_OK;
}

void
dial_pin(struct dial *dial, CURL *curl)
{
	(void)curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_pinned); /* cannot fail */
	(void)curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, dial);
	(void)curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, look_at_peer);
	(void)curl_easy_setopt(curl, CURLOPT_PREREQDATA, dial);
}

static void
add_address(struct buf *buf, const union dial_address *address)
{
	char text[INET6_ADDRSTRLEN] = "";

	/* Neither fails: the family is known and the place is large enough. */
	if (address->any.sa_family == AF_INET) {
		(void)inet_ntop(AF_INET, &address->ipv4.sin_addr, text, sizeof(text));
		buf_addf(buf, "%s", text);
	} else {
		(void)inet_ntop(AF_INET6, &address->ipv6.sin6_addr, text, sizeof(text));
		buf_addf(buf, "[%s]", text);
	}
}

const char *
dial_resolve_entry(struct arena *arena, const struct dial *dial, const char *host, uint16_t port)
{
	struct buf buf;

	buf_init(&buf, arena, 2048);
	buf_addf(&buf, "%s:%u:", host, port);
	for (size_t i = 0; i < dial->n_addresses; i++) {
		if (i > 0)
			buf_add_char(&buf, ',');
		add_address(&buf, &dial->addresses[i]);
	}
	return buf_cstr(&buf);
}
