/*
 * redirect_check_template(): which redirect settings the server starts with. That a redirect_uri
 * is built from them is shown end to end (tests/e2e).
 */
#include "api/redirect.h"

#include "support/rows.h"

static const struct str hostnames[] = { STR_INIT("localhost"), STR_INIT("vendor.example") };

struct template_row {
	const char *name;
	const char *text;
	bool is_ok;
	const char *want_detail; /* a part of it */
};

/* CONNECT-18 */
static const struct template_row templates[] = {
	{ "plain", "https://vendor.example/start", true, NULL },
	{ "sub_domain", "https://app.vendor.example/start", true, NULL },
	{ "loopback_with_port", "http://localhost:3000/", true, NULL },
	{ "placeholders", "https://vendor.example/{locale}/go?t={launch}&c={connection_id}", true,
	  NULL },
	{ "in_the_fragment", "https://vendor.example/go#{launch}", true, NULL },
	{ "not_on_hostnames", "https://other.example/", false, "other.example" },
	{ "only_contains_a_name", "https://localhost.evil.example/", false, "localhost.evil" },
	{ "ends_like_a_name", "https://evilvendor.example/", false, "evilvendor" },
	{ "unknown_placeholder", "https://vendor.example/?x={email}", false, "brace" },
	{ "brace_without_end", "https://vendor.example/?x={launch", false, "brace" },
	{ "end_before_begin", "https://vendor.example/}{", false, "brace" },
	{ "placeholder_in_host", "https://{locale}.vendor.example/", false, "brace" },
	{ "user_in_url", "https://vendor.example@evil.example/", false, "not an absolute" },
	{ "javascript", "javascript:alert(1)", false, "not an absolute" },
	{ "no_scheme", "//vendor.example/", false, "not an absolute" },
	{ "empty", "", false, "not an absolute" },
};

/* What is filled in is longer than its placeholder. */
static void
template_is_too_long_once_it_is_filled(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct partner_config config = { .hostnames = hostnames,
					 .n_hostnames = ARRAY_LEN(hostnames) };
	struct buf buf;
	struct err err;

	buf_init(&buf, arena, 4096);
	buf_add(&buf, STR("https://vendor.example/?"));
	for (int i = 0; i < 31; i++)
		buf_add(&buf, STR("{launch}"));
	err = redirect_check_template(arena, buf_str(&buf), &config);
	assert_int_equal(err.code, ERR_NONE);
	buf_add(&buf, STR("{launch}"));
	err = redirect_check_template(arena, buf_str(&buf), &config);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.detail, "longer"));
}

static void
template_holds(void **state)
{
	const struct template_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct partner_config config = { .hostnames = hostnames,
					 .n_hostnames = ARRAY_LEN(hostnames) };
	struct err err = redirect_check_template(arena, str_of(row->text), &config);

	assert_int_equal(err.code, row->is_ok ? ERR_NONE : ERR_CONFIG);
	if (row->want_detail)
		assert_non_null(strstr(err.detail, row->want_detail));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, templates, template_holds);
	rows_add_one(&rows, "too_long_once_it_is_filled", template_is_too_long_once_it_is_filled);
	return rows_run(&rows, argc, argv);
}
