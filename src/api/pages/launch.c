/*
 * The hosted pages: small, and the same for everybody. Only the create-trial page does something.
 */
#include "api/pages/pages.h"

#include "api/respond.h"
#include "api/routes.h"
#include "core/signup.h"
#include "html/html.h"

#define PAGE_MAX_LEN ((size_t)65536)

static const char style[] =
	":root{color-scheme:light dark}"
	"body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem}"
	"h1{font-size:1.6rem;line-height:1.25}"
	"button{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:.4rem;"
	"background:#1b5e8c;color:#fff;cursor:pointer}"
	"button:focus-visible{outline:3px solid #7ab8e0;outline-offset:2px}"
	".small{opacity:.75;font-size:.9rem}";

struct page {
	const char *title;
	const char *text;
	const char *button; /* NULL: none */
};

static void
page_begin(struct call *call, struct buf *buf, const char *title)
{
	struct str name = call->app->config.name;

	buf_init(buf, call->arena, PAGE_MAX_LEN);
	html_raw(buf, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
		      "<meta name=\"referrer\" content=\"no-referrer\">"
		      "<link rel=\"stylesheet\" href=\"style.css\"><title>");
	html_text(buf, str_of(title));
	html_raw(buf, " - ");
	html_text(buf, name);
	html_raw(buf, "</title></head><body><main><p class=\"small\">");
	html_text(buf, name);
	html_raw(buf, "</p><h1>");
	html_text(buf, str_of(title));
	html_raw(buf, "</h1>");
}

static void
page_end(struct call *call, struct buf *buf, int status)
{
	html_raw(buf, "</main></body></html>");
	respond_html(call, status, buf_str(buf));
}

static void
page_answer(struct call *call, int status, const struct page *page)
{
	struct str token = STR("");
	struct buf buf;

	page_begin(call, &buf, page->title);
	html_raw(&buf, "<p>");
	html_text(&buf, str_of(page->text));
	html_raw(&buf, "</p>");
	if (page->button) {
		(void)http_call_parameter(call->http, "launch", &token); /* absent: an empty one */
		html_raw(&buf, "<form method=\"post\" action=\"create_trial?launch=");
		html_url_part(&buf, token);
		html_raw(&buf, "\"><button>");
		html_text(&buf, str_of(page->button));
		html_raw(&buf, "</button></form>");
	}
	page_end(call, &buf, status);
}

void
page_create_trial(struct call *call)
{
	static const struct page page = {
		"Your trial is ready",
		"Your Databricks connection is set up. Finish signing up to use it.",
		"Finish signing up",
	};

	page_answer(call, 200, &page);
}

void
page_purchase_product(struct call *call)
{
	static const struct page page = {
		"Your trial has ended",
		"Your Databricks connection is kept. Choose a plan to go on using it.",
		NULL,
	};

	page_answer(call, 200, &page);
}

void
page_sign_in(struct call *call)
{
	static const struct page page = {
		"Sign in",
		"Your Databricks connection is ready for you.",
		NULL,
	};

	page_answer(call, 200, &page);
}

void
page_contact_admin(struct call *call)
{
	static const struct page page = {
		"Ask your administrator",
		"Your company uses this product already. Your wish to join was noted; an "
		"administrator of your account can let you in.",
		NULL,
	};

	page_answer(call, 200, &page);
}

void
page_not_applicable(struct call *call)
{
	static const struct page page = {
		"Nothing to do",
		"There is nothing to set up for this connection.",
		NULL,
	};

	page_answer(call, 200, &page);
}

void
page_style(struct call *call)
{
	respond_css(call, str_of(style));
}

/* ---- Finishing create-trial ---- */

struct signup_work {
	struct launch launch;
	struct signup_decision decision;
};

static struct err
signup_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct signup_work *work = arg;
	const struct launch *launch = &work->launch;
	struct instant now = clock_now(call->app->clock);
	struct known_connection connection;
	struct known_account account;
	struct known_user user;
	struct err err;

	err = store_load_launch(tx, call->arena, launch->connection_id, launch->user_id,
				&connection, &account, &user);
	if (err.code)
		return err;
	err = signup_decide(&account, &user, &call->app->policy, now, &work->decision);
	if (err.code)
		return err;
	err = store_use_launch(tx, launch->hash, launch->connection_id, launch->user_id, now,
			       launch->expires);
	if (err.code)
		return err;
	return store_sign_up(tx, user.id, account.id, work->decision.begins_trial,
			     call->app->policy.trial_type, work->decision.trial_expires, now);
}

static void
signup_answer(struct call *call, _unused_ void *arg)
{
	static const struct page page = {
		"You are signed up",
		"Your account is ready and your Databricks connection is configured.",
		NULL,
	};

	page_answer(call, 200, &page);
}

/* A token that was changed, used or is too old: says what to do. */
static void
page_link_is_over(struct call *call)
{
	static const struct page page = {
		"This link is no longer valid",
		"A link works once and for 15 minutes. Open the tile in Databricks again to get a "
		"new one.",
		NULL,
	};

	page_answer(call, 410, &page);
}

void
page_error(struct call *call, struct err err)
{
	static const struct page page = {
		"Something went wrong",
		"This is our fault. Please try again in a moment.",
		NULL,
	};

	/* The token was used before, or its user is gone. */
	if (err.code == ERR_CONSTRAINT || err.code == ERR_ACCOUNT_NOT_FOUND) {
		page_link_is_over(call);
		return;
	}
	respond_log_fault(call, err);
	page_answer(call, 500, &page);
}

void
page_create_trial_submit(struct call *call)
{
	struct signup_work *work = arena_new(call->arena, struct signup_work);
	struct str token = STR("");
	bool is_ours = http_call_parameter(call->http, "launch", &token) && token.ptr &&
		       vault_launch_read(call->app->vault, call->arena, token, &work->launch);

	if (!is_ours || !instant_is_before(clock_now(call->app->clock), work->launch.expires)) {
		page_link_is_over(call);
		return;
	}
	call_transact(call, signup_in_tx, signup_answer, work);
}
