/*
 * Launch tokens: "pclt_" and the base64url of connection (16 bytes), user (16), expiry (8, big
 * endian, milliseconds) and a keyed BLAKE2b-256 of the three. 72 bytes are 96 characters without a
 * spare bit, so that a token has one spelling only. Whether one was used is the store's to know.
 *
 * A mailed one is "pclm_" with the mail in the place of the connection; one byte more goes into its
 * MAC, so that neither kind can be made into the other.
 */
#include "vault/vault_internal.h"

#include "base/uuid.h"
#include "vault/base64.h"

#include <assert.h>
#include <sodium.h>

#define UUID_SIZE 16
#define CLAIM_SIZE (2 * UUID_SIZE + 8)
#define MAC_SIZE 32
#define TOKEN_SIZE ((size_t)CLAIM_SIZE + MAC_SIZE)
#define TOKEN_TEXT_LEN (TOKEN_SIZE / 3 * 4)
_Static_assert(TOKEN_SIZE % 3 == 0, "a token would have spare bits");

#define PREFIX_LEN ((size_t)5)
#define PURPOSE_MAIL 1

static const char *const prefixes[] = { "pclt_", "pclm_" }; /* by is_mailed */

static void
write_id(uint8_t bytes[static UUID_SIZE], struct str id)
{
	bool is_uuid;

	memset(bytes, 0, UUID_SIZE);
	if (str_is_empty(id))
		return;
	is_uuid = uuid_to_bytes(id, bytes);
	assert(is_uuid); /* ours: minted by uuid_new() */
	(void)is_uuid;
}

static struct str
read_id(struct arena *arena, const uint8_t bytes[static UUID_SIZE])
{
	if (sodium_is_zero(bytes, UUID_SIZE))
		return (struct str){ 0 };
	return uuid_from_bytes(arena, bytes);
}

static void
write_mac(const struct vault *vault, const uint8_t claim[static CLAIM_SIZE], bool is_mailed,
	  uint8_t mac[static MAC_SIZE])
{
	uint8_t message[CLAIM_SIZE + 1];

	memcpy(message, claim, CLAIM_SIZE);
	message[CLAIM_SIZE] = PURPOSE_MAIL;
	/* Fails on bad sizes only, which are constants here. */
	(void)crypto_generichash(mac, MAC_SIZE, message, CLAIM_SIZE + (is_mailed ? 1 : 0),
				 vault->keys->launch, KEY_SIZE);
}

static struct str
mint(struct vault *vault, struct arena *arena, bool is_mailed, struct str about,
     struct user_id user_id, struct instant expires)
{
	char *text = arena_alloc(arena, PREFIX_LEN + TOKEN_TEXT_LEN + 1);
	uint8_t token[TOKEN_SIZE];

	assert(vault->n_data_keys > 0);
	write_id(token, about);
	write_id(token + UUID_SIZE, user_id.value);
	for (int i = 0; i < 8; i++)
		token[2 * UUID_SIZE + i] = (uint8_t)((uint64_t)expires.ms >> (8 * (7 - i)));
	write_mac(vault, token, is_mailed, token + CLAIM_SIZE);

	memcpy(text, prefixes[is_mailed], PREFIX_LEN);
	(void)sodium_bin2base64(text + PREFIX_LEN, TOKEN_TEXT_LEN + 1, token, sizeof(token),
				sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return (struct str){ text, PREFIX_LEN + TOKEN_TEXT_LEN };
}

struct str
vault_launch_mint(struct vault *vault, struct arena *arena, struct connection_id connection_id,
		  struct user_id user_id, struct instant expires)
{
	return mint(vault, arena, false, connection_id.value, user_id, expires);
}

struct str
vault_launch_mint_mailed(struct vault *vault, struct arena *arena, struct str mail_id,
			 struct user_id user_id, struct instant expires)
{
	return mint(vault, arena, true, mail_id, user_id, expires);
}

static bool
read_token(struct str text, bool *ret_is_mailed, uint8_t token[static TOKEN_SIZE])
{
	size_t n = 0;

	*ret_is_mailed = str_starts_with(text, str_of(prefixes[true]));
	return text.len == PREFIX_LEN + TOKEN_TEXT_LEN &&
	       (*ret_is_mailed || str_starts_with(text, str_of(prefixes[false]))) &&
	       base64_read(str_slice(text, PREFIX_LEN, TOKEN_TEXT_LEN), BASE64_URL_SAFE, token,
			   TOKEN_SIZE, &n) &&
	       n == TOKEN_SIZE;
}

bool
vault_launch_read(struct vault *vault, struct arena *arena, struct str token,
		  struct launch *ret_launch)
{
	uint8_t bytes[TOKEN_SIZE];
	uint8_t mac[MAC_SIZE];
	uint64_t expires_ms = 0;
	bool is_mailed;
	struct str about;

	assert(vault->n_data_keys > 0);
	if (!read_token(token, &is_mailed, bytes))
		return false;
	write_mac(vault, bytes, is_mailed, mac);
	if (sodium_memcmp(mac, bytes + CLAIM_SIZE, MAC_SIZE) != 0)
		return false;
	for (int i = 0; i < 8; i++)
		expires_ms = expires_ms << 8 | bytes[2 * UUID_SIZE + i];
	about = read_id(arena, bytes);
	ret_launch->connection_id.value = is_mailed ? STR("") : about;
	ret_launch->mail_id = is_mailed ? about : STR("");
	ret_launch->user_id.value = read_id(arena, bytes + UUID_SIZE);
	ret_launch->expires.ms = (int64_t)expires_ms;
	(void)crypto_generichash(ret_launch->hash, sizeof(ret_launch->hash),
				 (const uint8_t *)token.ptr, token.len, NULL, 0);
	return true;
}
