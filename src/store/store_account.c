/*
 * Accounts and users: loading, trials, sign-up, and removing a domain with all it has.
 */
#include "store/store.h"

#include "store/tx.h"

struct err
tx_read_account(const struct db_rows *rows, int column, struct arena *arena,
		struct known_account *ret_account)
{
	int state = 0;
	struct err err = tx_get_word(rows, column + 1, &account_state_words, &state);

	if (err.code)
		return err;
	*ret_account = (struct known_account){
		.is_known = true,
		.id.value = db_get_text(rows, column, arena),
		.state = (enum account_state)state,
		.trial_expires = db_get_instant(rows, column + 2),
		.is_creator_verified = !db_is_null(rows, column + 3),
	};
	return OK_NONE;
}

struct err
tx_read_user(const struct db_rows *rows, int column, struct arena *arena,
	     struct known_user *ret_user)
{
	int origin = 0;
	struct err err;

	if (db_is_null(rows, column))
		return OK_NONE;
	err = tx_get_word(rows, column + 1, &user_origin_words, &origin);
	if (err.code)
		return err;
	*ret_user = (struct known_user){
		.is_known = true,
		.id.value = db_get_text(rows, column, arena),
		.origin = (enum user_origin)origin,
		.signed_up = db_get_instant(rows, column + 2),
		.email_verified = db_get_instant(rows, column + 3),
		.trial_expires = db_get_instant(rows, column + 4),
	};
	return OK_NONE;
}

static struct err
load_account_with_user(struct store_tx *tx, struct arena *arena, enum db_stmt stmt, struct str key,
		       struct str email_key, struct known_account *ret_account,
		       struct known_user *ret_user)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, stmt, &rows, db_text(key), db_text(email_key));

	*ret_account = (struct known_account){ 0 };
	*ret_user = (struct known_user){ 0 };
	if (err.code || !rows.has_row)
		return err;
	err = tx_read_account(&rows, 0, arena, ret_account);
	return err.code ? err : tx_read_user(&rows, ACCOUNT_COLUMNS, arena, ret_user);
}

struct err
tx_load_account(struct store_tx *tx, struct arena *arena, struct account_id id,
		struct str email_key, struct known_account *ret_account,
		struct known_user *ret_user)
{
	return load_account_with_user(tx, arena, STMT_ACCOUNT_WITH_USER_BY_ID, id.value, email_key,
				      ret_account, ret_user);
}

struct err
store_load_user(struct store_tx *tx, struct arena *arena, struct str account_key,
		struct str email_key, struct known_account *ret_account,
		struct known_user *ret_user)
{
	return load_account_with_user(tx, arena, STMT_ACCOUNT_WITH_USER_BY_KEY, account_key,
				      email_key, ret_account, ret_user);
}

/* An update of something the caller has just loaded: it is there, or we are wrong. */
static struct err
exec_on_known(struct store_tx *tx, struct err err)
{
	if (!err.code && db_n_changed(tx->db) != 1)
		return err_make(ERR_STORE, "the account or user to change is not there");
	return err;
}

struct err
store_expire_account(struct store_tx *tx, struct account_id id, struct instant now)
{
	return exec_on_known(tx,
			     tx_exec(tx, STMT_ACCOUNT_EXPIRE, db_text(id.value), db_int(now.ms)));
}

struct err
store_expire_user(struct store_tx *tx, struct user_id id, struct instant now)
{
	return exec_on_known(tx, tx_exec(tx, STMT_USER_EXPIRE, db_text(id.value), db_int(now.ms)));
}

static struct err
load_user_by_id(struct store_tx *tx, struct arena *arena, struct user_id id,
		struct known_user *ret_user, struct account_id *ret_account_id)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, STMT_USER_BY_ID, &rows, db_text(id.value));

	if (err.code || !rows.has_row)
		return err;
	ret_account_id->value = db_get_text(&rows, USER_COLUMNS, arena);
	return tx_read_user(&rows, 0, arena, ret_user);
}

struct err
store_load_launch(struct store_tx *tx, struct arena *arena, struct connection_id connection_id,
		  struct user_id user_id, struct known_connection *ret_connection,
		  struct known_account *ret_account, struct known_user *ret_user)
{
	struct account_id account_id = { 0 };
	struct known_user user = { 0 };
	struct known_user nobody;
	struct err err = OK_NONE;

	*ret_connection = (struct known_connection){ 0 };
	if (!str_is_empty(connection_id.value))
		err = store_load_connection(tx, arena, connection_id, ret_connection);
	if (!err.code && !str_is_empty(user_id.value))
		err = load_user_by_id(tx, arena, user_id, &user, &account_id);
	/* A user is somebody only within the connection's account. */
	if (ret_connection->is_known) {
		if (!str_equal(account_id.value, ret_connection->account_id.value))
			user.is_known = false;
		account_id = ret_connection->account_id;
	}
	*ret_user = user.is_known ? user : (struct known_user){ 0 };
	if (err.code)
		return err;
	return tx_load_account(tx, arena, account_id, STR(""), ret_account, &nobody);
}

struct err
store_sign_up(struct store_tx *tx, struct user_id user_id, struct account_id account_id,
	      bool begins_trial, enum trial_type trial_type, struct instant trial_expires,
	      struct instant now)
{
	struct err err = exec_on_known(tx, tx_exec(tx, STMT_USER_SIGN_UP, db_text(user_id.value),
						   db_text(account_id.value), db_int(now.ms)));

	if (err.code || !begins_trial)
		return err;
	switch (trial_type) {
	case TRIAL_TYPE_ACCOUNT:
		return tx_exec(tx, STMT_ACCOUNT_BEGIN_TRIAL, db_text(account_id.value),
			       db_instant(trial_expires));
	case TRIAL_TYPE_USER:
		return tx_exec(tx, STMT_USER_BEGIN_TRIAL, db_text(user_id.value),
			       db_instant(trial_expires));
	}
	return OK_NONE;
}

/* ---- Removing. ---- */

static struct err
delete_account(struct store_tx *tx, struct str id)
{
	/* Children first; what is found through connections or users goes before these. */
	static const enum db_stmt stmts[] = {
		STMT_SECRET_DELETE_BY_ACCOUNT,
		STMT_OUTBOX_DELETE_BY_ACCOUNT,
		STMT_LAUNCH_DELETE_BY_ACCOUNT_CONNECTION,
		STMT_LAUNCH_DELETE_BY_ACCOUNT_USER,
		STMT_SESSION_DELETE_BY_ACCOUNT,
		STMT_MAIL_DELETE_BY_ACCOUNT,
		STMT_CONNECTION_DELETE_BY_ACCOUNT,
		STMT_IDENTITY_DELETE_BY_ACCOUNT,
		STMT_INVITATION_DELETE_BY_ACCOUNT,
		STMT_USER_DELETE_BY_ACCOUNT,
		STMT_ACCOUNT_DELETE,
	};
	struct err err = OK_NONE;

	for (size_t i = 0; !err.code && i < ARRAY_LEN(stmts); i++)
		err = tx_exec(tx, stmts[i], db_text(id));
	return err;
}

/* One id, read apart: the rows of a statement must not change under it. */
static struct err
next_account_of_domain(struct store_tx *tx, struct str domain, char *id, size_t size,
		       struct str *ret_id)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, STMT_ACCOUNT_IDS_BY_DOMAIN, &rows, db_text(domain));
	struct str found;

	*ret_id = (struct str){ 0 };
	if (err.code || !rows.has_row)
		return err;
	found = db_peek_text(&rows, 0);
	if (found.len > size)
		return err_make(ERR_STORE, "a stored id is none of ours");
	memcpy(id, found.ptr, found.len);
	*ret_id = (struct str){ id, found.len };
	return OK_NONE;
}

struct err
store_delete_domain(struct store_tx *tx, struct str domain, int64_t *ret_n_accounts)
{
	int64_t n = 0;

	for (;;) {
		char text[64];
		struct str id;
		struct err err = next_account_of_domain(tx, domain, text, sizeof(text), &id);

		if (!err.code && !id.ptr) {
			*ret_n_accounts = n;
			return OK_NONE;
		}
		if (!err.code)
			err = delete_account(tx, id);
		if (err.code)
			return err;
		n++;
	}
}
