/*
 * Minting and checking UUIDs.
 */
#include "base/uuid.h"

static const char hex_digits[] = "0123456789abcdef";

static bool
is_dash_position(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

struct str
uuid_from_bytes(struct arena *arena, const uint8_t bytes[static 16])
{
	char *text = arena_alloc(arena, UUID_TEXT_LEN + 1);
	size_t at = 0;

	for (size_t i = 0; i < 16; i++) {
		if (is_dash_position(at))
			text[at++] = '-';
		text[at++] = hex_digits[bytes[i] >> 4];
		text[at++] = hex_digits[bytes[i] & 15];
	}
	return (struct str){ text, UUID_TEXT_LEN };
}

struct str
uuid_new(struct arena *arena, struct instant now, struct rng *rng)
{
	uint8_t bytes[16];

	rng_fill(rng, bytes, sizeof(bytes));
	for (int i = 0; i < 6; i++)
		bytes[i] = (uint8_t)((uint64_t)now.ms >> (8 * (5 - i)));
	bytes[6] = (uint8_t)(0x70 | (bytes[6] & 0x0f)); /* version 7 */
	bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f)); /* variant 10 */
	return uuid_from_bytes(arena, bytes);
}

bool
uuid_to_bytes(struct str text, uint8_t bytes[static 16])
{
	size_t n_digits = 0;

	if (text.len != UUID_TEXT_LEN)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int value = str_hex_digit(text.ptr[i]);

		if (is_dash_position(i)) {
			if (text.ptr[i] != '-')
				return false;
			continue;
		}
		if (value < 0)
			return false;
		if (n_digits % 2 == 0)
			bytes[n_digits / 2] = (uint8_t)(value << 4);
		else
			bytes[n_digits / 2] |= (uint8_t)value;
		n_digits++;
	}
	return true;
}

bool
uuid_is_valid(struct str text)
{
	uint8_t bytes[16];

	return uuid_to_bytes(text, bytes);
}
