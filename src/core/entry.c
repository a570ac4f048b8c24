/*
 * Entering by the hosted pages.
 */
#include "core/entry.h"

bool
user_is_member(const struct known_user *user)
{
	return user->is_known &&
	       (user->origin != ORIGIN_TRIAL || instant_is_set(user->email_verified));
}

bool
user_may_see(const struct known_user *user, const struct known_connection *connection)
{
	if (!user->is_known || !connection->is_known || connection->state == CONNECTION_DELETED)
		return false;
	if (str_equal(connection->creator_user_id.value, user->id.value))
		return true;
	return user_is_member(user) && connection->scope == SCOPE_WORKSPACE;
}

bool
password_is_acceptable(struct str password)
{
	return password.len >= PASSWORD_MIN_LEN && password.len <= PASSWORD_MAX_LEN;
}

/*
 * The user came by trial with this connection, in one transaction: who holds the link is who they
 * are as far as anybody knows, and there is nothing else of theirs to be taken over.
 */
static bool
is_made_by_connection(const struct entry_state *state)
{
	const struct known_user *user = &state->entrant.user;

	return user->origin == ORIGIN_TRIAL &&
	       str_equal(state->connection.creator_user_id.value, user->id.value) &&
	       instant_is_set(state->entrant.created) &&
	       state->entrant.created.ms == state->connection_created.ms;
}

static bool
may_set_password(const struct entry_state *state)
{
	const struct entrant *entrant = &state->entrant;
	bool is_confirmed;

	if (!state->connection.is_known || state->connection.state == CONNECTION_DELETED)
		return false;
	is_confirmed = state->connection.is_confirmed;
	if (str_is_empty(entrant->password_hash))
		return is_confirmed || is_made_by_connection(state);
	/* Somebody who had edited the e-mail may have been first; this click is beyond doubt. */
	return is_confirmed && !entrant->is_password_proven;
}

enum entry_form
entry_form_decide(const struct entry_state *state)
{
	if (!state->has_launch)
		return state->page == ENTRY_SIGN_IN ? ENTRY_TYPED : ENTRY_START;
	if (!state->account.is_known || (!state->entrant.user.is_known && !state->joins))
		return ENTRY_OVER;
	if (state->is_mailed)
		return state->is_signed_in ? ENTRY_CONTINUE : ENTRY_NEW_PASSWORD;
	if (may_set_password(state))
		return ENTRY_NEW_PASSWORD;
	if (str_is_empty(state->entrant.password_hash))
		return ENTRY_PROVE;
	return state->is_signed_in ? ENTRY_CONTINUE : ENTRY_PASSWORD;
}

struct err
entry_finish_decide(const struct entry_state *state, enum entry_form form,
		    const struct connect_policy *policy, struct instant now,
		    struct entry_effects *ret_effects)
{
	const struct known_user *user = &state->entrant.user;
	struct entry_effects effects = { 0 };
	struct err err = signup_decide(&state->account, user, policy, now, &effects.signup);

	if (err.code)
		return err;
	effects.signs_up = state->page == ENTRY_CREATE_TRIAL || !instant_is_set(user->signed_up);
	/* Signing in starts no trial: the user did not ask for one. */
	if (state->page != ENTRY_CREATE_TRIAL)
		effects.signup = (struct signup_decision){ 0 };
	effects.sets_password = form == ENTRY_NEW_PASSWORD;
	effects.verifies_email = state->is_mailed;
	effects.is_password_proven =
		effects.sets_password && (state->connection.is_confirmed || state->is_mailed);
	/* A password that was just made proves nothing that the link did not. */
	effects.confirms_connection = !effects.sets_password && state->connection.is_known &&
				      !state->connection.is_confirmed && user_is_member(user);
	*ret_effects = effects;
	return OK_NONE;
}
