/**
 * HTTP Basic authentication of the Connect API: two credentials (current, next), stored as Argon2id
 * hashes, checked in constant time. An unknown user costs the same work as a known one.
 *
 * A verified or refused Authorization value is remembered under a keyed hash (random key of this
 * process), bounded in number and age, so that Argon2id runs once a value and not once a request.
 * Values being verified at the same time share one verification. Misses go to a bounded pool.
 *
 * Rules: AUTH-1 ... (docs/rules.md); design section 5, "Credentials".
 */
#ifndef PC_VAULT_AUTH_H
#define PC_VAULT_AUTH_H

#include "base/err.h"
#include "base/clock.h"
#include "base/pool.h"
#include "core/words.h"

struct auth;

struct auth_credential {
	enum credential_slot slot;
	struct str user;
	struct str password_hash;
};

enum auth_verdict {
	AUTH_ACCEPTED,
	AUTH_REFUSED, /* malformed, or known to be wrong */
	AUTH_UNKNOWN, /* not seen yet: auth_verify() */
};

/** @credentials are copied. @pool runs the verifications. */
struct auth *auth_new(struct pool *pool, struct clock *clock,
		      const struct auth_credential *credentials, size_t n);
void auth_free(struct auth *auth);
/** Swaps the credentials; all that was remembered is forgotten. Thread-safe. */
void auth_replace(struct auth *auth, const struct auth_credential *credentials, size_t n);

/** @authorization is the field's value; @ret_slot is set when accepted. Microseconds. */
_must_use_ enum auth_verdict auth_check(struct auth *auth, struct str authorization,
					enum credential_slot *ret_slot);

/** Embedded in the submitter's struct; outlives done(). */
struct auth_request {
	struct auth_request *next; /* auth's */
	struct str authorization;  /* lives until done() */
	/* On a worker thread. ERR_NONE: @slot is accepted; ERR_UNAUTHORIZED: refused. */
	void (*done)(struct auth_request *request, struct err err, enum credential_slot slot);
};

/** ERR_OVERLOADED: the pool's queue is full; done() is not called. */
_must_use_ struct err auth_verify(struct auth *auth, struct auth_request *request);

/** Argon2id of a password, for storing; ~40 ms. */
_must_use_ struct err auth_hash_password(struct arena *arena, struct str password,
					 struct str *ret_hash);
/** 32 random bytes, URL-safe: a password that we make. */
struct str auth_make_password(struct arena *arena);

#endif
