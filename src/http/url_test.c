/*
 * url_read(): what is a base URL and what is not.
 */
#include "http/url.h"

#include "support/rows.h"

struct url_row {
	const char *name;
	const char *text;
	bool is_ok;
	bool is_https;
	const char *host;
	uint16_t port;
	const char *path;
};

static const struct url_row urls[] = {
	{ "root", "http://localhost:8080", true, false, "localhost", 8080, "" },
	{ "trailing_slash", "https://example.com/", true, true, "example.com", 443, "" },
	{ "path", "https://API.example.com/partner/connect/", true, true, "api.example.com", 443,
	  "/partner/connect" },
	{ "ipv6", "http://[::1]:9", true, false, "[::1]", 9, "" },
	{ "default_port", "http://example.com/a", true, false, "example.com", 80, "/a" },
	{ "no_scheme", "example.com", false, false, NULL, 0, NULL },
	{ "other_scheme", "ftp://example.com", false, false, NULL, 0, NULL },
	{ "javascript", "javascript:alert(1)", false, false, NULL, 0, NULL },
	{ "user", "https://a@example.com", false, false, NULL, 0, NULL },
	{ "password", "https://a:b@example.com", false, false, NULL, 0, NULL },
	{ "query", "https://example.com?a=b", false, false, NULL, 0, NULL },
	{ "fragment", "https://example.com#a", false, false, NULL, 0, NULL },
	{ "blank", "https://exa mple.com", false, false, NULL, 0, NULL },
	{ "empty", "", false, false, NULL, 0, NULL },
	{ "port_too_big", "http://example.com:70000", false, false, NULL, 0, NULL },
};

static void
url_holds(void **state)
{
	const struct url_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct url url;
	struct err err = url_read(arena, str_of(row->text), &url);

	assert_int_equal(err.code, row->is_ok ? ERR_NONE : ERR_CONFIG);
	if (!row->is_ok)
		return;
	assert_int_equal(url.is_https, row->is_https);
	assert_true(str_equal(url.host, str_of(row->host)));
	assert_int_equal(url.port, row->port);
	assert_true(str_equal(url.path, str_of(row->path)));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, urls, url_holds);
	return rows_run(&rows, argc, argv);
}
