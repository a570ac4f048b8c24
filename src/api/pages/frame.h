/**
 * What the hosted pages share: their frame, how they are sent, and what is checked before a form is
 * believed.
 */
#ifndef PC_API_PAGES_FRAME_H
#define PC_API_PAGES_FRAME_H

#include "api/pages/pages.h"
#include "api/pages/visit.h"
#include "api/templates.h"
#include "http/form.h"

/** The path under which our links begin, as the browser sees it: "" or "/...". */
struct str page_base(struct call *call);
struct page_frame page_frame(struct call *call, const char *title);
/** What a page shows of a connection that is known. */
struct connection_view page_connection(struct call *call,
				       const struct stored_connection *connection);

void page_buf(struct call *call, struct buf *buf);
/** @more ends with a field without a name; NULL: none. */
void page_send(struct call *call, int status, const struct buf *buf, const struct http_field *more);
/** 303 to a page of ours, such as "home". */
void page_go_to(struct call *call, const char *page, const struct http_field *more);

/** A page that says something; fills in the frame. */
void page_send_note(struct call *call, int status, struct note_view *view);
/** The same with more fields, such as a cookie: they end with one without a name. */
void page_send_note_with(struct call *call, int status, struct note_view *view,
			 const struct http_field *more);
/** The page of a link that is changed, used or too old: what to do now. */
void page_link_is_over(struct call *call, int status);
/** The path of one of our pages, for a link. */
struct str page_path(struct call *call, const char *page);

/**
 * What a form carries so that no other site can send it: bound to the launch token, the session
 * and a random cookie of the browser.
 *
 * @ret_cookie  set, with a name, when the browser needs that cookie first
 */
struct str page_csrf(struct call *call, struct str launch_text, struct http_field *ret_cookie);

/**
 * Reads a form that a page of ours sent. False: it was answered, for another site sent it or it is
 * no form. Whether it is ours shows page_csrf_fits().
 */
_must_use_ bool page_read_form(struct call *call, struct form *ret_form);
/** False: it was answered. */
_must_use_ bool page_csrf_fits(struct call *call, struct str launch_text, const struct form *form);

#endif
