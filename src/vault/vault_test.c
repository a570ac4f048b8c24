/*
 * Which data keys open, what survives a change of keys, what the process is kept from. Key files
 * are in keyfile_test.c, sealing is in seal_test.c, launch tokens are in launch_test.c.
 */
#include "vault/vault.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "vault/vault_fixture_test.h"

/* ---- Data keys ---- */

struct unlock_row {
	const char *name;
	const char *kek; /* of the vault that unlocks; A wrapped them */
	size_t n_keys;
	uint8_t roots[2];
	bool is_active[2];
	const char *second_id; /* what the store says the second is called */
	const char *want_detail;
};

#define DOES_NOT_FIT "the key does not fit this database"

static const struct unlock_row unlocks[] = {
	{ "unlock_one", KEK_A, 1, { 7 }, { true }, NULL, NULL },
	{ "unlock_two", KEK_A, 2, { 7, 7 }, { true, false }, KEY_ID_2, NULL },
	{ "unlock_two_second_active", KEK_A, 2, { 7, 7 }, { false, true }, KEY_ID_2, NULL },
	{ "unlock_wrong_key", KEK_B, 1, { 7 }, { true }, NULL, DOES_NOT_FIT },
	{ "unlock_wrong_key_two", KEK_B, 2, { 7, 7 }, { true, false }, KEY_ID_2, DOES_NOT_FIT },
	{ "unlock_none_active",
	  KEK_A,
	  1,
	  { 7 },
	  { false },
	  NULL,
	  "the database has 0 active data keys instead of one" },
	{ "unlock_two_active",
	  KEK_A,
	  2,
	  { 7, 7 },
	  { true, true },
	  KEY_ID_2,
	  "the database has 2 active data keys instead of one" },
	{ "unlock_keys_of_two_databases",
	  KEK_A,
	  2,
	  { 7, 8 },
	  { true, false },
	  KEY_ID_2,
	  "data key 2 of the database does not open" },
	{ "unlock_moved_key",
	  KEK_A,
	  2,
	  { 7, 7 },
	  { true, false },
	  KEY_ID_1,
	  "data key 2 of the database does not open" },
};

static void
data_keys_open_or_not(void **state)
{
	const struct unlock_row *row = *state;
	struct arena *arena = arena_create();
	struct vault *wrapper = vault_from_text(arena, KEK_A);
	struct vault *vault = vault_from_text(arena, row->kek);
	struct vault_wrapped_key minted = { 0 };
	struct vault_wrapped_key keys[2] = {
		wrap_by_hand(wrapper, arena, STR(KEY_ID_1), 1, row->roots[0], row->is_active[0]),
		wrap_by_hand(wrapper, arena, STR(KEY_ID_2), 2, row->roots[1], row->is_active[1]),
	};
	struct err err;

	if (row->second_id)
		keys[1].id = str_of(row->second_id);
	err = vault_unlock(vault, arena, keys, row->n_keys, STR("unused"), &minted);
	assert_int_equal(err.code, row->want_detail ? ERR_CONFIG : ERR_NONE);
	if (row->want_detail)
		assert_string_equal(err.detail, row->want_detail);
	assert_true(str_is_empty(minted.id));
	vault_free(vault);
	vault_free(wrapper);
	arena_free(arena);
}

static void
too_many_data_keys(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault *vault = vault_from_text(arena, KEK_A);
	struct vault_wrapped_key keys[MAX_DATA_KEYS + 1] = { 0 };
	struct vault_wrapped_key minted = { 0 };

	for (size_t i = 0; i <= MAX_DATA_KEYS; i++)
		keys[i] = wrap_by_hand(vault, arena, str_of(arena_printf(arena, "key-%zu", i)),
				       (uint8_t)i, 7, i == 0);
	assert_int_equal(vault_unlock(vault, arena, keys, MAX_DATA_KEYS + 1, STR(""), &minted).code,
			 ERR_CONFIG);
	assert_int_equal(vault_unlock(vault, arena, keys, MAX_DATA_KEYS, STR(""), &minted).code,
			 ERR_NONE);
	vault_free(vault);
	arena_free(arena);
}

static void
every_bit_of_a_wrapped_key_counts(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_wrapped_key key = { 0 };
	struct vault_wrapped_key minted = { 0 };
	struct vault *other = vault_from_text(arena, KEK_A);
	char *bytes;

	vault_free(vault_new_unlocked(arena, &key));
	bytes = arena_cstr(arena, key.wrapped);
	key.wrapped.ptr = bytes;
	for (size_t bit = 0; bit < key.wrapped.len * 8; bit++) {
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
		assert_int_equal(vault_unlock(other, arena, &key, 1, STR(""), &minted).code,
				 ERR_CONFIG);
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
	}
	for (size_t len = 0; len < key.wrapped.len; len++) {
		struct vault_wrapped_key cut = { key.id, { bytes, len }, true };

		assert_int_equal(vault_unlock(other, arena, &cut, 1, STR(""), &minted).code,
				 ERR_CONFIG);
	}
	assert_int_equal(vault_unlock(other, arena, &key, 1, STR(""), &minted).code, ERR_NONE);
	vault_free(other);
	arena_free(arena);
}

struct survival_row {
	const char *name;
	const char *new_kek;
	size_t first; /* of the three keys, which are there after the change */
	size_t n;
};

static const struct survival_row survivals[] = {
	{ "subkeys_survive_a_restart", KEK_A, 0, 1 },
	{ "subkeys_survive_a_new_data_key", KEK_A, 0, 2 },
	{ "subkeys_survive_the_end_of_the_oldest", KEK_A, 1, 2 },
	{ "subkeys_survive_a_new_kek", KEK_B, 0, 3 },
};

/* A fingerprint that changed would double a connection; a token that did not read, lose a user. */
static void
subkeys_survive(void **state)
{
	const struct survival_row *row = *state;
	struct arena *arena = arena_create();
	struct vault *before = vault_from_text(arena, KEK_A);
	struct vault *after = vault_from_text(arena, row->new_kek);
	struct vault_wrapped_key minted = { 0 };
	struct vault_wrapped_key old_key = wrap_by_hand(before, arena, STR(KEY_ID_1), 1, 7, true);
	struct vault_wrapped_key keys[3];

	for (size_t i = 0; i < 3; i++)
		keys[i] = wrap_by_hand(after, arena, str_of(arena_printf(arena, "key-%zu", i)),
				       (uint8_t)(i + 1), 7, i + 1 == row->first + row->n);
	assert_int_equal(vault_unlock(before, arena, &old_key, 1, STR(""), &minted).code, ERR_NONE);
	assert_int_equal(
		vault_unlock(after, arena, keys + row->first, row->n, STR(""), &minted).code,
		ERR_NONE);
	assert_memory_equal(before->keys->fingerprint, after->keys->fingerprint, KEY_SIZE);
	assert_memory_equal(before->keys->launch, after->keys->launch, KEY_SIZE);
	assert_memory_not_equal(before->keys->launch, before->keys->fingerprint, KEY_SIZE);
	assert_memory_not_equal(before->keys->launch, before->keys->root, KEY_SIZE);
	vault_free(before);
	vault_free(after);
	arena_free(arena);
}

/* ---- The process ---- */

static int
harden_and_look(void)
{
	struct rlimit limit = { 1, 1 };

	if (vault_harden_process().code)
		return 1;
	if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0)
		return 2;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return 3;
#endif
	return 0;
}

static void
a_hardened_process_leaves_no_dump(_unused_ void **state)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		_exit(harden_and_look());
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
keys_are_locked_in_memory(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault *vault = vault_from_text(arena, KEK_A);
	struct rlimit limit = { 0, 0 };

	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
	if (limit.rlim_cur >= (rlim_t)64 * 1024)
		assert_false(vault_may_be_swapped(vault));
	vault_free(vault);
	vault_free(NULL);
	arena_free(arena);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, unlocks, data_keys_open_or_not);
	rows_add_one(&rows, "too_many_data_keys", too_many_data_keys);
	rows_add_one(&rows, "every_bit_of_a_wrapped_key_counts", every_bit_of_a_wrapped_key_counts);
	ROWS_ADD(&rows, survivals, subkeys_survive);
	rows_add_one(&rows, "a_hardened_process_leaves_no_dump", a_hardened_process_leaves_no_dump);
	rows_add_one(&rows, "keys_are_locked_in_memory", keys_are_locked_in_memory);
	return rows_run(&rows, argc, argv);
}
