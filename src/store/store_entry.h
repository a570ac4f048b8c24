/**
 * What the hosted pages need of the store: who enters, what they see, sessions. Inside a job, as
 * store.h says; strings live in @arena; all may fail with ERR_STORE.
 */
#ifndef PC_STORE_STORE_ENTRY_H
#define PC_STORE_STORE_ENTRY_H

#include "core/entry.h"
#include "store/store.h"

/** is_known tells. */
_must_use_ struct err store_load_known_account(struct store_tx *tx, struct arena *arena,
					       struct account_id id,
					       struct known_account *ret_account);
_must_use_ struct err store_load_entrant(struct store_tx *tx, struct arena *arena,
					 struct user_id id, struct entrant *ret_entrant);
/** Those of an address who have a password: at most @max, in the order in which they came. */
_must_use_ struct err store_load_entrants(struct store_tx *tx, struct arena *arena,
					  struct str email_key, size_t max,
					  struct entrant *ret_entrants, size_t *ret_n);

/** What a page shows of a connection. */
struct stored_connection {
	struct known_connection known;
	struct instant created;
	struct str name;
	struct resources resources; /* those that a page shows */
};
/** Any state but deleted; known.is_known tells. */
_must_use_ struct err store_load_details(struct store_tx *tx, struct arena *arena,
					 struct connection_id id,
					 struct stored_connection *ret_connection);
/** The live ones that user_may_see() of the user, newest first: at most @max. */
_must_use_ struct err store_load_details_for(struct store_tx *tx, struct arena *arena,
					     const struct entrant *entrant, size_t max,
					     struct stored_connection *ret_connections,
					     size_t *ret_n);

_must_use_ struct err store_confirm_connection(struct store_tx *tx, struct connection_id id);
_must_use_ struct err store_set_password(struct store_tx *tx, struct user_id id, struct str hash,
					 bool is_proven);
_must_use_ struct err store_is_launch_used(struct store_tx *tx, const uint8_t token_hash[static 32],
					   bool *ret_is_used);

struct stored_session {
	uint8_t token_hash[32];
	struct user_id user_id;
	struct connection_id connection_id; /* that the user came with; may be empty */
	struct instant created;
	struct instant expires;
};
/** Forgets those that are over, too. */
_must_use_ struct err store_add_session(struct store_tx *tx, const struct stored_session *session);
/** *ret_user_id is empty when there is no such session, or it is over. */
_must_use_ struct err store_load_session(struct store_tx *tx, struct arena *arena,
					 const uint8_t token_hash[static 32], struct instant now,
					 struct user_id *ret_user_id,
					 struct connection_id *ret_connection_id);
_must_use_ struct err store_delete_session(struct store_tx *tx,
					   const uint8_t token_hash[static 32]);
_must_use_ struct err store_delete_sessions_of(struct store_tx *tx, struct user_id id);

#endif
