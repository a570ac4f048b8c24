/**
 * Host names: which are allowed to be the target of a redirect.
 *
 * Rules: CONNECT-18
 */
#ifndef PC_CORE_HOSTNAME_H
#define PC_CORE_HOSTNAME_H

#include "base/str.h"

/**
 * @host equals an allowed name or is below one at a label's boundary; letters compare without
 * case. What only contains a name (localhost.evil.example) is not allowed. An IP literal matches
 * only itself.
 */
bool hostname_is_allowed(struct str host, const struct str *allowed, size_t n_allowed);

/** localhost, *.localhost, 127.0.0.0/8 and [::1]: names and literals of this machine alone. */
bool hostname_is_loopback(struct str host);

#endif
