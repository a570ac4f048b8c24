/*
 * The fields of the operations other than connect.
 */
#include "wire/wire_operations.h"

#include "wire/fields.h"

#define AT(type, member) .offset = offsetof(struct type, member), .has_offset = WIRE_NO_HAS
#define HAS(type, member, has)                                                                     \
	.offset = offsetof(struct type, member), .has_offset = offsetof(struct type, has)

#define CONNECTION_ID                                                                              \
	{                                                                                          \
		"connection_id", WIRE_STRING, WIRE_REQUIRED | WIRE_NOT_EMPTY,                      \
			AT(connection_request, connection_id), .max_len = WIRE_MAX_NAME            \
	}
#define OF_CLOUD(flags)                                                                            \
	{                                                                                          \
		"cloud_provider", WIRE_WORD, flags, HAS(connection_request, cloud, has_cloud),     \
			.words = &cloud_words                                                      \
	}
#define OF_WORKSPACE(flags)                                                                        \
	{                                                                                          \
		"databricks_organization_id", WIRE_INT64, flags,                                   \
			HAS(connection_request, workspace_id, has_workspace_id)                    \
	}

static const struct wire_field delete_connection_fields[] = {
	CONNECTION_ID,
	OF_CLOUD(WIRE_REQUIRED),
	OF_WORKSPACE(WIRE_REQUIRED),
};

static const struct wire_field test_connection_fields[] = {
	CONNECTION_ID,
	OF_CLOUD(0),
	OF_WORKSPACE(0),
};

static struct err
read_connection_request(struct arena *arena, struct str body, const struct wire_field *fields,
			size_t n_fields, struct connection_request *ret_request)
{
	struct connection_request request = { 0 };
	struct err err = wire_read_body(arena, body, fields, n_fields, &request);

	if (!err.code)
		*ret_request = request;
	return err;
}

struct err
wire_read_delete_connection(struct arena *arena, struct str body,
			    struct connection_request *ret_request)
{
	return read_connection_request(arena, body, delete_connection_fields,
				       ARRAY_LEN(delete_connection_fields), ret_request);
}

struct err
wire_read_test_connection(struct arena *arena, struct str body,
			  struct connection_request *ret_request)
{
	return read_connection_request(arena, body, test_connection_fields,
				       ARRAY_LEN(test_connection_fields), ret_request);
}

void
wire_write_resource_status(struct json_writer *writer, enum resource_status status)
{
	json_write_begin_object(writer);
	json_write_name(writer, "resource_status");
	json_write_string(writer, word_of(&resource_status_words, (int)status));
	json_write_end_object(writer);
}

void
wire_write_test_results(struct json_writer *writer, const struct test_result *results,
			size_t n_results)
{
	json_write_begin_object(writer);
	json_write_name(writer, "test_results");
	json_write_begin_array(writer);
	for (size_t i = 0; i < n_results; i++) {
		json_write_begin_object(writer);
		json_write_name(writer, "test_name");
		json_write_string(writer, str_of(results[i].name));
		json_write_name(writer, "status");
		json_write_string(writer, results[i].is_passed ? STR("PASS") : STR("FAIL"));
		json_write_name(writer, "message");
		json_write_string(writer, str_of(results[i].message));
		json_write_end_object(writer);
	}
	json_write_end_array(writer);
	json_write_end_object(writer);
}

static const struct wire_field delete_account_fields[] = {
	{ "domain", WIRE_STRING, WIRE_REQUIRED, AT(delete_account_request, domain),
	  .max_len = WIRE_MAX_HOSTNAME },
	{ "cloud_provider", WIRE_WORD, WIRE_REQUIRED, AT(delete_account_request, cloud),
	  .words = &cloud_words },
	{ "databricks_organization_id", WIRE_INT64, WIRE_REQUIRED,
	  AT(delete_account_request, workspace_id) },
};

struct err
wire_read_delete_account(struct arena *arena, struct str body,
			 struct delete_account_request *ret_request)
{
	struct delete_account_request request = { 0 };
	struct err err = wire_read_body(arena, body, delete_account_fields,
					ARRAY_LEN(delete_account_fields), &request);

	if (!err.code)
		*ret_request = request;
	return err;
}

/* The e-mail as it stands; email_read() makes the rest of it. */
static const struct wire_field expire_account_fields[] = {
	{ "email", WIRE_STRING, WIRE_REQUIRED, AT(expire_account_request, email.text),
	  .max_len = WIRE_MAX_EMAIL },
	{ "databricks_user_id", WIRE_INT64, WIRE_REQUIRED,
	  AT(expire_account_request, databricks_user_id) },
	{ "cloud_provider", WIRE_WORD, WIRE_REQUIRED, AT(expire_account_request, cloud),
	  .words = &cloud_words },
	{ "databricks_organization_id", WIRE_INT64, WIRE_REQUIRED,
	  AT(expire_account_request, workspace_id) },
};

struct err
wire_read_expire_account(struct arena *arena, struct str body,
			 struct expire_account_request *ret_request)
{
	struct expire_account_request request = { 0 };
	struct err err = wire_read_body(arena, body, expire_account_fields,
					ARRAY_LEN(expire_account_fields), &request);

	if (err.code)
		return err;
	if (!email_read(arena, request.email.text, &request.email))
		return err_make(ERR_BAD_REQUEST, "email is not an e-mail address");
	*ret_request = request;
	return OK_NONE;
}

static const struct wire_field connector_fields[] = {
	{ "identifier", WIRE_STRING, WIRE_REQUIRED | WIRE_NOT_EMPTY, AT(connector, identifier),
	  .max_len = WIRE_MAX_NAME },
	{ "name", WIRE_STRING, WIRE_REQUIRED | WIRE_NOT_EMPTY, AT(connector, name),
	  .max_len = WIRE_MAX_NAME },
	{ "type", WIRE_WORD, WIRE_REQUIRED, AT(connector, type), .words = &connector_type_words },
	{ "description", WIRE_STRING, 0, AT(connector, description), .max_len = WIRE_MAX_URL },
};

struct err
wire_read_connectors(struct arena *arena, struct str text, const struct connector **ret_connectors,
		     size_t *ret_n)
{
	const struct json *list;
	struct connector *connectors;
	size_t n = 0;
	struct err err = json_read(arena, text, &json_limits_file, &list, NULL);

	if (err.code)
		return err;
	if (list->type == JSON_OBJECT)
		list = json_member(list, STR("connectors"));
	if (!list || list->type != JSON_ARRAY)
		return err_make(ERR_BAD_REQUEST, "no array of connectors");
	connectors = arena_new_array(arena, list->n_children, struct connector);
	for (const struct json *item = list->first; item; item = item->next, n++) {
		const char *path = arena_printf(arena, "connectors[%zu]", n);

		err = wire_read_fields(arena, item, path, connector_fields,
				       ARRAY_LEN(connector_fields), &connectors[n]);
		if (err.code)
			return err;
	}
	*ret_connectors = connectors;
	*ret_n = n;
	return OK_NONE;
}

void
wire_write_connectors(struct json_writer *writer, const struct connector *connectors,
		      size_t n_connectors, struct str next_token)
{
	json_write_begin_object(writer);
	json_write_name(writer, "connectors");
	json_write_begin_array(writer);
	for (size_t i = 0; i < n_connectors; i++) {
		json_write_begin_object(writer);
		wire_write_fields(writer, connector_fields, ARRAY_LEN(connector_fields),
				  &connectors[i]);
		json_write_end_object(writer);
	}
	json_write_end_array(writer);
	if (!str_is_empty(next_token)) {
		json_write_name(writer, "pagination_token");
		json_write_string(writer, next_token);
	}
	json_write_end_object(writer);
}

void
wire_write_error(struct json_writer *writer, const char *error_reason, const char *display_message,
		 const char *debugging_message)
{
	json_write_begin_object(writer);
	json_write_name(writer, "error_reason");
	json_write_string(writer, str_of(error_reason));
	if (display_message) {
		json_write_name(writer, "display_message");
		json_write_string(writer, str_of(display_message));
	}
	if (debugging_message) {
		json_write_name(writer, "debugging_message");
		json_write_string(writer, str_of(debugging_message));
	}
	json_write_end_object(writer);
}
