/*
 * The values that were refused lately: four places a set, and a new one takes the place that ends
 * first. Right values are not here, so that no flood of wrong ones can push one out.
 */
#include "vault/auth_internal.h"

#include <sodium.h>

static size_t
set_of(const uint8_t tag[static TAG_SIZE])
{
	return (size_t)(tag[0] | tag[1] << 8) % REFUSED_SETS;
}

bool
refused_values_have(const struct refused_values *values, const uint8_t tag[static TAG_SIZE],
		    uint64_t generation, struct tick now)
{
	const struct refused_value *set = values->sets[set_of(tag)];

	for (size_t i = 0; i < REFUSED_WAYS; i++) {
		if (set[i].generation == generation && now.ns < set[i].until_ns &&
		    sodium_memcmp(set[i].tag, tag, TAG_SIZE) == 0)
			return true;
	}
	return false;
}

void
refused_values_add(struct refused_values *values, const uint8_t tag[static TAG_SIZE],
		   uint64_t generation, struct tick until)
{
	struct refused_value *set = values->sets[set_of(tag)];
	struct refused_value *place = &set[0];

	for (size_t i = 0; i < REFUSED_WAYS; i++) {
		if (set[i].generation != generation) {
			place = &set[i];
			break;
		}
		if (set[i].until_ns < place->until_ns)
			place = &set[i];
	}
	memcpy(place->tag, tag, TAG_SIZE);
	place->generation = generation;
	place->until_ns = until.ns;
}
