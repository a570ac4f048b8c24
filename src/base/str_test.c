/*
 * Bytes with a length: comparing, searching, cutting, numbers, UTF-8.
 */
#include "base/str.h"

#include "support/rows.h"

struct equal_row {
	const char *name;
	struct str a;
	struct str b;
	bool is_equal;
	bool is_equal_nocase;
};

static const struct equal_row equals[] = {
	{ "equal_empty", STR_INIT(""), { NULL, 0 }, true, true },
	{ "equal_same", STR_INIT("abc"), STR_INIT("abc"), true, true },
	{ "equal_case", STR_INIT("aBcZ"), STR_INIT("AbCz"), false, true },
	{ "equal_prefix", STR_INIT("abc"), STR_INIT("abcd"), false, false },
	{ "equal_last_byte", STR_INIT("abc"), STR_INIT("abd"), false, false },
	{ "equal_behind_nul", STR_INIT("a\0b"), STR_INIT("a\0c"), false, false },
	{ "equal_not_letters", STR_INIT("@["), STR_INIT("`{"), false, false },
	{ "equal_latin1_case", STR_INIT("\xc9"), STR_INIT("\xe9"), false, false },
};

static void
equality(void **state)
{
	const struct equal_row *row = *state;

	assert_int_equal(str_equal(row->a, row->b), row->is_equal);
	assert_int_equal(str_equal(row->b, row->a), row->is_equal);
	assert_int_equal(str_equal_ascii_nocase(row->a, row->b), row->is_equal_nocase);
}

struct affix_row {
	const char *name;
	struct str s;
	struct str affix;
	bool starts;
	bool ends;
};

static const struct affix_row affixes[] = {
	{ "affix_empty", STR_INIT("abc"), STR_INIT(""), true, true },
	{ "affix_empty_of_null", { NULL, 0 }, STR_INIT(""), true, true },
	{ "affix_whole", STR_INIT("abc"), STR_INIT("abc"), true, true },
	{ "affix_start", STR_INIT("abc"), STR_INIT("ab"), true, false },
	{ "affix_end", STR_INIT("abc"), STR_INIT("bc"), false, true },
	{ "affix_longer", STR_INIT("bc"), STR_INIT("abc"), false, false },
	{ "affix_case", STR_INIT("abc"), STR_INIT("A"), false, false },
};

static void
affix(void **state)
{
	const struct affix_row *row = *state;

	assert_int_equal(str_starts_with(row->s, row->affix), row->starts);
	assert_int_equal(str_ends_with(row->s, row->affix), row->ends);
}

struct slice_row {
	const char *name;
	size_t from;
	size_t len;
	struct str want; /* of "abcdef" */
};

static const struct slice_row slices[] = {
	{ "slice_all", 0, 6, STR_INIT("abcdef") },
	{ "slice_middle", 2, 3, STR_INIT("cde") },
	{ "slice_too_long", 4, 99, STR_INIT("ef") },
	{ "slice_at_the_end", 6, 1, STR_INIT("") },
	{ "slice_past_the_end", 7, 1, STR_INIT("") },
	{ "slice_huge", SIZE_MAX, SIZE_MAX, STR_INIT("") },
	{ "slice_huge_len", 1, SIZE_MAX, STR_INIT("bcdef") },
};

static void
slice(void **state)
{
	const struct slice_row *row = *state;

	assert_true(str_equal(str_slice(STR("abcdef"), row->from, row->len), row->want));
}

struct find_row {
	const char *name;
	struct str s;
	struct str needle;
	ptrdiff_t first;
	ptrdiff_t first_char; /* of the needle's first byte */
	ptrdiff_t last_char;
};

static const struct find_row finds[] = {
	{ "find_absent", STR_INIT("abc"), STR_INIT("x"), -1, -1, -1 },
	{ "find_in_nothing", { NULL, 0 }, STR_INIT("x"), -1, -1, -1 },
	{ "find_twice", STR_INIT("a.b.c"), STR_INIT("."), 1, 1, 3 },
	{ "find_word", STR_INIT("xx@a@ab"), STR_INIT("@ab"), 4, 2, 4 },
	{ "find_cut_word", STR_INIT("xx@a"), STR_INIT("@ab"), -1, 2, 2 },
	{ "find_behind_nul", STR_INIT("a\0b"), STR_INIT("b"), 2, 2, 2 },
	{ "find_nul", STR_INIT("a\0b"), STR_INIT("\0"), 1, 1, 1 },
};

static void
find(void **state)
{
	const struct find_row *row = *state;

	assert_int_equal(str_find_str(row->s, row->needle), row->first);
	assert_int_equal(str_find(row->s, row->needle.ptr[0]), row->first_char);
	assert_int_equal(str_find_last(row->s, row->needle.ptr[0]), row->last_char);
}

static void
find_nothing_is_at_the_start(_unused_ void **state)
{
	assert_int_equal(str_find_str(STR("abc"), STR("")), 0);
	assert_int_equal(str_find_str((struct str){ NULL, 0 }, STR("")), 0);
}

struct trim_row {
	const char *name;
	struct str s;
	struct str want;
};

static const struct trim_row trims[] = {
	{ "trim_nothing", STR_INIT("a b"), STR_INIT("a b") },
	{ "trim_both", STR_INIT(" \t a b\t "), STR_INIT("a b") },
	{ "trim_all", STR_INIT(" \t "), STR_INIT("") },
	{ "trim_null", { NULL, 0 }, STR_INIT("") },
	{ "trim_keeps_newlines", STR_INIT(" a\n"), STR_INIT("a\n") },
};

static void
trim(void **state)
{
	const struct trim_row *row = *state;

	assert_true(str_equal(str_trim(row->s), row->want));
}

struct cut_row {
	const char *name;
	struct str s;
	size_t n;
	struct str pieces[4];
};

static const struct cut_row cuts[] = {
	{ "cut_null", { NULL, 0 }, 0, { { NULL, 0 } } },
	{ "cut_empty", STR_INIT(""), 1, { STR_INIT("") } },
	{ "cut_one", STR_INIT("ab"), 1, { STR_INIT("ab") } },
	{ "cut_three", STR_INIT("a,bc,d"), 3, { STR_INIT("a"), STR_INIT("bc"), STR_INIT("d") } },
	{ "cut_empty_pieces", STR_INIT(",a,"), 3, { STR_INIT(""), STR_INIT("a"), STR_INIT("") } },
	{ "cut_separator_only", STR_INIT(","), 2, { STR_INIT(""), STR_INIT("") } },
};

static void
cut(void **state)
{
	const struct cut_row *row = *state;
	struct str rest = row->s;
	size_t n = 0;

	while (rest.ptr) {
		struct str piece = str_cut(&rest, ',');

		assert_true(n < row->n);
		assert_true(str_equal(piece, row->pieces[n]));
		n++;
	}
	assert_int_equal(n, row->n);
}

struct int64_row {
	const char *name;
	struct str s;
	bool is_int64;
	int64_t value;
};

static const struct int64_row int64s[] = {
	{ "int64_zero", STR_INIT("0"), true, 0 },
	{ "int64_leading_zeros", STR_INIT("007"), true, 7 },
	{ "int64_minus", STR_INIT("-12"), true, -12 },
	{ "int64_max", STR_INIT("9223372036854775807"), true, INT64_MAX },
	{ "int64_min", STR_INIT("-9223372036854775808"), true, INT64_MIN },
	{ "int64_max_and_one", STR_INIT("9223372036854775808"), false, 0 },
	{ "int64_min_and_one", STR_INIT("-9223372036854775809"), false, 0 },
	{ "int64_twenty_digits", STR_INIT("99999999999999999999"), false, 0 },
	{ "int64_empty", STR_INIT(""), false, 0 },
	{ "int64_minus_only", STR_INIT("-"), false, 0 },
	{ "int64_two_minuses", STR_INIT("--1"), false, 0 },
	{ "int64_plus", STR_INIT("+1"), false, 0 },
	{ "int64_blank_before", STR_INIT(" 1"), false, 0 },
	{ "int64_blank_behind", STR_INIT("1 "), false, 0 },
	{ "int64_nul_behind", STR_INIT("1\0"), false, 0 },
	{ "int64_hexadecimal", STR_INIT("0x1"), false, 0 },
	{ "int64_fraction", STR_INIT("1.0"), false, 0 },
	{ "int64_byte_above_9", STR_INIT("1:"), false, 0 },
	{ "int64_byte_below_0", STR_INIT("1/"), false, 0 },
	{ "int64_high_byte", STR_INIT("1\xb1"), false, 0 },
};

static void
to_int64(void **state)
{
	const struct int64_row *row = *state;
	int64_t value = 4711;

	assert_int_equal(str_to_int64(row->s, &value), row->is_int64);
	assert_true(value == (row->is_int64 ? row->value : 4711));
}

struct utf8_row {
	const char *name;
	struct str s;
	size_t valid_len;
};

static const struct utf8_row utf8s[] = {
	{ "utf8_empty", { NULL, 0 }, 0 },
	{ "utf8_ascii", STR_INIT("a\0\x7f"), 3 },
	{ "utf8_first_of_two", STR_INIT("\xc2\x80"), 2 },
	{ "utf8_last_of_two", STR_INIT("\xdf\xbf"), 2 },
	{ "utf8_first_of_three", STR_INIT("\xe0\xa0\x80"), 3 },
	{ "utf8_below_surrogates", STR_INIT("\xed\x9f\xbf"), 3 },
	{ "utf8_above_surrogates", STR_INIT("\xee\x80\x80"), 3 },
	{ "utf8_last_of_three", STR_INIT("\xef\xbf\xbf"), 3 },
	{ "utf8_first_of_four", STR_INIT("\xf0\x90\x80\x80"), 4 },
	{ "utf8_last", STR_INIT("\xf4\x8f\xbf\xbf"), 4 },
	{ "utf8_continuation", STR_INIT("a\x80"), 1 },
	{ "utf8_c0", STR_INIT("ab\xc0\x80"), 2 },
	{ "utf8_c1", STR_INIT("\xc1\xbf"), 0 },
	{ "utf8_overlong_three", STR_INIT("\xe0\x9f\xbf"), 0 },
	{ "utf8_overlong_four", STR_INIT("\xf0\x8f\xbf\xbf"), 0 },
	{ "utf8_first_surrogate", STR_INIT("\xed\xa0\x80"), 0 },
	{ "utf8_last_surrogate", STR_INIT("\xed\xbf\xbf"), 0 },
	{ "utf8_above_last", STR_INIT("\xf4\x90\x80\x80"), 0 },
	{ "utf8_f5", STR_INIT("\xf5\x80\x80\x80"), 0 },
	{ "utf8_ff", STR_INIT("abc\xff"), 3 },
	{ "utf8_cut_two", STR_INIT("a\xc3"), 1 },
	{ "utf8_cut_three", STR_INIT("\xc3\xa9\xe2\x82"), 2 },
	{ "utf8_cut_four", STR_INIT("\xf0\x9f\x98"), 0 },
	{ "utf8_bad_third", STR_INIT("\xe2\x82x"), 0 },
	{ "utf8_bad_fourth", STR_INIT("\xf0\x9f\x98\xc0"), 0 },
};

static void
utf8(void **state)
{
	const struct utf8_row *row = *state;

	assert_int_equal(str_utf8_valid_len(row->s), row->valid_len);
	assert_int_equal(str_is_utf8(row->s), row->valid_len == row->s.len);
}

static void
str_of_cstrings(_unused_ void **state)
{
	assert_int_equal(str_of("abc").len, 3);
	assert_int_equal(str_of("").len, 0);
	assert_null(str_of(NULL).ptr);
	assert_int_equal(str_of(NULL).len, 0);
	assert_true(str_is_empty(STR("")));
	assert_false(str_is_empty(STR("\0")));
}

static void
every_byte_is_a_hex_digit_or_none(void **state)
{
	static const char digits[] = "0123456789abcdefABCDEF";

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		const char *at = byte ? strchr(digits, byte) : NULL;
		int want = -1;

		if (at)
			want = (int)(at - digits) < 16 ? (int)(at - digits)
						       : (int)(at - digits) - 6;
		assert_int_equal(str_hex_digit((char)byte), want);
	}
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, equals, equality);
	ROWS_ADD(&rows, affixes, affix);
	ROWS_ADD(&rows, slices, slice);
	ROWS_ADD(&rows, finds, find);
	rows_add_one(&rows, "find_nothing_is_at_the_start", find_nothing_is_at_the_start);
	ROWS_ADD(&rows, trims, trim);
	ROWS_ADD(&rows, cuts, cut);
	ROWS_ADD(&rows, int64s, to_int64);
	ROWS_ADD(&rows, utf8s, utf8);
	rows_add_one(&rows, "str_of_cstrings", str_of_cstrings);
	rows_add_one(&rows, "every_byte_is_a_hex_digit_or_none", every_byte_is_a_hex_digit_or_none);
	return rows_run(&rows, argc, argv);
}
