/*
 * Which addresses are global: the first, the last, and the neighbours of every range.
 */
#include "http/address.h"

#include "support/rows.h"

#include <arpa/inet.h>

struct address_row {
	const char *name; /* the address */
	bool is_global;
};

/* TEST-3 */
static const struct address_row addresses[] = {
	{ "0.0.0.0", false },
	{ "0.255.255.255", false },
	{ "1.0.0.0", true },
	{ "8.8.8.8", true },
	{ "9.255.255.255", true },
	{ "10.0.0.0", false },
	{ "10.255.255.255", false },
	{ "11.0.0.0", true },
	{ "100.63.255.255", true },
	{ "100.64.0.0", false },
	{ "100.100.100.200", false },
	{ "100.127.255.255", false },
	{ "100.128.0.0", true },
	{ "126.255.255.255", true },
	{ "127.0.0.1", false },
	{ "127.255.255.255", false },
	{ "128.0.0.0", true },
	{ "168.63.129.15", true },
	{ "168.63.129.16", false },
	{ "168.63.129.17", true },
	{ "169.253.255.255", true },
	{ "169.254.0.0", false },
	{ "169.254.169.254", false },
	{ "169.254.255.255", false },
	{ "169.255.0.0", true },
	{ "172.15.255.255", true },
	{ "172.16.0.0", false },
	{ "172.31.255.255", false },
	{ "172.32.0.0", true },
	{ "191.255.255.255", true },
	{ "192.0.0.0", false },
	{ "192.0.0.192", false },
	{ "192.0.0.255", false },
	{ "192.0.1.0", true },
	{ "192.0.2.1", false },
	{ "192.0.3.0", true },
	{ "192.88.98.255", true },
	{ "192.88.99.1", false },
	{ "192.88.100.0", true },
	{ "192.167.255.255", true },
	{ "192.168.0.0", false },
	{ "192.168.255.255", false },
	{ "192.169.0.0", true },
	{ "198.17.255.255", true },
	{ "198.18.0.0", false },
	{ "198.19.255.255", false },
	{ "198.20.0.0", true },
	{ "198.51.100.7", false },
	{ "203.0.112.255", true },
	{ "203.0.113.7", false },
	{ "203.0.114.0", true },
	{ "223.255.255.255", true },
	{ "224.0.0.1", false },
	{ "239.255.255.250", false },
	{ "240.0.0.1", false },
	{ "255.255.255.255", false },

	{ "::", false },
	{ "::1", false },
	{ "::8.8.8.8", false },
	{ "::ffff:127.0.0.1", false },
	{ "::ffff:8.8.8.8", false },
	{ "::ffff:0:8.8.8.8", false },
	{ "64:ff9b::8.8.8.8", false },
	{ "64:ff9b::7f00:1", false },
	{ "64:ff9b:1::1", false },
	{ "100::1", false },
	{ "1fff:ffff::1", false },
	{ "2000::", true },
	{ "2001::1", false },
	{ "2001:0:7f00:1::", false },
	{ "2001:2::1", false },
	{ "2001:10::1", false },
	{ "2001:20::1", false },
	{ "2001:1ff:ffff::1", false },
	{ "2001:200::1", true },
	{ "2001:4860:4860::8888", true },
	{ "2001:db7:ffff::1", true },
	{ "2001:db8::1", false },
	{ "2001:db8:ffff::1", false },
	{ "2001:db9::1", true },
	{ "2002::1", false },
	{ "2002:7f00:1::1", false },
	{ "2003::1", true },
	{ "2606:4700::1111", true },
	{ "3ffe:ffff::1", true },
	{ "3fff::1", false },
	{ "3fff:fff:ffff::1", false },
	{ "3fff:1000::1", true },
	{ "4000::1", false },
	{ "5f00::1", false },
	{ "fc00::1", false },
	{ "fd00:ec2::254", false },
	{ "fdff:ffff::1", false },
	{ "fe80::1", false },
	{ "febf::1", false },
	{ "fec0::1", false },
	{ "ff00::1", false },
	{ "ff02::1", false },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false },
};

static void
address_holds(void **state)
{
	const struct address_row *row = *state;
	union {
		struct sockaddr any;
		struct sockaddr_in ipv4;
		struct sockaddr_in6 ipv6;
	} address = { .ipv6 = { 0 } };

	if (inet_pton(AF_INET, row->name, &address.ipv4.sin_addr) == 1)
		address.any.sa_family = AF_INET;
	else if (inet_pton(AF_INET6, row->name, &address.ipv6.sin6_addr) == 1)
		address.any.sa_family = AF_INET6;
	else
		fail();
	assert_int_equal(address_is_global(&address.any), row->is_global);
}

static void
other_families_are_not(_unused_ void **state)
{
	struct sockaddr address = { .sa_family = AF_UNIX };

	assert_false(address_is_global(&address));
	address.sa_family = AF_UNSPEC;
	assert_false(address_is_global(&address));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, addresses, address_holds);
	rows_add_one(&rows, "other_families_are_not", other_families_are_not);
	return rows_run(&rows, argc, argv);
}
