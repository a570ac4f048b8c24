/**
 * Which addresses are of the public internet: whoever dials a name that a stranger gave must not be
 * led to a machine that only we can reach.
 *
 * Rules: TEST-3
 */
#ifndef PC_HTTP_ADDRESS_H
#define PC_HTTP_ADDRESS_H

#include "base/base.h"

struct sockaddr;

/**
 * A global unicast address of IPv4 or IPv6. All others are false: this machine, private networks,
 * link-local (where clouds keep their metadata), shared, documentation, benchmark and multicast
 * ranges, every form of IPv6 that carries an IPv4 address (it could be any of these), and other
 * families.
 */
bool address_is_global(const struct sockaddr *address);

#endif
