/*
 * Writing JSON: escapes, commas, the maximum. That what is written reads back is json_read_test.c's.
 */
#include "base/json.h"

#include "support/rows.h"

struct string_row {
	const char *name;
	struct str value;
	struct str written;
};

static const struct string_row strings[] = {
	{ "string_empty", STR_INIT(""), STR_INIT("\"\"") },
	{ "string_plain", STR_INIT("a/b <c> 'd'"), STR_INIT("\"a/b <c> 'd'\"") },
	{ "string_quotes", STR_INIT("\"\\\""), STR_INIT("\"\\\"\\\\\\\"\"") },
	{ "string_controls", STR_INIT("\b\f\n\r\t\x1b\x01"),
	  STR_INIT("\"\\b\\f\\n\\r\\t\\u001b\\u0001\"") },
	{ "string_nul", STR_INIT("a\0b"), STR_INIT("\"a\\u0000b\"") },
	{ "string_delete", STR_INIT("\x7f"), STR_INIT("\"\x7f\"") },
	{ "string_utf8", STR_INIT("\xc3\xa9\xf0\x9f\x98\x80"),
	  STR_INIT("\"\xc3\xa9\xf0\x9f\x98\x80\"") },
	{ "string_line_separator", STR_INIT("\xe2\x80\xa8"), STR_INIT("\"\xe2\x80\xa8\"") },
	{ "string_latin1", STR_INIT("Ren\xe9!"), STR_INIT("\"Ren\xef\xbf\xbd!\"") },
	{ "string_invalid_between_valid", STR_INIT("\xc3\xa9\xff\xc3\xa9\xe2\x82"),
	  STR_INIT("\"\xc3\xa9\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\"") },
	{ "string_utf8_then_newline", STR_INIT("\xc3\xa9\n"), STR_INIT("\"\xc3\xa9\\n\"") },
};

static void
string_is_escaped(void **state)
{
	const struct string_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;

	buf_init(&buf, arena, 1000);
	json_add_string(&buf, row->value);
	assert_int_equal(buf.len, row->written.len);
	assert_memory_equal(buf.ptr, row->written.ptr, buf.len);
}

static void
writer_sets_commas(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;
	struct json_writer writer = { .buf = &buf };

	buf_init(&buf, arena, 1000);
	json_write_begin_object(&writer);
	json_write_name(&writer, "list");
	json_write_begin_array(&writer);
	json_write_int64(&writer, INT64_MIN);
	json_write_int64(&writer, INT64_MAX);
	json_write_begin_object(&writer);
	json_write_end_object(&writer);
	json_write_begin_array(&writer);
	json_write_end_array(&writer);
	json_write_null(&writer);
	json_write_end_array(&writer);
	json_write_name(&writer, "a \"quoted\" name");
	json_write_string(&writer, STR("text"));
	json_write_name(&writer, "yes");
	json_write_bool(&writer, true);
	json_write_name(&writer, "no");
	json_write_bool(&writer, false);
	json_write_end_object(&writer);
	assert_string_equal(buf_cstr(&buf),
			    "{\"list\":[-9223372036854775808,9223372036854775807,{},[],null],"
			    "\"a \\\"quoted\\\" name\":\"text\",\"yes\":true,\"no\":false}");
}

static void
writer_stops_at_the_maximum(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;

	buf_init(&buf, arena, 5);
	json_add_string(&buf, STR("abc"));
	assert_false(buf.is_full);
	buf_clear(&buf);
	json_add_string(&buf, STR("abcd"));
	assert_true(buf.is_full);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, strings, string_is_escaped);
	rows_add_one(&rows, "writer_sets_commas", writer_sets_commas);
	rows_add_one(&rows, "writer_stops_at_the_maximum", writer_stops_at_the_maximum);
	return rows_run(&rows, argc, argv);
}
