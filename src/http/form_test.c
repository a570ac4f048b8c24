/*
 * Bodies of forms: what is read, and what is refused.
 */
#include "http/form.h"

#include "base/buf.h"

#include "support/rows.h"

struct form_row {
	const char *name;
	struct str body;
	const char *want; /* "name|value;" of each field; NULL: refused */
};

static const struct form_row forms[] = {
	{ "nothing", STR_INIT(""), "" },
	{ "one", STR_INIT("a=b"), "a|b;" },
	{ "two", STR_INIT("a=b&c=d"), "a|b;c|d;" },
	{ "empty_value", STR_INIT("a=&b="), "a|;b|;" },
	{ "plus_is_a_blank", STR_INIT("a+b=c+d"), "a b|c d;" },
	{ "percent", STR_INIT("%61=%2b%2B%26%3d"), "a|++&=;" },
	{ "second_equals_sign", STR_INIT("a=b=c"), "a|b=c;" },
	{ "utf8", STR_INIT("a=%c3%a9\xc3\xa9"), "a|\xc3\xa9\xc3\xa9;" },
	{ "controls", STR_INIT("a=%0d%0a%1b"), "a|\r\n\x1b;" },
	{ "twice", STR_INIT("a=b&a=b"), NULL },
	{ "twice_after_decoding", STR_INIT("a=b&%61=c"), NULL },
	{ "no_equals_sign", STR_INIT("a"), NULL },
	{ "no_name", STR_INIT("=a"), NULL },
	{ "ampersand_alone", STR_INIT("&"), NULL },
	{ "ampersand_first", STR_INIT("&a=b"), NULL },
	{ "ampersand_last", STR_INIT("a=b&"), NULL },
	{ "ampersands", STR_INIT("a=b&&c=d"), NULL },
	{ "percent_cut", STR_INIT("a=%"), NULL },
	{ "percent_cut_later", STR_INIT("a=%4"), NULL },
	{ "percent_of_no_digits", STR_INIT("a=%4g"), NULL },
	{ "percent_nul", STR_INIT("a=b%00"), NULL },
	{ "raw_nul", STR_INIT("a=b\0c"), NULL },
	{ "nul_in_a_name", STR_INIT("a%00=b"), NULL },
	{ "not_utf8", STR_INIT("a=%ff"), NULL },
	{ "overlong_utf8", STR_INIT("a=%c0%80"), NULL },
	{ "surrogate", STR_INIT("a=%ed%a0%80"), NULL },
};

static void
form_holds(void **state)
{
	const struct form_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct form form = { .n = 77 };
	struct err err = form_read(arena, row->body, &form);
	struct buf buf;

	assert_int_equal(err.code, row->want ? ERR_NONE : ERR_BAD_REQUEST);
	if (!row->want) {
		assert_int_equal(form.n, 77);
		return;
	}
	buf_init(&buf, arena, 1000);
	for (size_t i = 0; i < form.n; i++)
		buf_addf(&buf, "%.*s|%.*s;", STR_ARG(form.fields[i].name),
			 STR_ARG(form.fields[i].value));
	assert_string_equal(buf_cstr(&buf), row->want);
}

struct type_row {
	const char *name;
	struct str type;
	bool want;
};

static const struct type_row types[] = {
	{ "type", STR_INIT("application/x-www-form-urlencoded"), true },
	{ "type_any_case", STR_INIT("Application/X-WWW-Form-URLEncoded"), true },
	{ "type_charset", STR_INIT("application/x-www-form-urlencoded; charset=UTF-8"), true },
	{ "type_other_charset", STR_INIT("application/x-www-form-urlencoded; charset=utf-7"),
	  false },
	{ "type_multipart", STR_INIT("multipart/form-data; boundary=x"), false },
	{ "type_json", STR_INIT("application/json"), false },
	{ "type_text", STR_INIT("text/plain"), false },
	{ "type_absent", STR_INIT(""), false },
};

static void
type_holds(void **state)
{
	const struct type_row *row = *state;

	assert_int_equal(form_is_type(row->type), row->want);
}

/* Each at its limit, and past it. */
static void
limits(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct form form;
	struct buf buf;

	(void)state;
	for (size_t past = 0; past < 2; past++) {
		enum err_code want = past ? ERR_BAD_REQUEST : ERR_NONE;

		buf_init(&buf, arena, 10000);
		for (size_t i = 0; i < FORM_MAX_FIELDS + past; i++)
			buf_addf(&buf, "%sf%zu=x", i ? "&" : "", i);
		assert_int_equal(form_read(arena, buf_str(&buf), &form).code, want);
		buf_clear(&buf);
		for (size_t i = 0; i < FORM_MAX_NAME + past; i++)
			buf_add_char(&buf, 'n');
		buf_add_char(&buf, '=');
		assert_int_equal(form_read(arena, buf_str(&buf), &form).code, want);
		buf_clear(&buf);
		buf_add(&buf, STR("a="));
		for (size_t i = 0; i < FORM_MAX_VALUE + past; i++)
			buf_add_char(&buf, '+');
		assert_int_equal(form_read(arena, buf_str(&buf), &form).code, want);
	}
}

static void
values_by_name(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct form form;

	(void)state;
	assert_int_equal(form_read(arena, STR("a=&b=c"), &form).code, ERR_NONE);
	assert_true(form_value(&form, "a").ptr && form_value(&form, "a").len == 0);
	assert_true(str_equal(form_value(&form, "b"), STR("c")));
	assert_null(form_value(&form, "c").ptr);
	assert_null(form_value(&form, "A").ptr);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, forms, form_holds);
	ROWS_ADD(&rows, types, type_holds);
	rows_add_one(&rows, "limits", limits);
	rows_add_one(&rows, "values_by_name", values_by_name);
	return rows_run(&rows, argc, argv);
}
