/**
 * Randomness, behind a seam: tests seed it. The system's is cryptographic (getrandom).
 */
#ifndef PC_BASE_RNG_H
#define PC_BASE_RNG_H

#include "base/base.h"

struct rng {
	void (*fill)(struct rng *self, void *bytes, size_t len);
};

/** The kernel's generator; thread-safe. */
extern struct rng rng_system;

static inline void
rng_fill(struct rng *rng, void *bytes, size_t len)
{
	rng->fill(rng, bytes, len);
}

#endif
