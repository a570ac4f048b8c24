/**
 * What the files of the vault share: the keys, where they lie, the boxes they close. Nobody outside
 * src/vault/ includes this but its tests.
 */
#ifndef PC_VAULT_VAULT_INTERNAL_H
#define PC_VAULT_VAULT_INTERNAL_H

#include "vault/vault.h"

#define KEY_SIZE 32
#define MAX_DATA_KEYS 64
#define MAX_KEY_ID_LEN 64

/**
 * All keys in one allocation of sodium_malloc(): guard pages, locked, not dumped. Two KiB, for
 * RLIMIT_MEMLOCK is small. Read-only once the vault is unlocked.
 */
struct key_page {
	uint8_t kek[KEY_SIZE];
	/*
	 * Wrapped together with every data key, the same in all of them: what is derived from it
	 * outlives a new KEK, a new data key, and the destruction of the oldest data key.
	 */
	uint8_t root[KEY_SIZE];
	uint8_t fingerprint[KEY_SIZE]; /* derived from root */
	uint8_t launch[KEY_SIZE];      /* derived from root */
	uint8_t form[KEY_SIZE];	       /* derived from root */
	uint8_t data[MAX_DATA_KEYS][KEY_SIZE];
};

struct data_key_name {
	char id[MAX_KEY_ID_LEN];
	size_t id_len;
};

struct vault {
	struct key_page *keys;
	bool may_be_swapped;
	size_t n_data_keys; /* 0 until the vault is unlocked */
	size_t active;
	struct data_key_name names[MAX_DATA_KEYS];
};

/* ---- keyfile.c ---- */

/** Fills @kek by the order of struct vault_key_source; always wipes source->key_text. */
_must_use_ struct err keyfile_load(struct arena *arena, const struct vault_key_source *source,
				   uint8_t kek[static KEY_SIZE], const char **ret_made_path);

/* ---- box.c: one value closed under one key, bound to what it is ---- */

#define BOX_VERSION 1
#define BOX_NONCE_SIZE 24
#define BOX_OVERHEAD (1 + BOX_NONCE_SIZE + 16)

/** What a box is for; each part goes in with its length, so that no two lists are the same. */
struct box_label {
	uint8_t bytes[256];
	size_t len;
	bool is_full; /* a part did not fit: nothing is closed or opened with it */
};

void box_label_init(struct box_label *label, struct str purpose);
void box_label_add(struct box_label *label, struct str part);
/** @box has room for @len + BOX_OVERHEAD; @nonce is fresh and random. */
void box_close(uint8_t *box, const void *plain, size_t len, const struct box_label *label,
	       const uint8_t nonce[static BOX_NONCE_SIZE], const uint8_t key[static KEY_SIZE]);
/** @plain has room for box.len - BOX_OVERHEAD. False: changed, moved, or of another key. */
_must_use_ bool box_open(uint8_t *plain, struct str box, const struct box_label *label,
			 const uint8_t key[static KEY_SIZE]);

/* ---- fingerprint.c ---- */

void fingerprint_request(const uint8_t key[static KEY_SIZE], const struct connect_request *req,
			 struct fingerprint *ret_fingerprint);

#endif
