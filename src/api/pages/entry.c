/*
 * Signing up and signing in: showing the form that core/entry.c says, and taking it.
 *
 * A form goes three ways: what it is about is loaded (a transaction), the password is hashed or
 * verified (a worker), and what follows is stored (a second transaction, which decides anew: the
 * world may have changed meanwhile).
 */
#include "api/pages/entry.h"

#include "api/pages/cookie.h"
#include "api/pages/mail.h"
#include "base/uuid.h"
#include "store/store_mail.h"

/* A password may be guessed this often in 15 minutes. */
#define TRIES_OF_USER_FROM_SOURCE 10
#define TRIES_OF_USER 100
#define TRIES_FROM_SOURCE 300 /* a proxy in front is the source of everybody */

/* ---- Loading ---- */

static void
gather_state(struct entry_work *work)
{
	const struct visit *visit = &work->visit;
	struct entry_state *state = &work->state;

	*state = (struct entry_state){
		.page = work->page,
		.has_launch = visit->has_launch,
		.account = visit->account,
		.connection = visit->connection.known,
		.connection_created = visit->connection.created,
		.entrant = visit->entrant,
		.is_mailed = visit->has_launch && !str_is_empty(visit->launch.mail_id),
		.joins = visit->joins,
		.is_signed_in =
			visit->entrant.user.is_known &&
			str_equal(visit->session_user_id.value, visit->entrant.user.id.value),
	};
	work->form = entry_form_decide(state);
	if (work->form == ENTRY_START && visit->is_over)
		work->form = ENTRY_OVER;
}

static struct err
entry_load_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct entry_work *work = arg;
	struct err err = visit_load(call, tx, &work->visit);

	if (err.code)
		return err;
	gather_state(work);
	if (work->form != ENTRY_TYPED || !work->is_posted || str_is_empty(work->typed.key))
		return OK_NONE;
	return store_load_entrants(tx, call->arena, work->typed.key, ENTRY_MAX_CANDIDATES,
				   work->candidates, &work->n_candidates);
}

/* Without a token and a cookie there is nothing to load. */
static void
entry_load(struct call *call, struct entry_work *work, struct str launch_text,
	   call_answer_fn answer)
{
	if (visit_begin(call, launch_text, &work->visit) || work->is_posted) {
		call_transact(call, entry_load_in_tx, answer, work);
		return;
	}
	gather_state(work);
	answer(call, work);
}

/* ---- GET ---- */

static void
entry_answer(struct call *call, void *arg)
{
	entry_show(call, arg, 200);
}

static void
entry_get(struct call *call, enum entry_page page)
{
	struct entry_work *work = arena_new(call->arena, struct entry_work);

	work->page = page;
	entry_load(call, work, visit_launch_parameter(call), entry_answer);
}

void
page_create_trial(struct call *call)
{
	entry_get(call, ENTRY_CREATE_TRIAL);
}

void
page_sign_in(struct call *call)
{
	entry_get(call, ENTRY_SIGN_IN);
}

/* ---- What follows from a good form ---- */

static struct err
keep_candidate(struct call *call, struct store_tx *tx, struct entry_work *work)
{
	struct entry_state *state = &work->state;
	struct user_id id = state->entrant.user.id;
	struct err err = store_load_entrant(tx, call->arena, id, &state->entrant);

	if (err.code)
		return err;
	return store_load_known_account(tx, call->arena, state->entrant.account_id,
					&state->account);
}

/* As it was when the password was looked at; else the form is not the one that was filled in. */
static struct err
load_again(struct call *call, struct store_tx *tx, struct entry_work *work)
{
	enum entry_form form = work->form;
	struct str password_hash = work->state.entrant.password_hash;
	struct err err = OK_NONE;

	if (form == ENTRY_TYPED) {
		err = keep_candidate(call, tx, work);
	} else {
		err = visit_load(call, tx, &work->visit);
		gather_state(work);
	}
	if (!err.code &&
	    (work->form != form || !str_equal(work->state.entrant.password_hash, password_hash)))
		return err_make(ERR_CONSTRAINT, "another request was faster");
	return err;
}

static struct err
note_confirmation(struct call *call, struct store_tx *tx, const struct entry_work *work)
{
	const struct audit_entry entry = {
		.at = clock_now(call->app->clock),
		.actor = work->state.entrant.user.id.value,
		.action = STR("confirm_connection"),
		.object = work->state.connection.id.value,
		.detail = call->request_id,
	};

	return store_add_audit(tx, &entry);
}

/* A trial of their own, where trials are users'. */
static struct instant
trial_of_member(struct call *call, struct instant now)
{
	const struct connect_policy *policy = &call->partner->policy;

	if (policy->trial_type != TRIAL_TYPE_USER || policy->trial_days == 0)
		return (struct instant){ 0 };
	return instant_add_ms(now, policy->trial_days * 24 * 60 * 60 * 1000);
}

static struct err
join(struct call *call, struct store_tx *tx, struct entry_work *work)
{
	struct entrant *entrant = &work->state.entrant;
	struct instant now = clock_now(call->app->clock);
	struct user_id id = { uuid_new(call->arena, now, call->app->rng) };
	struct str key = arena_str_lower(call->arena, entrant->email);
	struct err err = store_add_member(tx, id, entrant->account_id, entrant->email, key,
					  trial_of_member(call, now), now);

	return err.code ? err : store_load_entrant(tx, call->arena, id, entrant);
}

static struct err
apply_effects(struct call *call, struct store_tx *tx, const struct entry_work *work)
{
	const struct entry_effects *effects = &work->effects;
	const struct entrant *entrant = &work->state.entrant;
	struct err err = OK_NONE;

	if (effects->sets_password)
		err = store_set_password(tx, entrant->user.id, work->new_hash,
					 effects->is_password_proven);
	if (!err.code && effects->sets_password)
		err = store_delete_sessions_of(tx, entrant->user.id);
	if (!err.code && effects->signs_up)
		err = store_sign_up(tx, entrant->user.id, entrant->account_id,
				    effects->signup.begins_trial, call->partner->policy.trial_type,
				    effects->signup.trial_expires, clock_now(call->app->clock));
	if (!err.code && effects->verifies_email)
		err = store_verify_email(tx, entrant->user.id, clock_now(call->app->clock));
	else if (!err.code && effects->signs_up)
		err = mail_ask_for_proof(call, tx, entrant);
	if (!err.code && effects->confirms_connection)
		err = store_confirm_connection(tx, work->state.connection.id);
	if (!err.code && effects->confirms_connection)
		err = note_confirmation(call, tx, work);
	return err;
}

static struct err
begin_session(struct call *call, struct store_tx *tx, const struct entry_work *work)
{
	struct instant now = clock_now(call->app->clock);
	struct stored_session session = {
		.user_id = work->state.entrant.user.id,
		.connection_id = work->state.connection.id,
		.created = now,
		.expires = instant_add_ms(now, SESSION_MS),
	};
	struct err err = OK_NONE;

	/* Whoever was signed in here before is not any more. */
	if (work->visit.has_session_cookie)
		err = store_delete_session(tx, work->visit.session_hash);
	if (err.code || !vault_session_hash(work->session_token, session.token_hash))
		return err;
	return store_add_session(tx, &session);
}

static struct err
entry_finish_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct entry_work *work = arg;
	const struct launch *launch = &work->visit.launch;
	struct instant now = clock_now(call->app->clock);
	struct err err = load_again(call, tx, work);

	if (!err.code && work->state.joins)
		err = join(call, tx, work);
	if (!err.code)
		err = entry_finish_decide(&work->state, work->form, &call->partner->policy, now,
					  &work->effects);
	if (!err.code && work->form != ENTRY_TYPED)
		err = store_use_launch(tx, launch->hash, launch->connection_id, launch->user_id,
				       now, launch->expires);
	if (!err.code)
		err = apply_effects(call, tx, work);
	return err.code ? err : begin_session(call, tx, work);
}

/* To a clean address: the token must not stay in the browser's bar and history. */
static void
entry_finish_answer(struct call *call, void *arg)
{
	const struct entry_work *work = arg;
	const struct http_field fields[] = {
		cookie_field(call, COOKIE_SESSION, work->session_token, SESSION_MS / 1000),
		{ NULL, NULL },
	};

	page_go_to(call, "home", fields);
}

static void
entry_finish(struct call *call, struct entry_work *work)
{
	work->session_token = vault_session_mint(call->arena);
	call_transact(call, entry_finish_in_tx, entry_finish_answer, work);
}

/* ---- A password that is given ---- */

static void
throttle_keys(struct call *call, const struct entry_work *work,
	      struct throttle_key keys[static N_THROTTLE_KEYS])
{
	struct str source = str_of(http_call_peer(call->http));
	struct str user = work->form == ENTRY_TYPED
				  ? work->typed.key
				  : arena_str_lower(call->arena, work->state.entrant.email);

	keys[0] = (struct throttle_key){ { STR("both"), user, source }, TRIES_OF_USER_FROM_SOURCE };
	keys[1] = (struct throttle_key){ { STR("user"), user }, TRIES_OF_USER };
	keys[2] = (struct throttle_key){ { STR("source"), source }, TRIES_FROM_SOURCE };
}

/* On a worker. An address that nobody has costs the same as one with a wrong password. */
static struct err
verify_on_worker(_unused_ struct call *call, void *arg)
{
	struct entry_work *work = arg;
	size_t n = work->form == ENTRY_TYPED ? work->n_candidates : 1;
	struct err err;

	if (n == 0)
		return auth_check_password(STR(""), work->password, &work->is_right);
	for (size_t i = 0; i < n && !work->is_right; i++) {
		const struct entrant *entrant =
			work->form == ENTRY_TYPED ? &work->candidates[i] : &work->state.entrant;

		err = auth_check_password(entrant->password_hash, work->password, &work->is_right);
		if (err.code)
			return err;
		if (work->is_right)
			work->state.entrant = *entrant;
	}
	return OK_NONE;
}

static void
verify_answer(struct call *call, void *arg)
{
	struct entry_work *work = arg;
	struct throttle_key keys[N_THROTTLE_KEYS];

	if (!work->is_right || work->state.entrant.user.id.value.len == 0) {
		work->error = work->form == ENTRY_TYPED ? "E-mail or password is wrong."
							: "The password is wrong.";
		entry_show(call, work, 422);
		return;
	}
	throttle_keys(call, work, keys);
	throttle_give_back(call->app->throttle, keys, ARRAY_LEN(keys));
	entry_finish(call, work);
}

static void
take_password(struct call *call, struct entry_work *work)
{
	struct throttle_key keys[N_THROTTLE_KEYS];

	if (work->form == ENTRY_TYPED && str_is_empty(work->typed.key))
		work->email_error = "This is no e-mail address.";
	if (str_is_empty(work->password) || work->password.len > PASSWORD_MAX_LEN)
		work->password_error = "Enter your password.";
	if (work->email_error || work->password_error) {
		entry_show(call, work, 422);
		return;
	}
	throttle_keys(call, work, keys);
	if (!throttle_take(call->app->throttle, keys, ARRAY_LEN(keys))) {
		work->error = "Too many wrong passwords. Wait a few minutes, then try again.";
		entry_show(call, work, 429);
		return;
	}
	call_work(call, verify_on_worker, verify_answer, work);
}

/* ---- A password that is made ---- */

static struct err
hash_on_worker(struct call *call, void *arg)
{
	struct entry_work *work = arg;

	return auth_hash_password(call->arena, work->password, &work->new_hash);
}

static void
hash_answer(struct call *call, void *arg)
{
	entry_finish(call, arg);
}

static void
take_new_password(struct call *call, struct entry_work *work)
{
	if (!password_is_acceptable(work->password))
		work->password_error = work->password.len < PASSWORD_MIN_LEN
					       ? "This is too short: 10 characters at least."
					       : "This is too long: 256 bytes at most.";
	else if (!str_equal(work->password, work->again))
		work->again_error = "The two passwords differ.";
	if (!work->is_terms_accepted && entry_has_terms(call))
		work->terms_error = "Without your agreement there is no account.";
	if (work->password_error || work->again_error || work->terms_error)
		entry_show(call, work, 422);
	else
		call_work(call, hash_on_worker, hash_answer, work);
}

/* ---- POST ---- */

static void
entry_take(struct call *call, void *arg)
{
	struct entry_work *work = arg;

	switch (work->form) {
	case ENTRY_START:
	case ENTRY_OVER:
		page_link_is_over(call, 410);
		return;
	case ENTRY_TYPED:
		if (work->visit.is_over)
			page_link_is_over(call, 410);
		else if (page_csrf_fits(call, work->visit.launch_text, &work->posted))
			take_password(call, work);
		return;
	case ENTRY_PROVE:
		entry_show(call, work, 403);
		return;
	case ENTRY_PASSWORD:
	case ENTRY_NEW_PASSWORD:
	case ENTRY_CONTINUE:
		break;
	}
	if (!page_csrf_fits(call, work->visit.launch_text, &work->posted))
		return;
	if (work->form == ENTRY_PASSWORD)
		take_password(call, work);
	else if (work->form == ENTRY_NEW_PASSWORD)
		take_new_password(call, work);
	else
		entry_finish(call, work);
}

static void
entry_post(struct call *call, enum entry_page page)
{
	struct entry_work *work = arena_new(call->arena, struct entry_work);
	struct str launch_text;

	work->page = page;
	work->is_posted = true;
	if (!page_read_form(call, &work->posted))
		return;
	launch_text = form_value(&work->posted, "launch");
	work->typed_text = form_value(&work->posted, "email");
	if (!email_read(call->arena, str_trim(work->typed_text), &work->typed))
		work->typed = (struct email){ 0 };
	work->password = form_value(&work->posted, "password");
	work->again = form_value(&work->posted, "again");
	work->is_terms_accepted = str_equal(form_value(&work->posted, "terms"), STR("yes"));
	entry_load(call, work, launch_text.ptr ? launch_text : STR(""), entry_take);
}

void
page_create_trial_submit(struct call *call)
{
	entry_post(call, ENTRY_CREATE_TRIAL);
}

void
page_sign_in_submit(struct call *call)
{
	entry_post(call, ENTRY_SIGN_IN);
}
