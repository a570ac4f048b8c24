/*
 * routes_find(): the configured paths, the methods, what a path allows.
 */
#include "api/routes.h"

#include "support/rows.h"

struct route_row {
	const char *name;
	const char *prefix;
	enum http_method method;
	const char *path;
	const char *want_route; /* NULL: none */
	const char *want_allow; /* NULL: the path is unknown */
	bool want_hook;
};

/* The delete and expire hooks share a path here, as a partner may configure them. */
static const struct partner_endpoints endpoints = {
	.connect_path = STR_INIT("/connect"),
	.delete_connection_path = STR_INIT("/delete-connection"),
	.delete_account_path = STR_INIT("/hooks"),
	.expire_account_path = STR_INIT("/hooks"),
	.get_connectors_path = STR_INIT("/connectors"),
};

/* ERROR-5, DELETE-2, ACCOUNT-1 */
static const struct route_row finds[] = {
	{ "connect", "", HTTP_POST, "/connect", "connect", "POST", false },
	{ "connect_by_get", "", HTTP_GET, "/connect", NULL, "POST", false },
	{ "delete_by_post", "", HTTP_POST, "/delete-connection", "delete_connection",
	  "POST, DELETE", false },
	{ "delete_by_delete", "", HTTP_DELETE, "/delete-connection", "delete_connection",
	  "POST, DELETE", false },
	{ "shared_path_delete", "", HTTP_DELETE, "/hooks", "delete_account", "DELETE, PUT", true },
	{ "shared_path_put", "", HTTP_PUT, "/hooks", "expire_account", "DELETE, PUT", true },
	{ "shared_path_other", "", HTTP_PATCH, "/hooks", NULL, "DELETE, PUT", true },
	{ "head_goes_with_get", "", HTTP_HEAD, "/connectors", "get_connectors", "GET, HEAD",
	  false },
	{ "not_configured", "", HTTP_POST, "/test-connection", NULL, NULL, false },
	{ "empty_path_is_none", "", HTTP_POST, "", NULL, NULL, false },
	{ "byte_for_byte", "", HTTP_POST, "/Connect", NULL, NULL, false },
	{ "trailing_slash", "", HTTP_POST, "/connect/", NULL, NULL, false },
	{ "page", "", HTTP_GET, "/launch/create_trial", "page_create_trial", "GET, HEAD, POST",
	  false },
	{ "with_prefix", "/api/v2", HTTP_POST, "/api/v2/connect", "connect", "POST", false },
	{ "without_its_prefix", "/api/v2", HTTP_POST, "/connect", NULL, NULL, false },
	{ "page_with_prefix", "/api/v2", HTTP_GET, "/api/v2/launch/sign_in", "page_sign_in",
	  "GET, HEAD, POST", false },
};

static void
find_holds(void **state)
{
	const struct route_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct route_table *table = routes_new(arena, &endpoints, str_of(row->prefix));
	struct route_match match = routes_find(table, row->method, str_of(row->path));

	if (row->want_route) {
		assert_non_null(match.route);
		assert_string_equal(match.route->name, row->want_route);
	} else {
		assert_null(match.route);
	}
	if (row->want_allow)
		assert_string_equal(match.allow, row->want_allow);
	else
		assert_null(match.allow);
	assert_int_equal(match.is_hook, row->want_hook);
}

/* ---- Paths with an id ---- */

static void
handle_nothing(_unused_ struct call *call)
{
}

static const struct route id_rows[] = {
	{ "show", HTTP_GET, ROUTE_ADMIN, 0, "/v1/things/{id}", handle_nothing },
	{ "delete", HTTP_DELETE, ROUTE_ADMIN, 0, "/v1/things/{id}", handle_nothing },
	{ "use", HTTP_POST, ROUTE_ADMIN, 0, "/v1/things/{id}/use", handle_nothing },
	{ "list", HTTP_GET, ROUTE_ADMIN, 0, "/v1/things", handle_nothing },
};

struct id_row {
	const char *name;
	enum http_method method;
	const char *path;
	const char *want_route; /* NULL: none */
	const char *want_id;
};

static const struct id_row ids[] = {
	{ "an_id", HTTP_GET, "/v1/things/a-1", "show", "a-1" },
	{ "by_its_method", HTTP_DELETE, "/v1/things/a-1", "delete", "a-1" },
	{ "an_id_in_the_middle", HTTP_POST, "/v1/things/a-1/use", "use", "a-1" },
	{ "no_id", HTTP_GET, "/v1/things", "list", "" },
	{ "an_empty_id", HTTP_GET, "/v1/things/", NULL, NULL },
	{ "an_empty_id_in_the_middle", HTTP_POST, "/v1/things//use", NULL, NULL },
	{ "two_segments", HTTP_GET, "/v1/things/a/b", NULL, NULL },
	{ "another_method", HTTP_PUT, "/v1/things/a-1", NULL, NULL },
	{ "the_rest_is_another", HTTP_POST, "/v1/things/a-1/usé", NULL, NULL },
	{ "the_beginning_is_another", HTTP_GET, "/v2/things/a-1", NULL, NULL },
	{ "shorter_than_the_frame", HTTP_POST, "/v1/things/use", NULL, NULL },
};

static void
id_holds(void **state)
{
	const struct id_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct route_table *table = routes_of(arena, id_rows, ARRAY_LEN(id_rows));
	struct route_match match = routes_find(table, row->method, str_of(row->path));

	if (!row->want_route) {
		assert_null(match.route);
		return;
	}
	assert_non_null(match.route);
	assert_string_equal(match.route->name, row->want_route);
	assert_true(str_equal(match.id, str_of(row->want_id)));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, finds, find_holds);
	ROWS_ADD(&rows, ids, id_holds);
	return rows_run(&rows, argc, argv);
}
