/*
 * The operations other than connect: what their requests must hold, the bytes of what they answer,
 * a vendor's connectors, the error body.
 */
#include "wire/wire_operations.h"

#include "support/rows.h"

/* ---- Requests ---- */

enum operation { DELETE_CONNECTION, TEST_CONNECTION, DELETE_ACCOUNT, EXPIRE_ACCOUNT };

union any_request {
	struct connection_request connection;
	struct delete_account_request delete_account;
	struct expire_account_request expire_account;
};

static struct err
read_any(enum operation operation, struct arena *arena, const char *body, union any_request *ret)
{
	switch (operation) {
	case DELETE_CONNECTION:
		return wire_read_delete_connection(arena, str_of(body), &ret->connection);
	case TEST_CONNECTION:
		return wire_read_test_connection(arena, str_of(body), &ret->connection);
	case DELETE_ACCOUNT:
		return wire_read_delete_account(arena, str_of(body), &ret->delete_account);
	case EXPIRE_ACCOUNT:
		break;
	}
	return wire_read_expire_account(arena, str_of(body), &ret->expire_account);
}

#define ID "\"connection_id\":\"c-1\""
#define CLOUD "\"cloud_provider\":\"azure\""
#define ORGANIZATION "\"databricks_organization_id\":9007199254740993"
#define DOMAIN "\"domain\":\"databricks-test.com\""
#define EMAIL "\"email\":\"Ann@Databricks-test.com\""
#define USER "\"databricks_user_id\":-7"

struct request_row {
	const char *name;
	enum operation operation;
	const char *body;
	const char *refused; /* the path that the detail begins with; NULL: read */
};

/* Contract section 6; DELETE-1, TEST-1, ACCOUNT-3, ACCOUNT-4, TRANSPORT-1, TRANSPORT-2 */
static const struct request_row requests[] = {
	{ "delete", DELETE_CONNECTION, "{" ID "," CLOUD "," ORGANIZATION "}", NULL },
	{ "delete_with_user_info", DELETE_CONNECTION,
	  "{\"user_info\":{\"email\":7}," ID "," CLOUD "," ORGANIZATION "}", NULL },
	{ "delete_with_more", DELETE_CONNECTION,
	  "{\"force\":[1e999]," ID "," CLOUD "," ORGANIZATION "}", NULL },
	{ "delete_without_id", DELETE_CONNECTION, "{" CLOUD "," ORGANIZATION "}",
	  "connection_id is missing" },
	{ "delete_null_id", DELETE_CONNECTION,
	  "{\"connection_id\":null," CLOUD "," ORGANIZATION "}", "connection_id is missing" },
	{ "delete_empty_id", DELETE_CONNECTION,
	  "{\"connection_id\":\"\"," CLOUD "," ORGANIZATION "}", "connection_id" },
	{ "delete_id_is_a_number", DELETE_CONNECTION,
	  "{\"connection_id\":1," CLOUD "," ORGANIZATION "}", "connection_id" },
	{ "delete_id_is_an_array", DELETE_CONNECTION,
	  "{\"connection_id\":[\"c-1\"]," CLOUD "," ORGANIZATION "}", "connection_id" },
	{ "delete_without_cloud", DELETE_CONNECTION, "{" ID "," ORGANIZATION "}",
	  "cloud_provider is missing" },
	{ "delete_null_cloud", DELETE_CONNECTION,
	  "{" ID ",\"cloud_provider\":null," ORGANIZATION "}", "cloud_provider is missing" },
	{ "delete_strange_cloud", DELETE_CONNECTION,
	  "{" ID ",\"cloud_provider\":\"zqx\"," ORGANIZATION "}", "cloud_provider" },
	{ "delete_without_organization", DELETE_CONNECTION, "{" ID "," CLOUD "}",
	  "databricks_organization_id is missing" },
	{ "delete_organization_in_a_string", DELETE_CONNECTION,
	  "{" ID "," CLOUD ",\"databricks_organization_id\":\"1\"}", "databricks_organization_id" },
	{ "delete_organization_with_fraction", DELETE_CONNECTION,
	  "{" ID "," CLOUD ",\"databricks_organization_id\":1.0}", "databricks_organization_id" },
	{ "delete_organization_past_int64", DELETE_CONNECTION,
	  "{" ID "," CLOUD ",\"databricks_organization_id\":9223372036854775808}",
	  "databricks_organization_id" },
	{ "delete_id_twice", DELETE_CONNECTION, "{" ID "," ID "," CLOUD "," ORGANIZATION "}", "" },
	{ "delete_nul_in_id", DELETE_CONNECTION,
	  "{\"connection_id\":\"zqx\\u0000\"," CLOUD "," ORGANIZATION "}", "" },
	{ "delete_array", DELETE_CONNECTION, "[" ID "]", "" },
	{ "delete_nothing", DELETE_CONNECTION, "", "" },
	{ "test", TEST_CONNECTION, "{" ID "," CLOUD "," ORGANIZATION "}", NULL },
	{ "test_by_id_alone", TEST_CONNECTION, "{" ID "}", NULL },
	{ "test_with_nulls", TEST_CONNECTION,
	  "{" ID ",\"cloud_provider\":null,\"databricks_organization_id\":null}", NULL },
	{ "test_without_id", TEST_CONNECTION, "{" CLOUD "," ORGANIZATION "}",
	  "connection_id is missing" },
	{ "test_empty_id", TEST_CONNECTION, "{\"connection_id\":\"\"}", "connection_id" },
	{ "test_strange_cloud", TEST_CONNECTION, "{" ID ",\"cloud_provider\":\"zqx\"}",
	  "cloud_provider" },
	{ "test_cloud_is_a_number", TEST_CONNECTION, "{" ID ",\"cloud_provider\":1}",
	  "cloud_provider" },
	{ "test_organization_with_exponent", TEST_CONNECTION,
	  "{" ID ",\"databricks_organization_id\":1e3}", "databricks_organization_id" },
	{ "account", DELETE_ACCOUNT, "{" DOMAIN "," CLOUD "," ORGANIZATION "}", NULL },
	{ "account_without_domain", DELETE_ACCOUNT, "{" CLOUD "," ORGANIZATION "}",
	  "domain is missing" },
	{ "account_null_domain", DELETE_ACCOUNT, "{\"domain\":null," CLOUD "," ORGANIZATION "}",
	  "domain is missing" },
	{ "account_domain_is_a_number", DELETE_ACCOUNT, "{\"domain\":1," CLOUD "," ORGANIZATION "}",
	  "domain" },
	{ "account_nul_in_domain", DELETE_ACCOUNT,
	  "{\"domain\":\"databricks-test.com\\u0000zqx\"," CLOUD "," ORGANIZATION "}", "" },
	{ "account_without_cloud", DELETE_ACCOUNT, "{" DOMAIN "," ORGANIZATION "}",
	  "cloud_provider is missing" },
	{ "account_without_organization", DELETE_ACCOUNT, "{" DOMAIN "," CLOUD "}",
	  "databricks_organization_id is missing" },
	{ "account_organization_is_true", DELETE_ACCOUNT,
	  "{" DOMAIN "," CLOUD ",\"databricks_organization_id\":true}",
	  "databricks_organization_id" },
	{ "expire", EXPIRE_ACCOUNT, "{" EMAIL "," USER "," CLOUD "," ORGANIZATION "}", NULL },
	{ "expire_without_email", EXPIRE_ACCOUNT, "{" USER "," CLOUD "," ORGANIZATION "}",
	  "email is missing" },
	{ "expire_bad_email", EXPIRE_ACCOUNT,
	  "{\"email\":\"zqx@evil.com@databricks-test.com\"," USER "," CLOUD "," ORGANIZATION "}",
	  "email is not" },
	{ "expire_empty_email", EXPIRE_ACCOUNT,
	  "{\"email\":\"\"," USER "," CLOUD "," ORGANIZATION "}", "email" },
	{ "expire_nul_in_email", EXPIRE_ACCOUNT,
	  "{\"email\":\"zqx@evil.com\\u0000@databricks-test.com\"," USER "," CLOUD "," ORGANIZATION
	  "}",
	  "" },
	{ "expire_without_user", EXPIRE_ACCOUNT, "{" EMAIL "," CLOUD "," ORGANIZATION "}",
	  "databricks_user_id is missing" },
	{ "expire_user_in_a_string", EXPIRE_ACCOUNT,
	  "{" EMAIL ",\"databricks_user_id\":\"7\"," CLOUD "," ORGANIZATION "}",
	  "databricks_user_id" },
	{ "expire_without_cloud", EXPIRE_ACCOUNT, "{" EMAIL "," USER "," ORGANIZATION "}",
	  "cloud_provider is missing" },
	{ "expire_without_organization", EXPIRE_ACCOUNT, "{" EMAIL "," USER "," CLOUD "}",
	  "databricks_organization_id is missing" },
};

static void
assert_detail(const char *detail, const char *path)
{
	assert_non_null(detail);
	if (strncmp(detail, path, strlen(path)) != 0)
		fail_msg("\"%s\" does not begin with \"%s\"", detail, path);
	assert_null(strstr(detail, "zqx"));
}

static void
request_is_judged(void **state)
{
	const struct request_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	union any_request before;
	union any_request request;
	struct err err;

	memset(&before, 0xa5, sizeof(before));
	memcpy(&request, &before, sizeof(request));
	err = read_any(row->operation, arena, row->body, &request);
	if (!row->refused) {
		assert_int_equal(err.code, ERR_NONE);
		return;
	}
	assert_int_equal(err.code, ERR_BAD_REQUEST);
	assert_detail(err.detail, row->refused);
	assert_memory_equal(&request, &before, sizeof(request));
}

static void
connection_request_arrives(void **state)
{
	static const char body[] = "{" ID "," CLOUD "," ORGANIZATION "}";
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct connection_request requests_read[2];

	(void)state;
	assert_int_equal(wire_read_delete_connection(arena, str_of(body), &requests_read[0]).code,
			 ERR_NONE);
	assert_int_equal(wire_read_test_connection(arena, str_of(body), &requests_read[1]).code,
			 ERR_NONE);
	for (size_t i = 0; i < ARRAY_LEN(requests_read); i++) {
		const struct connection_request *request = &requests_read[i];

		assert_true(str_equal(request->connection_id.value, STR("c-1")));
		assert_true(request->has_cloud && request->cloud == CLOUD_AZURE);
		assert_true(request->has_workspace_id);
		assert_int_equal(request->workspace_id.value, 9007199254740993);
	}
}

static void
test_by_id_alone_has_nothing_else(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct connection_request request;

	(void)state;
	assert_int_equal(wire_read_test_connection(arena, STR("{" ID "}"), &request).code,
			 ERR_NONE);
	assert_false(request.has_cloud);
	assert_false(request.has_workspace_id);
}

static void
account_requests_arrive(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct delete_account_request delete_account;
	struct expire_account_request expire_account;
	struct err err;

	(void)state;
	err = wire_read_delete_account(arena, STR("{" DOMAIN "," CLOUD "," ORGANIZATION "}"),
				       &delete_account);
	assert_int_equal(err.code, ERR_NONE);
	assert_true(str_equal(delete_account.domain, STR("databricks-test.com")));
	assert_int_equal(delete_account.cloud, CLOUD_AZURE);
	assert_int_equal(delete_account.workspace_id.value, 9007199254740993);
	err = wire_read_expire_account(
		arena, STR("{" EMAIL "," USER "," CLOUD "," ORGANIZATION "}"), &expire_account);
	assert_int_equal(err.code, ERR_NONE);
	assert_true(str_equal(expire_account.email.key, STR("ann@databricks-test.com")));
	assert_true(str_equal(expire_account.email.domain, STR("databricks-test.com")));
	assert_int_equal(expire_account.databricks_user_id.value, -7);
	assert_int_equal(expire_account.cloud, CLOUD_AZURE);
	assert_int_equal(expire_account.workspace_id.value, 9007199254740993);
}

/* ---- Answers ---- */

static struct json_writer
writer_into(struct arena *arena, struct buf *buf)
{
	buf_init(buf, arena, (size_t)1 << 16);
	return (struct json_writer){ .buf = buf };
}

struct status_row {
	const char *name;
	enum resource_status status;
	const char *want;
};

/* DELETE-3 */
static const struct status_row statuses[] = {
	{ "status_deleted", RESOURCE_STATUS_DELETED,
	  "{\"resource_status\":\"resources_deleted\"}" },
	{ "status_pending", RESOURCE_STATUS_PENDING_DELETION,
	  "{\"resource_status\":\"resources_pending_deletion\"}" },
	{ "status_acknowledged", RESOURCE_STATUS_ACKNOWLEDGED,
	  "{\"resource_status\":\"deletion_acknowledged\"}" },
	{ "status_unauthorized", RESOURCE_STATUS_USER_UNAUTHORIZED,
	  "{\"resource_status\":\"user_unauthorized\"}" },
};

static void
status_is_written(void **state)
{
	const struct status_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;
	struct json_writer writer = writer_into(arena, &buf);

	wire_write_resource_status(&writer, row->status);
	assert_string_equal(buf_cstr(&buf), row->want);
}

/* TEST-2 */
static void
test_results_are_written(void **state)
{
	static const struct test_result results[] = { { "host", true, "reached" },
						      { "token \"1\"", false, "re\nfused" } };
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;
	struct json_writer writer = writer_into(arena, &buf);

	(void)state;
	wire_write_test_results(&writer, results, ARRAY_LEN(results));
	assert_string_equal(
		buf_cstr(&buf),
		"{\"test_results\":[{\"test_name\":\"host\",\"status\":\"PASS\","
		"\"message\":\"reached\"},{\"test_name\":\"token \\\"1\\\"\",\"status\":\"FAIL\","
		"\"message\":\"re\\nfused\"}]}");
	writer = writer_into(arena, &buf);
	wire_write_test_results(&writer, results, 0);
	assert_string_equal(buf_cstr(&buf), "{\"test_results\":[]}");
}

struct error_row {
	const char *name;
	const char *reason;
	const char *display;
	const char *debugging;
	const char *want;
};

/* ERROR-1: absent is left out, never null */
static const struct error_row errors[] = {
	{ "error_reason_alone", "unauthorized", NULL, NULL, "{\"error_reason\":\"unauthorized\"}" },
	{ "error_with_display", "account_not_found", "Ask \"Ann\".", NULL,
	  "{\"error_reason\":\"account_not_found\",\"display_message\":\"Ask \\\"Ann\\\".\"}" },
	{ "error_with_debugging", "bad_request", NULL, "port is missing",
	  "{\"error_reason\":\"bad_request\",\"debugging_message\":\"port is missing\"}" },
	{ "error_with_all", "general_error", "a", "b",
	  "{\"error_reason\":\"general_error\",\"display_message\":\"a\","
	  "\"debugging_message\":\"b\"}" },
};

static void
error_is_written(void **state)
{
	const struct error_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;
	struct json_writer writer = writer_into(arena, &buf);

	wire_write_error(&writer, row->reason, row->display, row->debugging);
	assert_string_equal(buf_cstr(&buf), row->want);
}

/* ---- Connectors ---- */

#define ONE "{\"identifier\":\"mysql\",\"name\":\"MySQL\",\"type\":\"source\"}"
#define TWO                                                                                        \
	"{\"identifier\":\"S3 (EU) / \xc3\xa4:*\",\"name\":\"S3\",\"type\":\"target\","            \
	"\"description\":\"files\"}"

struct connectors_row {
	const char *name;
	const char *text;
	const char *written;
	const char *refused; /* NULL: read */
};

/* CONNECTORS-1, CONNECTORS-3 */
static const struct connectors_row connector_files[] = {
	{ "connectors_array", "[" ONE "," TWO "]", "{\"connectors\":[" ONE "," TWO "]}", NULL },
	{ "connectors_object", "{\"connectors\":[" TWO "]}", "{\"connectors\":[" TWO "]}", NULL },
	{ "connectors_none", "[]", "{\"connectors\":[]}", NULL },
	{ "connectors_strange_keys",
	  "[{\"identifier\":\"a\",\"name\":\"A\",\"type\":\"source\",\"icon\":{\"x\":1}}]",
	  "{\"connectors\":[{\"identifier\":\"a\",\"name\":\"A\",\"type\":\"source\"}]}", NULL },
	{ "connectors_null_description",
	  "[{\"identifier\":\"a\",\"name\":\"A\",\"type\":\"source\",\"description\":null}]",
	  "{\"connectors\":[{\"identifier\":\"a\",\"name\":\"A\",\"type\":\"source\"}]}", NULL },
	{ "connectors_no_array", "{\"connectors\":{}}", NULL, "no array" },
	{ "connectors_absent", "{}", NULL, "no array" },
	{ "connectors_text", "\"zqx\"", NULL, "no array" },
	{ "connectors_null", "null", NULL, "no array" },
	{ "connectors_no_json", "zqx", NULL, "" },
	{ "connectors_of_texts", "[\"zqx\"]", NULL, "connectors[0] " },
	{ "connectors_second_without_name",
	  "[" ONE ",{\"identifier\":\"zqx\",\"type\":\"source\"}]", NULL,
	  "connectors[1].name is missing" },
	{ "connectors_empty_identifier",
	  "[{\"identifier\":\"\",\"name\":\"A\",\"type\":\"source\"}]", NULL,
	  "connectors[0].identifier" },
	{ "connectors_empty_name", "[{\"identifier\":\"a\",\"name\":\"\",\"type\":\"source\"}]",
	  NULL, "connectors[0].name" },
	{ "connectors_strange_type", "[{\"identifier\":\"a\",\"name\":\"A\",\"type\":\"zqx\"}]",
	  NULL, "connectors[0].type" },
	{ "connectors_type_in_capitals",
	  "[{\"identifier\":\"a\",\"name\":\"A\",\"type\":\"Source\"}]", NULL,
	  "connectors[0].type" },
};

static void
connectors_are_read_and_written(void **state)
{
	const struct connectors_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct connector *connectors = NULL;
	struct buf buf;
	struct json_writer writer = writer_into(arena, &buf);
	size_t n = 77;
	struct err err = wire_read_connectors(arena, str_of(row->text), &connectors, &n);

	if (row->refused) {
		assert_int_not_equal(err.code, ERR_NONE);
		assert_detail(err.detail, row->refused);
		assert_null(connectors);
		assert_int_equal(n, 77);
		return;
	}
	assert_int_equal(err.code, ERR_NONE);
	wire_write_connectors(&writer, connectors, n, STR(""));
	assert_string_equal(buf_cstr(&buf), row->written);
}

/* CONNECTORS-1: the token only when another page follows. */
static void
connectors_have_a_next_page(void **state)
{
	static const struct connector connector = { STR_INIT("a"), STR_INIT("A"), CONNECTOR_SOURCE,
						    STR_INIT("") };
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;
	struct json_writer writer = writer_into(arena, &buf);

	(void)state;
	wire_write_connectors(&writer, &connector, 1, STR("t=\"1\""));
	assert_string_equal(buf_cstr(&buf), "{\"connectors\":[{\"identifier\":\"a\",\"name\":\"A\","
					    "\"type\":\"source\"}],"
					    "\"pagination_token\":\"t=\\\"1\\\"\"}");
}

/* A list as long as the public one, and the longest that a file may hold. */
static void
many_connectors_are_read(void **state)
{
	static const size_t lengths[] = { 400, 4096 };
	_cleanup_(arena_freep) struct arena *arena = arena_create();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		const struct connector *connectors = NULL;
		struct buf text;
		size_t n = 0;

		buf_init(&text, arena, (size_t)1 << 20);
		for (size_t j = 0; j < lengths[i]; j++)
			buf_add(&text, j ? STR("," ONE) : STR("[" ONE));
		buf_add_char(&text, ']');
		assert_int_equal(wire_read_connectors(arena, buf_str(&text), &connectors, &n).code,
				 ERR_NONE);
		assert_int_equal(n, lengths[i]);
		assert_true(str_equal(connectors[n - 1].identifier, STR("mysql")));
	}
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, requests, request_is_judged);
	rows_add_one(&rows, "connection_request_arrives", connection_request_arrives);
	rows_add_one(&rows, "test_by_id_alone_arrives", test_by_id_alone_has_nothing_else);
	rows_add_one(&rows, "account_requests_arrive", account_requests_arrive);
	ROWS_ADD(&rows, statuses, status_is_written);
	rows_add_one(&rows, "test_results_are_written", test_results_are_written);
	ROWS_ADD(&rows, errors, error_is_written);
	ROWS_ADD(&rows, connector_files, connectors_are_read_and_written);
	rows_add_one(&rows, "connectors_have_a_next_page", connectors_have_a_next_page);
	rows_add_one(&rows, "connectors_many", many_connectors_are_read);
	return rows_run(&rows, argc, argv);
}
