/*
 * Home, for who is signed in: the Databricks connection in front. And the way out.
 */
#include "api/pages/frame.h"

#include "api/pages/cookie.h"

#define MAX_SHOWN 20

struct home_work {
	struct visit visit;
	struct entrant entrant;
	struct known_account account;
	struct stored_connection front;
	struct stored_connection connections[MAX_SHOWN];
	size_t n;
};

static struct err
load_front(struct call *call, struct store_tx *tx, struct home_work *work)
{
	struct connection_id id = work->visit.session_connection_id;
	struct err err = OK_NONE;

	if (!str_is_empty(id.value))
		err = store_load_details(tx, call->arena, id, &work->front);
	if (!user_may_see(&work->entrant.user, &work->front.known) ||
	    work->front.known.state != CONNECTION_LIVE ||
	    !str_equal(work->front.known.account_id.value, work->entrant.account_id.value))
		work->front = (struct stored_connection){ 0 };
	return err;
}

static struct err
home_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct home_work *work = arg;
	struct err err = visit_load(call, tx, &work->visit);

	if (err.code || str_is_empty(work->visit.session_user_id.value))
		return err;
	err = store_load_entrant(tx, call->arena, work->visit.session_user_id, &work->entrant);
	if (!err.code)
		err = store_load_known_account(tx, call->arena, work->entrant.account_id,
					       &work->account);
	if (!err.code)
		err = load_front(call, tx, work);
	if (!err.code)
		err = store_load_details_for(tx, call->arena, &work->entrant, MAX_SHOWN,
					     work->connections, &work->n);
	return err;
}

/* The one the user came with goes in front, else the newest. */
static void
show_connections(struct call *call, struct home_work *work, struct home_view *view)
{
	struct connection_view *others =
		arena_new_array(call->arena, MAX_SHOWN, struct connection_view);

	if (!work->front.known.is_known && work->n > 0)
		work->front = work->connections[0];
	view->connection = page_connection(call, &work->front);
	for (size_t i = 0; i < work->n; i++) {
		if (!str_equal(work->connections[i].known.id.value, work->front.known.id.value))
			others[view->n_others++] = page_connection(call, &work->connections[i]);
	}
	view->others = others;
}

static struct str
notice_of(struct call *call, const struct home_work *work)
{
	switch (account_standing(&work->account, &work->entrant.user, &call->partner->policy,
				 clock_now(call->app->clock))) {
	case STANDING_GOOD:
		return STR("");
	case STANDING_ENDED:
		return STR("Your trial has ended. Your connection is kept.");
	case STANDING_SUSPENDED:
		return STR("Your account is suspended. Your connection is kept.");
	}
	return STR("");
}

static void
home_show(struct call *call, struct home_work *work)
{
	struct http_field cookies[2] = { 0 };
	struct home_view view = {
		.frame = page_frame(call, "Home"),
		.csrf = page_csrf(call, STR(""), &cookies[0]),
		.email = work->entrant.email,
		.notice = notice_of(call, work),
		.heading = STR("Databricks is connected"),
		.lead = str_of(arena_printf(call->arena,
					    "Partner Connect has set everything up: %.*s uses this "
					    "connection from now on. There is nothing to enter.",
					    STR_ARG(call->partner->config.name))),
	};
	struct buf buf;

	show_connections(call, work, &view);
	view.frame.is_wide = true;
	if (!view.connection.is_shown) {
		view.heading = STR("No Databricks connection yet");
		view.lead = str_of(arena_printf(call->arena,
						"Open Partner Connect in your Databricks workspace "
						"and choose %.*s: it is set up from there.",
						STR_ARG(call->partner->config.name)));
	}
	page_buf(call, &buf);
	template_home(&buf, &view);
	page_send(call, 200, &buf, cookies);
}

static void
home_answer(struct call *call, void *arg)
{
	struct home_work *work = arg;

	if (work->entrant.user.is_known && work->account.is_known)
		home_show(call, work);
	else
		page_go_to(call, "sign_in", NULL);
}

void
page_home(struct call *call)
{
	struct home_work *work = arena_new(call->arena, struct home_work);

	if (visit_begin(call, STR(""), &work->visit))
		call_transact(call, home_in_tx, home_answer, work);
	else
		page_go_to(call, "sign_in", NULL);
}

/* ---- Signing out ---- */

static struct err
sign_out_in_tx(_unused_ struct call *call, struct store_tx *tx, void *arg)
{
	const struct visit *visit = arg;

	return store_delete_session(tx, visit->session_hash);
}

static void
sign_out_answer(struct call *call, _unused_ void *arg)
{
	const struct http_field fields[] = {
		cookie_field(call, COOKIE_SESSION, STR(""), 0),
		{ NULL, NULL },
	};

	page_go_to(call, "sign_in", fields);
}

void
page_sign_out(struct call *call)
{
	struct visit *visit = arena_new(call->arena, struct visit);
	struct form form;

	if (!page_read_form(call, &form) || !page_csrf_fits(call, STR(""), &form))
		return;
	if (visit_begin(call, STR(""), visit))
		call_transact(call, sign_out_in_tx, sign_out_answer, visit);
	else
		sign_out_answer(call, NULL);
}
