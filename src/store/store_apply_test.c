/*
 * What a connect stores. What it loads is store_connect_test.c.
 */
#include "support/store_fixture.h"

#define ADA .email = "ada@example.com", .databricks_user_id = 5
#define BOB .email = "bob@example.com", .databricks_user_id = 6

struct column_row {
	const char *name;
	const char *sql;
	const char *want;
};

static const struct column_row column_rows[] = {
	{ "stored_hostname", "SELECT hostname FROM connection", "h.example" },
	{ "stored_port", "SELECT port FROM connection", "443" },
	{ "stored_workspace_url", "SELECT workspace_url FROM connection", "https://w.example" },
	{ "stored_region", "SELECT cloud_provider_region FROM connection", "r-1" },
	{ "stored_http_path", "SELECT http_path FROM connection", "/path" },
	{ "stored_jdbc_url", "SELECT jdbc_url FROM connection", "jdbc:a" },
	{ "stored_databricks_jdbc_url", "SELECT databricks_jdbc_url FROM connection", "jdbc:b" },
	{ "stored_cluster_id", "SELECT cluster_id FROM connection", "c-1" },
	{ "stored_location", "SELECT destination_location FROM connection", "s3://l" },
	{ "stored_catalog", "SELECT catalog_name FROM connection", "cat" },
	{ "stored_database", "SELECT database_name FROM connection", "db" },
	{ "stored_connector", "SELECT data_source_connector FROM connection", "conn" },
	{ "stored_service_principal", "SELECT service_principal_id FROM connection", "sp" },
	{ "stored_u2m_app", "SELECT oauth_u2m_app_id FROM connection", "app" },
	{ "stored_oauth_scope", "SELECT oauth_scope FROM connection", "all-apis" },
	{ "stored_is_sql_warehouse", "SELECT is_sql_warehouse FROM connection", "0" },
	{ "stored_is_free_trial", "SELECT is_free_trial FROM connection", "1" },
	{ "stored_cloud", "SELECT cloud FROM connection", "azure" },
	{ "stored_workspace_id", "SELECT workspace_id FROM connection", "-9223372036854775808" },
	{ "stored_scope", "SELECT scope FROM connection", "user" },
	{ "stored_state", "SELECT state FROM connection", "live" },
	{ "stored_name", "SELECT name FROM connection", "-9223372036854775808" },
	{ "stored_fingerprint", "SELECT hex(substr(fingerprint, 31)) FROM connection", "0909" },
	{ "stored_user_status", "SELECT answer_user_status FROM connection", "new" },
	{ "stored_account_status", "SELECT answer_account_status FROM connection", "new" },
	{ "stored_redirect_value", "SELECT answer_redirect_value FROM connection", "create_trial" },
	{ "stored_is_configured", "SELECT answer_is_configured FROM connection", "1" },
	{ "stored_answered", "SELECT answered_ms - created_ms FROM connection", "0" },
	{ "stored_is_delivered", "SELECT is_delivered FROM connection", "0" },
	{ "stored_ids_agree",
	  "SELECT count(*) FROM connection c JOIN account a ON a.id = c.account_id"
	  " JOIN account_user u ON u.id = c.creator_user_id AND u.account_id = a.id"
	  " JOIN identity i ON i.user_id = u.id AND i.account_id = a.id"
	  " JOIN workspace w ON w.cloud = c.cloud AND w.workspace_id = c.workspace_id"
	  " AND w.created_ms = c.workspace_since_ms"
	  " WHERE c.id = answer_connection_id AND c.id = answer_launch_connection_id"
	  " AND u.id = answer_launch_user_id AND a.creator_user_id = u.id",
	  "1" },
	{ "stored_account_key", "SELECT key || ' ' || domain FROM account",
	  "example.com example.com" },
	{ "stored_account_state", "SELECT state || is_demo FROM account", "trial0" },
	{ "stored_trial_end", "SELECT trial_expires_ms - created_ms FROM account", "86400000" },
	{ "stored_email", "SELECT email || ' ' || email_key FROM account_user",
	  "Ada@Example.com ada@example.com" },
	{ "stored_names", "SELECT first_name || ' ' || last_name FROM account_user",
	  "Ada Lovelace" },
	{ "stored_origin", "SELECT origin FROM account_user", "creator" },
	{ "stored_sign_up_is_unset", "SELECT signed_up_ms IS NULL FROM account_user", "1" },
	{ "stored_identity", "SELECT databricks_user_id FROM identity", "9223372036854775807" },
	{ "stored_workspace", "SELECT hostname || ' ' || url || ' ' || region FROM workspace",
	  "h.example https://w.example r-1" },
	{ "stored_secret", "SELECT kind || ' ' || key_id || ' ' || hex(blob) FROM secret",
	  "personal_access_token a-key 7365616C656400626C6F62" },
};

static void
column_holds(void **state)
{
	const struct column_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { .email = "Ada@Example.com",
			   .databricks_user_id = INT64_MAX,
			   .workspace_id = INT64_MIN,
			   .cloud = CLOUD_AZURE,
			   .scope = SCOPE_USER,
			   .print = 9,
			   .n_secrets = 1,
			   .policy = { .trial_days = 1 } };
	struct told told;

	fixture_open(&f);
	ask_prepare(&f, &ask, &told);
	told.req.last_name = STR("Lovelace");
	told.req.resources = (struct resources){
		.hostname = STR("h.example"),
		.port = 443,
		.workspace_url = STR("https://w.example"),
		.cloud_provider_region = STR("r-1"),
		.http_path = STR("/path"),
		.jdbc_url = STR("jdbc:a"),
		.databricks_jdbc_url = STR("jdbc:b"),
		.cluster_id = STR("c-1"),
		.destination_location = STR("s3://l"),
		.catalog_name = STR("cat"),
		.database_name = STR("db"),
		.data_source_connector = STR("conn"),
		.service_principal_id = STR("sp"),
		.oauth_u2m_app_id = STR("app"),
		.oauth_scope = STR("all-apis"),
		.has_is_sql_warehouse = true,
		.is_free_trial = true,
	};
	assert_ok(store_run(f.store, ask_run, &told));
	fixture_reopen(&f);
	assert_string_equal(peek(&f, row->sql), row->want);
}

/* What comes back for a retry is what went out. */
static void
the_twins_answer_is_the_first_ones(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { ADA, .workspace_id = 1, .print = 1 };
	struct connect_answer first;
	struct connect_twin twin;

	fixture_open(&f);
	first = connect_ask(&f, &ask).decision.answer;
	twin = look_ask(&f, &ask).state.twin;
	assert_int_equal(twin.answer.user_status, first.user_status);
	assert_int_equal(twin.answer.account_status, first.account_status);
	assert_int_equal(twin.answer.redirect_value, first.redirect_value);
	assert_int_equal(twin.answer.is_configured, first.is_configured);
	assert_str(twin.answer.connection_id.value, first.connection_id.value);
	assert_str(twin.answer.launch_connection_id.value, first.launch_connection_id.value);
	assert_str(twin.answer.launch_user_id.value, first.launch_user_id.value);
	assert_int_equal(twin.answered.ms, START_MS);
	assert_false(twin.is_delivered);
}

static void
an_adopted_answer_counts_anew(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { ADA, .workspace_id = 1, .print = 1 };
	struct connect_twin twin;

	fixture_open(&f);
	store_mark_delivered(f.store, connect_ask(&f, &ask).decision.answer.connection_id, true);
	f.clock.now_ms += 2000;
	assert_int_equal(connect_ask(&f, &ask).decision.rule, 0);
	twin = look_ask(&f, &ask).state.twin;
	assert_int_equal(twin.answered.ms, START_MS + 2000);
	assert_false(twin.is_delivered);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM connection"), 1);
}

struct supersede_row {
	const char *name;
	enum superseded_action action;
	const char *state;
	int64_t n_secrets; /* the new one has one */
};

static const struct supersede_row supersede_rows[] = {
	{ "superseded_and_kept", SUPERSEDED_KEEP, "superseded", 3 },
	{ "superseded_and_deleted", SUPERSEDED_DELETE, "deleted", 1 },
};

static void
supersede_holds(void **state)
{
	const struct supersede_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { ADA, .workspace_id = 1, .print = 1, .n_secrets = 2 };
	struct told first;
	struct told second;

	fixture_open(&f);
	first = connect_ask(&f, &ask);
	f.clock.now_ms += 60000;
	ask.print = 2;
	ask.n_secrets = 1;
	ask.policy.superseded_action = row->action;
	second = connect_ask(&f, &ask);
	assert_string_equal(peek(&f, "SELECT state FROM connection ORDER BY id LIMIT 1"),
			    row->state);
	assert_int_equal(peek_int(&f, "SELECT superseded_ms - created_ms FROM connection"
				      " ORDER BY id LIMIT 1"),
			 60000);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM connection WHERE state = 'live'"), 1);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM secret"), row->n_secrets);
	assert_string_equal(peek(&f, "SELECT type FROM outbox"), "connection.superseded");
	assert_str(str_of(peek(&f, "SELECT connection_id FROM outbox")),
		   first.decision.answer.connection_id.value);
	assert_string_equal(peek(&f, "SELECT payload FROM outbox"),
			    arena_printf(f.arena,
					 "{\"connection_id\":\"%.*s\",\"state\":\"%s\","
					 "\"superseded_by\":\"%.*s\"}",
					 STR_ARG(first.decision.answer.connection_id.value),
					 row->state,
					 STR_ARG(second.decision.answer.connection_id.value)));
}

struct workspace_row {
	const char *name;
	const char *hostname; /* of the second request; the first says "one.example" */
	const char *want;
	bool is_written;
};

static const struct workspace_row workspace_rows[] = {
	{ "a_workspace_that_moved", "two.example", "two.example", true },
	{ "a_workspace_as_it_was", "one.example", "one.example", false },
	{ "a_workspace_without_a_host", NULL, "one.example", false },
};

/* The database counts no writes for us: the rowid of an untouched table tells less than a trigger
 * would, so the row is changed behind the store's back and must stay so. */
static void
workspace_holds(void **state)
{
	const struct workspace_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { ADA, .workspace_id = 1, .print = 1, .hostname = "one.example" };

	fixture_open(&f);
	(void)connect_ask(&f, &ask);
	ask.print = 2;
	ask.hostname = row->hostname;
	f.clock.now_ms += 60000;
	(void)peek(&f, "UPDATE workspace SET name = 'seen'");
	(void)peek(&f, "CREATE TRIGGER written BEFORE UPDATE ON workspace BEGIN"
		       " UPDATE account SET domain = 'written'; END");
	(void)connect_ask(&f, &ask);
	assert_string_equal(peek(&f, "SELECT hostname FROM workspace"), row->want);
	assert_string_equal(peek(&f, "SELECT name FROM workspace"), "seen");
	assert_string_equal(peek(&f, "SELECT domain FROM account"),
			    row->is_written ? "written" : "example.com");
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM connection c JOIN workspace w"
				      " ON w.created_ms = c.workspace_since_ms"),
			 2);
}

static void
a_user_by_trial_is_accepted(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ada = { ADA, .workspace_id = 1, .print = 1 };
	struct ask bob = { BOB, .workspace_id = 1, .print = 2,
			   .policy = { .join_action = JOIN_TRIAL } };

	fixture_open(&f);
	ada.connection_id = connect_ask(&f, &ada).decision.answer.connection_id.value;
	(void)connect_ask(&f, &bob);
	assert_string_equal(peek(&f, "SELECT origin FROM account_user WHERE email_key LIKE 'bob%'"),
			    "trial");
	/* A sign-in on Ada's connection, where who asks is let in. */
	bob.connection_id = ada.connection_id;
	bob.is_established = true;
	bob.policy.new_user_action = NEW_USER_AUTO_ADD;
	(void)connect_ask(&f, &bob);
	assert_string_equal(peek(&f, "SELECT origin FROM account_user WHERE email_key LIKE 'bob%'"),
			    "added");
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM account_user"), 2);
}

static void
an_invitation_is_asked_for_once(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { ADA, .workspace_id = 1 };
	struct ask bob = { BOB, .workspace_id = 1, .is_established = true,
			   .policy = { .new_user_action = NEW_USER_INVITE } };

	fixture_open(&f);
	bob.connection_id = connect_ask(&f, &ask).decision.answer.connection_id.value;
	(void)connect_ask(&f, &bob);
	f.clock.now_ms += 1000;
	(void)connect_ask(&f, &bob);
	assert_string_equal(peek(&f, "SELECT email || (asked_ms - created_ms) FROM invitation"),
			    "bob@example.com1000");
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM invitation"), 1);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM account_user"), 1);
}

static void
a_demo_has_an_account_of_its_own(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { ADA, .workspace_id = 1, .is_demo = true };
	struct told told;

	fixture_open(&f);
	told = connect_ask(&f, &ask);
	assert_string_equal(peek(&f, "SELECT key FROM account"),
			    arena_printf(f.arena, "demo:%.*s",
					 STR_ARG(told.decision.answer.connection_id.value)));
	assert_string_equal(peek(&f, "SELECT domain || is_demo FROM account"), "example.com1");
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, column_rows, column_holds);
	rows_add_one(&rows, "the_twins_answer_is_the_first_ones",
		     the_twins_answer_is_the_first_ones);
	rows_add_one(&rows, "an_adopted_answer_counts_anew", an_adopted_answer_counts_anew);
	ROWS_ADD(&rows, supersede_rows, supersede_holds);
	ROWS_ADD(&rows, workspace_rows, workspace_holds);
	rows_add_one(&rows, "a_user_by_trial_is_accepted", a_user_by_trial_is_accepted);
	rows_add_one(&rows, "an_invitation_is_asked_for_once", an_invitation_is_asked_for_once);
	rows_add_one(&rows, "a_demo_has_an_account_of_its_own", a_demo_has_an_account_of_its_own);
	return rows_run(&rows, argc, argv);
}
