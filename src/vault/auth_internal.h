/**
 * What the files of auth share, and the seam at which tests see and hold up its verifications.
 */
#ifndef PC_VAULT_AUTH_INTERNAL_H
#define PC_VAULT_AUTH_INTERNAL_H

#include "vault/auth.h"

#define TAG_SIZE 32

/* ---- auth_basic.c ---- */

#define BASIC_MAX_LEN (AUTH_MAX_LEN / 4 * 3)

/** A user and a password in plain: wiped by basic_release(), or when it is not read. */
struct basic {
	char text[BASIC_MAX_LEN];
	struct str user;     /* in text */
	struct str password; /* in text */
};

/**
 * The value of Authorization: "Basic" in any case, one blank, padded standard base64 of
 * USER ":" PASSWORD. The user has no ':'; neither has control bytes; other bytes are let pass.
 */
_must_use_ bool basic_read(struct str authorization, struct basic *ret_basic);
void basic_release(struct basic *basic);
/** The part after the scheme, which has one spelling only for a user and password. */
_must_use_ bool basic_find_value(struct str authorization, struct str *ret_value);

/* ---- auth_password.c ---- */

#define PASSWORD_HASH_SIZE 128

enum password_verdict { PASSWORD_RIGHT, PASSWORD_WRONG, PASSWORD_NO_MEMORY };

struct password_verifier {
	enum password_verdict (*verify)(struct password_verifier *self,
					const char hash[static PASSWORD_HASH_SIZE],
					struct str password);
};

extern struct password_verifier password_verifier_argon2id;

/** A hash that no password has, of the same cost as ours. */
void password_hash_dummy(char hash[static PASSWORD_HASH_SIZE]);
/** @text, or the dummy when it is no hash: a broken row costs the same work as a good one. */
void password_hash_copy(char hash[static PASSWORD_HASH_SIZE], struct str text);

/* ---- auth_memory.c: the values that were refused ---- */

#define REFUSED_WAYS 4
#define REFUSED_SETS 1024

struct refused_value {
	uint8_t tag[TAG_SIZE];
	uint64_t generation; /* of the credentials that refused it; 0: empty */
	int64_t until_ns;
};

/** 4,096 values. A set is chosen by the keyed hash: a stranger cannot aim at one. */
struct refused_values {
	struct refused_value sets[REFUSED_SETS][REFUSED_WAYS];
};

bool refused_values_have(const struct refused_values *values, const uint8_t tag[static TAG_SIZE],
			 uint64_t generation, struct tick now);
void refused_values_add(struct refused_values *values, const uint8_t tag[static TAG_SIZE],
			uint64_t generation, struct tick until);

/* ---- auth.c ---- */

/** auth_new() with another way to verify. */
struct auth *auth_new_with(struct pool *pool, struct clock *clock,
			   struct password_verifier *verifier,
			   const struct auth_credential *credentials, size_t n);

#endif
