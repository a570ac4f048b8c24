/*
 * The hosted pages' rows: users with their passwords, connections as they are shown, sessions.
 */
#include "store/store_entry.h"

#include "store/tx.h"

static struct str
hash_str(const uint8_t hash[static 32])
{
	return (struct str){ (const char *)hash, 32 };
}

struct err
store_load_known_account(struct store_tx *tx, struct arena *arena, struct account_id id,
			 struct known_account *ret_account)
{
	struct known_user nobody;

	return tx_load_account(tx, arena, id, STR(""), ret_account, &nobody);
}

static struct err
read_entrant(const struct db_rows *rows, struct arena *arena, struct entrant *ret_entrant)
{
	struct err err = tx_read_user(rows, 0, arena, &ret_entrant->user);

	ret_entrant->account_id.value = db_get_text(rows, USER_COLUMNS, arena);
	ret_entrant->email = db_get_text(rows, USER_COLUMNS + 1, arena);
	ret_entrant->created = db_get_instant(rows, USER_COLUMNS + 2);
	ret_entrant->password_hash = db_get_text(rows, USER_COLUMNS + 3, arena);
	ret_entrant->is_password_proven = db_get_bool(rows, USER_COLUMNS + 4);
	return err;
}

struct err
store_load_entrant(struct store_tx *tx, struct arena *arena, struct user_id id,
		   struct entrant *ret_entrant)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, STMT_ENTRANT_BY_ID, &rows, db_text(id.value));

	*ret_entrant = (struct entrant){ 0 };
	if (err.code || !rows.has_row)
		return err;
	return read_entrant(&rows, arena, ret_entrant);
}

struct err
store_load_entrants(struct store_tx *tx, struct arena *arena, struct str email_key, size_t max,
		    struct entrant *ret_entrants, size_t *ret_n)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	size_t n = 0;
	struct err err = db_query(tx->db, STMT_ENTRANTS_BY_EMAIL, &rows, db_text(email_key),
				  db_int((int64_t)max));

	while (!err.code && rows.has_row && n < max) {
		ret_entrants[n] = (struct entrant){ 0 };
		err = read_entrant(&rows, arena, &ret_entrants[n++]);
		if (!err.code)
			err = db_next(&rows);
	}
	*ret_n = n;
	return err;
}

static struct err
read_details(const struct db_rows *rows, struct arena *arena,
	     struct stored_connection *ret_connection)
{
	struct resources *resources = &ret_connection->resources;
	struct err err = tx_read_connection(rows, arena, &ret_connection->known);
	int column = CONNECTION_COLUMNS;

	ret_connection->created = db_get_instant(rows, column++);
	ret_connection->name = db_get_text(rows, column++, arena);
	resources->hostname = db_get_text(rows, column++, arena);
	resources->workspace_url = db_get_text(rows, column++, arena);
	resources->cloud_provider_region = db_get_text(rows, column++, arena);
	resources->http_path = db_get_text(rows, column++, arena);
	resources->cluster_id = db_get_text(rows, column++, arena);
	resources->has_is_sql_warehouse = !db_is_null(rows, column);
	resources->is_sql_warehouse = db_get_bool(rows, column++);
	resources->catalog_name = db_get_text(rows, column++, arena);
	resources->destination_location = db_get_text(rows, column, arena);
	return err;
}

struct err
store_load_details(struct store_tx *tx, struct arena *arena, struct connection_id id,
		   struct stored_connection *ret_connection)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, STMT_CONNECTION_DETAILS, &rows, db_text(id.value));

	*ret_connection = (struct stored_connection){ 0 };
	if (err.code || !rows.has_row)
		return err;
	err = read_details(&rows, arena, ret_connection);
	if (ret_connection->known.state == CONNECTION_DELETED)
		*ret_connection = (struct stored_connection){ 0 };
	return err;
}

struct err
store_load_details_for(struct store_tx *tx, struct arena *arena, const struct entrant *entrant,
		       size_t max, struct stored_connection *ret_connections, size_t *ret_n)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	size_t n = 0;
	struct err err =
		db_query(tx->db, STMT_CONNECTIONS_OF_USER, &rows,
			 db_text(entrant->account_id.value), db_text(entrant->user.id.value),
			 db_int(user_is_member(&entrant->user)), db_int((int64_t)max));

	while (!err.code && rows.has_row && n < max) {
		ret_connections[n] = (struct stored_connection){ 0 };
		err = read_details(&rows, arena, &ret_connections[n++]);
		if (!err.code)
			err = db_next(&rows);
	}
	*ret_n = n;
	return err;
}

struct err
store_confirm_connection(struct store_tx *tx, struct connection_id id)
{
	return tx_exec(tx, STMT_CONNECTION_CONFIRM, db_text(id.value));
}

struct err
store_set_password(struct store_tx *tx, struct user_id id, struct str hash, bool is_proven)
{
	struct err err = tx_exec(tx, STMT_USER_SET_PASSWORD, db_text(id.value), db_text(hash),
				 db_int(is_proven));

	if (!err.code && db_n_changed(tx->db) != 1)
		return err_make(ERR_STORE, "the user to give a password is not there");
	return err;
}

struct err
store_is_launch_used(struct store_tx *tx, const uint8_t token_hash[static 32], bool *ret_is_used)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err =
		db_query(tx->db, STMT_LAUNCH_IS_USED, &rows, db_bytes(hash_str(token_hash)));

	*ret_is_used = !err.code && rows.has_row && db_get_bool(&rows, 0);
	return err;
}

/* ---- Sessions ---- */

struct err
store_add_session(struct store_tx *tx, const struct stored_session *session)
{
	struct err err = tx_exec(tx, STMT_SESSION_PURGE, db_int(session->created.ms));

	if (err.code)
		return err;
	return tx_exec(tx, STMT_SESSION_ADD, db_bytes(hash_str(session->token_hash)),
		       db_text(session->user_id.value),
		       db_text_or_null(session->connection_id.value), db_int(session->created.ms),
		       db_int(session->expires.ms));
}

struct err
store_load_session(struct store_tx *tx, struct arena *arena, const uint8_t token_hash[static 32],
		   struct instant now, struct user_id *ret_user_id,
		   struct connection_id *ret_connection_id)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, STMT_SESSION_BY_HASH, &rows,
				  db_bytes(hash_str(token_hash)), db_int(now.ms));

	*ret_user_id = (struct user_id){ 0 };
	*ret_connection_id = (struct connection_id){ 0 };
	if (err.code || !rows.has_row)
		return err;
	ret_user_id->value = db_get_text(&rows, 0, arena);
	ret_connection_id->value = db_get_text(&rows, 1, arena);
	return OK_NONE;
}

struct err
store_delete_session(struct store_tx *tx, const uint8_t token_hash[static 32])
{
	return tx_exec(tx, STMT_SESSION_DELETE, db_bytes(hash_str(token_hash)));
}

struct err
store_delete_sessions_of(struct store_tx *tx, struct user_id id)
{
	return tx_exec(tx, STMT_SESSION_DELETE_BY_USER, db_text(id.value));
}
