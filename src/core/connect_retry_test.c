/*
 * The retry rule: when a connect gets the answer of its twin again, at and around each bound and
 * with a clock that jumps. Waiting for a request that still runs is not the core's.
 */
#include "core/connect.h"

#include "support/connect_situation.h"
#include "support/rows.h"

#define MINUTE_MS ((int64_t)60000)
#define HOUR_MS ((int64_t)3600000)

struct retry_row {
	const char *name;
	int64_t answered_ms; /* from now: negative is in the past */
	int64_t received_ms; /* of this request, from now */
	bool is_delivered;
	bool is_adopted;
};

static const struct retry_row retries[] = {
	/* RETRY-2: not delivered and younger than 15 minutes. */
	{ "undelivered_at_once", -1, 0, false, true },
	{ "undelivered_in_the_same_millisecond", 0, 0, false, true },
	{ "undelivered_after_899_ms", -899, 0, false, true },
	{ "undelivered_after_10001_ms", -10001, 0, false, true },
	{ "undelivered_after_a_minute", -MINUTE_MS, 0, false, true },
	{ "undelivered_before_15_minutes", -(15 * MINUTE_MS - 1), 0, false, true },
	{ "undelivered_after_15_minutes", -15 * MINUTE_MS, 0, false, false },
	{ "undelivered_past_15_minutes", -(15 * MINUTE_MS + 1), 0, false, false },
	{ "undelivered_after_a_day", -DAY_MS, 0, false, false },
	/* RETRY-3: delivered 0.9 to 10 s ago. */
	{ "delivered_in_the_same_millisecond", 0, 0, true, false },
	{ "delivered_after_1_ms", -1, 0, true, false },
	{ "delivered_after_500_ms", -500, 0, true, false },
	{ "delivered_after_899_ms", -899, 0, true, false },
	{ "delivered_after_900_ms", -900, 0, true, true },
	{ "delivered_after_901_ms", -901, 0, true, true },
	{ "delivered_after_1_s", -1000, 0, true, true },
	{ "delivered_after_2_s", -2000, 0, true, true },
	{ "delivered_after_4_s", -4000, 0, true, true },
	{ "delivered_after_9999_ms", -9999, 0, true, true },
	{ "delivered_after_10_s", -10000, 0, true, true },
	/* RETRY-4: anything else is a new connection. */
	{ "delivered_after_10001_ms", -10001, 0, true, false },
	{ "delivered_after_a_minute", -MINUTE_MS, 0, true, false },
	{ "delivered_after_a_day", -DAY_MS, 0, true, false },
	/* RETRY-1: this one came in while the first was still running. */
	{ "running_answered_1_ms_ago", -1, -2, true, true },
	{ "running_answered_now", 0, -1, true, true },
	{ "running_for_3_s", -1, -3000, true, true },
	{ "running_but_this_came_after_the_answer", -3, -2, true, false },
	{ "running_but_this_came_with_the_answer", -2, -2, true, false },
	{ "running_as_long_as_a_request_may", -1, -4001, true, true },
	{ "running_longer_than_a_request_may", -1, -4002, true, false },
	{ "running_longer_than_any_request", -1, -HOUR_MS, true, false },
	/* The wall clock jumped back: an answer from the future. */
	{ "future_delivered_by_1_s", 1000, 2000, true, false },
	{ "future_delivered_by_an_hour", HOUR_MS, 0, true, false },
	{ "future_delivered_by_a_day", DAY_MS, 0, true, false },
	{ "future_undelivered_by_3999_ms", 3999, 3999, false, true },
	{ "future_undelivered_by_4_s", 4000, 4000, false, false },
	{ "future_undelivered_by_an_hour", HOUR_MS, 0, false, false },
	{ "future_undelivered_by_a_day", DAY_MS, 0, false, false },
	/* It jumped forward. */
	{ "past_undelivered_by_a_year", -365 * DAY_MS, 0, false, false },
	{ "past_delivered_by_a_year", -365 * DAY_MS, 0, true, false },
};

static struct situation
retry_situation(const struct retry_row *row, unsigned given)
{
	struct situation s = situation_of(given, NEW_USER_INVITE, JOIN_TRIAL);

	s.state.received.ms = NOW_MS + row->received_ms;
	s.state.twin.is_known = true;
	s.state.twin.is_delivered = row->is_delivered;
	s.state.twin.answered.ms = NOW_MS + row->answered_ms;
	s.state.twin.answer = (struct connect_answer){
		.user_status = USER_STATUS_EXISTING,
		.account_status = ACCOUNT_STATUS_EXPIRED,
		.redirect_value = REDIRECT_PURCHASE_PRODUCT,
		.is_configured = true,
		.connection_id = { STR("twin") },
		.launch_connection_id = { STR("twin") },
		.launch_user_id = { STR("user") },
	};
	return s;
}

static void
assert_twins_answer(const struct connect_answer *answer)
{
	assert_int_equal(answer->user_status, USER_STATUS_EXISTING);
	assert_int_equal(answer->account_status, ACCOUNT_STATUS_EXPIRED);
	assert_int_equal(answer->redirect_value, REDIRECT_PURCHASE_PRODUCT);
	assert_true(answer->is_configured);
	assert_true(str_is(answer->connection_id.value, "twin"));
	assert_true(str_is(answer->launch_connection_id.value, "twin"));
	assert_true(str_is(answer->launch_user_id.value, "user"));
}

static void
retry_is_judged(void **state)
{
	const struct retry_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct situation s = retry_situation(row, HOME | EARLIER);
	const struct connect_decision decision = situation_decide_ok(arena, &s);

	if (!row->is_adopted) {
		assert_int_equal(decision.rule, 16);
		assert_int_equal(does_of(&decision.effects), CONNECTION | CONFIRMED | USER_TRIAL |
								     CALLER_FRESH | IDENTITY |
								     SUPERSEDES);
		assert_true(str_is(decision.answer.connection_id.value, "fresh-connection"));
		return;
	}
	assert_int_equal(decision.rule, 0);
	assert_int_equal(does_of(&decision.effects), ADOPTS);
	assert_true(str_is(decision.effects.adopted_id.value, "twin"));
	assert_twins_answer(&decision.answer);
}

static const struct retry_row adoptable = { "adoptable", -1000, 0, false, true };

struct situation_row {
	const char *name;
	unsigned given;
	int rule; /* 0: adopted */
};

/* Who gets a twin's answer: every rule of not E, no rule of E. */
static const struct situation_row situations[] = {
	{ "adopted_demo", DEMO, 0 },
	{ "adopted_unknown_account", NO_ACCOUNT, 0 },
	{ "adopted_expired", EXPIRED, 0 },
	{ "adopted_known", KNOWN, 0 },
	{ "adopted_user_scope", KNOWN | USER_SCOPE, 0 },
	{ "sign_in_is_never_a_retry", SIGN_IN | KNOWN, 8 },
	{ "sign_in_of_a_demo_is_never_a_retry", SIGN_IN | DEMO | KNOWN, 6 },
	{ "sign_in_that_expired_is_never_a_retry", SIGN_IN | EXPIRED | KNOWN, 7 },
};

static void
adoption_is_for_new_connections(void **state)
{
	const struct situation_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct situation s = retry_situation(&adoptable, row->given);
	const struct connect_decision decision = situation_decide_ok(arena, &s);

	assert_int_equal(decision.rule, row->rule);
	assert_int_equal(decision.effects.is_adopted, row->rule == 0);
}

/* RETRY-5: a deleted or superseded connection is no twin: store gives only live ones. */
static void
without_a_twin_nothing_is_adopted(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct situation s = retry_situation(&adoptable, NO_ACCOUNT);
	struct connect_decision decision;

	(void)state;
	s.state.twin.is_known = false;
	decision = situation_decide_ok(arena, &s);
	assert_int_equal(decision.rule, 13);
	assert_false(decision.effects.is_adopted);
}

/* Of all times around now, exactly those of RETRY-2 and RETRY-3 are adopted; nothing overflows. */
static void
every_age_is_judged(void **state)
{
	static const int64_t step_ms = 50;

	(void)state;
	for (int64_t age = 0; age <= 16 * MINUTE_MS; age += step_ms) {
		_cleanup_(arena_freep) struct arena *arena = arena_create();
		struct retry_row row = { "age", -age, 0, false, false };
		struct situation undelivered = retry_situation(&row, NO_ACCOUNT);
		struct situation delivered = undelivered;

		delivered.state.twin.is_delivered = true;
		assert_int_equal(situation_decide_ok(arena, &undelivered).effects.is_adopted,
				 age < 15 * MINUTE_MS);
		assert_int_equal(situation_decide_ok(arena, &delivered).effects.is_adopted,
				 age >= 900 && age <= 10000);
	}
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, retries, retry_is_judged);
	ROWS_ADD(&rows, situations, adoption_is_for_new_connections);
	rows_add_one(&rows, "no_twin", without_a_twin_nothing_is_adopted);
	rows_add_one(&rows, "every_age", every_age_is_judged);
	return rows_run(&rows, argc, argv);
}
