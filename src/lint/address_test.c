/*
 * URLs and allow-list entries: what fits, and the reason of what does not.
 */
#include "lint/address.h"

#include "support/rows.h"

struct url_row {
	const char *name;
	struct str text;
	enum address_parts parts;
	const char *problem; /* NULL: it fits */
	const char *host;
	const char *path;
	bool is_https;
};

static const struct url_row urls[] = {
	{ "url_https", STR_INIT("https://acme.com"), ADDRESS_PLAIN, NULL, "acme.com", "", true },
	{ "url_http", STR_INIT("http://acme.com/"), ADDRESS_PLAIN, NULL, "acme.com", "/", false },
	{ "url_in_capitals", STR_INIT("HTTPS://Acme.COM/A"), ADDRESS_PLAIN, NULL, "Acme.COM", "/A",
	  true },
	{ "url_with_port", STR_INIT("https://acme.com:8443/a/b"), ADDRESS_PLAIN, NULL, "acme.com",
	  "/a/b", true },
	{ "url_v4", STR_INIT("http://127.0.0.1:80"), ADDRESS_PLAIN, NULL, "127.0.0.1", "", false },
	{ "url_v6", STR_INIT("http://[::1]:80/x"), ADDRESS_PLAIN, NULL, "[::1]", "/x", false },
	{ "url_v6_without_port", STR_INIT("http://[2001:db8::1]"), ADDRESS_PLAIN, NULL,
	  "[2001:db8::1]", "", false },
	{ "url_page_with_query", STR_INIT("https://acme.com/a?b=c#d"), ADDRESS_OF_PAGE, NULL,
	  "acme.com", "/a", true },
	{ "url_page_with_fragment", STR_INIT("https://acme.com#d"), ADDRESS_OF_PAGE, NULL,
	  "acme.com", "", true },
	{ "url_query", STR_INIT("https://acme.com/a?b"), ADDRESS_PLAIN, "has a query", "", "",
	  false },
	{ "url_empty_query", STR_INIT("https://acme.com?"), ADDRESS_PLAIN, "has a query", "", "",
	  false },
	{ "url_fragment", STR_INIT("https://acme.com/#"), ADDRESS_PLAIN, "has a fragment", "", "",
	  false },
	{ "url_empty", STR_INIT(""), ADDRESS_PLAIN, "does not begin with https:// or http://", "",
	  "", false },
	{ "url_bare_host", STR_INIT("acme.com"), ADDRESS_PLAIN,
	  "does not begin with https:// or http://", "", "", false },
	{ "url_one_slash", STR_INIT("https:/acme.com"), ADDRESS_PLAIN,
	  "does not begin with https:// or http://", "", "", false },
	{ "url_ftp", STR_INIT("ftp://acme.com"), ADDRESS_PLAIN,
	  "does not begin with https:// or http://", "", "", false },
	{ "url_javascript", STR_INIT("javascript://acme.com"), ADDRESS_OF_PAGE,
	  "does not begin with https:// or http://", "", "", false },
	{ "url_no_host", STR_INIT("https:///a"), ADDRESS_PLAIN, "has no host", "", "", false },
	{ "url_port_alone", STR_INIT("https://:443"), ADDRESS_PLAIN,
	  "has a host that is neither a host name nor an address", "", "", false },
	{ "url_user", STR_INIT("https://me@acme.com"), ADDRESS_OF_PAGE, "has a user in it", "", "",
	  false },
	{ "url_user_and_password", STR_INIT("https://me:pw@acme.com/"), ADDRESS_OF_PAGE,
	  "has a user in it", "", "", false },
	{ "url_blank", STR_INIT("https://acme.com/a b"), ADDRESS_OF_PAGE,
	  "has a blank or a control character in it", "", "", false },
	{ "url_blank_behind", STR_INIT("https://acme.com "), ADDRESS_OF_PAGE,
	  "has a blank or a control character in it", "", "", false },
	{ "url_nul", STR_INIT("https://acme.com\0x"), ADDRESS_OF_PAGE,
	  "has a blank or a control character in it", "", "", false },
	{ "url_backslash", STR_INIT("https://acme.com\\a"), ADDRESS_OF_PAGE,
	  "has a backslash in it", "", "", false },
	{ "url_port_0", STR_INIT("https://acme.com:0"), ADDRESS_PLAIN,
	  "has a port that is no number from 1 to 65535", "", "", false },
	{ "url_port_65535", STR_INIT("https://acme.com:65535"), ADDRESS_PLAIN, NULL, "acme.com", "",
	  true },
	{ "url_port_65536", STR_INIT("https://acme.com:65536"), ADDRESS_PLAIN,
	  "has a port that is no number from 1 to 65535", "", "", false },
	{ "url_port_empty", STR_INIT("https://acme.com:/"), ADDRESS_PLAIN,
	  "has a port that is no number from 1 to 65535", "", "", false },
	{ "url_port_minus", STR_INIT("https://acme.com:-1"), ADDRESS_PLAIN,
	  "has a port that is no number from 1 to 65535", "", "", false },
	{ "url_underscore", STR_INIT("https://my_host.acme.com"), ADDRESS_PLAIN,
	  "has a host that is neither a host name nor an address", "", "", false },
	{ "url_v4_too_large", STR_INIT("https://1.2.3.256"), ADDRESS_PLAIN,
	  "has a host that is neither a host name nor an address", "", "", false },
	{ "url_v4_too_short", STR_INIT("https://1.2.3"), ADDRESS_PLAIN,
	  "has a host that is neither a host name nor an address", "", "", false },
	{ "url_v4_hexadecimal", STR_INIT("https://0x7f000001"), ADDRESS_PLAIN,
	  "has a host that is neither a host name nor an address", "", "", false },
	{ "url_v6_open", STR_INIT("https://[::1"), ADDRESS_PLAIN,
	  "has a host that is neither a host name nor an address", "", "", false },
	{ "url_v6_wrong", STR_INIT("https://[::g]"), ADDRESS_PLAIN,
	  "has a host that is neither a host name nor an address", "", "", false },
	{ "url_not_ascii", STR_INIT("https://\xc3\xa4.example"), ADDRESS_PLAIN,
	  "has a host that is neither a host name nor an address", "", "", false },
};

static void
url_is_judged(void **state)
{
	const struct url_row *row = *state;
	struct address address = { 0 };
	const char *problem = address_read(row->text, row->parts, &address);

	if (row->problem) {
		assert_non_null(problem);
		assert_string_equal(problem, row->problem);
		assert_null(address.host.ptr);
		return;
	}
	assert_null(problem);
	assert_true(str_equal(address.host, str_of(row->host)));
	assert_true(str_equal(address.path, str_of(row->path)));
	assert_int_equal(address.is_https, row->is_https);
}

struct entry_row {
	const char *name;
	struct str entry;
	const char *problem;
	const char *meant;
};

static const struct entry_row entries[] = {
	{ "entry_name", STR_INIT("acme.com"), NULL, "acme.com" },
	{ "entry_localhost", STR_INIT("localhost"), NULL, "localhost" },
	{ "entry_below_localhost", STR_INIT("w.localhost"), NULL, "w.localhost" },
	{ "entry_v4", STR_INIT("10.1.2.3"), NULL, "10.1.2.3" },
	{ "entry_v6", STR_INIT("[2001:db8::1]"), NULL, "[2001:db8::1]" },
	{ "entry_v6_without_brackets", STR_INIT("2001:db8::1"),
	  "is neither a host name nor an address", "" },
	{ "entry_empty", STR_INIT(""), "is empty", "" },
	{ "entry_url", STR_INIT("https://acme.com"), "is a URL where a host name belongs",
	  "acme.com" },
	{ "entry_url_with_all", STR_INIT("https://*.acme.com:8443/a?b#c"),
	  "is a URL where a host name belongs", "acme.com" },
	{ "entry_path", STR_INIT("acme.com/app"), "has a path", "acme.com" },
	{ "entry_wildcard", STR_INIT("*.acme.com"), "has a wildcard", "acme.com" },
	{ "entry_wildcard_inside", STR_INIT("app-*.acme.com"), "has a wildcard", "" },
	{ "entry_star", STR_INIT("*"), "has a wildcard", "" },
	{ "entry_port", STR_INIT("acme.com:443"), "has a port", "acme.com" },
	{ "entry_v6_with_port", STR_INIT("[::1]:443"), "has a port", "[::1]" },
	{ "entry_dot_before", STR_INIT(".acme.com"), "begins or ends with a dot", "acme.com" },
	{ "entry_dot_behind", STR_INIT("acme.com."), "begins or ends with a dot", "acme.com" },
	{ "entry_underscore", STR_INIT("a_b.com"), "is neither a host name nor an address", "" },
	{ "entry_blank", STR_INIT(" acme.com"), "is neither a host name nor an address", "" },
	{ "entry_several", STR_INIT("a.com,b.com"), "is neither a host name nor an address", "" },
	{ "entry_top_level", STR_INIT("com"), "is a single label, which allows every name below it",
	  "" },
};

static void
entry_is_judged(void **state)
{
	const struct entry_row *row = *state;
	struct str host;
	const char *problem = hostname_entry_problem(row->entry, &host);

	if (row->problem) {
		assert_non_null(problem);
		assert_string_equal(problem, row->problem);
	} else {
		assert_null(problem);
	}
	assert_true(str_equal(host, str_of(row->meant)));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, urls, url_is_judged);
	ROWS_ADD(&rows, entries, entry_is_judged);
	return rows_run(&rows, argc, argv);
}
