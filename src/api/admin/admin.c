/*
 * The tables of the operator's side, who is let in, and writing down what was done.
 */
#include "api/admin/admin.h"

#include "api/admin/operations.h"
#include "api/respond.h"
#include "api/routes.h"

#define HEALTH(path) ROUTE_HEALTH, 0, path

static const struct route health_rows[] = {
	{ "healthz", HTTP_GET, HEALTH("/healthz"), health_live },
};

static const struct route admin_rows[] = {
	{ "healthz", HTTP_GET, HEALTH("/healthz"), health_live },
};

const struct route_table *
admin_routes(struct arena *arena)
{
	return routes_of(arena, admin_rows, ARRAY_LEN(admin_rows));
}

const struct route_table *
health_routes(struct arena *arena)
{
	return routes_of(arena, health_rows, ARRAY_LEN(health_rows));
}

/* The socket's mode keeps others out; this holds where somebody has widened it. */
static bool
is_operator(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

bool
admin_lets_in(struct call *call)
{
	if (!http_call_peer_uid(call->http, &call->peer_uid) || !is_operator(call->peer_uid)) {
		respond_error(call, err_make(ERR_UNAUTHORIZED,
					     "only the server's own user and root may do this"));
		return false;
	}
	if (call->route && call->route->access == ROUTE_ADMIN &&
	    atomic_load(&call->app->is_draining)) {
		respond_error(call, err_make(ERR_OVERLOADED, "the server is stopping"));
		return false;
	}
	return true;
}

struct err
admin_audit(struct call *call, struct store_tx *tx, struct str action, struct str object)
{
	struct audit_entry entry = {
		.at = clock_now(call->app->clock),
		.actor = str_of(arena_printf(call->arena, "uid:%u", (unsigned int)call->peer_uid)),
		.action = action,
		.object = object,
		.detail = call->request_id,
	};

	return store_add_audit(tx, &entry);
}
