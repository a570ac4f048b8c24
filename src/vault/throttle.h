/**
 * Slows down who guesses. Each key (of a user, of a source) has a bucket that a try fills by one and
 * that empties by its capacity in THROTTLE_MS; a full one refuses. Bounded memory: a set of buckets
 * is chosen by a keyed hash, so a stranger cannot aim at one; the emptiest of a set makes room.
 *
 * Thread-safe.
 */
#ifndef PC_VAULT_THROTTLE_H
#define PC_VAULT_THROTTLE_H

#include "base/clock.h"
#include "base/str.h"

#define THROTTLE_MS ((int64_t)15 * 60 * 1000)

struct throttle;

struct throttle_key {
	struct str parts[3]; /* what the key is of: { "user", e-mail }; the rest is empty */
	int capacity;	     /* tries that go through at once */
};

struct throttle *throttle_new(struct clock *clock);
void throttle_free(struct throttle *throttle);

/** Counts a try under each key, before it is made. False, and nothing counted: one of them is full. */
_must_use_ bool throttle_take(struct throttle *throttle, const struct throttle_key *keys, size_t n);
/** The try was right: takes it back. */
void throttle_give_back(struct throttle *throttle, const struct throttle_key *keys, size_t n);

#endif
