/*
 * The linter as a whole, from inside: it agrees with the server about what can be read, and tells
 * no secret. What it finds in which broken config, with line and column, is
 * tests/e2e/test_config_lint.py.
 */
#include "lint/lint.h"

#include "lint/config_fields.h"
#include "support/rows.h"
#include "wire/wire_partner_config.h"

/* The members of a config that lints without a finding. */
struct member {
	const char *name;
	const char *json;
};

static const struct member endpoint_members[] = {
	{ "connect_path", "\"/connect\"" },
	{ "delete_connection_path", "\"/delete-connection\"" },
	{ "test_connection_path", "\"/test-connection\"" },
	{ "delete_account_path", "\"/delete-account\"" },
	{ "expire_account_path", "\"/expire-account\"" },
	{ "get_connectors_path", "\"/connectors\"" },
	{ NULL, NULL },
};

static const struct member members[] = {
	{ "api_version", "\"2.2.0\"" },
	{ "name", "\"Kelp\"" },
	{ "description_blurb", "\"Kelp.\"" },
	{ "category", "\"INGEST\"" },
	{ "base_url", "\"https://kelp.example\"" },
	{ "endpoints", NULL }, /* endpoint_members */
	{ "sign_up_page", "\"https://kelp.example/sign-up\"" },
	{ "privacy_policy", "\"https://kelp.example/privacy\"" },
	{ "terms_of_service", "\"https://kelp.example/terms\"" },
	{ "logo_file", "\"logo.svg\"" },
	{ "icon_file", "\"icon.svg\"" },
	{ "resources_to_provision",
	  "[{\"resource_type\":\"PAT\"},{\"resource_type\":\"SqlEndpoint\"}]" },
	{ "data_permissions", "[{\"permission\":\"SELECT\"}]" },
	{ "object_permissions", "[{\"name\":\"Token\",\"level\":\"CAN_USE\"}]" },
	{ "supported_clouds", "[\"aws\"]" },
	{ "hostnames", "[\"kelp.example\"]" },
	{ "new_user_action", "\"auto_add\"" },
	{ "allow_editable_email", "true" },
	{ "require_manual_signup", "false" },
	{ "trial_type", "\"user\"" },
	{ "supports_demo", "true" },
	{ "auth_options", "[\"AUTH_PAT\"]" },
	{ "is_published_app", "false" },
	{ "test_workspace_detail",
	  "{\"hostname\":\"w.example\",\"port\":443,\"jdbc_url\":\"jdbc:spark://w\","
	  "\"databricks_jdbc_url\":\"jdbc:databricks://w\",\"http_path\":\"/sql\","
	  "\"cluster_id\":\"c\"}" },
	{ NULL, NULL },
};

/* Apart from its prefix, for the lint that looks for tokens. */
static const char token[] = "\"dapi"
			    "0123456789abcdef0123456789abcdef\"";

/* What is put in the place of a value; NULL: the member is left out. */
static const char *const values[] = {
	NULL,
	"null",
	"true",
	"7",
	"-1",
	"1e99",
	"\"\"",
	"\"x\"",
	"\" \"",
	"\"/x\"",
	"\"//x?y#z\"",
	"\"https://a b\"",
	"\"\\ud83d\\ude00\"",
	"[]",
	"[null]",
	"[7]",
	"[\"x\"]",
	"[\"\"]",
	"[[]]",
	"[{}]",
	"[{\"resource_type\":7}]",
	"[{\"resource_type\":\"x\"}]",
	"{}",
	"{\"x\":{}}",
	token,
};

static void
add_members(struct buf *buf, const struct member *member, const char *changed, const char *value)
{
	const char *separator = "";

	buf_add(buf, STR("{"));
	for (; member->name; member++) {
		bool is_changed = strcmp(member->name, changed) == 0;

		if (is_changed && !value)
			continue;
		buf_addf(buf, "%s\n\"%s\": ", separator, member->name);
		separator = ",";
		if (is_changed)
			buf_add(buf, str_of(value));
		else if (member->json)
			buf_add(buf, str_of(member->json));
		else
			add_members(buf, endpoint_members, changed, value);
	}
	buf_add(buf, STR("}"));
}

static bool
has_rule(const struct findings *findings, enum lint_rule rule)
{
	for (size_t i = 0; i < findings->n; i++) {
		if (findings->items[i].rule == rule)
			return true;
	}
	return false;
}

/* Whoever lints without errors can start the server, and the backstop is never what says so. */
static void
check_agreement(const char *changed, const char *value)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct lint_source source = { .name = "partner.json" };
	struct partner_config config;
	struct findings findings;
	struct buf buf;

	buf_init(&buf, arena, 100000);
	add_members(&buf, members, changed, value);
	source.text = buf_str(&buf);
	findings_init(&findings, arena);
	assert_true(lint_config(&findings, &source, NULL));
	findings_sort(&findings);
	assert_false(has_rule(&findings, RULE_REFUSED));
	if (wire_read_partner_config(arena, source.text, &config).code &&
	    findings.n_of[LINT_ERROR] == 0)
		fail_msg("the server refuses %s = %s, lint does not", changed,
			 value ? value : "nothing");
	for (size_t i = 0; i < findings.n; i++) {
		assert_null(strstr(findings.items[i].message, "dapi0123"));
		assert_true(!findings.items[i].suggestion ||
			    !strstr(findings.items[i].suggestion, "dapi0123"));
		assert_true(findings.items[i].line > 0 && findings.items[i].column > 0);
	}
}

static void
lint_agrees_with_the_server(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t v = 0; v < ARRAY_LEN(values); v++) {
		for (const struct member *m = members; m->name; m++, n++)
			check_agreement(m->name, values[v]);
		for (const struct member *m = endpoint_members; m->name; m++, n++)
			check_agreement(m->name, values[v]);
	}
	assert_int_equal(n, 25 * 30);
}

static void
unchanged_config_has_no_finding(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct lint_source source = { .name = "partner.json" };
	struct findings findings;
	struct buf buf;

	(void)state;
	buf_init(&buf, arena, 100000);
	add_members(&buf, members, "", NULL);
	source.text = buf_str(&buf);
	findings_init(&findings, arena);
	assert_true(lint_config(&findings, &source, NULL));
	assert_int_equal(findings.n, 0);
}

/* Every field of the table is one that the whole config above holds: none is tested by nothing. */
static void
whole_config_has_every_field(void **state)
{
	const char *name;

	(void)state;
	for (size_t i = 0; i < certification_form.n; i++) {
		const struct member *m = members;

		if (!config_field_is_in(&certification_form.fields[i], "", &name))
			continue;
		while (m->name && strcmp(m->name, name) != 0)
			m++;
		assert_non_null(m->name);
	}
}

struct length_row {
	const char *name;
	const char *field;
	size_t len;
	bool is_found;
};

static const struct length_row lengths[] = {
	{ "length_name_2048", "name", 2048, false },
	{ "length_name_2049", "name", 2049, true },
	{ "length_page_2048", "privacy_policy", 2048, false },
	{ "length_page_2049", "privacy_policy", 2049, true },
	{ "length_path_2048", "connect_path", 2048, false },
	{ "length_path_2049", "connect_path", 2049, true },
};

static void
length_is_judged(void **state)
{
	const struct length_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct lint_source source = { .name = "partner.json" };
	bool is_page = strcmp(row->field, "privacy_policy") == 0;
	const char *start = is_page ? "https://kelp.example/" : "/";
	struct findings findings;
	struct buf value;
	struct buf buf;

	buf_init(&value, arena, 4000);
	buf_addf(&value, "\"%s", start);
	while (value.len < row->len + 1)
		buf_add_char(&value, 'x');
	buf_add_char(&value, '"');
	buf_init(&buf, arena, 100000);
	add_members(&buf, members, row->field, buf_cstr(&value));
	source.text = buf_str(&buf);
	findings_init(&findings, arena);
	assert_true(lint_config(&findings, &source, NULL));
	assert_int_equal(has_rule(&findings, RULE_TOO_LONG), row->is_found);
	assert_int_equal(findings.n, row->is_found);
}

struct bad_row {
	const char *name;
	struct str text;
	const char *message;
	size_t line;
	size_t column;
};

static const struct bad_row bads[] = {
	{ "json_empty", STR_INIT(""), "the config is no JSON: a value is missing", 1, 1 },
	{ "json_comma", STR_INIT("{\"a\": 1,\n}"), "the config is no JSON: a name is missing", 2,
	  1 },
	{ "json_no_comma", STR_INIT("{\"a\": 1\n \"b\": 2}"),
	  "the config is no JSON: a comma or a closing bracket is missing", 2, 2 },
	{ "json_twice", STR_INIT("{\"a\": 1,\n  \"a\": 2}"),
	  "the config is no JSON: a name stands twice in one object", 2, 3 },
	{ "json_yaml", STR_INIT("name: x\n"), "the config is no JSON: no value starts like this", 1,
	  1 },
	{ "json_more", STR_INIT("{}\n{}"), "the config is no JSON: something follows the value", 2,
	  1 },
	{ "json_mark", STR_INIT("\xef\xbb\xbf{}"), "the config is no JSON: a byte-order mark", 1,
	  1 },
};

static void
bad_json_is_the_only_finding(void **state)
{
	const struct bad_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct lint_source source = { "partner.json", row->text };
	struct findings findings;

	findings_init(&findings, arena);
	assert_false(lint_config(&findings, &source, NULL));
	findings_sort(&findings);
	assert_int_equal(findings.n, 1);
	assert_int_equal(findings.items[0].rule, RULE_JSON);
	assert_string_equal(findings.items[0].message, row->message);
	assert_int_equal(findings.items[0].line, row->line);
	assert_int_equal(findings.items[0].column, row->column);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "agrees_with_the_server", lint_agrees_with_the_server);
	rows_add_one(&rows, "unchanged_config", unchanged_config_has_no_finding);
	rows_add_one(&rows, "every_field_is_tried", whole_config_has_every_field);
	ROWS_ADD(&rows, lengths, length_is_judged);
	ROWS_ADD(&rows, bads, bad_json_is_the_only_finding);
	return rows_run(&rows, argc, argv);
}
