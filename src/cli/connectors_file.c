/*
 * Reading the connectors file; libcsv takes the CSV apart.
 */
#include "cli/connectors_file.h"

#include "base/file.h"

#include <csv.h>

#define FILE_MAX_LEN ((size_t)4 * 1024 * 1024)
#define MAX_FIELDS 16

enum column { COLUMN_IDENTIFIER, COLUMN_NAME, COLUMN_TYPE, COLUMN_DESCRIPTION, N_COLUMNS };

static const char *const column_names[N_COLUMNS] = { "identifier", "name", "type", "description" };

struct csv_reader {
	struct arena *arena;
	const char *path;
	struct err err;
	size_t n_rows; /* the header is row 1 */
	struct str fields[MAX_FIELDS];
	size_t n_fields;
	size_t columns[N_COLUMNS]; /* which field of a row; MAX_FIELDS: none */
	struct connector *connectors;
	size_t n;
	size_t n_max;
};

static void
take_field(void *bytes, size_t len, void *arg)
{
	struct csv_reader *reader = arg;

	if (reader->n_fields < MAX_FIELDS)
		reader->fields[reader->n_fields++] =
			arena_str(reader->arena, (struct str){ bytes, len });
}

static void
take_header(struct csv_reader *reader)
{
	for (int column = 0; column < N_COLUMNS; column++) {
		reader->columns[column] = MAX_FIELDS;
		for (size_t i = 0; i < reader->n_fields; i++) {
			if (str_equal(str_trim(reader->fields[i]), str_of(column_names[column])))
				reader->columns[column] = i;
		}
		if (reader->columns[column] == MAX_FIELDS && column != COLUMN_DESCRIPTION)
			reader->err = err_format(reader->arena, ERR_CONFIG,
						 "%s: the first line has no column %s",
						 reader->path, column_names[column]);
	}
}

static struct str
field_of(const struct csv_reader *reader, enum column column)
{
	size_t i = reader->columns[column];

	return i < reader->n_fields ? reader->fields[i] : STR("");
}

static void
take_connector(struct csv_reader *reader)
{
	struct connector connector = {
		.identifier = field_of(reader, COLUMN_IDENTIFIER), /* CONNECTORS-3: as it stands */
		.name = field_of(reader, COLUMN_NAME),
		.description = field_of(reader, COLUMN_DESCRIPTION),
	};
	int type = 0;
	const char *misfit = NULL;

	if (str_is_empty(connector.identifier) || str_is_empty(connector.name))
		misfit = "identifier or name is empty";
	else if (!word_find(&connector_type_words, field_of(reader, COLUMN_TYPE), &type))
		misfit = "type is neither source nor target";
	if (misfit) {
		reader->err = err_format(reader->arena, ERR_CONFIG, "%s: row %zu: %s", reader->path,
					 reader->n_rows, misfit);
		return;
	}
	connector.type = (enum connector_type)type;
	if (reader->n == reader->n_max) {
		size_t n_max = reader->n_max ? 2 * reader->n_max : 64;
		struct connector *more = arena_new_array(reader->arena, n_max, struct connector);

		if (reader->n)
			memcpy(more, reader->connectors, reader->n * sizeof(*more));
		reader->connectors = more;
		reader->n_max = n_max;
	}
	reader->connectors[reader->n++] = connector;
}

static void
take_row(_unused_ int terminator, void *arg)
{
	struct csv_reader *reader = arg;

	reader->n_rows++;
	if (reader->err.code)
		return;
	if (reader->n_rows == 1)
		take_header(reader);
	else
		take_connector(reader);
	reader->n_fields = 0;
}

static void
parser_done(struct csv_parser *parser)
{
	csv_free(parser);
}

static struct err
read_csv(struct csv_reader *reader, struct str text)
{
	_cleanup_(parser_done) struct csv_parser parser = { 0 };

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		abort(); /* fails for no reason that we could meet */
	if (csv_parse(&parser, text.ptr, text.len, take_field, take_row, reader) != text.len ||
	    csv_fini(&parser, take_field, take_row, reader) != 0)
		return err_format(reader->arena, ERR_CONFIG, "%s: row %zu: a quote is out of place",
				  reader->path, reader->n_rows + 1);
	return reader->err;
}

static int
compare_identifiers(const void *a, const void *b)
{
	const struct connector *const *left = a;
	const struct connector *const *right = b;
	struct str l = (*left)->identifier;
	struct str r = (*right)->identifier;
	int order = memcmp(l.ptr, r.ptr, l.len < r.len ? l.len : r.len);

	return order ? order : (l.len > r.len) - (l.len < r.len);
}

static struct err
check_unique(struct arena *arena, const char *path, const struct connector *connectors, size_t n)
{
	const struct connector **sorted = arena_new_array(arena, n, const struct connector *);

	for (size_t i = 0; i < n; i++)
		sorted[i] = &connectors[i];
	if (n > 1)
		qsort(sorted, n, sizeof(*sorted), compare_identifiers);
	for (size_t i = 1; i < n; i++) {
		if (str_equal(sorted[i - 1]->identifier, sorted[i]->identifier))
			return err_format(arena, ERR_CONFIG, "%s: the identifier %.*s stands twice",
					  path, STR_ARG(sorted[i]->identifier));
	}
	return OK_NONE;
}

struct err
connectors_file_read(struct arena *arena, const char *path, const struct connector **ret_connectors,
		     size_t *ret_n)
{
	struct csv_reader reader = { .arena = arena, .path = path };
	const struct connector *connectors;
	size_t n;
	struct str text;
	struct err err = file_read(arena, path, FILE_MAX_LEN, &text);

	if (err.code)
		return err_make(ERR_CONFIG, err.detail);
	if (str_ends_with(str_of(path), STR(".json"))) {
		err = wire_read_connectors(arena, text, &connectors, &n);
		if (err.code)
			return err_format(arena, ERR_CONFIG, "%s: %s", path, err.detail);
	} else {
		err = str_is_utf8(text) ? read_csv(&reader, text)
					: err_format(arena, ERR_CONFIG, "%s: not UTF-8", path);
		if (err.code)
			return err;
		connectors = reader.connectors;
		n = reader.n;
	}
	err = check_unique(arena, path, connectors, n);
	if (err.code)
		return err;
	*ret_connectors = connectors;
	*ret_n = n;
	return OK_NONE;
}
