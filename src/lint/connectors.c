/*
 * Reading one column of identifiers with the place of each, and comparing two.
 */
#include "lint/connectors.h"

#include "base/json.h"
#include "lint/near.h"

#include <csv.h>

/* Looking for a near miss takes long; a file in which nothing fits has other troubles. */
#define MAX_SUGGESTIONS 200
#define NO_COLUMN SIZE_MAX

struct column_reader {
	struct arena *arena;
	const char *header;
	size_t at;	    /* the byte that the parser is given */
	size_t field_start; /* of the field that it is in */
	size_t field;	    /* from 0, in its row */
	size_t n_rows;
	size_t column; /* NO_COLUMN: the header has no such field */
	struct identifier *items;
	size_t n;
	size_t n_max;
};

static void
add(struct column_reader *reader, struct str text)
{
	if (reader->n == reader->n_max) {
		size_t n_max = reader->n_max ? 2 * reader->n_max : 64;
		struct identifier *more = arena_new_array(reader->arena, n_max, struct identifier);

		if (reader->n)
			memcpy(more, reader->items, reader->n * sizeof(*more));
		reader->items = more;
		reader->n_max = n_max;
	}
	reader->items[reader->n++] =
		(struct identifier){ arena_str(reader->arena, text), reader->field_start };
}

static void
take_field(void *bytes, size_t len, void *arg)
{
	struct column_reader *reader = arg;
	struct str text = { bytes, len };

	if (reader->n_rows == 0) {
		if (reader->column == NO_COLUMN &&
		    str_equal(str_trim(text), str_of(reader->header)))
			reader->column = reader->field;
	} else if (reader->field == reader->column && len > 0) {
		add(reader, text);
	}
	reader->field++;
	reader->field_start = reader->at + 1;
}

static void
take_row(_unused_ int terminator, void *arg)
{
	struct column_reader *reader = arg;

	reader->n_rows++;
	reader->field = 0;
}

static void
parser_done(struct csv_parser *parser)
{
	csv_free(parser);
}

/* Byte by byte, for that is how the parser's callbacks know where they are. */
static bool
parse(struct csv_parser *parser, struct column_reader *reader, struct str text)
{
	reader->at =
		str_starts_with(text, STR("\xef\xbb\xbf")) ? 3 : 0; /* a spreadsheet wrote it */
	for (; reader->at < text.len; reader->at++) {
		const char *byte = text.ptr + reader->at;

		if (reader->at == reader->field_start && (*byte == '\r' || *byte == '\n'))
			reader->field_start++;
		if (csv_parse(parser, byte, 1, take_field, take_row, reader) != 1)
			return false;
	}
	return csv_fini(parser, take_field, take_row, reader) == 0;
}

static struct err
read_column(struct arena *arena, const struct lint_source *source, const char *header,
	    struct identifiers *ret_list)
{
	_cleanup_(parser_done) struct csv_parser parser = { 0 };
	struct column_reader reader = { .arena = arena, .header = header, .column = NO_COLUMN };

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		abort(); /* fails for no reason that we could meet */
	if (!str_is_utf8(source->text) || !parse(&parser, &reader, source->text))
		return err_format(arena, ERR_CONFIG, "%s: row %zu: no CSV in UTF-8", source->name,
				  reader.n_rows + 1);
	if (reader.column == NO_COLUMN)
		return err_format(arena, ERR_CONFIG, "%s: the first line has no column %s",
				  source->name, header);
	*ret_list = (struct identifiers){ reader.items, reader.n };
	return OK_NONE;
}

struct err
connectors_read_public(struct arena *arena, const struct lint_source *source,
		       struct identifiers *ret_list)
{
	struct err err = read_column(arena, source, "Unique Identifier", ret_list);

	if (!err.code && ret_list->n == 0)
		return err_format(arena, ERR_CONFIG, "%s: holds no identifier", source->name);
	return err;
}

static struct err
read_json(struct arena *arena, const struct lint_source *source, struct identifiers *ret_list)
{
	const struct json *list;
	struct err err = json_read(arena, source->text, &json_limits_file, &list, NULL);

	if (err.code)
		return err_format(arena, ERR_CONFIG, "%s: %s", source->name, err.detail);
	if (list->type == JSON_OBJECT)
		list = json_member(list, STR("connectors"));
	if (!list || list->type != JSON_ARRAY)
		return err_format(arena, ERR_CONFIG, "%s: no list of connectors", source->name);
	*ret_list = (struct identifiers){
		.items = arena_new_array(arena, list->n_children, struct identifier),
	};
	for (const struct json *item = list->first; item; item = item->next) {
		const struct json *identifier = json_member(item, STR("identifier"));

		if (identifier && identifier->type == JSON_STRING)
			ret_list->items[ret_list->n++] =
				(struct identifier){ identifier->text, identifier->offset };
	}
	return OK_NONE;
}

struct err
connectors_read_own(struct arena *arena, const struct lint_source *source,
		    struct identifiers *ret_list)
{
	if (str_ends_with(str_of(source->name), STR(".json")))
		return read_json(arena, source, ret_list);
	return read_column(arena, source, "identifier", ret_list);
}

/* CONNECTORS-3 */
static bool
is_listed(const struct identifiers *list, struct str text)
{
	for (size_t i = 0; i < list->n; i++) {
		if (str_equal(list->items[i].text, text))
			return true;
	}
	return false;
}

static const char *
suggestion_for(struct arena *arena, const struct identifiers *list, struct str text)
{
	struct near near = { .word = text };

	for (size_t i = 0; i < list->n; i++)
		near_try(&near, list->items[i].text);
	return near.best.ptr ? arena_printf(arena, "did you mean \"%.*s\"?", STR_ARG(near.best))
			     : NULL;
}

void
lint_connectors(struct findings *findings, const struct lint_source *source,
		const struct identifiers *own, const struct identifiers *list)
{
	size_t n_suggested = 0;

	for (size_t i = 0; i < own->n; i++) {
		struct str text = own->items[i].text;
		struct finding finding = {
			.rule = RULE_UNKNOWN_CONNECTOR,
			.source = source,
			.offset = own->items[i].offset,
			.path = arena_printf(findings->arena, "connectors[%zu].identifier", i),
			.message = arena_printf(findings->arena,
						"the identifier \"%.*s\" is not on the public list",
						STR_ARG(text)),
		};

		if (is_listed(list, text))
			continue;
		if (n_suggested++ < MAX_SUGGESTIONS)
			finding.suggestion = suggestion_for(findings->arena, list, text);
		findings_add(findings, finding);
	}
}
