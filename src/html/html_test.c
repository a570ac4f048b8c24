/*
 * Escaping: what comes out can never leave the place where it stands.
 */
#include "html/html.h"

#include "support/rows.h"

struct escape_row {
	const char *name;
	void (*escape)(struct buf *buf, struct str text);
	struct str in;
	const char *want;
};

static const struct escape_row escapes[] = {
	{ "text_plain", html_text, STR_INIT("Acme"), "Acme" },
	{ "text_script", html_text, STR_INIT("<script>alert('1')</script>"),
	  "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;" },
	{ "text_attribute", html_text, STR_INIT("\" onload=\"x"), "&quot; onload=&quot;x" },
	{ "text_entity", html_text, STR_INIT("a&amp;b"), "a&amp;amp;b" },
	{ "url_unreserved", html_url_part, STR_INIT("aZ09-._~"), "aZ09-._~" },
	{ "url_reserved", html_url_part, STR_INIT("a/b?c=d&e#f %"), "a%2Fb%3Fc%3Dd%26e%23f%20%25" },
	{ "url_utf8", html_url_part, STR_INIT("\xc3\xa9"), "%C3%A9" },
	{ "address_https", html_url, STR_INIT("https://a.example/b?c=d&e=f#g"),
	  "https://a.example/b?c=d&amp;e=f#g" },
	{ "address_http", html_url, STR_INIT("http://localhost:8080/"), "http://localhost:8080/" },
	{ "address_of_ours", html_url, STR_INIT("/launch/home"), "/launch/home" },
	{ "address_script", html_url, STR_INIT("javascript:alert(1)"), "#" },
	{ "address_script_upper", html_url, STR_INIT("JaVaScRiPt:alert(1)"), "#" },
	{ "address_script_blank", html_url, STR_INIT(" javascript:alert(1)"), "#" },
	{ "address_data", html_url, STR_INIT("data:text/html,x"), "#" },
	{ "address_other_host", html_url, STR_INIT("//attacker.example/"), "#" },
	{ "address_backslash_host", html_url, STR_INIT("/\\attacker.example/"), "#" },
	{ "address_relative", html_url, STR_INIT("home"), "#" },
	{ "address_empty", html_url, STR_INIT(""), "" },
	{ "address_quote", html_url, STR_INIT("https://a/\" onclick=\"x"),
	  "https://a/%22%20onclick=%22x" },
	{ "address_control", html_url, STR_INIT("https://a/\t\n\x7f\\<>"),
	  "https://a/%09%0A%7F%5C%3C%3E" },
};

static void
escape_holds(void **state)
{
	const struct escape_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;

	buf_init(&buf, arena, 1000);
	row->escape(&buf, row->in);
	assert_string_equal(buf_cstr(&buf), row->want);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, escapes, escape_holds);
	return rows_run(&rows, argc, argv);
}
