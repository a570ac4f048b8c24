/*
 * Reading POST /connect when it is hostile: fields that we do not know, bytes that no text may
 * hold, bodies that are none; and the secrets: which they are and that they can be wiped.
 */
#include "wire/wire_connect.h"

#include "support/connect_body.h"
#include "support/rows.h"

/* ---- What else a body may hold ---- */

struct extra_row {
	const char *name;
	const char *member;
	const char *json;
	bool is_refused; /* by the limits of JSON itself */
};

/* TRANSPORT-2, TRANSPORT-5 */
static const struct extra_row extras[] = {
	{ "extra_account_id", "account_id", "\"zqx\"", false },
	{ "extra_status", "status", "\"active\"", false },
	{ "extra_role", "role", "\"admin\"", false },
	{ "extra_created_at", "created_at", "0", false },
	{ "extra_email_in_capitals", "Email", "\"eve@evil.example\"", false },
	{ "extra_hostname_in_capitals", "HOSTNAME", "17", false },
	{ "extra_with_no_name", "", "{}", false },
	{ "extra_prototype", "__proto__", "{\"is_admin\":true}", false },
	{ "extra_dotted", "user_info.email", "\"eve@evil.example\"", false },
	{ "extra_huge_number", "n", "1e999999999", false },
	{ "extra_past_int64", "n", "99999999999999999999999999", false },
	{ "extra_fraction", "n", "-0.0", false },
	{ "extra_null", "n", "null", false },
	{ "extra_markup", "n", "\"<script>alert(1)</script>\"", false },
	{ "extra_nested", "n", "[[[[{}]]]]", false },
	{ "extra_too_deep", "n", "[[[[[[[[1]]]]]]]]", true },
	{ "extra_duplicate_inside", "n", "{\"zqx\":1,\"zqx\":2}", true },
	{ "extra_duplicate_by_escape", "n", "{\"zqx\":1,\"\\u007aqx\":2}", true },
	{ "extra_nul", "n", "\"zqx\\u0000\"", true },
	{ "extra_lone_surrogate", "n", "\"zqx\\ud800\"", true },
	{ "extra_no_utf8", "n", "\"zqx\xff\"", true },
	{ "extra_overlong_utf8", "n", "\"zqx\xc0\xaf\"", true },
	{ "extra_bare_newline", "n", "\"zqx\n\"", true },
};

static void
extra_is_let_pass(void **state)
{
	static const enum place places[] = { ROOT, USER_INFO, AUTH };
	const struct extra_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct str body = body_with_one(arena, places[i], row->member, row->json);
		struct connect_request req;

		if (row->is_refused) {
			assert_refused(arena, body, NULL);
			continue;
		}
		req = read_ok(arena, body);
		assert_true(str_equal(req.email.key, STR("zqx.ann@acme.com")));
		assert_true(str_equal(req.resources.hostname, STR("zqx.cloud.databricks.com")));
		assert_int_equal(req.workspace_id.value, 7400000000000007);
	}
}

static const char *const hostile_texts[] = {
	"\"zqx\\u0000@databricks-test.com\"",
	"\"zqx\xff\"",
	"\"zqx\xed\xa0\x80\"",
	"\"zqx\\udc00\"",
	"\"zqx",
	"\"zqx\t\"",
	"'zqx'",
	"zqx",
	"{\"zqx\":1,\"zqx\":1}",
};

static void
member_refuses_hostile_texts(struct arena *arena, enum place place, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(hostile_texts); i++)
		assert_refused(arena, body_with_one(arena, place, name, hostile_texts[i]), NULL);
	/* The same name once more. */
	assert_refused(arena,
		       body_with_one(arena, place, name,
				     arena_printf(arena, "\"zqx\",\"%s\":\"zqx\"", name)),
		       NULL);
}

/* A NUL, a duplicate and bad UTF-8 in each field that we know: TRANSPORT-5 */
static void
field_refuses_hostile_text(void **state)
{
	static const struct member *const members[] = {
		[ROOT] = root_members, [USER_INFO] = user_info_members, [AUTH] = auth_members
	};
	_cleanup_(arena_freep) struct arena *arena = arena_create();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		for (const struct member *member = members[i]; member->name; member++)
			member_refuses_hostile_texts(arena, (enum place)i, member->name);
	}
	member_refuses_hostile_texts(arena, ROOT, "user_info");
	member_refuses_hostile_texts(arena, USER_INFO, "auth");
}

struct text_row {
	const char *name;
	struct str body;
};

static const struct text_row bodies[] = {
	{ "body_empty", STR_INIT("") },
	{ "body_blank", STR_INIT(" ") },
	{ "body_null", STR_INIT("null") },
	{ "body_true", STR_INIT("true") },
	{ "body_number", STR_INIT("1") },
	{ "body_string", STR_INIT("\"zqx\"") },
	{ "body_array", STR_INIT("[]") },
	{ "body_array_of_a_body", STR_INIT("[{\"hostname\":\"zqx\"}]") },
	{ "body_empty_object", STR_INIT("{}") },
	{ "body_cut", STR_INIT("{\"user_info\":{\"email\":\"zqx") },
	{ "body_form", STR_INIT("email=zqx@acme.com&port=443") },
	{ "body_utf16", STR_INIT("\xff\xfe{\0}\0") },
	{ "body_byte_order_mark", STR_INIT("\xef\xbb\xbf{}") },
	{ "body_two", STR_INIT("{} {}") },
	{ "body_nul", STR_INIT("\0") },
};

static void
body_is_refused(void **state)
{
	const struct text_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();

	assert_refused(arena, row->body, NULL);
}

/* ---- E-mail ---- */

struct email_row {
	const char *name;
	const char *json;
};

/* The rules are in email_test.c; here: that they are asked, and the value not repeated. */
static const struct email_row bad_emails[] = {
	{ "email_two_ats", "\"zqx@evil.com@databricks-test.com\"" },
	{ "email_quoted", "\"\\\"zqx@databricks-test.com\\\"@evil.com\"" },
	{ "email_comment", "\"zqx@databricks-test.com(x)\"" },
	{ "email_literal", "\"zqx@[1.2.3.4]\"" },
	{ "email_no_at", "\"zqx\"" },
	{ "email_newline", "\"zqx@acme.com\\n\"" },
	{ "email_blank", "\" zqx@acme.com\"" },
	{ "email_utf8", "\"zqx\xc3\xa4@acme.com\"" },
};

static void
email_is_refused(void **state)
{
	const struct email_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();

	assert_refused(arena, body_with_one(arena, USER_INFO, "email", row->json),
		       "user_info.email");
}

/* ---- Secrets ---- */

struct jdbc_row {
	const char *name;
	const char *url;
	bool is_secret;
};

static const struct jdbc_row jdbc_urls[] = {
	{ "jdbc_plain", "jdbc:spark://h:443/default;transportMode=http;ssl=1", false },
	{ "jdbc_pwd", "jdbc:spark://h:443/default;UID=token;PWD=dapi1", true },
	{ "jdbc_pwd_in_small", "jdbc:spark://h:443/default;pwd=dapi1", true },
	{ "jdbc_pwd_mixed", "jdbc:databricks://h:443;pWd=dapi1;ssl=1", true },
	{ "jdbc_pwd_first", "PWD=dapi1;x=y", true },
	{ "jdbc_pwd_empty", "jdbc:spark://h;PWD=", true },
	{ "jdbc_pwd_placeholder", "jdbc:spark://h;PWD=<personal-access-token>", true },
	{ "jdbc_pwd_twice", "jdbc:spark://h;PWD=a;PWD=b", true },
	{ "jdbc_access_token", "jdbc:databricks://h:443;Auth_AccessToken=a", true },
	{ "jdbc_oauth_secret", "jdbc:databricks://h:443;oauth2secret=a", true },
	{ "jdbc_oauth_client_secret", "jdbc:databricks://h:443;OAuth2ClientSecret=a", true },
	{ "jdbc_password", "jdbc:databricks://h:443;password=a", true },
	{ "jdbc_pwd_without_value", "jdbc:spark://h;pwd", false },
	{ "jdbc_another_word", "jdbc:spark://h;pw=d", false },
	{ "jdbc_empty", "", false },
};

static bool
secret_is(const struct secret_text *secret, const char *text)
{
	if (!text)
		return secret->ptr == NULL && secret->len == 0;
	return secret->ptr && secret->len == strlen(text) &&
	       memcmp(secret->ptr, text, secret->len) == 0;
}

static void
jdbc_password_makes_a_secret(void **state)
{
	const struct jdbc_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const char *json = arena_printf(arena, "\"%s\"", row->url);
	const char *plain = row->is_secret ? "" : row->url;
	const char *secret = row->is_secret ? row->url : NULL;
	const struct changes changes = {
		{ { ROOT, "jdbc_url", json }, { ROOT, "databricks_jdbc_url", json } }, 2
	};
	struct connect_request req = read_ok(arena, body_with(arena, &changes));

	assert_true(str_equal(req.resources.jdbc_url, str_of(plain)));
	assert_true(str_equal(req.resources.databricks_jdbc_url, str_of(plain)));
	assert_true(secret_is(&req.secrets[SECRET_JDBC_URL], secret));
	assert_true(secret_is(&req.secrets[SECRET_DATABRICKS_JDBC_URL], secret));
}

/* One of the two alone, and neither takes the other's place. */
static void
jdbc_secrets_stay_apart(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct connect_request req =
		read_ok(arena, body_with_one(arena, ROOT, "jdbc_url", "\"x;PWD=1\""));

	(void)state;
	assert_true(secret_is(&req.secrets[SECRET_JDBC_URL], "x;PWD=1"));
	assert_true(req.has_jdbc_urls);
	assert_true(secret_is(&req.secrets[SECRET_DATABRICKS_JDBC_URL], NULL));
	assert_true(str_equal(req.resources.databricks_jdbc_url,
			      STR("jdbc:databricks://zqx:443/default")));
}

struct token_row {
	const char *name;
	const char *auth;
	bool has_auth;
	const char *token;
};

/* Contract section 2: null where the partner uses no tokens. */
static const struct token_row tokens[] = {
	{ "token_given", "{\"personal_access_token\":\"dapi1\"}", true, "dapi1" },
	{ "token_null", "{\"personal_access_token\":null}", true, NULL },
	{ "token_empty", "{\"personal_access_token\":\"\"}", true, NULL },
	{ "token_absent", "{}", true, NULL },
	{ "token_auth_null", "null", false, NULL },
	{ "token_auth_absent", NULL, false, NULL },
};

static void
token_is_read(void **state)
{
	const struct token_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct connect_request req =
		read_ok(arena, body_with_one(arena, USER_INFO, "auth", row->auth));

	assert_int_equal(req.has_auth, row->has_auth);
	assert_int_equal(req.has_personal_access_token, row->token != NULL);
	assert_true(secret_is(&req.secrets[SECRET_PERSONAL_ACCESS_TOKEN], row->token));
}

/* A secret can be wiped: it is a copy, no piece of the body. */
static void
secrets_are_copies(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str body = body_with_one(arena, ROOT, "jdbc_url", "\"x;PWD=1\"");
	struct connect_request req = read_ok(arena, body);

	(void)state;
	for (size_t i = 0; i < N_SECRET_KINDS; i++) {
		const char *ptr = req.secrets[i].ptr;

		assert_false(ptr && ptr >= body.ptr && ptr < body.ptr + body.len);
	}
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, extras, extra_is_let_pass);
	rows_add_one(&rows, "hostile_text_in_every_field", field_refuses_hostile_text);
	ROWS_ADD(&rows, bodies, body_is_refused);
	ROWS_ADD(&rows, bad_emails, email_is_refused);
	ROWS_ADD(&rows, jdbc_urls, jdbc_password_makes_a_secret);
	rows_add_one(&rows, "jdbc_secrets_stay_apart", jdbc_secrets_stay_apart);
	ROWS_ADD(&rows, tokens, token_is_read);
	rows_add_one(&rows, "secrets_are_copies", secrets_are_copies);
	return rows_run(&rows, argc, argv);
}
