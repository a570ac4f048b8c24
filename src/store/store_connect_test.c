/*
 * What a connect loads. What it stores is store_apply_test.c, the group store_test.c.
 */
#include "support/store_fixture.h"

#define ADA .email = "ada@example.com", .databricks_user_id = 5
#define BOB .email = "bob@example.com", .databricks_user_id = 6
#define EVE .email = "eve@elsewhere.example", .databricks_user_id = 7

/* ---- What is loaded, after what was stored. ---- */

struct load_row {
	const char *name;
	struct ask before[3];
	size_t n_before;
	struct ask ask;
	/* Of which request before: its connection; -1: none. */
	int earlier;
	int twin;
	bool is_account_known;
	bool is_user_known;
	bool is_workspace_known;
	bool is_identity_known;
	int64_t n_connections;
};

static const struct load_row load_rows[] = {
	{ "an_empty_database", .ask = { ADA, .workspace_id = 1 }, .earlier = -1, .twin = -1 },
	{ "the_same_request",
	  { { ADA, .workspace_id = 1, .print = 1 } },
	  1,
	  { ADA, .workspace_id = 1, .print = 1 },
	  0,
	  0,
	  true,
	  true,
	  true,
	  true,
	  0 },
	{ "another_fingerprint",
	  { { ADA, .workspace_id = 1, .print = 1 } },
	  1,
	  { ADA, .workspace_id = 1, .print = 2 },
	  0,
	  -1,
	  true,
	  true,
	  true,
	  true,
	  0 },
	{ "another_workspace",
	  { { ADA, .workspace_id = 1, .print = 1 } },
	  1,
	  { ADA, .workspace_id = 2, .print = 1 },
	  -1,
	  -1,
	  true,
	  true,
	  false,
	  true,
	  0 },
	{ "the_same_number_in_another_cloud",
	  { { ADA, .workspace_id = 1, .print = 1 } },
	  1,
	  { ADA, .workspace_id = 1, .cloud = CLOUD_GCP, .print = 1 },
	  -1,
	  -1,
	  true,
	  true,
	  false,
	  false,
	  0 },
	{ "workspaces_at_the_ends_of_int64",
	  { { ADA, .workspace_id = INT64_MIN, .print = 1 },
	    { ADA, .workspace_id = INT64_MAX, .print = 2 } },
	  2,
	  { ADA, .workspace_id = INT64_MAX, .print = 2 },
	  1,
	  1,
	  true,
	  true,
	  true,
	  true,
	  0 },
	{ "another_scope",
	  { { ADA, .workspace_id = 1, .print = 1 } },
	  1,
	  { ADA, .workspace_id = 1, .scope = SCOPE_USER, .print = 1 },
	  -1,
	  -1,
	  true,
	  true,
	  true,
	  true,
	  0 },
	{ "a_demo_beside_it",
	  { { ADA, .workspace_id = 1, .print = 1 } },
	  1,
	  { ADA, .workspace_id = 1, .is_demo = true, .print = 1 },
	  -1,
	  -1,
	  true,
	  true,
	  true,
	  true,
	  0 },
	{ "a_demo_again",
	  { { ADA, .workspace_id = 1, .is_demo = true, .print = 1 } },
	  1,
	  { ADA, .workspace_id = 1, .is_demo = true, .print = 1 },
	  0,
	  0,
	  false,
	  false,
	  false,
	  false,
	  0 },
	{ "a_demo_of_scope_user_again",
	  { { ADA, .workspace_id = 1, .is_demo = true, .scope = SCOPE_USER, .print = 1 } },
	  1,
	  { ADA, .workspace_id = 1, .is_demo = true, .scope = SCOPE_USER, .print = 1 },
	  0,
	  0,
	  false,
	  false,
	  false,
	  false,
	  0 },
	{ "another_user_of_the_account",
	  { { ADA, .workspace_id = 1, .print = 1 } },
	  1,
	  { BOB, .workspace_id = 1, .print = 2 },
	  0,
	  -1,
	  true,
	  false,
	  true,
	  false,
	  0 },
	{ "another_user_of_scope_user",
	  { { ADA, .workspace_id = 1, .scope = SCOPE_USER, .print = 1 } },
	  1,
	  { BOB, .workspace_id = 1, .scope = SCOPE_USER, .print = 2 },
	  -1,
	  -1,
	  true,
	  false,
	  true,
	  false,
	  0 },
	{ "each_user_has_one_of_scope_user",
	  { { ADA, .workspace_id = 1, .scope = SCOPE_USER, .print = 1 },
	    { BOB, .workspace_id = 1, .scope = SCOPE_USER, .print = 2,
	      .policy = { .join_action = JOIN_ADD } } },
	  2,
	  { BOB, .workspace_id = 1, .scope = SCOPE_USER, .print = 2 },
	  1,
	  1,
	  true,
	  true,
	  true,
	  true,
	  0 },
	{ "another_account_in_the_workspace",
	  { { ADA, .workspace_id = 1, .print = 1 } },
	  1,
	  { EVE, .workspace_id = 1, .print = 2 },
	  0,
	  -1,
	  false,
	  false,
	  false,
	  false,
	  0 },
	{ "the_first_of_two_is_superseded",
	  { { ADA, .workspace_id = 1, .print = 1 }, { ADA, .workspace_id = 1, .print = 2 } },
	  2,
	  { ADA, .workspace_id = 1, .print = 1 },
	  1,
	  -1,
	  true,
	  true,
	  true,
	  true,
	  0 },
	{ "an_email_in_capitals",
	  { { ADA, .workspace_id = 1, .print = 1 } },
	  1,
	  { .email = "Ada@EXAMPLE.com", .databricks_user_id = 5, .workspace_id = 1, .print = 1 },
	  0,
	  0,
	  true,
	  true,
	  true,
	  true,
	  0 },
	{ "a_databricks_id_of_another_address",
	  { { ADA, .workspace_id = 1, .print = 1 } },
	  1,
	  { .email = "ada2@example.com", .databricks_user_id = 5, .workspace_id = 2, .print = 1 },
	  -1,
	  -1,
	  true,
	  false,
	  false,
	  true,
	  0 },
	{ "counted_when_names_are_numbers",
	  { { ADA, .workspace_id = 1, .print = 1 },
	    { ADA, .workspace_id = 1, .print = 2 },
	    { ADA, .workspace_id = 2, .print = 3 } },
	  3,
	  { ADA, .workspace_id = 3, .policy = { .naming = NAMING_COUNTER } },
	  -1,
	  -1,
	  true,
	  true,
	  false,
	  true,
	  3 },
};

static void
load_holds(void **state)
{
	const struct load_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct told before[ARRAY_LEN(row->before)];
	struct told got;

	fixture_open(&f);
	for (size_t i = 0; i < row->n_before; i++)
		before[i] = connect_ask(&f, &row->before[i]);
	got = look_ask(&f, &row->ask);
	assert_int_equal(got.state.earlier.is_known, row->earlier >= 0);
	if (row->earlier >= 0)
		assert_str(got.state.earlier.id.value,
			   before[row->earlier].decision.effects.connection.id.value);
	assert_int_equal(got.state.twin.is_known, row->twin >= 0);
	if (row->twin >= 0)
		assert_str(got.state.twin.answer.connection_id.value,
			   before[row->twin].decision.answer.connection_id.value);
	assert_int_equal(got.state.account.is_known, row->is_account_known);
	assert_int_equal(got.state.user.is_known, row->is_user_known);
	assert_int_equal(got.state.is_workspace_known, row->is_workspace_known);
	assert_int_equal(got.state.is_identity_known, row->is_identity_known);
	assert_int_equal(got.state.n_connections, row->n_connections);
	assert_false(got.state.connection.is_known);
}

/* ---- Established: after Ada's connect in workspace 1 of AWS. ---- */

struct established_row {
	const char *name;
	struct ask ask;
	bool is_unknown; /* the connection */
	bool is_user_known;
};

static const struct established_row established_rows[] = {
	{ "established_by_email",
	  { .email = "ada@example.com", .databricks_user_id = 99 },
	  false,
	  true },
	{ "established_by_databricks_id",
	  { .email = "ada.l@example.com", .databricks_user_id = 5 },
	  false,
	  true },
	{ "established_by_an_address_elsewhere",
	  { .email = "ada@elsewhere.example", .databricks_user_id = 5 },
	  false,
	  true },
	{ "established_by_databricks_id_of_another_cloud",
	  { .email = "ada.l@example.com", .databricks_user_id = 5, .cloud = CLOUD_AZURE },
	  false,
	  false },
	{ "established_by_a_stranger",
	  { .email = "bob@example.com", .databricks_user_id = 6 },
	  false,
	  false },
	{ "established_with_an_unknown_id",
	  { .email = "ada@example.com",
	    .databricks_user_id = 5,
	    .connection_id = STR_INIT("018bcfe5-6800-7000-8000-000000000000") },
	  true,
	  false },
	{ "established_with_an_id_that_is_none",
	  { .email = "ada@example.com",
	    .databricks_user_id = 5,
	    .connection_id = STR_INIT("' OR 1 = 1 --") },
	  true,
	  false },
};

static void
established_holds(void **state)
{
	const struct established_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct ask first = { ADA, .workspace_id = 1, .scope = SCOPE_USER };
	struct ask ask = row->ask;
	struct told before;
	struct told got;

	fixture_open(&f);
	before = connect_ask(&f, &first);
	ask.is_established = true;
	ask.workspace_id = 2; /* whose it is, is for the decision to say */
	if (str_is_empty(ask.connection_id))
		ask.connection_id = before.decision.answer.connection_id.value;
	got = look_ask(&f, &ask);
	assert_int_equal(got.state.connection.is_known, !row->is_unknown);
	assert_int_equal(got.state.account.is_known, !row->is_unknown);
	assert_int_equal(got.state.user.is_known, row->is_user_known);
	assert_false(got.state.earlier.is_known);
	assert_false(got.state.twin.is_known);
	if (row->is_unknown)
		return;
	assert_int_equal(got.state.connection.workspace_id.value, 1);
	assert_int_equal(got.state.connection.cloud, CLOUD_AWS);
	assert_int_equal(got.state.connection.scope, SCOPE_USER);
	assert_int_equal(got.state.connection.state, CONNECTION_LIVE);
	assert_true(got.state.connection.is_confirmed);
	assert_str(got.state.connection.creator_user_id.value,
		   before.decision.effects.caller_id.value);
	assert_str(got.state.account.id.value, before.decision.effects.account_id.value);
}

static struct err
delete_it(void *arg, struct store_tx *tx)
{
	const struct told *told = arg;

	return store_delete_connection(tx, told->decision.answer.connection_id,
				       (struct instant){ START_MS + 7 });
}

static void
a_deleted_connection_is_loaded_as_such(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { ADA, .workspace_id = 1, .n_secrets = 2 };
	struct told before;
	struct told got;

	fixture_open(&f);
	before = connect_ask(&f, &ask);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM secret"), 2);
	assert_ok(store_run(f.store, delete_it, &before));
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM secret"), 0);
	assert_int_equal(peek_int(&f, "SELECT deleted_ms FROM connection"), START_MS + 7);

	assert_false(look_ask(&f, &ask).state.twin.is_known);
	ask.is_established = true;
	ask.connection_id = before.decision.answer.connection_id.value;
	got = look_ask(&f, &ask);
	assert_true(got.state.connection.is_known);
	assert_int_equal(got.state.connection.state, CONNECTION_DELETED);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, load_rows, load_holds);
	ROWS_ADD(&rows, established_rows, established_holds);
	rows_add_one(&rows, "a_deleted_connection_is_loaded_as_such",
		     a_deleted_connection_is_loaded_as_such);
	return rows_run(&rows, argc, argv);
}
