/*
 * Connections and their secrets after the connect: loading, deleting; launch tokens that were used.
 */
#include "store/store.h"

#include "store/tx.h"

/* A used launch token is kept this much longer than it is valid: the wall clock may jump back. */
#define LAUNCH_KEPT_MS ((int64_t)24 * 60 * 60 * 1000)

struct err
tx_get_word(const struct db_rows *rows, int column, const struct word_list *list, int *ret_value)
{
	if (!word_find(list, db_peek_text(rows, column), ret_value))
		return err_make(ERR_STORE, "a stored word is none of ours");
	return OK_NONE;
}

struct err
tx_read_connection(const struct db_rows *rows, struct arena *arena,
		   struct known_connection *ret_connection)
{
	int cloud = 0;
	int scope = 0;
	int state = 0;
	struct err err = tx_get_word(rows, 3, &cloud_words, &cloud);

	if (!err.code)
		err = tx_get_word(rows, 5, &connection_scope_words, &scope);
	if (!err.code)
		err = tx_get_word(rows, 6, &connection_state_words, &state);
	if (err.code)
		return err;
	*ret_connection = (struct known_connection){
		.is_known = true,
		.id.value = db_get_text(rows, 0, arena),
		.account_id.value = db_get_text(rows, 1, arena),
		.creator_user_id.value = db_get_text(rows, 2, arena),
		.cloud = (enum cloud)cloud,
		.workspace_id.value = db_get_int(rows, 4),
		.scope = (enum connection_scope)scope,
		.state = (enum connection_state)state,
		.is_demo = db_get_bool(rows, 7),
		.is_confirmed = db_get_bool(rows, 8),
	};
	return OK_NONE;
}

struct err
tx_load_connection(struct store_tx *tx, struct arena *arena, struct connection_id id,
		   struct known_connection *ret_connection)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, STMT_CONNECTION_BY_ID, &rows, db_text(id.value));

	*ret_connection = (struct known_connection){ 0 };
	if (err.code || !rows.has_row)
		return err;
	return tx_read_connection(&rows, arena, ret_connection);
}

struct err
store_load_connection(struct store_tx *tx, struct arena *arena, struct connection_id id,
		      struct known_connection *ret_connection)
{
	struct err err = tx_load_connection(tx, arena, id, ret_connection);

	if (!err.code && ret_connection->state == CONNECTION_DELETED)
		*ret_connection = (struct known_connection){ 0 };
	return err;
}

struct err
store_delete_connection(struct store_tx *tx, struct connection_id id, struct instant now)
{
	struct err err =
		tx_exec(tx, STMT_CONNECTION_MARK_DELETED, db_text(id.value), db_int(now.ms));

	if (!err.code)
		err = tx_exec(tx, STMT_SECRET_DELETE_BY_CONNECTION, db_text(id.value));
	return err;
}

static struct err
read_secret(const struct db_rows *rows, struct arena *arena, struct sealed_secret *secret)
{
	int kind = 0;
	struct err err = tx_get_word(rows, 0, &secret_kind_words, &kind);

	secret->kind = (enum secret_kind)kind;
	secret->key_id = db_get_text(rows, 1, arena);
	secret->blob = db_get_bytes(rows, 2, arena);
	return err;
}

struct err
store_load_secrets(struct store_tx *tx, struct arena *arena, struct connection_id id,
		   const struct sealed_secret **ret_secrets, size_t *ret_n_secrets)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct sealed_secret *secrets =
		arena_new_array(arena, N_SECRET_KINDS, struct sealed_secret);
	size_t n = 0;
	struct err err = db_query(tx->db, STMT_SECRET_BY_CONNECTION, &rows, db_text(id.value));

	/* The primary key lets no kind be there twice. */
	while (!err.code && rows.has_row && n < N_SECRET_KINDS) {
		err = read_secret(&rows, arena, &secrets[n++]);
		if (!err.code)
			err = db_next(&rows);
	}
	if (err.code)
		return err;
	*ret_secrets = secrets;
	*ret_n_secrets = n;
	return OK_NONE;
}

struct err
store_load_tested(struct store_tx *tx, struct arena *arena, struct connection_id id,
		  struct tested_connection *ret_connection)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, STMT_CONNECTION_TESTED_BY_ID, &rows, db_text(id.value));

	*ret_connection = (struct tested_connection){ 0 };
	if (err.code || !rows.has_row)
		return err;
	*ret_connection = (struct tested_connection){
		.hostname = db_get_text(&rows, 0, arena),
		.port = db_get_int(&rows, 1),
		.cluster_id = db_get_text(&rows, 2, arena),
		.has_is_sql_warehouse = !db_is_null(&rows, 3),
		.is_sql_warehouse = db_get_bool(&rows, 3),
		.service_principal_id = db_get_text(&rows, 4, arena),
	};
	return OK_NONE;
}

struct err
store_use_launch(struct store_tx *tx, const uint8_t token_hash[static 32],
		 struct connection_id connection_id, struct user_id user_id, struct instant now,
		 struct instant expires)
{
	struct str hash = { (const char *)token_hash, 32 };
	struct err err = tx_exec(tx, STMT_LAUNCH_PURGE, db_int(now.ms - LAUNCH_KEPT_MS));

	if (!err.code)
		err = tx_exec(tx, STMT_LAUNCH_USE, db_bytes(hash),
			      db_text_or_null(connection_id.value), db_text_or_null(user_id.value),
			      db_int(now.ms), db_int(expires.ms));
	if (!err.code && db_n_changed(tx->db) == 0)
		return err_make(ERR_CONSTRAINT, "the launch token was used before");
	return err;
}
