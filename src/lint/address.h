/**
 * URLs and host names as a linter reads them: strictly, and with the reason when they do not fit.
 * What passes here also passes the server's reader (http/url.h), which says only that it refuses.
 */
#ifndef PC_LINT_ADDRESS_H
#define PC_LINT_ADDRESS_H

#include "base/arena.h"

struct address {
	bool is_https;
	struct str host; /* as written; an IPv6 literal keeps its brackets */
	struct str path; /* from the '/' to the query; "" */
};

enum address_parts {
	ADDRESS_PLAIN,	 /* no query, no fragment */
	ADDRESS_OF_PAGE, /* both are fine */
};

/** NULL when @text fits, else what is wrong with it ("has no host"). */
const char *address_read(struct str text, enum address_parts parts, struct address *ret_address);

/** A name of LDH labels, an IPv4 address or an IPv6 literal in brackets. */
bool host_is_valid(struct str host);

/**
 * An entry of the redirect allow-list: NULL when it can match something, else what is wrong.
 *
 * @ret_host  what was meant, empty when that cannot be told
 */
const char *hostname_entry_problem(struct str entry, struct str *ret_host);

#endif
