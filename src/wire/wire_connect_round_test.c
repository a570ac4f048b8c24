/*
 * Writing POST /connect: what every field arrives as, the bytes of a whole request and of every
 * kind of response, and that reading what was written gives the same request, over seeded random
 * requests.
 */
#include "wire/wire_connect.h"

#include "support/connect_body.h"
#include "support/connect_equal.h"
#include "support/rows.h"

static struct str
written(struct arena *arena, const struct connect_request *req)
{
	struct buf *buf = arena_new(arena, struct buf);
	struct json_writer writer = { .buf = buf };

	buf_init(buf, arena, (size_t)1 << 20);
	wire_write_connect_request(&writer, req);
	assert_false(buf->is_full);
	return buf_str(buf);
}

/* ---- Every field arrives ---- */

struct arrival_row {
	const char *name;
	size_t offset; /* of a str in the request */
	const char *want;
};

#define OF(member) offsetof(struct connect_request, member)

static const struct arrival_row arrivals[] = {
	{ "arrives_email", OF(email.text), "Zqx.ann@acme.com" },
	{ "arrives_email_key", OF(email.key), "zqx.ann@acme.com" },
	{ "arrives_email_domain", OF(email.domain), "acme.com" },
	{ "arrives_first_name", OF(first_name), "zqx Ann" },
	{ "arrives_last_name", OF(last_name), "zqx Lee" },
	{ "arrives_connection_id", OF(connection_id), "zqx-connection" },
	{ "arrives_hostname", OF(resources.hostname), "zqx.cloud.databricks.com" },
	{ "arrives_workspace_url", OF(resources.workspace_url),
	  "https://zqx.cloud.databricks.com" },
	{ "arrives_region", OF(resources.cloud_provider_region), "zqx-west-2" },
	{ "arrives_http_path", OF(resources.http_path), "/sql/1.0/warehouses/zqx" },
	{ "arrives_jdbc_url", OF(resources.jdbc_url), "jdbc:spark://zqx:443/default" },
	{ "arrives_databricks_jdbc_url", OF(resources.databricks_jdbc_url),
	  "jdbc:databricks://zqx:443/default" },
	{ "arrives_cluster_id", OF(resources.cluster_id), "zqx-cluster" },
	{ "arrives_location", OF(resources.destination_location), "s3://zqx/location" },
	{ "arrives_catalog", OF(resources.catalog_name), "zqx catalog" },
	{ "arrives_database", OF(resources.database_name), "zqx database" },
	{ "arrives_connector", OF(resources.data_source_connector), "zqx connector" },
	{ "arrives_principal", OF(resources.service_principal_id), "zqx-principal" },
	{ "arrives_app", OF(resources.oauth_u2m_app_id), "zqx-app" },
	{ "arrives_oauth_scope", OF(resources.oauth_scope), "zqx-scope" },
};

static void
text_arrives(void **state)
{
	const struct arrival_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct changes none = { .n = 0 };
	const struct connect_request req = read_ok(arena, body_with(arena, &none));
	struct str text;

	memcpy(&text, (const char *)&req + row->offset, sizeof(text));
	assert_true(str_equal(text, str_of(row->want)));
}

static void
the_rest_arrives(void **state)
{
	static const char *const secrets[N_SECRET_KINDS] = {
		[SECRET_PERSONAL_ACCESS_TOKEN] = "zqx-token",
		[SECRET_OAUTH_TOKEN] = "zqx-oauth",
		[SECRET_SERVICE_PRINCIPAL_OAUTH_SECRET] = "zqx-secret",
	};
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct changes none = { .n = 0 };
	const struct connect_request req = read_ok(arena, body_with(arena, &none));

	(void)state;
	assert_int_equal(req.databricks_user_id.value, -42);
	assert_int_equal(req.workspace_id.value, 7400000000000007);
	assert_int_equal(req.cloud, CLOUD_AZURE);
	assert_int_equal(req.scope, SCOPE_USER);
	assert_int_equal(req.resources.port, 443);
	assert_false(req.is_connection_established);
	assert_false(req.is_demo);
	assert_true(req.has_auth && req.has_personal_access_token);
	assert_true(req.resources.is_free_trial);
	assert_true(req.resources.has_is_sql_warehouse && req.resources.is_sql_warehouse);
	for (size_t i = 0; i < N_SECRET_KINDS; i++) {
		struct str secret = { req.secrets[i].ptr, req.secrets[i].len };

		assert_true(str_equal(secret, str_of(secrets[i])));
		assert_int_equal(req.secrets[i].ptr != NULL, secrets[i] != NULL);
	}
}

/* ---- The bytes ---- */

static void
least_request_is_written(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct connect_request req = {
		.email.text = STR("a@b.c"),
		.databricks_user_id = { 9007199254740993 },
		.cloud = CLOUD_GCP,
		.workspace_id = { INT64_MIN },
		.resources = { .hostname = STR("h"), .port = 443 },
	};

	(void)state;
	assert_true(str_equal(
		written(arena, &req),
		STR("{\"user_info\":{\"email\":\"a@b.c\",\"first_name\":\"\",\"last_name\":\"\","
		    "\"databricks_user_id\":9007199254740993,"
		    "\"databricks_organization_id\":-9223372036854775808,"
		    "\"is_connection_established\":false},\"hostname\":\"h\",\"port\":443,"
		    "\"workspace_url\":\"\",\"workspace_id\":-9223372036854775808,\"demo\":false,"
		    "\"cloud_provider\":\"gcp\",\"is_free_trial\":false,"
		    "\"connection_scope\":\"workspace\"}")));
}

/* The two names of one flag go out together, and a JDBC URL from where it is kept. */
static void
synonyms_and_secrets_are_written(void **state)
{
	char token[] = "t";
	char jdbc[] = "j;PWD=1";
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct connect_request req = {
		.email.text = STR("a@b.c"),
		.has_auth = true,
		.has_personal_access_token = true,
		.secrets[SECRET_PERSONAL_ACCESS_TOKEN] = { token, 1 },
		.secrets[SECRET_JDBC_URL] = { jdbc, sizeof(jdbc) - 1 },
		.resources = { .hostname = STR("h"), .has_is_sql_warehouse = true },
	};
	struct str text = written(arena, &req);

	(void)state;
	assert_true(str_find_str(text, STR("\"auth\":{\"personal_access_token\":\"t\"}")) > 0);
	assert_true(str_find_str(text, STR("\"jdbc_url\":\"j;PWD=1\",\"is_sql_endpoint\":false,"
					   "\"is_sql_warehouse\":false")) > 0);
	assert_true(str_find_str(text, STR("databricks_jdbc_url")) < 0);
}

struct response_row {
	const char *name;
	struct connect_response response;
	const char *want;
};

/* Contract section 3; CONNECT-19 says when there is an oauth_redirect_uri */
static const struct response_row responses[] = {
	{ "response_configured",
	  { .answer = { USER_STATUS_NEW, ACCOUNT_STATUS_NEW, REDIRECT_CREATE_TRIAL, true,
			.connection_id = { STR_INIT("c-1") } },
	    .redirect_uri = STR_INIT("https://acme.com/l?x=1&y=\"2\"") },
	  "{\"redirect_uri\":\"https://acme.com/l?x=1&y=\\\"2\\\"\","
	  "\"redirect_value\":\"create_trial\",\"connection_id\":\"c-1\",\"user_status\":\"new\","
	  "\"account_status\":\"new\",\"configured_resources\":true}" },
	{ "response_sign_in",
	  { .answer = { USER_STATUS_EXISTING, ACCOUNT_STATUS_ACTIVE, REDIRECT_SIGN_IN, false,
			.launch_connection_id = { STR_INIT("c-1") } },
	    .redirect_uri = STR_INIT("https://acme.com/") },
	  "{\"redirect_uri\":\"https://acme.com/\",\"redirect_value\":\"sign_in\","
	  "\"user_status\":\"existing\",\"account_status\":\"active\","
	  "\"configured_resources\":false}" },
	{ "response_expired",
	  { .answer = { USER_STATUS_EXISTING, ACCOUNT_STATUS_EXPIRED, REDIRECT_PURCHASE_PRODUCT,
			false, .launch_user_id = { STR_INIT("u-1") } },
	    .redirect_uri = STR_INIT("https://acme.com/") },
	  "{\"redirect_uri\":\"https://acme.com/\",\"redirect_value\":\"purchase_product\","
	  "\"user_status\":\"existing\",\"account_status\":\"expired\","
	  "\"configured_resources\":false}" },
	{ "response_contact",
	  { .answer = { USER_STATUS_NOT_APPLICABLE, ACCOUNT_STATUS_ACTIVE, REDIRECT_CONTACT_ADMIN,
			.is_configured = false },
	    .redirect_uri = STR_INIT("https://acme.com/") },
	  "{\"redirect_uri\":\"https://acme.com/\",\"redirect_value\":\"contact_admin\","
	  "\"user_status\":\"not_applicable\",\"account_status\":\"active\","
	  "\"configured_resources\":false}" },
	{ "response_with_oauth",
	  { .answer = { USER_STATUS_NOT_APPLICABLE, ACCOUNT_STATUS_NOT_APPLICABLE,
			REDIRECT_NOT_APPLICABLE, .is_configured = false },
	    .redirect_uri = STR_INIT("https://acme.com/"),
	    .oauth_redirect_uri = STR_INIT("https://acme.com/oauth") },
	  "{\"redirect_uri\":\"https://acme.com/\",\"redirect_value\":\"not_applicable\","
	  "\"user_status\":\"not_applicable\",\"account_status\":\"not_applicable\","
	  "\"configured_resources\":false,"
	  "\"oauth_redirect_uri\":\"https://acme.com/oauth\"}" },
};

static void
response_is_written(void **state)
{
	const struct response_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;
	struct json_writer writer = { .buf = &buf };

	buf_init(&buf, arena, 4096);
	wire_write_connect_response(&writer, &row->response);
	assert_string_equal(buf_cstr(&buf), row->want);
}

/* ---- Random requests ---- */

struct dice {
	uint64_t state;
};

static uint64_t
dice_next(struct dice *dice)
{
	dice->state ^= dice->state << 13;
	dice->state ^= dice->state >> 7;
	dice->state ^= dice->state << 17;
	return dice->state;
}

static size_t
dice_below(struct dice *dice, size_t n)
{
	return (size_t)(dice_next(dice) >> 11) % n;
}

static bool
dice_coin(struct dice *dice)
{
	return dice_below(dice, 2) == 1;
}

/* A text of characters that JSON must escape or may not break, often empty or as long as may be. */
static struct str
dice_text(struct dice *dice, struct arena *arena, size_t least, size_t limit)
{
	static const char *const pieces[] = {
		"a", "Z",  "0",	       "\"",	       "\\",
		"/", "\n", "\x01",     "\x7f",	       "<",
		" ", "'",  "\xc3\xa4", "\xe2\x80\xae", "\xf0\x9f\x98\x80",
		"{", "]",  "`"
	};
	size_t sizes[] = { least, limit, dice_below(dice, 20) + least };
	size_t size = sizes[dice_below(dice, ARRAY_LEN(sizes))];
	struct buf buf;

	buf_init(&buf, arena, limit + 8);
	while (buf.len < size) {
		const char *piece = pieces[dice_below(dice, ARRAY_LEN(pieces))];

		buf_add(&buf, buf.len + strlen(piece) <= size ? str_of(piece) : STR("x"));
	}
	return buf_str(&buf);
}

static int64_t
dice_id(struct dice *dice)
{
	static const int64_t edges[] = {
		0, -1, INT64_MAX, INT64_MIN, 9007199254740991, 9007199254740993, -9007199254740993
	};

	if (dice_coin(dice))
		return edges[dice_below(dice, ARRAY_LEN(edges))];
	return (int64_t)dice_next(dice);
}

static struct secret_text
dice_secret(struct dice *dice, struct arena *arena)
{
	struct str text = dice_text(dice, arena, 1, 4096);

	if (dice_coin(dice))
		return (struct secret_text){ NULL, 0 };
	return (struct secret_text){ arena_cstr(arena, text), text.len };
}

/* A JDBC URL is in one of two places: dice_text() makes no "PWD=", for it has neither P nor '='. */
static void
dice_jdbc(struct dice *dice, struct arena *arena, struct connect_request *req, struct str *plain,
	  enum secret_kind kind)
{
	static const char *const passwords[] = { ";PWD=x", ";pwd=", "pWd=PWD=\"\\" };
	struct str text = dice_text(dice, arena, 0, 2000);
	const char *password = passwords[dice_below(dice, ARRAY_LEN(passwords))];

	if (dice_coin(dice)) {
		*plain = text;
		return;
	}
	req->secrets[kind].ptr =
		arena_cstr(arena, str_of(arena_printf(arena, "%.*s%s", STR_ARG(text), password)));
	req->secrets[kind].len = text.len + strlen(password);
}

static void
dice_resources(struct dice *dice, struct arena *arena, struct resources *r)
{
	r->hostname = dice_text(dice, arena, 1, 255);
	r->port = (int32_t)(dice_next(dice) >> 33);
	r->workspace_url = dice_text(dice, arena, 0, 2048);
	r->cloud_provider_region = dice_text(dice, arena, 0, 256);
	r->http_path = dice_text(dice, arena, 0, 2048);
	r->cluster_id = dice_text(dice, arena, 0, 256);
	r->destination_location = dice_text(dice, arena, 0, 2048);
	r->catalog_name = dice_text(dice, arena, 0, 256);
	r->database_name = dice_text(dice, arena, 0, 256);
	r->data_source_connector = dice_text(dice, arena, 0, 256);
	r->service_principal_id = dice_text(dice, arena, 0, 256);
	r->oauth_u2m_app_id = dice_text(dice, arena, 0, 256);
	r->has_is_sql_warehouse = dice_coin(dice);
	r->is_sql_warehouse = r->has_is_sql_warehouse && dice_coin(dice);
	r->is_free_trial = dice_coin(dice);
}

static struct connect_request
dice_request(struct dice *dice, struct arena *arena)
{
	static const char *const emails[] = { "Ann.Lee+1@Acme.com", "{}|~@a-b.c", "a@GMAIL.com" };
	static const enum cloud clouds[] = { CLOUD_AWS, CLOUD_AZURE, CLOUD_GCP };
	struct connect_request req = {
		.first_name = dice_text(dice, arena, 0, 256),
		.last_name = dice_text(dice, arena, 0, 256),
		.databricks_user_id = { dice_id(dice) },
		.is_connection_established = dice_coin(dice),
		.has_auth = dice_coin(dice),
		.cloud = clouds[dice_below(dice, ARRAY_LEN(clouds))],
		.workspace_id = { dice_id(dice) },
		.connection_id = { dice_text(dice, arena, 0, 256) },
		.is_demo = dice_coin(dice),
		.scope = dice_coin(dice) ? SCOPE_USER : SCOPE_WORKSPACE,
	};
	const char *email = emails[dice_below(dice, ARRAY_LEN(emails))];

	assert_true(email_read(arena, str_of(email), &req.email));
	dice_resources(dice, arena, &req.resources);
	req.secrets[SECRET_SERVICE_PRINCIPAL_OAUTH_SECRET] = dice_secret(dice, arena);
	dice_jdbc(dice, arena, &req, &req.resources.jdbc_url, SECRET_JDBC_URL);
	dice_jdbc(dice, arena, &req, &req.resources.databricks_jdbc_url,
		  SECRET_DATABRICKS_JDBC_URL);
	if (req.has_auth) {
		req.secrets[SECRET_PERSONAL_ACCESS_TOKEN] = dice_secret(dice, arena);
		req.secrets[SECRET_OAUTH_TOKEN] = dice_secret(dice, arena);
		req.resources.oauth_scope = dice_text(dice, arena, 0, 2048);
	}
	req.has_personal_access_token = req.secrets[SECRET_PERSONAL_ACCESS_TOKEN].ptr != NULL;
	req.has_jdbc_urls = (req.resources.jdbc_url.len || req.secrets[SECRET_JDBC_URL].ptr) &&
			    (req.resources.databricks_jdbc_url.len ||
			     req.secrets[SECRET_DATABRICKS_JDBC_URL].ptr);
	return req;
}

/* read(write(x)) is x, and write(read(write(x))) has the same bytes. */
static void
what_was_written_is_read(void **state)
{
	struct dice dice = { 0x5eed5eed5eed5eedu };

	(void)state;
	for (int i = 0; i < 500; i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_create();
		const struct connect_request req = dice_request(&dice, arena);
		struct str text = written(arena, &req);
		const struct connect_request again = read_ok(arena, text);

		if (!connect_requests_are_equal(&req, &again))
			fail_msg("request %d is not read as it was written", i);
		assert_true(str_equal(written(arena, &again), text));
	}
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, arrivals, text_arrives);
	rows_add_one(&rows, "arrives_the_rest", the_rest_arrives);
	rows_add_one(&rows, "least_request_is_written", least_request_is_written);
	rows_add_one(&rows, "synonyms_and_secrets_are_written", synonyms_and_secrets_are_written);
	ROWS_ADD(&rows, responses, response_is_written);
	rows_add_one(&rows, "what_was_written_is_read", what_was_written_is_read);
	return rows_run(&rows, argc, argv);
}
