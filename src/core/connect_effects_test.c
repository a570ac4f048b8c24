/*
 * What is stored with a decision: trials and when they are over, the account's key, the name of a
 * connection, whom the launch page is for; what is refused for the partner's sake; purity. Which
 * effects a rule has is in connect_test.c.
 */
#include "core/connect.h"

#include "support/connect_situation.h"
#include "support/rows.h"

/* ---- When a trial is over ---- */

struct expiry_row {
	const char *name;
	unsigned given;
	enum account_state account;
	int64_t account_expires_ms; /* from now; 0: never */
	int64_t user_expires_ms;
	int rule;
};

#define NEVER 0
#define ENDED (-1)

/* CONNECT-7, CONNECT-8, CONNECT-14, CONNECT-15 */
static const struct expiry_row expiries[] = {
	{ "expiry_trial_without_end", SIGN_IN, ACCOUNT_TRIAL, NEVER, NEVER, 8 },
	{ "expiry_last_millisecond", SIGN_IN, ACCOUNT_TRIAL, 1, NEVER, 8 },
	{ "expiry_first_millisecond", SIGN_IN, ACCOUNT_TRIAL, ENDED, NEVER, 7 },
	{ "expiry_long_ago", SIGN_IN, ACCOUNT_TRIAL, -400 * DAY_MS, NEVER, 7 },
	{ "expiry_active_has_no_trial", SIGN_IN, ACCOUNT_ACTIVE, -DAY_MS, NEVER, 8 },
	{ "expiry_suspended_in_its_trial", SIGN_IN, ACCOUNT_SUSPENDED, DAY_MS, NEVER, 7 },
	{ "expiry_expired_before_its_time", SIGN_IN, ACCOUNT_EXPIRED, DAY_MS, NEVER, 7 },
	{ "expiry_expired_without_end", SIGN_IN, ACCOUNT_EXPIRED, NEVER, NEVER, 7 },
	{ "expiry_user_ended", SIGN_IN | PER_USER, ACCOUNT_TRIAL, NEVER, ENDED, 7 },
	{ "expiry_user_last_millisecond", SIGN_IN | PER_USER, ACCOUNT_TRIAL, NEVER, 1, 8 },
	{ "expiry_user_without_end", SIGN_IN | PER_USER, ACCOUNT_TRIAL, NEVER, NEVER, 8 },
	{ "expiry_user_ended_but_per_account", SIGN_IN, ACCOUNT_TRIAL, NEVER, ENDED, 8 },
	{ "expiry_new_last_millisecond", USUAL, ACCOUNT_TRIAL, 1, NEVER, 15 },
	{ "expiry_new_first_millisecond", USUAL, ACCOUNT_TRIAL, ENDED, NEVER, 14 },
	{ "expiry_new_suspended", USUAL, ACCOUNT_SUSPENDED, DAY_MS, NEVER, 14 },
	{ "expiry_new_user_ended", PER_USER, ACCOUNT_TRIAL, NEVER, ENDED, 14 },
	{ "expiry_new_user_ended_but_per_account", USUAL, ACCOUNT_TRIAL, NEVER, ENDED, 15 },
};

static void
trial_is_over_in_time(void **state)
{
	const struct expiry_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct situation s = situation_of(row->given | KNOWN | OWN, NEW_USER_AUTO_ADD, JOIN_ADD);

	s.state.account.state = row->account;
	if (row->account_expires_ms != NEVER)
		s.state.account.trial_expires.ms = NOW_MS + row->account_expires_ms;
	if (row->user_expires_ms != NEVER)
		s.state.user.trial_expires.ms = NOW_MS + row->user_expires_ms;
	assert_int_equal(situation_decide_ok(arena, &s).rule, row->rule);
}

/* A trial that ends now is over: its end is not a part of it. */
static void
end_is_no_part_of_a_trial(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct situation s = situation_of(SIGN_IN | KNOWN | TRIAL_RUNS, NEW_USER_ERROR, JOIN_TRIAL);

	(void)state;
	s.state.account.trial_expires = s.state.now;
	assert_int_equal(situation_decide_ok(arena, &s).rule, 7);
}

/* ---- Which trial begins ---- */

struct trial_row {
	const char *name;
	unsigned given;
	int64_t days;
	bool has_account_end;
	bool has_user_end;
};

/* CONNECT-13; design section 3: trial_days = 0 never expires; section 4: a demo never does. */
static const struct trial_row trials[] = {
	{ "trial_of_the_account", NO_ACCOUNT, 14, true, false },
	{ "trial_of_the_first_user", NO_ACCOUNT | PER_USER, 14, false, true },
	{ "trial_of_one_day", NO_ACCOUNT, 1, true, false },
	{ "trial_without_end", NO_ACCOUNT, 0, false, false },
	{ "trial_of_a_user_without_end", NO_ACCOUNT | PER_USER, 0, false, false },
	{ "trial_never_of_a_demo", DEMO, 14, false, false },
	{ "trial_never_of_a_demo_user", DEMO | PER_USER, 14, false, false },
	{ "trial_of_who_joins", HOME | PER_USER, 14, false, true },
	{ "trial_not_of_who_joins_per_account", HOME, 14, false, false },
	{ "trial_of_who_is_added_at_sign_in", SIGN_IN | PER_USER, 30, false, true },
	{ "trial_not_of_who_is_added_per_account", SIGN_IN, 30, false, false },
	{ "trial_not_of_who_was_there", KNOWN | PER_USER, 14, false, false },
};

static void
trial_begins(void **state)
{
	const struct trial_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct situation s = situation_of(row->given, NEW_USER_AUTO_ADD, JOIN_ADD);
	int64_t end = NOW_MS + row->days * DAY_MS;
	struct connect_effects effects;

	s.policy.trial_days = row->days;
	effects = situation_decide_ok(arena, &s).effects;
	assert_int_equal(effects.account.trial_expires.ms, row->has_account_end ? end : 0);
	assert_int_equal(effects.user.trial_expires.ms, row->has_user_end ? end : 0);
	if (effects.has_account)
		assert_int_equal(effects.account.state, ACCOUNT_TRIAL);
}

/* ---- The account ---- */

/* CONNECT-20 */
static void
account_has_the_key(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct situation s = situation_of(NO_ACCOUNT, NEW_USER_INVITE, JOIN_TRIAL);
	struct connect_effects effects;

	(void)state;
	effects = situation_decide_ok(arena, &s).effects;
	assert_true(str_is(effects.account.key, "acme.com"));
	assert_true(str_is(effects.account.domain, "acme.com"));
	assert_false(effects.account.is_demo);
}

/* CONNECT-12, CONNECT-20: delete-account finds a demo by the domain. */
static void
demo_has_a_key_of_its_own(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct situation s = situation_of(DEMO | KNOWN, NEW_USER_INVITE, JOIN_TRIAL);
	struct connect_effects effects;

	(void)state;
	effects = situation_decide_ok(arena, &s).effects;
	assert_true(str_is(effects.account.key, "demo:fresh-connection"));
	assert_true(str_is(effects.account.domain, "acme.com"));
	assert_true(effects.account.is_demo);
}

/* ---- The name of a connection ---- */

struct name_row {
	const char *name;
	unsigned given;
	enum naming naming;
	int64_t workspace_id;
	int64_t n_connections;
	const char *want;
};

/* Design section 4; a counter counts within the account. */
static const struct name_row names[] = {
	{ "name_workspace_id", USUAL, NAMING_WORKSPACE_ID, 7, 4, "7" },
	{ "name_workspace_id_largest", USUAL, NAMING_WORKSPACE_ID, INT64_MAX, 4,
	  "9223372036854775807" },
	{ "name_workspace_id_smallest", USUAL, NAMING_WORKSPACE_ID, INT64_MIN, 4,
	  "-9223372036854775808" },
	{ "name_workspace_name_is_not_sent", USUAL, NAMING_WORKSPACE_NAME, 7, 4, "7" },
	{ "name_ask", USUAL, NAMING_ASK, 7, 4, "" },
	{ "name_counter", USUAL, NAMING_COUNTER, 7, 4, "Databricks 5" },
	{ "name_counter_first", USUAL, NAMING_COUNTER, 7, 0, "Databricks 1" },
	{ "name_counter_of_a_new_account", NO_ACCOUNT, NAMING_COUNTER, 7, 0, "Databricks 1" },
	{ "name_counter_of_a_demo_is_its_own", DEMO, NAMING_COUNTER, 7, 4, "Databricks 1" },
};

static void
connection_is_named(void **state)
{
	const struct name_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct situation s = situation_of(row->given, NEW_USER_INVITE, JOIN_TRIAL);

	s.policy.naming = row->naming;
	s.req.workspace_id.value = row->workspace_id;
	s.state.n_connections = row->n_connections;
	assert_true(str_is(situation_decide_ok(arena, &s).effects.connection.name, row->want));
}

/* ---- Whom the launch page is for ---- */

struct launch_row {
	const char *name;
	unsigned given;
	enum new_user_action action;
	enum join_action join;
	const char *connection;
	const char *user;
};

static const struct launch_row launches[] = {
	{ "launch_new_account", NO_ACCOUNT, NEW_USER_INVITE, JOIN_TRIAL, "fresh-connection",
	  "fresh-user" },
	{ "launch_demo_of_a_known_user", DEMO | KNOWN, NEW_USER_INVITE, JOIN_TRIAL,
	  "fresh-connection", "fresh-user" },
	{ "launch_known_user_connects", KNOWN, NEW_USER_INVITE, JOIN_TRIAL, "fresh-connection",
	  "user" },
	{ "launch_contact", USUAL, NEW_USER_INVITE, JOIN_CONTACT, "", "" },
	{ "launch_known_user_signs_in", SIGN_IN | KNOWN, NEW_USER_INVITE, JOIN_TRIAL, "connection",
	  "user" },
	{ "launch_added_user_signs_in", SIGN_IN, NEW_USER_AUTO_ADD, JOIN_ADD, "connection",
	  "fresh-user" },
	{ "launch_invitation", SIGN_IN, NEW_USER_INVITE, JOIN_TRIAL, "connection", "" },
	{ "launch_expired_stranger", SIGN_IN | EXPIRED, NEW_USER_INVITE, JOIN_TRIAL, "connection",
	  "" },
	{ "launch_stranger_by_trial", SIGN_IN | KNOWN | BY_TRIAL, NEW_USER_INVITE, JOIN_TRIAL,
	  "connection", "" },
};

static void
launch_is_for(void **state)
{
	const struct launch_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct situation s = situation_of(row->given, row->action, row->join);
	struct connect_answer answer = situation_decide_ok(arena, &s).answer;

	assert_true(str_is(answer.launch_connection_id.value, row->connection));
	assert_true(str_is(answer.launch_user_id.value, row->user));
}

/* ---- What the partner needs in a request ---- */

struct fit_row {
	const char *name;
	bool is_sign_in;
	bool has_auth;
	bool has_token;
	bool uses_token;
	bool is_strict;
	bool wants_warehouse;
	bool wants_cluster;
	bool has_flag;
	bool is_warehouse;
	bool lacks_jdbc_url;
	const char *http_path;
	const char *cluster_id;
	const char *misfit; /* a word of the detail; NULL: fits */
};

/* CONNECT-21; contract sections 2 and 7 */
static const struct fit_row fits[] = {
	{ "fit_token", .has_auth = true, .has_token = true, .uses_token = true },
	{ "fit_no_token_where_tokens_are_used", .has_auth = true, .uses_token = true,
	  .misfit = "user_info.auth.personal_access_token" },
	{ "fit_no_token_where_none_are_used", .has_auth = true },
	{ "fit_no_auth", .uses_token = true },
	{ "fit_sign_in_without_token", .is_sign_in = true, .has_auth = true, .uses_token = true },
	{ "fit_lax_without_warehouse", .wants_warehouse = true },
	{ "fit_lax_without_cluster", .wants_cluster = true },
	{ "fit_lax_with_the_wrong_kind", .wants_cluster = true, .has_flag = true,
	  .is_warehouse = true },
	{ "fit_strict_warehouse", .is_strict = true, .wants_warehouse = true, .has_flag = true,
	  .is_warehouse = true, .http_path = "/sql/1", .cluster_id = "c" },
	{ "fit_strict_warehouse_without_flag", .is_strict = true, .wants_warehouse = true,
	  .http_path = "/sql/1", .cluster_id = "c", .misfit = "is_sql_warehouse" },
	{ "fit_strict_warehouse_with_false_flag", .is_strict = true, .wants_warehouse = true,
	  .has_flag = true, .http_path = "/sql/1", .cluster_id = "c",
	  .misfit = "is_sql_warehouse" },
	{ "fit_strict_warehouse_without_path", .is_strict = true, .wants_warehouse = true,
	  .has_flag = true, .is_warehouse = true, .cluster_id = "c", .misfit = "http_path" },
	{ "fit_strict_warehouse_without_jdbc_url", .is_strict = true, .wants_warehouse = true,
	  .has_flag = true, .is_warehouse = true, .lacks_jdbc_url = true, .http_path = "/sql/1",
	  .cluster_id = "c", .misfit = "jdbc_url" },
	{ "fit_strict_warehouse_without_id", .is_strict = true, .wants_warehouse = true,
	  .has_flag = true, .is_warehouse = true, .http_path = "/sql/1", .misfit = "cluster_id" },
	{ "fit_strict_cluster", .is_strict = true, .wants_cluster = true, .has_flag = true,
	  .cluster_id = "c" },
	{ "fit_strict_cluster_without_flag", .is_strict = true, .wants_cluster = true,
	  .cluster_id = "c" },
	{ "fit_strict_cluster_without_id", .is_strict = true, .wants_cluster = true,
	  .misfit = "cluster_id" },
	{ "fit_strict_cluster_that_is_a_warehouse", .is_strict = true, .wants_cluster = true,
	  .has_flag = true, .is_warehouse = true, .cluster_id = "c", .misfit = "is_sql_warehouse" },
	{ "fit_strict_wants_nothing", .is_strict = true, .cluster_id = "c" },
	{ "fit_strict_sign_in", .is_sign_in = true, .is_strict = true, .wants_warehouse = true },
};

static struct situation
fit_situation(const struct fit_row *row)
{
	struct situation s = situation_of(row->is_sign_in ? SIGN_IN | KNOWN : KNOWN,
					  NEW_USER_INVITE, JOIN_TRIAL);

	s.req.has_auth = row->has_auth;
	s.req.has_personal_access_token = row->has_token;
	s.req.resources.has_is_sql_warehouse = row->has_flag;
	s.req.resources.is_sql_warehouse = row->is_warehouse;
	s.req.resources.http_path = str_of(row->http_path);
	s.req.resources.cluster_id = str_of(row->cluster_id);
	s.req.has_jdbc_urls = !row->lacks_jdbc_url;
	s.policy.uses_personal_access_token = row->uses_token;
	s.policy.is_strict_resources = row->is_strict;
	s.policy.wants_sql_warehouse = row->wants_warehouse;
	s.policy.wants_cluster = row->wants_cluster;
	return s;
}

static void
request_fits(void **state)
{
	const struct fit_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct situation s = fit_situation(row);
	struct connect_decision decision = { .rule = 99 };
	struct err err = situation_decide(arena, &s, &decision);

	if (!row->misfit) {
		assert_int_equal(err.code, ERR_NONE);
		assert_int_equal(decision.rule, row->is_sign_in ? 8 : 15);
		return;
	}
	assert_int_equal(err.code, ERR_BAD_REQUEST);
	assert_int_equal(decision.rule, 0);
	assert_non_null(strstr(err.detail, row->misfit));
}

/* ---- Purity ---- */

static void
same_in_same_out(void **state)
{
	static const unsigned givens[] = { SIGN_IN | KNOWN, SIGN_IN, USUAL,	     HOME | EARLIER,
					   NO_ACCOUNT,	    DEMO,    KNOWN | EXPIRED };
	_cleanup_(arena_freep) struct arena *arena = arena_create();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(givens); i++) {
		struct situation s = situation_of(givens[i], NEW_USER_AUTO_ADD, JOIN_ADD);
		struct situation before;
		struct connect_decision first;
		struct connect_decision second;

		memcpy(&before, &s, sizeof(before));
		first = situation_decide_ok(arena, &s);
		second = situation_decide_ok(arena, &s);
		assert_memory_equal(&s, &before, sizeof(s));
		assert_int_equal(first.rule, second.rule);
		assert_int_equal(first.answer.user_status, second.answer.user_status);
		assert_int_equal(first.answer.redirect_value, second.answer.redirect_value);
		assert_int_equal(does_of(&first.effects), does_of(&second.effects));
		assert_true(
			str_equal(first.effects.connection.name, second.effects.connection.name));
		assert_true(str_equal(first.effects.account.key, second.effects.account.key));
	}
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, expiries, trial_is_over_in_time);
	rows_add_one(&rows, "expiry_at_the_very_end", end_is_no_part_of_a_trial);
	ROWS_ADD(&rows, trials, trial_begins);
	rows_add_one(&rows, "account_has_the_key", account_has_the_key);
	rows_add_one(&rows, "account_of_a_demo", demo_has_a_key_of_its_own);
	ROWS_ADD(&rows, names, connection_is_named);
	ROWS_ADD(&rows, launches, launch_is_for);
	ROWS_ADD(&rows, fits, request_fits);
	rows_add_one(&rows, "same_in_same_out", same_in_same_out);
	return rows_run(&rows, argc, argv);
}
