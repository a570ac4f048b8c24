/*
 * Tables, lists and JSON on standard output.
 */
#include "cli/admin_print.h"

#define MAX_VALUE ((size_t)1024 * 1024)

/* ---- Text ---- */

/* C0, DEL and C1, which UTF-8 spells C2 80 to C2 9F: what a terminal may obey. */
static size_t
control_len(struct str s, size_t at)
{
	unsigned char c = (unsigned char)s.ptr[at];

	if (c < 0x20 || c == 0x7f)
		return 1;
	if (c == 0xc2 && at + 1 < s.len && (unsigned char)s.ptr[at + 1] < 0xa0)
		return 2;
	return 0;
}

/* Returns how many columns it takes, about. */
static size_t
print_safely(FILE *out, struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; n++) {
		size_t len = control_len(s, i);

		if (len) {
			(void)fputc('?', out);
			i += len;
			continue;
		}
		do {
			(void)fputc(s.ptr[i++], out);
		} while (i < s.len && ((unsigned char)s.ptr[i] & 0xc0) == 0x80);
	}
	return n;
}

static size_t
width_of(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
	return n;
}

/* Of what has no members; the rest is "". */
static struct str
text_of(const struct json *value)
{
	if (!value)
		return STR("");
	switch (value->type) {
	case JSON_STRING:
	case JSON_NUMBER:
		return value->text;
	case JSON_BOOL:
		return value->boolean ? STR("yes") : STR("no");
	case JSON_NULL:
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	return STR("");
}

/* ---- Table ---- */

#define MAX_COLUMNS 12

static struct str
cell(const struct json *row, const struct admin_column *column)
{
	struct str text = text_of(json_member(row, str_of(column->member)));

	return str_is_empty(text) ? STR("-") : text;
}

/* Nothing is filled up behind the last column. */
static void
print_cell(struct str text, size_t width, bool is_last)
{
	size_t n = print_safely(stdout, text);

	if (is_last)
		(void)putchar('\n');
	for (; !is_last && n < width + 2; n++)
		(void)putchar(' ');
}

void
admin_print_table(const struct json *array, const struct admin_column *columns, size_t n_columns)
{
	size_t widths[MAX_COLUMNS] = { 0 };

	for (size_t c = 0; c < n_columns; c++) {
		widths[c] = strlen(columns[c].title);
		for (const struct json *row = array->first; row; row = row->next) {
			size_t width = width_of(cell(row, &columns[c]));

			widths[c] = width > widths[c] ? width : widths[c];
		}
	}
	for (size_t c = 0; c < n_columns; c++)
		print_cell(str_of(columns[c].title), widths[c], c + 1 == n_columns);
	for (const struct json *row = array->first; row; row = row->next) {
		for (size_t c = 0; c < n_columns; c++)
			print_cell(cell(row, &columns[c]), widths[c], c + 1 == n_columns);
	}
}

/* ---- Object ---- */

static void
print_joined(const struct json *array)
{
	for (const struct json *item = array->first; item; item = item->next) {
		(void)print_safely(stdout, text_of(item));
		(void)fputs(item->next ? ", " : "", stdout);
	}
	(void)puts(array->first ? "" : "-");
}

static bool
is_of_objects(const struct json *value)
{
	return value->type == JSON_ARRAY && value->first && value->first->type == JSON_OBJECT;
}

/* The names inside stand under the name of the whole: "resources.port". */
static void
print_member(const char *prefix, const struct json *member)
{
	char name[64];

	/* Cut where it is longer: names are the server's, and short. */
	(void)snprintf(name, sizeof(name), "%s%.*s", prefix, STR_ARG(member->name));
	(void)printf("%-32s  ", name);
	if (member->type == JSON_ARRAY) {
		print_joined(member);
		return;
	}
	(void)print_safely(stdout, text_of(member));
	(void)putchar('\n');
}

void
admin_print_object(const struct json *object)
{
	for (const struct json *member = object->first; member; member = member->next) {
		if (is_of_objects(member))
			continue; /* the command's own table */
		if (member->type != JSON_OBJECT) {
			print_member("", member);
			continue;
		}
		for (const struct json *inner = member->first; inner; inner = inner->next) {
			char prefix[40];

			(void)snprintf(prefix, sizeof(prefix), "%.*s.", STR_ARG(member->name));
			print_member(prefix, inner);
		}
	}
}

/* ---- JSON ---- */

/* What was read is written: it is no deeper than the reader's limit. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void
write_value(struct json_writer *writer, const struct json *value)
{
	switch (value->type) {
	case JSON_NULL:
		json_write_null(writer);
		break;
	case JSON_BOOL:
		json_write_bool(writer, value->boolean);
		break;
	case JSON_STRING:
		json_write_string(writer, value->text);
		break;
	case JSON_NUMBER: {
		int64_t number = 0;

		/* The server writes whole numbers only. */
		json_write_int64(writer, json_int64(value, &number) ? number : 0);
		break;
	}
	case JSON_ARRAY:
		json_write_begin_array(writer);
		for (const struct json *item = value->first; item; item = item->next)
			write_value(writer, item);
		json_write_end_array(writer);
		break;
	case JSON_OBJECT:
		json_write_begin_object(writer);
		for (const struct json *item = value->first; item; item = item->next) {
			char name[260];

			(void)snprintf(name, sizeof(name), "%.*s", STR_ARG(item->name));
			json_write_name(writer, name);
			write_value(writer, item);
		}
		json_write_end_object(writer);
		break;
	}
}

void
admin_print_json(const struct json *root)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;
	struct json_writer writer = { .buf = &buf };

	buf_init(&buf, arena, 16 * MAX_VALUE);
	write_value(&writer, root);
	(void)printf("%.*s\n", STR_ARG(buf_str(&buf)));
}
