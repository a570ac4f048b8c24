/*
 * Lists and details for the operator, and what the operator changes of accounts.
 */
#include "store/store_operator.h"

#include "store/tx.h"

/* Above every id of ours in any order of letters: a page that begins at the newest. */
static struct db_value
page_start(struct store_page page)
{
	if (str_is_empty(page.before))
		return db_text(STR("ffffffff-ffff-ffff-ffff-ffffffffffff"));
	return db_text(page.before);
}

/*
 * The rows of a statement as an array of @size bytes each. @read_row fills one of them, which is
 * zeroed.
 */
static struct err
read_rows(struct db_rows *rows, struct arena *arena, int64_t limit, size_t size,
	  struct err (*read_row)(const struct db_rows *rows, struct arena *arena, void *row),
	  void **ret_items, size_t *ret_n)
{
	char *items = arena_alloc_array(arena, (size_t)limit, size);
	size_t n = 0;
	struct err err = OK_NONE;

	while (!err.code && rows->has_row && n < (size_t)limit) {
		err = read_row(rows, arena, items + n++ * size);
		if (!err.code)
			err = db_next(rows);
	}
	if (err.code)
		return err;
	*ret_items = items;
	*ret_n = n;
	return OK_NONE;
}

/* ---- Connections ---- */

#define LISTED_CONNECTION_COLUMNS (CONNECTION_COLUMNS + 2)

static struct err
read_listed_connection(const struct db_rows *rows, struct arena *arena, void *row)
{
	struct listed_connection *connection = row;
	struct err err = tx_read_connection(rows, arena, &connection->known);

	connection->name = db_get_text(rows, CONNECTION_COLUMNS, arena);
	connection->created = db_get_instant(rows, CONNECTION_COLUMNS + 1);
	return err;
}

struct err
store_list_connections(struct store_tx *tx, struct arena *arena, struct store_page page,
		       struct account_id account_id,
		       const struct listed_connection **ret_connections, size_t *ret_n)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	void *items = NULL;
	struct err err;

	if (str_is_empty(account_id.value))
		err = db_query(tx->db, STMT_OPERATOR_CONNECTIONS, &rows, page_start(page),
			       db_int(page.limit));
	else
		err = db_query(tx->db, STMT_OPERATOR_CONNECTIONS_OF_ACCOUNT, &rows,
			       page_start(page), db_int(page.limit), db_text(account_id.value));
	if (!err.code)
		err = read_rows(&rows, arena, page.limit, sizeof(**ret_connections),
				read_listed_connection, &items, ret_n);
	if (!err.code)
		*ret_connections = items;
	return err;
}

/* The request's fields, from column @at on. */
static void
read_resources(const struct db_rows *rows, int at, struct arena *arena, struct resources *resources)
{
	struct str *const texts[] = {
		&resources->workspace_url,
		&resources->cloud_provider_region,
		&resources->http_path,
		&resources->jdbc_url,
		&resources->databricks_jdbc_url,
		&resources->cluster_id,
		&resources->destination_location,
		&resources->catalog_name,
		&resources->database_name,
		&resources->data_source_connector,
		&resources->service_principal_id,
		&resources->oauth_u2m_app_id,
		&resources->oauth_scope,
	};

	resources->hostname = db_get_text(rows, at++, arena);
	resources->port = (int32_t)db_get_int(rows, at++);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		*texts[i] = db_get_text(rows, at++, arena);
	resources->has_is_sql_warehouse = !db_is_null(rows, at);
	resources->is_sql_warehouse = db_get_bool(rows, at++);
	resources->is_free_trial = db_get_bool(rows, at);
}

struct err
store_load_connection_details(struct store_tx *tx, struct arena *arena, struct connection_id id,
			      struct connection_details *ret_details)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	int at = LISTED_CONNECTION_COLUMNS;
	struct err err = db_query(tx->db, STMT_OPERATOR_CONNECTION, &rows, db_text(id.value));

	*ret_details = (struct connection_details){ 0 };
	if (err.code || !rows.has_row)
		return err;
	err = read_listed_connection(&rows, arena, &ret_details->listed);
	ret_details->superseded = db_get_instant(&rows, at++);
	ret_details->deleted = db_get_instant(&rows, at++);
	ret_details->is_delivered = db_get_bool(&rows, at++);
	ret_details->account_key = db_get_text(&rows, at++, arena);
	ret_details->creator_email = db_get_text(&rows, at++, arena);
	read_resources(&rows, at, arena, &ret_details->resources);
	return err;
}

/* ---- Accounts ---- */

static struct err
read_account(const struct db_rows *rows, struct arena *arena, void *row)
{
	struct listed_account *account = row;
	int state = 0;
	struct err err = tx_get_word(rows, 4, &account_state_words, &state);

	*account = (struct listed_account){
		.id.value = db_get_text(rows, 0, arena),
		.key = db_get_text(rows, 1, arena),
		.domain = db_get_text(rows, 2, arena),
		.is_demo = db_get_bool(rows, 3),
		.state = (enum account_state)state,
		.trial_expires = db_get_instant(rows, 5),
		.created = db_get_instant(rows, 6),
	};
	return err;
}

struct err
store_list_accounts(struct store_tx *tx, struct arena *arena, struct store_page page,
		    const struct listed_account **ret_accounts, size_t *ret_n)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	void *items = NULL;
	struct err err = db_query(tx->db, STMT_OPERATOR_ACCOUNTS, &rows, page_start(page),
				  db_int(page.limit));

	if (!err.code)
		err = read_rows(&rows, arena, page.limit, sizeof(**ret_accounts), read_account,
				&items, ret_n);
	if (!err.code)
		*ret_accounts = items;
	return err;
}

static struct err
load_account(struct store_tx *tx, struct arena *arena, enum db_stmt stmt, struct str value,
	     struct listed_account *ret_account)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, stmt, &rows, db_text(value));

	*ret_account = (struct listed_account){ 0 };
	if (err.code || !rows.has_row)
		return err;
	return read_account(&rows, arena, ret_account);
}

struct err
store_find_account(struct store_tx *tx, struct arena *arena, struct account_id id,
		   struct listed_account *ret_account)
{
	return load_account(tx, arena, STMT_OPERATOR_ACCOUNT, id.value, ret_account);
}

struct err
store_find_account_by_key(struct store_tx *tx, struct arena *arena, struct str key,
			  struct listed_account *ret_account)
{
	return load_account(tx, arena, STMT_OPERATOR_ACCOUNT_BY_KEY, key, ret_account);
}

struct err
store_set_account_state(struct store_tx *tx, struct account_id id, enum account_state state,
			struct instant trial_expires)
{
	struct err err =
		tx_exec(tx, STMT_OPERATOR_ACCOUNT_SET_STATE, db_text(id.value),
			tx_word(&account_state_words, (int)state), db_instant(trial_expires));

	if (!err.code && db_n_changed(tx->db) != 1)
		return err_make(ERR_STORE, "the account to change is not there");
	if (!err.code && state == ACCOUNT_ACTIVE)
		err = tx_exec(tx, STMT_OPERATOR_USERS_END_TRIALS, db_text(id.value));
	return err;
}

static struct err
read_user(const struct db_rows *rows, struct arena *arena, void *row)
{
	struct listed_user *user = row;
	int origin = 0;
	struct err err = tx_get_word(rows, 4, &user_origin_words, &origin);

	*user = (struct listed_user){
		.id.value = db_get_text(rows, 0, arena),
		.email = db_get_text(rows, 1, arena),
		.first_name = db_get_text(rows, 2, arena),
		.last_name = db_get_text(rows, 3, arena),
		.origin = (enum user_origin)origin,
		.signed_up = db_get_instant(rows, 5),
		.email_verified = db_get_instant(rows, 6),
		.trial_expires = db_get_instant(rows, 7),
		.created = db_get_instant(rows, 8),
	};
	return err;
}

struct err
store_list_users(struct store_tx *tx, struct arena *arena, struct account_id id, int64_t limit,
		 const struct listed_user **ret_users, size_t *ret_n)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	void *items = NULL;
	struct err err =
		db_query(tx->db, STMT_OPERATOR_USERS, &rows, db_text(id.value), db_int(limit));

	if (!err.code)
		err = read_rows(&rows, arena, limit, sizeof(**ret_users), read_user, &items, ret_n);
	if (!err.code)
		*ret_users = items;
	return err;
}

/* ---- The audit trail, and whether writing works ---- */

static struct err
read_audit(const struct db_rows *rows, struct arena *arena, void *row)
{
	struct listed_audit *audit = row;

	*audit = (struct listed_audit){
		.id = db_get_text(rows, 0, arena),
		.entry.at = db_get_instant(rows, 1),
		.entry.actor = db_get_text(rows, 2, arena),
		.entry.action = db_get_text(rows, 3, arena),
		.entry.object = db_get_text(rows, 4, arena),
		.entry.detail = db_get_text(rows, 5, arena),
	};
	return OK_NONE;
}

struct err
store_list_audit(struct store_tx *tx, struct arena *arena, struct store_page page,
		 const struct listed_audit **ret_audit, size_t *ret_n)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	void *items = NULL;
	struct err err =
		db_query(tx->db, STMT_OPERATOR_AUDIT, &rows, page_start(page), db_int(page.limit));

	if (!err.code)
		err = read_rows(&rows, arena, page.limit, sizeof(**ret_audit), read_audit, &items,
				ret_n);
	if (!err.code)
		*ret_audit = items;
	return err;
}

struct err
store_probe(struct store_tx *tx)
{
	return tx_exec_values(tx, STMT_OPERATOR_PROBE, NULL, 0);
}
