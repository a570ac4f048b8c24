/*
 * What makes two connect requests the same: the list of fields that go into the hash, each with its
 * length, in an order that never changes. Names are not in it, nor what only a sign-in sends.
 */
#include "vault/vault_internal.h"

#include <sodium.h>

_Static_assert(FINGERPRINT_SIZE >= crypto_generichash_BYTES_MIN, "fingerprint");

/* A new resource goes into hash_resources(), and into the table of vault_test.c. */
_Static_assert(sizeof(void *) != 8 || sizeof(struct resources) == 240, "a resource is not hashed");

static void
hash_number(crypto_generichash_state *hash, int64_t value)
{
	uint8_t bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)value >> (8 * i));
	(void)crypto_generichash_update(hash, bytes, sizeof(bytes)); /* never fails */
}

static void
hash_text(crypto_generichash_state *hash, struct str text)
{
	hash_number(hash, (int64_t)text.len);
	(void)crypto_generichash_update(hash, (const uint8_t *)text.ptr, text.len);
}

static void
hash_resources(crypto_generichash_state *hash, const struct resources *resources)
{
	hash_text(hash, resources->hostname);
	hash_number(hash, resources->port);
	hash_text(hash, resources->workspace_url);
	hash_text(hash, resources->cloud_provider_region);
	hash_text(hash, resources->http_path);
	hash_text(hash, resources->jdbc_url);
	hash_text(hash, resources->databricks_jdbc_url);
	hash_text(hash, resources->cluster_id);
	hash_text(hash, resources->destination_location);
	hash_text(hash, resources->catalog_name);
	hash_text(hash, resources->database_name);
	hash_text(hash, resources->data_source_connector);
	hash_text(hash, resources->service_principal_id);
	hash_text(hash, resources->oauth_u2m_app_id);
	hash_text(hash, resources->oauth_scope);
	hash_number(hash, resources->has_is_sql_warehouse);
	hash_number(hash, resources->is_sql_warehouse);
	hash_number(hash, resources->is_free_trial);
}

static void
hash_secret(crypto_generichash_state *hash, const struct secret_text *secret)
{
	hash_number(hash, secret->ptr != NULL); /* an empty secret is not an absent one */
	if (secret->ptr)
		hash_text(hash, (struct str){ secret->ptr, secret->len });
}

void
fingerprint_request(const uint8_t key[static KEY_SIZE], const struct connect_request *req,
		    struct fingerprint *ret_fingerprint)
{
	crypto_generichash_state hash;

	(void)crypto_generichash_init(&hash, key, KEY_SIZE, FINGERPRINT_SIZE);
	hash_text(&hash, word_of(&cloud_words, (int)req->cloud));
	hash_number(&hash, req->workspace_id.value);
	hash_number(&hash, req->databricks_user_id.value);
	hash_text(&hash, req->email.key);
	hash_number(&hash, req->is_demo);
	hash_text(&hash, word_of(&connection_scope_words, (int)req->scope));
	hash_resources(&hash, &req->resources);
	for (size_t i = 0; i < N_SECRET_KINDS; i++)
		hash_secret(&hash, &req->secrets[i]);
	(void)crypto_generichash_final(&hash, ret_fingerprint->bytes, FINGERPRINT_SIZE);
	explicit_bzero(&hash, sizeof(hash)); /* libsodium does so too, but promises nothing */
}
