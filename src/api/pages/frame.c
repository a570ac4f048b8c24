/*
 * The frame of the hosted pages, and notes.
 */
#include "api/pages/frame.h"

#include "api/pages/assets.h"
#include "api/pages/cookie.h"
#include "api/pages/mail.h"
#include "api/respond.h"
#include "core/hostname.h"

#define PAGE_MAX_LEN ((size_t)512 * 1024)

struct str
page_base(struct call *call)
{
	struct str url = call->partner->settings.public_url;
	ptrdiff_t slashes = str_find_str(url, STR("://"));
	struct str rest = str_slice(url, (size_t)slashes + 3, url.len);
	ptrdiff_t path = str_find(rest, '/');

	return path < 0 ? STR("") : str_slice(rest, (size_t)path, rest.len);
}

struct str
page_path(struct call *call, const char *page)
{
	return str_of(
		arena_printf(call->arena, "%.*s" LAUNCH_PATH "%s", STR_ARG(page_base(call)), page));
}

struct page_frame
page_frame(struct call *call, const char *title)
{
	return (struct page_frame){
		.title = str_of(title),
		.partner = call->partner->config.name,
		.base = page_base(call),
		.has_logo = !str_is_empty(call->partner->assets->logo),
	};
}

static struct str
cloud_name(enum cloud cloud)
{
	switch (cloud) {
	case CLOUD_AWS:
		return STR("AWS");
	case CLOUD_AZURE:
		return STR("Azure");
	case CLOUD_GCP:
		return STR("Google Cloud");
	}
	return STR("");
}

/* A link says where it leads: an address of another host than the one that is shown is none. */
static struct str
workspace_link(struct call *call, const struct resources *resources)
{
	struct str start =
		str_of(arena_printf(call->arena, "https://%.*s", STR_ARG(resources->hostname)));
	struct str rest =
		str_slice(resources->workspace_url, start.len, resources->workspace_url.len);

	if (str_is_empty(resources->hostname) ||
	    !str_starts_with(resources->workspace_url, start) ||
	    (!str_is_empty(rest) && rest.ptr[0] != '/' && rest.ptr[0] != '?'))
		return STR("");
	return resources->workspace_url;
}

struct connection_view
page_connection(struct call *call, const struct stored_connection *connection)
{
	const struct resources *resources = &connection->resources;
	bool is_warehouse = resources->has_is_sql_warehouse ? resources->is_sql_warehouse
							    : !str_is_empty(resources->http_path);

	return (struct connection_view){
		.is_shown = connection->known.is_known,
		.name = connection->name,
		.cloud = cloud_name(connection->known.cloud),
		.region = resources->cloud_provider_region,
		.hostname = resources->hostname,
		.workspace_url = workspace_link(call, resources),
		.compute_label = is_warehouse ? STR("SQL warehouse") : STR("Cluster"),
		.compute_id = resources->cluster_id,
		.catalog = resources->catalog_name,
		.location = resources->destination_location,
		.is_unconfirmed = !connection->known.is_confirmed,
	};
}

/* ---- Sending ---- */

void
page_buf(struct call *call, struct buf *buf)
{
	buf_init(buf, call->arena, PAGE_MAX_LEN);
}

void
page_send(struct call *call, int status, const struct buf *buf, const struct http_field *more)
{
	respond_page(call, status, buf_str(buf), more);
}

void
page_go_to(struct call *call, const char *page, const struct http_field *more)
{
	struct http_field fields[4] = { { "Location", page_path(call, page).ptr } };

	for (size_t n = 1; more && more->name && n < ARRAY_LEN(fields) - 1; more++)
		fields[n++] = *more;
	respond_page(call, 303, STR(""), fields);
}

void
page_send_note(struct call *call, int status, struct note_view *view)
{
	static const struct http_field later[] = { { "Retry-After", "2" }, { NULL, NULL } };

	page_send_note_with(call, status, view, status == 503 || status == 429 ? later : NULL);
}

void
page_send_note_with(struct call *call, int status, struct note_view *view,
		    const struct http_field *more)
{
	struct buf buf;

	view->frame = page_frame(call, view->heading.ptr);
	page_buf(call, &buf);
	template_note(&buf, view);
	page_send(call, status, &buf, more);
}

void
page_link_is_over(struct call *call, int status)
{
	struct note_view view = {
		.heading = STR("This link is no longer valid"),
		.lead = str_of(arena_printf(call->arena,
					    "A link works once, for 15 minutes. Open %.*s in "
					    "Databricks Partner Connect "
					    "again: it brings you here with a new one.",
					    STR_ARG(call->partner->config.name))),
		.missing = STR("A new link cannot be sent by mail: this server has no mail set "
			       "up."),
		.second_url = page_path(call, "sign_in"),
		.second_link = STR("Sign in with your password"),
	};
	struct http_field cookies[2] = { 0 };

	(void)mail_offer(call, &view, &cookies[0]); /* else the page says what to do without */
	page_send_note_with(call, status, &view, cookies);
}

void
page_error(struct call *call, struct err err)
{
	struct note_view view = {
		.heading = STR("Something went wrong"),
		.lead = STR("This is our fault. Please try again in a moment."),
	};
	int status = 500;

	/* The token was used before, or its user is gone. */
	if (err.code == ERR_CONSTRAINT || err.code == ERR_ACCOUNT_NOT_FOUND) {
		page_link_is_over(call, 410);
		return;
	}
	respond_log_fault(call, err);
	if (err.code == ERR_OVERLOADED || err.code == ERR_TIMEOUT) {
		view.heading = STR("Too busy just now");
		view.lead = STR("Please try again in a moment.");
		status = 503;
	}
	if (err.code == ERR_BAD_REQUEST) {
		view.heading = STR("This request cannot be understood");
		view.lead = STR("Please go back, load the page again and send it once more.");
		status = 400;
	}
	page_send_note(call, status, &view);
}

/* ---- Forms ---- */

static bool
fits(struct call *call, struct str launch_text, struct str form_cookie, struct str token)
{
	struct str parts[] = { launch_text, cookie_value(call, COOKIE_SESSION), form_cookie };

	return vault_form_token_fits(call->app->vault, call->arena, parts, ARRAY_LEN(parts), token);
}

struct str
page_csrf(struct call *call, struct str launch_text, struct http_field *ret_cookie)
{
	struct str form_cookie = cookie_value(call, COOKIE_FORM);
	uint8_t ignored[32];
	struct str parts[] = { launch_text, cookie_value(call, COOKIE_SESSION), form_cookie };

	*ret_cookie = (struct http_field){ 0 };
	if (!vault_session_hash(form_cookie, ignored)) {
		parts[2] = vault_session_mint(call->arena);
		*ret_cookie = cookie_field(call, COOKIE_FORM, parts[2], -1);
	}
	return vault_form_token(call->app->vault, call->arena, parts, ARRAY_LEN(parts));
}

bool
page_csrf_fits(struct call *call, struct str launch_text, const struct form *form)
{
	struct note_view view = {
		.heading = STR("Please open the page again"),
		.lead = STR("The form was not sent from the page that we gave to this browser, or "
			    "the browser did not keep its cookie. Nothing was changed. Go back, "
			    "load the page again and send it once more."),
	};
	struct str form_cookie = cookie_value(call, COOKIE_FORM);

	if (!str_is_empty(form_cookie) &&
	    fits(call, launch_text, form_cookie, form_value(form, "csrf")))
		return true;
	page_send_note(call, 403, &view);
	return false;
}

/* "https://host:port" against the name that the request was sent to, and our own. */
static bool
origin_is_ours(struct call *call, struct str origin)
{
	struct str public_url = call->partner->settings.public_url;
	struct str base = page_base(call);
	ptrdiff_t slashes = str_find_str(origin, STR("://"));

	public_url.len -= base.len;
	if (str_equal_ascii_nocase(origin, public_url))
		return true;
	return slashes > 0 &&
	       str_equal_ascii_nocase(str_slice(origin, (size_t)slashes + 3, origin.len),
				      http_call_field(call->http, "Host"));
}

/*
 * Browsers of today say where a form comes from. Those that do not may send an Origin, which is
 * "null" under our Referrer-Policy; what is left is for the token in the form.
 */
static bool
is_sent_by_us(struct call *call)
{
	struct str site = http_call_field(call->http, "Sec-Fetch-Site");
	struct str origin = http_call_field(call->http, "Origin");

	if (site.ptr && !str_equal(site, STR("same-origin")))
		return false;
	return !origin.ptr || str_equal(origin, STR("null")) || origin_is_ours(call, origin);
}

bool
page_read_form(struct call *call, struct form *ret_form)
{
	struct note_view view = {
		.heading = STR("This form came from another site"),
		.lead = STR("Nothing was changed. Open the page here and send the form from it."),
	};
	struct err err;

	if (!is_sent_by_us(call)) {
		page_send_note(call, 403, &view);
		return false;
	}
	if (!form_is_type(http_call_field(call->http, "Content-Type")) ||
	    http_call_n_fields(call->http, "Content-Type") != 1)
		err = err_make(ERR_BAD_REQUEST, "the body is no form");
	else
		err = form_read(call->arena, call->body, ret_form);
	if (err.code)
		page_error(call, err);
	return !err.code;
}
