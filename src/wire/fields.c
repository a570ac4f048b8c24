/*
 * The reader and the writer of field tables.
 */
#include "wire/fields.h"

#include "core/connection.h"

#include <inttypes.h>

struct field_reader {
	struct arena *arena;
	const char *path;
	char *target;
};

static const char *
path_of(const struct field_reader *reader, const struct wire_field *field)
{
	if (reader->path[0] == '\0')
		return field->name;
	return arena_printf(reader->arena, "%s.%s", reader->path, field->name);
}

static struct err
misfit(const struct field_reader *reader, const struct wire_field *field, const char *what)
{
	return err_format(reader->arena, ERR_BAD_REQUEST, "%s %s", path_of(reader, field), what);
}

static struct err
none_of_words(const struct field_reader *reader, const struct wire_field *field)
{
	struct buf buf;

	buf_init(&buf, reader->arena, 400);
	buf_addf(&buf, "%s is none of", path_of(reader, field));
	for (size_t i = 0; i < field->words->n; i++) {
		/* Spellings that are only read are not advertised. */
		if (str_equal(str_of(field->words->words[i].text),
			      word_of(field->words, field->words->words[i].value)))
			buf_addf(&buf, "%s %s", i ? "," : "", field->words->words[i].text);
	}
	return err_make(ERR_BAD_REQUEST, buf_cstr(&buf));
}

static struct err
check_text(const struct field_reader *reader, const struct wire_field *field,
	   const struct json *value)
{
	if (value->type != JSON_STRING)
		return misfit(reader, field, "is not a string");
	if (value->text.len > field->max_len)
		return err_format(reader->arena, ERR_BAD_REQUEST, "%s is longer than %zu bytes",
				  path_of(reader, field), field->max_len);
	if (value->text.len == 0 && (field->flags & WIRE_NOT_EMPTY))
		return misfit(reader, field, "is empty");
	return OK_NONE;
}

static struct err
read_secret(const struct field_reader *reader, const struct wire_field *field,
	    const struct json *value, void *place)
{
	struct secret_text *secret = place;
	struct err err = check_text(reader, field, value);

	if (err.code || value->text.len == 0)
		return err;
	secret->ptr = arena_cstr(reader->arena, value->text);
	secret->len = value->text.len;
	return OK_NONE;
}

static struct err
read_int32(const struct field_reader *reader, const struct wire_field *field,
	   const struct json *value, void *place)
{
	int64_t number;

	if (!json_int64(value, &number) || number < 0 || number > INT32_MAX)
		return misfit(reader, field, "is not a 32-bit integer from 0");
	*(int32_t *)place = (int32_t)number;
	return OK_NONE;
}

static struct err
read_word(const struct field_reader *reader, const struct wire_field *field,
	  const struct json *value, void *place)
{
	if (value->type != JSON_STRING || !word_find(field->words, value->text, place))
		return none_of_words(reader, field);
	return OK_NONE;
}

static struct err
read_words(const struct field_reader *reader, const struct wire_field *field,
	   const struct json *value, void *place)
{
	unsigned *bits = place;

	if (value->type != JSON_ARRAY)
		return misfit(reader, field, "is not an array");
	*bits = 0;
	for (const struct json *item = value->first; item; item = item->next) {
		const struct json *text =
			field->member ? json_member(item, str_of(field->member)) : item;
		int word;

		if (!text || text->type != JSON_STRING ||
		    !word_find(field->words, text->text, &word))
			return none_of_words(reader, field);
		*bits |= 1u << word;
	}
	return OK_NONE;
}

static struct err
read_strings(const struct field_reader *reader, const struct wire_field *field,
	     const struct json *value, void *place)
{
	struct wire_strings *strings = place;
	struct str *items;

	if (value->type != JSON_ARRAY)
		return misfit(reader, field, "is not an array");
	items = arena_new_array(reader->arena, value->n_children, struct str);
	strings->items = items;
	strings->n = 0;
	for (const struct json *item = value->first; item; item = item->next) {
		struct err err = check_text(reader, field, item);

		if (err.code)
			return err;
		items[strings->n++] = item->text;
	}
	return OK_NONE;
}

static struct err
read_value(const struct field_reader *reader, const struct wire_field *field,
	   const struct json *value)
{
	char *place = reader->target + field->offset;
	struct err err;

	switch (field->type) {
	case WIRE_STRING:
		err = check_text(reader, field, value);
		if (!err.code)
			*(struct str *)(void *)place = value->text;
		return err;
	case WIRE_INT64:
		if (!json_int64(value, (int64_t *)(void *)place))
			return misfit(reader, field, "is not a 64-bit integer");
		return OK_NONE;
	case WIRE_INT32:
		return read_int32(reader, field, value, place);
	case WIRE_BOOL:
		if (value->type != JSON_BOOL)
			return misfit(reader, field, "is not true or false");
		*(bool *)place = value->boolean;
		return OK_NONE;
	case WIRE_WORD:
		return read_word(reader, field, value, place);
	case WIRE_WORDS:
		return read_words(reader, field, value, place);
	case WIRE_SECRET:
		return read_secret(reader, field, value, place);
	case WIRE_STRINGS:
		return read_strings(reader, field, value, place);
	case WIRE_OBJECT:
		return wire_read_fields(reader->arena, value, path_of(reader, field), field->fields,
					field->n_fields, reader->target);
	}
	return OK_NONE;
}

static struct err
read_field(const struct field_reader *reader, const struct wire_field *field,
	   const struct json *object)
{
	const struct json *value = json_member(object, str_of(field->name));

	if (!value || value->type == JSON_NULL) {
		if (field->flags & WIRE_REQUIRED)
			return misfit(reader, field, "is missing");
		return OK_NONE;
	}
	if (field->has_offset != WIRE_NO_HAS)
		*(bool *)(reader->target + field->has_offset) = true;
	return read_value(reader, field, value);
}

struct err
wire_read_fields(struct arena *arena, const struct json *object, const char *path,
		 const struct wire_field *fields, size_t n_fields, void *target)
{
	struct field_reader reader = { arena, path, target };

	if (object->type != JSON_OBJECT)
		return err_format(arena, ERR_BAD_REQUEST, "%s is not an object",
				  path[0] ? path : "the body");
	for (size_t i = 0; i < n_fields; i++) {
		struct err err = read_field(&reader, &fields[i], object);

		if (err.code)
			return err;
	}
	return OK_NONE;
}

struct err
wire_read_body(struct arena *arena, struct str body, const struct wire_field *fields,
	       size_t n_fields, void *target)
{
	const struct json *root;
	struct err err = json_read(arena, body, &json_limits_request, &root, NULL);

	if (err.code)
		return err;
	return wire_read_fields(arena, root, "", fields, n_fields, target);
}

/* ---- Writing ---- */

static bool
is_absent(const struct wire_field *field, const char *source)
{
	const char *place = source + field->offset;

	if (field->has_offset != WIRE_NO_HAS)
		return !*(const bool *)(source + field->has_offset);
	if (field->flags & WIRE_REQUIRED)
		return false;
	switch (field->type) {
	case WIRE_STRING:
		return str_is_empty(*(const struct str *)(const void *)place);
	case WIRE_SECRET:
		return ((const struct secret_text *)(const void *)place)->ptr == NULL;
	case WIRE_STRINGS:
		return ((const struct wire_strings *)(const void *)place)->n == 0;
	case WIRE_WORDS:
		return *(const unsigned *)(const void *)place == 0;
	case WIRE_INT64:
	case WIRE_INT32:
	case WIRE_BOOL:
	case WIRE_WORD:
	case WIRE_OBJECT:
		return false;
	}
	return false;
}

static void
write_words(struct json_writer *writer, const struct wire_field *field, unsigned bits)
{
	json_write_begin_array(writer);
	for (int word = 0; bits >> word; word++) {
		if (!(bits >> word & 1))
			continue;
		if (field->member) {
			json_write_begin_object(writer);
			json_write_name(writer, field->member);
		}
		json_write_string(writer, word_of(field->words, word));
		if (field->member)
			json_write_end_object(writer);
	}
	json_write_end_array(writer);
}

static void
write_strings(struct json_writer *writer, const struct wire_strings *strings)
{
	json_write_begin_array(writer);
	for (size_t i = 0; i < strings->n; i++)
		json_write_string(writer, strings->items[i]);
	json_write_end_array(writer);
}

static void
write_value(struct json_writer *writer, const struct wire_field *field, const char *source)
{
	const void *place = source + field->offset;
	const struct secret_text *secret = place;

	switch (field->type) {
	case WIRE_STRING:
		json_write_string(writer, *(const struct str *)place);
		break;
	case WIRE_INT64:
		json_write_int64(writer, *(const int64_t *)place);
		break;
	case WIRE_INT32:
		json_write_int64(writer, *(const int32_t *)place);
		break;
	case WIRE_BOOL:
		json_write_bool(writer, *(const bool *)place);
		break;
	case WIRE_WORD:
		json_write_string(writer, word_of(field->words, *(const int *)place));
		break;
	case WIRE_WORDS:
		write_words(writer, field, *(const unsigned *)place);
		break;
	case WIRE_SECRET:
		json_write_string(writer, (struct str){ secret->ptr, secret->len });
		break;
	case WIRE_STRINGS:
		write_strings(writer, place);
		break;
	case WIRE_OBJECT:
		json_write_begin_object(writer);
		wire_write_fields(writer, field->fields, field->n_fields, source);
		json_write_end_object(writer);
		break;
	}
}

void
wire_write_fields(struct json_writer *writer, const struct wire_field *fields, size_t n_fields,
		  const void *source)
{
	for (size_t i = 0; i < n_fields; i++) {
		if (is_absent(&fields[i], source))
			continue;
		json_write_name(writer, fields[i].name);
		write_value(writer, &fields[i], source);
	}
}
