/*
 * Launch tokens: what goes in comes out, and nothing but what we made is read.
 */
#include "vault/vault.h"

#include <sodium.h>

#include "vault/vault_fixture_test.h"

#define CONNECTION STR("018f6b1c-5a2e-7c3d-9e4f-0123456789ab")
#define USER STR("018f6b1c-5a2e-7c3d-8e4f-ba9876543210")

struct round_row {
	const char *name;
	struct str connection;
	struct str user;
	int64_t expires_ms;
};

static const struct round_row rounds[] = {
	{ "connection_and_user", STR_INIT("018f6b1c-5a2e-7c3d-9e4f-0123456789ab"),
	  STR_INIT("018f6b1c-5a2e-7c3d-8e4f-ba9876543210"), 1760000000000 + LAUNCH_MS },
	{ "no_connection", { 0 }, STR_INIT("018f6b1c-5a2e-7c3d-8e4f-ba9876543210"), 1 },
	{ "no_user", STR_INIT("018f6b1c-5a2e-7c3d-9e4f-0123456789ab"), { 0 }, 1 },
	{ "neither", { 0 }, { 0 }, 0 },
	{ "far_future", { 0 }, { 0 }, INT64_MAX },
	{ "far_past", { 0 }, { 0 }, INT64_MIN },
};

static void
what_goes_in_comes_out(void **state)
{
	const struct round_row *row = *state;
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct launch launch = { 0 };
	uint8_t hash[32];
	struct str token = vault_launch_mint(
		vault, arena, (struct connection_id){ row->connection },
		(struct user_id){ row->user }, (struct instant){ row->expires_ms });

	assert_true(str_starts_with(token, STR("pclt_")));
	for (size_t i = 0; i < token.len; i++)
		assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789-_",
				       token.ptr[i]));
	assert_true(vault_launch_read(vault, arena, token, &launch));
	assert_true(str_equal(launch.connection_id.value, row->connection));
	assert_true(str_equal(launch.user_id.value, row->user));
	assert_true(launch.expires.ms == row->expires_ms);
	(void)crypto_generichash(hash, sizeof(hash), (const uint8_t *)token.ptr, token.len, NULL,
				 0);
	assert_memory_equal(launch.hash, hash, sizeof(hash));
	vault_free(vault);
	arena_free(arena);
}

static struct str
mint(struct vault *vault, struct arena *arena)
{
	return vault_launch_mint(vault, arena, (struct connection_id){ CONNECTION },
				 (struct user_id){ USER }, (struct instant){ 1760000000000 });
}

static void
every_bit_of_a_token_counts(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct str token = mint(vault, arena);
	char *text = arena_cstr(arena, token);
	struct launch launch = { 0 };

	token.ptr = text;
	for (size_t bit = 0; bit < token.len * 8; bit++) {
		text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
		assert_false(vault_launch_read(vault, arena, token, &launch));
		text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
	}
	for (size_t len = 0; len < token.len; len++)
		assert_false(vault_launch_read(vault, arena, (struct str){ text, len }, &launch));
	assert_true(str_is_empty(launch.connection_id.value)); /* untouched all the while */
	assert_true(vault_launch_read(vault, arena, token, &launch));
	vault_free(vault);
	arena_free(arena);
}

/* With the other prefix, a token of one kind is none of the other. */
static void
a_mailed_token_is_none_of_a_redirect(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct str redirect = mint(vault, arena);
	struct str mailed =
		vault_launch_mint_mailed(vault, arena, CONNECTION, (struct user_id){ USER },
					 (struct instant){ 1760000000000 });
	struct launch launch = { 0 };

	assert_true(vault_launch_read(vault, arena, mailed, &launch));
	assert_true(str_equal(launch.mail_id, CONNECTION));
	assert_true(str_is_empty(launch.connection_id.value));
	assert_true(str_equal(launch.user_id.value, USER));
	assert_true(vault_launch_read(vault, arena, redirect, &launch));
	assert_true(str_is_empty(launch.mail_id));
	assert_false(vault_launch_read(
		vault, arena,
		str_of(arena_printf(arena, "pclt_%.*s", STR_ARG(str_slice(mailed, 5, mailed.len)))),
		&launch));
	assert_false(vault_launch_read(
		vault, arena,
		str_of(arena_printf(arena, "pclm_%.*s",
				    STR_ARG(str_slice(redirect, 5, redirect.len)))),
		&launch));
	vault_free(vault);
}

struct foreign_row {
	const char *name;
	const char *format; /* of a good token's text behind its prefix */
};

static const struct foreign_row foreigners[] = {
	{ "no_prefix", "%s" },
	{ "prefix_in_upper_case", "PCLT_%s" },
	{ "prefix_of_another_kind", "pcat_%s" },
	{ "prefix_twice", "pclt_pclt_%s" },
	{ "blank_before", " pclt_%s" },
	{ "blank_behind", "pclt_%s " },
	{ "line_end_behind", "pclt_%s\n" },
	{ "padding", "pclt_%s=" },
	{ "a_character_more", "pclt_%sA" },
	{ "four_characters_more", "pclt_%sAAAA" },
	{ "as_long_but_not_ours", "pclt_AAAA%.92s" },
};

static void
a_foreign_token_is_not_read(void **state)
{
	const struct foreign_row *row = *state;
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct str token = mint(vault, arena);
	struct launch launch = { 0 };
	char text[256];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	(void)snprintf(text, sizeof(text), row->format, token.ptr + 5);
#pragma GCC diagnostic pop
	assert_false(vault_launch_read(vault, arena, str_of(text), &launch));
	vault_free(vault);
	arena_free(arena);
}

static void
a_nul_ends_no_token(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct str token = mint(vault, arena);
	struct launch launch = { 0 };

	token.len++; /* the NUL behind it */
	assert_false(vault_launch_read(vault, arena, token, &launch));
	assert_false(vault_launch_read(vault, arena, (struct str){ 0 }, &launch));
	vault_free(vault);
	arena_free(arena);
}

static void
a_token_of_another_database(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *ours = vault_new_unlocked(arena, &key);
	struct vault *theirs = vault_new_unlocked(arena, &key);
	struct launch launch = { 0 };

	assert_false(vault_launch_read(ours, arena, mint(theirs, arena), &launch));
	assert_true(vault_launch_read(ours, arena, mint(ours, arena), &launch));
	vault_free(ours);
	vault_free(theirs);
	arena_free(arena);
}

/* The same claims with other ids or another expiry are other tokens with other hashes. */
static void
each_claim_is_in_the_hash(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct launch launches[5] = { 0 };
	const struct round_row claims[] = {
		{ "base", CONNECTION, USER, 1000 },
		{ "later", CONNECTION, USER, 1001 },
		{ "other_connection", USER, USER, 1000 },
		{ "swapped", USER, CONNECTION, 1000 },
		{ "other_user", CONNECTION, CONNECTION, 1000 },
	};

	for (size_t i = 0; i < ARRAY_LEN(claims); i++) {
		struct str token = vault_launch_mint(vault, arena,
						     (struct connection_id){ claims[i].connection },
						     (struct user_id){ claims[i].user },
						     (struct instant){ claims[i].expires_ms });

		assert_true(vault_launch_read(vault, arena, token, &launches[i]));
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(launches[i].hash, launches[j].hash, 32);
	}
	vault_free(vault);
	arena_free(arena);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, rounds, what_goes_in_comes_out);
	rows_add_one(&rows, "a_mailed_token_is_none_of_a_redirect",
		     a_mailed_token_is_none_of_a_redirect);
	rows_add_one(&rows, "every_bit_of_a_token_counts", every_bit_of_a_token_counts);
	ROWS_ADD(&rows, foreigners, a_foreign_token_is_not_read);
	rows_add_one(&rows, "a_nul_ends_no_token", a_nul_ends_no_token);
	rows_add_one(&rows, "a_token_of_another_database", a_token_of_another_database);
	rows_add_one(&rows, "each_claim_is_in_the_hash", each_claim_is_in_the_hash);
	return rows_run(&rows, argc, argv);
}
