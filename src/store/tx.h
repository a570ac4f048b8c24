/**
 * A job's view of the transaction it shares with others; inside this room only.
 */
#ifndef PC_STORE_TX_H
#define PC_STORE_TX_H

#include "core/connect.h"
#include "store/db.h"

/** A workspace as it is stored, and by which (cloud, id) it was asked for. */
struct known_workspace {
	bool is_loaded;
	bool is_known;
	enum cloud cloud;
	struct workspace_id id;
	struct instant since;
	struct str hostname;
	struct str url;
	struct str region;
};

struct store_tx {
	struct db *db;
	/* The first write makes a savepoint: most jobs only read. */
	bool is_careful;
	bool has_written;
	/* A connect asks twice, when it loads and when it applies. */
	struct known_workspace workspace;
};

/** A write, undone should the job fail. */
_must_use_ struct err tx_exec_values(struct store_tx *tx, enum db_stmt stmt,
				     const struct db_value *values, int n_values);
#define tx_exec(tx, stmt, ...)                                                                     \
	tx_exec_values((tx), (stmt), (const struct db_value[]){ __VA_ARGS__ },                     \
		       (int)ARRAY_LEN(((const struct db_value[]){ __VA_ARGS__ })))

/** A value of a closed set, as its word. */
static inline struct db_value
tx_word(const struct word_list *list, int value)
{
	return db_text(word_of(list, value));
}
/** The value of a stored word. */
_must_use_ struct err tx_get_word(const struct db_rows *rows, int column,
				  const struct word_list *list, int *ret_value);

/* How many columns the readers below take, from @column on. */
#define ACCOUNT_COLUMNS 4
#define USER_COLUMNS 5
/** id, state, trial_expires_ms, and when its creator's e-mail was verified. */
_must_use_ struct err tx_read_account(const struct db_rows *rows, int column, struct arena *arena,
				      struct known_account *ret_account);
/** id, origin, signed_up_ms, email_verified_ms, trial_expires_ms; a NULL id: not known. */
_must_use_ struct err tx_read_user(const struct db_rows *rows, int column, struct arena *arena,
				   struct known_user *ret_user);
/** id, account_id, creator_user_id, cloud, workspace_id, scope, state, is_demo, is_confirmed. */
_must_use_ struct err tx_read_connection(const struct db_rows *rows, struct arena *arena,
					 struct known_connection *ret_connection);
#define CONNECTION_COLUMNS 9

/** Whatever its state. */
_must_use_ struct err tx_load_connection(struct store_tx *tx, struct arena *arena,
					 struct connection_id id,
					 struct known_connection *ret_connection);
/** The account and its user of that e-mail; an empty key finds no user. */
_must_use_ struct err tx_load_account(struct store_tx *tx, struct arena *arena,
				      struct account_id id, struct str email_key,
				      struct known_account *ret_account,
				      struct known_user *ret_user);

/** Brings the schema up to date. ERR_CONFIG: it is newer than we are. */
_must_use_ struct err store_migrate(struct arena *arena, struct db *db, struct instant now);

#endif
