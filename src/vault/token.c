/*
 * Tokens of the hosted pages: who is signed in, and that a form is ours.
 */
#include "vault/vault_internal.h"

#include "vault/base64.h"

#include <assert.h>
#include <sodium.h>

#define SESSION_SIZE 32
#define FORM_MAC_SIZE 32
#define TEXT_SIZE sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)

static struct str
text_of(struct arena *arena, const uint8_t bytes[static 32])
{
	char *text = arena_alloc(arena, TEXT_SIZE);

	(void)sodium_bin2base64(text, TEXT_SIZE, bytes, 32,
				sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return str_of(text);
}

struct str
vault_session_mint(struct arena *arena)
{
	uint8_t random[SESSION_SIZE];
	struct str text;

	rng_fill(&rng_system, random, sizeof(random));
	text = text_of(arena, random);
	explicit_bzero(random, sizeof(random));
	return text;
}

bool
vault_session_hash(struct str token, uint8_t ret_hash[static 32])
{
	uint8_t bytes[SESSION_SIZE];
	size_t n = 0;
	bool is_one =
		base64_read(token, BASE64_URL_SAFE, bytes, sizeof(bytes), &n) && n == sizeof(bytes);

	/* Fails on bad sizes only, which are constants here. */
	if (is_one)
		(void)crypto_generichash(ret_hash, 32, bytes, sizeof(bytes), NULL, 0);
	explicit_bzero(bytes, sizeof(bytes));
	return is_one;
}

static void
add_part(crypto_generichash_state *state, struct str part)
{
	uint8_t len[8];

	for (int i = 0; i < 8; i++)
		len[i] = (uint8_t)((uint64_t)part.len >> (8 * i));
	(void)crypto_generichash_update(state, len, sizeof(len));
	(void)crypto_generichash_update(state, (const uint8_t *)part.ptr, part.len);
}

struct str
vault_form_token(struct vault *vault, struct arena *arena, const struct str *parts, size_t n)
{
	crypto_generichash_state state;
	uint8_t mac[FORM_MAC_SIZE];

	assert(vault->n_data_keys > 0);
	/* None of these fails with sizes that are constants. */
	(void)crypto_generichash_init(&state, vault->keys->form, KEY_SIZE, sizeof(mac));
	for (size_t i = 0; i < n; i++)
		add_part(&state, parts[i]);
	(void)crypto_generichash_final(&state, mac, sizeof(mac));
	return text_of(arena, mac);
}

bool
vault_form_token_fits(struct vault *vault, struct arena *arena, const struct str *parts, size_t n,
		      struct str token)
{
	struct str right = vault_form_token(vault, arena, parts, n);

	return token.len == right.len && sodium_memcmp(token.ptr, right.ptr, right.len) == 0;
}
