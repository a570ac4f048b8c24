/*
 * Finding a connection by its id never suffices: its workspace and cloud must fit.
 */
#include "core/lookup.h"

bool
connection_is_asked_for(const struct known_connection *connection,
			const struct connection_request *request)
{
	if (!connection->is_known || connection->state == CONNECTION_DELETED)
		return false;
	if (request->has_cloud && request->cloud != connection->cloud)
		return false;
	return !request->has_workspace_id ||
	       request->workspace_id.value == connection->workspace_id.value;
}
