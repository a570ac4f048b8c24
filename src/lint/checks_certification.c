/*
 * What fits together in a partner config: endpoints, ways to log in, resources, sign-up, the test
 * workspace. Hosts and URLs are checks_hosts.c, images checks_images.c.
 */
#include "lint/linter.h"

/* ---- Endpoints ---- */

static const struct config_endpoint {
	const char *path;
	const char *methods;
} endpoints[] = {
	{ "endpoints.connect_path", "POST" },
	{ "endpoints.delete_connection_path", "POST DELETE" },
	{ "endpoints.test_connection_path", "POST" },
	{ "endpoints.delete_account_path", "DELETE" },
	{ "endpoints.expire_account_path", "PUT" },
	{ "endpoints.get_connectors_path", "GET" },
};

static void
check_hooks(struct linter *linter)
{
	const struct json *object = linter_value(linter, "endpoints");

	for (size_t i = 0; object && object->type == JSON_OBJECT && i < linter->form->n; i++) {
		const struct config_field *field = &linter->form->fields[i];
		const struct json *value = linter_value(linter, field->path);

		if (field->need != CONFIG_HOOK || (value && value->type != JSON_STRING) ||
		    !str_is_empty(linter_text(linter, field->path)))
			continue;
		linter_report(linter, RULE_NO_HOOK, value ? value : object, field->path,
			      arena_printf(linter->arena, "is %s: %s cannot be run",
					   value ? "empty" : "absent", field->cases),
			      arena_printf(linter->arena, "like %s", field->example));
	}
}

static bool
has_common_method(const char *a, const char *b)
{
	struct str rest = str_of(a);

	while (rest.ptr) {
		if (str_find_str(str_of(b), str_cut(&rest, ' ')) >= 0)
			return true;
	}
	return false;
}

static void
check_endpoint_clashes(struct linter *linter)
{
	for (size_t i = 1; i < ARRAY_LEN(endpoints); i++) {
		struct str path = linter_text(linter, endpoints[i].path);

		for (size_t j = 0; j < i && !str_is_empty(path); j++) {
			if (str_equal(path, linter_text(linter, endpoints[j].path)) &&
			    has_common_method(endpoints[i].methods, endpoints[j].methods))
				linter_report(linter, RULE_ENDPOINT_CLASH,
					      linter_value(linter, endpoints[i].path),
					      endpoints[i].path,
					      arena_printf(linter->arena, "is the same path as %s",
							   endpoints[j].path),
					      "give each operation a path of its own");
		}
	}
}

static void
check_connectors(struct linter *linter)
{
	const struct json *object = linter_value(linter, "endpoints");
	const struct json *value = linter_value(linter, "endpoints.get_connectors_path");

	if (!str_equal(linter_text(linter, "category"), STR("INGEST")) || !object ||
	    object->type != JSON_OBJECT || (value && value->type != JSON_STRING) ||
	    !str_is_empty(linter_text(linter, "endpoints.get_connectors_path")))
		return;
	linter_report(linter, RULE_NO_CONNECTORS, value ? value : object,
		      "endpoints.get_connectors_path",
		      "is absent, and category is INGEST: P900 cannot be run",
		      "\"get_connectors_path\": \"/connectors\"");
}

/* ---- Lists ---- */

static void
check_repeated(struct linter *linter, const char *list, const char *member)
{
	const struct json *array = linter_value(linter, list);
	size_t i = 0;

	if (!array || array->type != JSON_ARRAY)
		return;
	for (const struct json *item = array->first; item; item = item->next, i++) {
		const struct json *text = member ? json_member(item, str_of(member)) : item;
		const struct json *first;

		if (!text || text->type != JSON_STRING ||
		    memchr(text->text.ptr, '\0', text->text.len))
			continue;
		first = linter_entry(linter, list, member, arena_cstr(linter->arena, text->text));
		if (first != text)
			linter_report(linter, RULE_REPEATED, text,
				      arena_printf(linter->arena, "%s[%zu]", list, i),
				      "stands in the list already", "take one of them out");
	}
}

static void
check_lists(struct linter *linter)
{
	check_repeated(linter, "resources_to_provision", "resource_type");
	check_repeated(linter, "data_permissions", "permission");
	check_repeated(linter, "supported_clouds", NULL);
	check_repeated(linter, "hostnames", NULL);
}

static bool
is_empty_list(const struct linter *linter, const char *list)
{
	const struct json *array = linter_value(linter, list);

	return array && array->type == JSON_ARRAY && array->n_children == 0;
}

static void
check_empty_lists(struct linter *linter)
{
	if (is_empty_list(linter, "hostnames"))
		linter_report(linter, RULE_EMPTY, linter_value(linter, "hostnames"), "hostnames",
			      "is empty: no redirect is allowed", "the host of base_url, at least");
	if (is_empty_list(linter, "supported_clouds"))
		linter_report(linter, RULE_EMPTY_LIST, linter_value(linter, "supported_clouds"),
			      "supported_clouds", "is empty: the tile is shown nowhere",
			      "like [\"aws\", \"azure\", \"gcp\"]");
	if (is_empty_list(linter, "auth_options"))
		linter_report(linter, RULE_EMPTY_LIST, linter_value(linter, "auth_options"),
			      "auth_options", "is empty: no way to log in to Databricks",
			      "leave it out for AUTH_PAT");
}

/* ---- Logging in, resources ---- */

void
linter_check_auth_options(struct linter *linter, const char *path)
{
	const struct json *m2m = linter_entry(linter, path, NULL, "AUTH_OAUTH_M2M");

	if (m2m && linter_entry(linter, path, NULL, "AUTH_PAT"))
		linter_report(linter, RULE_AUTH_CLASH, linter_value(linter, path), path,
			      "has both AUTH_PAT and AUTH_OAUTH_M2M, which exclude each other",
			      "keep the one that the product logs in with");
	check_repeated(linter, path, NULL);
}

static void
check_oauth_app(struct linter *linter)
{
	const struct json *u2m = linter_entry(linter, "auth_options", NULL, "AUTH_OAUTH_U2M");
	bool is_published = linter_is_true(linter, "is_published_app");

	if (is_published && !u2m)
		linter_report(linter, RULE_PUBLISHED_APP, linter_value(linter, "is_published_app"),
			      "is_published_app", "is true, but auth_options has no AUTH_OAUTH_U2M",
			      "add AUTH_OAUTH_U2M or take is_published_app out");
	if (u2m && !is_published)
		linter_report(linter, RULE_OAUTH_REDIRECT, u2m, "auth_options",
			      "has AUTH_OAUTH_U2M without a published app: answers carry "
			      "oauth_redirect_uri",
			      "give the server its setting oauth_redirect_uri");
}

static void
check_resources(struct linter *linter)
{
	const struct json *list = linter_value(linter, "resources_to_provision");
	const struct json *pat =
		linter_entry(linter, "resources_to_provision", "resource_type", "PAT");
	const struct json *options = linter_value(linter, "auth_options");

	if (linter_entry(linter, "resources_to_provision", "resource_type", "SqlEndpoint") &&
	    linter_entry(linter, "resources_to_provision", "resource_type", "InteractiveCluster"))
		linter_report(linter, RULE_RESOURCES, list, "resources_to_provision",
			      "has both SqlEndpoint and InteractiveCluster: a connect request "
			      "carries the id of one of them",
			      "keep the one that the product works with");
	if (pat && options && !linter_entry(linter, "auth_options", NULL, "AUTH_PAT"))
		linter_report(linter, RULE_RESOURCES, pat, "resources_to_provision",
			      "has PAT, but auth_options has no AUTH_PAT: no token is sent",
			      "take the resource PAT out or add AUTH_PAT");
}

/* ---- Sign-up ---- */

static void
check_manual_signup(struct linter *linter)
{
	struct str action = linter_text(linter, "new_user_action");

	if (!linter_is_true(linter, "require_manual_signup") ||
	    (!str_equal(action, STR("auto_add")) && !str_equal(action, STR("invite"))))
		return;
	linter_report(linter, RULE_MANUAL_SIGNUP, linter_value(linter, "new_user_action"),
		      "new_user_action",
		      arena_printf(linter->arena,
				   "is %.*s, which require_manual_signup never lets happen: a user "
				   "who has not signed up gets account_not_found",
				   STR_ARG(action)),
		      "write \"not_found\", or take require_manual_signup out");
}

/* ---- What is said of versions and test workspaces ---- */

static void
check_api_version(struct linter *linter)
{
	struct str version = linter_text(linter, "api_version");
	struct str rest = version;
	size_t n_parts = 0;
	int64_t number;

	if (str_is_empty(version))
		return;
	while (rest.ptr) {
		struct str part = str_cut(&rest, '.');

		if (str_is_empty(part) || part.ptr[0] == '-' || !str_to_int64(part, &number))
			n_parts = 3; /* and one more: not three numbers */
		n_parts++;
	}
	if (n_parts != 3)
		linter_report(linter, RULE_API_VERSION, linter_value(linter, "api_version"),
			      "api_version", "is not three numbers with dots", "like \"2.2.0\"");
	else if (!str_starts_with(version, STR("2.")))
		linter_report(linter, RULE_API_VERSION, linter_value(linter, "api_version"),
			      "api_version", "is of another contract than 2", "like \"2.2.0\"");
}

static void
check_jdbc_url(struct linter *linter, const char *path, struct str prefix)
{
	struct str text = linter_text(linter, path);

	if (!str_is_empty(text) && !str_starts_with(text, prefix))
		linter_report(
			linter, RULE_TEST_WORKSPACE, linter_value(linter, path), path,
			arena_printf(linter->arena, "does not begin with %.*s", STR_ARG(prefix)),
			NULL);
}

/* What a connect request carries for a SQL warehouse, the tests must send too. */
static void
check_test_warehouse(struct linter *linter)
{
	static const char *const parts[] = {
		"test_workspace_detail.http_path",
		"test_workspace_detail.jdbc_url",
		"test_workspace_detail.databricks_jdbc_url",
		"test_workspace_detail.cluster_id",
	};
	const struct json *detail = linter_value(linter, "test_workspace_detail");

	if (!detail || detail->type != JSON_OBJECT ||
	    !linter_entry(linter, "resources_to_provision", "resource_type", "SqlEndpoint"))
		return;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (!linter_value(linter, parts[i]))
			linter_report(linter, RULE_TEST_WORKSPACE, detail, parts[i],
				      "is absent, and resources_to_provision has SqlEndpoint: a "
				      "strict partner refuses what the tests send",
				      NULL);
	}
}

static void
check_test_workspace(struct linter *linter)
{
	struct str http_path = linter_text(linter, "test_workspace_detail.http_path");

	check_jdbc_url(linter, "test_workspace_detail.jdbc_url", STR("jdbc:spark://"));
	check_jdbc_url(linter, "test_workspace_detail.databricks_jdbc_url",
		       STR("jdbc:databricks://"));
	if (str_find_str(http_path, STR("://")) >= 0)
		linter_report(linter, RULE_TEST_WORKSPACE,
			      linter_value(linter, "test_workspace_detail.http_path"),
			      "test_workspace_detail.http_path", "is a URL where a path belongs",
			      "like \"/sql/1.0/warehouses/example\"");
	check_test_warehouse(linter);
}

void
linter_check_certification(struct linter *linter)
{
	check_hooks(linter);
	check_endpoint_clashes(linter);
	check_connectors(linter);
	check_lists(linter);
	check_empty_lists(linter);
	linter_check_auth_options(linter, "auth_options");
	check_oauth_app(linter);
	check_resources(linter);
	check_manual_signup(linter);
	check_api_version(linter);
	check_test_workspace(linter);
}
