/**
 * The operator's side: HTTP and JSON over a Unix socket of the server's own user. Who calls is known
 * by the process at the other end; there is no password.
 *
 * Each change is audited with the caller's user id and the request's id. Errors are those of
 * RFC 9457. A server that is stopping, or has too much to do, answers 503 here.
 *
 * Health and metrics are asked for here, too, and at a door of their own.
 */
#ifndef PC_API_ADMIN_ADMIN_H
#define PC_API_ADMIN_ADMIN_H

#include "api/call.h"

/** The tables of the two doors. */
const struct route_table *admin_routes(struct arena *arena);
const struct route_table *health_routes(struct arena *arena);

/** Before anything else of a call. False: the caller was told why not. */
_must_use_ bool admin_lets_in(struct call *call);

/** An error as application/problem+json; @more as respond_send() has it. */
void admin_send_problem(struct call *call, struct err err, const struct http_field *more);

/** Puts the stored pairs in force, in the place of those before: at once, for every thread. */
void admin_use_credentials(struct app *app, const struct stored_credential *rows, size_t n);

/** Writes down that the caller did @action to @object, in the transaction that does it. */
_must_use_ struct err admin_audit(struct call *call, struct store_tx *tx, struct str action,
				  struct str object);

#endif
