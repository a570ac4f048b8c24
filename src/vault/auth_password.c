/*
 * Argon2id: hashing a password, verifying one, making one. The parameters are OWASP's minimum; a
 * stored hash says its own, so that they can be raised.
 */
#include "vault/auth_internal.h"

#include "base/rng.h"

#include <errno.h>
#include <sodium.h>

#define ARGON2ID_PASSES 2
#define ARGON2ID_BYTES ((size_t)19 * 1024 * 1024)

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "password hash");

#define DUMMY_HASH                                                                                 \
	"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"                                    \
	"$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

void
password_hash_dummy(char hash[static PASSWORD_HASH_SIZE])
{
	memset(hash, 0, PASSWORD_HASH_SIZE);
	memcpy(hash, DUMMY_HASH, sizeof(DUMMY_HASH));
}

void
password_hash_copy(char hash[static PASSWORD_HASH_SIZE], struct str text)
{
	memset(hash, 0, PASSWORD_HASH_SIZE);
	if (text.len < PASSWORD_HASH_SIZE && !str_is_empty(text))
		memcpy(hash, text.ptr, text.len);
	/* Answers -1 for what is no hash of Argon2id. */
	if (crypto_pwhash_str_needs_rehash(hash, ARGON2ID_PASSES, ARGON2ID_BYTES) < 0)
		password_hash_dummy(hash);
}

static enum password_verdict
argon2id_verify(_unused_ struct password_verifier *self, const char hash[static PASSWORD_HASH_SIZE],
		struct str password)
{
	errno = 0;
	if (crypto_pwhash_str_verify(hash, password.ptr, password.len) == 0)
		return PASSWORD_RIGHT;
	/* A wrong password leaves EINVAL; memory that was not there must not look like one. */
	return errno == ENOMEM ? PASSWORD_NO_MEMORY : PASSWORD_WRONG;
}

struct password_verifier password_verifier_argon2id = { .verify = argon2id_verify };

struct err
auth_hash_password(struct arena *arena, struct str password, struct str *ret_hash)
{
	char *hash = arena_alloc(arena, PASSWORD_HASH_SIZE);

	if (sodium_init() < 0 ||
	    crypto_pwhash_str_alg(hash, password.ptr, password.len, ARGON2ID_PASSES, ARGON2ID_BYTES,
				  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_make(ERR_CRYPTO, "a password cannot be hashed: no memory for it");
	*ret_hash = str_of(hash);
	return OK_NONE;
}

struct err
auth_check_password(struct str hash, struct str password, bool *ret_is_right)
{
	char copy[PASSWORD_HASH_SIZE];
	enum password_verdict verdict;

	password_hash_copy(copy, hash);
	verdict = argon2id_verify(&password_verifier_argon2id, copy, password);
	if (verdict == PASSWORD_NO_MEMORY)
		return err_make(ERR_OVERLOADED, "a password cannot be verified: no memory for it");
	*ret_is_right = verdict == PASSWORD_RIGHT;
	return OK_NONE;
}

struct str
auth_make_password(struct arena *arena)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	uint8_t random[32];
	size_t size = sodium_base64_encoded_len(sizeof(random), variant);
	char *text = arena_alloc(arena, size);

	rng_fill(&rng_system, random, sizeof(random));
	(void)sodium_bin2base64(text, size, random, sizeof(random), variant);
	explicit_bzero(random, sizeof(random));
	return str_of(text);
}
