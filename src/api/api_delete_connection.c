/*
 * Delete connection: Databricks deleted its side, we forget ours.
 */
#include "api/operations.h"
#include "api/respond.h"
#include "core/lookup.h"

static struct err
delete_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	const struct connection_request *req = arg;
	struct known_connection connection;
	struct err err;

	err = store_load_connection(tx, call->arena, req->connection_id, &connection);
	if (err.code)
		return err;
	if (!connection_is_asked_for(&connection, req)) /* DELETE-1 */
		return err_make(ERR_CONNECTION_NOT_FOUND, NULL);
	return store_delete_connection(tx, req->connection_id, clock_now(call->app->clock));
}

static void
delete_answer(struct call *call, _unused_ void *arg)
{
	struct respond_json json;

	respond_json_begin(call, &json);
	wire_write_resource_status(&json.writer, RESOURCE_STATUS_DELETED);
	respond_json_end(call, &json);
}

void
api_delete_connection(struct call *call)
{
	struct connection_request *req = arena_new(call->arena, struct connection_request);
	struct err err = wire_read_delete_connection(call->arena, call->body, req);

	if (err.code)
		respond_error(call, err);
	else
		call_transact(call, delete_in_tx, delete_answer, req);
}
