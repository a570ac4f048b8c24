/**
 * Links that go out by mail: asking for one, with a link that is over or with an address. What is
 * answered never tells whether anybody has that address.
 */
#ifndef PC_API_PAGES_MAIL_H
#define PC_API_PAGES_MAIL_H

#include "api/pages/frame.h"

/**
 * Puts the button that mails a new link into @view, where mail is set up and the request came with
 * a token of ours, however old.
 *
 * @ret_cookie  as page_csrf() says
 */
bool mail_offer(struct call *call, struct note_view *view, struct http_field *ret_cookie);

/**
 * On the store thread: who signed up without proving the address may do so by a link, and nothing
 * waits for it.
 */
_must_use_ struct err mail_ask_for_proof(struct call *call, struct store_tx *tx,
					 const struct entrant *entrant);

#endif
