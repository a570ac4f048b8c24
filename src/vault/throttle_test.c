/*
 * Slowing guesses down: what a key may do at once, what time gives back, what one key does to others.
 */
#include "vault/throttle.h"

#include "base/arena.h"

#include "support/rows.h"

struct fixture {
	struct clock clock;
	struct tick now;
	struct throttle *throttle;
};

static struct tick
fixture_tick(struct clock *clock)
{
	return CONTAINER_OF(clock, struct fixture, clock)->now;
}

static void
fixture_init(struct fixture *fixture)
{
	*fixture = (struct fixture){ .clock.tick = fixture_tick, .now = { 1000 } };
	fixture->throttle = throttle_new(&fixture->clock);
}

static struct throttle_key
key_of(struct str who, int capacity)
{
	return (struct throttle_key){ { STR("user"), who }, capacity };
}

static int
n_taken(struct fixture *fixture, struct throttle_key key, int n)
{
	int taken = 0;

	for (int i = 0; i < n; i++)
		taken += throttle_take(fixture->throttle, &key, 1);
	return taken;
}

static void
as_many_as_its_capacity(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_init(&fixture);
	assert_int_equal(n_taken(&fixture, key_of(STR("a"), 10), 15), 10);
	assert_int_equal(n_taken(&fixture, key_of(STR("b"), 1), 3), 1);
	assert_int_equal(n_taken(&fixture, key_of(STR("c"), 7), 15), 7);
	throttle_free(fixture.throttle);
}

static void
time_gives_back(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_init(&fixture);
	assert_int_equal(n_taken(&fixture, key_of(STR("a"), 10), 15), 10);
	fixture.now = tick_add_ms(fixture.now, THROTTLE_MS / 10 - 1);
	assert_int_equal(n_taken(&fixture, key_of(STR("a"), 10), 5), 0);
	fixture.now = tick_add_ms(fixture.now, 1);
	assert_int_equal(n_taken(&fixture, key_of(STR("a"), 10), 5), 1);
	fixture.now = tick_add_ms(fixture.now, THROTTLE_MS);
	assert_int_equal(n_taken(&fixture, key_of(STR("a"), 10), 15), 10);
	throttle_free(fixture.throttle);
}

static void
a_right_one_is_given_back(void **state)
{
	struct throttle_key key = key_of(STR("a"), 3);
	struct fixture fixture;

	(void)state;
	fixture_init(&fixture);
	for (int i = 0; i < 20; i++) {
		assert_true(throttle_take(fixture.throttle, &key, 1));
		throttle_give_back(fixture.throttle, &key, 1);
	}
	assert_int_equal(n_taken(&fixture, key, 5), 3);
	throttle_free(fixture.throttle);
}

/* Keys whose parts only read the same when they are joined are two. */
static void
keys_are_told_apart(void **state)
{
	struct throttle_key one = { { STR("ab"), STR("c") }, 1 };
	struct throttle_key two = { { STR("a"), STR("bc") }, 1 };
	struct fixture fixture;

	(void)state;
	fixture_init(&fixture);
	assert_true(throttle_take(fixture.throttle, &one, 1));
	assert_true(throttle_take(fixture.throttle, &two, 1));
	assert_false(throttle_take(fixture.throttle, &one, 1));
	throttle_free(fixture.throttle);
}

/* One full key refuses the try, which then counts under none. */
static void
all_or_nothing(void **state)
{
	struct throttle_key keys[] = { key_of(STR("small"), 2), key_of(STR("large"), 4) };
	struct fixture fixture;

	(void)state;
	fixture_init(&fixture);
	for (int i = 0; i < 10; i++)
		assert_int_equal(throttle_take(fixture.throttle, keys, 2), i < 2);
	assert_int_equal(n_taken(&fixture, keys[1], 5), 2);
	throttle_free(fixture.throttle);
}

/* A flood of other keys does not open a full one: the emptiest of a set makes room. */
static void
a_flood_does_not_wash_a_full_key_out(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct throttle_key full = key_of(STR("full"), 10);
	struct fixture fixture;

	(void)state;
	fixture_init(&fixture);
	assert_int_equal(n_taken(&fixture, full, 10), 10);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(
			n_taken(&fixture, key_of(str_of(arena_printf(arena, "%d", i)), 100), 1), 1);
	assert_false(throttle_take(fixture.throttle, &full, 1));
	throttle_free(fixture.throttle);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "as_many_as_its_capacity", as_many_as_its_capacity);
	rows_add_one(&rows, "time_gives_back", time_gives_back);
	rows_add_one(&rows, "a_right_one_is_given_back", a_right_one_is_given_back);
	rows_add_one(&rows, "keys_are_told_apart", keys_are_told_apart);
	rows_add_one(&rows, "all_or_nothing", all_or_nothing);
	rows_add_one(&rows, "a_flood_does_not_wash_a_full_key_out",
		     a_flood_does_not_wash_a_full_key_out);
	return rows_run(&rows, argc, argv);
}
