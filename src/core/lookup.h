/**
 * Whether a stored connection is the one that a caller names.
 *
 * Rules: DELETE-1, TEST-1
 */
#ifndef PC_CORE_LOOKUP_H
#define PC_CORE_LOOKUP_H

#include "core/connect.h"

/**
 * Known, not deleted, of the workspace and the cloud where these were sent. A mismatch is answered
 * as if the connection did not exist: nobody learns of another workspace's.
 */
bool connection_is_asked_for(const struct known_connection *connection,
			     const struct connection_request *request);

#endif
