/*
 * Which hosts a redirect may go to, and which are this machine alone.
 */
#include "core/hostname.h"

#include "support/rows.h"

static const struct str allowed_names[] = {
	STR_INIT("acme.com"), STR_INIT("Login.Example.org"), STR_INIT("localhost"),
	STR_INIT("10.1.2.3"), STR_INIT("[2001:db8::1]"),     STR_INIT(""),
};

struct host_row {
	const char *name;
	struct str host;
	bool want;
};

/* CONNECT-18 */
static const struct host_row hosts[] = {
	{ "host_itself", STR_INIT("acme.com"), true },
	{ "host_in_capitals", STR_INIT("ACME.Com"), true },
	{ "host_below", STR_INIT("app.acme.com"), true },
	{ "host_far_below", STR_INIT("a.b.c.acme.com"), true },
	{ "host_below_in_capitals", STR_INIT("APP.ACME.COM"), true },
	{ "host_below_a_capital_name", STR_INIT("eu.login.example.org"), true },
	{ "host_above_a_name", STR_INIT("example.org"), false },
	{ "host_beside_a_name", STR_INIT("app.example.org"), false },
	{ "host_contains_a_name", STR_INIT("acme.com.evil.example"), false },
	{ "host_ends_in_a_name", STR_INIT("evilacme.com"), false },
	{ "host_ends_in_a_name_with_hyphen", STR_INIT("evil-acme.com"), false },
	{ "host_localhost", STR_INIT("localhost"), true },
	{ "host_below_localhost", STR_INIT("w1.localhost"), true },
	{ "host_localhost_elsewhere", STR_INIT("localhost.evil.example"), false },
	{ "host_like_localhost", STR_INIT("notlocalhost"), false },
	{ "host_top_alone", STR_INIT("com"), false },
	{ "host_empty", STR_INIT(""), false },
	{ "host_dot", STR_INIT("."), false },
	{ "host_with_trailing_dot", STR_INIT("acme.com."), false },
	{ "host_with_port", STR_INIT("acme.com:8443"), false },
	{ "host_address_itself", STR_INIT("10.1.2.3"), true },
	{ "host_another_address", STR_INIT("10.1.2.4"), false },
	{ "host_address_with_a_label", STR_INIT("evil.10.1.2.3"), false },
	{ "host_address_with_a_number", STR_INIT("9.10.1.2.3"), false },
	{ "host_v6_itself", STR_INIT("[2001:db8::1]"), true },
	{ "host_another_v6", STR_INIT("[2001:db8::2]"), false },
	{ "host_v6_with_a_label", STR_INIT("evil.[2001:db8::1]"), false },
	/* What is no host name is below nothing, whatever it ends in. */
	{ "host_empty_label", STR_INIT(".acme.com"), false },
	{ "host_empty_inner_label", STR_INIT("evil..acme.com"), false },
	{ "host_with_slash", STR_INIT("evil.example/.acme.com"), false },
	{ "host_with_backslash", STR_INIT("evil.example\\.acme.com"), false },
	{ "host_with_hash", STR_INIT("evil.example#.acme.com"), false },
	{ "host_with_question", STR_INIT("evil.example?.acme.com"), false },
	{ "host_with_user", STR_INIT("evil.example@x.acme.com"), false },
	{ "host_with_port_inside", STR_INIT("evil.example:80.acme.com"), false },
	{ "host_with_percent", STR_INIT("evil%2eexample.acme.com"), false },
	{ "host_with_blank", STR_INIT("evil .acme.com"), false },
	{ "host_with_newline", STR_INIT("evil\n.acme.com"), false },
	{ "host_with_nul", STR_INIT("evil.example\0.acme.com"), false },
	{ "host_with_nul_behind", STR_INIT("acme.com\0"), false },
	{ "host_with_high_byte", STR_INIT("\xd0\xb0.acme.com"), false },
};

static void
host_is_judged(void **state)
{
	const struct host_row *row = *state;

	assert_int_equal(hostname_is_allowed(row->host, allowed_names, ARRAY_LEN(allowed_names)),
			 row->want);
}

static void
no_names_allow_nothing(void **state)
{
	static const struct str empty = STR_INIT("");

	(void)state;
	assert_false(hostname_is_allowed(STR("acme.com"), NULL, 0));
	assert_false(hostname_is_allowed(STR(""), &empty, 1));
	assert_false(hostname_is_allowed(STR("acme.com."), &empty, 1));
	assert_false(hostname_is_allowed((struct str){ NULL, 0 }, allowed_names,
					 ARRAY_LEN(allowed_names)));
}

static const struct host_row loopbacks[] = {
	{ "loopback_localhost", STR_INIT("localhost"), true },
	{ "loopback_localhost_in_capitals", STR_INIT("LocalHost"), true },
	{ "loopback_below_localhost", STR_INIT("w1.localhost"), true },
	{ "loopback_v4", STR_INIT("127.0.0.1"), true },
	{ "loopback_v4_first", STR_INIT("127.0.0.0"), true },
	{ "loopback_v4_last", STR_INIT("127.255.255.255"), true },
	{ "loopback_v6", STR_INIT("[::1]"), true },
	{ "loopback_not_128", STR_INIT("128.0.0.1"), false },
	{ "loopback_not_126", STR_INIT("126.0.0.1"), false },
	{ "loopback_not_any", STR_INIT("0.0.0.0"), false },
	{ "loopback_not_private", STR_INIT("10.0.0.1"), false },
	{ "loopback_not_another_v6", STR_INIT("[::2]"), false },
	{ "loopback_not_mapped", STR_INIT("[::ffff:127.0.0.1]"), false },
	{ "loopback_not_any_v6", STR_INIT("[::]"), false },
	{ "loopback_not_elsewhere", STR_INIT("localhost.evil.example"), false },
	{ "loopback_not_an_address_elsewhere", STR_INIT("127.0.0.1.evil.example"), false },
	{ "loopback_not_below_127", STR_INIT("127.evil.example"), false },
	{ "loopback_not_like_localhost", STR_INIT("evillocalhost"), false },
	{ "loopback_not_an_empty_label", STR_INIT(".localhost"), false },
	{ "loopback_not_with_port", STR_INIT("localhost:80"), false },
	{ "loopback_not_with_user", STR_INIT("evil@x.localhost"), false },
	{ "loopback_not_five_parts", STR_INIT("127.0.0.0.1"), false },
	{ "loopback_not_three_parts", STR_INIT("127.0.1"), false },
	{ "loopback_not_256", STR_INIT("127.0.0.256"), false },
	{ "loopback_not_minus", STR_INIT("127.-0.0.1"), false },
	{ "loopback_not_empty_parts", STR_INIT("127..0.1"), false },
	{ "loopback_not_hexadecimal", STR_INIT("0x7f.0.0.1"), false },
	{ "loopback_not_a_nul_behind", STR_INIT("127.0.0.1\0"), false },
	{ "loopback_not_empty", STR_INIT(""), false },
};

static void
loopback_is_judged(void **state)
{
	const struct host_row *row = *state;

	assert_int_equal(hostname_is_loopback(row->host), row->want);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, hosts, host_is_judged);
	rows_add_one(&rows, "host_without_names", no_names_allow_nothing);
	ROWS_ADD(&rows, loopbacks, loopback_is_judged);
	return rows_run(&rows, argc, argv);
}
