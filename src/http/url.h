/**
 * Absolute http and https URLs, taken apart by libcurl's parser: the one that also connects.
 */
#ifndef PC_HTTP_URL_H
#define PC_HTTP_URL_H

#include "base/err.h"

struct url {
	bool is_https;
	struct str host; /* lower-cased as written, no port; an IPv6 literal keeps its brackets */
	uint16_t port;	 /* the scheme's when none is written */
	struct str path; /* without the last '/' : "" for the root */
};

/**
 * ERR_CONFIG  not an absolute http or https URL, or one with user, password, query or fragment
 */
_must_use_ struct err url_read(struct arena *arena, struct str text, struct url *ret_url);

#endif
