/*
 * The connect decision, row by row as the design's table has it: the rule, the answer, every
 * effect. What exactly is stored is in connect_effects_test.c, the retry rule in
 * connect_retry_test.c, all combinations of the facts in connect_property_test.c.
 */
#include "core/connect.h"

#include "support/connect_situation.h"
#include "support/rows.h"

/* new_user_action, and the join_action that is its default or was set beside it. */
#define ADD NEW_USER_AUTO_ADD, JOIN_ADD
#define TRY NEW_USER_INVITE, JOIN_TRIAL
#define INVITE NEW_USER_INVITE, JOIN_TRIAL
#define LOSE NEW_USER_NOT_FOUND, JOIN_TRIAL
#define FAIL NEW_USER_ERROR, JOIN_TRIAL
#define CONTACT NEW_USER_INVITE, JOIN_CONTACT
#define PROVE NEW_USER_AUTO_ADD, JOIN_VERIFIED

#define REFUSES(reason) ERR_##reason, 0, 0, 0, NOTHING
#define SAYS(user, account, redirect)                                                              \
	ERR_NONE, USER_STATUS_##user, ACCOUNT_STATUS_##account, REDIRECT_##redirect

/* An account, its creator, its connection; a user who was seen; one who was added and seen. */
#define FOUNDS (CONNECTION | ACCOUNT | USER_CREATOR | CONFIRMED | NEWCOMER)
#define SEEN (CALLER_KNOWN | IDENTITY)
#define NEWCOMER (CALLER_FRESH | IDENTITY)

struct decision_row {
	const char *name;
	unsigned given;
	enum new_user_action action;
	enum join_action join;
	int rule;
	enum err_code error;
	enum user_status user_status;
	enum account_status account_status;
	enum redirect_value redirect_value;
	unsigned does;
};

static const struct decision_row sign_ins[] = {
	/* CONNECT-1 */
	{ "rule_01_no_id", SIGN_IN | NO_ID, ADD, 1, REFUSES(BAD_REQUEST) },
	{ "rule_01_no_id_of_a_known_user", SIGN_IN | NO_ID | KNOWN | OWN | SIGNED_UP, ADD, 1,
	  REFUSES(BAD_REQUEST) },
	{ "rule_01_no_id_and_no_connection", SIGN_IN | NO_ID | NO_CONNECTION | NO_ACCOUNT, ADD, 1,
	  REFUSES(BAD_REQUEST) },
	{ "rule_01_no_id_of_a_demo", SIGN_IN | NO_ID | DEMO | KNOWN, ADD, 1, REFUSES(BAD_REQUEST) },
	{ "rule_01_no_id_before_manual_signup", SIGN_IN | NO_ID | MANUAL, ADD, 1,
	  REFUSES(BAD_REQUEST) },
	{ "rule_01_no_id_before_error", SIGN_IN | NO_ID, FAIL, 1, REFUSES(BAD_REQUEST) },
	/* CONNECT-2 */
	{ "rule_02_unknown", SIGN_IN | NO_CONNECTION, ADD, 2, REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_unknown_of_a_known_user", SIGN_IN | NO_CONNECTION | KNOWN | SIGNED_UP, ADD, 2,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_unknown_without_account", SIGN_IN | NO_CONNECTION | NO_ACCOUNT, ADD, 2,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_unknown_under_error", SIGN_IN | NO_CONNECTION, FAIL, 2,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_unknown_before_manual_signup", SIGN_IN | NO_CONNECTION | MANUAL, ADD, 2,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_deleted", SIGN_IN | DELETED | KNOWN | OWN, ADD, 2,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_deleted_demo", SIGN_IN | DELETED | DEMO | KNOWN | OWN, ADD, 2,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_deleted_of_an_expired_account", SIGN_IN | DELETED | EXPIRED | KNOWN, ADD, 2,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_other_workspace", SIGN_IN | OTHER_WORKSPACE | KNOWN | OWN, ADD, 2,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_other_workspace_of_a_demo", SIGN_IN | OTHER_WORKSPACE | DEMO | KNOWN, ADD, 2,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_other_workspace_and_cloud", SIGN_IN | OTHER_WORKSPACE | OTHER_CLOUD | KNOWN, ADD,
	  2, REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_other_workspace_before_scope", SIGN_IN | OTHER_WORKSPACE | USER_SCOPE, ADD, 2,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_other_cloud_when_strict", SIGN_IN | OTHER_CLOUD | STRICT_CLOUD | KNOWN | OWN,
	  ADD, 2, REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_02_other_cloud_is_let_pass", SIGN_IN | OTHER_CLOUD | KNOWN, ADD, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), CALLER_KNOWN | LOGS_CLOUD },
	{ "rule_02_other_cloud_of_an_added_user", SIGN_IN | OTHER_CLOUD, ADD, 11,
	  SAYS(NEW, ACTIVE, SIGN_IN), USER_ADDED | CALLER_FRESH | LOGS_CLOUD },
	{ "rule_02_other_cloud_of_a_demo", SIGN_IN | OTHER_CLOUD | DEMO | KNOWN, ADD, 6,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), CALLER_KNOWN | LOGS_CLOUD },
	{ "rule_02_same_cloud_when_strict", SIGN_IN | STRICT_CLOUD | KNOWN, ADD, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_02_superseded_still_answers", SIGN_IN | SUPERSEDED | KNOWN, ADD, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	/* CONNECT-3 */
	{ "rule_03_account_gone", SIGN_IN | NO_ACCOUNT, ADD, 3, REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_03_account_gone_under_error", SIGN_IN | NO_ACCOUNT, FAIL, 3,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_03_account_gone_before_manual_signup", SIGN_IN | NO_ACCOUNT | MANUAL, ADD, 3,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_03_account_gone_before_scope", SIGN_IN | NO_ACCOUNT | USER_SCOPE, ADD, 3,
	  REFUSES(CONNECTION_NOT_FOUND) },
	{ "rule_03_account_gone_of_a_demo", SIGN_IN | NO_ACCOUNT | DEMO, ADD, 3,
	  REFUSES(CONNECTION_NOT_FOUND) },
	/* CONNECT-4 */
	{ "rule_04_known_but_not_the_creator", SIGN_IN | USER_SCOPE | KNOWN | SIGNED_UP, ADD, 4,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_04_unknown_under_auto_add", SIGN_IN | USER_SCOPE, ADD, 4,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_04_unknown_under_error", SIGN_IN | USER_SCOPE, FAIL, 4,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_04_not_the_creator_of_an_expired_account", SIGN_IN | USER_SCOPE | EXPIRED | KNOWN,
	  ADD, 4, REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_04_not_the_creator_of_a_demo", SIGN_IN | USER_SCOPE | DEMO | KNOWN, ADD, 4,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_04_the_creator_passes", SIGN_IN | USER_SCOPE | KNOWN | OWN, ADD, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_04_the_creator_by_trial_passes", SIGN_IN | USER_SCOPE | KNOWN | OWN | BY_TRIAL, TRY,
	  8, SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_04_the_creator_expires", SIGN_IN | USER_SCOPE | KNOWN | OWN | EXPIRED, ADD, 7,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	/* CONNECT-5 */
	{ "rule_05_manual_signup_waits_auto_add", SIGN_IN | MANUAL | KNOWN | OWN, ADD, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_waits_invite", SIGN_IN | MANUAL | KNOWN | OWN, INVITE, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_waits_not_found", SIGN_IN | MANUAL | KNOWN | OWN, LOSE, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_waits_error", SIGN_IN | MANUAL | KNOWN | OWN, FAIL, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_unknown_caller_auto_add", SIGN_IN | MANUAL, ADD, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_unknown_caller_invite", SIGN_IN | MANUAL, INVITE, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_unknown_caller_not_found", SIGN_IN | MANUAL, LOSE, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_unknown_caller_error_is_for_10", SIGN_IN | MANUAL, FAIL, 10,
	  REFUSES(GENERAL_ERROR) },
	{ "rule_05_manual_signup_unknown_caller_error_trial_runs", SIGN_IN | MANUAL | TRIAL_RUNS,
	  FAIL, 10, REFUSES(GENERAL_ERROR) },
	{ "rule_05_manual_signup_unknown_caller_error_expired", SIGN_IN | MANUAL | EXPIRED, FAIL, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_unknown_caller_error_suspended", SIGN_IN | MANUAL | SUSPENDED,
	  FAIL, 5, REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_unknown_caller_error_trial_over", SIGN_IN | MANUAL | TRIAL_OVER,
	  FAIL, 5, REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_unknown_caller_error_expired_per_user",
	  SIGN_IN | MANUAL | EXPIRED | PER_USER, FAIL, 5, REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_unknown_caller_expired", SIGN_IN | MANUAL | EXPIRED, ADD, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_waits_expired", SIGN_IN | MANUAL | EXPIRED | KNOWN, ADD, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_waits_demo", SIGN_IN | MANUAL | DEMO | KNOWN | OWN, ADD, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_unknown_caller_demo", SIGN_IN | MANUAL | DEMO, ADD, 5,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_unknown_caller_demo_error", SIGN_IN | MANUAL | DEMO, FAIL, 10,
	  REFUSES(GENERAL_ERROR) },
	{ "rule_05_manual_signup_stranger_by_trial",
	  SIGN_IN | MANUAL | KNOWN | BY_TRIAL | SIGNED_UP, ADD, 5, REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_05_manual_signup_done", SIGN_IN | MANUAL | KNOWN | SIGNED_UP, ADD, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_05_manual_signup_done_demo", SIGN_IN | MANUAL | DEMO | KNOWN | SIGNED_UP, ADD, 6,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_05_manual_signup_done_expired", SIGN_IN | MANUAL | EXPIRED | KNOWN | SIGNED_UP, ADD,
	  7, SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	{ "rule_05_manual_signup_done_by_trial_on_own",
	  SIGN_IN | MANUAL | KNOWN | OWN | BY_TRIAL | SIGNED_UP, TRY, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	/* CONNECT-6 */
	{ "rule_06_demo", SIGN_IN | DEMO | KNOWN | OWN, ADD, 6, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  SEEN },
	{ "rule_06_demo_expired_all_the_same", SIGN_IN | DEMO | EXPIRED | KNOWN, FAIL, 6,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_06_demo_suspended_all_the_same", SIGN_IN | DEMO | SUSPENDED | KNOWN, FAIL, 6,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_06_demo_trial_over_all_the_same", SIGN_IN | DEMO | TRIAL_OVER | KNOWN, FAIL, 6,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_06_demo_own_trial_over_all_the_same", SIGN_IN | DEMO | USER_OVER | PER_USER | KNOWN,
	  FAIL, 6, SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_06_demo_superseded", SIGN_IN | DEMO | SUPERSEDED | KNOWN, ADD, 6,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	/* CONNECT-7 */
	{ "rule_07_expired", SIGN_IN | EXPIRED | KNOWN, ADD, 7,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	{ "rule_07_expired_trial_again", SIGN_IN | EXPIRED | KNOWN | TRIAL_AGAIN, ADD, 7,
	  SAYS(EXISTING, EXPIRED, CREATE_TRIAL), SEEN },
	{ "rule_07_suspended", SIGN_IN | SUSPENDED | KNOWN, ADD, 7,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	{ "rule_07_suspended_trial_again", SIGN_IN | SUSPENDED | KNOWN | TRIAL_AGAIN, ADD, 7,
	  SAYS(EXISTING, EXPIRED, CREATE_TRIAL), SEEN },
	{ "rule_07_trial_over", SIGN_IN | TRIAL_OVER | KNOWN, ADD, 7,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	{ "rule_07_trial_over_trial_again", SIGN_IN | TRIAL_OVER | KNOWN | TRIAL_AGAIN, ADD, 7,
	  SAYS(EXISTING, EXPIRED, CREATE_TRIAL), SEEN },
	{ "rule_07_own_trial_over", SIGN_IN | USER_OVER | PER_USER | KNOWN, ADD, 7,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	{ "rule_07_own_trial_over_trial_again",
	  SIGN_IN | USER_OVER | PER_USER | KNOWN | TRIAL_AGAIN, ADD, 7,
	  SAYS(EXISTING, EXPIRED, CREATE_TRIAL), SEEN },
	{ "rule_07_expired_per_user", SIGN_IN | EXPIRED | PER_USER | USER_RUNS | KNOWN, ADD, 7,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	{ "rule_07_expired_per_user_trial_again",
	  SIGN_IN | EXPIRED | PER_USER | USER_RUNS | KNOWN | TRIAL_AGAIN, ADD, 7,
	  SAYS(EXISTING, EXPIRED, CREATE_TRIAL), SEEN },
	{ "rule_07_expired_invite", SIGN_IN | EXPIRED | KNOWN, INVITE, 7,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	{ "rule_07_expired_not_found", SIGN_IN | EXPIRED | KNOWN, LOSE, 7,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	{ "rule_07_expired_error", SIGN_IN | EXPIRED | KNOWN, FAIL, 7,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	{ "rule_07_expired_by_trial_on_own", SIGN_IN | EXPIRED | KNOWN | OWN | BY_TRIAL, TRY, 7,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	{ "rule_07_expired_superseded", SIGN_IN | EXPIRED | SUPERSEDED | KNOWN, ADD, 7,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), SEEN },
	/* CONNECT-8 */
	{ "rule_08_known_auto_add", SIGN_IN | KNOWN, ADD, 8, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  SEEN },
	{ "rule_08_known_invite", SIGN_IN | KNOWN, INVITE, 8, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  SEEN },
	{ "rule_08_known_not_found", SIGN_IN | KNOWN, LOSE, 8, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  SEEN },
	{ "rule_08_known_error", SIGN_IN | KNOWN, FAIL, 8, SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_08_known_in_a_trial", SIGN_IN | TRIAL_RUNS | KNOWN, ADD, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_08_own_trial_runs", SIGN_IN | USER_RUNS | PER_USER | KNOWN, ADD, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_08_own_trial_over_but_per_account", SIGN_IN | USER_OVER | KNOWN, ADD, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_08_by_trial_on_own", SIGN_IN | KNOWN | OWN | BY_TRIAL, FAIL, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_08_by_trial_verified", SIGN_IN | KNOWN | BY_TRIAL | VERIFIED, FAIL, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), SEEN },
	{ "rule_08_unconfirmed_ties_no_identity", SIGN_IN | KNOWN | UNCONFIRMED, ADD, 8,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), CALLER_KNOWN },
	/* CONNECT-9 */
	{ "rule_09_expired_auto_add", SIGN_IN | EXPIRED, ADD, 9,
	  SAYS(NEW, EXPIRED, PURCHASE_PRODUCT), USER_ADDED | NEWCOMER },
	{ "rule_09_suspended_auto_add", SIGN_IN | SUSPENDED, ADD, 9,
	  SAYS(NEW, EXPIRED, PURCHASE_PRODUCT), USER_ADDED | NEWCOMER },
	{ "rule_09_trial_over_auto_add", SIGN_IN | TRIAL_OVER, ADD, 9,
	  SAYS(NEW, EXPIRED, PURCHASE_PRODUCT), USER_ADDED | NEWCOMER },
	{ "rule_09_expired_per_user_auto_add", SIGN_IN | EXPIRED | PER_USER, ADD, 9,
	  SAYS(NEW, EXPIRED, PURCHASE_PRODUCT), USER_ADDED | NEWCOMER },
	{ "rule_09_expired_auto_add_trial_again", SIGN_IN | EXPIRED | TRIAL_AGAIN, ADD, 9,
	  SAYS(NEW, EXPIRED, CREATE_TRIAL), USER_ADDED | NEWCOMER },
	{ "rule_09_expired_invite", SIGN_IN | EXPIRED, INVITE, 9,
	  SAYS(NOT_APPLICABLE, EXPIRED, PURCHASE_PRODUCT), NOTHING },
	{ "rule_09_expired_not_found", SIGN_IN | EXPIRED, LOSE, 9,
	  SAYS(NOT_APPLICABLE, EXPIRED, PURCHASE_PRODUCT), NOTHING },
	{ "rule_09_expired_error", SIGN_IN | EXPIRED, FAIL, 9,
	  SAYS(NOT_APPLICABLE, EXPIRED, PURCHASE_PRODUCT), NOTHING },
	{ "rule_09_suspended_error", SIGN_IN | SUSPENDED, FAIL, 9,
	  SAYS(NOT_APPLICABLE, EXPIRED, PURCHASE_PRODUCT), NOTHING },
	{ "rule_09_expired_invite_trial_again", SIGN_IN | EXPIRED | TRIAL_AGAIN, INVITE, 9,
	  SAYS(NOT_APPLICABLE, EXPIRED, CREATE_TRIAL), NOTHING },
	{ "rule_09_expired_stranger_by_trial_auto_add", SIGN_IN | EXPIRED | KNOWN | BY_TRIAL, ADD,
	  9, SAYS(NEW, EXPIRED, PURCHASE_PRODUCT), ACCEPTS | SEEN },
	{ "rule_09_expired_stranger_by_trial_invite", SIGN_IN | EXPIRED | KNOWN | BY_TRIAL, INVITE,
	  9, SAYS(NOT_APPLICABLE, EXPIRED, PURCHASE_PRODUCT), NOTHING },
	{ "rule_09_expired_unconfirmed_auto_add", SIGN_IN | EXPIRED | UNCONFIRMED, ADD, 9,
	  SAYS(NEW, EXPIRED, PURCHASE_PRODUCT), USER_TRIAL | CALLER_FRESH },
	/* CONNECT-10 */
	{ "rule_10_not_found", SIGN_IN, LOSE, 10, REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_10_error", SIGN_IN, FAIL, 10, REFUSES(GENERAL_ERROR) },
	{ "rule_10_not_found_demo", SIGN_IN | DEMO, LOSE, 10, REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_10_error_demo", SIGN_IN | DEMO, FAIL, 10, REFUSES(GENERAL_ERROR) },
	{ "rule_10_not_found_trial_runs", SIGN_IN | TRIAL_RUNS, LOSE, 10,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_10_not_found_stranger_by_trial", SIGN_IN | KNOWN | BY_TRIAL, LOSE, 10,
	  REFUSES(ACCOUNT_NOT_FOUND) },
	{ "rule_10_error_stranger_by_trial", SIGN_IN | KNOWN | BY_TRIAL | SIGNED_UP, FAIL, 10,
	  REFUSES(GENERAL_ERROR) },
	{ "rule_10_error_stranger_by_trial_over", SIGN_IN | KNOWN | BY_TRIAL | USER_OVER | PER_USER,
	  FAIL, 10, REFUSES(GENERAL_ERROR) },
	/* CONNECT-11 */
	{ "rule_11_auto_add", SIGN_IN, ADD, 11, SAYS(NEW, ACTIVE, SIGN_IN), USER_ADDED | NEWCOMER },
	{ "rule_11_auto_add_trial_runs", SIGN_IN | TRIAL_RUNS, ADD, 11, SAYS(NEW, ACTIVE, SIGN_IN),
	  USER_ADDED | NEWCOMER },
	{ "rule_11_auto_add_per_user", SIGN_IN | PER_USER, ADD, 11, SAYS(NEW, ACTIVE, SIGN_IN),
	  USER_ADDED | NEWCOMER },
	{ "rule_11_auto_add_demo", SIGN_IN | DEMO, ADD, 11, SAYS(NEW, ACTIVE, SIGN_IN),
	  USER_ADDED | NEWCOMER },
	{ "rule_11_auto_add_stranger_by_trial", SIGN_IN | KNOWN | BY_TRIAL, ADD, 11,
	  SAYS(NEW, ACTIVE, SIGN_IN), ACCEPTS | SEEN },
	{ "rule_11_auto_add_stranger_by_trial_over",
	  SIGN_IN | KNOWN | BY_TRIAL | USER_OVER | PER_USER, ADD, 11, SAYS(NEW, ACTIVE, SIGN_IN),
	  ACCEPTS | SEEN },
	{ "rule_11_auto_add_unconfirmed", SIGN_IN | UNCONFIRMED, ADD, 11,
	  SAYS(NEW, ACTIVE, SIGN_IN), USER_TRIAL | CALLER_FRESH },
	{ "rule_11_auto_add_unconfirmed_stranger_by_trial",
	  SIGN_IN | UNCONFIRMED | KNOWN | BY_TRIAL, ADD, 11, SAYS(NEW, ACTIVE, SIGN_IN),
	  CALLER_KNOWN },
	{ "rule_11_auto_add_unconfirmed_but_proved", SIGN_IN | UNCONFIRMED | CREATOR_PROVED, ADD,
	  11, SAYS(NEW, ACTIVE, SIGN_IN), USER_ADDED | CALLER_FRESH },
	{ "rule_11_invite", SIGN_IN, INVITE, 11, SAYS(NOT_APPLICABLE, ACTIVE, CONTACT_ADMIN),
	  INVITATION },
	{ "rule_11_invite_demo", SIGN_IN | DEMO, INVITE, 11,
	  SAYS(NOT_APPLICABLE, ACTIVE, CONTACT_ADMIN), INVITATION },
	{ "rule_11_invite_superseded", SIGN_IN | SUPERSEDED, INVITE, 11,
	  SAYS(NOT_APPLICABLE, ACTIVE, CONTACT_ADMIN), INVITATION },
	{ "rule_11_invite_stranger_by_trial", SIGN_IN | KNOWN | BY_TRIAL, INVITE, 11,
	  SAYS(NOT_APPLICABLE, ACTIVE, CONTACT_ADMIN), INVITATION },
	{ "rule_11_the_join_action_is_for_new_connections", SIGN_IN, CONTACT, 11,
	  SAYS(NOT_APPLICABLE, ACTIVE, CONTACT_ADMIN), INVITATION },
};

static const struct decision_row new_connections[] = {
	/* CONNECT-12 */
	{ "rule_12_demo", DEMO, ADD, 12, SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS },
	{ "rule_12_demo_no_account", DEMO | NO_ACCOUNT, ADD, 12, SAYS(NEW, NEW, CREATE_TRIAL),
	  FOUNDS },
	{ "rule_12_demo_known_user", DEMO | KNOWN | SIGNED_UP, ADD, 12,
	  SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS },
	{ "rule_12_demo_expired", DEMO | EXPIRED | KNOWN, ADD, 12, SAYS(NEW, NEW, CREATE_TRIAL),
	  FOUNDS },
	{ "rule_12_demo_suspended", DEMO | SUSPENDED, FAIL, 12, SAYS(NEW, NEW, CREATE_TRIAL),
	  FOUNDS },
	{ "rule_12_demo_own_trial_over", DEMO | USER_OVER | PER_USER | KNOWN, ADD, 12,
	  SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS },
	{ "rule_12_demo_manual_signup", DEMO | MANUAL | KNOWN, ADD, 12,
	  SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS },
	{ "rule_12_demo_contact", DEMO, CONTACT, 12, SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS },
	{ "rule_12_demo_not_proved", DEMO, PROVE, 12, SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS },
	{ "rule_12_demo_user_scope", DEMO | USER_SCOPE, LOSE, 12, SAYS(NEW, NEW, CREATE_TRIAL),
	  FOUNDS },
	{ "rule_12_demo_supersedes", DEMO | EARLIER, ADD, 12, SAYS(NEW, NEW, CREATE_TRIAL),
	  FOUNDS | SUPERSEDES },
	{ "rule_12_demo_removes", DEMO | EARLIER | EARLIER_GOES, ADD, 12,
	  SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS | SUPERSEDES | REMOVES },
	/* CONNECT-13 */
	{ "rule_13_account_unknown_auto_add", NO_ACCOUNT, ADD, 13, SAYS(NEW, NEW, CREATE_TRIAL),
	  FOUNDS },
	{ "rule_13_account_unknown_invite", NO_ACCOUNT, INVITE, 13, SAYS(NEW, NEW, CREATE_TRIAL),
	  FOUNDS },
	{ "rule_13_account_unknown_not_found", NO_ACCOUNT, LOSE, 13, SAYS(NEW, NEW, CREATE_TRIAL),
	  FOUNDS },
	{ "rule_13_account_unknown_error", NO_ACCOUNT, FAIL, 13, SAYS(NEW, NEW, CREATE_TRIAL),
	  FOUNDS },
	{ "rule_13_account_unknown_contact", NO_ACCOUNT, CONTACT, 13, SAYS(NEW, NEW, CREATE_TRIAL),
	  FOUNDS },
	{ "rule_13_account_unknown_not_proved", NO_ACCOUNT, PROVE, 13, SAYS(NEW, NEW, CREATE_TRIAL),
	  FOUNDS },
	{ "rule_13_account_unknown_manual_signup", NO_ACCOUNT | MANUAL, ADD, 13,
	  SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS },
	{ "rule_13_account_unknown_per_user", NO_ACCOUNT | PER_USER, ADD, 13,
	  SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS },
	{ "rule_13_account_unknown_user_scope", NO_ACCOUNT | USER_SCOPE, ADD, 13,
	  SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS },
	{ "rule_13_account_unknown_supersedes", NO_ACCOUNT | EARLIER, ADD, 13,
	  SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS | SUPERSEDES },
	{ "rule_13_account_unknown_removes", NO_ACCOUNT | EARLIER | EARLIER_GOES, ADD, 13,
	  SAYS(NEW, NEW, CREATE_TRIAL), FOUNDS | SUPERSEDES | REMOVES },
	/* CONNECT-14 */
	{ "rule_14_expired_known", EXPIRED | KNOWN, ADD, 14,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), CONNECTION | CALLER_KNOWN },
	{ "rule_14_expired_known_trial_again", EXPIRED | KNOWN | TRIAL_AGAIN, ADD, 14,
	  SAYS(EXISTING, EXPIRED, CREATE_TRIAL), CONNECTION | CALLER_KNOWN },
	{ "rule_14_suspended_known", SUSPENDED | KNOWN, ADD, 14,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), CONNECTION | CALLER_KNOWN },
	{ "rule_14_suspended_known_trial_again", SUSPENDED | KNOWN | TRIAL_AGAIN, ADD, 14,
	  SAYS(EXISTING, EXPIRED, CREATE_TRIAL), CONNECTION | CALLER_KNOWN },
	{ "rule_14_trial_over_known", TRIAL_OVER | KNOWN, ADD, 14,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), CONNECTION | CALLER_KNOWN },
	{ "rule_14_trial_over_known_trial_again", TRIAL_OVER | KNOWN | TRIAL_AGAIN, ADD, 14,
	  SAYS(EXISTING, EXPIRED, CREATE_TRIAL), CONNECTION | CALLER_KNOWN },
	{ "rule_14_own_trial_over_known", USER_OVER | PER_USER | KNOWN, ADD, 14,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), CONNECTION | CALLER_KNOWN },
	{ "rule_14_own_trial_over_known_trial_again", USER_OVER | PER_USER | KNOWN | TRIAL_AGAIN,
	  ADD, 14, SAYS(EXISTING, EXPIRED, CREATE_TRIAL), CONNECTION | CALLER_KNOWN },
	{ "rule_14_expired_per_user_known", EXPIRED | PER_USER | USER_RUNS | KNOWN, ADD, 14,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), CONNECTION | CALLER_KNOWN },
	{ "rule_14_expired_per_user_known_trial_again",
	  EXPIRED | PER_USER | USER_RUNS | KNOWN | TRIAL_AGAIN, ADD, 14,
	  SAYS(EXISTING, EXPIRED, CREATE_TRIAL), CONNECTION | CALLER_KNOWN },
	{ "rule_14_expired_unknown", EXPIRED, TRY, 14, SAYS(NEW, EXPIRED, PURCHASE_PRODUCT),
	  CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_expired_unknown_trial_again", EXPIRED | TRIAL_AGAIN, TRY, 14,
	  SAYS(NEW, EXPIRED, CREATE_TRIAL), CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_suspended_unknown", SUSPENDED, TRY, 14, SAYS(NEW, EXPIRED, PURCHASE_PRODUCT),
	  CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_suspended_unknown_trial_again", SUSPENDED | TRIAL_AGAIN, TRY, 14,
	  SAYS(NEW, EXPIRED, CREATE_TRIAL), CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_trial_over_unknown", TRIAL_OVER, TRY, 14, SAYS(NEW, EXPIRED, PURCHASE_PRODUCT),
	  CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_trial_over_unknown_trial_again", TRIAL_OVER | TRIAL_AGAIN, TRY, 14,
	  SAYS(NEW, EXPIRED, CREATE_TRIAL), CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_expired_per_user_unknown", EXPIRED | PER_USER, TRY, 14,
	  SAYS(NEW, EXPIRED, PURCHASE_PRODUCT), CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_expired_per_user_unknown_trial_again", EXPIRED | PER_USER | TRIAL_AGAIN, TRY, 14,
	  SAYS(NEW, EXPIRED, CREATE_TRIAL), CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_expired_unknown_contact_is_configured", EXPIRED, CONTACT, 14,
	  SAYS(NEW, EXPIRED, PURCHASE_PRODUCT), CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_expired_unknown_not_proved_is_configured", EXPIRED, PROVE, 14,
	  SAYS(NEW, EXPIRED, PURCHASE_PRODUCT), CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_expired_unknown_error_is_configured", EXPIRED, FAIL, 14,
	  SAYS(NEW, EXPIRED, PURCHASE_PRODUCT), CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_expired_unknown_manual_signup", EXPIRED | MANUAL, TRY, 14,
	  SAYS(NEW, EXPIRED, PURCHASE_PRODUCT), CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_14_expired_before_manual_signup", EXPIRED | MANUAL | KNOWN, ADD, 14,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), CONNECTION | CALLER_KNOWN },
	{ "rule_14_expired_known_by_trial", EXPIRED | KNOWN | BY_TRIAL, TRY, 14,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), CONNECTION | CALLER_KNOWN },
	{ "rule_14_expired_at_home", EXPIRED | KNOWN | HOME, ADD, 14,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), CONNECTION | CONFIRMED | SEEN },
	{ "rule_14_expired_supersedes", EXPIRED | KNOWN | EARLIER, ADD, 14,
	  SAYS(EXISTING, EXPIRED, PURCHASE_PRODUCT), CONNECTION | CALLER_KNOWN | SUPERSEDES },
	/* CONNECT-15 */
	{ "rule_15_known_auto_add", KNOWN, ADD, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CALLER_KNOWN },
	{ "rule_15_known_invite", KNOWN, INVITE, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CALLER_KNOWN },
	{ "rule_15_known_not_found", KNOWN, LOSE, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CALLER_KNOWN },
	{ "rule_15_known_error", KNOWN, FAIL, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CALLER_KNOWN },
	{ "rule_15_known_contact", KNOWN, CONTACT, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CALLER_KNOWN },
	{ "rule_15_known_not_proved", KNOWN, PROVE, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CALLER_KNOWN },
	{ "rule_15_known_by_trial", KNOWN | BY_TRIAL, TRY, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CALLER_KNOWN },
	{ "rule_15_known_in_a_trial", KNOWN | TRIAL_RUNS, ADD, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CALLER_KNOWN },
	{ "rule_15_own_trial_over_but_per_account", KNOWN | USER_OVER, ADD, 15,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), CONNECTION | CALLER_KNOWN },
	{ "rule_15_own_trial_runs", KNOWN | USER_RUNS | PER_USER, ADD, 15,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), CONNECTION | CALLER_KNOWN },
	{ "rule_15_manual_signup_waits", KNOWN | MANUAL, ADD, 15,
	  SAYS(EXISTING, ACTIVE, CREATE_TRIAL), CONNECTION | CALLER_KNOWN },
	{ "rule_15_manual_signup_done", KNOWN | MANUAL | SIGNED_UP, ADD, 15,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), CONNECTION | CALLER_KNOWN },
	{ "rule_15_at_home", KNOWN | HOME, ADD, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CONFIRMED | SEEN },
	{ "rule_15_known_identity", KNOWN | KNOWN_ID, ADD, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CONFIRMED | SEEN },
	{ "rule_15_user_scope", KNOWN | USER_SCOPE, ADD, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CALLER_KNOWN },
	{ "rule_15_supersedes", KNOWN | EARLIER, ADD, 15, SAYS(EXISTING, ACTIVE, SIGN_IN),
	  CONNECTION | CALLER_KNOWN | SUPERSEDES },
	{ "rule_15_removes", KNOWN | EARLIER | EARLIER_GOES, ADD, 15,
	  SAYS(EXISTING, ACTIVE, SIGN_IN), CONNECTION | CALLER_KNOWN | SUPERSEDES | REMOVES },
	/* CONNECT-16 */
	{ "rule_16_add_away_from_home_joins_by_trial", USUAL, ADD, 16, SAYS(NEW, ACTIVE, SIGN_IN),
	  CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_16_add_at_home", HOME, ADD, 16, SAYS(NEW, ACTIVE, SIGN_IN),
	  CONNECTION | CONFIRMED | USER_ADDED | NEWCOMER },
	{ "rule_16_add_when_proved", CREATOR_PROVED, ADD, 16, SAYS(NEW, ACTIVE, SIGN_IN),
	  CONNECTION | USER_ADDED | CALLER_FRESH },
	{ "rule_16_add_known_identity", KNOWN_ID, ADD, 16, SAYS(NEW, ACTIVE, SIGN_IN),
	  CONNECTION | CONFIRMED | USER_TRIAL | NEWCOMER },
	{ "rule_16_add_per_user", PER_USER | HOME, ADD, 16, SAYS(NEW, ACTIVE, SIGN_IN),
	  CONNECTION | CONFIRMED | USER_ADDED | NEWCOMER },
	{ "rule_16_add_manual_signup", MANUAL | HOME, ADD, 16, SAYS(NEW, ACTIVE, SIGN_IN),
	  CONNECTION | CONFIRMED | USER_ADDED | NEWCOMER },
	{ "rule_16_add_supersedes", EARLIER | HOME, ADD, 16, SAYS(NEW, ACTIVE, SIGN_IN),
	  CONNECTION | CONFIRMED | USER_ADDED | NEWCOMER | SUPERSEDES },
	{ "rule_16_trial", USUAL, TRY, 16, SAYS(NEW, ACTIVE, CREATE_TRIAL),
	  CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_16_trial_not_found", USUAL, LOSE, 16, SAYS(NEW, ACTIVE, CREATE_TRIAL),
	  CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_16_trial_error", USUAL, FAIL, 16, SAYS(NEW, ACTIVE, CREATE_TRIAL),
	  CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_16_trial_at_home", HOME, TRY, 16, SAYS(NEW, ACTIVE, CREATE_TRIAL),
	  CONNECTION | CONFIRMED | USER_TRIAL | NEWCOMER },
	{ "rule_16_trial_when_proved", CREATOR_PROVED, TRY, 16, SAYS(NEW, ACTIVE, CREATE_TRIAL),
	  CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_16_trial_manual_signup", MANUAL, TRY, 16, SAYS(NEW, ACTIVE, CREATE_TRIAL),
	  CONNECTION | USER_TRIAL | CALLER_FRESH },
	{ "rule_16_contact", USUAL, CONTACT, 16, SAYS(NOT_APPLICABLE, ACTIVE, CONTACT_ADMIN),
	  NOTHING },
	{ "rule_16_contact_supersedes_nothing", EARLIER | HOME | KNOWN_ID, CONTACT, 16,
	  SAYS(NOT_APPLICABLE, ACTIVE, CONTACT_ADMIN), NOTHING },
	{ "rule_16_contact_when_proved", CREATOR_PROVED, CONTACT, 16,
	  SAYS(NOT_APPLICABLE, ACTIVE, CONTACT_ADMIN), NOTHING },
	{ "rule_16_verified_not_yet", USUAL, PROVE, 16, SAYS(NOT_APPLICABLE, ACTIVE, CONTACT_ADMIN),
	  NOTHING },
	{ "rule_16_verified_not_yet_supersedes_nothing", EARLIER, PROVE, 16,
	  SAYS(NOT_APPLICABLE, ACTIVE, CONTACT_ADMIN), NOTHING },
	{ "rule_16_verified", CREATOR_PROVED, PROVE, 16, SAYS(NEW, ACTIVE, SIGN_IN),
	  CONNECTION | USER_ADDED | CALLER_FRESH },
};

/* Style section 8: on failure the decision is as it was, but for the rule. */
static void
refusal_is_exact(const struct decision_row *row, struct arena *arena, const struct situation *s)
{
	struct connect_decision decision;
	struct connect_decision before;
	struct err err;

	memset(&before, 0xa5, sizeof(before));
	memcpy(&decision, &before, sizeof(decision));
	err = situation_decide(arena, s, &decision);
	assert_int_equal(err.code, row->error);
	assert_int_equal(decision.rule, row->rule);
	before.rule = decision.rule;
	assert_memory_equal(&decision, &before, sizeof(decision));
}

/* What follows from the effects for every answer alike: CONNECT-17 and contract section 3. */
static void
answer_fits_its_effects(const struct connect_decision *decision)
{
	const struct connect_answer *answer = &decision->answer;
	const struct connect_effects *effects = &decision->effects;
	bool configures = effects->has_connection;

	assert_int_equal(answer->is_configured, configures);
	assert_true(str_is(answer->connection_id.value, configures ? "fresh-connection" : ""));
	if (configures)
		assert_true(str_is(effects->connection.id.value, "fresh-connection"));
	if (effects->has_superseded)
		assert_true(str_is(effects->superseded_id.value, "earlier"));
	if (effects->has_account)
		assert_true(str_is(effects->account.id.value, "fresh-account"));
	assert_true(str_is(effects->account_id.value,
			   effects->has_account ? "fresh-account" : "account"));
	assert_true(str_equal(answer->launch_user_id.value, effects->caller_id.value));
}

static void
decision_is_right(void **state)
{
	const struct decision_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct situation s = situation_of(row->given, row->action, row->join);
	struct connect_decision decision;

	if (row->error) {
		refusal_is_exact(row, arena, &s);
		return;
	}
	decision = situation_decide_ok(arena, &s);
	assert_int_equal(decision.rule, row->rule);
	assert_int_equal(decision.answer.user_status, row->user_status);
	assert_int_equal(decision.answer.account_status, row->account_status);
	assert_int_equal(decision.answer.redirect_value, row->redirect_value);
	assert_int_equal(does_of(&decision.effects), row->does);
	answer_fits_its_effects(&decision);
}

/* The details that go with a refusal are ours alone: ERROR-3. */
static void
rule_1_names_the_field(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct situation s = situation_of(SIGN_IN | NO_ID, ADD);
	struct connect_decision decision;
	struct err err = situation_decide(arena, &s, &decision);

	(void)state;
	assert_non_null(err.detail);
	assert_non_null(strstr(err.detail, "connection_id"));
}

/* CONNECT-2: unknown, deleted and another workspace's read the same, to the last byte. */
static void
not_found_reads_the_same(void **state)
{
	static const unsigned ways[] = { SIGN_IN | NO_CONNECTION, SIGN_IN | DELETED,
					 SIGN_IN | OTHER_WORKSPACE, SIGN_IN | NO_ACCOUNT,
					 SIGN_IN | OTHER_CLOUD | STRICT_CLOUD };
	_cleanup_(arena_freep) struct arena *arena = arena_create();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		const struct situation s = situation_of(ways[i], ADD);
		struct connect_decision decision;
		struct err err = situation_decide(arena, &s, &decision);

		assert_int_equal(err.code, ERR_CONNECTION_NOT_FOUND);
		assert_null(err.detail);
	}
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, sign_ins, decision_is_right);
	ROWS_ADD(&rows, new_connections, decision_is_right);
	rows_add_one(&rows, "rule_01_names_the_field", rule_1_names_the_field);
	rows_add_one(&rows, "rule_02_reads_the_same", not_found_reads_the_same);
	return rows_run(&rows, argc, argv);
}
