/*
 * A connect request: what must be known to decide it, and storing what was decided. The decision
 * is core/connect.c.
 *
 * A connect of a new user, account and workspace reads two rows and writes six.
 */
#include "store/store.h"

#include "base/rng.h"
#include "base/uuid.h"
#include "store/tx.h"

#include <assert.h>

/* A request's twin has the same fingerprint, so it stands in the same place: connection_slot. */
static struct db_value
slot_email_key(const struct connect_request *req)
{
	return db_text(req->scope == SCOPE_USER ? req->email.key : STR(""));
}

static struct err
load_workspace(struct store_tx *tx, struct arena *arena, const struct connect_request *req)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct known_workspace *workspace = &tx->workspace;
	struct err err;

	if (workspace->is_loaded && workspace->cloud == req->cloud &&
	    workspace->id.value == req->workspace_id.value)
		return OK_NONE;
	err = db_query(tx->db, STMT_WORKSPACE_BY_ID, &rows, tx_word(&cloud_words, req->cloud),
		       db_int(req->workspace_id.value));
	if (err.code)
		return err;
	*workspace = (struct known_workspace){ .is_loaded = true,
					       .is_known = rows.has_row,
					       .cloud = req->cloud,
					       .id = req->workspace_id };
	if (rows.has_row) {
		workspace->since = db_get_instant(&rows, 0);
		workspace->hostname = db_get_text(&rows, 1, arena);
		workspace->url = db_get_text(&rows, 2, arena);
		workspace->region = db_get_text(&rows, 3, arena);
	}
	return OK_NONE;
}

/* ---- Established. ---- */

static struct err
load_user_by_identity(struct store_tx *tx, struct arena *arena, struct account_id account_id,
		      const struct connect_request *req, struct known_user *user)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err =
		db_query(tx->db, STMT_USER_BY_IDENTITY, &rows, db_text(account_id.value),
			 tx_word(&cloud_words, req->cloud), db_int(req->databricks_user_id.value));

	if (err.code || !rows.has_row)
		return err;
	return tx_read_user(&rows, 0, arena, user);
}

static struct err
load_established(struct store_tx *tx, struct arena *arena, const struct connect_request *req,
		 struct connect_state *state)
{
	struct err err;

	if (str_is_empty(req->connection_id.value))
		return OK_NONE; /* rule 1 */
	err = tx_load_connection(tx, arena, req->connection_id, &state->connection);
	if (err.code || !state->connection.is_known)
		return err;
	err = tx_load_account(tx, arena, state->connection.account_id, req->email.key,
			      &state->account, &state->user);
	if (err.code || !state->account.is_known || state->user.is_known)
		return err;
	return load_user_by_identity(tx, arena, state->account.id, req, &state->user);
}

/* ---- Not established. ---- */

static struct err
read_answer(const struct db_rows *rows, int column, struct arena *arena,
	    struct connect_answer *answer)
{
	int user_status = 0;
	int account_status = 0;
	int redirect_value = 0;
	struct err err = tx_get_word(rows, column, &user_status_words, &user_status);

	if (!err.code)
		err = tx_get_word(rows, column + 1, &account_status_words, &account_status);
	if (!err.code)
		err = tx_get_word(rows, column + 2, &redirect_value_words, &redirect_value);
	if (err.code)
		return err;
	answer->user_status = (enum user_status)user_status;
	answer->account_status = (enum account_status)account_status;
	answer->redirect_value = (enum redirect_value)redirect_value;
	answer->is_configured = db_get_bool(rows, column + 3);
	answer->connection_id.value = db_get_text(rows, column + 4, arena);
	answer->launch_connection_id.value = db_get_text(rows, column + 5, arena);
	answer->launch_user_id.value = db_get_text(rows, column + 6, arena);
	return OK_NONE;
}
#define ANSWER_COLUMNS 7

static struct err
read_twin(const struct db_rows *rows, int column, struct arena *arena, struct connect_twin *twin)
{
	struct err err = read_answer(rows, column, arena, &twin->answer);

	if (err.code)
		return err;
	twin->answered = db_get_instant(rows, column + ANSWER_COLUMNS);
	twin->is_delivered = db_get_bool(rows, column + ANSWER_COLUMNS + 1);
	twin->is_known = true;
	return OK_NONE;
}

static struct err
load_slot(struct store_tx *tx, struct arena *arena, const struct connect_request *req,
	  const struct fingerprint *fingerprint, struct connect_state *state)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct str stored;
	struct err err =
		db_query(tx->db, STMT_CONNECTION_IN_SLOT, &rows, db_int(tx->workspace.since.ms),
			 db_int(req->workspace_id.value), tx_word(&cloud_words, req->cloud),
			 tx_word(&connection_scope_words, req->scope), db_int(req->is_demo),
			 slot_email_key(req));

	if (err.code || !rows.has_row)
		return err;
	err = tx_read_connection(&rows, arena, &state->earlier);
	if (err.code)
		return err;
	stored = db_get_bytes(&rows, CONNECTION_COLUMNS, arena);
	if (stored.len != FINGERPRINT_SIZE ||
	    memcmp(stored.ptr, fingerprint->bytes, FINGERPRINT_SIZE) != 0)
		return OK_NONE;
	return read_twin(&rows, CONNECTION_COLUMNS + 1, arena, &state->twin);
}

/* For statements that give one number. */
static struct err
read_number(struct db_rows *rows, struct err err, int64_t *ret_number)
{
	if (!err.code && rows->has_row)
		*ret_number = db_get_int(rows, 0);
	return err;
}

static struct err
load_is_workspace_known(struct store_tx *tx, const struct connect_request *req,
			struct connect_state *state)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	int64_t exists = 0;
	struct err err =
		db_query(tx->db, STMT_CONNECTION_CONFIRMED_IN_WORKSPACE, &rows,
			 db_text(state->account.id.value), db_int(tx->workspace.since.ms),
			 db_int(req->workspace_id.value), tx_word(&cloud_words, req->cloud));

	err = read_number(&rows, err, &exists);
	state->is_workspace_known = exists != 0;
	return err;
}

static struct err
load_is_identity_known(struct store_tx *tx, const struct connect_request *req,
		       struct connect_state *state)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	int64_t exists = 0;
	struct err err =
		db_query(tx->db, STMT_IDENTITY_EXISTS, &rows, db_text(state->account.id.value),
			 tx_word(&cloud_words, req->cloud), db_int(req->databricks_user_id.value));

	err = read_number(&rows, err, &exists);
	state->is_identity_known = exists != 0;
	return err;
}

static struct err
load_n_connections(struct store_tx *tx, struct connect_state *state)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, STMT_CONNECTION_COUNT_BY_ACCOUNT, &rows,
				  db_text(state->account.id.value));

	return read_number(&rows, err, &state->n_connections);
}

static struct err
load_history(struct store_tx *tx, const struct connect_request *req,
	     const struct connect_policy *policy, struct connect_state *state)
{
	struct err err = OK_NONE;

	if (!state->account.is_known)
		return OK_NONE;
	if (tx->workspace.is_known)
		err = load_is_workspace_known(tx, req, state);
	if (!err.code)
		err = load_is_identity_known(tx, req, state);
	/* Reads an index entry for each: only when somebody wants the number. */
	if (!err.code && policy->naming == NAMING_COUNTER)
		err = load_n_connections(tx, state);
	return err;
}

struct err
store_load_connect_state(struct store_tx *tx, struct arena *arena,
			 const struct connect_request *req, struct str account_key,
			 const struct fingerprint *fingerprint, const struct connect_policy *policy,
			 struct connect_state *state)
{
	struct err err;

	state->connection = (struct known_connection){ 0 };
	state->account = (struct known_account){ 0 };
	state->user = (struct known_user){ 0 };
	state->earlier = (struct known_connection){ 0 };
	state->twin = (struct connect_twin){ 0 };
	state->is_workspace_known = false;
	state->is_identity_known = false;
	state->n_connections = 0;
	if (req->is_connection_established)
		return load_established(tx, arena, req, state);
	err = store_load_user(tx, arena, account_key, req->email.key, &state->account,
			      &state->user);
	if (!err.code)
		err = load_workspace(tx, arena, req);
	/* A workspace that is new to us has no connection. */
	if (!err.code && tx->workspace.is_known)
		err = load_slot(tx, arena, req, fingerprint, state);
	return err.code ? err : load_history(tx, req, policy, state);
}

/* ---- Storing. ---- */

static struct err
insert_account(struct store_tx *tx, const struct connect_record *record)
{
	const struct connect_effects *effects = &record->decision->effects;

	return tx_exec(tx, STMT_ACCOUNT_INSERT, db_text(effects->account.id.value),
		       db_text(effects->account.key), db_text(effects->account.domain),
		       db_int(effects->account.is_demo),
		       tx_word(&account_state_words, effects->account.state),
		       db_instant(effects->account.trial_expires),
		       db_text_or_null(effects->caller_id.value), db_int(record->now.ms));
}

static struct err
insert_user(struct store_tx *tx, const struct connect_record *record)
{
	const struct connect_effects *effects = &record->decision->effects;
	const struct connect_request *req = record->req;

	return tx_exec(tx, STMT_USER_INSERT, db_text(effects->user.id.value),
		       db_text(effects->account_id.value), db_text(req->email.text),
		       db_text(req->email.key), db_text_or_null(req->first_name),
		       db_text_or_null(req->last_name),
		       tx_word(&user_origin_words, effects->user.origin),
		       db_instant(effects->user.trial_expires), db_int(record->now.ms));
}

static struct err
add_identity(struct store_tx *tx, const struct connect_record *record)
{
	const struct connect_effects *effects = &record->decision->effects;

	return tx_exec(tx, STMT_IDENTITY_ADD, db_text(effects->account_id.value),
		       tx_word(&cloud_words, record->req->cloud),
		       db_int(record->req->databricks_user_id.value),
		       db_text(effects->caller_id.value), db_int(record->now.ms));
}

static struct err
apply_people(struct store_tx *tx, const struct connect_record *record)
{
	const struct connect_effects *effects = &record->decision->effects;
	struct err err = OK_NONE;

	if (effects->has_account)
		err = insert_account(tx, record);
	if (!err.code && effects->has_user)
		err = insert_user(tx, record);
	if (!err.code && effects->accepts_caller)
		err = tx_exec(tx, STMT_USER_ACCEPT, db_text(effects->caller_id.value));
	if (!err.code && effects->has_identity)
		err = add_identity(tx, record);
	return err;
}

/* Ids of ours are UUIDs: they need no escaping. */
static struct err
add_superseded_event(struct store_tx *tx, struct arena *arena, const struct connect_record *record)
{
	const struct connect_effects *effects = &record->decision->effects;
	const char *payload = arena_printf(
		arena, "{\"connection_id\":\"%.*s\",\"state\":\"%s\",\"superseded_by\":\"%.*s\"}",
		STR_ARG(effects->superseded_id.value),
		word_of(&connection_state_words, effects->superseded_state).ptr,
		STR_ARG(effects->connection.id.value));

	return tx_exec(tx, STMT_OUTBOX_ADD, db_text(uuid_new(arena, record->now, &rng_system)),
		       db_text(effects->superseded_id.value), db_text(STR("connection.superseded")),
		       db_text(str_of(payload)), db_int(record->now.ms));
}

static struct err
supersede(struct store_tx *tx, struct arena *arena, const struct connect_record *record)
{
	const struct connect_effects *effects = &record->decision->effects;
	bool is_deleted = effects->superseded_state == CONNECTION_DELETED;
	struct err err =
		tx_exec(tx, STMT_CONNECTION_SUPERSEDE, db_text(effects->superseded_id.value),
			tx_word(&connection_state_words, effects->superseded_state),
			db_int(record->now.ms), is_deleted ? db_int(record->now.ms) : db_null());

	if (!err.code && is_deleted)
		err = tx_exec(tx, STMT_SECRET_DELETE_BY_CONNECTION,
			      db_text(effects->superseded_id.value));
	return err.code ? err : add_superseded_event(tx, arena, record);
}

static bool
is_news(struct str said, struct str known)
{
	return !str_is_empty(said) && !str_equal(said, known);
}

static struct err
insert_workspace(struct store_tx *tx, const struct connect_record *record)
{
	const struct resources *said = &record->req->resources;

	/* The rest is as it was asked for: nobody reads it again in this job. */
	tx->workspace.since = record->now;
	return tx_exec(tx, STMT_WORKSPACE_INSERT, tx_word(&cloud_words, record->req->cloud),
		       db_int(record->req->workspace_id.value), db_text_or_null(said->hostname),
		       db_text_or_null(said->workspace_url),
		       db_text_or_null(said->cloud_provider_region), db_int(record->now.ms));
}

static struct err
put_workspace(struct store_tx *tx, struct arena *arena, const struct connect_record *record)
{
	const struct resources *said = &record->req->resources;
	const struct known_workspace *known = &tx->workspace;
	struct err err = load_workspace(tx, arena, record->req);

	if (err.code)
		return err;
	if (!known->is_known)
		return insert_workspace(tx, record);
	if (!is_news(said->hostname, known->hostname) &&
	    !is_news(said->workspace_url, known->url) &&
	    !is_news(said->cloud_provider_region, known->region))
		return OK_NONE;
	return tx_exec(tx, STMT_WORKSPACE_UPDATE, tx_word(&cloud_words, record->req->cloud),
		       db_int(record->req->workspace_id.value), db_text_or_null(said->hostname),
		       db_text_or_null(said->workspace_url),
		       db_text_or_null(said->cloud_provider_region));
}

static struct err
insert_connection(struct store_tx *tx, const struct connect_record *record)
{
	const struct connect_effects *effects = &record->decision->effects;
	const struct connect_answer *answer = &record->decision->answer;
	const struct connect_request *req = record->req;
	const struct resources *res = &req->resources;
	const struct fingerprint *print = record->fingerprint;
	struct str fingerprint = { (const char *)print->bytes, sizeof(print->bytes) };

	return tx_exec(
		tx, STMT_CONNECTION_INSERT, db_text(effects->connection.id.value),
		db_text(effects->account_id.value), db_text(effects->caller_id.value),
		tx_word(&cloud_words, req->cloud), db_int(req->workspace_id.value),
		db_int(tx->workspace.since.ms), tx_word(&connection_scope_words, req->scope),
		slot_email_key(req), db_int(req->is_demo),
		db_text_or_null(effects->connection.name), db_int(effects->connection.is_confirmed),
		db_int(record->now.ms), db_text_or_null(res->hostname), db_int(res->port),
		db_text_or_null(res->workspace_url), db_text_or_null(res->cloud_provider_region),
		db_text_or_null(res->http_path), db_text_or_null(res->jdbc_url),
		db_text_or_null(res->databricks_jdbc_url), db_text_or_null(res->cluster_id),
		db_text_or_null(res->destination_location), db_text_or_null(res->catalog_name),
		db_text_or_null(res->database_name), db_text_or_null(res->data_source_connector),
		db_text_or_null(res->service_principal_id), db_text_or_null(res->oauth_u2m_app_id),
		db_text_or_null(res->oauth_scope),
		res->has_is_sql_warehouse ? db_int(res->is_sql_warehouse) : db_null(),
		db_int(res->is_free_trial), db_bytes(fingerprint),
		tx_word(&user_status_words, answer->user_status),
		tx_word(&account_status_words, answer->account_status),
		tx_word(&redirect_value_words, answer->redirect_value),
		db_int(answer->is_configured), db_text_or_null(answer->connection_id.value),
		db_text_or_null(answer->launch_connection_id.value),
		db_text_or_null(answer->launch_user_id.value));
}

static struct err
apply_connection(struct store_tx *tx, struct arena *arena, const struct connect_record *record)
{
	const struct connect_effects *effects = &record->decision->effects;
	struct err err = put_workspace(tx, arena, record);

	if (!err.code)
		err = insert_connection(tx, record);
	for (size_t i = 0; !err.code && i < record->n_secrets; i++) {
		const struct sealed_secret *secret = &record->secrets[i];

		err = tx_exec(tx, STMT_SECRET_INSERT, db_text(effects->connection.id.value),
			      tx_word(&secret_kind_words, secret->kind), db_text(secret->key_id),
			      db_bytes(secret->blob));
	}
	return err;
}

static struct err
add_invitation(struct store_tx *tx, const struct connect_record *record)
{
	const struct connect_effects *effects = &record->decision->effects;
	const struct connect_request *req = record->req;

	return tx_exec(tx, STMT_INVITATION_ADD, db_text(effects->account_id.value),
		       db_text(req->email.key), db_text(req->email.text),
		       db_text_or_null(req->first_name), db_text_or_null(req->last_name),
		       tx_word(&cloud_words, req->cloud), db_int(req->databricks_user_id.value),
		       db_text_or_null(req->connection_id.value), db_int(record->now.ms));
}

struct err
store_apply_connect(struct store_tx *tx, struct arena *arena, const struct connect_record *record)
{
	const struct connect_effects *effects = &record->decision->effects;
	struct err err;

	assert(!effects->is_adopted || !effects->has_connection);
	err = apply_people(tx, record);
	/* Before the new one comes: a slot holds one live connection. */
	if (!err.code && effects->has_superseded)
		err = supersede(tx, arena, record);
	if (!err.code && effects->has_connection)
		err = apply_connection(tx, arena, record);
	if (!err.code && effects->has_invitation)
		err = add_invitation(tx, record);
	if (!err.code && effects->is_adopted)
		err = tx_exec(tx, STMT_CONNECTION_ANSWER_AGAIN, db_text(effects->adopted_id.value),
			      db_int(record->now.ms));
	return err;
}
