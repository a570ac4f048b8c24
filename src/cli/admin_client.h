/**
 * Asking a running server over its admin socket.
 */
#ifndef PC_CLI_ADMIN_CLIENT_H
#define PC_CLI_ADMIN_CLIENT_H

#include "base/json.h"
#include "cli/settings.h"

/**
 * Finds the socket as `serve` does, sends the request and reads the answer.
 *
 * @method    "GET", "POST", "DELETE"
 * @body      JSON; empty: none
 * @ret_root  the answer's object, in the arena
 *
 * ERR_UNREACHABLE  nobody listens there, we are not let in, or the server is stopping
 * ERR_USAGE        the server refuses what was asked (400); the detail is the server's
 * ERR_CONFIG       there is no such thing, or it cannot be done as things are (404, 409)
 * ERR_IO           a fault of the server, or an answer that is none
 */
_must_use_ struct err admin_ask(struct arena *arena, const struct settings *settings,
				const char *method, const char *path, struct str body,
				const struct json **ret_root);

/** @value as a part of a path or a query. */
const char *admin_escape(struct arena *arena, struct str value);

#endif
