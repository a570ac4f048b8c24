/*
 * The system's random numbers.
 */
#include "base/rng.h"

#include <errno.h>
#include <sys/random.h>

static void
system_fill(_unused_ struct rng *self, void *bytes, size_t len)
{
	char *at = bytes;

	while (len > 0) {
		ssize_t got = getrandom(at, len, 0);

		if (got < 0) {
			if (errno == EINTR)
				continue;
			abort(); /* no randomness: nothing we do would be safe */
		}
		at += got;
		len -= (size_t)got;
	}
}

struct rng rng_system = { .fill = system_fill };
