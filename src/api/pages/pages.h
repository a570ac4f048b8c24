/**
 * The hosted pages that a redirect_uri points at by default.
 *
 * Each answers 200 to anyone and shows nothing private without a valid launch token. A GET never
 * consumes one: the certification kit and link scanners open every redirect_uri.
 */
#ifndef PC_API_PAGES_PAGES_H
#define PC_API_PAGES_PAGES_H

#include "api/call.h"

/** Under this, behind the prefix: /launch/create_trial and the like, by redirect_value. */
#define LAUNCH_PATH "/launch/"

void page_create_trial(struct call *call);
/** The button: consumes the token and signs the user up. */
void page_create_trial_submit(struct call *call);
void page_purchase_product(struct call *call);
void page_sign_in(struct call *call);
void page_contact_admin(struct call *call);
void page_not_applicable(struct call *call);
void page_style(struct call *call);

/** What a page says when its transaction failed. */
void page_error(struct call *call, struct err err);

#endif
