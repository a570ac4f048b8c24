/*
 * Leaky buckets in a fixed table.
 */
#include "vault/throttle.h"

#include "base/rng.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define N_SETS 4096
#define N_WAYS 4
#define TAG_SIZE 16

struct bucket {
	uint8_t tag[TAG_SIZE];
	/* When it will be empty: a try is worth THROTTLE_MS / capacity. */
	struct tick empty_at;
};

struct throttle {
	struct clock *clock;
	uint8_t key[crypto_generichash_KEYBYTES];
	pthread_mutex_t mutex;
	struct bucket sets[N_SETS][N_WAYS]; /* under the mutex */
};

struct throttle *
throttle_new(struct clock *clock)
{
	struct throttle *throttle = calloc(1, sizeof(*throttle));

	if (!throttle || sodium_init() < 0 || pthread_mutex_init(&throttle->mutex, NULL) != 0)
		abort();
	throttle->clock = clock;
	rng_fill(&rng_system, throttle->key, sizeof(throttle->key));
	return throttle;
}

void
throttle_free(struct throttle *throttle)
{
	if (!throttle)
		return;
	(void)pthread_mutex_destroy(&throttle->mutex);
	free(throttle);
}

/* Fails on bad sizes only, which are constants here. */
static void
tag_of(const struct throttle *throttle, const struct throttle_key *key,
       uint8_t tag[static TAG_SIZE])
{
	crypto_generichash_state state;

	(void)crypto_generichash_init(&state, throttle->key, sizeof(throttle->key), TAG_SIZE);
	for (size_t i = 0; i < ARRAY_LEN(key->parts); i++) {
		uint64_t len = key->parts[i].len;

		(void)crypto_generichash_update(&state, (const uint8_t *)&len, sizeof(len));
		(void)crypto_generichash_update(&state, (const uint8_t *)key->parts[i].ptr, len);
	}
	(void)crypto_generichash_final(&state, tag, TAG_SIZE);
}

/* Under the mutex. The bucket of the key; else the emptiest of its set, made its own. */
static struct bucket *
bucket_of(struct throttle *throttle, const struct throttle_key *key)
{
	uint8_t tag[TAG_SIZE];
	struct bucket *set;
	struct bucket *found;

	tag_of(throttle, key, tag);
	set = throttle->sets[(tag[0] | tag[1] << 8) % N_SETS];
	found = &set[0];
	for (size_t i = 0; i < N_WAYS; i++) {
		if (sodium_memcmp(set[i].tag, tag, TAG_SIZE) == 0)
			return &set[i];
		if (set[i].empty_at.ns < found->empty_at.ns)
			found = &set[i];
	}
	for (size_t i = 0; i < TAG_SIZE; i++)
		found->tag[i] = tag[i];
	found->empty_at = (struct tick){ 0 };
	return found;
}

static int64_t
worth_ms(const struct throttle_key *key)
{
	return THROTTLE_MS / key->capacity;
}

static bool
is_full(const struct bucket *bucket, const struct throttle_key *key, struct tick now)
{
	/* Rounding of the worth must not cost a try. */
	return bucket->empty_at.ns > tick_add_ms(now, THROTTLE_MS - worth_ms(key)).ns;
}

static void
fill(struct bucket *bucket, const struct throttle_key *key, struct tick now)
{
	struct tick from = bucket->empty_at.ns > now.ns ? bucket->empty_at : now;

	bucket->empty_at = tick_add_ms(from, worth_ms(key));
}

bool
throttle_take(struct throttle *throttle, const struct throttle_key *keys, size_t n)
{
	struct tick now = clock_tick(throttle->clock);
	bool has_room = true;

	(void)pthread_mutex_lock(&throttle->mutex); /* fails on bugs only: the mutex is plain */
	for (size_t i = 0; i < n; i++)
		has_room &= !is_full(bucket_of(throttle, &keys[i]), &keys[i], now);
	for (size_t i = 0; i < n && has_room; i++)
		fill(bucket_of(throttle, &keys[i]), &keys[i], now);
	(void)pthread_mutex_unlock(&throttle->mutex);
	return has_room;
}

void
throttle_give_back(struct throttle *throttle, const struct throttle_key *keys, size_t n)
{
	(void)pthread_mutex_lock(&throttle->mutex);
	for (size_t i = 0; i < n; i++) {
		struct bucket *bucket = bucket_of(throttle, &keys[i]);

		bucket->empty_at = tick_add_ms(bucket->empty_at, -worth_ms(&keys[i]));
	}
	(void)pthread_mutex_unlock(&throttle->mutex);
}
