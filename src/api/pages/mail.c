/*
 * Asking for a link by mail, and the public sign-up page.
 */
#include "api/pages/mail.h"

#include "api/routes.h"
#include "store/store_mail.h"
#include "vault/throttle.h"

/* Somebody may ask this often in 15 minutes; a proxy in front is the source of everybody. */
#define ASKS_FROM_SOURCE 300
#define MAX_CANDIDATES 1

#define LINK_MORE                                                                                  \
	"Look into your mail, also where unwanted mail goes. Within five minutes a second link "   \
	"is "                                                                                      \
	"not sent: the first one still works."

struct ask_work {
	struct str launch_text;
	struct launch launch;
	struct str page;
	struct str typed_text;
	struct email typed;
};

/* ---- The forms ---- */

/* In the address of a GET, in the form of a POST. */
static struct str
token_of_request(struct call *call)
{
	struct str text = visit_launch_parameter(call);
	struct form form;

	if (!str_is_empty(text))
		return text;
	if (!str_is_empty(call->body) && form_read(call->arena, call->body, &form).code == ERR_NONE)
		text = form_value(&form, "launch");
	return text.ptr ? text : STR("");
}

static struct str
page_of_request(struct call *call)
{
	bool is_trial =
		call->route && str_equal(str_of(call->route->name), STR("page_create_trial"));

	return is_trial ? STR("create_trial") : STR("sign_in");
}

bool
mail_offer(struct call *call, struct note_view *view, struct http_field *ret_cookie)
{
	struct str text = token_of_request(call);
	struct launch launch;

	*ret_cookie = (struct http_field){ 0 };
	if (!call->app->mail)
		return false;
	view->missing = STR("");
	if (!vault_launch_read(call->app->vault, call->arena, text, &launch))
		return false;
	view->form_action = page_path(call, "mail_link");
	view->csrf = page_csrf(call, text, ret_cookie);
	view->launch = text;
	view->form_page = page_of_request(call);
	view->button = STR("Mail me a new link");
	return true;
}

static struct str
sign_up_path(struct call *call)
{
	return str_of(arena_printf(call->arena, "%.*s" SIGN_UP_PATH, STR_ARG(page_base(call))));
}

static void
show_sign_up(struct call *call, int status, const struct ask_work *work, const char *email_error,
	     const char *error)
{
	struct http_field cookies[2] = { 0 };
	struct str name = call->partner->config.name;
	struct note_view view = {
		.heading = str_of(arena_printf(call->arena, "Sign up for %.*s", STR_ARG(name))),
		.lead = STR("Enter your address at work. A link is sent to it: opening it proves "
			    "that the address is yours."),
		.form_action = sign_up_path(call),
		.csrf = page_csrf(call, STR(""), &cookies[0]),
		.asks_email = true,
		.email = work ? work->typed_text : STR(""),
		.email_error = str_of(email_error),
		.missing = str_of(error),
		.button = STR("Mail me a link"),
		.second_url = page_path(call, "sign_in"),
		.second_link = STR("I have a password: sign in"),
	};

	page_send_note_with(call, status, &view, cookies);
}

/* Nobody signs up with an address that they did not prove; only a mailed link does. */
static void
show_no_sign_up(struct call *call)
{
	struct str name = call->partner->config.name;
	struct note_view view = {
		.heading = str_of(arena_printf(call->arena, "Sign up for %.*s", STR_ARG(name))),
		.lead = STR("A link that is sent to your address would prove that it is yours."),
		.missing = STR("No link can be sent: this server has no mail set up. Ask whoever "
			       "runs it."),
		.more_heading = STR("Without a mailed link"),
		.more = str_of(arena_printf(call->arena,
					    "Open Partner Connect in your Databricks workspace and "
					    "choose %.*s, or ask the administrator of your account "
					    "to add you.",
					    STR_ARG(name))),
		.second_url = page_path(call, "sign_in"),
		.second_link = STR("I have an account: sign in"),
	};

	page_send_note(call, 200, &view);
}

void
page_sign_up(struct call *call)
{
	if (call->app->mail)
		show_sign_up(call, 200, NULL, NULL, NULL);
	else
		show_no_sign_up(call);
}

/* ---- Taking them ---- */

static bool
may_ask(struct call *call)
{
	const struct throttle_key key = {
		{ STR("mail"), str_of(http_call_peer(call->http)) },
		ASKS_FROM_SOURCE,
	};

	return throttle_take(call->app->throttle, &key, 1);
}

static struct err
order_for_entrant(struct call *call, struct store_tx *tx, const struct entrant *entrant,
		  const struct ask_work *work)
{
	struct mail_order order = {
		.kind = MAIL_SIGN_UP_LINK,
		.recipient = { .text = entrant->email,
			       .key = arena_str_lower(call->arena, entrant->email) },
		.account_id = entrant->account_id,
		.user_id = entrant->user.id,
		.connection_id = work->launch.connection_id,
		.page = work->page,
	};

	if (!entrant->user.is_known)
		return OK_NONE;
	return mail_enqueue(call->app->mail, tx, call->arena, &order);
}

struct err
mail_ask_for_proof(struct call *call, struct store_tx *tx, const struct entrant *entrant)
{
	const struct ask_work work = { .page = STR("sign_in") };

	if (!call->app->mail || instant_is_set(entrant->user.email_verified))
		return OK_NONE;
	return order_for_entrant(call, tx, entrant, &work);
}

/* The same mail again: it is about the same user, or about nobody yet. */
static struct err
order_again(struct call *call, struct store_tx *tx, const struct ask_work *work)
{
	struct stored_mail mail;
	struct err err = store_load_mail(tx, call->arena, work->launch.mail_id, &mail);
	struct mail_order order = {
		.kind = mail.kind,
		.recipient = { .text = mail.recipient, .key = mail.recipient_key },
		.account_id = mail.account_id,
		.user_id = mail.user_id,
		.connection_id = mail.connection_id,
		.page = mail.page,
	};

	if (err.code || str_is_empty(mail.id))
		return err;
	return mail_enqueue(call->app->mail, tx, call->arena, &order);
}

static struct err
mail_link_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	const struct ask_work *work = arg;
	struct entrant entrant;
	struct err err;

	if (!str_is_empty(work->launch.mail_id))
		return order_again(call, tx, work);
	if (str_is_empty(work->launch.user_id.value))
		return OK_NONE;
	err = store_load_entrant(tx, call->arena, work->launch.user_id, &entrant);
	return err.code ? err : order_for_entrant(call, tx, &entrant, work);
}

static void
mail_link_answer(struct call *call, _unused_ void *arg)
{
	struct note_view view = {
		.heading = STR("A new link is on its way"),
		.lead = STR("It goes to the address that Databricks sent with you. It works once, "
			    "for 15 minutes."),
		.more_heading = STR("Nothing there?"),
		.more = STR(LINK_MORE),
	};

	page_send_note(call, 200, &view);
}

static void
too_many(struct call *call)
{
	struct note_view view = {
		.heading = STR("Too many links were asked for"),
		.lead = STR("Wait a few minutes, then try again."),
	};

	page_send_note(call, 429, &view);
}

void
page_mail_link(struct call *call)
{
	struct ask_work *work = arena_new(call->arena, struct ask_work);
	struct form form;

	if (!page_read_form(call, &form))
		return;
	work->launch_text = form_value(&form, "launch");
	if (!call->app->mail ||
	    !vault_launch_read(call->app->vault, call->arena, work->launch_text, &work->launch)) {
		page_link_is_over(call, 410);
		return;
	}
	if (!page_csrf_fits(call, work->launch_text, &form))
		return;
	work->page = str_equal(form_value(&form, "page"), STR("create_trial")) ? STR("create_trial")
									       : STR("sign_in");
	if (may_ask(call))
		call_transact(call, mail_link_in_tx, mail_link_answer, work);
	else
		too_many(call);
}

static struct err
order_for_user(struct call *call, struct store_tx *tx, struct user_id id, struct ask_work *work)
{
	struct entrant entrant;
	struct err err = store_load_entrant(tx, call->arena, id, &entrant);

	if (err.code)
		return err;
	work->page = instant_is_set(entrant.user.signed_up) ? STR("sign_in") : STR("create_trial");
	return order_for_entrant(call, tx, &entrant, work);
}

/* Of another account: one that added the address. */
static struct err
order_elsewhere(struct call *call, struct store_tx *tx, struct ask_work *work)
{
	struct entrant found[MAX_CANDIDATES];
	size_t n = 0;
	struct err err =
		store_load_entrants(tx, call->arena, work->typed.key, MAX_CANDIDATES, found, &n);

	work->page = STR("sign_in");
	return err.code || n == 0 ? err : order_for_entrant(call, tx, &found[0], work);
}

static struct err
sign_up_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct ask_work *work = arg;
	const struct app_settings *settings = &call->partner->settings;
	struct str account_key = email_account_key(&work->typed, settings->public_mail_domains,
						   settings->n_public_mail_domains);
	struct mail_order order = {
		.kind = MAIL_SIGN_UP_LINK,
		.recipient = work->typed,
		.page = STR("create_trial"),
	};
	struct known_account account;
	struct known_user user;
	struct err err =
		store_load_user(tx, call->arena, account_key, work->typed.key, &account, &user);

	if (err.code)
		return err;
	if (user.is_known)
		return order_for_user(call, tx, user.id, work);
	if (!account_is_open_to_mail(&account, &call->partner->policy))
		return order_elsewhere(call, tx, work);
	order.account_id = account.id;
	return mail_enqueue(call->app->mail, tx, call->arena, &order);
}

/* Whether anybody has the address, it says the same. */
static void
sign_up_answer(struct call *call, void *arg)
{
	const struct ask_work *work = arg;
	struct str name = call->partner->config.name;
	struct note_view view = {
		.heading = STR("Look into your mail"),
		.lead = str_of(arena_printf(
			call->arena,
			"If %.*s can have an account at %.*s, a link is on its way there. It works "
			"once, for 15 minutes.",
			STR_ARG(work->typed.text), STR_ARG(name))),
		.more_heading = STR("Nothing there?"),
		.more = str_of(arena_printf(
			call->arena,
			LINK_MORE " If none comes at all, open Partner Connect in your Databricks "
				  "workspace and choose %.*s, or ask the administrator of your "
				  "account to add you.",
			STR_ARG(name))),
	};

	page_send_note(call, 200, &view);
}

void
page_sign_up_submit(struct call *call)
{
	struct ask_work *work = arena_new(call->arena, struct ask_work);
	struct form form;

	if (!page_read_form(call, &form))
		return;
	if (!call->app->mail) {
		show_no_sign_up(call);
		return;
	}
	if (!page_csrf_fits(call, STR(""), &form))
		return;
	work->typed_text = form_value(&form, "email");
	if (!work->typed_text.ptr ||
	    !email_read(call->arena, str_trim(work->typed_text), &work->typed))
		show_sign_up(call, 422, work, "This is no e-mail address.", NULL);
	else if (!may_ask(call))
		show_sign_up(call, 429, work, NULL,
			     "Too many links were asked for. Wait a few minutes, then try again.");
	else
		call_transact(call, sign_up_in_tx, sign_up_answer, work);
}
