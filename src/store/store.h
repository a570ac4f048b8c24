/**
 * What we remember, in the product's words. Written once over db.h, for every engine.
 *
 * One thread runs all transactions. It drains its queue, runs the jobs, commits the group once
 * (synchronous, durable) and only then reports each job done: nobody is answered before the COMMIT,
 * and nobody waits for one in a thread of their own. A job that fails undoes its own effects alone.
 */
#ifndef PC_STORE_STORE_H
#define PC_STORE_STORE_H

#include "base/err.h"
#include "core/connect.h"
#include "core/test_connection.h"

struct store;
struct store_tx;

struct store_options {
	const char *url;   /* "sqlite:FILE" */
	int64_t cache_mib; /* upper bound of the page cache */
	size_t max_batch;  /* jobs a COMMIT; 128 */
	size_t max_queue;  /* jobs that may wait; 4096 */
	int flush_ms;	   /* how long a delivery mark may wait for a commit; 200 */
	struct clock *clock;
};

/**
 * Opens or makes the database, locks it against a second process, migrates it, makes an earlier
 * crash good (checkpoint) and starts the thread.
 *
 * ERR_CONFIG  the URL names no engine we have; another process holds the lock; the database is of a
 *             newer version, or is not ours: the detail says which, in one line
 * ERR_STORE   it cannot be opened, migrated or switched to WAL
 */
_must_use_ struct err store_open(struct arena *arena, const struct store_options *options,
				 struct store **ret_store);
/** Finishes the queue, flushes delivery marks, closes. */
void store_close(struct store *store);
/**
 * Called once, on the store thread, after a sync or commit error from which the process must not
 * go on acknowledging. The default aborts.
 */
void store_on_fatal(struct store *store, void (*on_fatal)(void *context, struct err err),
		    void *context);

/** A unit of work. Embedded in the submitter's own struct, which outlives done(). */
struct store_job {
	struct store_job *next; /* the store's */
	/* On the store thread: SQL through the functions below, nothing that waits. An error undoes
	 * all that this job did. May be called twice, when another job of its group fails: then
	 * nothing that the first call stored is there, and what it left in memory must not count. */
	struct err (*run)(struct store_job *job, struct store_tx *tx);
	/* On the store thread, after the COMMIT or the rollback. Quick: it resumes a call. */
	void (*done)(struct store_job *job, struct err err);
	/* When reached before run(): not run, done() gets ERR_TIMEOUT. Zero: none. */
	struct tick deadline;
	struct err err; /* the store's */
};

/** From any thread. ERR_OVERLOADED: the queue is full; done() is not called. */
_must_use_ struct err store_submit(struct store *store, struct store_job *job);

/** Submits and waits: for start-up and commands, never on an event thread. */
_must_use_ struct err store_run(struct store *store,
				struct err (*run)(void *arg, struct store_tx *tx), void *arg);

#define STORE_BATCH_BUCKETS 9 /* groups of up to 1, 2, 4, ... 128 jobs, and of more */

/** How the store is doing: since its start, but n_queued, which is now. */
struct store_stats {
	size_t n_queued;
	int64_t n_commits; /* of groups that had jobs */
	int64_t n_jobs;	   /* in these */
	int64_t n_failed;  /* groups that were not committed */
	int64_t by_size[STORE_BATCH_BUCKETS];
};
/** From any thread. */
void store_stats(struct store *store, struct store_stats *ret_stats);

/**
 * The answer that carried @id was handed to the HTTP library (@is_delivered), or taken back. Seen
 * by every job submitted later; stored with the next commit, or after flush_ms.
 */
void store_mark_delivered(struct store *store, struct connection_id id, bool is_delivered);

/* ---- Inside a job. Loaded strings live in @arena. All may fail with ERR_STORE. ---- */

/** Fills all of @state but now, received and the fresh ids. */
_must_use_ struct err store_load_connect_state(struct store_tx *tx, struct arena *arena,
					       const struct connect_request *req,
					       struct str account_key,
					       const struct fingerprint *fingerprint,
					       const struct connect_policy *policy,
					       struct connect_state *state);
struct connect_record {
	const struct connect_request *req;
	const struct connect_decision *decision;
	const struct fingerprint *fingerprint;
	const struct sealed_secret *secrets;
	size_t n_secrets;
	struct instant now;
};
_must_use_ struct err store_apply_connect(struct store_tx *tx, struct arena *arena,
					  const struct connect_record *record);

/** Any state but deleted; is_known tells. */
_must_use_ struct err store_load_connection(struct store_tx *tx, struct arena *arena,
					    struct connection_id id,
					    struct known_connection *ret_connection);
/** Marks it deleted and removes its secrets for good. */
_must_use_ struct err store_delete_connection(struct store_tx *tx, struct connection_id id,
					      struct instant now);
_must_use_ struct err store_load_secrets(struct store_tx *tx, struct arena *arena,
					 struct connection_id id,
					 const struct sealed_secret **ret_secrets,
					 size_t *ret_n_secrets);

/** What a test of the connection needs; `secrets` is left to the caller. All empty when unknown. */
_must_use_ struct err store_load_tested(struct store_tx *tx, struct arena *arena,
					struct connection_id id,
					struct tested_connection *ret_connection);

/** Removes every account of the e-mail domain, demo accounts too, with all they have. */
_must_use_ struct err store_delete_domain(struct store_tx *tx, struct str domain,
					  int64_t *ret_n_accounts);

/** The account of @account_key and its user of @email_key; is_known tells. */
_must_use_ struct err store_load_user(struct store_tx *tx, struct arena *arena,
				      struct str account_key, struct str email_key,
				      struct known_account *ret_account,
				      struct known_user *ret_user);
_must_use_ struct err store_expire_account(struct store_tx *tx, struct account_id id,
					   struct instant now);
_must_use_ struct err store_expire_user(struct store_tx *tx, struct user_id id, struct instant now);

/** A user with the account, for the launch pages. */
_must_use_ struct err store_load_launch(struct store_tx *tx, struct arena *arena,
					struct connection_id connection_id, struct user_id user_id,
					struct known_connection *ret_connection,
					struct known_account *ret_account,
					struct known_user *ret_user);
/** Notes that a launch token was used. ERR_CONSTRAINT: it was used before. */
_must_use_ struct err store_use_launch(struct store_tx *tx, const uint8_t token_hash[static 32],
				       struct connection_id connection_id, struct user_id user_id,
				       struct instant now, struct instant expires);
/** signed_up is now; a trial that had ended begins anew until @trial_expires (unset: never). */
_must_use_ struct err store_sign_up(struct store_tx *tx, struct user_id user_id,
				    struct account_id account_id, bool begins_trial,
				    enum trial_type trial_type, struct instant trial_expires,
				    struct instant now);

struct audit_entry {
	struct instant at;
	struct str actor;  /* who: a credential's slot, "system" */
	struct str action; /* "delete_account" */
	struct str object; /* what it was done to: a domain, an id; never a secret */
	struct str detail;
};
_must_use_ struct err store_add_audit(struct store_tx *tx, const struct audit_entry *entry);

struct stored_credential {
	enum credential_slot slot;
	struct str user;
	struct str password_hash; /* Argon2id, as libsodium spells it */
	struct instant created;
	struct instant last_used; /* unset: never */
};
_must_use_ struct err store_load_credentials(struct store_tx *tx, struct arena *arena,
					     const struct stored_credential **ret_credentials,
					     size_t *ret_n);
/** Inserts, or replaces what is in the slot. */
_must_use_ struct err store_put_credential(struct store_tx *tx,
					   const struct stored_credential *credential);
_must_use_ struct err store_delete_credential(struct store_tx *tx, enum credential_slot slot);
_must_use_ struct err store_touch_credential(struct store_tx *tx, enum credential_slot slot,
					     struct instant used);

struct stored_key {
	struct str id;
	struct str wrapped; /* sealed with the key-encryption key */
	bool is_active;	    /* new secrets are sealed with it; the others only open */
	struct instant created;
};
_must_use_ struct err store_load_keys(struct store_tx *tx, struct arena *arena,
				      const struct stored_key **ret_keys, size_t *ret_n);
_must_use_ struct err store_put_key(struct store_tx *tx, const struct stored_key *key);

#endif
