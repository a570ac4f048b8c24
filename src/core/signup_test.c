/*
 * signup_decide(): when finishing create-trial begins a new trial.
 */
#include "core/signup.h"

#include "support/rows.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
#define NOW ((struct instant){ 1000 * DAY_MS })

struct signup_row {
	const char *name;
	struct known_account account;
	struct known_user user;
	struct connect_policy policy;
	enum err_code want_error;
	bool want_trial;
	int64_t want_expires_ms;
};

static const struct signup_row signups[] = {
	{ "no_account",
	  { .is_known = false },
	  { .is_known = true },
	  { 0 },
	  ERR_ACCOUNT_NOT_FOUND,
	  false,
	  0 },
	{ "no_user",
	  { .is_known = true },
	  { .is_known = false },
	  { 0 },
	  ERR_ACCOUNT_NOT_FOUND,
	  false,
	  0 },
	{ "trial_runs",
	  { .is_known = true, .state = ACCOUNT_TRIAL, .trial_expires = { 1001 * DAY_MS } },
	  { .is_known = true },
	  { .expired_action = EXPIRED_CREATE_TRIAL, .trial_days = 14 },
	  ERR_NONE,
	  false,
	  0 },
	{ "expired_account_begins_anew",
	  { .is_known = true, .state = ACCOUNT_EXPIRED },
	  { .is_known = true },
	  { .expired_action = EXPIRED_CREATE_TRIAL, .trial_days = 14 },
	  ERR_NONE,
	  true,
	  1014 * DAY_MS },
	{ "trial_over_begins_anew_without_end",
	  { .is_known = true, .state = ACCOUNT_TRIAL, .trial_expires = { 1000 * DAY_MS } },
	  { .is_known = true },
	  { .expired_action = EXPIRED_CREATE_TRIAL },
	  ERR_NONE,
	  true,
	  0 },
	{ "user_trial_over_begins_anew",
	  { .is_known = true, .state = ACCOUNT_TRIAL },
	  { .is_known = true, .trial_expires = { 999 * DAY_MS } },
	  { .expired_action = EXPIRED_CREATE_TRIAL,
	    .trial_type = TRIAL_TYPE_USER,
	    .trial_days = 1 },
	  ERR_NONE,
	  true,
	  1001 * DAY_MS },
	{ "another_users_trial_is_not_ours",
	  { .is_known = true, .state = ACCOUNT_TRIAL, .trial_expires = { 1 } },
	  { .is_known = true },
	  { .expired_action = EXPIRED_CREATE_TRIAL,
	    .trial_type = TRIAL_TYPE_USER,
	    .trial_days = 1 },
	  ERR_NONE,
	  false,
	  0 },
	{ "purchase_gives_no_second_trial",
	  { .is_known = true, .state = ACCOUNT_EXPIRED },
	  { .is_known = true },
	  { .expired_action = EXPIRED_PURCHASE_PRODUCT, .trial_days = 14 },
	  ERR_NONE,
	  false,
	  0 },
	{ "suspended_stays",
	  { .is_known = true, .state = ACCOUNT_SUSPENDED, .trial_expires = { 1 } },
	  { .is_known = true },
	  { .expired_action = EXPIRED_CREATE_TRIAL, .trial_days = 14 },
	  ERR_NONE,
	  false,
	  0 },
};

static void
signup_holds(void **state)
{
	const struct signup_row *row = *state;
	struct signup_decision decision;
	struct err err = signup_decide(&row->account, &row->user, &row->policy, NOW, &decision);

	assert_int_equal(err.code, row->want_error);
	assert_int_equal(decision.begins_trial, row->want_trial);
	assert_int_equal(decision.trial_expires.ms, row->want_expires_ms);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, signups, signup_holds);
	return rows_run(&rows, argc, argv);
}
