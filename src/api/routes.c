/*
 * The table of routes, and finding one.
 */
#include "api/routes.h"

#include "api/openapi.h"
#include "api/operations.h"
#include "api/pages/pages.h"

#define BASIC(endpoint_path) ROUTE_BASIC, offsetof(struct partner_endpoints, endpoint_path), NULL
#define HOOK(endpoint_path) ROUTE_HOOK, offsetof(struct partner_endpoints, endpoint_path), NULL
#define PAGE(page_path) ROUTE_PUBLIC, 0, LAUNCH_PATH page_path

static const struct route rows[] = {
	{ "connect", HTTP_POST, BASIC(connect_path), api_connect },
	/* The OpenAPI document says POST, the older contract DELETE: DELETE-2. */
	{ "delete_connection", HTTP_POST, BASIC(delete_connection_path), api_delete_connection },
	{ "delete_connection", HTTP_DELETE, BASIC(delete_connection_path), api_delete_connection },
	{ "test_connection", HTTP_POST, BASIC(test_connection_path), api_test_connection },
	{ "delete_account", HTTP_DELETE, HOOK(delete_account_path), api_delete_account },
	{ "expire_account", HTTP_PUT, HOOK(expire_account_path), api_expire_account },
	{ "get_connectors", HTTP_GET, BASIC(get_connectors_path), api_get_connectors },

	{ "page_create_trial", HTTP_GET, PAGE("create_trial"), page_create_trial },
	{ "page_create_trial", HTTP_POST, PAGE("create_trial"), page_create_trial_submit },
	{ "page_sign_in", HTTP_GET, PAGE("sign_in"), page_sign_in },
	{ "page_sign_in", HTTP_POST, PAGE("sign_in"), page_sign_in_submit },
	{ "page_home", HTTP_GET, PAGE("home"), page_home },
	{ "page_sign_out", HTTP_POST, PAGE("sign_out"), page_sign_out },
	{ "page_sign_up", HTTP_GET, ROUTE_PUBLIC, 0, SIGN_UP_PATH, page_sign_up },
	{ "page_sign_up", HTTP_POST, ROUTE_PUBLIC, 0, SIGN_UP_PATH, page_sign_up_submit },
	{ "page_mail_link", HTTP_POST, PAGE("mail_link"), page_mail_link },
	{ "page_purchase_product", HTTP_GET, PAGE("purchase_product"), page_purchase_product },
	{ "page_contact_admin", HTTP_GET, PAGE("contact_admin"), page_contact_admin },
	{ "page_not_applicable", HTTP_GET, PAGE("not_applicable"), page_not_applicable },
	{ "page_style", HTTP_GET, PAGE("style.css"), page_style },
	{ "page_logo", HTTP_GET, PAGE("logo"), page_logo },
	{ "page_icon", HTTP_GET, PAGE("icon"), page_icon },
	{ "openapi", HTTP_GET, ROUTE_PUBLIC, 0, "/openapi.json", api_openapi },
#if PC_BENCH
	{ "bench_constant", HTTP_POST, ROUTE_BASIC, 0, "/bench/constant", api_bench_constant },
#endif
};

struct route_table {
	const struct route *rows;
	size_t n;
	struct str *paths; /* empty: the partner does not offer it */
	const char **allow;
};

static struct str
path_of_row(const struct route *row, const struct partner_endpoints *endpoints)
{
	if (row->path)
		return str_of(row->path);
	return *(const struct str *)(const void *)((const char *)endpoints + row->endpoint);
}

/* The methods of the path of row @i; HEAD goes wherever GET does. */
static const char *
allow_of(struct arena *arena, const struct route_table *table, size_t i)
{
	struct buf buf;

	buf_init(&buf, arena, 100);
	for (size_t j = 0; j < table->n; j++) {
		enum http_method method = table->rows[j].method;

		if (!str_equal(table->paths[i], table->paths[j]))
			continue;
		buf_addf(&buf, "%s%s", buf.len ? ", " : "", http_method_name(method));
		if (method == HTTP_GET)
			buf_addf(&buf, ", %s", http_method_name(HTTP_HEAD));
	}
	return buf_cstr(&buf);
}

static const struct route_table *
table_new(struct arena *arena, const struct route *table_rows, size_t n,
	  const struct partner_endpoints *endpoints, struct str prefix)
{
	struct route_table *table = arena_new(arena, struct route_table);

	table->rows = table_rows;
	table->n = n;
	table->paths = arena_new_array(arena, n, struct str);
	table->allow = arena_new_array(arena, n, const char *);
	for (size_t i = 0; i < n; i++) {
		struct str path = path_of_row(&table_rows[i], endpoints);

		if (str_is_empty(path))
			continue;
		table->paths[i] =
			str_of(arena_printf(arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(path)));
	}
	for (size_t i = 0; i < n; i++)
		table->allow[i] = allow_of(arena, table, i);
	return table;
}

const struct route_table *
routes_new(struct arena *arena, const struct partner_endpoints *endpoints, struct str prefix)
{
	return table_new(arena, rows, ARRAY_LEN(rows), endpoints, prefix);
}

const struct route_table *
routes_of(struct arena *arena, const struct route *table_rows, size_t n)
{
	static const struct partner_endpoints no_endpoints;

	return table_new(arena, table_rows, n, &no_endpoints, STR(""));
}

struct route_rows
routes_rows(const struct route_table *table)
{
	return (struct route_rows){ table->rows, table->n };
}

struct route_rows
routes_rows_of_partner(void)
{
	return (struct route_rows){ rows, ARRAY_LEN(rows) };
}

/* Byte for byte; {id} stands for one segment that is not empty. */
static bool
path_fits(struct str pattern, struct str path, struct str *ret_id)
{
	ptrdiff_t at = str_find_str(pattern, STR("{id}"));
	struct str after;
	struct str id;

	if (at < 0)
		return str_equal(pattern, path);
	after = str_slice(pattern, (size_t)at + 4, pattern.len);
	if (path.len <= (size_t)at + after.len ||
	    !str_starts_with(path, str_slice(pattern, 0, (size_t)at)) ||
	    !str_ends_with(path, after))
		return false;
	id = str_slice(path, (size_t)at, path.len - (size_t)at - after.len);
	if (str_find(id, '/') >= 0)
		return false;
	*ret_id = id;
	return true;
}

struct route_match
routes_find(const struct route_table *table, enum http_method method, struct str path)
{
	struct route_match match = { 0 };

	if (method == HTTP_HEAD)
		method = HTTP_GET;
	for (size_t i = 0; i < table->n && !match.route; i++) {
		if (str_is_empty(table->paths[i]) || !path_fits(table->paths[i], path, &match.id))
			continue;
		match.allow = table->allow[i];
		match.is_hook = table->rows[i].access == ROUTE_HOOK;
		if (table->rows[i].method == method)
			match.route = &table->rows[i];
	}
	return match;
}
