/*
 * connectors_file_read(): CSV and JSON of a vendor, good and broken.
 */
#include "cli/connectors_file.h"

#include "base/file.h"
#include "support/rows.h"

struct file_row {
	const char *name;
	const char *suffix;
	const char *text;
	enum err_code want_error;
	const char *want_detail;
	size_t want_n;
	const char *want_first; /* identifier */
	const char *want_description;
};

#define HEAD "identifier,name,type,description\n"

/* CONNECTORS-3 */
static const struct file_row files[] = {
	{ "csv", ".csv", HEAD "a_b,A B,source,words\nc,C,target,\n", ERR_NONE, NULL, 2, "a_b",
	  "words" },
	{ "csv_crlf", ".csv", "identifier,name,type,description\r\na,A,source,x\r\n", ERR_NONE,
	  NULL, 1, "a", "x" },
	{ "csv_quoted", ".csv", HEAD "\"a,(b)/c&'d\",\"say \"\"hi\"\"\",source,\"two\nlines\"\n",
	  ERR_NONE, NULL, 1, "a,(b)/c&'d", "two\nlines" },
	{ "csv_other_order", ".csv", "type,identifier,name\nsource,a,A\n", ERR_NONE, NULL, 1, "a",
	  "" },
	{ "csv_no_last_newline", ".csv", HEAD "a,A,source,x", ERR_NONE, NULL, 1, "a", "x" },
	{ "csv_header_only", ".csv", HEAD, ERR_NONE, NULL, 0, NULL, NULL },
	{ "csv_no_column", ".csv", "identifier,name\na,A\n", ERR_CONFIG, "column type", 0, NULL,
	  NULL },
	{ "csv_bad_type", ".csv", HEAD "a,A,source,x\nb,B,both,x\n", ERR_CONFIG, "row 3", 0, NULL,
	  NULL },
	{ "csv_empty_identifier", ".csv", HEAD ",A,source,x\n", ERR_CONFIG, "row 2", 0, NULL,
	  NULL },
	{ "csv_twice", ".csv", HEAD "a,A,source,x\nb,B,source,x\na,A,target,x\n", ERR_CONFIG,
	  "a stands twice", 0, NULL, NULL },
	{ "csv_stray_quote", ".csv", HEAD "a,\"A\"b,source,x\n", ERR_CONFIG, "quote", 0, NULL,
	  NULL },
	{ "csv_not_utf8", ".csv", HEAD "a,\xff,source,x\n", ERR_CONFIG, "UTF-8", 0, NULL, NULL },
	{ "json_array", ".json", "[{\"identifier\":\"a\",\"name\":\"A\",\"type\":\"source\"}]",
	  ERR_NONE, NULL, 1, "a", "" },
	{ "json_object", ".json",
	  "{\"connectors\":[{\"identifier\":\"a\",\"name\":\"A\",\"type\":\"target\","
	  "\"description\":\"d\"}]}",
	  ERR_NONE, NULL, 1, "a", "d" },
	{ "json_bad_type", ".json", "[{\"identifier\":\"a\",\"name\":\"A\",\"type\":\"x\"}]",
	  ERR_CONFIG, "connectors[0].type", 0, NULL, NULL },
	{ "json_none", ".json", "{}", ERR_CONFIG, "no array", 0, NULL, NULL },
	{ "json_broken", ".json", "[{", ERR_CONFIG, ".json", 0, NULL, NULL },
};

static void
file_holds(void **state)
{
	const struct file_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	char directory[] = "/tmp/pc-connectors-test-XXXXXX";
	const struct connector *connectors = NULL;
	const char *path;
	size_t n = 0;
	struct err err;

	assert_non_null(mkdtemp(directory));
	path = arena_printf(arena, "%s/list%s", directory, row->suffix);
	assert_int_equal(file_replace(arena, path, 0600, str_of(row->text)).code, ERR_NONE);
	err = connectors_file_read(arena, path, &connectors, &n);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
	assert_int_equal(err.code, row->want_error);
	assert_int_equal(n, row->want_n);
	if (row->want_detail)
		assert_non_null(strstr(err.detail, row->want_detail));
	if (row->want_first) {
		assert_true(str_equal(connectors[0].identifier, str_of(row->want_first)));
		assert_true(str_equal(connectors[0].description, str_of(row->want_description)));
	}
}

static void
missing_file_is_named(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct connector *connectors;
	size_t n;
	struct err err = connectors_file_read(arena, "/nowhere/list.csv", &connectors, &n);

	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.detail, "/nowhere/list.csv"));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, files, file_holds);
	rows_add_one(&rows, "missing_file_is_named", missing_file_is_named);
	return rows_run(&rows, argc, argv);
}
