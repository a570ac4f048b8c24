/*
 * Reading Authorization values: the one good form, and what strangers send. Rules: AUTH-1
 */
#include "vault/auth_internal.h"

#include <sodium.h>

#include "support/rows.h"

struct value_row {
	const char *name;
	struct str value;
	/* NULL: refused */
	const char *user;
	const char *password;
};

static const struct value_row values[] = {
	{ "user_and_password", STR_INIT("Basic dXNlcjpwYXNz"), "user", "pass" },
	{ "scheme_lower_case", STR_INIT("basic dXNlcjpwYXNz"), "user", "pass" },
	{ "scheme_mixed_case", STR_INIT("bAsIc dXNlcjpwYXNz"), "user", "pass" },
	{ "padding_one", STR_INIT("Basic dXNlcjpwYXM="), "user", "pas" },
	{ "padding_two", STR_INIT("Basic dXNlcjpwYQ=="), "user", "pa" },
	{ "password_with_colon", STR_INIT("Basic dTpwOnc6"), "u", "p:w:" },
	{ "password_utf8", STR_INIT("Basic dTpww6k="), "u", "p\xc3\xa9" },
	{ "password_latin1", STR_INIT("Basic dTpw6Q=="), "u", "p\xe9" },
	{ "password_empty", STR_INIT("Basic dTo="), "u", "" },
	{ "user_empty", STR_INIT("Basic OnA="), "", "p" },
	{ "only_a_colon", STR_INIT("Basic Og=="), "", "" },
	{ "blank_in_both", STR_INIT("Basic dSB1OnAgcA=="), "u u", "p p" },
	{ "plus_and_slash", STR_INIT("Basic dTr7/z+/"), "u", "\xfb\xff?\xbf" },
	{ "nothing", { 0 }, NULL, NULL },
	{ "empty", STR_INIT(""), NULL, NULL },
	{ "scheme_alone", STR_INIT("Basic"), NULL, NULL },
	{ "scheme_and_blank", STR_INIT("Basic "), NULL, NULL },
	{ "no_scheme", STR_INIT("dXNlcjpwYXNz"), NULL, NULL },
	{ "no_blank", STR_INIT("BasicdXNlcjpwYXNz"), NULL, NULL },
	{ "two_blanks", STR_INIT("Basic  dXNlcjpwYXNz"), NULL, NULL },
	{ "a_tab", STR_INIT("Basic\tdXNlcjpwYXNz"), NULL, NULL },
	{ "blank_before", STR_INIT(" Basic dXNlcjpwYXNz"), NULL, NULL },
	{ "blank_behind", STR_INIT("Basic dXNlcjpwYXNz "), NULL, NULL },
	{ "line_end_behind", STR_INIT("Basic dXNlcjpwYXNz\n"), NULL, NULL },
	{ "blank_inside", STR_INIT("Basic dXNl cjpwYXNz"), NULL, NULL },
	{ "nul_behind", STR_INIT("Basic dXNlcjpwYXNz\0"), NULL, NULL },
	{ "nul_inside", STR_INIT("Basic dXNl\0cjpwYXNz"), NULL, NULL },
	{ "two_values", STR_INIT("Basic dXNlcjpwYXNz, Basic dXNlcjpwYXNz"), NULL, NULL },
	{ "scheme_bearer", STR_INIT("Bearer dXNlcjpwYXNz"), NULL, NULL },
	{ "scheme_digest", STR_INIT("Digest username=\"user\""), NULL, NULL },
	{ "scheme_basics", STR_INIT("Basics dXNlcjpwYXNz"), NULL, NULL },
	{ "padding_missing", STR_INIT("Basic dXNlcjpwYQ"), NULL, NULL },
	{ "padding_half", STR_INIT("Basic dXNlcjpwYQ="), NULL, NULL },
	{ "padding_too_much", STR_INIT("Basic dXNlcjpwYXNz="), NULL, NULL },
	{ "padding_three", STR_INIT("Basic dXNlcjpwYQ==="), NULL, NULL },
	{ "padding_alone", STR_INIT("Basic ===="), NULL, NULL },
	{ "padding_inside", STR_INIT("Basic dTpwYQ==dTpwYQ=="), NULL, NULL },
	{ "spare_bits_set", STR_INIT("Basic dXNlcjpwYR=="), NULL, NULL },
	{ "url_safe_alphabet", STR_INIT("Basic dTr7_z-_"), NULL, NULL },
	{ "bytes_above_ascii", STR_INIT("Basic dXNlcjpw\xd9XNz"), NULL, NULL },
	{ "not_base64", STR_INIT("Basic user:pass"), NULL, NULL },
	{ "no_colon", STR_INIT("Basic dXNlcnBhc3M="), NULL, NULL },
	{ "decoded_nul_in_user", STR_INIT("Basic dQA6cA=="), NULL, NULL },
	{ "decoded_nul_in_password", STR_INIT("Basic dTpwAA=="), NULL, NULL },
	{ "decoded_line_end", STR_INIT("Basic dTpwCg=="), NULL, NULL },
	{ "decoded_escape", STR_INIT("Basic dTobcA=="), NULL, NULL },
	{ "decoded_delete", STR_INIT("Basic dTp/"), NULL, NULL },
};

static void
a_value_is_read_or_refused(void **state)
{
	const struct value_row *row = *state;
	struct basic basic;

	memset(&basic, 0xa5, sizeof(basic));
	assert_int_equal(basic_read(row->value, &basic), row->user != NULL);
	if (row->user) {
		assert_true(str_equal(basic.user, str_of(row->user)));
		assert_true(str_equal(basic.password, str_of(row->password)));
	} else {
		assert_true(sodium_is_zero((uint8_t *)&basic, sizeof(basic)));
	}
}

struct length_row {
	const char *name;
	size_t n_decoded;
	bool want;
};

/* "Basic " and n / 3 * 4 characters. */
static const struct length_row lengths[] = {
	{ "longest", 762, true }, /* 6 + 1016 = 1022 */
	{ "too_long", 765, false },
	{ "much_too_long", 30000, false },
};

static void
length_is_limited(void **state)
{
	const struct length_row *row = *state;
	struct arena *arena = arena_create();
	uint8_t *plain = arena_alloc(arena, row->n_decoded);
	size_t size = row->n_decoded / 3 * 4 + 1;
	char *text = arena_alloc(arena, size);
	struct basic basic;

	memset(plain, 'a', row->n_decoded);
	plain[1] = ':';
	(void)sodium_bin2base64(text, size, plain, row->n_decoded, sodium_base64_VARIANT_ORIGINAL);
	assert_int_equal(basic_read(str_of(arena_printf(arena, "Basic %s", text)), &basic),
			 row->want);
	if (row->want)
		assert_int_equal(basic.password.len, row->n_decoded - 2);
	arena_free(arena);
}

static void
release_wipes(_unused_ void **state)
{
	struct basic basic;

	assert_true(basic_read(STR("Basic dXNlcjpwYXNz"), &basic));
	basic_release(&basic);
	assert_true(sodium_is_zero((uint8_t *)&basic, sizeof(basic)));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, values, a_value_is_read_or_refused);
	ROWS_ADD(&rows, lengths, length_is_limited);
	rows_add_one(&rows, "release_wipes", release_wipes);
	return rows_run(&rows, argc, argv);
}
