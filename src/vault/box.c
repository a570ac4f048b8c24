/*
 * The one form in which a secret leaves memory: version byte, nonce, XChaCha20-Poly1305. Which key
 * and which label belong to a box is the business of vault.c and seal.c.
 */
#include "vault/vault_internal.h"

#include <assert.h>
#include <sodium.h>

_Static_assert(BOX_NONCE_SIZE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(BOX_OVERHEAD == 1 + BOX_NONCE_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES,
	       "overhead");

void
box_label_add(struct box_label *label, struct str part)
{
	uint32_t len = (uint32_t)part.len;

	if (part.len > sizeof(label->bytes) || label->len + 4 + part.len > sizeof(label->bytes)) {
		label->is_full = true;
		return;
	}
	for (int i = 0; i < 4; i++)
		label->bytes[label->len++] = (uint8_t)(len >> (8 * i));
	if (len)
		memcpy(label->bytes + label->len, part.ptr, len);
	label->len += len;
}

void
box_label_init(struct box_label *label, struct str purpose)
{
	label->bytes[0] = BOX_VERSION;
	label->len = 1;
	label->is_full = false;
	box_label_add(label, purpose);
}

void
box_close(uint8_t *box, const void *plain, size_t len, const struct box_label *label,
	  const uint8_t nonce[static BOX_NONCE_SIZE], const uint8_t key[static KEY_SIZE])
{
	assert(!label->is_full);
	box[0] = BOX_VERSION;
	memcpy(box + 1, nonce, BOX_NONCE_SIZE);
	/* Cannot fail: its only limit is 256 GiB of text. */
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(box + 1 + BOX_NONCE_SIZE, NULL, plain, len,
							 label->bytes, label->len, NULL, nonce,
							 key);
}

bool
box_open(uint8_t *plain, struct str box, const struct box_label *label,
	 const uint8_t key[static KEY_SIZE])
{
	const uint8_t *bytes = (const uint8_t *)box.ptr;

	if (label->is_full || box.len < BOX_OVERHEAD || bytes[0] != BOX_VERSION)
		return false;
	return crypto_aead_xchacha20poly1305_ietf_decrypt(
		       plain, NULL, NULL, bytes + 1 + BOX_NONCE_SIZE, box.len - 1 - BOX_NONCE_SIZE,
		       label->bytes, label->len, bytes + 1, key) == 0;
}
