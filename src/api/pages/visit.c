/*
 * Reading launch tokens and sessions.
 */
#include "api/pages/visit.h"

#include "api/pages/cookie.h"
#include "store/store_mail.h"

struct str
visit_launch_parameter(struct call *call)
{
	struct str text;

	if (!http_call_parameter(call->http, "launch", &text))
		return STR("");
	/* One that cannot be decoded, or two, is a bad token and not none. */
	return text.ptr ? text : STR("-");
}

bool
visit_begin(struct call *call, struct str launch_text, struct visit *visit)
{
	*visit = (struct visit){ .launch_text = launch_text };
	visit->has_launch =
		vault_launch_read(call->app->vault, call->arena, launch_text, &visit->launch) &&
		instant_is_before(clock_now(call->app->clock), visit->launch.expires);
	visit->is_over = !visit->has_launch && !str_is_empty(launch_text);
	visit->has_session_cookie =
		vault_session_hash(cookie_value(call, COOKIE_SESSION), visit->session_hash);
	return visit->has_launch || visit->has_session_cookie;
}

/* A user is somebody only within the connection's account. */
static struct err
load_people(struct call *call, struct store_tx *tx, struct visit *visit)
{
	struct account_id account_id;
	struct err err = OK_NONE;

	if (!str_is_empty(visit->launch.user_id.value))
		err = store_load_entrant(tx, call->arena, visit->launch.user_id, &visit->entrant);
	if (err.code)
		return err;
	account_id = visit->entrant.account_id;
	if (visit->connection.known.is_known) {
		if (!str_equal(account_id.value, visit->connection.known.account_id.value))
			visit->entrant = (struct entrant){ 0 };
		account_id = visit->connection.known.account_id;
	}
	return store_load_known_account(tx, call->arena, account_id, &visit->account);
}

/* What a mailed token is about stands in the mail. Whom it was sent to may be a user by now. */
static struct err
load_mailed(struct call *call, struct store_tx *tx, struct visit *visit)
{
	struct stored_mail mail;
	struct known_account account;
	struct known_user user;
	struct err err = store_load_mail(tx, call->arena, visit->launch.mail_id, &mail);

	if (!err.code)
		err = store_load_user_of(tx, call->arena, mail.account_id, mail.recipient_key,
					 &account, &user);
	if (err.code)
		return err;
	visit->launch.connection_id = mail.connection_id;
	visit->launch.user_id = user.id;
	visit->joins = !user.is_known && str_is_empty(mail.user_id.value) &&
		       account_is_open_to_mail(&account, &call->partner->policy);
	if (!visit->joins)
		return OK_NONE;
	visit->account = account;
	visit->entrant = (struct entrant){
		.account_id = mail.account_id,
		.email = mail.recipient,
	};
	return OK_NONE;
}

static struct err
load_launch(struct call *call, struct store_tx *tx, struct visit *visit)
{
	bool is_used = false;
	struct err err = store_is_launch_used(tx, visit->launch.hash, &is_used);

	if (err.code)
		return err;
	if (is_used) {
		visit->has_launch = false;
		visit->is_over = true;
		return OK_NONE;
	}
	if (!str_is_empty(visit->launch.mail_id))
		err = load_mailed(call, tx, visit);
	if (err.code || visit->joins)
		return err;
	if (!str_is_empty(visit->launch.connection_id.value))
		err = store_load_details(tx, call->arena, visit->launch.connection_id,
					 &visit->connection);
	return err.code ? err : load_people(call, tx, visit);
}

struct err
visit_load(struct call *call, struct store_tx *tx, struct visit *visit)
{
	struct err err = OK_NONE;

	if (visit->has_launch)
		err = load_launch(call, tx, visit);
	if (!err.code && visit->has_session_cookie)
		err = store_load_session(tx, call->arena, visit->session_hash,
					 clock_now(call->app->clock), &visit->session_user_id,
					 &visit->session_connection_id);
	return err;
}
