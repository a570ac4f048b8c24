/*
 * Sealing: a blob opens where it belongs and nowhere else, and the plain secret is gone after it.
 */
#include "vault/vault.h"

#include <fcntl.h>

#include "vault/vault_fixture_test.h"

#define CONNECTION ((struct connection_id){ STR("018f6b1c-5a2e-7c3d-9e4f-0123456789ab") })
#define OTHER ((struct connection_id){ STR("018f6b1c-5a2e-7c3d-9e4f-0123456789ac") })

/* ---- Opening ---- */

struct seen {
	char text[128];
	size_t len;
	int n;
	struct err answer;
};

static struct err
look(void *context, const char *plain, size_t len)
{
	struct seen *seen = context;

	assert_true(len < sizeof(seen->text));
	memcpy(seen->text, plain, len);
	seen->len = len;
	seen->n++;
	return seen->answer;
}

static struct sealed_request
seal_ok(struct vault *vault, struct arena *arena, struct connect_request *req)
{
	struct sealed_request sealed = { 0 };
	struct err err = vault_seal_request(vault, arena, req, CONNECTION, &sealed);

	if (err.code)
		fail_msg("vault_seal_request: %s", err.detail);
	return sealed;
}

static struct sealed_secret
seal_token(struct vault *vault, struct arena *arena, const char *token)
{
	struct connect_request req = { 0 };
	struct sealed_request sealed;

	req.secrets[SECRET_OAUTH_TOKEN] = secret_of(arena, token);
	sealed = seal_ok(vault, arena, &req);
	assert_int_equal(sealed.n_secrets, 1);
	return sealed.secrets[0];
}

static bool
opens(struct vault *vault, struct connection_id id, const struct sealed_secret *secret)
{
	struct seen seen = { 0 };
	struct err err = vault_use_secret(vault, id, secret, look, &seen);

	assert_int_equal(seen.n, err.code ? 0 : 1);
	if (err.code)
		assert_int_equal(err.code, ERR_CRYPTO);
	return !err.code;
}

static void
each_secret_is_sealed_and_wiped(_unused_ void **state)
{
	static const char *const texts[N_SECRET_KINDS] = { "pat-1", "oauth-2", "", "jdbc-4", NULL };
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct connect_request req = { 0 };
	struct secret_text kept[N_SECRET_KINDS];
	struct sealed_request sealed;

	for (size_t i = 0; i < N_SECRET_KINDS; i++) {
		if (texts[i])
			req.secrets[i] = secret_of(arena, texts[i]);
		kept[i] = req.secrets[i];
	}
	sealed = seal_ok(vault, arena, &req);
	assert_int_equal(sealed.n_secrets, 4);
	for (size_t i = 0; i < sealed.n_secrets; i++) {
		struct seen seen = { 0 };
		struct sealed_secret *secret = &sealed.secrets[i];

		assert_int_equal(secret->kind, i);
		assert_true(str_equal(secret->key_id, STR(KEY_ID_1)));
		assert_int_equal(secret->blob.len, strlen(texts[i]) + 41);
		assert_int_equal(vault_use_secret(vault, CONNECTION, secret, look, &seen).code,
				 ERR_NONE);
		assert_true(str_equal((struct str){ seen.text, seen.len }, str_of(texts[i])));
		assert_int_equal(vault_use_secret(vault, CONNECTION, secret, NULL, NULL).code,
				 ERR_NONE);
	}
	for (size_t i = 0; i < N_SECRET_KINDS; i++) {
		assert_null(req.secrets[i].ptr);
		assert_int_equal(req.secrets[i].len, 0);
		for (size_t j = 0; j < kept[i].len; j++)
			assert_int_equal(kept[i].ptr[j], 0);
	}
	vault_free(vault);
	arena_free(arena);
}

static void
what_use_says_is_passed_on(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct sealed_secret secret = seal_token(vault, arena, "token");
	struct seen seen = { .answer = { ERR_TIMEOUT, "asked" } };
	struct err err = vault_use_secret(vault, CONNECTION, &secret, look, &seen);

	assert_int_equal(err.code, ERR_TIMEOUT);
	assert_string_equal(err.detail, "asked");
	vault_free(vault);
	arena_free(arena);
}

/* Also when sealing fails, nothing of the secret stays. */
static void
a_locked_vault_wipes_too(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault *vault = vault_from_text(arena, KEK_A);
	struct connect_request req = { 0 };
	struct secret_text kept = secret_of(arena, "token");
	struct sealed_request sealed = { .n_secrets = 9 };
	const char zeroes[5] = { 0 };

	req.secrets[SECRET_JDBC_URL] = kept;
	assert_int_equal(vault_seal_request(vault, arena, &req, CONNECTION, &sealed).code,
			 ERR_CRYPTO);
	assert_null(req.secrets[SECRET_JDBC_URL].ptr);
	assert_memory_equal(kept.ptr, zeroes, sizeof(zeroes));
	assert_int_equal(sealed.n_secrets, 9);
	vault_free(vault);
	arena_free(arena);
}

static void
an_id_too_long_to_seal_for(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct connect_request req = { 0 };
	struct sealed_request sealed = { 0 };
	struct sealed_secret secret = seal_token(vault, arena, "token");
	struct connection_id id = { { arena_alloc(arena, 5000), 5000 } };

	req.secrets[0] = secret_of(arena, "token");
	assert_int_equal(vault_seal_request(vault, arena, &req, id, &sealed).code, ERR_CRYPTO);
	assert_null(req.secrets[0].ptr);
	assert_false(opens(vault, id, &secret));
	vault_free(vault);
	arena_free(arena);
}

static void
two_boxes_of_one_secret_differ(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct sealed_secret a = seal_token(vault, arena, "token");
	struct sealed_secret b = seal_token(vault, arena, "token");

	assert_memory_not_equal(a.blob.ptr + 1, b.blob.ptr + 1, BOX_NONCE_SIZE);
	assert_memory_not_equal(a.blob.ptr + 25, b.blob.ptr + 25, 5);
	vault_free(vault);
	arena_free(arena);
}

/* ---- Moved and damaged blobs ---- */

/* Two ids for the same key bytes: only the label can tell them apart. */
static struct vault *
vault_with_two_ids(struct arena *arena)
{
	struct vault *vault = vault_from_text(arena, KEK_A);
	struct vault_wrapped_key minted = { 0 };
	struct vault_wrapped_key keys[2] = {
		wrap_by_hand(vault, arena, STR(KEY_ID_1), 1, 7, true),
		wrap_by_hand(vault, arena, STR(KEY_ID_2), 1, 7, false),
	};

	assert_int_equal(vault_unlock(vault, arena, keys, 2, STR(""), &minted).code, ERR_NONE);
	return vault;
}

struct moved_row {
	const char *name;
	bool to_other_connection;
	bool to_no_connection;
	enum secret_kind kind;
	struct str key_id;
	bool want;
};

static const struct moved_row moves[] = {
	{ "not_moved", false, false, SECRET_OAUTH_TOKEN, STR_INIT(KEY_ID_1), true },
	{ "moved_to_other_connection", true, false, SECRET_OAUTH_TOKEN, STR_INIT(KEY_ID_1), false },
	{ "moved_to_no_connection", false, true, SECRET_OAUTH_TOKEN, STR_INIT(KEY_ID_1), false },
	{ "moved_to_other_kind", false, false, SECRET_PERSONAL_ACCESS_TOKEN, STR_INIT(KEY_ID_1),
	  false },
	{ "moved_to_other_key_id", false, false, SECRET_OAUTH_TOKEN, STR_INIT(KEY_ID_2), false },
	{ "moved_to_unknown_key_id", false, false, SECRET_OAUTH_TOKEN, STR_INIT("none"), false },
	{ "moved_to_no_key_id", false, false, SECRET_OAUTH_TOKEN, { 0 }, false },
};

static void
a_moved_blob_does_not_open(void **state)
{
	const struct moved_row *row = *state;
	struct arena *arena = arena_create();
	struct vault *vault = vault_with_two_ids(arena);
	struct sealed_secret secret = seal_token(vault, arena, "token");
	struct connection_id id = row->to_other_connection ? OTHER : CONNECTION;

	if (row->to_no_connection)
		id = (struct connection_id){ 0 };
	secret.kind = row->kind;
	secret.key_id = row->key_id;
	assert_int_equal(opens(vault, id, &secret), row->want);
	vault_free(vault);
	arena_free(arena);
}

static void
every_bit_of_a_blob_counts(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct sealed_secret secret = seal_token(vault, arena, "token");
	char *bytes = arena_cstr(arena, secret.blob);
	size_t len = secret.blob.len;

	secret.blob.ptr = bytes;
	for (size_t bit = 0; bit < len * 8; bit++) {
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
		assert_false(opens(vault, CONNECTION, &secret));
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
	}
	for (secret.blob.len = 0; secret.blob.len < len; secret.blob.len++)
		assert_false(opens(vault, CONNECTION, &secret));
	assert_true(opens(vault, CONNECTION, &secret));
	secret.blob.len = len + 1; /* the NUL that the arena put behind it */
	assert_false(opens(vault, CONNECTION, &secret));
	vault_free(vault);
	arena_free(arena);
}

/* ---- The canary: nothing of the plain secret is left anywhere in our memory ---- */

#define CANARY_LEN 120
#define MASK 0x5a
/* Larger maps are a sanitizer's shadow. */
#define MAX_MAP ((uint64_t)256 << 20)
#define WINDOW ((size_t)1 << 16)

struct scan {
	uint8_t masked[CANARY_LEN]; /* never in plain, or it would find itself */
	uint8_t window[WINDOW];
	int n_found;
};

static bool
is_canary(const struct scan *scan, const uint8_t *at)
{
	/* A block of the cipher or of the hash is enough: 24 bytes are no accident. */
	for (size_t i = 0; i < 24; i++) {
		if ((at[i] ^ MASK) != scan->masked[i])
			return false;
	}
	return true;
}

static void
scan_map(struct scan *scan, int fd, uint64_t from, uint64_t to)
{
	for (uint64_t at = from; at + 24 <= to; at += WINDOW - 23) {
		size_t want = to - at < WINDOW ? (size_t)(to - at) : WINDOW;
		ssize_t got = pread(fd, scan->window, want, (off_t)at);

		/* What is mapped but not readable holds nothing. */
		for (ssize_t i = 0; i + 24 <= got; i++) {
			const uint8_t *next = memchr(scan->window + i, scan->masked[0] ^ MASK,
						     (size_t)(got - 23 - i));

			if (!next)
				break;
			i = next - scan->window;
			scan->n_found += is_canary(scan, next);
		}
		explicit_bzero(scan->window, WINDOW);
	}
}

static int
scan_memory(struct scan *scan)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	char line[512];

	assert_non_null(maps);
	assert_true(fd >= 0);
	scan->n_found = 0;
	while (fgets(line, sizeof(line), maps)) {
		char *rest;
		uint64_t from = strtoull(line, &rest, 16);
		uint64_t to = strtoull(rest + 1, &rest, 16);

		if (strncmp(rest, " rw", 3) != 0 || to - from > MAX_MAP)
			continue;
		scan_map(scan, fd, from, to);
	}
	(void)fclose(maps);
	(void)close(fd);
	return scan->n_found;
}

static void
no_canary_is_left(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct connect_request req = { 0 };
	struct scan *scan = calloc(1, sizeof(*scan));
	struct sealed_request sealed;

	assert_non_null(scan);
	rng_fill(&rng_system, scan->masked, CANARY_LEN);
	for (size_t kind = 0; kind < N_SECRET_KINDS; kind++) {
		/* Different tails, so that the canary lies differently in the blocks of the hash. */
		size_t len = CANARY_LEN - 17 * kind;
		char *text = arena_alloc(arena, len);

		for (size_t i = 0; i < len; i++)
			text[i] = (char)(scan->masked[i] ^ MASK);
		req.secrets[kind] = (struct secret_text){ text, len };
	}
	assert_true(scan_memory(scan) >= N_SECRET_KINDS); /* the search finds what is there */
	sealed = seal_ok(vault, arena, &req);
	assert_int_equal(scan_memory(scan), 0);
	for (size_t i = 0; i < sealed.n_secrets; i++)
		assert_int_equal(
			vault_use_secret(vault, CONNECTION, &sealed.secrets[i], NULL, NULL).code,
			ERR_NONE);
	assert_int_equal(scan_memory(scan), 0);
	free(scan);
	vault_free(vault);
	arena_free(arena);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "each_secret_is_sealed_and_wiped", each_secret_is_sealed_and_wiped);
	rows_add_one(&rows, "what_use_says_is_passed_on", what_use_says_is_passed_on);
	rows_add_one(&rows, "a_locked_vault_wipes_too", a_locked_vault_wipes_too);
	rows_add_one(&rows, "an_id_too_long_to_seal_for", an_id_too_long_to_seal_for);
	rows_add_one(&rows, "two_boxes_of_one_secret_differ", two_boxes_of_one_secret_differ);
	ROWS_ADD(&rows, moves, a_moved_blob_does_not_open);
	rows_add_one(&rows, "every_bit_of_a_blob_counts", every_bit_of_a_blob_counts);
	rows_add_one(&rows, "no_canary_is_left", no_canary_is_left);
	return rows_run(&rows, argc, argv);
}
