/*
 * The table of addresses that are not of the public internet. No sockets, no names.
 */
#include "http/address.h"

#include <netinet/in.h>
#include <string.h>

struct range {
	uint8_t prefix[16];
	unsigned bits;
};

/* IANA's registry of special-purpose addresses, and one that a cloud took from the public space. */
static const struct range not_global_ipv4[] = {
	{ { 0 }, 8 },		      /* this network */
	{ { 10 }, 8 },		      /* private */
	{ { 100, 64 }, 10 },	      /* shared by carriers */
	{ { 127 }, 8 },		      /* this machine */
	{ { 168, 63, 129, 16 }, 32 }, /* Azure's host, as a guest sees it */
	{ { 169, 254 }, 16 },	      /* link-local; metadata of most clouds */
	{ { 172, 16 }, 12 },	      /* private */
	{ { 192, 0, 0 }, 24 },	      /* protocol assignments */
	{ { 192, 0, 2 }, 24 },	      /* documentation */
	{ { 192, 88, 99 }, 24 },      /* relays of 6to4 */
	{ { 192, 168 }, 16 },	      /* private */
	{ { 198, 18 }, 15 },	      /* benchmarks */
	{ { 198, 51, 100 }, 24 },     /* documentation */
	{ { 203, 0, 113 }, 24 },      /* documentation */
	{ { 224 }, 3 },		      /* multicast, reserved, broadcast */
};

/* All that is global is in here... */
static const struct range global_ipv6 = { { 0x20 }, 3 };

/* ...but for these. What is outside needs no row: ::1, ::ffff/96, 64:ff9b::/96, fc00::/7, fe80::/10. */
static const struct range not_global_ipv6[] = {
	{ { 0x20, 0x01 }, 23 },		    /* protocol assignments; Teredo, which carries IPv4 */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x20, 0x02 }, 16 },		    /* 6to4, which carries IPv4 */
	{ { 0x3f, 0xff }, 20 },		    /* documentation */
};

static bool
is_within(const uint8_t *address, const struct range *range)
{
	unsigned n_whole = range->bits / 8;
	unsigned n_rest = range->bits % 8;
	unsigned mask = 0xff00u >> n_rest & 0xff;

	if (memcmp(address, range->prefix, n_whole) != 0)
		return false;
	return n_rest == 0 || ((address[n_whole] ^ range->prefix[n_whole]) & mask) == 0;
}

static bool
is_within_any(const uint8_t *address, const struct range *ranges, size_t n_ranges)
{
	for (size_t i = 0; i < n_ranges; i++) {
		if (is_within(address, &ranges[i]))
			return true;
	}
	return false;
}

bool
address_is_global(const struct sockaddr *address)
{
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;

	if (address->sa_family == AF_INET) {
		memcpy(&ipv4, address, sizeof(ipv4));
		return !is_within_any((const uint8_t *)&ipv4.sin_addr, not_global_ipv4,
				      ARRAY_LEN(not_global_ipv4));
	}
	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&ipv6, address, sizeof(ipv6));
	return is_within(ipv6.sin6_addr.s6_addr, &global_ipv6) &&
	       !is_within_any(ipv6.sin6_addr.s6_addr, not_global_ipv6, ARRAY_LEN(not_global_ipv6));
}
