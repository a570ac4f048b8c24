/*
 * Connections for the operator: looking at them, deleting one, and handing out its secrets.
 */
#include "api/admin/admin.h"
#include "api/admin/operations.h"
#include "api/admin/shape.h"

/* How many rows a page with a filter looks at: a millisecond of the store's thread. */
#define MAX_LOOKED_AT 500

static struct err
no_connection(void)
{
	return err_make(ERR_CONNECTION_NOT_FOUND, "there is no connection of this id");
}

static void
write_listed(struct json_writer *writer, const struct listed_connection *connection)
{
	const struct known_connection *known = &connection->known;

	shape_text(writer, "id", known->id.value);
	shape_text(writer, "state", word_of(&connection_state_words, (int)known->state));
	shape_text(writer, "cloud", word_of(&cloud_words, (int)known->cloud));
	shape_id(writer, "workspace_id", known->workspace_id.value);
	shape_text(writer, "name", connection->name);
	shape_text(writer, "account_id", known->account_id.value);
	shape_text(writer, "scope", word_of(&connection_scope_words, (int)known->scope));
	shape_bool(writer, "is_demo", known->is_demo);
	shape_bool(writer, "is_confirmed", known->is_confirmed);
	shape_time(writer, "created", connection->created);
}

/* ---- List ---- */

struct list_work {
	struct store_page page;
	struct account_id account_id;
	bool has_workspace;
	int64_t workspace_id;
	bool has_state;
	enum connection_state state;
	/* What was looked at, which may be more than what fits. */
	const struct listed_connection *rows;
	size_t n;
};

static struct err
read_list(struct call *call, struct list_work *work)
{
	struct str workspace;
	struct str state;
	int value = 0;
	struct err err = shape_read_page(call, &work->page);

	if (!err.code)
		err = shape_read_parameter(call, "account", &work->account_id.value);
	if (!err.code)
		err = shape_read_parameter(call, "workspace", &workspace);
	if (!err.code)
		err = shape_read_parameter(call, "state", &state);
	if (err.code)
		return err;
	work->has_workspace = !str_is_empty(workspace);
	work->has_state = !str_is_empty(state);
	if (work->has_workspace && !str_to_int64(workspace, &work->workspace_id))
		return err_make(ERR_BAD_REQUEST, "workspace is no number");
	if (work->has_state && !word_find(&connection_state_words, state, &value))
		return err_make(ERR_BAD_REQUEST, "state is none of live, superseded, deleted");
	work->state = (enum connection_state)value;
	return OK_NONE;
}

static int64_t
n_to_look_at(const struct list_work *work)
{
	return work->has_workspace || work->has_state ? MAX_LOOKED_AT : work->page.limit;
}

static struct err
list_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct list_work *work = arg;
	struct store_page page = { work->page.before, n_to_look_at(work) };

	return store_list_connections(tx, call->arena, page, work->account_id, &work->rows,
				      &work->n);
}

static bool
is_wanted(const struct list_work *work, const struct known_connection *connection)
{
	return (!work->has_workspace || connection->workspace_id.value == work->workspace_id) &&
	       (!work->has_state || connection->state == work->state);
}

static void
list_answer(struct call *call, void *arg)
{
	const struct list_work *work = arg;
	struct respond_json json;
	struct str next = STR("");
	int64_t n_written = 0;
	size_t i = 0;

	shape_begin_list(call, &json, "connections");
	for (; i < work->n && n_written < work->page.limit; i++) {
		if (!is_wanted(work, &work->rows[i].known))
			continue;
		json_write_begin_object(&json.writer);
		write_listed(&json.writer, &work->rows[i]);
		json_write_end_object(&json.writer);
		n_written++;
	}
	/* A page may be short, or empty, and have a next one all the same. */
	if (i > 0 && (i < work->n || (int64_t)work->n == n_to_look_at(work)))
		next = work->rows[i - 1].known.id.value;
	shape_end_list(call, &json, next);
}

void
admin_list_connections(struct call *call)
{
	struct list_work *work = arena_new(call->arena, struct list_work);
	struct err err = read_list(call, work);

	if (err.code)
		respond_error(call, err);
	else
		call_transact(call, list_in_tx, list_answer, work);
}

/* ---- Show ---- */

struct connection_work {
	struct connection_details details;
	const struct sealed_secret *secrets;
	size_t n_secrets;
};

static struct err
show_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct connection_work *work = arg;
	struct connection_id id = { call->id };
	struct err err = store_load_connection_details(tx, call->arena, id, &work->details);

	if (!err.code && !work->details.listed.known.is_known)
		err = no_connection();
	if (!err.code)
		err = store_load_secrets(tx, call->arena, id, &work->secrets, &work->n_secrets);
	return err;
}

static void
write_resources(struct json_writer *writer, const struct resources *resources)
{
	json_write_begin_object(writer);
	shape_text(writer, "hostname", resources->hostname);
	if (resources->port) {
		json_write_name(writer, "port");
		json_write_int64(writer, resources->port);
	}
	shape_text(writer, "workspace_url", resources->workspace_url);
	shape_text(writer, "cloud_provider_region", resources->cloud_provider_region);
	shape_text(writer, "http_path", resources->http_path);
	shape_text(writer, "jdbc_url", resources->jdbc_url);
	shape_text(writer, "databricks_jdbc_url", resources->databricks_jdbc_url);
	shape_text(writer, "cluster_id", resources->cluster_id);
	if (resources->has_is_sql_warehouse)
		shape_bool(writer, "is_sql_warehouse", resources->is_sql_warehouse);
	shape_text(writer, "destination_location", resources->destination_location);
	shape_text(writer, "catalog_name", resources->catalog_name);
	shape_text(writer, "database_name", resources->database_name);
	shape_text(writer, "data_source_connector", resources->data_source_connector);
	shape_text(writer, "service_principal_id", resources->service_principal_id);
	shape_text(writer, "oauth_u2m_app_id", resources->oauth_u2m_app_id);
	shape_text(writer, "oauth_scope", resources->oauth_scope);
	shape_bool(writer, "is_free_trial", resources->is_free_trial);
	json_write_end_object(writer);
}

static void
show_answer(struct call *call, void *arg)
{
	const struct connection_work *work = arg;
	const struct connection_details *details = &work->details;
	struct respond_json json;
	struct json_writer *writer = &json.writer;

	respond_json_begin(call, &json);
	json_write_begin_object(writer);
	write_listed(writer, &details->listed);
	shape_text(writer, "account_key", details->account_key);
	shape_text(writer, "creator_user_id", details->listed.known.creator_user_id.value);
	shape_text(writer, "creator_email", details->creator_email);
	shape_time(writer, "superseded", details->superseded);
	shape_time(writer, "deleted", details->deleted);
	shape_bool(writer, "is_delivered", details->is_delivered);
	json_write_name(writer, "resources");
	write_resources(writer, &details->resources);
	json_write_name(writer, "secrets"); /* their kinds */
	json_write_begin_array(writer);
	for (size_t i = 0; i < work->n_secrets; i++)
		json_write_string(writer, word_of(&secret_kind_words, (int)work->secrets[i].kind));
	json_write_end_array(writer);
	json_write_end_object(writer);
	respond_json_end(call, &json);
}

void
admin_show_connection(struct call *call)
{
	call_transact(call, show_in_tx, show_answer,
		      arena_new(call->arena, struct connection_work));
}

/* ---- Delete ---- */

static struct err
delete_in_tx(struct call *call, struct store_tx *tx, _unused_ void *arg)
{
	struct connection_id id = { call->id };
	struct known_connection connection;
	struct err err = store_load_connection(tx, call->arena, id, &connection);

	if (!err.code && !connection.is_known)
		err = no_connection();
	if (!err.code)
		err = store_delete_connection(tx, id, clock_now(call->app->clock));
	if (!err.code)
		err = admin_audit(call, tx, STR("delete_connection"), call->id);
	return err;
}

void
admin_delete_connection(struct call *call)
{
	call_transact(call, delete_in_tx, shape_done, NULL);
}

/* ---- Secrets ---- */

static struct err
read_secrets_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct connection_work *work = arg;
	struct connection_id id = { call->id };
	struct known_connection connection;
	struct err err = store_load_connection(tx, call->arena, id, &connection);

	if (!err.code && !connection.is_known)
		err = no_connection();
	if (!err.code)
		err = store_load_secrets(tx, call->arena, id, &work->secrets, &work->n_secrets);
	if (!err.code && work->n_secrets == 0)
		err = err_make(ERR_NOT_FOUND, "the connection has no stored secret");
	/* Not audited as handed out when it cannot be. */
	for (size_t i = 0; !err.code && i < work->n_secrets; i++)
		err = vault_use_secret(call->app->vault, id, &work->secrets[i], NULL, NULL);
	if (!err.code)
		err = admin_audit(call, tx, STR("read_secrets"), call->id);
	return err;
}

/* Into the body of the answer, which is wiped with the call. */
static struct err
write_secret(void *context, const char *plain, size_t len)
{
	json_write_string(context, (struct str){ plain, len });
	return OK_NONE;
}

static void
secrets_answer(struct call *call, void *arg)
{
	const struct connection_work *work = arg;
	struct connection_id id = { call->id };
	struct respond_json json;
	struct err err = OK_NONE;

	respond_json_begin(call, &json);
	json_write_begin_object(&json.writer);
	shape_text(&json.writer, "connection_id", call->id);
	json_write_name(&json.writer, "secrets");
	json_write_begin_object(&json.writer);
	for (size_t i = 0; !err.code && i < work->n_secrets; i++) {
		const struct sealed_secret *secret = &work->secrets[i];

		json_write_name(&json.writer, word_of(&secret_kind_words, (int)secret->kind).ptr);
		err = vault_use_secret(call->app->vault, id, secret, write_secret, &json.writer);
	}
	json_write_end_object(&json.writer);
	json_write_end_object(&json.writer);
	if (err.code)
		respond_error(call, err);
	else
		respond_json_end(call, &json);
}

void
admin_read_secrets(struct call *call)
{
	call_transact(call, read_secrets_in_tx, secrets_answer,
		      arena_new(call->arena, struct connection_work));
}
