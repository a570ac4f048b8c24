/*
 * The operator's side: audit trail, credentials, data keys.
 */
#include "store/store.h"

#include "base/rng.h"
#include "base/uuid.h"
#include "store/tx.h"

struct err
store_add_audit(struct store_tx *tx, const struct audit_entry *entry)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();

	return tx_exec(tx, STMT_AUDIT_ADD, db_text(uuid_new(arena, entry->at, &rng_system)),
		       db_int(entry->at.ms), db_text(entry->actor), db_text(entry->action),
		       db_text(entry->object), db_text_or_null(entry->detail));
}

/* ---- Credentials. ---- */

/* The table's CHECK lets two slots be there. */
#define MAX_CREDENTIALS 2

static struct err
read_credential(const struct db_rows *rows, struct arena *arena,
		struct stored_credential *credential)
{
	int slot = 0;
	struct err err = tx_get_word(rows, 0, &credential_slot_words, &slot);

	credential->slot = (enum credential_slot)slot;
	credential->user = db_get_text(rows, 1, arena);
	credential->password_hash = db_get_text(rows, 2, arena);
	credential->created = db_get_instant(rows, 3);
	credential->last_used = db_get_instant(rows, 4);
	return err;
}

struct err
store_load_credentials(struct store_tx *tx, struct arena *arena,
		       const struct stored_credential **ret_credentials, size_t *ret_n)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct stored_credential *credentials =
		arena_new_array(arena, MAX_CREDENTIALS, struct stored_credential);
	size_t n = 0;
	struct err err = db_query_values(tx->db, STMT_CREDENTIAL_LIST, &rows, NULL, 0);

	while (!err.code && rows.has_row && n < MAX_CREDENTIALS) {
		err = read_credential(&rows, arena, &credentials[n++]);
		if (!err.code)
			err = db_next(&rows);
	}
	if (err.code)
		return err;
	*ret_credentials = credentials;
	*ret_n = n;
	return OK_NONE;
}

struct err
store_put_credential(struct store_tx *tx, const struct stored_credential *credential)
{
	return tx_exec(tx, STMT_CREDENTIAL_PUT, tx_word(&credential_slot_words, credential->slot),
		       db_text(credential->user), db_text(credential->password_hash),
		       db_int(credential->created.ms), db_instant(credential->last_used));
}

struct err
store_delete_credential(struct store_tx *tx, enum credential_slot slot)
{
	return tx_exec(tx, STMT_CREDENTIAL_DELETE, tx_word(&credential_slot_words, slot));
}

struct err
store_touch_credential(struct store_tx *tx, enum credential_slot slot, struct instant used)
{
	return tx_exec(tx, STMT_CREDENTIAL_TOUCH, tx_word(&credential_slot_words, slot),
		       db_int(used.ms));
}

/* ---- Data keys. ---- */

static void
read_key(const struct db_rows *rows, struct arena *arena, struct stored_key *key)
{
	key->id = db_get_text(rows, 0, arena);
	key->wrapped = db_get_bytes(rows, 1, arena);
	key->is_active = db_get_bool(rows, 2);
	key->created = db_get_instant(rows, 3);
}

struct err
store_load_keys(struct store_tx *tx, struct arena *arena, const struct stored_key **ret_keys,
		size_t *ret_n)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct stored_key *keys = NULL;
	size_t size = 0;
	size_t n = 0;
	struct err err = db_query_values(tx->db, STMT_DATA_KEY_LIST, &rows, NULL, 0);

	while (!err.code && rows.has_row) {
		if (n == size) {
			struct stored_key *more;

			size = size ? size * 2 : 4;
			more = arena_new_array(arena, size, struct stored_key);
			if (n)
				memcpy(more, keys, n * sizeof(*keys));
			keys = more;
		}
		read_key(&rows, arena, &keys[n++]);
		err = db_next(&rows);
	}
	if (err.code)
		return err;
	*ret_keys = keys;
	*ret_n = n;
	return OK_NONE;
}

/* One key is active: that of the newest call that says so. */
struct err
store_put_key(struct store_tx *tx, const struct stored_key *key)
{
	struct err err = OK_NONE;

	if (key->is_active)
		err = tx_exec(tx, STMT_DATA_KEY_DEACTIVATE_OTHERS, db_text(key->id));
	if (!err.code)
		err = tx_exec(tx, STMT_DATA_KEY_PUT, db_text(key->id), db_bytes(key->wrapped),
			      db_int(key->is_active), db_int(key->created.ms));
	return err;
}
