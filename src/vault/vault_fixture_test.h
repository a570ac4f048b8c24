/**
 * What the tests of the vault share: an unlocked vault from a fixed key, data keys wrapped by hand.
 */
#ifndef PC_VAULT_VAULT_FIXTURE_TEST_H
#define PC_VAULT_VAULT_FIXTURE_TEST_H

#include "vault/vault_internal.h"

#include "support/rows.h"

#define KEK_A "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define KEK_B "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define KEY_ID_1 "018f0000-0000-7000-8000-000000000001"
#define KEY_ID_2 "018f0000-0000-7000-8000-000000000002"

/** A vault that is not unlocked. */
static inline struct vault *
vault_from_text(struct arena *arena, const char *kek)
{
	struct vault_key_source source = { .key_text = arena_cstr(arena, str_of(kek)) };
	const char *made_path = NULL;
	struct vault *vault = NULL;
	struct err err = vault_open(arena, &source, &vault, &made_path);

	if (err.code)
		fail_msg("vault_open: %s", err.detail);
	assert_null(made_path);
	return vault;
}

/** A vault with the key of a new database. */
static inline struct vault *
vault_new_unlocked(struct arena *arena, struct vault_wrapped_key *ret_key)
{
	struct vault *vault = vault_from_text(arena, KEK_A);

	assert_int_equal(vault_unlock(vault, arena, NULL, 0, STR(KEY_ID_1), ret_key).code,
			 ERR_NONE);
	assert_true(str_equal(ret_key->id, STR(KEY_ID_1)));
	return vault;
}

/** A data key of bytes @data with a root of bytes @root, wrapped as the vault does it. */
static inline struct vault_wrapped_key
wrap_by_hand(struct vault *vault, struct arena *arena, struct str id, uint8_t data, uint8_t root,
	     bool is_active)
{
	uint8_t *box = arena_alloc(arena, 2 * KEY_SIZE + BOX_OVERHEAD);
	uint8_t nonce[BOX_NONCE_SIZE] = { data };
	uint8_t plain[2 * KEY_SIZE];
	struct box_label label;

	memset(plain, data, KEY_SIZE);
	memset(plain + KEY_SIZE, root, KEY_SIZE);
	box_label_init(&label, STR("data_key"));
	box_label_add(&label, id);
	box_close(box, plain, sizeof(plain), &label, nonce, vault->keys->kek);
	return (struct vault_wrapped_key){ id,
					   { (const char *)box, 2 * KEY_SIZE + BOX_OVERHEAD },
					   is_active };
}

/** A secret in writable memory of the arena. */
static inline struct secret_text
secret_of(struct arena *arena, const char *text)
{
	return (struct secret_text){ arena_cstr(arena, str_of(text)), strlen(text) };
}

#endif
