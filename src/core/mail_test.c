/*
 * When mail is due, and who may come in by it.
 */
#include "core/mail.h"

#include "support/rows.h"

#define MINUTE ((int64_t)60000)
#define NOW ((struct instant){ 1700000000000 })

struct delay_row {
	const char *name;
	int64_t n_tries;
	int64_t want_ms;
};

static const struct delay_row delays[] = {
	{ "before_the_first_try", 0, -1 },   { "after_1", 1, MINUTE },
	{ "after_2", 2, 5 * MINUTE },	     { "after_3", 3, 30 * MINUTE },
	{ "after_4", 4, 120 * MINUTE },	     { "after_5", 5, 720 * MINUTE },
	{ "after_6_it_is_given_up", 6, -1 }, { "after_7", 7, -1 },
	{ "never_so_often", INT64_MAX, -1 }, { "less_than_never", INT64_MIN, -1 },
};

static void
delay_is_as_in_the_table(void **state)
{
	const struct delay_row *row = *state;

	assert_true(mail_retry_delay_ms(row->n_tries) == row->want_ms);
}

struct due_row {
	const char *name;
	enum mail_kind kind;
	int64_t latest_ago_ms; /* 0: none */
	int64_t n_waiting;
	bool is_same;
	bool want;
	int64_t want_in_ms;
};

static const struct due_row dues[] = {
	{ "first_link", MAIL_SIGN_UP_LINK, 0, 0, false, true, 0 },
	{ "link_after_a_moment", MAIL_SIGN_UP_LINK, 1, 0, false, false, 0 },
	{ "link_just_too_early", MAIL_SIGN_UP_LINK, 5 * MINUTE - 1, 0, false, false, 0 },
	{ "link_after_five_minutes", MAIL_SIGN_UP_LINK, 5 * MINUTE, 0, false, true, 0 },
	{ "link_while_another_waits", MAIL_SIGN_UP_LINK, 0, 1, true, false, 0 },
	{ "first_request", MAIL_INVITATION_REQUEST, 0, 0, false, true, 0 },
	{ "second_request_waits", MAIL_INVITATION_REQUEST, MINUTE, 0, false, true, 4 * MINUTE },
	{ "third_request_waits_longer", MAIL_INVITATION_REQUEST, -4 * MINUTE, 1, false, true,
	  9 * MINUTE },
	{ "the_same_request", MAIL_INVITATION_REQUEST, MINUTE, 1, true, false, 0 },
	{ "too_many_requests", MAIL_INVITATION_REQUEST, MINUTE, 20, false, false, 0 },
};

static void
due_is_as_in_the_table(void **state)
{
	const struct due_row *row = *state;
	struct instant due;
	struct mail_recent recent = {
		.latest = row->latest_ago_ms ? instant_add_ms(NOW, -row->latest_ago_ms)
					     : (struct instant){ 0 },
		.n_waiting = row->n_waiting,
		.is_same_waiting = row->is_same,
	};

	assert_true(mail_due_decide(row->kind, &recent, NOW, &due) == row->want);
	if (row->want)
		assert_true(due.ms - NOW.ms == row->want_in_ms);
}

struct open_row {
	const char *name;
	struct known_account account;
	enum new_user_action new_user_action;
	enum join_action join_action;
	bool want;
};

#define PROVED .is_known = true, .is_creator_verified = true

static const struct open_row opens[] = {
	{ "no_account", { 0 }, NEW_USER_AUTO_ADD, JOIN_ADD, false },
	{ "added", { PROVED }, NEW_USER_AUTO_ADD, JOIN_ADD, true },
	{ "by_trial", { PROVED }, NEW_USER_NOT_FOUND, JOIN_TRIAL, true },
	{ "verified", { PROVED }, NEW_USER_ERROR, JOIN_VERIFIED, true },
	{ "expired", { PROVED, .state = ACCOUNT_EXPIRED }, NEW_USER_AUTO_ADD, JOIN_ADD, true },
	{ "suspended", { PROVED, .state = ACCOUNT_SUSPENDED }, NEW_USER_AUTO_ADD, JOIN_ADD, false },
	{ "creator_proved_nothing", { .is_known = true }, NEW_USER_AUTO_ADD, JOIN_ADD, false },
	{ "an_administrator_invites", { PROVED }, NEW_USER_INVITE, JOIN_TRIAL, false },
	{ "an_administrator_is_asked", { PROVED }, NEW_USER_AUTO_ADD, JOIN_CONTACT, false },
};

static void
open_is_as_in_the_table(void **state)
{
	const struct open_row *row = *state;
	struct connect_policy policy = {
		.new_user_action = row->new_user_action,
		.join_action = row->join_action,
	};

	assert_true(account_is_open_to_mail(&row->account, &policy) == row->want);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, delays, delay_is_as_in_the_table);
	ROWS_ADD(&rows, dues, due_is_as_in_the_table);
	ROWS_ADD(&rows, opens, open_is_as_in_the_table);
	return rows_run(&rows, argc, argv);
}
