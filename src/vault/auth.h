/**
 * HTTP Basic authentication of the Connect API: two credentials (current, next), stored as Argon2id
 * hashes, checked in constant time. An unknown user costs the same work as a known one.
 *
 * A verified or refused Authorization value is remembered under a keyed hash (random key of this
 * process), bounded in number and age, so that Argon2id runs once a value and not once a request.
 * Requests with the same value share one verification. At most AUTH_MAX_UNKNOWN different values
 * wait for theirs, and one runs at a time: a flood of guesses costs one core and 19 MiB and no
 * request whose value is remembered. A value that was right before and grew old goes first and is
 * never turned away.
 *
 * Rules: AUTH-1, AUTH-2, AUTH-3, AUTH-4 (docs/rules.md); design section 5, "Credentials".
 */
#ifndef PC_VAULT_AUTH_H
#define PC_VAULT_AUTH_H

#include "base/clock.h"
#include "base/err.h"
#include "base/pool.h"
#include "core/words.h"

struct auth;

#define AUTH_MAX_LEN 1024 /* of an Authorization value */
#define AUTH_MAX_UNKNOWN 8
#define AUTH_ACCEPTED_MS ((int64_t)5 * 60 * 1000)
#define AUTH_REFUSED_MS ((int64_t)60 * 1000)

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

/** @credentials are copied. @pool runs the verifications, and is freed before this is. */
struct auth *auth_new(struct pool *pool, struct clock *clock,
		      const struct auth_credential *credentials, size_t n);
void auth_free(struct auth *auth);
/**
 * Swaps the credentials; all that was remembered is forgotten, and a verification that runs starts
 * anew: no request that begins after it is answered by the old ones. Thread-safe.
 */
void auth_replace(struct auth *auth, const struct auth_credential *credentials, size_t n);

/** @authorization is the field's value; @ret_slot is set when accepted. Microseconds. */
_must_use_ enum auth_verdict auth_check(struct auth *auth, struct str authorization,
					enum credential_slot *ret_slot);

/** Embedded in the submitter's struct; outlives done(). */
struct auth_request {
	struct auth_request *next; /* auth's */
	struct str authorization;  /* lives until done() */
	/*
	 * On a worker thread. ERR_NONE: @slot is accepted; ERR_UNAUTHORIZED: refused;
	 * ERR_OVERLOADED: there was no memory to verify it, nothing is known.
	 */
	void (*done)(struct auth_request *request, struct err err, enum credential_slot slot);
};

/**
 * After AUTH_UNKNOWN. ERR_OVERLOADED: the pool's queue is full, or too many unknown values wait;
 * done() is not called.
 */
_must_use_ struct err auth_verify(struct auth *auth, struct auth_request *request);

/** Argon2id of a password, for storing; 20 ms and 19 MiB. ERR_CRYPTO: no memory for it. */
_must_use_ struct err auth_hash_password(struct arena *arena, struct str password,
					 struct str *ret_hash);
/**
 * Whether @password is the one of @hash; an empty or broken hash costs the same work. 20 ms and
 * 19 MiB: on a worker. ERR_OVERLOADED: there was no memory to verify it, nothing is known.
 */
_must_use_ struct err auth_check_password(struct str hash, struct str password, bool *ret_is_right);
/** 32 random bytes, URL-safe: a password that we make. */
struct str auth_make_password(struct arena *arena);

#endif
