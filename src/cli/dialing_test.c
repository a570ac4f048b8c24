/*
 * Hosts and the file of authorities as the settings give them.
 */
#include "cli/dialing.h"

#include "support/rows.h"

struct hosts_row {
	const char *name;
	const char *text;
	struct test_host want[3]; /* none: refused */
};

/* TEST-3 */
static const struct hosts_row hosts[] = {
	{ "name", "lab.example", { { STR_INIT("lab.example"), 443 } } },
	{ "name_and_port", "lab.example:8443", { { STR_INIT("lab.example"), 8443 } } },
	{ "upper_case", "LAB.example", { { STR_INIT("lab.example"), 443 } } },
	{ "ipv4", "127.0.0.1:8443", { { STR_INIT("127.0.0.1"), 8443 } } },
	{ "ipv6", "[::1]:8443", { { STR_INIT("[::1]"), 8443 } } },
	{ "several",
	  "a.example, b.example:1 ,c.example",
	  { { STR_INIT("a.example"), 443 },
	    { STR_INIT("b.example"), 1 },
	    { STR_INIT("c.example"), 443 } } },
	{ "empty_piece", "a.example,,b.example", { { { NULL, 0 }, 0 } } },
	{ "ends_in_a_comma", "a.example,", { { { NULL, 0 }, 0 } } },
	{ "scheme", "https://a.example", { { { NULL, 0 }, 0 } } },
	{ "path", "a.example/x", { { { NULL, 0 }, 0 } } },
	{ "userinfo", "u@a.example", { { { NULL, 0 }, 0 } } },
	{ "query", "a.example?x", { { { NULL, 0 }, 0 } } },
	{ "port_too_high", "a.example:65536", { { { NULL, 0 }, 0 } } },
	{ "port_zero", "a.example:0", { { { NULL, 0 }, 0 } } },
	{ "port_is_text", "a.example:https", { { { NULL, 0 }, 0 } } },
	{ "blank_inside", "a example", { { { NULL, 0 }, 0 } } },
	{ "bare_ipv6", "::1", { { { NULL, 0 }, 0 } } },
};

static void
hosts_hold(void **state)
{
	const struct hosts_row *row = *state;
	struct arena *arena = arena_create();
	struct settings settings = { .test_connection_hosts = str_of(row->text) };
	struct app_settings got = { 0 };
	struct err err = dialing_load(arena, &settings, &got);
	size_t n = 0;

	while (n < ARRAY_LEN(row->want) && row->want[n].port != 0)
		n++;
	assert_int_equal(err.code, n ? ERR_NONE : ERR_CONFIG);
	assert_int_equal(got.n_test_hosts, n);
	for (size_t i = 0; i < n; i++) {
		assert_true(str_equal(got.test_hosts[i].host, row->want[i].host));
		assert_int_equal(got.test_hosts[i].port, row->want[i].port);
	}
	arena_free(arena);
}

static void
nothing_is_nothing(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct settings settings = { 0 };
	struct app_settings got = { 0 };

	assert_int_equal(dialing_load(arena, &settings, &got).code, ERR_NONE);
	assert_int_equal(got.n_test_hosts, 0);
	assert_null(got.test_ca_path);
	arena_free(arena);
}

struct ca_row {
	const char *name;
	const char *hosts;
	const char *ca;
	enum err_code want;
};

static const struct ca_row authorities[] = {
	{ "file", "a.example", "/etc/passwd", ERR_NONE }, /* what is in it is libcurl's matter */
	{ "missing_file", "a.example", "/nonexistent/ca.pem", ERR_CONFIG },
	{ "without_hosts", "", "/etc/passwd", ERR_CONFIG },
};

static void
authorities_hold(void **state)
{
	const struct ca_row *row = *state;
	struct arena *arena = arena_create();
	struct settings settings = { .test_connection_hosts = str_of(row->hosts),
				     .test_connection_ca = str_of(row->ca) };
	struct app_settings got = { 0 };

	assert_int_equal(dialing_load(arena, &settings, &got).code, row->want);
	if (row->want == ERR_NONE)
		assert_string_equal(got.test_ca_path, row->ca);
	arena_free(arena);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, hosts, hosts_hold);
	rows_add_one(&rows, "nothing_is_nothing", nothing_is_nothing);
	ROWS_ADD(&rows, authorities, authorities_hold);
	return rows_run(&rows, argc, argv);
}
