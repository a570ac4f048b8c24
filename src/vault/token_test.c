/*
 * Tokens of the hosted pages: sessions and forms; and passwords against their hashes.
 */
#include "vault/auth.h"
#include "vault/vault.h"

#include "vault/vault_fixture_test.h"

static void
sessions_are_told_apart(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	uint8_t one[32];
	uint8_t two[32];
	struct str token = vault_session_mint(arena);

	(void)state;
	assert_int_equal(token.len, 43);
	assert_true(vault_session_hash(token, one));
	assert_true(vault_session_hash(token, two));
	assert_memory_equal(one, two, sizeof(one));
	assert_true(vault_session_hash(vault_session_mint(arena), two));
	assert_memory_not_equal(one, two, sizeof(one));
}

struct bad_row {
	const char *name;
	struct str token;
};

static const struct bad_row bad_tokens[] = {
	{ "session_empty", STR_INIT("") },
	{ "session_absent", { 0 } },
	{ "session_short", STR_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") },
	{ "session_long", STR_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") },
	{ "session_spare_bits", STR_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB") },
	{ "session_other_alphabet", STR_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+") },
	{ "session_padded", STR_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=") },
};

static void
bad_token_is_none(void **state)
{
	const struct bad_row *row = *state;
	uint8_t hash[32];

	assert_false(vault_session_hash(row->token, hash));
}

/* A form fits what it is bound to, part by part; parts that join to the same are others. */
static void
forms_are_bound(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct vault *other = vault_new_unlocked(arena, &key);
	const struct str parts[] = { STR("launch"), STR("session"), STR("cookie") };
	const struct str moved[] = { STR("launchs"), STR("ession"), STR("cookie") };
	const struct str swapped[] = { STR("session"), STR("launch"), STR("cookie") };
	const struct str nothing[] = { STR(""), STR(""), STR("") };
	struct str token = vault_form_token(vault, arena, parts, 3);

	(void)state;
	assert_true(vault_form_token_fits(vault, arena, parts, 3, token));
	assert_false(vault_form_token_fits(vault, arena, parts, 2, token));
	assert_false(vault_form_token_fits(vault, arena, moved, 3, token));
	assert_false(vault_form_token_fits(vault, arena, swapped, 3, token));
	assert_false(vault_form_token_fits(vault, arena, nothing, 3, token));
	assert_false(vault_form_token_fits(vault, arena, parts, 3, STR("")));
	assert_false(
		vault_form_token_fits(vault, arena, parts, 3, str_slice(token, 0, token.len - 1)));
	assert_false(vault_form_token_fits(other, arena, parts, 3, token));
	vault_free(vault);
	vault_free(other);
}

static void
passwords_against_hashes(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str hash;
	bool is_right = false;

	(void)state;
	assert_int_equal(auth_hash_password(arena, STR("a password"), &hash).code, ERR_NONE);
	assert_int_equal(auth_check_password(hash, STR("a password"), &is_right).code, ERR_NONE);
	assert_true(is_right);
	assert_int_equal(auth_check_password(hash, STR("a Password"), &is_right).code, ERR_NONE);
	assert_false(is_right);
	is_right = true;
	assert_int_equal(auth_check_password(STR(""), STR(""), &is_right).code, ERR_NONE);
	assert_false(is_right);
	is_right = true;
	assert_int_equal(auth_check_password(STR("no hash"), STR("x"), &is_right).code, ERR_NONE);
	assert_false(is_right);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "sessions_are_told_apart", sessions_are_told_apart);
	ROWS_ADD(&rows, bad_tokens, bad_token_is_none);
	rows_add_one(&rows, "forms_are_bound", forms_are_bound);
	rows_add_one(&rows, "passwords_against_hashes", passwords_against_hashes);
	return rows_run(&rows, argc, argv);
}
