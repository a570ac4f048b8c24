/*
 * The operator's JSON.
 */
#include "api/admin/shape.h"

#include <inttypes.h>

#define DEFAULT_LIMIT 50
#define MAX_LIMIT 500

void
shape_text(struct json_writer *writer, const char *name, struct str value)
{
	if (str_is_empty(value))
		return;
	json_write_name(writer, name);
	json_write_string(writer, value);
}

void
shape_time(struct json_writer *writer, const char *name, struct instant value)
{
	char text[INSTANT_TEXT_SIZE];

	if (!instant_is_set(value))
		return;
	instant_format(value, text);
	shape_text(writer, name, str_of(text));
}

void
shape_id(struct json_writer *writer, const char *name, int64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, value); /* 20 characters at most */
	shape_text(writer, name, str_of(text));
}

void
shape_bool(struct json_writer *writer, const char *name, bool value)
{
	json_write_name(writer, name);
	json_write_bool(writer, value);
}

struct err
shape_read_parameter(struct call *call, const char *name, struct str *ret_value)
{
	*ret_value = STR("");
	if (!http_call_parameter(call->http, name, ret_value) || ret_value->ptr)
		return OK_NONE;
	return err_format(call->arena, ERR_BAD_REQUEST, "%s stands twice, or its escapes are wrong",
			  name);
}

struct err
shape_read_page(struct call *call, struct store_page *ret_page)
{
	struct store_page page = { .limit = DEFAULT_LIMIT };
	struct str limit;
	struct err err = shape_read_parameter(call, "limit", &limit);

	if (!err.code)
		err = shape_read_parameter(call, "before", &page.before);
	if (err.code)
		return err;
	if (limit.len &&
	    (!str_to_int64(limit, &page.limit) || page.limit < 1 || page.limit > MAX_LIMIT))
		return err_format(call->arena, ERR_BAD_REQUEST,
				  "limit is not a number from 1 to %d", MAX_LIMIT);
	*ret_page = page;
	return OK_NONE;
}

void
shape_begin_list(struct call *call, struct respond_json *json, const char *name)
{
	respond_json_begin(call, json);
	json_write_begin_object(&json->writer);
	json_write_name(&json->writer, name);
	json_write_begin_array(&json->writer);
}

void
shape_end_list(struct call *call, struct respond_json *json, struct str next)
{
	json_write_end_array(&json->writer);
	shape_text(&json->writer, "next", next);
	json_write_end_object(&json->writer);
	respond_json_end(call, json);
}

void
shape_done(struct call *call, _unused_ void *work)
{
	struct respond_json json;

	respond_json_begin(call, &json);
	json_write_begin_object(&json.writer);
	json_write_end_object(&json.writer);
	respond_json_end(call, &json);
}
