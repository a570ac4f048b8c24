/**
 * The two cookies of the hosted pages. On https they carry the prefix __Host-, so that no other host
 * or path can set them; on plain loopback http browsers would refuse that.
 */
#ifndef PC_API_PAGES_COOKIE_H
#define PC_API_PAGES_COOKIE_H

#include "api/call.h"

enum cookie {
	COOKIE_SESSION, /* who is signed in */
	COOKIE_FORM,	/* random: what a form is bound to */
};

/** Empty when there is none, or two. */
struct str cookie_value(struct call *call, enum cookie cookie);
/** The field that sets it for @max_age_s seconds; 0 takes it away, -1 is until the browser closes. */
struct http_field cookie_field(struct call *call, enum cookie cookie, struct str value,
			       int64_t max_age_s);

/** Links begin with https. */
bool page_is_https(struct call *call);

#endif
