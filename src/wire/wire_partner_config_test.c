/*
 * Reading the partner config: every field, what may be missing, stray keys, configs that are almost
 * right, and our own files under partners/.
 */
#include "wire/wire_partner_config.h"

#include "support/rows.h"
#include "wire/wire_connect.h"

#include <dirent.h>

#ifndef PC_SOURCE_DIR
#define PC_SOURCE_DIR "." /* run by hand, from there */
#endif

#define BIT(value) (1u << (value))

/* ---- A config in which one member is another ---- */

enum place { ROOT, ENDPOINTS };

struct member {
	const char *name;
	const char *json;
};

static const struct member endpoint_members[] = {
	{ "connect_path", "\"/c\"" },
	{ "delete_connection_path", "\"/d\"" },
	{ "test_connection_path", "\"/t\"" },
	{ "delete_account_path", "\"/da\"" },
	{ "expire_account_path", "\"/ea\"" },
	{ "get_connectors_path", "\"/gc\"" },
	{ NULL, NULL },
};

static const struct member root_members[] = {
	{ "api_version", "\"2.2.0\"" },
	{ "name", "\"Acme zqx\"" },
	{ "description_blurb", "\"All of it.\"" },
	{ "category", "\"ML\"" },
	{ "base_url", "\"https://api.acme.com/v1\"" },
	{ "sign_up_page", "\"https://acme.com/up\"" },
	{ "privacy_policy", "\"https://acme.com/privacy\"" },
	{ "terms_of_service", "\"https://acme.com/terms\"" },
	{ "logo_file", "\"logo.png\"" },
	{ "icon_file", "\"icon.svg\"" },
	{ "resources_to_provision",
	  "[{\"resource_type\":\"PAT\"},{\"resource_type\":\"DestLocation\"}]" },
	{ "supported_clouds", "[\"aws\",\"gcp\"]" },
	{ "hostnames", "[\"acme.com\",\"localhost\"]" },
	{ "new_user_action", "\"not_found\"" },
	{ "require_manual_signup", "true" },
	{ "trial_type", "\"user\"" },
	{ "supports_demo", "true" },
	{ "auth_options", "[\"AUTH_PAT\",\"AUTH_OAUTH_U2M\"]" },
	{ "is_published_app", "true" },
	{ NULL, NULL },
};

struct change {
	enum place place;
	const char *name;
	const char *json; /* NULL: the member is missing */
};

static const char *
changed(const struct change *change, enum place place, const char *name, const char *json)
{
	bool is_it = change->name && change->place == place && strcmp(change->name, name) == 0;

	return is_it ? change->json : json;
}

static void
add_members(struct buf *buf, const struct change *change, enum place place,
	    const struct member *members)
{
	const char *separator = "";

	for (; members->name; members++) {
		const char *json = changed(change, place, members->name, members->json);

		if (!json)
			continue;
		buf_addf(buf, "%s\"%s\":", separator, members->name);
		buf_add(buf, str_of(json));
		separator = ",\n";
	}
}

static struct str
config_with(struct arena *arena, const struct change *change)
{
	struct buf endpoints;
	struct buf buf;
	const char *json;

	buf_init(&endpoints, arena, (size_t)1 << 16);
	buf_add_char(&endpoints, '{');
	add_members(&endpoints, change, ENDPOINTS, endpoint_members);
	buf_add_char(&endpoints, '}');
	buf_init(&buf, arena, (size_t)1 << 16);
	buf_add(&buf, STR("{\"allow_the_rest\":[{}],\n"));
	json = changed(change, ROOT, "endpoints", buf_cstr(&endpoints));
	if (json) {
		buf_add(&buf, STR("\"endpoints\":"));
		buf_add(&buf, str_of(json));
		buf_add(&buf, STR(",\n"));
	}
	add_members(&buf, change, ROOT, root_members);
	buf_add(&buf, STR("}\n"));
	assert_false(buf.is_full || endpoints.is_full);
	return buf_str(&buf);
}

static struct partner_config
read_ok(struct arena *arena, struct str text)
{
	struct partner_config config;
	struct err err = wire_read_partner_config(arena, text, &config);

	if (err.code)
		fail_msg("refused: %s", err.detail);
	return config;
}

static void
assert_refused(struct arena *arena, struct str text, const char *detail)
{
	struct partner_config before;
	struct partner_config config;
	struct err err;

	memset(&before, 0xa5, sizeof(before));
	memcpy(&config, &before, sizeof(config));
	err = wire_read_partner_config(arena, text, &config);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_memory_equal(&config, &before, sizeof(config));
	if (!err.detail)
		err.detail = "";
	assert_string_not_equal(err.detail, "");
	if (strncmp(err.detail, detail, strlen(detail)) != 0)
		fail_msg("\"%s\" does not begin with \"%s\"", err.detail, detail);
	assert_null(strstr(err.detail, "zqx"));
}

/* ---- Every field arrives ---- */

struct arrival_row {
	const char *name;
	size_t offset; /* of a str */
	const char *want;
};

#define OF(member) offsetof(struct partner_config, member)

static const struct arrival_row arrivals[] = {
	{ "arrives_api_version", OF(api_version), "2.2.0" },
	{ "arrives_name", OF(name), "Acme zqx" },
	{ "arrives_description", OF(description_blurb), "All of it." },
	{ "arrives_base_url", OF(base_url), "https://api.acme.com/v1" },
	{ "arrives_connect_path", OF(endpoints.connect_path), "/c" },
	{ "arrives_delete_connection_path", OF(endpoints.delete_connection_path), "/d" },
	{ "arrives_test_connection_path", OF(endpoints.test_connection_path), "/t" },
	{ "arrives_delete_account_path", OF(endpoints.delete_account_path), "/da" },
	{ "arrives_expire_account_path", OF(endpoints.expire_account_path), "/ea" },
	{ "arrives_get_connectors_path", OF(endpoints.get_connectors_path), "/gc" },
	{ "arrives_sign_up_page", OF(sign_up_page), "https://acme.com/up" },
	{ "arrives_privacy_policy", OF(privacy_policy), "https://acme.com/privacy" },
	{ "arrives_terms", OF(terms_of_service), "https://acme.com/terms" },
	{ "arrives_logo", OF(logo_file), "logo.png" },
	{ "arrives_icon", OF(icon_file), "icon.svg" },
};

static const struct change no_change = { ROOT, NULL, NULL };

static void
text_arrives(void **state)
{
	const struct arrival_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct partner_config config = read_ok(arena, config_with(arena, &no_change));
	struct str text;

	memcpy(&text, (const char *)&config + row->offset, sizeof(text));
	assert_true(str_equal(text, str_of(row->want)));
}

static void
the_rest_arrives(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct partner_config config = read_ok(arena, config_with(arena, &no_change));

	(void)state;
	assert_int_equal(config.category, CATEGORY_ML);
	assert_int_equal(config.resources, BIT(RESOURCE_PAT) | BIT(RESOURCE_DEST_LOCATION));
	assert_int_equal(config.supported_clouds, BIT(CLOUD_AWS) | BIT(CLOUD_GCP));
	assert_int_equal(config.n_hostnames, 2);
	assert_true(str_equal(config.hostnames[0], STR("acme.com")));
	assert_true(str_equal(config.hostnames[1], STR("localhost")));
	assert_int_equal(config.new_user_action, NEW_USER_NOT_FOUND);
	assert_true(config.require_manual_signup);
	assert_int_equal(config.trial_type, TRIAL_TYPE_USER);
	assert_true(config.supports_demo);
	assert_int_equal(config.auth_options, BIT(AUTH_OPTION_PAT) | BIT(AUTH_OPTION_OAUTH_U2M));
	assert_true(config.is_published_app);
}

/* ---- What may be missing or strange ---- */

struct change_row {
	const char *name;
	struct change change;
	const char *refused; /* how the detail begins; NULL: read */
};

/* Contract section 7: what a server needs, what it does without, near misses. */
static const struct change_row changes[] = {
	{ "missing_name", { ROOT, "name", NULL }, "name is missing" },
	{ "missing_category", { ROOT, "category", NULL }, "category is missing" },
	{ "missing_base_url", { ROOT, "base_url", NULL }, "base_url is missing" },
	{ "missing_endpoints", { ROOT, "endpoints", NULL }, "endpoints is missing" },
	{ "missing_connect_path", { ENDPOINTS, "connect_path", NULL }, "endpoints.connect_path" },
	{ "missing_hostnames", { ROOT, "hostnames", NULL }, "hostnames is missing" },
	{ "missing_new_user_action", { ROOT, "new_user_action", NULL }, "new_user_action" },
	{ "missing_require_manual_signup", { ROOT, "require_manual_signup", NULL }, NULL },
	{ "missing_trial_type", { ROOT, "trial_type", NULL }, NULL },
	{ "missing_supports_demo", { ROOT, "supports_demo", NULL }, NULL },
	{ "missing_auth_options", { ROOT, "auth_options", NULL }, NULL },
	{ "missing_is_published_app", { ROOT, "is_published_app", NULL }, NULL },
	{ "missing_delete_path", { ENDPOINTS, "delete_connection_path", NULL }, NULL },
	{ "missing_connectors_path", { ENDPOINTS, "get_connectors_path", NULL }, NULL },
	{ "missing_resources", { ROOT, "resources_to_provision", NULL }, NULL },
	{ "missing_logo", { ROOT, "logo_file", NULL }, NULL },
	{ "null_trial_type", { ROOT, "trial_type", "null" }, NULL },
	{ "null_hostnames", { ROOT, "hostnames", "null" }, "hostnames is missing" },
	{ "null_name", { ROOT, "name", "null" }, "name is missing" },
	{ "empty_name", { ROOT, "name", "\"\"" }, "name is empty" },
	{ "empty_connect_path", { ENDPOINTS, "connect_path", "\"\"" }, "endpoints.connect_path" },
	{ "empty_test_path_is_not_offered", { ENDPOINTS, "test_connection_path", "\"\"" }, NULL },
	{ "number_for_name", { ROOT, "name", "7" }, "name is not" },
	{ "array_for_name", { ROOT, "name", "[\"zqx\"]" }, "name is not" },
	{ "unknown_category", { ROOT, "category", "\"zqx\"" }, "category is none" },
	{ "category_in_small", { ROOT, "category", "\"ml\"" }, "category is none" },
	{ "category_with_blank", { ROOT, "category", "\"BI AND VIZ\"" }, "category is none" },
	{ "endpoints_as_array", { ROOT, "endpoints", "[]" }, "endpoints is not an object" },
	{ "endpoints_as_text", { ROOT, "endpoints", "\"zqx\"" }, "endpoints is not an object" },
	{ "path_without_slash", { ENDPOINTS, "connect_path", "\"zqx\"" }, "endpoints.connect" },
	{ "path_with_host", { ENDPOINTS, "connect_path", "\"http://zqx/\"" }, "endpoints.connect" },
	{ "path_with_query",
	  { ENDPOINTS, "connect_path", "\"/c?zqx\"" },
	  "endpoints.connect_path" },
	{ "path_with_fragment",
	  { ENDPOINTS, "delete_account_path", "\"/c#zqx\"" },
	  "endpoints.delete_account_path" },
	{ "optional_path_without_slash",
	  { ENDPOINTS, "get_connectors_path", "\"zqx\"" },
	  "endpoints.get_connectors_path" },
	{ "path_as_number",
	  { ENDPOINTS, "expire_account_path", "1" },
	  "endpoints.expire_account_path" },
	{ "resources_as_texts",
	  { ROOT, "resources_to_provision", "[\"PAT\"]" },
	  "resources_to_provision" },
	{ "resources_as_object",
	  { ROOT, "resources_to_provision", "{\"resource_type\":\"PAT\"}" },
	  "resources_to_provision is not an array" },
	{ "resources_unknown",
	  { ROOT, "resources_to_provision", "[{\"resource_type\":\"zqx\"}]" },
	  "resources_to_provision" },
	{ "resources_in_capitals",
	  { ROOT, "resources_to_provision", "[{\"resource_type\":\"SQLENDPOINT\"}]" },
	  "resources_to_provision" },
	{ "resources_without_type",
	  { ROOT, "resources_to_provision", "[{}]" },
	  "resources_to_provision" },
	{ "resources_none", { ROOT, "resources_to_provision", "[]" }, NULL },
	{ "resources_twice",
	  { ROOT, "resources_to_provision",
	    "[{\"resource_type\":\"PAT\"},{\"resource_type\":\"PAT\",\"more\":1}]" },
	  NULL },
	{ "clouds_as_text",
	  { ROOT, "supported_clouds", "\"aws,azure\"" },
	  "supported_clouds is not an array" },
	{ "clouds_unknown",
	  { ROOT, "supported_clouds", "[\"aws\",\"zqx\"]" },
	  "supported_clouds is none" },
	{ "clouds_null_inside", { ROOT, "supported_clouds", "[null]" }, "supported_clouds" },
	{ "hostnames_as_text", { ROOT, "hostnames", "\"zqx.com\"" }, "hostnames is not an array" },
	{ "hostnames_of_numbers", { ROOT, "hostnames", "[1]" }, "hostnames" },
	{ "hostnames_null_inside", { ROOT, "hostnames", "[\"zqx.com\",null]" }, "hostnames" },
	{ "new_user_action_unknown", { ROOT, "new_user_action", "\"zqx\"" }, "new_user_action" },
	{ "new_user_action_with_hyphen",
	  { ROOT, "new_user_action", "\"auto-add\"" },
	  "new_user_action is none" },
	{ "manual_signup_as_text",
	  { ROOT, "require_manual_signup", "\"true\"" },
	  "require_manual_signup" },
	{ "manual_signup_as_number",
	  { ROOT, "require_manual_signup", "1" },
	  "require_manual_signup" },
	{ "trial_type_unknown", { ROOT, "trial_type", "\"workspace\"" }, "trial_type is none" },
	{ "auth_options_as_text", { ROOT, "auth_options", "\"AUTH_PAT\"" }, "auth_options" },
	{ "auth_options_unknown", { ROOT, "auth_options", "[\"AUTH_ZQX\"]" }, "auth_options" },
	{ "published_as_text", { ROOT, "is_published_app", "\"false\"" }, "is_published_app" },
	{ "demo_as_null", { ROOT, "supports_demo", "null" }, NULL },
};

static void
change_is_judged(void **state)
{
	const struct change_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str text = config_with(arena, &row->change);

	if (row->refused)
		assert_refused(arena, text, row->refused);
	else
		(void)read_ok(arena, text);
}

/* What absent means: contract section 7, design section 3. */
static void
absent_has_its_meaning(void **state)
{
	static const char least[] =
		"{\"name\":\"A\",\"category\":\"INGEST\",\"base_url\":\"https://a.b\","
		"\"endpoints\":{\"connect_path\":\"/\"},\"hostnames\":[],"
		"\"new_user_action\":\"auto_add\"}";
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct partner_config config = read_ok(arena, str_of(least));

	(void)state;
	assert_int_equal(config.trial_type, TRIAL_TYPE_ACCOUNT);
	assert_int_equal(config.auth_options, BIT(AUTH_OPTION_PAT));
	assert_false(config.require_manual_signup);
	assert_false(config.supports_demo);
	assert_false(config.is_published_app);
	assert_int_equal(config.resources, 0);
	assert_int_equal(config.n_hostnames, 0);
	assert_true(str_is_empty(config.endpoints.get_connectors_path));
	assert_true(str_is_empty(config.logo_file));
}

struct text_row {
	const char *name;
	struct str text;
	const char *detail;
};

static const struct text_row texts[] = {
	{ "text_empty", STR_INIT(""), "line 1, column 1: " },
	{ "text_cut", STR_INIT("{\n\"name\": \"zqx\",\n"), "line 3, column 1: " },
	{ "text_trailing_comma", STR_INIT("{\n\t\"name\": \"zqx\",\n}"), "line 3, column 1: " },
	{ "text_missing_comma", STR_INIT("{\"a\": 1\n \"zqx\": 2}"), "line 2, column 2: " },
	{ "text_comment", STR_INIT("{\n// zqx\n}"), "line 2, column 1: " },
	{ "text_single_quotes", STR_INIT("{'zqx': 1}"), "line 1, column 2: " },
	{ "text_duplicate", STR_INIT("{\"a\":1,\n\"a\":2}"), "line 2, column 1: " },
	{ "text_byte_order_mark", STR_INIT("\xef\xbb\xbf{}"), "line 1, column 1: " },
	{ "text_array", STR_INIT("[]"), "" },
	{ "text_string", STR_INIT("\"zqx\""), "" },
	{ "text_empty_object", STR_INIT("{}"), "name is missing" },
};

static void
text_is_refused(void **state)
{
	const struct text_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();

	assert_refused(arena, row->text, row->detail);
}

/* ---- Our own files ---- */

static void
closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir); /* was only read */
}

static void
fclosep(FILE **file)
{
	if (*file)
		(void)fclose(*file); /* was only read */
}

static struct str
file_text(struct arena *arena, const char *path)
{
	static const size_t max = (size_t)1 << 16;
	_cleanup_(fclosep) FILE *file = fopen(path, "re");
	char *text = arena_alloc(arena, max);

	if (!file)
		fail_msg("%s cannot be read", path);
	return (struct str){ text, fread(text, 1, max, file) };
}

static void
our_configs_are_read(void **state)
{
	_cleanup_(closedirp) DIR *dir = opendir(PC_SOURCE_DIR "/partners");
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct dirent *entry;
	int n_configs = 0;

	(void)state;
	assert_non_null(dir);
	/* The only thread. */
	while ((entry = readdir(dir)) != NULL) { /* NOLINT(concurrency-mt-unsafe) */
		struct partner_config config;
		const char *path;

		if (!str_ends_with(str_of(entry->d_name), STR(".json")))
			continue;
		path = arena_printf(arena, PC_SOURCE_DIR "/partners/%s", entry->d_name);
		config = read_ok(arena, file_text(arena, path));
		assert_true(config.n_hostnames > 0);
		assert_true(config.supported_clouds != 0);
		n_configs++;
	}
	assert_true(n_configs > 0);
}

static void
our_request_is_read(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str body = file_text(arena, PC_SOURCE_DIR "/partners/requests/connect.json");
	struct connect_request req;
	struct err err = wire_read_connect_request(arena, body, &req);

	(void)state;
	if (err.code)
		fail_msg("refused: %s", err.detail);
	assert_false(req.is_connection_established);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, arrivals, text_arrives);
	rows_add_one(&rows, "arrives_the_rest", the_rest_arrives);
	ROWS_ADD(&rows, changes, change_is_judged);
	rows_add_one(&rows, "absent_has_its_meaning", absent_has_its_meaning);
	ROWS_ADD(&rows, texts, text_is_refused);
	rows_add_one(&rows, "our_configs_are_read", our_configs_are_read);
	rows_add_one(&rows, "our_request_is_read", our_request_is_read);
	return rows_run(&rows, argc, argv);
}
