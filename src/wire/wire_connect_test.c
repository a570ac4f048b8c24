/*
 * Reading POST /connect: every field alone, missing, null, of every wrong type, too long; the forms
 * of an id; words and synonyms. What a hostile sender tries, and secrets, are in
 * wire_connect_hostile_test.c, writing in wire_connect_round_test.c.
 */
#include "wire/wire_connect.h"

#include "support/connect_body.h"
#include "support/rows.h"

/* ---- Every field, alone ---- */

enum kind { TEXT, ID, SMALL, FLAG, WORD, OBJECT };

struct field_row {
	const char *name; /* the JSON path */
	enum place place;
	const char *member;
	enum kind kind;
	bool is_required;
	bool is_not_empty;
	size_t limit;
};

/* CONNECT-21; contract section 2, the limits of design section 5 */
static const struct field_row fields[] = {
	{ "user_info", ROOT, "user_info", OBJECT, .is_required = true },
	{ "user_info.email", USER_INFO, "email", TEXT, .is_required = true, .is_not_empty = true,
	  .limit = 254 },
	{ "user_info.first_name", USER_INFO, "first_name", TEXT, .is_required = true,
	  .limit = 256 },
	{ "user_info.last_name", USER_INFO, "last_name", TEXT, .is_required = true, .limit = 256 },
	{ "user_info.databricks_user_id", USER_INFO, "databricks_user_id", ID,
	  .is_required = true },
	{ "user_info.databricks_organization_id", USER_INFO, "databricks_organization_id", ID,
	  .is_required = true },
	{ "user_info.is_connection_established", USER_INFO, "is_connection_established", FLAG,
	  .is_required = true },
	{ "user_info.auth", USER_INFO, "auth", OBJECT, .is_required = false },
	{ "user_info.auth.personal_access_token", AUTH, "personal_access_token", TEXT,
	  .limit = 4096 },
	{ "user_info.auth.oauth_token", AUTH, "oauth_token", TEXT, .limit = 4096 },
	{ "user_info.auth.oauth_scope", AUTH, "oauth_scope", TEXT, .limit = 2048 },
	{ "hostname", ROOT, "hostname", TEXT, .is_required = true, .is_not_empty = true,
	  .limit = 255 },
	{ "port", ROOT, "port", SMALL, .is_required = true },
	{ "workspace_url", ROOT, "workspace_url", TEXT, .is_required = true, .limit = 2048 },
	{ "workspace_id", ROOT, "workspace_id", ID, .is_required = true },
	{ "demo", ROOT, "demo", FLAG, .is_required = true },
	{ "cloud_provider", ROOT, "cloud_provider", WORD, .is_required = true },
	{ "cloud_provider_region", ROOT, "cloud_provider_region", TEXT, .limit = 256 },
	{ "is_free_trial", ROOT, "is_free_trial", FLAG, .is_required = true },
	{ "connection_id", ROOT, "connection_id", TEXT, .limit = 256 },
	{ "http_path", ROOT, "http_path", TEXT, .limit = 2048 },
	{ "jdbc_url", ROOT, "jdbc_url", TEXT, .limit = 2048 },
	{ "databricks_jdbc_url", ROOT, "databricks_jdbc_url", TEXT, .limit = 2048 },
	{ "cluster_id", ROOT, "cluster_id", TEXT, .limit = 256 },
	{ "is_sql_endpoint", ROOT, "is_sql_endpoint", FLAG, .is_required = false },
	{ "is_sql_warehouse", ROOT, "is_sql_warehouse", FLAG, .is_required = false },
	{ "destination_location", ROOT, "destination_location", TEXT, .limit = 2048 },
	{ "catalog_name", ROOT, "catalog_name", TEXT, .limit = 256 },
	{ "database_name", ROOT, "database_name", TEXT, .limit = 256 },
	{ "data_source_connector", ROOT, "data_source_connector", TEXT, .limit = 256 },
	{ "service_principal_id", ROOT, "service_principal_id", TEXT, .limit = 256 },
	{ "service_principal_oauth_secret", ROOT, "service_principal_oauth_secret", TEXT,
	  .limit = 4096 },
	{ "oauth_u2m_app_id", ROOT, "oauth_u2m_app_id", TEXT, .limit = 256 },
	{ "connection_scope", ROOT, "connection_scope", WORD, .is_required = false },
};

/* Values of the JSON types, and which kinds of field may be one of them. */
static const struct {
	const char *json;
	bool fits[OBJECT + 1];
} wrong_types[] = {
	{ "true", { [FLAG] = true } },
	{ "false", { [FLAG] = true } },
	{ MARKED_NUMBER, { [ID] = true, [SMALL] = true } },
	{ "-" MARKED_NUMBER, { [ID] = true } },
	{ "0.5", { false } },
	{ "\"" MARK "\"", { [TEXT] = true } },
	{ "\"true\"", { [TEXT] = true } },
	{ "\"1\"", { [TEXT] = true } },
	{ "[]", { false } },
	{ "[\"" MARK "\"]", { false } },
	{ "[true]", { false } },
	{ "[1]", { false } },
	{ "[{}]", { false } },
	{ "{}", { [OBJECT] = true } },
	{ "{\"" MARK "\":\"" MARK "\"}", { [OBJECT] = true } },
};

static void
field_refuses_wrong_types(struct arena *arena, const struct field_row *row)
{
	for (size_t i = 0; i < ARRAY_LEN(wrong_types); i++) {
		const char *json = wrong_types[i].json;

		if (!wrong_types[i].fits[row->kind])
			assert_refused(arena, body_with_one(arena, row->place, row->member, json),
				       row->name);
	}
}

static void
field_has_its_limit(struct arena *arena, const struct field_row *row)
{
	static const char before[] = "\"" MARK;
	bool is_email = strcmp(row->member, "email") == 0;
	size_t n = row->limit - strlen(MARK);
	const char *longest = repeated(arena, before, 'a', n, "\"");
	const char *too_long = repeated(arena, before, 'a', n + 1, "\"");

	assert_refused(arena, body_with_one(arena, row->place, row->member, too_long), row->name);
	if (is_email) /* email_test.c has the longest address */
		return;
	(void)read_ok(arena, body_with_one(arena, row->place, row->member, longest));
	/* Bytes count, not characters. */
	too_long = repeated(arena, before, 'a', n - 1, "\xc3\xa4\"");
	assert_refused(arena, body_with_one(arena, row->place, row->member, too_long), row->name);
}

static void
field_is_strict(void **state)
{
	const struct field_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str without = body_with_one(arena, row->place, row->member, NULL);
	struct str with_null = body_with_one(arena, row->place, row->member, "null");
	struct str with_empty = body_with_one(arena, row->place, row->member, "\"\"");

	if (row->is_required) {
		assert_refused(arena, without, row->name);
		assert_refused(arena, with_null, row->name);
	} else {
		(void)read_ok(arena, without);
		(void)read_ok(arena, with_null);
	}
	if (row->kind != TEXT || row->is_not_empty)
		assert_refused(arena, with_empty, row->name);
	else
		(void)read_ok(arena, with_empty);
	field_refuses_wrong_types(arena, row);
	if (row->kind == TEXT)
		field_has_its_limit(arena, row);
}

/* ---- Ids ---- */

struct number_row {
	const char *name;
	const char *json;
	bool is_id; /* read as a 64-bit integer */
	int64_t id;
	bool is_port; /* and as a port */
};

/* TRANSPORT-1 */
static const struct number_row numbers[] = {
	{ "number_zero", "0", true, 0, true },
	{ "number_one", "1", true, 1, true },
	{ "number_minus_one", "-1", true, -1, false },
	{ "number_2_to_53_less_1", "9007199254740991", true, 9007199254740991, false },
	{ "number_2_to_53", "9007199254740992", true, 9007199254740992, false },
	{ "number_2_to_53_more_1", "9007199254740993", true, 9007199254740993, false },
	{ "number_all_digits_kept", "123456789012345678", true, 123456789012345678, false },
	{ "number_largest", "9223372036854775807", true, INT64_MAX, false },
	{ "number_smallest", "-9223372036854775808", true, INT64_MIN, false },
	{ "number_2_to_63", "9223372036854775808", false, 0, false },
	{ "number_below_smallest", "-9223372036854775809", false, 0, false },
	{ "number_2_to_64", "18446744073709551616", false, 0, false },
	{ "number_wraps_to_one", "18446744073709551617", false, 0, false },
	{ "number_largest_port", "2147483647", true, INT32_MAX, true },
	{ "number_past_ports", "2147483648", true, 2147483648, false },
	{ "number_wraps_to_a_port", "4294967739", true, 4294967739, false },
	{ "number_with_fraction", "1.0", false, 0, false },
	{ "number_with_small_fraction", "0.1", false, 0, false },
	{ "number_with_exponent", "1e3", false, 0, false },
	{ "number_with_capital_exponent", "1E3", false, 0, false },
	{ "number_with_exponent_zero", "1e0", false, 0, false },
	{ "number_past_any_double", "1e999999999", false, 0, false },
	{ "number_minus_zero", "-0", false, 0, false },
	{ "number_in_a_string", "\"1\"", false, 0, false },
	{ "number_empty_string", "\"\"", false, 0, false },
	{ "number_true", "true", false, 0, false },
	{ "number_false", "false", false, 0, false },
	{ "number_null", "null", false, 0, false },
	{ "number_array", "[1]", false, 0, false },
	{ "number_object", "{\"value\":1}", false, 0, false },
	/* Not even JSON. */
	{ "number_plus", "+1", false, 0, false },
	{ "number_leading_zero", "01", false, 0, false },
	{ "number_hexadecimal", "0x1", false, 0, false },
	{ "number_nan", "NaN", false, 0, false },
	{ "number_with_underscore", "1_000", false, 0, false },
	{ "number_point_alone", "1.", false, 0, false },
};

static struct str
body_with_workspace(struct arena *arena, const char *workspace, const char *organization)
{
	const struct changes changes = { { { ROOT, "workspace_id", workspace },
					   { USER_INFO, "databricks_organization_id",
					     organization } },
					 2 };

	return body_with(arena, &changes);
}

static void
number_is_judged(void **state)
{
	const struct number_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str of_user = body_with_one(arena, USER_INFO, "databricks_user_id", row->json);
	struct str of_workspace = body_with_workspace(arena, row->json, row->json);
	struct str port = body_with_one(arena, ROOT, "port", row->json);

	if (row->is_id) {
		assert_true(read_ok(arena, of_user).databricks_user_id.value == row->id);
		assert_true(read_ok(arena, of_workspace).workspace_id.value == row->id);
	} else {
		assert_refused(arena, of_user, NULL);
		assert_refused(arena, of_workspace, NULL);
	}
	if (row->is_port)
		assert_int_equal(read_ok(arena, port).resources.port, row->id);
	else
		assert_refused(arena, port, NULL);
}

/* 400 digits, and so many that a body holds no more: refused, and soon. */
static void
digits_without_end(void **state)
{
	static const size_t lengths[] = { 20, 400, 60000 };
	_cleanup_(arena_freep) struct arena *arena = arena_create();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		const char *digits = repeated(arena, "", '9', lengths[i], "");

		assert_refused(arena, body_with_one(arena, ROOT, "port", digits), "port");
		assert_refused(arena, body_with_workspace(arena, digits, "1"), "workspace_id");
		assert_refused(arena, body_with_one(arena, USER_INFO, "databricks_user_id", digits),
			       "user_info.databricks_user_id");
		digits = repeated(arena, "-", '9', lengths[i], "");
		assert_refused(arena, body_with_one(arena, ROOT, "workspace_id", digits),
			       "workspace_id");
	}
}

/* CONNECT-21: the two are one and the same. */
static void
ids_of_the_workspace_agree(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();

	(void)state;
	assert_refused(arena, body_with_workspace(arena, MARKED_NUMBER, "1"),
		       "user_info.databricks_organization_id");
	assert_refused(arena, body_with_workspace(arena, "1", MARKED_NUMBER),
		       "user_info.databricks_organization_id");
	assert_refused(arena, body_with_workspace(arena, "9007199254740992", "9007199254740993"),
		       "user_info.databricks_organization_id");
	assert_refused(arena, body_with_workspace(arena, "1", "-1"),
		       "user_info.databricks_organization_id");
}

/* ---- Words and synonyms ---- */

struct word_row {
	const char *name;
	const char *member;
	const char *json;
	int want; /* -1: refused */
};

static const struct word_row words[] = {
	{ "cloud_aws", "cloud_provider", "\"aws\"", CLOUD_AWS },
	{ "cloud_azure", "cloud_provider", "\"azure\"", CLOUD_AZURE },
	{ "cloud_gcp", "cloud_provider", "\"gcp\"", CLOUD_GCP },
	{ "cloud_gpc", "cloud_provider", "\"gpc\"", CLOUD_GCP },
	{ "cloud_escaped", "cloud_provider", "\"\\u0061ws\"", CLOUD_AWS },
	{ "cloud_in_capitals", "cloud_provider", "\"AWS\"", -1 },
	{ "cloud_with_blank", "cloud_provider", "\"aws \"", -1 },
	{ "cloud_unknown", "cloud_provider", "\"zqx\"", -1 },
	{ "cloud_empty", "cloud_provider", "\"\"", -1 },
	{ "scope_workspace", "connection_scope", "\"workspace\"", SCOPE_WORKSPACE },
	{ "scope_user", "connection_scope", "\"user\"", SCOPE_USER },
	{ "scope_null_is_workspace", "connection_scope", "null", SCOPE_WORKSPACE },
	{ "scope_absent_is_workspace", "connection_scope", NULL, SCOPE_WORKSPACE },
	{ "scope_in_capitals", "connection_scope", "\"User\"", -1 },
	{ "scope_unknown", "connection_scope", "\"zqx\"", -1 },
};

static void
word_is_read(void **state)
{
	const struct word_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str body = body_with_one(arena, ROOT, row->member, row->json);
	struct connect_request req;

	if (row->want < 0) {
		assert_refused(arena, body, row->member);
		return;
	}
	req = read_ok(arena, body);
	if (strcmp(row->member, "cloud_provider") == 0)
		assert_int_equal(req.cloud, row->want);
	else
		assert_int_equal(req.scope, row->want);
}

/* The misspelling that is read is not among the words that an error offers. */
static void
gpc_is_not_offered(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str body = body_with_one(arena, ROOT, "cloud_provider", "\"ibm\"");
	struct connect_request req;
	struct err err = wire_read_connect_request(arena, body, &req);

	(void)state;
	assert_int_equal(err.code, ERR_BAD_REQUEST);
	assert_non_null(strstr(err.detail, "aws, azure, gcp"));
	assert_null(strstr(err.detail, "gpc"));
}

struct flag_row {
	const char *name;
	const char *endpoint;
	const char *warehouse;
	bool is_refused;
	bool has;
	bool is;
};

/* is_sql_endpoint and is_sql_warehouse are two names of one thing. */
static const struct flag_row flags[] = {
	{ "sql_none", NULL, NULL, false, false, false },
	{ "sql_nulls", "null", "null", false, false, false },
	{ "sql_endpoint_alone", "true", NULL, false, true, true },
	{ "sql_endpoint_alone_false", "false", NULL, false, true, false },
	{ "sql_endpoint_beside_null", "true", "null", false, true, true },
	{ "sql_warehouse_alone", NULL, "true", false, true, true },
	{ "sql_warehouse_alone_false", NULL, "false", false, true, false },
	{ "sql_warehouse_beside_null", "null", "true", false, true, true },
	{ "sql_both_true", "true", "true", false, true, true },
	{ "sql_both_false", "false", "false", false, true, false },
	{ "sql_differ", "true", "false", true, false, false },
	{ "sql_differ_the_other_way", "false", "true", true, false, false },
};

static void
flags_are_merged(void **state)
{
	const struct flag_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct changes changes = { { { ROOT, "is_sql_endpoint", row->endpoint },
					   { ROOT, "is_sql_warehouse", row->warehouse } },
					 2 };
	struct str body = body_with(arena, &changes);
	struct connect_request req;

	if (row->is_refused) {
		assert_refused(arena, body, "is_sql_endpoint");
		return;
	}
	req = read_ok(arena, body);
	assert_int_equal(req.resources.has_is_sql_warehouse, row->has);
	assert_int_equal(req.resources.is_sql_warehouse, row->is);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, fields, field_is_strict);
	ROWS_ADD(&rows, numbers, number_is_judged);
	rows_add_one(&rows, "number_without_end", digits_without_end);
	rows_add_one(&rows, "ids_of_the_workspace_agree", ids_of_the_workspace_agree);
	ROWS_ADD(&rows, words, word_is_read);
	rows_add_one(&rows, "cloud_gpc_is_not_offered", gpc_is_not_offered);
	ROWS_ADD(&rows, flags, flags_are_merged);
	return rows_run(&rows, argc, argv);
}
