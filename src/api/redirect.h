/**
 * Where a connect answer sends the user: the setting's template, or the hosted page.
 *
 * Rules: CONNECT-18
 */
#ifndef PC_API_REDIRECT_H
#define PC_API_REDIRECT_H

#include "api/call.h"

/**
 * The redirect_uri for an answer, with a fresh launch token. In the call's arena. Each value is
 * escaped for a URL. The locale is the first tag of Accept-Language, "en" when there is none.
 */
struct str redirect_uri_of(struct call *call, const struct connect_answer *answer);

/**
 * Checks a template at start: an http or https URL whose host is on hostnames, with no other
 * placeholder than {launch}, {connection_id} and {locale}, and none in its host.
 *
 * ERR_CONFIG  what is wrong; the caller adds the setting's name
 */
_must_use_ struct err redirect_check_template(struct arena *arena, struct str template_text,
					      const struct partner_config *config);

#endif
