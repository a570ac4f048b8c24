/**
 * Whole trees of JSON, for tests that read back what they wrote: writing one and comparing two.
 */
#ifndef PC_TESTS_FUZZ_JSON_TREE_H
#define PC_TESTS_FUZZ_JSON_TREE_H

#include "base/json.h"

static inline void
json_tree_write_scalar(struct json_writer *writer, const struct json *value)
{
	int64_t number;

	if (value->type == JSON_STRING) {
		json_write_string(writer, value->text);
	} else if (value->type == JSON_BOOL) {
		json_write_bool(writer, value->boolean);
	} else if (value->type == JSON_NULL) {
		json_write_null(writer);
	} else if (json_int64(value, &number)) {
		json_write_int64(writer, number);
	} else {
		/* Too large or with a fraction: the program never writes one, so it has no call. */
		if (writer->needs_comma)
			buf_add_char(writer->buf, ',');
		buf_add(writer->buf, value->text);
		writer->needs_comma = true;
	}
}

static inline void
json_tree_write(struct json_writer *writer, const struct json *value)
{
	bool is_object = value->type == JSON_OBJECT;

	if (!is_object && value->type != JSON_ARRAY) {
		json_tree_write_scalar(writer, value);
		return;
	}
	if (is_object)
		json_write_begin_object(writer);
	else
		json_write_begin_array(writer);
	for (const struct json *child = value->first; child; child = child->next) {
		if (is_object)
			json_write_name(writer, arena_cstr(writer->buf->arena, child->name));
		json_tree_write(writer, child);
	}
	if (is_object)
		json_write_end_object(writer);
	else
		json_write_end_array(writer);
}

/** Same values, names and order; where they stood in their texts does not matter. */
static inline bool
json_tree_equal(const struct json *a, const struct json *b)
{
	const struct json *in_a;
	const struct json *in_b;

	if (a->type != b->type || a->boolean != b->boolean || !str_equal(a->name, b->name) ||
	    !str_equal(a->text, b->text) || a->n_children != b->n_children)
		return false;
	in_a = a->first;
	in_b = b->first;
	while (in_a && in_b) {
		if (!json_tree_equal(in_a, in_b))
			return false;
		in_a = in_a->next;
		in_b = in_b->next;
	}
	return !in_a && !in_b;
}

#endif
