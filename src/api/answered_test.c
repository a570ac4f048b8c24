/*
 * What is remembered of the latest answers, and for how long.
 */
#include "api/answered.h"

#include "support/rows.h"

#define ID_A "01920000-0000-7000-8000-00000000000a"
#define ID_B "01920000-0000-7000-8000-00000000000b"

/* Each reading is later than the one before. */
struct hand_clock {
	struct clock clock;
	int64_t n;
};

static struct tick
hand_tick(struct clock *self)
{
	return (struct tick){ ++CONTAINER_OF(self, struct hand_clock, clock)->n };
}

static struct instant
hand_now(struct clock *self)
{
	return (struct instant){ CONTAINER_OF(self, struct hand_clock, clock)->n * 1000 };
}

struct find_row {
	const char *name;
	const char *id;
	int n_later;	/* answers to B after the first two, to A and to B */
	bool is_second; /* A is answered once more at the end */
	int64_t want;	/* tick; 0: not found */
};

static const struct find_row finds[] = {
	{ "the_one", ID_A, 0, false, 1 },
	{ "not_another", "01920000-0000-7000-8000-00000000000c", 0, false, 0 },
	{ "none_of_ours", "a", 0, false, 0 },
	{ "none_at_all", "", 0, false, 0 },
	{ "the_last_of_several", ID_B, 9, false, 11 },
	{ "answered_again", ID_A, 9, true, 12 },
	{ "behind_all_others", ID_A, 4094, false, 1 },
	{ "forgotten_when_one_more_follows", ID_A, 4095, false, 0 },
	{ "the_later_ones_are_known_then", ID_B, 4095, false, 4097 },
};

/* RETRY-1, RETRY-3, RETRY-4 */
static void
find_holds(void **state)
{
	const struct find_row *row = *state;
	struct hand_clock clock = { .clock = { hand_now, hand_tick } };
	struct answered *answered = answered_new();
	struct answer_time time = { 0 };
	bool is_found;

	answered_note(answered, (struct connection_id){ STR(ID_A) }, &clock.clock);
	for (int i = 0; i <= row->n_later; i++)
		answered_note(answered, (struct connection_id){ STR(ID_B) }, &clock.clock);
	if (row->is_second)
		answered_note(answered, (struct connection_id){ STR(ID_A) }, &clock.clock);
	is_found = answered_find(answered, (struct connection_id){ str_of(row->id) }, &time);
	answered_free(answered);
	assert_int_equal(is_found, row->want != 0);
	assert_int_equal(time.tick.ns, row->want);
	assert_int_equal(time.instant.ms, row->want * 1000);
}

/* A connect that was refused hands nothing over. */
static void
no_id_is_noted(_unused_ void **state)
{
	struct hand_clock clock = { .clock = { hand_now, hand_tick } };
	struct answered *answered = answered_new();

	answered_note(answered, (struct connection_id){ STR("") }, &clock.clock);
	answered_free(answered);
	assert_int_equal(clock.n, 0);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, finds, find_holds);
	rows_add_one(&rows, "no_id_is_noted", no_id_is_noted);
	return rows_run(&rows, argc, argv);
}
