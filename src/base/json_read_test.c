/*
 * Reading JSON: what is accepted, what is refused and where, limits, numbers, positions. The texts
 * are of our own making; json_oracle_test.c compares with another reader.
 */
#include "base/json.h"

#include "fuzz/json_tree.h"
#include "support/rows.h"

/* No limit that a text of this file could meet. */
static const struct json_limits wide = { 1 << 20, 1000, 100000, 1 << 20, 1 << 20 };

static const struct json *
read_ok(struct arena *arena, struct str text, const struct json_limits *limits)
{
	const struct json *root = NULL;
	struct err err = json_read(arena, text, limits, &root, NULL);

	if (err.code)
		fail_msg("refused: %s", err.detail);
	return root;
}

/* What is accepted, and how it comes out when it is written again. */

struct accepted_row {
	const char *name;
	struct str text;
	struct str written;
};

static const struct accepted_row accepted[] = {
	{ "null", STR_INIT("null"), STR_INIT("null") },
	{ "true", STR_INIT("true"), STR_INIT("true") },
	{ "false", STR_INIT("false"), STR_INIT("false") },
	{ "empty_object", STR_INIT("{}"), STR_INIT("{}") },
	{ "empty_array", STR_INIT("[]"), STR_INIT("[]") },
	{ "empty_string", STR_INIT("\"\""), STR_INIT("\"\"") },
	{ "empty_name", STR_INIT("{\"\":1}"), STR_INIT("{\"\":1}") },
	{ "blanks_everywhere", STR_INIT(" \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \n"),
	  STR_INIT("{\"a\":[1,2],\"b\":{}}") },
	{ "zero", STR_INIT("0"), STR_INIT("0") },
	{ "minus_zero_keeps_its_sign", STR_INIT("-0"), STR_INIT("-0") },
	{ "fraction_keeps_its_digits", STR_INIT("[1.50,-0.0]"), STR_INIT("[1.50,-0.0]") },
	{ "exponents", STR_INIT("[1e3,1E+3,0.5e-7,0e0]"), STR_INIT("[1e3,1E+3,0.5e-7,0e0]") },
	{ "exponent_past_any_double", STR_INIT("1e999999999"), STR_INIT("1e999999999") },
	{ "number_past_int64", STR_INIT("92233720368547758070"), STR_INIT("92233720368547758070") },
	{ "short_escapes", STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
	  STR_INIT("\"\\\"\\\\/\\b\\f\\n\\r\\t\"") },
	{ "escape_of_one_byte", STR_INIT("\"\\u0041\\u007f\""), STR_INIT("\"A\x7f\"") },
	{ "escape_of_two_bytes", STR_INIT("\"\\u0080\\u07ff\""), STR_INIT("\"\xc2\x80\xdf\xbf\"") },
	{ "escape_of_three_bytes", STR_INIT("\"\\u0800\\uFFFF\""),
	  STR_INIT("\"\xe0\xa0\x80\xef\xbf\xbf\"") },
	{ "escape_below_the_surrogates", STR_INIT("\"\\ud7ff\""), STR_INIT("\"\xed\x9f\xbf\"") },
	{ "escape_above_the_surrogates", STR_INIT("\"\\ue000\""), STR_INIT("\"\xee\x80\x80\"") },
	{ "first_surrogate_pair", STR_INIT("\"\\ud800\\udc00\""),
	  STR_INIT("\"\xf0\x90\x80\x80\"") },
	{ "last_surrogate_pair", STR_INIT("\"\\uDBFF\\uDFFF\""), STR_INIT("\"\xf4\x8f\xbf\xbf\"") },
	{ "control_characters", STR_INIT("\"\\u0001\\u001f\""), STR_INIT("\"\\u0001\\u001f\"") },
	{ "blank_before_the_closing_quote", STR_INIT("[\" \",\"a \"]"),
	  STR_INIT("[\" \",\"a \"]") },
	{ "escape_at_both_ends", STR_INIT("\"\\nx\\n\""), STR_INIT("\"\\nx\\n\"") },
	{ "utf8_of_every_length", STR_INIT("\"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z\""),
	  STR_INIT("\"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z\"") },
	{ "utf8_beside_an_escape", STR_INIT("\"\xc3\xa9\\n\xc3\xa9\""),
	  STR_INIT("\"\xc3\xa9\\n\xc3\xa9\"") },
	{ "bom_within_a_string", STR_INIT("\"\xef\xbb\xbf\""), STR_INIT("\"\xef\xbb\xbf\"") },
	{ "names_that_differ_in_case", STR_INIT("{\"email\":1,\"Email\":2}"),
	  STR_INIT("{\"email\":1,\"Email\":2}") },
	{ "names_that_differ_in_composition", STR_INIT("{\"\xc3\xa9\":1,\"e\xcc\x81\":2}"),
	  STR_INIT("{\"\xc3\xa9\":1,\"e\xcc\x81\":2}") },
	{ "one_name_in_two_objects", STR_INIT("[{\"a\":{\"a\":1}},{\"a\":2}]"),
	  STR_INIT("[{\"a\":{\"a\":1}},{\"a\":2}]") },
	{ "order_is_kept", STR_INIT("{\"z\":1,\"a\":[3,1,2],\"m\":null}"),
	  STR_INIT("{\"z\":1,\"a\":[3,1,2],\"m\":null}") },
	{ "deep_and_mixed", STR_INIT("[[[{\"a\":[[],{}]}]],true]"),
	  STR_INIT("[[[{\"a\":[[],{}]}]],true]") },
};

static void
is_accepted(void **state)
{
	const struct accepted_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct json *root = read_ok(arena, row->text, &json_limits_request);
	const struct json *again;
	struct buf buf;
	struct json_writer writer = { .buf = &buf };

	buf_init(&buf, arena, 1000);
	json_tree_write(&writer, root);
	assert_int_equal(buf.len, row->written.len);
	assert_memory_equal(buf.ptr, row->written.ptr, buf.len);
	again = read_ok(arena, buf_str(&buf), &json_limits_request);
	assert_true(json_tree_equal(root, again));
}

/* What is refused, why and where. */

struct refused_row {
	const char *name;
	struct str text;
	const char *problem;
	size_t offset;
};

static const struct refused_row refused[] = {
	{ "nothing", STR_INIT(""), "a value is missing", 0 },
	{ "only_blanks", STR_INIT(" \n\t "), "a value is missing", 4 },
	{ "bom", STR_INIT("\xef\xbb\xbf{}"), "a byte-order mark", 0 },
	{ "bom_after_a_blank", STR_INIT(" \xef\xbb\xbf{}"), "no value starts like this", 1 },
	{ "utf16_little_endian", STR_INIT("{\0}\0"), "a name is missing", 1 },
	{ "utf16_big_endian", STR_INIT("\0{\0}"), "no value starts like this", 0 },
	{ "utf16_with_mark", STR_INIT("\xff\xfe{\0}\0"), "no value starts like this", 0 },
	{ "form_feed_is_no_blank", STR_INIT("\f1"), "no value starts like this", 0 },
	{ "no_break_space_is_no_blank", STR_INIT("1\xc2\xa0"), "something follows the value", 1 },
	{ "two_values", STR_INIT("1 2"), "something follows the value", 2 },
	{ "nul_behind_the_value", STR_INIT("{}\0"), "something follows the value", 2 },
	{ "comment", STR_INIT("[/**/1]"), "no value starts like this", 1 },
	{ "upper_case_word", STR_INIT("True"), "no value starts like this", 0 },
	{ "half_a_word", STR_INIT("tru"), "no value starts like this", 0 },
	{ "half_a_word_in_an_array", STR_INIT("[nul]"), "no value starts like this", 1 },
	{ "long_word", STR_INIT("nulls"), "something follows the value", 4 },
	{ "not_a_number", STR_INIT("NaN"), "no value starts like this", 0 },
	{ "infinity", STR_INIT("-Infinity"), "a digit is missing", 1 },
	{ "plus", STR_INIT("+1"), "no value starts like this", 0 },
	{ "minus_alone", STR_INIT("-"), "a digit is missing", 1 },
	{ "two_minuses", STR_INIT("--1"), "a digit is missing", 1 },
	{ "leading_zero", STR_INIT("01"), "something follows the value", 1 },
	{ "minus_leading_zero", STR_INIT("[-01]"), "a comma or a closing bracket is missing", 3 },
	{ "no_digit_before_the_point", STR_INIT(".5"), "no value starts like this", 0 },
	{ "no_digit_after_the_point", STR_INIT("1."), "a digit is missing", 2 },
	{ "no_digit_between", STR_INIT("1.e5"), "a digit is missing", 2 },
	{ "no_exponent", STR_INIT("1e"), "a digit is missing", 2 },
	{ "only_the_exponents_sign", STR_INIT("1e+"), "a digit is missing", 3 },
	{ "two_signs_in_the_exponent", STR_INIT("1e+-1"), "a digit is missing", 3 },
	{ "hexadecimal", STR_INIT("0x10"), "something follows the value", 1 },
	{ "thin_digits", STR_INIT("\xef\xbc\x91"), "no value starts like this", 0 },
	{ "open_array", STR_INIT("["), "a value is missing", 1 },
	{ "open_array_after_value", STR_INIT("[1"), "a comma or a closing bracket is missing", 2 },
	{ "comma_at_the_end", STR_INIT("[1,]"), "no value starts like this", 3 },
	{ "comma_at_the_start", STR_INIT("[,1]"), "no value starts like this", 1 },
	{ "no_comma", STR_INIT("[1 2]"), "a comma or a closing bracket is missing", 3 },
	{ "wrong_bracket", STR_INIT("[1}"), "a comma or a closing bracket is missing", 2 },
	{ "closing_only", STR_INIT("]"), "no value starts like this", 0 },
	{ "one_bracket_too_many", STR_INIT("[]]"), "something follows the value", 2 },
	{ "open_object", STR_INIT("{"), "a name is missing", 1 },
	{ "comma_at_the_objects_end", STR_INIT("{\"a\":1,}"), "a name is missing", 7 },
	{ "name_without_quotes", STR_INIT("{a:1}"), "a name is missing", 1 },
	{ "name_in_single_quotes", STR_INIT("{'a':1}"), "a name is missing", 1 },
	{ "number_as_a_name", STR_INIT("{1:1}"), "a name is missing", 1 },
	{ "no_colon", STR_INIT("{\"a\" 1}"), "a colon is missing", 5 },
	{ "name_only", STR_INIT("{\"a\"}"), "a colon is missing", 4 },
	{ "no_value", STR_INIT("{\"a\":}"), "no value starts like this", 5 },
	{ "no_comma_between_members", STR_INIT("{\"a\":1 \"b\":2}"),
	  "a comma or a closing bracket is missing", 7 },
	{ "open_string", STR_INIT("\"abc"), "a string has no end", 4 },
	{ "open_string_after_backslash", STR_INIT("\"abc\\"), "a string has no end", 5 },
	{ "escaped_quote_is_no_end", STR_INIT("\"abc\\\""), "a string has no end", 6 },
	{ "single_quotes", STR_INIT("'a'"), "no value starts like this", 0 },
	{ "newline_in_a_string", STR_INIT("\"a\nb\""), "a control character in a string", 2 },
	{ "tab_in_a_name", STR_INIT("{\"a\tb\":1}"), "a control character in a string", 3 },
	{ "last_control_in_a_string", STR_INIT("\"a\x1f\""), "a control character in a string", 2 },
	{ "nul_in_a_string", STR_INIT("\"a\0b\""), "a control character in a string", 2 },
	{ "escape_is_unknown", STR_INIT("\"ab\\x41\""), "an unknown escape", 3 },
	{ "escape_of_a_quote_mark", STR_INIT("\"\\'\""), "an unknown escape", 1 },
	{ "escape_of_a_newline", STR_INIT("\"\\\n\""), "an unknown escape", 1 },
	{ "escape_in_upper_case", STR_INIT("\"\\U0041\""), "an unknown escape", 1 },
	{ "escape_of_nul_byte", STR_INIT("\"\\\0\""), "an unknown escape", 1 },
	{ "three_digits", STR_INIT("\"\\u004\""), "an escape without its four hexadecimal digits",
	  1 },
	{ "digit_that_is_none", STR_INIT("\"a\\u004g\""),
	  "an escape without its four hexadecimal digits", 2 },
	{ "escaped_nul", STR_INIT("\"a@evil.com\\u0000@databricks-test.com\""), "an escaped NUL",
	  11 },
	{ "escaped_nul_in_a_name", STR_INIT("{\"a\\u0000\":1}"), "an escaped NUL", 3 },
	{ "low_surrogate_alone", STR_INIT("\"\\udc00\""), "a surrogate without its other half", 1 },
	{ "high_surrogate_alone", STR_INIT("\"\\ud800\""), "a surrogate without its other half",
	  1 },
	{ "high_surrogate_then_text", STR_INIT("\"\\ud800abcdef\""),
	  "a surrogate without its other half", 1 },
	{ "two_high_surrogates", STR_INIT("\"\\ud800\\ud800\""),
	  "a surrogate without its other half", 1 },
	{ "two_low_surrogates", STR_INIT("\"\\udc00\\udc00\""),
	  "a surrogate without its other half", 1 },
	{ "surrogates_swapped", STR_INIT("\"\\udc00\\ud800\""),
	  "a surrogate without its other half", 1 },
	{ "high_surrogate_then_a_letter", STR_INIT("\"\\udbff\\u0041\""),
	  "a surrogate without its other half", 1 },
	{ "high_surrogate_then_e000", STR_INIT("\"\\udbff\\ue000\""),
	  "a surrogate without its other half", 1 },
	{ "surrogate_in_utf8", STR_INIT("\"\xed\xa0\x80\""), "invalid UTF-8", 1 },
	{ "overlong_slash", STR_INIT("\"ab\xc0\xaf\""), "invalid UTF-8", 3 },
	{ "overlong_three_bytes", STR_INIT("\"\xe0\x80\xaf\""), "invalid UTF-8", 1 },
	{ "overlong_nul", STR_INIT("\"\xc0\x80\""), "invalid UTF-8", 1 },
	{ "continuation_alone", STR_INIT("\"\x80\""), "invalid UTF-8", 1 },
	{ "cut_sequence", STR_INIT("\"\xe2\x82\""), "invalid UTF-8", 1 },
	{ "cut_sequence_after_good_ones", STR_INIT("\"\xc3\xa9\xe2\x82x\""), "invalid UTF-8", 3 },
	{ "cut_sequence_before_an_escape", STR_INIT("\"\xe2\x82\\u0041\""), "invalid UTF-8", 1 },
	{ "above_10ffff", STR_INIT("\"\xf4\x90\x80\x80\""), "invalid UTF-8", 1 },
	{ "five_byte_form", STR_INIT("\"\xf8\x88\x80\x80\x80\""), "invalid UTF-8", 1 },
	{ "latin1", STR_INIT("{\"name\":\"Ren\xe9\"}"), "invalid UTF-8", 12 },
	{ "invalid_utf8_in_a_name", STR_INIT("{\"\xff\":1}"), "invalid UTF-8", 2 },
	{ "name_twice", STR_INIT("{\"a\":1,\"b\":2,\"a\":1}"), "a name stands twice in one object",
	  13 },
	{ "empty_name_twice", STR_INIT("{\"\":1,\"\":1}"), "a name stands twice in one object", 6 },
	{ "name_twice_by_escape", STR_INIT("{\"email\":1,\"\\u0065mail\":2}"),
	  "a name stands twice in one object", 11 },
	{ "name_twice_by_pair", STR_INIT("{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}"),
	  "a name stands twice in one object", 10 },
	{ "name_twice_in_an_inner_object", STR_INIT("{\"x\":[{\"k\":1,\"k\":2}]}"),
	  "a name stands twice in one object", 13 },
	{ "name_twice_with_objects", STR_INIT("{\"a\":{\"b\":1},\"a\":{\"c\":1}}"),
	  "a name stands twice in one object", 13 },
};

/* With @tail behind the text, which a reader must not look at. */
static void
check_refused(const struct refused_row *row, struct str tail)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const char *want = arena_printf(arena, "the body is no JSON: %s at byte %zu", row->problem,
					row->offset);
	char *text = arena_alloc(arena, row->text.len + tail.len);
	const struct json *untouched = NULL;
	struct json_fault fault = { 0 };
	struct err err;

	memcpy(text, row->text.ptr, row->text.len);
	memcpy(text + row->text.len, tail.ptr, tail.len);
	err = json_read(arena, (struct str){ text, row->text.len }, &json_limits_request,
			&untouched, &fault);
	assert_int_equal(err.code, ERR_BAD_REQUEST);
	assert_string_equal(err.detail, want);
	assert_null(untouched);
	assert_int_equal(fault.offset, row->offset);
}

static void
is_refused(void **state)
{
	check_refused(*state, STR("")); /* AddressSanitizer sees a step past its end */
	check_refused(*state, STR("\"\"}]"));
	check_refused(*state, STR("0}]"));
}

/* Whole numbers. */

struct int64_row {
	const char *name;
	struct str text;
	bool is_int64;
	int64_t value;
};

static const struct int64_row int64s[] = {
	{ "int_0", STR_INIT("0"), true, 0 },
	{ "int_minus_1", STR_INIT("-1"), true, -1 },
	{ "int_past_2_53", STR_INIT("9007199254740993"), true, 9007199254740993 },
	{ "int_63_bits", STR_INIT("9223372036854775807"), true, INT64_MAX },
	{ "int_least", STR_INIT("-9223372036854775808"), true, INT64_MIN },
	{ "int_2_63", STR_INIT("9223372036854775808"), false, 0 },
	{ "int_below_the_least", STR_INIT("-9223372036854775809"), false, 0 },
	{ "int_2_64_plus_1", STR_INIT("18446744073709551617"), false, 0 },
	{ "int_minus_0", STR_INIT("-0"), false, 0 },
	{ "int_fraction", STR_INIT("1.0"), false, 0 },
	{ "int_exponent", STR_INIT("1e3"), false, 0 },
	{ "int_string", STR_INIT("\"1\""), false, 0 },
	{ "int_true", STR_INIT("true"), false, 0 },
	{ "int_null", STR_INIT("null"), false, 0 },
	{ "int_array", STR_INIT("[1]"), false, 0 },
};

static void
int64_is_exact(void **state)
{
	const struct int64_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	int64_t value = 4711;

	assert_int_equal(json_int64(read_ok(arena, row->text, &wide), &value), row->is_int64);
	assert_true(value == (row->is_int64 ? row->value : 4711));
}

static void
int64_of_400_digits(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	char digits[400];
	int64_t value;

	memset(digits, '7', sizeof(digits));
	assert_false(
		json_int64(read_ok(arena, (struct str){ digits, sizeof(digits) }, &wide), &value));
	assert_false(json_int64(NULL, &value));
}

static void
a_megabyte_of_digits(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	size_t len = json_limits_file.max_bytes;
	char *digits = arena_alloc(arena, len);
	const struct json *root;

	memset(digits, '9', len);
	root = read_ok(arena, (struct str){ digits, len }, &json_limits_file);
	assert_ptr_equal(root->text.ptr, digits); /* borrowed, not copied */
	assert_int_equal(root->text.len, len);
}

/* Limits: the text is head, n times the part, tail; `limit` is accepted, one more is not. */

struct limit_row {
	const char *name;
	const char *head;
	const char *part; /* "%zu" is the count, to make names differ */
	const char *tail;
	size_t limit;
	const struct json_limits *limits;
	const char *problem;
};

static const struct limit_row limit_rows[] = {
	{ "limit_request_bytes", "\"", "x", "\"", (size_t)64 * 1024 - 2, &json_limits_request,
	  "it is too long" },
	{ "limit_request_members", "{\"first\":1", ",\"%zu\":1", "}", 127, &json_limits_request,
	  "too many members or elements" },
	{ "limit_request_elements", "[1", ",1", "]", 127, &json_limits_request,
	  "too many members or elements" },
	{ "limit_request_name", "{\"", "n", "\":1}", 64, &json_limits_request,
	  "a string or a name is too long" },
	{ "limit_request_escaped_name", "{\"", "\\u0061", "\":1}", 64, &json_limits_request,
	  "a string or a name is too long" },
	{ "limit_request_name_counts_bytes", "{\"", "\\u00e9", "\":1}", 32, &json_limits_request,
	  "a string or a name is too long" },
	{ "limit_file_bytes", "", " ", "1", (size_t)1024 * 1024 - 1, &json_limits_file,
	  "it is too long" },
	{ "limit_file_elements", "[1", ",1", "]", 4095, &json_limits_file,
	  "too many members or elements" },
	{ "limit_file_name", "{\"", "n", "\":1}", 256, &json_limits_file,
	  "a string or a name is too long" },
	{ "limit_string", "\"", "s", "\"", 10, &(const struct json_limits){ 100, 1, 1, 10, 10 },
	  "a string or a name is too long" },
	{ "limit_no_children", "[", "1", "]", 0, &(const struct json_limits){ 100, 1, 0, 10, 10 },
	  "too many members or elements" },
};

static struct str
limit_text(struct arena *arena, const struct limit_row *row, size_t n)
{
	struct buf buf;

	buf_init(&buf, arena, (size_t)4 << 20);
	buf_add(&buf, str_of(row->head));
	for (size_t i = 0; i < n; i++) {
		struct str part = str_of(row->part);
		ptrdiff_t at = str_find_str(part, STR("%zu"));

		buf_add(&buf, at < 0 ? part : str_slice(part, 0, (size_t)at));
		if (at >= 0) {
			buf_add_int64(&buf, (int64_t)i);
			buf_add(&buf, str_slice(part, (size_t)at + 3, part.len));
		}
	}
	buf_add(&buf, str_of(row->tail));
	return buf_str(&buf);
}

static void
limit_is_exact(void **state)
{
	const struct limit_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str text = limit_text(arena, row, row->limit);
	const struct json *root = NULL;
	struct err err;

	(void)read_ok(arena, text, row->limits); /* accepted is all we ask */
	text = limit_text(arena, row, row->limit + 1);
	err = json_read(arena, text, row->limits, &root, NULL);
	assert_int_equal(err.code, ERR_BAD_REQUEST);
	assert_non_null(strstr(err.detail, row->problem));
}

struct depth_row {
	const char *name;
	const char *open;
	const char *close;
	const struct json_limits *limits;
};

static const struct depth_row depths[] = {
	{ "depth_request_arrays", "[", "]", &json_limits_request },
	{ "depth_request_objects", "{\"a\":", "}", &json_limits_request },
	{ "depth_file_arrays", "[", "]", &json_limits_file },
	{ "depth_file_objects", "{\"a\":", "}", &json_limits_file },
};

static struct err
read_nested(struct arena *arena, const struct depth_row *row, size_t depth)
{
	const struct json *root;
	struct buf buf;

	buf_init(&buf, arena, 10000);
	/* A sibling first: leaving a container counts too. */
	buf_add(&buf, STR("[[],{},"));
	for (size_t i = 1; i < depth; i++)
		buf_add(&buf, str_of(row->open));
	buf_add(&buf, STR("0"));
	for (size_t i = 1; i < depth; i++)
		buf_add(&buf, str_of(row->close));
	buf_add(&buf, STR("]"));
	return json_read(arena, buf_str(&buf), row->limits, &root, NULL);
}

static void
depth_is_exact(void **state)
{
	const struct depth_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct err err;

	assert_int_equal(read_nested(arena, row, row->limits->max_depth).code, ERR_NONE);
	err = read_nested(arena, row, row->limits->max_depth + 1);
	assert_int_equal(err.code, ERR_BAD_REQUEST);
	assert_non_null(strstr(err.detail, "nested too deep"));
}

/* 64 KiB of opening brackets end at the limit, not at the end of the stack. */
static void
a_body_of_brackets(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	size_t len = json_limits_request.max_bytes;
	char *text = arena_alloc(arena, len);
	struct json_fault fault;
	const struct json *root;
	struct err err;

	memset(text, '[', len);
	err = json_read(arena, (struct str){ text, len }, &json_limits_request, &root, &fault);
	assert_int_equal(err.code, ERR_BAD_REQUEST);
	assert_int_equal(fault.offset, 8);
}

/* The last name of each object repeats an earlier one: every distance within 128 members. */
static void
a_name_twice_at_any_distance(_unused_ void **state)
{
	for (size_t first = 0; first < 127; first++) {
		_cleanup_(arena_freep) struct arena *arena = arena_create();
		const struct json *root;
		struct err err;
		struct buf buf;

		buf_init(&buf, arena, 10000);
		buf_add(&buf, STR("{"));
		for (size_t i = 0; i < 127; i++)
			buf_addf(&buf, "\"name_%zu\":1,", i);
		buf_addf(&buf, "\"name_%zu\":1}", first);
		err = json_read(arena, buf_str(&buf), &json_limits_request, &root, NULL);
		assert_int_equal(err.code, ERR_BAD_REQUEST);
		assert_non_null(strstr(err.detail, "a name stands twice"));
	}
}

/* Positions. */

struct position_row {
	const char *name;
	struct str text;
	size_t offset;
	struct json_fault want;
};

static const struct position_row positions[] = {
	{ "position_empty", STR_INIT(""), 0, { 0, 1, 1 } },
	{ "position_start", STR_INIT("abc"), 0, { 0, 1, 1 } },
	{ "position_in_the_first_line", STR_INIT("abc"), 2, { 2, 1, 3 } },
	{ "position_of_a_newline", STR_INIT("ab\ncd"), 2, { 2, 1, 3 } },
	{ "position_after_a_newline", STR_INIT("ab\ncd"), 3, { 3, 2, 1 } },
	{ "position_after_crlf", STR_INIT("ab\r\ncd"), 5, { 5, 2, 2 } },
	{ "position_after_empty_lines", STR_INIT("\n\n\nx"), 3, { 3, 4, 1 } },
	{ "position_counts_bytes", STR_INIT("\xc3\xa9x"), 2, { 2, 1, 3 } },
	{ "position_at_the_end", STR_INIT("a\nb"), 3, { 3, 2, 2 } },
	{ "position_past_the_end", STR_INIT("a\nb"), 99, { 3, 2, 2 } },
};

static void
position_is_right(void **state)
{
	const struct position_row *row = *state;
	struct json_fault got = json_position(row->text, row->offset);

	assert_int_equal(got.offset, row->want.offset);
	assert_int_equal(got.line, row->want.line);
	assert_int_equal(got.column, row->want.column);
}

static void
fault_has_line_and_column(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct json *root;
	struct json_fault fault;
	struct err err = json_read(arena, STR("{\n  \"a\": 1,\n  \"b\": x\n}"), &json_limits_file,
				   &root, &fault);

	assert_int_equal(err.code, ERR_BAD_REQUEST);
	assert_int_equal(fault.offset, 19);
	assert_int_equal(fault.line, 3);
	assert_int_equal(fault.column, 8);
}

/* The tree: offsets, members, what is borrowed. */
static void
tree_says_where_things_stand(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str text = STR(" {\"id\": 7, \"l\\u0069st\" : [ \"x\", {}, true ]}");
	const struct json *root = read_ok(arena, text, &json_limits_request);
	const struct json *id = json_member(root, STR("id"));
	const struct json *list = json_member(root, STR("list"));

	assert_int_equal(root->type, JSON_OBJECT);
	assert_int_equal(root->offset, 1);
	assert_int_equal(root->n_children, 2);
	assert_ptr_equal(root->first, id);
	assert_ptr_equal(id->next, list);
	assert_int_equal(id->offset, 8);
	assert_int_equal(id->name_offset, 2);
	assert_ptr_equal(id->name.ptr, text.ptr + 3); /* no escape: borrowed from the text */
	assert_int_equal(list->offset, 25);
	assert_int_equal(list->name_offset, 11);
	assert_int_equal(list->n_children, 3);
	assert_int_equal(list->first->offset, 27);
	assert_true(str_equal(list->first->text, STR("x")));
	assert_int_equal(list->first->next->type, JSON_OBJECT);
	assert_int_equal(list->first->next->n_children, 0);
	assert_null(list->first->next->first);
	assert_true(list->first->next->next->boolean);
	assert_null(list->first->next->next->next);
}

static void
member_is_found_byte_for_byte(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct json *root = read_ok(arena, STR("{\"email\":[1]}"), &json_limits_request);

	assert_non_null(json_member(root, STR("email")));
	assert_null(json_member(root, STR("Email")));
	assert_null(json_member(root, STR("emai")));
	assert_null(json_member(root, STR("email\0")));
	assert_null(json_member(json_member(root, STR("email")), STR("email")));
	assert_null(json_member(NULL, STR("email")));
}

static void
null_text_is_empty(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct json *root;

	assert_int_equal(json_read(arena, (struct str){ NULL, 0 }, &wide, &root, NULL).code,
			 ERR_BAD_REQUEST);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, accepted, is_accepted);
	ROWS_ADD(&rows, refused, is_refused);
	ROWS_ADD(&rows, int64s, int64_is_exact);
	rows_add_one(&rows, "int64_of_400_digits", int64_of_400_digits);
	rows_add_one(&rows, "a_megabyte_of_digits", a_megabyte_of_digits);
	ROWS_ADD(&rows, limit_rows, limit_is_exact);
	ROWS_ADD(&rows, depths, depth_is_exact);
	rows_add_one(&rows, "a_body_of_brackets", a_body_of_brackets);
	rows_add_one(&rows, "a_name_twice_at_any_distance", a_name_twice_at_any_distance);
	ROWS_ADD(&rows, positions, position_is_right);
	rows_add_one(&rows, "fault_has_line_and_column", fault_has_line_and_column);
	rows_add_one(&rows, "tree_says_where_things_stand", tree_says_where_things_stand);
	rows_add_one(&rows, "member_is_found_byte_for_byte", member_is_found_byte_for_byte);
	rows_add_one(&rows, "null_text_is_empty", null_text_is_empty);
	return rows_run(&rows, argc, argv);
}
