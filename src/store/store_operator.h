/**
 * What the operator looks at and changes: lists, details, the states of accounts. All runs inside a
 * job, as what store.h has; loaded strings live in @arena, and all may fail with ERR_STORE.
 *
 * A list is read a page at a time, from the newest on. A page costs the store's thread as much as
 * the rows it looks at: its caller bounds them.
 */
#ifndef PC_STORE_STORE_OPERATOR_H
#define PC_STORE_STORE_OPERATOR_H

#include "store/store.h"

/** Where a page begins and how long it may be. */
struct store_page {
	struct str before; /* the id of the row before it; empty: at the newest */
	int64_t limit;
};

struct listed_connection {
	struct known_connection known;
	struct str name;
	struct instant created;
};

/** @account_id  empty: of all accounts */
_must_use_ struct err store_list_connections(struct store_tx *tx, struct arena *arena,
					     struct store_page page, struct account_id account_id,
					     const struct listed_connection **ret_connections,
					     size_t *ret_n);

struct connection_details {
	struct listed_connection listed; /* listed.known.is_known tells */
	struct instant superseded;
	struct instant deleted;
	bool is_delivered; /* the answer to the connect that made it */
	struct str account_key;
	struct str creator_email; /* empty: nobody knows any more */
	struct resources resources;
};

/** Also a deleted one. Of its secrets only store_load_secrets() knows. */
_must_use_ struct err store_load_connection_details(struct store_tx *tx, struct arena *arena,
						    struct connection_id id,
						    struct connection_details *ret_details);

struct listed_account {
	struct account_id id;
	struct str key;
	struct str domain;
	bool is_demo;
	enum account_state state;
	struct instant trial_expires; /* unset: never */
	struct instant created;
};

_must_use_ struct err store_list_accounts(struct store_tx *tx, struct arena *arena,
					  struct store_page page,
					  const struct listed_account **ret_accounts,
					  size_t *ret_n);
/** The one of that id, or of that key; an empty id: there is none. */
_must_use_ struct err store_find_account(struct store_tx *tx, struct arena *arena,
					 struct account_id id, struct listed_account *ret_account);
_must_use_ struct err store_find_account_by_key(struct store_tx *tx, struct arena *arena,
						struct str key, struct listed_account *ret_account);
/**
 * An account that becomes active has no trials any more, its users' included: what ended them is
 * undone.
 */
_must_use_ struct err store_set_account_state(struct store_tx *tx, struct account_id id,
					      enum account_state state,
					      struct instant trial_expires);

struct listed_user {
	struct user_id id;
	struct str email;
	struct str first_name;
	struct str last_name;
	enum user_origin origin;
	struct instant signed_up;
	struct instant email_verified;
	struct instant trial_expires;
	struct instant created;
};

/** The first @limit users of an account, from the oldest on. */
_must_use_ struct err store_list_users(struct store_tx *tx, struct arena *arena,
				       struct account_id id, int64_t limit,
				       const struct listed_user **ret_users, size_t *ret_n);

struct listed_audit {
	struct str id;
	struct audit_entry entry;
};

_must_use_ struct err store_list_audit(struct store_tx *tx, struct arena *arena,
				       struct store_page page,
				       const struct listed_audit **ret_audit, size_t *ret_n);

/** Writes something, so that its commit tells whether the database takes writes. */
_must_use_ struct err store_probe(struct store_tx *tx);

#endif
