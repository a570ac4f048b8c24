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
/** Behind the prefix too: for people who come without a link. */
#define SIGN_UP_PATH "/sign-up"

/* entry.c: signing up and signing in. The forms use the token up. */
void page_create_trial(struct call *call);
void page_create_trial_submit(struct call *call);
void page_sign_in(struct call *call);
void page_sign_in_submit(struct call *call);

/* home.c: for who is signed in. */
void page_home(struct call *call);
void page_sign_out(struct call *call);

/* notes.c: no form. */
void page_purchase_product(struct call *call);
void page_contact_admin(struct call *call);
void page_not_applicable(struct call *call);

/* mail.c: links that are mailed. */
void page_sign_up(struct call *call);
void page_sign_up_submit(struct call *call);
void page_mail_link(struct call *call);

/* assets.c: what the pages load. */
void page_style(struct call *call);
void page_logo(struct call *call);
void page_icon(struct call *call);

/** What a page says when it cannot do what was asked: errors of pages are pages. */
void page_error(struct call *call, struct err err);

#endif
