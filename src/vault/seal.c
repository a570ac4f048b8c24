/*
 * Secrets on their way into the store and out of it. This file and what vault_use_secret() calls
 * are all that ever see one in plain.
 */
#include "vault/vault_internal.h"

#include <sodium.h>

static void
label_secret(struct box_label *label, struct connection_id connection_id, enum secret_kind kind,
	     struct str key_id)
{
	box_label_init(label, STR("secret"));
	box_label_add(label, connection_id.value);
	box_label_add(label, word_of(&secret_kind_words, (int)kind));
	box_label_add(label, key_id);
}

static void
wipe_secret(struct secret_text *secret)
{
	if (secret->ptr)
		explicit_bzero(secret->ptr, secret->len);
	*secret = (struct secret_text){ 0 };
}

static struct str
data_key_id(const struct vault *vault, size_t i)
{
	return (struct str){ vault->names[i].id, vault->names[i].id_len };
}

static struct err
seal_secret(struct vault *vault, struct arena *arena, struct connection_id connection_id,
	    const struct secret_text *plain, const uint8_t nonce[static BOX_NONCE_SIZE],
	    struct sealed_secret *sealed)
{
	size_t size = plain->len + BOX_OVERHEAD;
	uint8_t *box = arena_alloc(arena, size);
	struct box_label label;

	sealed->key_id = data_key_id(vault, vault->active);
	label_secret(&label, connection_id, sealed->kind, sealed->key_id);
	if (label.is_full)
		return err_make(ERR_CRYPTO, "a connection id is too long to seal for");
	box_close(box, plain->ptr, plain->len, &label, nonce, vault->keys->data[vault->active]);
	sealed->blob = (struct str){ (const char *)box, size };
	return OK_NONE;
}

static struct err
seal_secrets(struct vault *vault, struct arena *arena, const struct connect_request *req,
	     struct connection_id connection_id, struct sealed_request *sealed)
{
	uint8_t nonces[N_SECRET_KINDS][BOX_NONCE_SIZE];

	rng_fill(&rng_system, nonces, sizeof(nonces)); /* one system call for all */
	for (int kind = 0; kind < N_SECRET_KINDS; kind++) {
		struct err err;

		if (!req->secrets[kind].ptr)
			continue;
		sealed->secrets[sealed->n_secrets].kind = (enum secret_kind)kind;
		err = seal_secret(vault, arena, connection_id, &req->secrets[kind], nonces[kind],
				  &sealed->secrets[sealed->n_secrets]);
		if (err.code)
			return err;
		sealed->n_secrets++;
	}
	return OK_NONE;
}

struct err
vault_seal_request(struct vault *vault, struct arena *arena, struct connect_request *req,
		   struct connection_id connection_id, struct sealed_request *ret_sealed)
{
	struct sealed_request sealed = { 0 };
	struct err err = err_make(ERR_CRYPTO, "the vault is not unlocked");

	if (vault->n_data_keys > 0) {
		fingerprint_request(vault->keys->fingerprint, req, &sealed.fingerprint);
		err = seal_secrets(vault, arena, req, connection_id, &sealed);
	}
	for (size_t i = 0; i < N_SECRET_KINDS; i++)
		wipe_secret(&req->secrets[i]);
	if (!err.code)
		*ret_sealed = sealed;
	return err;
}

static const uint8_t *
find_data_key(const struct vault *vault, struct str id)
{
	for (size_t i = 0; i < vault->n_data_keys; i++) {
		if (str_equal(data_key_id(vault, i), id))
			return vault->keys->data[i];
	}
	return NULL;
}

struct err
vault_use_secret(struct vault *vault, struct connection_id connection_id,
		 const struct sealed_secret *secret,
		 struct err (*use)(void *context, const char *plain, size_t len), void *context)
{
	const uint8_t *key = find_data_key(vault, secret->key_id);
	struct err err = err_make(ERR_CRYPTO, "a stored secret does not open");
	struct box_label label;
	size_t len;
	char *plain;

	if (!key || secret->blob.len < BOX_OVERHEAD)
		return err;
	len = secret->blob.len - BOX_OVERHEAD;
	plain = sodium_malloc(len + 1); /* locked, wiped by sodium_free(), guarded at its end */
	if (!plain)
		abort();
	plain[len] = '\0';
	label_secret(&label, connection_id, secret->kind, secret->key_id);
	if (box_open((uint8_t *)plain, secret->blob, &label, key))
		err = use ? use(context, plain, len) : OK_NONE;
	sodium_free(plain);
	return err;
}
