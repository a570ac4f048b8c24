/**
 * The only home of plain secrets. Keys, sealing, fingerprints, launch tokens.
 *
 * Envelope: a key-encryption key (KEK) from outside the database wraps data keys (DEK), which are
 * stored wrapped; a secret is sealed by the active DEK with XChaCha20-Poly1305 and a random nonce.
 * The associated data name the connection, the kind of secret and the key, so that a blob moved to
 * another row does not open. Every wrapped key carries the same root secret, from which the sub-keys
 * for fingerprints and launch tokens are derived: they survive a restart, a new KEK and a new DEK.
 *
 * Errors never say more than which row or file; ERR_CRYPTO is a blob that does not open.
 *
 * Opened and unlocked by one thread at start; all else may be called by many at once.
 */
#ifndef PC_VAULT_VAULT_H
#define PC_VAULT_VAULT_H

#include "base/err.h"
#include "base/rng.h"
#include "core/connection.h"

struct vault;

/** Where the KEK comes from; the first that is there wins, in this order. */
struct vault_key_source {
	const char *credentials_directory; /* $CREDENTIALS_DIRECTORY of systemd: file "key" in it */
	const char *key_file;		   /* setting key_file: must be 0400 or 0600, ours */
	char *key_text;	       /* setting key (environment only): 64 hex digits; wiped after use */
	const char *state_dir; /* file "key" in it; made (0400) when may_make says so */
	bool may_make;	       /* the database is new */
};

/** A DEK as the store keeps it. */
struct vault_wrapped_key {
	struct str id;
	struct str wrapped;
	bool is_active;
};

/**
 * Reads the KEK, or makes one, and locks it in memory.
 *
 * @ret_made_path  the file that was made, NULL when none was
 *
 * ERR_CONFIG  no key though the database has secrets; a file readable by others; not a key. The
 *             detail names the file or setting.
 */
_must_use_ struct err vault_open(struct arena *arena, const struct vault_key_source *source,
				 struct vault **ret_vault, const char **ret_made_path);
void vault_free(struct vault *vault);

/**
 * No core dump of this process and no debugger attached to it by its own user. Called once, at
 * start. Builds with a sanitizer stay open to one: LeakSanitizer looks at its own threads by ptrace.
 */
_must_use_ struct err vault_harden_process(void);
/** RLIMIT_MEMLOCK left no room for the keys: they work, but the swap may see them. Worth a warning. */
bool vault_may_be_swapped(const struct vault *vault);

/**
 * Unwraps the stored data keys. With none (a new database) mints one, which the caller stores
 * before any secret is sealed: *ret_minted.id is non-empty then.
 *
 * @new_key_id  of the key that may be minted: a UUID
 *
 * ERR_CONFIG  the KEK does not open them: "the key does not fit this database"; not exactly one of
 *             them is active
 */
_must_use_ struct err vault_unlock(struct vault *vault, struct arena *arena,
				   const struct vault_wrapped_key *keys, size_t n_keys,
				   struct str new_key_id, struct vault_wrapped_key *ret_minted);

/** What may be stored of a request's secrets; key ids borrow from the vault, the rest is in the arena. */
struct sealed_request {
	struct fingerprint fingerprint;
	struct sealed_secret secrets[N_SECRET_KINDS];
	size_t n_secrets;
};

/**
 * Fingerprints the request (cloud, workspace, user id, e-mail, demo, scope, every resource field,
 * every secret; each length-prefixed), seals its secrets for the connection that will have
 * @connection_id, and wipes them: after it, and after its failure, req->secrets are gone.
 *
 * ERR_CRYPTO  the vault is not unlocked
 */
_must_use_ struct err vault_seal_request(struct vault *vault, struct arena *arena,
					 struct connect_request *req,
					 struct connection_id connection_id,
					 struct sealed_request *ret_sealed);

/**
 * Opens a stored secret and hands it to @use, wiping it after. The one audited way to a plain
 * secret. @use may be NULL: then it is only shown to open. 50 microseconds: not for every request.
 *
 * ERR_CRYPTO  it was changed, belongs to another connection or kind, or its key is not here
 * Else what @use returned.
 */
_must_use_ struct err vault_use_secret(
	struct vault *vault, struct connection_id connection_id, const struct sealed_secret *secret,
	struct err (*use)(void *context, const char *plain, size_t len), void *context);

/* ---- Launch tokens: a MAC over connection, user and expiry; design section 3. ---- */

struct launch {
	struct connection_id connection_id; /* in the arena; empty when there is none */
	struct user_id user_id;		    /* in the arena; empty when there is none */
	struct str mail_id; /* of a link that was mailed: it proves the address; else empty */
	struct instant expires;
	uint8_t hash[32]; /* of the token: what is stored once it is used */
};

#define LAUNCH_MS ((int64_t)15 * 60 * 1000)

/** URL-safe text; connection and user are UUIDs of ours or empty. */
struct str vault_launch_mint(struct vault *vault, struct arena *arena,
			     struct connection_id connection_id, struct user_id user_id,
			     struct instant expires);
/** One that goes out by mail and nowhere else; what it is about stands in the mail's row. */
struct str vault_launch_mint_mailed(struct vault *vault, struct arena *arena, struct str mail_id,
				    struct user_id user_id, struct instant expires);
/** False when it is not ours, or is changed in any bit. The caller looks at `expires`. */
_must_use_ bool vault_launch_read(struct vault *vault, struct arena *arena, struct str token,
				  struct launch *ret_launch);

/* ---- Sessions and forms of the hosted pages. ---- */

/** 32 random bytes, URL-safe: 43 characters. */
struct str vault_session_mint(struct arena *arena);
/** What is stored of a session's token. False: it is none. */
_must_use_ bool vault_session_hash(struct str token, uint8_t ret_hash[static 32]);

/** A MAC over @parts, as a form carries it: what the form is bound to. */
struct str vault_form_token(struct vault *vault, struct arena *arena, const struct str *parts,
			    size_t n);
_must_use_ bool vault_form_token_fits(struct vault *vault, struct arena *arena,
				      const struct str *parts, size_t n, struct str token);

#endif
