/*
 * How far words are apart, and which of several is meant.
 */
#include "lint/near.h"

#include "support/rows.h"

struct distance_row {
	const char *name;
	struct str a;
	struct str b;
	size_t limit;
	size_t want;
};

static const struct distance_row distances[] = {
	{ "distance_equal", STR_INIT("invite"), STR_INIT("invite"), 9, 0 },
	{ "distance_without_case", STR_INIT("INVITE"), STR_INIT("invite"), 9, 0 },
	{ "distance_one_out", STR_INIT("invte"), STR_INIT("invite"), 9, 1 },
	{ "distance_one_in", STR_INIT("invitee"), STR_INIT("invite"), 9, 1 },
	{ "distance_one_changed", STR_INIT("imvite"), STR_INIT("invite"), 9, 1 },
	{ "distance_neighbours_swapped", STR_INIT("nivite"), STR_INIT("invite"), 9, 1 },
	{ "distance_swap_across_one", STR_INIT("cba"), STR_INIT("abc"), 9, 2 },
	{ "distance_first_and_last", STR_INIT("xnvitx"), STR_INIT("invite"), 9, 2 },
	{ "distance_kitten", STR_INIT("kitten"), STR_INIT("sitting"), 9, 3 },
	{ "distance_of_nothing", STR_INIT(""), STR_INIT("abc"), 9, 3 },
	{ "distance_to_nothing", STR_INIT("abc"), STR_INIT(""), 9, 3 },
	{ "distance_of_nothing_to_nothing", STR_INIT(""), STR_INIT(""), 9, 0 },
	{ "distance_at_the_limit", STR_INIT("kitten"), STR_INIT("sitting"), 3, 3 },
	{ "distance_past_the_limit", STR_INIT("kitten"), STR_INIT("sitting"), 2, 3 },
	{ "distance_by_length_alone", STR_INIT("a"), STR_INIT("abcdefgh"), 3, 4 },
	{ "distance_of_64",
	  STR_INIT("0123456789012345678901234567890123456789012345678901234567890123"),
	  STR_INIT("0123456789012345678901234567890123456789012345678901234567890124"), 9, 1 },
	{ "distance_of_65",
	  STR_INIT("01234567890123456789012345678901234567890123456789012345678901234"),
	  STR_INIT("01234567890123456789012345678901234567890123456789012345678901234"), 9, 10 },
};

static void
distance_is(void **state)
{
	const struct distance_row *row = *state;

	assert_int_equal(near_distance(row->a, row->b, row->limit), row->want);
	assert_int_equal(near_distance(row->b, row->a, row->limit), row->want);
}

struct near_row {
	const char *name;
	struct str word;
	struct str candidates[3];
	const char *want; /* NULL: none */
};

static const struct near_row nears[] = {
	{ "near_by_letters",
	  STR_INIT("AUTOADD"),
	  { STR_INIT("auto_add"), STR_INIT("invite") },
	  "auto_add" },
	{ "near_by_one_step",
	  STR_INIT("new_user_acton"),
	  { STR_INIT("name"), STR_INIT("new_user_action") },
	  "new_user_action" },
	{ "near_takes_the_nearest",
	  STR_INIT("CAN_VEW"),
	  { STR_INIT("CAN_USE"), STR_INIT("CAN_VIEW"), STR_INIT("CAN_RUN") },
	  "CAN_VIEW" },
	{ "near_takes_the_first_of_equals",
	  STR_INIT("gap"),
	  { STR_INIT("gcp"), STR_INIT("gnp") },
	  "gcp" },
	{ "near_letters_before_steps",
	  STR_INIT("Dlt Pipeline"),
	  { STR_INIT("DLTPipelin"), STR_INIT("DLT_Pipeline") },
	  "DLT_Pipeline" },
	{ "near_a_third_of_the_letters", STR_INIT("azzzz"), { STR_INIT("azure") }, NULL },
	{ "near_two_of_six", STR_INIT("exvyte"), { STR_INIT("invite") }, NULL },
	{ "near_two_changed_of_six", STR_INIT("anvyte"), { STR_INIT("invite") }, "invite" },
	{ "near_another_word",
	  STR_INIT("purple"),
	  { STR_INIT("invite"), STR_INIT("error") },
	  NULL },
	{ "near_nothing_but_signs", STR_INIT("__"), { STR_INIT("--") }, NULL },
	{ "near_empty", STR_INIT(""), { STR_INIT("ML") }, NULL },
	{ "near_a_short_word", STR_INIT("MLL"), { STR_INIT("ML") }, "ML" },
	{ "near_one_letter", STR_INIT("x"), { STR_INIT("y") }, NULL },
};

static void
nearest_is(void **state)
{
	const struct near_row *row = *state;
	struct near near = { .word = row->word };

	for (size_t i = 0; i < ARRAY_LEN(row->candidates); i++) {
		if (row->candidates[i].ptr)
			near_try(&near, row->candidates[i]);
	}
	if (!row->want) {
		assert_null(near.best.ptr);
		return;
	}
	assert_non_null(near.best.ptr);
	assert_string_equal(near.best.ptr, row->want);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, distances, distance_is);
	ROWS_ADD(&rows, nears, nearest_is);
	return rows_run(&rows, argc, argv);
}
