/**
 * Situations for the tests of the connect decision: a request on a usual day, and what is
 * different in it, as bits; and what a decision does, as bits.
 *
 * On the usual day the caller asks for a new connection, the account is known and has paid, the
 * caller is nobody's user, the workspace is new, and nothing is asked of anybody by the policy.
 */
#ifndef PC_TESTS_SUPPORT_CONNECT_SITUATION_H
#define PC_TESTS_SUPPORT_CONNECT_SITUATION_H

#include "core/connect.h"

#include "support/rows.h"

#define NOW_MS ((int64_t)1700000000000)
#define DAY_MS ((int64_t)86400000)

enum given {
	USUAL = 0,
	SIGN_IN = 1 << 0, /* is_connection_established, on a connection of this workspace */
	NO_ID = 1 << 1,
	NO_CONNECTION = 1 << 2,
	DELETED = 1 << 3,
	SUPERSEDED = 1 << 4,
	OTHER_WORKSPACE = 1 << 5,
	OTHER_CLOUD = 1 << 6,
	STRICT_CLOUD = 1 << 7,
	NO_ACCOUNT = 1 << 8,
	USER_SCOPE = 1 << 9,
	KNOWN = 1 << 10,    /* the caller is a user of the account */
	OWN = 1 << 11,	    /* and the creator of the connection */
	BY_TRIAL = 1 << 12, /* came by rule 16 trial */
	VERIFIED = 1 << 13,
	SIGNED_UP = 1 << 14,
	MANUAL = 1 << 15, /* require_manual_signup */
	DEMO = 1 << 16,	  /* of the connection, or of the request for a new one */
	EXPIRED = 1 << 17,
	SUSPENDED = 1 << 18,
	TRIAL_OVER = 1 << 19, /* the account's */
	TRIAL_RUNS = 1 << 20,
	USER_OVER = 1 << 21, /* the caller's own trial */
	USER_RUNS = 1 << 22,
	PER_USER = 1 << 23,	  /* trial_type = user */
	TRIAL_AGAIN = 1 << 24,	  /* expired_action = create_trial */
	UNCONFIRMED = 1 << 25,	  /* the connection */
	CREATOR_PROVED = 1 << 26, /* the account's creator verified the address */
	HOME = 1 << 27,		  /* the workspace is known to the account */
	KNOWN_ID = 1 << 28,	  /* the Databricks user id is */
	EARLIER = 1 << 29,
	EARLIER_GOES = 1 << 30, /* superseded_action = delete */
};

static inline bool
has(unsigned given, unsigned any)
{
	return (given & any) != 0;
}

struct situation {
	struct connect_request req;
	struct connect_state state;
	struct connect_policy policy;
};

static inline void
situation_set_account(struct situation *s, unsigned given)
{
	struct known_account *account = &s->state.account;

	account->is_known = !has(given, NO_ACCOUNT);
	if (!account->is_known)
		return;
	account->id.value = STR("account");
	account->state = has(given, TRIAL_OVER | TRIAL_RUNS) ? ACCOUNT_TRIAL : ACCOUNT_ACTIVE;
	if (has(given, TRIAL_OVER))
		account->trial_expires.ms = NOW_MS - DAY_MS;
	if (has(given, TRIAL_RUNS))
		account->trial_expires.ms = NOW_MS + DAY_MS;
	if (has(given, SUSPENDED))
		account->state = ACCOUNT_SUSPENDED;
	if (has(given, EXPIRED))
		account->state = ACCOUNT_EXPIRED;
	account->is_creator_verified = has(given, CREATOR_PROVED);
}

static inline void
situation_set_user(struct situation *s, unsigned given)
{
	struct known_user *user = &s->state.user;

	if (!has(given, KNOWN))
		return;
	user->is_known = true;
	user->id.value = STR("user");
	user->origin = has(given, BY_TRIAL) ? ORIGIN_TRIAL : ORIGIN_ADDED;
	user->signed_up.ms = has(given, SIGNED_UP) ? NOW_MS - DAY_MS : 0;
	user->email_verified.ms = has(given, VERIFIED) ? NOW_MS - DAY_MS : 0;
	if (has(given, USER_OVER))
		user->trial_expires.ms = NOW_MS - DAY_MS;
	if (has(given, USER_RUNS))
		user->trial_expires.ms = NOW_MS + DAY_MS;
}

static inline void
situation_set_connection(struct situation *s, unsigned given)
{
	struct known_connection *connection = &s->state.connection;

	if (!has(given, SIGN_IN) || has(given, NO_CONNECTION))
		return;
	connection->is_known = true;
	connection->id.value = STR("connection");
	connection->account_id.value = STR("account");
	connection->creator_user_id.value = has(given, OWN) ? STR("user") : STR("somebody");
	connection->cloud = has(given, OTHER_CLOUD) ? CLOUD_AZURE : CLOUD_AWS;
	connection->workspace_id.value = has(given, OTHER_WORKSPACE) ? 8 : 7;
	connection->scope = has(given, USER_SCOPE) ? SCOPE_USER : SCOPE_WORKSPACE;
	connection->is_demo = has(given, DEMO);
	connection->is_confirmed = !has(given, UNCONFIRMED);
	connection->state = CONNECTION_LIVE;
	if (has(given, SUPERSEDED))
		connection->state = CONNECTION_SUPERSEDED;
	if (has(given, DELETED))
		connection->state = CONNECTION_DELETED;
}

static inline void
situation_set_policy(struct situation *s, unsigned given)
{
	struct connect_policy *policy = &s->policy;

	policy->require_manual_signup = has(given, MANUAL);
	policy->is_strict_cloud = has(given, STRICT_CLOUD);
	if (has(given, PER_USER))
		policy->trial_type = TRIAL_TYPE_USER;
	if (has(given, TRIAL_AGAIN))
		policy->expired_action = EXPIRED_CREATE_TRIAL;
	if (has(given, EARLIER_GOES))
		policy->superseded_action = SUPERSEDED_DELETE;
}

static inline struct situation
situation_of(unsigned given, enum new_user_action action, enum join_action join)
{
	struct situation s = { .policy = { .new_user_action = action, .join_action = join } };

	s.req.email = (struct email){ STR("Ann@Acme.com"), STR("ann@acme.com"), STR("acme.com") };
	s.req.databricks_user_id.value = 42;
	s.req.workspace_id.value = 7;
	s.req.is_connection_established = has(given, SIGN_IN);
	s.req.is_demo = has(given, DEMO) && !has(given, SIGN_IN);
	s.req.scope = has(given, USER_SCOPE) ? SCOPE_USER : SCOPE_WORKSPACE;
	if (has(given, SIGN_IN) && !has(given, NO_ID))
		s.req.connection_id.value = STR("connection");
	s.state.now.ms = NOW_MS;
	s.state.received.ms = NOW_MS;
	s.state.fresh_connection_id.value = STR("fresh-connection");
	s.state.fresh_account_id.value = STR("fresh-account");
	s.state.fresh_user_id.value = STR("fresh-user");
	s.state.is_workspace_known = has(given, HOME);
	s.state.is_identity_known = has(given, KNOWN_ID);
	s.state.earlier.is_known = has(given, EARLIER);
	if (has(given, EARLIER))
		s.state.earlier.id.value = STR("earlier");
	situation_set_account(&s, given);
	situation_set_user(&s, given);
	situation_set_connection(&s, given);
	situation_set_policy(&s, given);
	return s;
}

static inline struct err
situation_decide(struct arena *arena, const struct situation *s,
		 struct connect_decision *ret_decision)
{
	return connect_decide(arena, &s->req, STR("acme.com"), &s->state, &s->policy, ret_decision);
}

static inline struct connect_decision
situation_decide_ok(struct arena *arena, const struct situation *s)
{
	struct connect_decision decision = { 0 };
	struct err err = situation_decide(arena, s, &decision);

	if (err.code)
		fail_msg("refused with code %d by rule %d", (int)err.code, decision.rule);
	return decision;
}

enum does {
	NOTHING = 0,
	CONNECTION = 1 << 0,
	ACCOUNT = 1 << 1,
	USER_CREATOR = 1 << 2, /* a user is inserted, of this origin */
	USER_ADDED = 1 << 3,
	USER_TRIAL = 1 << 4,
	INVITATION = 1 << 5,
	SUPERSEDES = 1 << 6,
	REMOVES = 1 << 7,   /* the superseded one is deleted */
	CONFIRMED = 1 << 8, /* the new connection is */
	IDENTITY = 1 << 9,
	ACCEPTS = 1 << 10,
	LOGS_CLOUD = 1 << 11,
	CALLER_KNOWN = 1 << 12, /* the caller is the known user */
	CALLER_FRESH = 1 << 13, /* the caller is the inserted one */
	ADOPTS = 1 << 14,
};

static inline unsigned
does_if(bool holds, enum does bit)
{
	return holds ? (unsigned)bit : 0;
}

static inline bool
str_is(struct str s, const char *text)
{
	return str_equal(s, str_of(text));
}

static inline unsigned
does_to_users(const struct connect_effects *effects)
{
	unsigned does = does_if(effects->accepts_caller, ACCEPTS) |
			does_if(str_is(effects->caller_id.value, "user"), CALLER_KNOWN) |
			does_if(str_is(effects->caller_id.value, "fresh-user"), CALLER_FRESH);

	if (!effects->has_user)
		return does;
	assert_true(str_is(effects->user.id.value, "fresh-user"));
	switch (effects->user.origin) {
	case ORIGIN_CREATOR:
		return does | USER_CREATOR;
	case ORIGIN_ADDED:
		return does | USER_ADDED;
	case ORIGIN_TRIAL:
		return does | USER_TRIAL;
	}
	return does;
}

/** All that store would write, as bits. */
static inline unsigned
does_of(const struct connect_effects *effects)
{
	bool removes = effects->has_superseded && effects->superseded_state == CONNECTION_DELETED;

	return does_to_users(effects) | does_if(effects->has_connection, CONNECTION) |
	       does_if(effects->has_account, ACCOUNT) |
	       does_if(effects->has_invitation, INVITATION) |
	       does_if(effects->has_superseded, SUPERSEDES) | does_if(removes, REMOVES) |
	       does_if(effects->has_connection && effects->connection.is_confirmed, CONFIRMED) |
	       does_if(effects->has_identity, IDENTITY) |
	       does_if(effects->is_other_cloud, LOGS_CLOUD) | does_if(effects->is_adopted, ADOPTS);
}

#endif
