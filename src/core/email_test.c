/*
 * E-mail addresses and domains: what is read, what is refused, who is a test domain, whose account
 * an address belongs to. Most rows are what a hostile sender would try.
 */
#include "core/email.h"

#include "support/rows.h"

#define TEN "aaaaaaaaaa"
#define SIXTY TEN TEN TEN TEN TEN TEN
#define LABEL_63 SIXTY "aaa"
/* 253 bytes: three labels of 63 and one of 61, and their dots. */
#define DOMAIN_253 LABEL_63 "." LABEL_63 "." LABEL_63 "." SIXTY "a"
#define LOCAL_64 SIXTY "aaaa"
/* 254 bytes: 64 and the '@' and 189. */
#define DOMAIN_189 LABEL_63 "." LABEL_63 "." SIXTY "a"
#define EMAIL_254 LOCAL_64 "@" DOMAIN_189

/* ---- Domains ---- */

struct domain_row {
	const char *name;
	struct str domain;
	bool is_valid;
	bool is_for_tests;
};

/* ACCOUNT-2 */
static const struct domain_row domains[] = {
	{ "domain_test", STR_INIT("databricks-test.com"), true, true },
	{ "domain_demo", STR_INIT("databricks-demo.com"), true, true },
	{ "domain_in_mixed_case", STR_INIT("Databricks-TEST.com"), true, true },
	{ "domain_below_demo", STR_INIT("a.b.databricks-demo.com"), true, true },
	{ "domain_below_test", STR_INIT("abc123.databricks-test.com"), true, true },
	{ "domain_below_in_mixed_case", STR_INIT("X.DATABRICKS-DEMO.COM"), true, true },
	{ "domain_with_a_prefix", STR_INIT("evil-databricks-test.com"), true, false },
	{ "domain_with_a_prefix_letter", STR_INIT("xdatabricks-test.com"), true, false },
	{ "domain_with_a_suffix", STR_INIT("databricks-test.com.evil.io"), true, false },
	{ "domain_with_a_longer_top", STR_INIT("databricks-test.comx"), true, false },
	{ "domain_with_another_top", STR_INIT("databricks-test.co"), true, false },
	{ "domain_of_another_word", STR_INIT("databricks-tests.com"), true, false },
	{ "domain_without_its_label", STR_INIT("test.com"), true, false },
	{ "domain_top_alone", STR_INIT("com"), true, false },
	{ "domain_with_trailing_dot", STR_INIT("databricks-test.com."), false, false },
	{ "domain_with_leading_dot", STR_INIT(".databricks-test.com"), false, false },
	{ "domain_with_empty_label", STR_INIT("a..databricks-test.com"), false, false },
	{ "domain_with_leading_blank", STR_INIT(" databricks-test.com"), false, false },
	{ "domain_with_trailing_blank", STR_INIT("databricks-test.com "), false, false },
	{ "domain_with_tab", STR_INIT("a\t.databricks-test.com"), false, false },
	{ "domain_with_newline", STR_INIT("databricks-test.com\n"), false, false },
	{ "domain_with_carriage_return", STR_INIT("evil.io\r.databricks-test.com"), false, false },
	{ "domain_with_nul", STR_INIT("databricks-test.com\0.evil.io"), false, false },
	{ "domain_with_nul_before", STR_INIT("evil.io\0.databricks-test.com"), false, false },
	{ "domain_with_nul_at_end", STR_INIT("databricks-test.com\0"), false, false },
	{ "domain_with_percent_nul", STR_INIT("databricks-test.com%00.evil"), false, false },
	{ "domain_with_percent_before", STR_INIT("evil%2e.databricks-test.com"), false, false },
	{ "domain_with_at", STR_INIT("@databricks-test.com"), false, false },
	{ "domain_with_user", STR_INIT("evil.io@databricks-test.com"), false, false },
	{ "domain_with_slash", STR_INIT("evil.io/.databricks-test.com"), false, false },
	{ "domain_with_backslash", STR_INIT("evil.io\\.databricks-test.com"), false, false },
	{ "domain_with_port", STR_INIT("databricks-test.com:443"), false, false },
	{ "domain_with_hash", STR_INIT("evil.io#.databricks-test.com"), false, false },
	{ "domain_with_underscore", STR_INIT("a_b.databricks-test.com"), false, false },
	{ "domain_with_wildcard", STR_INIT("*.databricks-test.com"), false, false },
	{ "domain_cyrillic_look_alike", STR_INIT("d\xd0\xb0tabricks-test.com"), false, false },
	{ "domain_full_width_dot",
	  STR_INIT("a\xef\xbc\x8e"
		   "databricks-test.com"),
	  false, false },
	{ "domain_kelvin_sign", STR_INIT("databric\xe2\x84\xaas-test.com"), false, false },
	{ "domain_no_break_hyphen", STR_INIT("databricks\xe2\x80\x91test.com"), false, false },
	{ "domain_high_byte", STR_INIT("databricks-test.com\xff"), false, false },
	{ "domain_punycode", STR_INIT("xn--dtabricks-test-3fg.com"), true, false },
	{ "domain_below_is_punycode", STR_INIT("xn--bcher-kva.databricks-test.com"), true, true },
	{ "domain_empty", STR_INIT(""), false, false },
	{ "domain_dot", STR_INIT("."), false, false },
	{ "domain_leading_hyphen", STR_INIT("-a.com"), false, false },
	{ "domain_trailing_hyphen", STR_INIT("a-.com"), false, false },
	{ "domain_trailing_hyphen_before_test", STR_INIT("evil-.databricks-test.com"), false,
	  false },
	{ "domain_hyphen_alone", STR_INIT("a.-.com"), false, false },
	{ "domain_inner_hyphens", STR_INIT("a--b.com"), true, false },
	{ "domain_of_digits", STR_INIT("123.com"), true, false },
	{ "domain_of_one_label", STR_INIT("localhost"), true, false },
	{ "domain_in_brackets", STR_INIT("[1.2.3.4]"), false, false },
	{ "domain_label_of_63", STR_INIT(LABEL_63 ".com"), true, false },
	{ "domain_label_of_64", STR_INIT(LABEL_63 "a.com"), false, false },
	{ "domain_label_of_64_before_test", STR_INIT(LABEL_63 "a.databricks-test.com"), false,
	  false },
	{ "domain_of_253", STR_INIT(DOMAIN_253), true, false },
	{ "domain_of_254", STR_INIT(DOMAIN_253 "a"), false, false },
};

static void
domain_is_judged(void **state)
{
	const struct domain_row *row = *state;

	assert_int_equal(domain_is_valid(row->domain), row->is_valid);
	assert_int_equal(domain_is_for_tests(row->domain), row->is_for_tests);
}

static void
null_domain_is_none(void **state)
{
	(void)state;
	assert_false(domain_is_valid((struct str){ NULL, 0 }));
	assert_false(domain_is_for_tests((struct str){ NULL, 0 }));
}

struct within_row {
	const char *name;
	struct str domain;
	struct str parent;
	bool want;
};

static const struct within_row withins[] = {
	{ "within_itself", STR_INIT("a.com"), STR_INIT("a.com"), true },
	{ "within_parent", STR_INIT("b.a.com"), STR_INIT("a.com"), true },
	{ "within_parent_in_capitals", STR_INIT("b.A.com"), STR_INIT("a.COM"), true },
	{ "within_not_by_bytes", STR_INIT("ba.com"), STR_INIT("a.com"), false },
	{ "within_not_the_other_way", STR_INIT("a.com"), STR_INIT("b.a.com"), false },
	{ "within_not_an_invalid_one", STR_INIT("b_.a.com"), STR_INIT("a.com"), false },
	{ "within_not_the_empty_parent", STR_INIT("a.com"), STR_INIT(""), false },
};

static void
within_holds(void **state)
{
	const struct within_row *row = *state;

	assert_int_equal(domain_is_within(row->domain, row->parent), row->want);
}

/* ---- E-mail addresses ---- */

struct email_row {
	const char *name;
	struct str text;
	const char *key; /* NULL: refused */
	const char *domain;
};

/* CONNECT-20, CONNECT-21 */
static const struct email_row emails[] = {
	{ "email_plain", STR_INIT("ann@acme.com"), "ann@acme.com", "acme.com" },
	{ "email_is_lowered", STR_INIT("Ann.LEE@Acme.COM"), "ann.lee@acme.com", "acme.com" },
	{ "email_with_tag", STR_INIT("ann+dbx@acme.com"), "ann+dbx@acme.com", "acme.com" },
	{ "email_every_atext", STR_INIT("!#$%&'*+-/=?^_`{|}~aZ09@a.b"),
	  "!#$%&'*+-/=?^_`{|}~az09@a.b", "a.b" },
	{ "email_below_a_domain", STR_INIT("a@x.y.acme.com"), "a@x.y.acme.com", "x.y.acme.com" },
	{ "email_local_of_64", STR_INIT(LOCAL_64 "@a.com"), LOCAL_64 "@a.com", "a.com" },
	{ "email_local_of_65", STR_INIT(LOCAL_64 "a@a.com"), NULL, NULL },
	{ "email_of_254", STR_INIT(EMAIL_254), EMAIL_254, DOMAIN_189 },
	{ "email_of_255", STR_INIT(EMAIL_254 "a"), NULL, NULL },
	{ "email_empty", STR_INIT(""), NULL, NULL },
	{ "email_at_alone", STR_INIT("@"), NULL, NULL },
	{ "email_without_at", STR_INIT("acme.com"), NULL, NULL },
	{ "email_without_local", STR_INIT("@acme.com"), NULL, NULL },
	{ "email_without_domain", STR_INIT("ann@"), NULL, NULL },
	{ "email_with_two_ats", STR_INIT("a@evil.com@databricks-test.com"), NULL, NULL },
	{ "email_with_two_ats_in_a_row", STR_INIT("a@@acme.com"), NULL, NULL },
	{ "email_quoted_local", STR_INIT("\"a@databricks-test.com\"@evil.com"), NULL, NULL },
	{ "email_quoted_plain_local", STR_INIT("\"ann\"@acme.com"), NULL, NULL },
	{ "email_escaped_local", STR_INIT("a\\@b@acme.com"), NULL, NULL },
	{ "email_comment_behind", STR_INIT("a@databricks-test.com(x)"), NULL, NULL },
	{ "email_comment_before", STR_INIT("(x)a@acme.com"), NULL, NULL },
	{ "email_literal_v4", STR_INIT("a@[1.2.3.4]"), NULL, NULL },
	{ "email_literal_v6", STR_INIT("a@[IPv6:::1]"), NULL, NULL },
	{ "email_with_name", STR_INIT("Ann <ann@acme.com>"), NULL, NULL },
	{ "email_in_angles", STR_INIT("<ann@acme.com>"), NULL, NULL },
	{ "email_list", STR_INIT("a@acme.com,b@evil.com"), NULL, NULL },
	{ "email_source_route", STR_INIT("@evil.com:a@acme.com"), NULL, NULL },
	{ "email_bang_path", STR_INIT("acme.com!a"), NULL, NULL },
	{ "email_leading_dot", STR_INIT(".a@acme.com"), NULL, NULL },
	{ "email_trailing_dot", STR_INIT("a.@acme.com"), NULL, NULL },
	{ "email_two_dots", STR_INIT("a..b@acme.com"), NULL, NULL },
	{ "email_domain_trailing_dot", STR_INIT("a@acme.com."), NULL, NULL },
	{ "email_domain_leading_dot", STR_INIT("a@.acme.com"), NULL, NULL },
	{ "email_leading_blank", STR_INIT(" a@acme.com"), NULL, NULL },
	{ "email_trailing_blank", STR_INIT("a@acme.com "), NULL, NULL },
	{ "email_inner_blank", STR_INIT("a b@acme.com"), NULL, NULL },
	{ "email_newline", STR_INIT("a@acme.com\nBcc: b@evil.com"), NULL, NULL },
	{ "email_crlf_in_local", STR_INIT("a\r\nb@acme.com"), NULL, NULL },
	{ "email_nul_then_test_domain", STR_INIT("a@evil.com\0@databricks-test.com"), NULL, NULL },
	{ "email_nul_in_local", STR_INIT("a\0@acme.com"), NULL, NULL },
	{ "email_nul_at_end", STR_INIT("a@acme.com\0"), NULL, NULL },
	{ "email_utf8_local", STR_INIT("\xc3\xa4@acme.com"), NULL, NULL },
	{ "email_utf8_domain",
	  STR_INIT("a@b\xc3\xbc"
		   "cher.de"),
	  NULL, NULL },
	{ "email_full_width_at",
	  STR_INIT("a\xef\xbc\xa0"
		   "acme.com"),
	  NULL, NULL },
	{ "email_rtl_mark", STR_INIT("a\xe2\x80\x8f@acme.com"), NULL, NULL },
	{ "email_delete_character", STR_INIT("a\x7f@acme.com"), NULL, NULL },
	{ "email_percent_in_domain", STR_INIT("a@databricks-test.com%00.evil"), NULL, NULL },
	{ "email_underscore_in_domain", STR_INIT("a@ac_me.com"), NULL, NULL },
};

static void
email_is_read(void **state)
{
	const struct email_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct email untouched = { .text = STR("untouched") };
	struct email email = untouched;

	if (!row->key) {
		assert_false(email_read(arena, row->text, &email));
		assert_memory_equal(&email, &untouched, sizeof(email));
		return;
	}
	assert_true(email_read(arena, row->text, &email));
	assert_true(str_equal(email.text, row->text));
	assert_true(str_equal(email.key, str_of(row->key)));
	assert_true(str_equal(email.domain, str_of(row->domain)));
}

/* ---- The account key ---- */

struct key_row {
	const char *name;
	const char *email;
	const char *key;
	bool with_more; /* the setting names mail.acme.com and post.example */
};

/* CONNECT-20 */
static const struct key_row keys[] = {
	{ "key_of_a_company", "ann@acme.com", "acme.com", false },
	{ "key_in_lower_case", "Ann@ACME.com", "acme.com", false },
	{ "key_below_a_company_is_its_own", "ann@eu.acme.com", "eu.acme.com", false },
	{ "key_at_gmail", "Ann@Gmail.com", "ann@gmail.com", false },
	{ "key_at_googlemail", "ann@googlemail.com", "ann@googlemail.com", false },
	{ "key_at_outlook", "ann@outlook.com", "ann@outlook.com", false },
	{ "key_at_hotmail", "ann@hotmail.com", "ann@hotmail.com", false },
	{ "key_at_yahoo", "ann@yahoo.com", "ann@yahoo.com", false },
	{ "key_at_icloud", "ann@icloud.com", "ann@icloud.com", false },
	{ "key_at_proton", "ann@proton.me", "ann@proton.me", false },
	{ "key_at_126", "ann@126.com", "ann@126.com", false },	  /* the list's first */
	{ "key_at_zoho", "ann@zoho.com", "ann@zoho.com", false }, /* and last */
	{ "key_with_tag_stays_apart", "ann+1@gmail.com", "ann+1@gmail.com", false },
	{ "key_below_gmail_is_a_company", "ann@x.gmail.com", "x.gmail.com", false },
	{ "key_like_gmail_is_a_company", "ann@mygmail.com", "mygmail.com", false },
	{ "key_gmail_elsewhere_is_a_company", "ann@gmail.com.evil.io", "gmail.com.evil.io", false },
	{ "key_of_the_setting", "Ann@mail.acme.com", "ann@mail.acme.com", true },
	{ "key_of_the_setting_s_last", "ann@post.example", "ann@post.example", true },
	{ "key_without_the_setting", "ann@post.example", "post.example", false },
	{ "key_below_the_setting", "ann@x.post.example", "x.post.example", true },
	{ "key_of_our_list_beside_the_setting", "ann@gmail.com", "ann@gmail.com", true },
	{ "key_of_a_company_beside_the_setting", "ann@acme.com", "acme.com", true },
};

static void
key_is_the_account_s(void **state)
{
	static const struct str more[] = { STR_INIT("mail.acme.com"), STR_INIT("post.example") };
	const struct key_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	size_t n_more = row->with_more ? ARRAY_LEN(more) : 0;
	bool is_whole = strchr(row->key, '@') != NULL;
	struct email email;
	struct str key;

	assert_true(email_read(arena, str_of(row->email), &email));
	key = email_account_key(&email, row->with_more ? more : NULL, n_more);
	assert_true(str_equal(key, str_of(row->key)));
	assert_int_equal(domain_is_public_mail(email.domain, more, n_more), is_whole);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, domains, domain_is_judged);
	rows_add_one(&rows, "domain_null", null_domain_is_none);
	ROWS_ADD(&rows, withins, within_holds);
	ROWS_ADD(&rows, emails, email_is_read);
	ROWS_ADD(&rows, keys, key_is_the_account_s);
	return rows_run(&rows, argc, argv);
}
