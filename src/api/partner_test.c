/*
 * Holding and swapping: the old partner lives as long as somebody holds it. That nothing leaks and
 * nothing is freed twice is AddressSanitizer's to see.
 */
#include "api/partner.h"

#include "base/arena.h"
#include "support/rows.h"

#define N_THREADS 4
#define N_ROUNDS 2000

static struct partner *
named(const char *name)
{
	struct partner *partner = partner_new();

	partner->config.name = arena_str(partner->arena, str_of(name));
	return partner;
}

static void
a_held_partner_outlives_a_swap(_unused_ void **state)
{
	struct partner_place place;
	const struct partner *held;

	partner_place_init(&place);
	partner_swap(&place, named("first"));
	held = partner_hold(&place);
	partner_swap(&place, named("second"));
	assert_true(str_equal(held->config.name, STR("first")));
	assert_true(str_equal(place.now->config.name, STR("second")));
	partner_drop(&place, held);
	held = partner_hold(&place);
	assert_true(str_equal(held->config.name, STR("second")));
	partner_drop(&place, held);
	partner_place_release(&place);
}

static void
one_that_was_never_served_goes(_unused_ void **state)
{
	partner_free(named("refused"));
	partner_free(NULL);
}

static void *
hold_and_drop(void *arg)
{
	struct partner_place *place = arg;
	size_t n_whole = 0;

	for (int i = 0; i < N_ROUNDS; i++) {
		const struct partner *partner = partner_hold(place);

		n_whole += str_equal(partner->config.name, STR("whole"));
		partner_drop(place, partner);
	}
	return (void *)n_whole;
}

static void
threads_hold_while_another_swaps(_unused_ void **state)
{
	struct partner_place place;
	pthread_t threads[N_THREADS];

	partner_place_init(&place);
	partner_swap(&place, named("whole"));
	for (int i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hold_and_drop, &place), 0);
	for (int i = 0; i < N_ROUNDS; i++)
		partner_swap(&place, named("whole"));
	for (int i = 0; i < N_THREADS; i++) {
		void *n_whole;

		assert_int_equal(pthread_join(threads[i], &n_whole), 0);
		assert_int_equal((size_t)n_whole, N_ROUNDS);
	}
	partner_place_release(&place);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "a_held_partner_outlives_a_swap", a_held_partner_outlives_a_swap);
	rows_add_one(&rows, "one_that_was_never_served_goes", one_that_was_never_served_goes);
	rows_add_one(&rows, "threads_hold_while_another_swaps", threads_hold_while_another_swaps);
	return rows_run(&rows, argc, argv);
}
