/*
 * The connect decision over all combinations of the facts that it depends on, against a second
 * reading of the design's table (section 4) written as plain ifs. What does not matter to a
 * combination changes from one to the next, so that it shows if it does.
 */
#include "core/connect.h"

#include "support/connect_situation.h"
#include "support/rows.h"

/* ---- The oracle ---- */

struct outcome {
	int rule;
	enum err_code error;
	enum user_status user_status;
	enum account_status account_status;
	enum redirect_value redirect_value;
	unsigned does;
};

static struct outcome
refused(int rule, enum err_code error)
{
	return (struct outcome){ .rule = rule, .error = error };
}

static struct outcome
answered(int rule, enum user_status user, enum account_status account, enum redirect_value redirect)
{
	return (struct outcome){ rule, ERR_NONE, user, account, redirect, NOTHING };
}

static enum redirect_value
expired_redirect(const struct situation *s)
{
	if (s->policy.expired_action == EXPIRED_CREATE_TRIAL)
		return REDIRECT_CREATE_TRIAL;
	return REDIRECT_PURCHASE_PRODUCT;
}

static bool
has_ended(struct instant trial, struct instant now)
{
	return trial.ms != 0 && trial.ms <= now.ms;
}

static bool
account_expired(const struct situation *s)
{
	const struct known_account *account = &s->state.account;

	if (account->state == ACCOUNT_SUSPENDED || account->state == ACCOUNT_EXPIRED)
		return true;
	return account->state == ACCOUNT_TRIAL && has_ended(account->trial_expires, s->state.now);
}

static bool
user_expired(const struct situation *s)
{
	return s->policy.trial_type == TRIAL_TYPE_USER &&
	       has_ended(s->state.user.trial_expires, s->state.now);
}

/* Design section 3: who came by trial is known on connections of their own, until verified. */
static bool
known_at_sign_in(const struct situation *s)
{
	if (!s->state.user.is_known)
		return false;
	if (s->state.user.origin == ORIGIN_TRIAL && s->state.user.email_verified.ms == 0)
		return str_equal(s->state.user.id.value, s->state.connection.creator_user_id.value);
	return true;
}

/* The account's creator verified the address, or the connection is beyond doubt. */
static bool
may_join_at_sign_in(const struct situation *s)
{
	return s->state.account.is_creator_verified || s->state.connection.is_confirmed;
}

static unsigned
sign_in_traces(const struct situation *s, bool has_caller)
{
	unsigned does = NOTHING;

	if (s->state.connection.cloud != s->req.cloud)
		does |= LOGS_CLOUD;
	else if (has_caller && s->state.connection.is_confirmed)
		does |= IDENTITY;
	return does;
}

/* Rules 9 and 11, auto_add */
static struct outcome
with_joiner(const struct situation *s, struct outcome outcome)
{
	outcome.does = sign_in_traces(s, true);
	if (s->state.user.is_known)
		outcome.does |= CALLER_KNOWN | (may_join_at_sign_in(s) ? ACCEPTS : NOTHING);
	else
		outcome.does |= CALLER_FRESH | (may_join_at_sign_in(s) ? USER_ADDED : USER_TRIAL);
	return outcome;
}

static struct outcome
oracle_unknown_user(const struct situation *s, bool is_expired)
{
	enum new_user_action action = s->policy.new_user_action;
	struct outcome outcome;

	if (is_expired && action == NEW_USER_AUTO_ADD)
		return with_joiner(s, answered(9, USER_STATUS_NEW, ACCOUNT_STATUS_EXPIRED,
					       expired_redirect(s)));
	if (is_expired) {
		outcome = answered(9, USER_STATUS_NOT_APPLICABLE, ACCOUNT_STATUS_EXPIRED,
				   expired_redirect(s));
		outcome.does = sign_in_traces(s, false);
		return outcome;
	}
	if (action == NEW_USER_NOT_FOUND)
		return refused(10, ERR_ACCOUNT_NOT_FOUND);
	if (action == NEW_USER_ERROR)
		return refused(10, ERR_GENERAL_ERROR);
	if (action == NEW_USER_AUTO_ADD)
		return with_joiner(
			s, answered(11, USER_STATUS_NEW, ACCOUNT_STATUS_ACTIVE, REDIRECT_SIGN_IN));
	outcome = answered(11, USER_STATUS_NOT_APPLICABLE, ACCOUNT_STATUS_ACTIVE,
			   REDIRECT_CONTACT_ADMIN);
	outcome.does = INVITATION | sign_in_traces(s, false);
	return outcome;
}

static struct outcome
oracle_known_user(const struct situation *s)
{
	struct outcome outcome =
		answered(8, USER_STATUS_EXISTING, ACCOUNT_STATUS_ACTIVE, REDIRECT_SIGN_IN);

	if (s->state.connection.is_demo)
		outcome.rule = 6;
	else if (account_expired(s) || user_expired(s))
		outcome = answered(7, USER_STATUS_EXISTING, ACCOUNT_STATUS_EXPIRED,
				   expired_redirect(s));
	outcome.does = CALLER_KNOWN | sign_in_traces(s, true);
	return outcome;
}

static bool
is_left_to_manual_signup(const struct situation *s, bool is_expired)
{
	if (!s->policy.require_manual_signup)
		return false;
	if (known_at_sign_in(s))
		return s->state.user.signed_up.ms == 0;
	return is_expired || s->policy.new_user_action != NEW_USER_ERROR;
}

static bool
connection_is_found(const struct situation *s)
{
	const struct known_connection *connection = &s->state.connection;

	if (!connection->is_known || connection->state == CONNECTION_DELETED)
		return false;
	if (connection->workspace_id.value != s->req.workspace_id.value)
		return false;
	return connection->cloud == s->req.cloud || !s->policy.is_strict_cloud;
}

static struct outcome
oracle_sign_in(const struct situation *s)
{
	const struct known_connection *connection = &s->state.connection;
	bool is_expired = !connection->is_demo && account_expired(s);
	bool is_creator = s->state.user.is_known &&
			  str_equal(s->state.user.id.value, connection->creator_user_id.value);

	if (s->req.connection_id.value.len == 0)
		return refused(1, ERR_BAD_REQUEST);
	if (!connection_is_found(s))
		return refused(2, ERR_CONNECTION_NOT_FOUND);
	if (!s->state.account.is_known)
		return refused(3, ERR_CONNECTION_NOT_FOUND);
	if (connection->scope == SCOPE_USER && !is_creator)
		return refused(4, ERR_ACCOUNT_NOT_FOUND);
	if (is_left_to_manual_signup(s, is_expired))
		return refused(5, ERR_ACCOUNT_NOT_FOUND);
	if (known_at_sign_in(s))
		return oracle_known_user(s);
	return oracle_unknown_user(s, is_expired);
}

/* Rules 12 to 16 but contact: CONNECT-17 */
static struct outcome
with_connection(const struct situation *s, struct outcome outcome, unsigned does)
{
	bool is_confirmed =
		has(does, ACCOUNT) || s->state.is_workspace_known || s->state.is_identity_known;

	outcome.does = does | CONNECTION;
	if (is_confirmed)
		outcome.does |= CONFIRMED | IDENTITY;
	if (s->state.earlier.is_known)
		outcome.does |= SUPERSEDES;
	if (s->state.earlier.is_known && s->policy.superseded_action == SUPERSEDED_DELETE)
		outcome.does |= REMOVES;
	return outcome;
}

static struct outcome
oracle_join(const struct situation *s)
{
	bool is_proved = s->state.account.is_creator_verified;
	bool just_joins = s->policy.join_action == JOIN_ADD;

	if (s->policy.join_action == JOIN_CONTACT ||
	    (s->policy.join_action == JOIN_VERIFIED && !is_proved))
		return answered(16, USER_STATUS_NOT_APPLICABLE, ACCOUNT_STATUS_ACTIVE,
				REDIRECT_CONTACT_ADMIN);
	if (s->policy.join_action == JOIN_TRIAL)
		return with_connection(
			s,
			answered(16, USER_STATUS_NEW, ACCOUNT_STATUS_ACTIVE, REDIRECT_CREATE_TRIAL),
			USER_TRIAL | CALLER_FRESH);
	if (just_joins && !is_proved && !s->state.is_workspace_known)
		return with_connection(
			s, answered(16, USER_STATUS_NEW, ACCOUNT_STATUS_ACTIVE, REDIRECT_SIGN_IN),
			USER_TRIAL | CALLER_FRESH);
	return with_connection(
		s, answered(16, USER_STATUS_NEW, ACCOUNT_STATUS_ACTIVE, REDIRECT_SIGN_IN),
		USER_ADDED | CALLER_FRESH);
}

static struct outcome
oracle_known_user_connects(const struct situation *s)
{
	enum redirect_value redirect = REDIRECT_SIGN_IN;

	if (account_expired(s) || user_expired(s))
		return with_connection(s,
				       answered(14, USER_STATUS_EXISTING, ACCOUNT_STATUS_EXPIRED,
						expired_redirect(s)),
				       CALLER_KNOWN);
	if (s->policy.require_manual_signup && s->state.user.signed_up.ms == 0)
		redirect = REDIRECT_CREATE_TRIAL;
	return with_connection(s,
			       answered(15, USER_STATUS_EXISTING, ACCOUNT_STATUS_ACTIVE, redirect),
			       CALLER_KNOWN);
}

static struct outcome
oracle_new_connection(const struct situation *s)
{
	struct outcome founded =
		answered(13, USER_STATUS_NEW, ACCOUNT_STATUS_NEW, REDIRECT_CREATE_TRIAL);

	if (s->req.is_demo)
		founded.rule = 12;
	if (s->req.is_demo || !s->state.account.is_known)
		return with_connection(s, founded, ACCOUNT | USER_CREATOR | CALLER_FRESH);
	if (s->state.user.is_known)
		return oracle_known_user_connects(s);
	if (account_expired(s))
		return with_connection(
			s,
			answered(14, USER_STATUS_NEW, ACCOUNT_STATUS_EXPIRED, expired_redirect(s)),
			USER_TRIAL | CALLER_FRESH);
	return oracle_join(s);
}

/* ---- All combinations ---- */

/* Takes one of @n ways out of *rest. */
static unsigned
take(uint64_t *rest, unsigned n)
{
	unsigned way = (unsigned)(*rest % n);

	*rest /= n;
	return way;
}

static void
take_account(uint64_t *rest, struct situation *s)
{
	static const struct known_account ways[] = {
		{ .is_known = false },
		{ .is_known = true, .state = ACCOUNT_ACTIVE },
		{ .is_known = true, .state = ACCOUNT_TRIAL },
		{ .is_known = true, .state = ACCOUNT_TRIAL, .trial_expires = { NOW_MS + 1 } },
		{ .is_known = true, .state = ACCOUNT_TRIAL, .trial_expires = { NOW_MS } },
		{ .is_known = true, .state = ACCOUNT_SUSPENDED },
		{ .is_known = true, .state = ACCOUNT_EXPIRED, .trial_expires = { NOW_MS + 1 } },
	};

	s->state.account = ways[take(rest, ARRAY_LEN(ways))];
	s->state.account.id.value = STR("account");
	s->state.account.is_creator_verified = take(rest, 2);
}

static void
take_user(uint64_t *rest, struct situation *s)
{
	static const enum user_origin origins[] = { ORIGIN_CREATOR, ORIGIN_ADDED, ORIGIN_TRIAL };
	static const int64_t trial_ends[] = { 0, NOW_MS + 1, NOW_MS };
	struct known_user *user = &s->state.user;
	unsigned way = take(rest, 1 + 4 * ARRAY_LEN(origins));

	user->trial_expires.ms = trial_ends[take(rest, ARRAY_LEN(trial_ends))];
	if (way == 0)
		return;
	way--;
	user->is_known = true;
	user->id.value = STR("user");
	user->signed_up.ms = way & 1;
	user->email_verified.ms = way >> 1 & 1;
	user->origin = origins[way >> 2];
}

static void
take_policy(uint64_t *rest, struct situation *s)
{
	static const enum trial_type trial_types[] = { TRIAL_TYPE_ACCOUNT, TRIAL_TYPE_USER };
	static const enum expired_action expired_actions[] = { EXPIRED_PURCHASE_PRODUCT,
							       EXPIRED_CREATE_TRIAL };

	s->policy.require_manual_signup = take(rest, 2);
	s->policy.trial_type = trial_types[take(rest, 2)];
	s->policy.expired_action = expired_actions[take(rest, 2)];
}

static const enum new_user_action actions[] = { NEW_USER_AUTO_ADD, NEW_USER_INVITE,
						NEW_USER_NOT_FOUND, NEW_USER_ERROR };
static const enum join_action joins[] = { JOIN_ADD, JOIN_TRIAL, JOIN_CONTACT, JOIN_VERIFIED };

static void
take_earlier(uint64_t *rest, struct situation *s)
{
	s->state.earlier.is_known = take(rest, 2);
	s->policy.superseded_action = take(rest, 2) ? SUPERSEDED_DELETE : SUPERSEDED_KEEP;
	s->state.is_workspace_known = take(rest, 2);
	s->state.is_identity_known = take(rest, 2);
}

static void
take_connection(uint64_t *rest, struct situation *s)
{
	static const struct known_connection ways[] = {
		{ .is_known = false },
		{ .is_known = true, .state = CONNECTION_LIVE, .workspace_id = { 7 } },
		{ .is_known = true, .state = CONNECTION_SUPERSEDED, .workspace_id = { 7 } },
		{ .is_known = true, .state = CONNECTION_DELETED, .workspace_id = { 7 } },
		{ .is_known = true, .state = CONNECTION_LIVE, .workspace_id = { 8 } },
		{ .is_known = true, .state = CONNECTION_LIVE, .workspace_id = { 7 } },
	};
	struct known_connection *connection = &s->state.connection;
	unsigned cloud = take(rest, 3);
	unsigned way = take(rest, ARRAY_LEN(ways));

	*connection = ways[way];
	/* The last way: it would be found, but is not asked for. */
	s->req.connection_id.value = way == ARRAY_LEN(ways) - 1 ? STR("") : STR("connection");
	connection->id.value = STR("connection");
	connection->creator_user_id.value = take(rest, 2) ? STR("user") : STR("somebody");
	connection->scope = take(rest, 2) ? SCOPE_USER : SCOPE_WORKSPACE;
	connection->is_demo = take(rest, 2);
	connection->is_confirmed = take(rest, 2);
	connection->cloud = cloud == 0 ? CLOUD_AWS : CLOUD_GCP;
	s->policy.is_strict_cloud = cloud == 2;
}

static struct situation
usual(void)
{
	struct situation s = situation_of(USUAL, NEW_USER_AUTO_ADD, JOIN_ADD);

	s.state.earlier.id.value = STR("earlier");
	s.policy.naming = NAMING_ASK; /* names are not looked at, and cost memory */
	return s;
}

/** False when there is no such combination. */
static bool
sign_in_of(uint64_t number, struct situation *ret_situation)
{
	struct situation s = usual();
	uint64_t rest = number;
	uint64_t idle = number * 0x9e3779b97f4a7c15u >> 40;

	s.req.is_connection_established = true;
	take_policy(&rest, &s);
	s.policy.new_user_action = actions[take(&rest, ARRAY_LEN(actions))];
	take_account(&rest, &s);
	take_user(&rest, &s);
	take_connection(&rest, &s);
	s.policy.join_action = joins[take(&idle, ARRAY_LEN(joins))];
	s.req.is_demo = take(&idle, 2);
	take_earlier(&idle, &s);
	*ret_situation = s;
	return rest == 0;
}

static bool
new_connection_of(uint64_t number, struct situation *ret_situation)
{
	struct situation s = usual();
	uint64_t rest = number;
	uint64_t idle = number * 0x9e3779b97f4a7c15u >> 40;

	s.req.is_demo = take(&rest, 2);
	take_policy(&rest, &s);
	s.policy.join_action = joins[take(&rest, ARRAY_LEN(joins))];
	take_account(&rest, &s);
	take_user(&rest, &s);
	take_earlier(&rest, &s);
	s.policy.new_user_action = actions[take(&idle, ARRAY_LEN(actions))];
	s.req.scope = take(&idle, 2) ? SCOPE_USER : SCOPE_WORKSPACE;
	s.req.connection_id.value = take(&idle, 2) ? STR("connection") : STR("");
	*ret_situation = s;
	return rest == 0;
}

static bool
outcomes_are_equal(struct err err, const struct connect_decision *decision,
		   const struct outcome *want)
{
	if (err.code != want->error || decision->rule != want->rule)
		return false;
	if (want->error)
		return true;
	return decision->answer.user_status == want->user_status &&
	       decision->answer.account_status == want->account_status &&
	       decision->answer.redirect_value == want->redirect_value &&
	       decision->answer.is_configured == has(want->does, CONNECTION) &&
	       does_of(&decision->effects) == want->does;
}

static void
assert_as_the_oracle_says(struct arena *arena, const struct situation *s, uint64_t number)
{
	struct outcome want =
		s->req.is_connection_established ? oracle_sign_in(s) : oracle_new_connection(s);
	struct connect_decision decision = { 0 };
	struct err err = situation_decide(arena, s, &decision);

	if (outcomes_are_equal(err, &decision, &want))
		return;
	fail_msg("combination %llu: rule %d, error %d, effects 0x%x; expected %d, %d, 0x%x",
		 (unsigned long long)number, decision.rule, (int)err.code,
		 err.code ? 0 : does_of(&decision.effects), want.rule, (int)want.error, want.does);
}

#define N_RULES 17
#define N_PER_ARENA 4096

/* Each rule of @first to @last must have come up, or the combinations lost what they are for. */
static void
assert_all_combinations(bool (*situation_at)(uint64_t, struct situation *), int first, int last)
{
	bool seen[N_RULES] = { false };
	struct arena *arena = arena_create();
	struct situation s;
	uint64_t n = 0;

	for (; situation_at(n, &s); n++) {
		struct connect_decision decision = { 0 };

		if (n % N_PER_ARENA == 0) {
			arena_free(arena);
			arena = arena_create();
		}
		assert_as_the_oracle_says(arena, &s, n);
		if (n % 7 == 0) {
			(void)situation_decide(arena, &s, &decision).code; /* for its rule */
			seen[decision.rule] = true;
		}
	}
	arena_free(arena);
	assert_true(n > 100000);
	for (int rule = first; rule <= last; rule++)
		assert_true(seen[rule]);
	print_message("# %llu combinations\n", (unsigned long long)n);
}

/* CONNECT-1 to CONNECT-11 */
static void
every_sign_in(void **state)
{
	(void)state;
	assert_all_combinations(sign_in_of, 1, 11);
}

/* CONNECT-12 to CONNECT-17 */
static void
every_new_connection(void **state)
{
	(void)state;
	assert_all_combinations(new_connection_of, 12, 16);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "every_sign_in", every_sign_in);
	rows_add_one(&rows, "every_new_connection", every_new_connection);
	return rows_run(&rows, argc, argv);
}
