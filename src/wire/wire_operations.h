/**
 * The other operations on the wire: delete and test a connection, the test hooks, connectors, and
 * the error body that all of them share.
 *
 * Source: contract sections 4 and 6.
 */
#ifndef PC_WIRE_WIRE_OPERATIONS_H
#define PC_WIRE_WIRE_OPERATIONS_H

#include "base/json.h"
#include "core/connection.h"
#include "core/test_connection.h"

_must_use_ struct err wire_read_delete_connection(struct arena *arena, struct str body,
						  struct connection_request *ret_request);
_must_use_ struct err wire_read_test_connection(struct arena *arena, struct str body,
						struct connection_request *ret_request);

void wire_write_resource_status(struct json_writer *writer, enum resource_status status);

void wire_write_test_results(struct json_writer *writer, const struct test_result *results,
			     size_t n_results);

struct delete_account_request {
	struct str domain;
	enum cloud cloud;
	struct workspace_id workspace_id;
};
_must_use_ struct err wire_read_delete_account(struct arena *arena, struct str body,
					       struct delete_account_request *ret_request);

struct expire_account_request {
	struct email email;
	struct databricks_user_id databricks_user_id;
	enum cloud cloud;
	struct workspace_id workspace_id;
};
_must_use_ struct err wire_read_expire_account(struct arena *arena, struct str body,
					       struct expire_account_request *ret_request);

struct connector {
	struct str identifier;
	struct str name;
	enum connector_type type;
	struct str description; /* empty: left out */
};
/** A vendor's connectors file in JSON: an array of connectors, or {"connectors": [...]}. */
_must_use_ struct err wire_read_connectors(struct arena *arena, struct str text,
					   const struct connector **ret_connectors, size_t *ret_n);
/** @next_token: empty on the last page. */
void wire_write_connectors(struct json_writer *writer, const struct connector *connectors,
			   size_t n_connectors, struct str next_token);

/** Rules: ERROR-1 */
void wire_write_error(struct json_writer *writer, const char *error_reason,
		      const char *display_message, const char *debugging_message);

#endif
