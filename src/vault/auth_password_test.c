/*
 * Passwords with the real Argon2id: hashing, verifying through auth as the program does it, making
 * one. Rules: AUTH-4
 */
#include "vault/auth_internal.h"

#include <sodium.h>

#include "vault/auth_fixture_test.h"

static void
a_password_is_hashed_and_verified(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct pool *pool = pool_new(1, 1);
	struct fixture fixture = { .arena = arena, .pool = pool };
	struct auth_credential credential = { CREDENTIAL_NEXT, STR("user"), { 0 } };
	enum credential_slot slot = CREDENTIAL_CURRENT;

	assert_int_equal(pthread_mutex_init(&fixture.mutex, NULL), 0);
	assert_int_equal(pthread_cond_init(&fixture.changed, NULL), 0);
	assert_int_equal(
		auth_hash_password(arena, STR("p:\xc3\xa4ss"), &credential.password_hash).code,
		ERR_NONE);
	assert_true(
		str_starts_with(credential.password_hash, STR("$argon2id$v=19$m=19456,t=2,p=1$")));
	assert_int_equal(str_find_str(credential.password_hash, STR("p:\xc3\xa4ss")), -1);
	fixture.auth = auth_new(pool, &clock_system, &credential, 1);
	credential = (struct auth_credential){ 0 }; /* it was copied */

	assert_int_equal(verify_now(&fixture, "user:p:\xc3\xa4ss"), ERR_NONE);
	assert_int_equal(verify_now(&fixture, "user:p:\xc3\xa4s"), ERR_UNAUTHORIZED);
	assert_int_equal(verify_now(&fixture, "other:p:\xc3\xa4ss"), ERR_UNAUTHORIZED);
	assert_int_equal(auth_check(fixture.auth, basic_value(arena, "user:p:\xc3\xa4ss"), &slot),
			 AUTH_ACCEPTED);
	assert_int_equal(slot, CREDENTIAL_NEXT);
	fixture_release(&fixture);
}

static void
two_hashes_of_one_password_differ(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct str a;
	struct str b;

	assert_int_equal(auth_hash_password(arena, STR("same"), &a).code, ERR_NONE);
	assert_int_equal(auth_hash_password(arena, STR("same"), &b).code, ERR_NONE);
	assert_false(str_equal(a, b));
	arena_free(arena);
}

static void
made_passwords_are_long_and_differ(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct str a = auth_make_password(arena);
	struct str b = auth_make_password(arena);

	assert_int_equal(a.len, 43); /* 32 bytes, six bits a character */
	assert_int_equal(b.len, 43);
	assert_false(str_equal(a, b));
	assert_int_equal(strspn(a.ptr, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789-_"),
			 43);
	arena_free(arena);
}

struct hash_row {
	const char *name;
	struct str text;
	bool is_kept;
};

static const struct hash_row hashes[] = {
	{ "hash_of_ours", STR_INIT(HASH_CURRENT), true },
	{ "hash_empty", { 0 }, false },
	{ "hash_plain_text", STR_INIT("password"), false },
	{ "hash_of_another_kind", STR_INIT("$2b$12$abcdefghijklmnopqrstuv"), false },
	{ "hash_cut", STR_INIT("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"), false },
	{ "hash_too_long", STR_INIT(HASH_CURRENT HASH_CURRENT), false },
};

static void
what_is_no_hash_becomes_the_dummy(void **state)
{
	const struct hash_row *row = *state;
	char hash[PASSWORD_HASH_SIZE];
	char dummy[PASSWORD_HASH_SIZE];

	password_hash_dummy(dummy);
	password_hash_copy(hash, row->text);
	assert_true(str_equal(str_of(hash), row->is_kept ? row->text : str_of(dummy)));
}

/* The dummy is a hash of our parameters, so that it costs what a real one costs, and opens for
 * nobody. */
static void
the_dummy_costs_as_much(_unused_ void **state)
{
	char dummy[PASSWORD_HASH_SIZE];

	password_hash_dummy(dummy);
	assert_int_equal(crypto_pwhash_str_needs_rehash(dummy, 2, (size_t)19 * 1024 * 1024), 0);
	assert_int_equal(password_verifier_argon2id.verify(&password_verifier_argon2id, dummy,
							   STR("password")),
			 PASSWORD_WRONG);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "a_password_is_hashed_and_verified", a_password_is_hashed_and_verified);
	rows_add_one(&rows, "two_hashes_of_one_password_differ", two_hashes_of_one_password_differ);
	rows_add_one(&rows, "made_passwords_are_long_and_differ",
		     made_passwords_are_long_and_differ);
	ROWS_ADD(&rows, hashes, what_is_no_hash_becomes_the_dummy);
	rows_add_one(&rows, "the_dummy_costs_as_much", the_dummy_costs_as_much);
	return rows_run(&rows, argc, argv);
}
