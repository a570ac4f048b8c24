/*
 * Which hosts are dialled, what is asked there, and what is made of it.
 */
#include "core/test_connection.h"

#include "support/rows.h"

#include <string.h>

/* ---- Hosts ---- */

static const struct test_host operators_hosts[] = {
	{ STR_INIT("lab.example"), 8443 },
	{ STR_INIT("127.0.0.1"), 443 },
	{ STR_INIT("[::1]"), 9443 },
};

struct host_row {
	const char *name;
	const char *host;
	int64_t port;
	bool may_dial;
	bool is_operators_host;
};

/* TEST-3 */
static const struct host_row hosts[] = {
	{ "aws", "dbc-1234.cloud.databricks.com", 443, true, false },
	{ "azure", "adb-1234.5.azuredatabricks.net", 443, true, false },
	{ "gcp", "123.4.gcp.databricks.com", 443, true, false },
	{ "aws_government", "x.cloud.databricks.us", 443, true, false },
	{ "azure_government", "x.databricks.azure.us", 443, true, false },
	{ "azure_china", "x.databricks.azure.cn", 443, true, false },
	{ "upper_case", "DBC-1234.Cloud.Databricks.COM", 443, true, false },
	{ "two_labels", "a.b.cloud.databricks.com", 443, true, false },
	{ "punycode", "xn--bcher-kva.cloud.databricks.com", 443, true, false },

	{ "domain_itself", "cloud.databricks.com", 443, false, false },
	{ "empty_label", ".cloud.databricks.com", 443, false, false },
	{ "empty_label_inside", "a..cloud.databricks.com", 443, false, false },
	{ "part_of_a_label", "evilcloud.databricks.com", 443, false, false },
	{ "hyphen_before", "evil-azuredatabricks.net", 443, false, false },
	{ "domain_behind", "x.cloud.databricks.com.evil.example", 443, false, false },
	{ "domain_as_label", "cloud.databricks.com.example", 443, false, false },
	{ "parent_of_the_domain", "www.databricks.com", 443, false, false },
	{ "trailing_dot", "x.cloud.databricks.com.", 443, false, false },
	{ "blank_before", " x.cloud.databricks.com", 443, false, false },
	{ "blank_behind", "x.cloud.databricks.com ", 443, false, false },
	{ "newline", "x.cloud.databricks.com\n", 443, false, false },
	{ "line_inside", "x\r\nHost: y.cloud.databricks.com", 443, false, false },
	{ "userinfo", "evil.example@x.cloud.databricks.com", 443, false, false },
	{ "password", "u:p@x.cloud.databricks.com", 443, false, false },
	{ "userinfo_behind", "x.cloud.databricks.com@evil.example", 443, false, false },
	{ "port_in_it", "x.cloud.databricks.com:443", 443, false, false },
	{ "path_before", "evil.example/x.cloud.databricks.com", 443, false, false },
	{ "path_behind", "x.cloud.databricks.com/", 443, false, false },
	{ "query", "evil.example?x.cloud.databricks.com", 443, false, false },
	{ "fragment", "evil.example#x.cloud.databricks.com", 443, false, false },
	{ "backslash", "evil.example\\x.cloud.databricks.com", 443, false, false },
	{ "scheme", "https://x.cloud.databricks.com", 443, false, false },
	{ "percent", "evil.example%2f.cloud.databricks.com", 443, false, false },
	{ "percent_nul", "x.cloud.databricks.com%00.evil.example", 443, false, false },
	{ "underscore", "a_b.cloud.databricks.com", 443, false, false },
	{ "fullwidth_dot",
	  "x\xef\xbc\x8e"
	  "cloud.databricks.com",
	  443, false, false },
	{ "other_script",
	  "x.cloud.databr\xd1\x96"
	  "cks.com",
	  443, false, false },
	{ "semicolon", "evil.example;x.cloud.databricks.com", 443, false, false },
	{ "comma", "127.0.0.1,x.cloud.databricks.com", 443, false, false },
	{ "star", "*.cloud.databricks.com", 443, false, false },
	{ "ipv4", "169.254.169.254", 443, false, false },
	{ "ipv4_public", "8.8.8.8", 443, false, false },
	{ "ipv4_short", "127.1", 443, false, false },
	{ "ipv4_decimal", "2130706433", 443, false, false },
	{ "ipv4_hex", "0x7f000001", 443, false, false },
	{ "ipv4_octal", "0177.0.0.1", 443, false, false },
	{ "ipv6", "[::1]", 443, false, false },
	{ "ipv6_bare", "::1", 443, false, false },
	{ "ipv6_mapped", "[::ffff:169.254.169.254]", 443, false, false },
	{ "ipv6_zone", "[fe80::1%25eth0]", 443, false, false },
	{ "localhost", "localhost", 443, false, false },
	{ "metadata", "metadata.google.internal", 443, false, false },
	{ "empty", "", 443, false, false },

	{ "port_http", "x.cloud.databricks.com", 80, false, false },
	{ "port_ssh", "x.cloud.databricks.com", 22, false, false },
	{ "port_high", "x.cloud.databricks.com", 8443, false, false },
	{ "port_zero", "x.cloud.databricks.com", 0, false, false },
	{ "port_negative", "x.cloud.databricks.com", -1, false, false },
	{ "port_wraps", "x.cloud.databricks.com", 65536 + 443, false, false },

	{ "operators", "lab.example", 8443, true, true },
	{ "operators_upper_case", "LAB.example", 8443, true, true },
	{ "operators_address", "127.0.0.1", 443, true, true },
	{ "operators_ipv6", "[::1]", 9443, true, true },
	{ "operators_other_port", "lab.example", 443, false, false },
	{ "operators_port_wraps", "lab.example", 65536 + 8443, false, false },
	{ "below_an_operators", "a.lab.example", 8443, false, false },
	{ "operators_other_form", "127.1", 443, false, false },
	{ "operators_trailing_dot", "lab.example.", 8443, false, false },
	{ "operators_without_brackets", "::1", 9443, false, false },
};

static void
host_holds(void **state)
{
	const struct host_row *row = *state;
	struct arena *arena = arena_create();
	struct tested_connection connection = { .hostname = str_of(row->host), .port = row->port };
	struct partner_config config = { 0 };
	struct test_plan plan;

	test_connection_plan(arena, &connection, &config, operators_hosts,
			     ARRAY_LEN(operators_hosts), &plan);
	assert_int_equal(plan.may_dial, row->may_dial);
	assert_int_equal(plan.is_operators_host, row->is_operators_host);
	assert_int_equal(plan.port, row->may_dial ? row->port : 0);
	if (row->is_operators_host) { /* they are nobody's default */
		test_connection_plan(arena, &connection, &config, NULL, 0, &plan);
		assert_false(plan.may_dial);
	}
	arena_free(arena);
}

static void
a_nul_in_the_host(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct tested_connection connection = { .hostname =
							STR("evil.example\0.cloud.databricks.com"),
						.port = 443 };
	struct partner_config config = { 0 };
	struct test_plan plan;

	test_connection_plan(arena, &connection, &config, NULL, 0, &plan);
	assert_false(plan.may_dial);
	arena_free(arena);
}

/* ---- What is asked ---- */

#define HAS_PAT (1u << SECRET_PERSONAL_ACCESS_TOKEN)
#define HAS_OAUTH (1u << SECRET_SERVICE_PRINCIPAL_OAUTH_SECRET)
#define HAS_URLS (1u << SECRET_JDBC_URL | 1u << SECRET_DATABRICKS_JDBC_URL)
#define USES_PAT (1u << AUTH_OPTION_PAT)
#define USES_M2M (1u << AUTH_OPTION_OAUTH_M2M)
#define USES_U2M (1u << AUTH_OPTION_OAUTH_U2M)

struct auth_row {
	const char *name;
	unsigned secrets;
	const char *principal;
	unsigned options;
	enum test_auth auth;
	enum secret_kind kind;
};

/* TEST-4 */
static const struct auth_row auths[] = {
	{ "token", HAS_PAT, "", USES_PAT, TEST_AUTH_TOKEN, SECRET_PERSONAL_ACCESS_TOKEN },
	{ "token_beside_others", HAS_PAT | HAS_URLS | HAS_OAUTH, "sp", USES_PAT, TEST_AUTH_TOKEN,
	  SECRET_PERSONAL_ACCESS_TOKEN },
	{ "oauth", HAS_OAUTH, "sp", USES_M2M, TEST_AUTH_OAUTH,
	  SECRET_SERVICE_PRINCIPAL_OAUTH_SECRET },
	{ "oauth_of_nobody", HAS_OAUTH, "", USES_M2M, TEST_AUTH_MISSING, 0 },
	{ "no_token", 0, "", USES_PAT, TEST_AUTH_MISSING, 0 },
	{ "no_oauth_secret", 0, "sp", USES_M2M, TEST_AUTH_MISSING, 0 },
	{ "urls_are_no_credential", HAS_URLS, "", USES_PAT, TEST_AUTH_MISSING, 0 },
	{ "users_own", 0, "", USES_U2M, TEST_AUTH_NONE, 0 },
	{ "users_own_and_token", 0, "", USES_U2M | USES_PAT, TEST_AUTH_MISSING, 0 },
};

static void
auth_holds(void **state)
{
	const struct auth_row *row = *state;
	struct arena *arena = arena_create();
	struct tested_connection connection = {
		.secrets = row->secrets,
		.service_principal_id = str_of(row->principal),
	};
	struct partner_config config = { .auth_options = row->options };
	struct test_plan plan;

	test_connection_plan(arena, &connection, &config, NULL, 0, &plan);
	assert_int_equal(plan.auth, row->auth);
	assert_int_equal(plan.secret_kind, row->kind);
	assert_true(str_equal(plan.client_id, row->auth == TEST_AUTH_OAUTH ? STR("sp") : STR("")));
	arena_free(arena);
}

enum flag { FLAG_ABSENT, FLAG_FALSE, FLAG_TRUE };

struct object_row {
	const char *name;
	const char *id;
	enum flag flag;
	unsigned resources;
	enum test_object object;
	const char *target;
};

#define WAREHOUSES (1u << RESOURCE_SQL_WAREHOUSE)
#define CLUSTERS (1u << RESOURCE_INTERACTIVE_CLUSTER)

/* TEST-5 */
static const struct object_row objects[] = {
	{ "warehouse", "0a1B", FLAG_TRUE, WAREHOUSES, TEST_OBJECT_WAREHOUSE,
	  "/api/2.0/sql/warehouses/0a1B" },
	{ "cluster", "1-2-x_y", FLAG_FALSE, CLUSTERS, TEST_OBJECT_CLUSTER,
	  "/api/2.1/clusters/get?cluster_id=1-2-x_y" },
	{ "flag_wins", "a", FLAG_TRUE, CLUSTERS, TEST_OBJECT_WAREHOUSE,
	  "/api/2.0/sql/warehouses/a" },
	{ "no_flag_warehouse", "a", FLAG_ABSENT, WAREHOUSES, TEST_OBJECT_WAREHOUSE,
	  "/api/2.0/sql/warehouses/a" },
	{ "no_flag_cluster", "a", FLAG_ABSENT, CLUSTERS, TEST_OBJECT_CLUSTER,
	  "/api/2.1/clusters/get?cluster_id=a" },
	{ "none", "", FLAG_TRUE, WAREHOUSES, TEST_OBJECT_NONE, NULL },
	{ "id_dots", "..", FLAG_TRUE, WAREHOUSES, TEST_OBJECT_UNUSABLE, NULL },
	{ "id_path", "a/../../x", FLAG_TRUE, WAREHOUSES, TEST_OBJECT_UNUSABLE, NULL },
	{ "id_query", "a?b", FLAG_TRUE, WAREHOUSES, TEST_OBJECT_UNUSABLE, NULL },
	{ "id_parameter", "a&b=c", FLAG_FALSE, WAREHOUSES, TEST_OBJECT_UNUSABLE, NULL },
	{ "id_percent", "a%2f", FLAG_TRUE, WAREHOUSES, TEST_OBJECT_UNUSABLE, NULL },
	{ "id_line", "a\r\nX: y", FLAG_TRUE, WAREHOUSES, TEST_OBJECT_UNUSABLE, NULL },
	{ "id_utf8", "\xc3\xa4", FLAG_TRUE, WAREHOUSES, TEST_OBJECT_UNUSABLE, NULL },
};

static void
object_holds(void **state)
{
	const struct object_row *row = *state;
	struct arena *arena = arena_create();
	struct tested_connection connection = {
		.cluster_id = str_of(row->id),
		.has_is_sql_warehouse = row->flag != FLAG_ABSENT,
		.is_sql_warehouse = row->flag == FLAG_TRUE,
	};
	struct partner_config config = { .resources = row->resources };
	struct test_plan plan;

	test_connection_plan(arena, &connection, &config, NULL, 0, &plan);
	assert_int_equal(plan.object, row->object);
	assert_true(str_equal(plan.object_target, str_of(row->target)));
	assert_true(str_equal(plan.object_id, row->target ? str_of(row->id) : STR("")));
	arena_free(arena);
}

static void
an_id_has_a_longest(_unused_ void **state)
{
	struct arena *arena = arena_create();
	char id[130];
	struct tested_connection connection = { .cluster_id = { id, 128 } };
	struct partner_config config = { .resources = WAREHOUSES };
	struct test_plan plan;

	memset(id, 'a', sizeof(id));
	test_connection_plan(arena, &connection, &config, NULL, 0, &plan);
	assert_int_equal(plan.object, TEST_OBJECT_WAREHOUSE);
	connection.cluster_id.len++;
	test_connection_plan(arena, &connection, &config, NULL, 0, &plan);
	assert_int_equal(plan.object, TEST_OBJECT_UNUSABLE);
	arena_free(arena);
}

/* ---- Results ---- */

#define DIALLED .plan.may_dial = true
#define TOKEN .plan.auth = TEST_AUTH_TOKEN
#define OAUTH .plan.auth = TEST_AUTH_OAUTH
#define MISSING .plan.auth = TEST_AUTH_MISSING
#define WAREHOUSE .plan.object = TEST_OBJECT_WAREHOUSE
#define GOOD                                                                                       \
	{                                                                                          \
		TEST_ANSWERED, true, 200, true                                                     \
	}
#define ODD                                                                                        \
	{                                                                                          \
		TEST_ANSWERED, true, 200, false                                                    \
	}
#define STATUS(status)                                                                             \
	{                                                                                          \
		TEST_ANSWERED, true, status, false                                                 \
	}
#define UNREACHED(reach)                                                                           \
	{                                                                                          \
		reach, false, 0, false                                                             \
	}
#define AFTER_TLS(reach)                                                                           \
	{                                                                                          \
		reach, true, 0, false                                                              \
	}

struct judge_row {
	const char *name;
	struct test_plan plan;
	struct test_observation seen;
	const char *want;    /* a letter a result: P or F */
	const char *message; /* of the first FAIL; NULL without one */
};

/* TEST-2, TEST-3, TEST-4, TEST-5 */
static const struct judge_row judgements[] = {
	{ "all_well", DIALLED, TOKEN, WAREHOUSE, .seen.object = GOOD, .want = "PPP" },
	{ "oauth_all_well", DIALLED, OAUTH, WAREHOUSE, .seen.token = GOOD, .seen.object = GOOD,
	  .want = "PPP" },
	{ "identity_alone", DIALLED, TOKEN, .seen.identity = GOOD, .want = "PP" },
	{ "users_own", DIALLED, WAREHOUSE, .seen.identity = STATUS(401), .want = "P" },
	{ "users_own_out_of_reach", DIALLED, WAREHOUSE,
	  .seen.identity = UNREACHED(TEST_NO_CONNECTION), .want = "F",
	  .message = "The host cannot be connected to." },

	{ "not_dialled", TOKEN, WAREHOUSE, .want = "FFF",
	  .message = "The host is not one of Databricks." },
	{ "busy", DIALLED, TOKEN, WAREHOUSE, .seen.object = UNREACHED(TEST_BUSY), .want = "FFF",
	  .message = "Too many tests are running: try again later." },
	{ "address_not_allowed", DIALLED, TOKEN, WAREHOUSE,
	  .seen.object = UNREACHED(TEST_NOT_ALLOWED), .want = "FFF",
	  .message = "The host has an address that may not be dialled." },
	{ "no_address", DIALLED, TOKEN, WAREHOUSE, .seen.object = UNREACHED(TEST_NO_ADDRESS),
	  .want = "FFF", .message = "The host name has no address." },
	{ "no_connection", DIALLED, TOKEN, WAREHOUSE, .seen.object = UNREACHED(TEST_NO_CONNECTION),
	  .want = "FFF", .message = "The host cannot be connected to." },
	{ "no_tls", DIALLED, TOKEN, WAREHOUSE, .seen.object = UNREACHED(TEST_TLS_FAILED),
	  .want = "FFF", .message = "The host has no valid certificate for its name." },
	{ "no_tls_for_the_token", DIALLED, OAUTH, WAREHOUSE,
	  .seen.token = UNREACHED(TEST_TLS_FAILED), .want = "FFF",
	  .message = "The host has no valid certificate for its name." },
	{ "too_slow_to_connect", DIALLED, TOKEN, WAREHOUSE,
	  .seen.object = UNREACHED(TEST_TIMED_OUT), .want = "FFF",
	  .message = "The host did not respond in time." },

	{ "too_slow_to_answer", DIALLED, TOKEN, WAREHOUSE, .seen.object = AFTER_TLS(TEST_TIMED_OUT),
	  .want = "PFF", .message = "The workspace did not answer in time." },
	{ "bad_answer", DIALLED, TOKEN, WAREHOUSE, .seen.object = AFTER_TLS(TEST_BAD_ANSWER),
	  .want = "PFF", .message = "The answer of the workspace cannot be read." },
	{ "refused", DIALLED, TOKEN, WAREHOUSE, .seen.object = STATUS(403),
	  .seen.identity = STATUS(403), .want = "PFF",
	  .message = "The workspace refuses the credential." },
	{ "refused_401", DIALLED, TOKEN, WAREHOUSE, .seen.object = STATUS(401),
	  .seen.identity = STATUS(401), .want = "PFF",
	  .message = "The workspace refuses the credential." },
	{ "redirected", DIALLED, TOKEN, WAREHOUSE, .seen.object = STATUS(302),
	  .seen.identity = STATUS(302), .want = "PFF",
	  .message = "The workspace gave an unexpected answer." },
	{ "a_page_for_all", DIALLED, TOKEN, WAREHOUSE, .seen.object = ODD, .seen.identity = ODD,
	  .want = "PFF", .message = "The workspace gave an unexpected answer." },
	{ "gone_meanwhile", DIALLED, TOKEN, WAREHOUSE, .seen.object = STATUS(404),
	  .seen.identity = UNREACHED(TEST_NO_CONNECTION), .want = "PFF",
	  .message = "The connection to the workspace broke." },
	{ "missing", DIALLED, MISSING, WAREHOUSE, .seen.identity = STATUS(401), .want = "PFF",
	  .message = "No credential is stored." },
	{ "broken", DIALLED, TOKEN, WAREHOUSE, .seen.is_secret_broken = true, .want = "FFF",
	  .message = "The host was not dialled." },
	{ "broken_of_the_users_own", DIALLED, .seen.identity = STATUS(401),
	  .seen.is_secret_broken = true, .want = "PF",
	  .message = "A stored credential does not open." },
	{ "oauth_refused", DIALLED, OAUTH, WAREHOUSE, .seen.token = STATUS(401), .want = "PFF",
	  .message = "The workspace refuses the credential." },
	{ "oauth_refused_400", DIALLED, OAUTH, WAREHOUSE, .seen.token = STATUS(400), .want = "PFF",
	  .message = "The workspace refuses the credential." },
	{ "oauth_without_token", DIALLED, OAUTH, WAREHOUSE, .seen.token = ODD, .want = "PFF",
	  .message = "The workspace gave an unexpected answer." },
	{ "oauth_not_found", DIALLED, OAUTH, WAREHOUSE, .seen.token = STATUS(404), .want = "PFF",
	  .message = "The workspace gave an unexpected answer." },
	{ "oauth_too_slow", DIALLED, OAUTH, WAREHOUSE, .seen.token = AFTER_TLS(TEST_TIMED_OUT),
	  .want = "PFF", .message = "The workspace did not answer in time." },
	{ "oauth_token_refused", DIALLED, OAUTH, WAREHOUSE, .seen.token = GOOD,
	  .seen.object = STATUS(403), .seen.identity = STATUS(403), .want = "PFF",
	  .message = "The workspace refuses the credential." },

	{ "no_such_warehouse", DIALLED, TOKEN, WAREHOUSE, .seen.object = STATUS(404),
	  .seen.identity = GOOD, .want = "PPF",
	  .message = "The workspace has no such warehouse or cluster." },
	{ "no_such_cluster", DIALLED, TOKEN, .plan.object = TEST_OBJECT_CLUSTER,
	  .seen.object = STATUS(400), .seen.identity = GOOD, .want = "PPF",
	  .message = "The workspace has no such warehouse or cluster." },
	{ "no_right_to_it", DIALLED, TOKEN, WAREHOUSE, .seen.object = STATUS(403),
	  .seen.identity = GOOD, .want = "PPF",
	  .message = "The credential may not see the warehouse or cluster." },
	{ "another_warehouse", DIALLED, TOKEN, WAREHOUSE, .seen.object = ODD, .seen.identity = GOOD,
	  .want = "PPF", .message = "The workspace gave an unexpected answer." },
	{ "it_is_out_of_order", DIALLED, TOKEN, WAREHOUSE, .seen.object = STATUS(503),
	  .seen.identity = GOOD, .want = "PPF",
	  .message = "The workspace gave an unexpected answer." },
	{ "unusable_id", DIALLED, TOKEN, .plan.object = TEST_OBJECT_UNUSABLE, .seen.identity = GOOD,
	  .want = "PPF", .message = "The stored id is not that of a warehouse or cluster." },
};

static void
judgement_holds(void **state)
{
	static const char *const names[] = { "connectivity", "credentials", "warehouse" };
	const struct judge_row *row = *state;
	struct test_result results[MAX_TEST_RESULTS] = { 0 };
	size_t n = test_connection_judge(&row->plan, &row->seen, results);
	const char *first_message = NULL;

	assert_int_equal(n, strlen(row->want));
	for (size_t i = 0; i < n && i < ARRAY_LEN(names); i++) {
		assert_string_equal(results[i].name, names[i]);
		assert_int_equal(results[i].is_passed, row->want[i] == 'P');
		assert_true(results[i].message[0]);
		if (!results[i].is_passed && !first_message)
			first_message = results[i].message;
	}
	if (row->message)
		assert_string_equal(first_message, row->message);
	else
		assert_null(first_message);
}

struct identity_row {
	const char *name;
	struct test_plan plan;
	struct test_observation seen;
	bool wants_object;
	bool wants_identity;
};

static const struct identity_row identities[] = {
	{ "object_alone", TOKEN, WAREHOUSE, .seen.object = GOOD, .wants_object = true },
	{ "object_refused", TOKEN, WAREHOUSE, .seen.object = STATUS(403), .wants_object = true,
	  .wants_identity = true },
	{ "object_not_found", OAUTH, WAREHOUSE, .seen.object = STATUS(404), .wants_object = true,
	  .wants_identity = true },
	{ "object_out_of_reach", TOKEN, WAREHOUSE, .seen.object = AFTER_TLS(TEST_TIMED_OUT),
	  .wants_object = true },
	{ "no_object", TOKEN, .wants_identity = true },
	{ "object_unusable", TOKEN, .plan.object = TEST_OBJECT_UNUSABLE, .wants_identity = true },
	{ "no_credential", MISSING, WAREHOUSE, .wants_identity = true },
	{ "no_credential_of_ours", WAREHOUSE, .wants_identity = true },
};

static void
identity_holds(void **state)
{
	const struct identity_row *row = *state;

	assert_int_equal(test_wants_object(&row->plan), row->wants_object);
	assert_int_equal(test_wants_identity(&row->plan, &row->seen), row->wants_identity);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, hosts, host_holds);
	rows_add_one(&rows, "a_nul_in_the_host", a_nul_in_the_host);
	ROWS_ADD(&rows, auths, auth_holds);
	ROWS_ADD(&rows, objects, object_holds);
	rows_add_one(&rows, "an_id_has_a_longest", an_id_has_a_longest);
	ROWS_ADD(&rows, judgements, judgement_holds);
	ROWS_ADD(&rows, identities, identity_holds);
	return rows_run(&rows, argc, argv);
}
