/*
 * The key ring: taking the keys into locked memory, opening and minting data keys, deriving the
 * sub-keys. What is done with them is in seal.c, fingerprint.c and launch.c.
 */
#include "vault/vault_internal.h"

#include <assert.h>
#include <sodium.h>

/* A data key and the root secret, as they are wrapped. */
#define WRAPPED_SIZE ((size_t)2 * KEY_SIZE)

/* crypto_kdf: eight characters and a number tell the uses of the root apart, for ever. */
#define KDF_CONTEXT "pc-vault"
#define KDF_FINGERPRINT 1
#define KDF_LAUNCH 2
#define KDF_FORM 3
_Static_assert(sizeof(KDF_CONTEXT) - 1 == crypto_kdf_CONTEXTBYTES, "context");
_Static_assert(KEY_SIZE == crypto_kdf_KEYBYTES, "key");

struct err
vault_open(struct arena *arena, const struct vault_key_source *source, struct vault **ret_vault,
	   const char **ret_made_path)
{
	const char *made_path = NULL;
	struct vault *vault;
	struct err err;

	if (sodium_init() < 0)
		return err_make(ERR_CRYPTO, "libsodium does not start");
	vault = calloc(1, sizeof(*vault));
	if (!vault || !(vault->keys = sodium_malloc(sizeof(*vault->keys))))
		abort();
	/* sodium_malloc() locks but does not say whether it could; asking again is free. */
	vault->may_be_swapped = sodium_mlock(vault->keys, sizeof(*vault->keys)) != 0;
	err = keyfile_load(arena, source, vault->keys->kek, &made_path);
	if (err.code) {
		vault_free(vault);
		return err;
	}
	*ret_made_path = made_path;
	*ret_vault = vault;
	return OK_NONE;
}

void
vault_free(struct vault *vault)
{
	if (!vault)
		return;
	sodium_free(vault->keys); /* wipes */
	free(vault);
}

bool
vault_may_be_swapped(const struct vault *vault)
{
	return vault->may_be_swapped;
}

static void
label_data_key(struct box_label *label, struct str id)
{
	box_label_init(label, STR("data_key"));
	box_label_add(label, id);
}

static void
keep_name(struct vault *vault, size_t i, struct str id)
{
	assert(id.len <= MAX_KEY_ID_LEN);
	memcpy(vault->names[i].id, id.ptr, id.len);
	vault->names[i].id_len = id.len;
}

/* The first key brings the root; the others must bring the same. */
static bool
unwrap_key(struct vault *vault, size_t i, const struct vault_wrapped_key *key)
{
	uint8_t plain[WRAPPED_SIZE];
	struct box_label label;
	bool is_right;

	if (key->id.len > MAX_KEY_ID_LEN || key->wrapped.len != WRAPPED_SIZE + BOX_OVERHEAD)
		return false;
	label_data_key(&label, key->id);
	is_right = box_open(plain, key->wrapped, &label, vault->keys->kek);
	if (is_right && i > 0)
		is_right = sodium_memcmp(vault->keys->root, plain + KEY_SIZE, KEY_SIZE) == 0;
	if (is_right) {
		memcpy(vault->keys->data[i], plain, KEY_SIZE);
		memcpy(vault->keys->root, plain + KEY_SIZE, KEY_SIZE);
		keep_name(vault, i, key->id);
	}
	explicit_bzero(plain, sizeof(plain));
	return is_right;
}

static struct err
unwrap_keys(struct vault *vault, struct arena *arena, const struct vault_wrapped_key *keys,
	    size_t n_keys)
{
	size_t n_active = 0;

	if (n_keys > MAX_DATA_KEYS)
		return err_make(ERR_CONFIG, "the database has more data keys than we can hold");
	for (size_t i = 0; i < n_keys; i++) {
		if (!unwrap_key(vault, i, &keys[i])) {
			if (i == 0)
				return err_make(ERR_CONFIG, "the key does not fit this database");
			return err_format(arena, ERR_CONFIG,
					  "data key %zu of the database does not open", i + 1);
		}
		if (keys[i].is_active) {
			vault->active = i;
			n_active++;
		}
	}
	if (n_active != 1)
		return err_format(arena, ERR_CONFIG,
				  "the database has %zu active data keys instead of one", n_active);
	vault->n_data_keys = n_keys;
	return OK_NONE;
}

static void
mint_key(struct vault *vault, struct arena *arena, struct str id,
	 struct vault_wrapped_key *ret_minted)
{
	uint8_t *wrapped = arena_alloc(arena, WRAPPED_SIZE + BOX_OVERHEAD);
	uint8_t plain[WRAPPED_SIZE];
	uint8_t nonce[BOX_NONCE_SIZE];
	struct box_label label;

	rng_fill(&rng_system, vault->keys->data[0], KEY_SIZE);
	rng_fill(&rng_system, vault->keys->root, KEY_SIZE);
	rng_fill(&rng_system, nonce, sizeof(nonce));
	memcpy(plain, vault->keys->data[0], KEY_SIZE);
	memcpy(plain + KEY_SIZE, vault->keys->root, KEY_SIZE);
	label_data_key(&label, id);
	box_close(wrapped, plain, sizeof(plain), &label, nonce, vault->keys->kek);
	explicit_bzero(plain, sizeof(plain));

	keep_name(vault, 0, id);
	vault->n_data_keys = 1;
	vault->active = 0;
	ret_minted->id = arena_str(arena, id);
	ret_minted->wrapped = (struct str){ (const char *)wrapped, WRAPPED_SIZE + BOX_OVERHEAD };
	ret_minted->is_active = true;
}

static void
derive_key(const struct key_page *keys, uint64_t use, uint8_t ret_key[static KEY_SIZE])
{
	/* Fails on bad sizes only, which are constants here. */
	(void)crypto_kdf_derive_from_key(ret_key, KEY_SIZE, use, KDF_CONTEXT, keys->root);
}

struct err
vault_unlock(struct vault *vault, struct arena *arena, const struct vault_wrapped_key *keys,
	     size_t n_keys, struct str new_key_id, struct vault_wrapped_key *ret_minted)
{
	struct err err;

	assert(vault->n_data_keys == 0);
	*ret_minted = (struct vault_wrapped_key){ 0 };
	if (n_keys == 0) {
		mint_key(vault, arena, new_key_id, ret_minted);
	} else {
		err = unwrap_keys(vault, arena, keys, n_keys);
		if (err.code)
			return err;
	}
	derive_key(vault->keys, KDF_FINGERPRINT, vault->keys->fingerprint);
	derive_key(vault->keys, KDF_LAUNCH, vault->keys->launch);
	derive_key(vault->keys, KDF_FORM, vault->keys->form);
	if (sodium_mprotect_readonly(vault->keys) != 0)
		return err_make(ERR_CRYPTO, "the keys' memory cannot be protected");
	return OK_NONE;
}
