/*
 * The tables of the operator's side, who is let in, and writing down what was done.
 */
#include "api/admin/admin.h"

#include "api/admin/operations.h"
#include "api/respond.h"
#include "api/routes.h"

#define HEALTH(path) ROUTE_HEALTH, 0, path
#define ADMIN(path) ROUTE_ADMIN, 0, "/v1" path

#define HEALTH_ROWS                                                                                \
	{ "healthz", HTTP_GET, HEALTH("/healthz"), health_live },                                  \
		{ "readyz", HTTP_GET, HEALTH("/readyz"), health_ready },                           \
	{                                                                                          \
		"metrics", HTTP_GET, HEALTH("/metrics"), health_metrics                            \
	}

static const struct route health_rows[] = { HEALTH_ROWS };

static const struct route admin_rows[] = {
	HEALTH_ROWS,
	{ "list_credentials", HTTP_GET, ADMIN("/credentials"), admin_list_credentials },
	{ "add_credential", HTTP_POST, ADMIN("/credentials"), admin_add_credential },
	{ "promote_credential", HTTP_POST, ADMIN("/credentials/promote"),
	  admin_promote_credential },
	{ "retire_credential", HTTP_POST, ADMIN("/credentials/retire"), admin_retire_credential },
	{ "list_connections", HTTP_GET, ADMIN("/connections"), admin_list_connections },
	{ "show_connection", HTTP_GET, ADMIN("/connections/{id}"), admin_show_connection },
	{ "delete_connection", HTTP_DELETE, ADMIN("/connections/{id}"), admin_delete_connection },
	{ "read_secrets", HTTP_POST, ADMIN("/connections/{id}/credential"), admin_read_secrets },
	{ "list_accounts", HTTP_GET, ADMIN("/accounts"), admin_list_accounts },
	{ "show_account", HTTP_GET, ADMIN("/accounts/{id}"), admin_show_account },
	{ "expire_account", HTTP_POST, ADMIN("/accounts/{id}/expire"), admin_expire_account },
	{ "suspend_account", HTTP_POST, ADMIN("/accounts/{id}/suspend"), admin_suspend_account },
	{ "activate_account", HTTP_POST, ADMIN("/accounts/{id}/activate"), admin_activate_account },
	{ "list_audit", HTTP_GET, ADMIN("/audit"), admin_list_audit },
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
