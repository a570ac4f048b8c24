/**
 * UUIDs as RFC 9562 writes them: 36 characters, lower case. Those we mint are version 7: the first
 * 48 bits are the time, so that new rows land at the end of an index.
 */
#ifndef PC_BASE_UUID_H
#define PC_BASE_UUID_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/rng.h"

#define UUID_TEXT_LEN ((size_t)36)

/** A fresh version 7 UUID in the arena. */
struct str uuid_new(struct arena *arena, struct instant now, struct rng *rng);

/** Eight, four, four, four and twelve hexadecimal digits, of any version, in either case. */
bool uuid_is_valid(struct str text);

/** The 16 bytes of a valid UUID. */
_must_use_ bool uuid_to_bytes(struct str text, uint8_t bytes[static 16]);
/** The text of 16 bytes, in the arena. */
struct str uuid_from_bytes(struct arena *arena, const uint8_t bytes[static 16]);

#endif
