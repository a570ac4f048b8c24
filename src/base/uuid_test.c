/*
 * UUIDs: minting, checking, to bytes and back.
 */
#include "base/uuid.h"

#include "support/rows.h"

struct valid_row {
	const char *name;
	struct str text;
	bool is_valid;
};

static const struct valid_row valids[] = {
	{ "valid_nil", STR_INIT("00000000-0000-0000-0000-000000000000"), true },
	{ "valid_version_4", STR_INIT("3f2b8c1e-9a47-4d05-8e61-7b0c5d2fa913"), true },
	{ "valid_upper_case", STR_INIT("3F2B8C1E-9A47-4D05-8E61-7B0C5D2FA913"), true },
	{ "empty", STR_INIT(""), false },
	{ "one_digit_short", STR_INIT("3f2b8c1e-9a47-4d05-8e61-7b0c5d2fa91"), false },
	{ "one_digit_long", STR_INIT("3f2b8c1e-9a47-4d05-8e61-7b0c5d2fa9130"), false },
	{ "no_dashes", STR_INIT("3f2b8c1e9a474d058e617b0c5d2fa913"), false },
	{ "dash_misplaced", STR_INIT("3f2b8c1-e9a47-4d05-8e61-7b0c5d2fa913"), false },
	{ "dash_is_a_digit", STR_INIT("3f2b8c1e09a47-4d05-8e61-7b0c5d2fa913"), false },
	{ "all_dashes", STR_INIT("------------------------------------"), false },
	{ "letter_g", STR_INIT("3f2b8c1e-9a47-4d05-8e61-7b0c5d2fa91g"), false },
	{ "nul_at_the_end", STR_INIT("3f2b8c1e-9a47-4d05-8e61-7b0c5d2fa91\0"), false },
	{ "braces", STR_INIT("{f2b8c1e-9a47-4d05-8e61-7b0c5d2fa91}"), false },
	{ "blank_before", STR_INIT(" f2b8c1e-9a47-4d05-8e61-7b0c5d2fa913"), false },
};

static void
validity(void **state)
{
	const struct valid_row *row = *state;
	uint8_t bytes[16];

	assert_int_equal(uuid_is_valid(row->text), row->is_valid);
	assert_int_equal(uuid_to_bytes(row->text, bytes), row->is_valid);
}

static void
to_bytes_and_back(_unused_ void **state)
{
	static const uint8_t want[16] = { 0x00, 0x19, 0x2a, 0x3b, 0x4c, 0x5d, 0x6e, 0x7f,
					  0x80, 0x91, 0xa2, 0xb3, 0xc4, 0xd5, 0xe6, 0xff };
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	uint8_t bytes[16];

	assert_true(uuid_to_bytes(STR("00192A3B-4C5D-6E7F-8091-a2b3c4d5e6ff"), bytes));
	assert_memory_equal(bytes, want, sizeof(want));
	assert_true(str_equal(uuid_from_bytes(arena, bytes),
			      STR("00192a3b-4c5d-6e7f-8091-a2b3c4d5e6ff")));
}

/* Fills with one byte. */
struct constant_rng {
	struct rng rng;
	uint8_t byte;
};

static void
constant_fill(struct rng *self, void *bytes, size_t len)
{
	memset(bytes, CONTAINER_OF(self, struct constant_rng, rng)->byte, len);
}

struct new_row {
	const char *name;
	struct instant now;
	uint8_t byte;
	struct str want;
};

static const struct new_row news[] = {
	{ "new_of_ones",
	  { 0x0123456789ab },
	  0xff,
	  STR_INIT("01234567-89ab-7fff-bfff-ffffffffffff") },
	{ "new_of_zeros",
	  { 0x0123456789ab },
	  0x00,
	  STR_INIT("01234567-89ab-7000-8000-000000000000") },
	{ "new_in_1970", { 1 }, 0x00, STR_INIT("00000000-0001-7000-8000-000000000000") },
	{ "new_at_the_end_of_time",
	  { 0xffffffffffff },
	  0x00,
	  STR_INIT("ffffffff-ffff-7000-8000-000000000000") },
};

static void
new_is_version_7(void **state)
{
	const struct new_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct constant_rng rng = { .rng.fill = constant_fill, .byte = row->byte };
	struct str uuid = uuid_new(arena, row->now, &rng.rng);

	assert_true(str_equal(uuid, row->want));
	assert_true(uuid_is_valid(uuid));
}

/* As text and as bytes, a later one sorts behind an earlier one. */
static void
new_sorts_by_time(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str before = { NULL, 0 };

	for (int64_t ms = 1700000000000; ms < 1700000000000 + 3000; ms++) {
		struct str uuid = uuid_new(arena, (struct instant){ ms }, &rng_system);

		if (before.ptr)
			assert_true(memcmp(before.ptr, uuid.ptr, UUID_TEXT_LEN) < 0);
		before = uuid;
	}
}

static void
new_differs_within_a_millisecond(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct instant now = { 1700000000000 };
	struct str a = uuid_new(arena, now, &rng_system);

	assert_false(str_equal(a, uuid_new(arena, now, &rng_system)));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, valids, validity);
	rows_add_one(&rows, "to_bytes_and_back", to_bytes_and_back);
	ROWS_ADD(&rows, news, new_is_version_7);
	rows_add_one(&rows, "new_sorts_by_time", new_sorts_by_time);
	rows_add_one(&rows, "new_differs_within_a_millisecond", new_differs_within_a_millisecond);
	return rows_run(&rows, argc, argv);
}
