/*
 * Entering by the hosted pages: who sees which form, who may set a password, what a form changes.
 *
 * Rules: CONNECT-5, CONNECT-11
 */
#include "core/entry.h"

#include "support/rows.h"

#define BORN 1000
#define NOW 5000

/* What a row says of the world; the rest is a link of a confirmed connection, of its creator. */
struct world {
	bool no_link, no_account, no_user, no_connection, is_deleted;
	bool is_unconfirmed; /* the connection */
	bool has_password, is_unproven;
	bool is_trial;	 /* the user came by trial */
	bool is_another; /* the connection's creator is somebody else */
	bool is_older;	 /* the user was there before the connection */
	bool is_verified;
	bool is_signed_in;
	bool is_signed_up;
	enum entry_page page;
};

static struct entry_state
state_of(const struct world *world)
{
	const struct user_id me = { STR("me") };
	const struct user_id other = { STR("other") };

	return (struct entry_state){
		.page = world->page,
		.has_launch = !world->no_link,
		.account.is_known = !world->no_account,
		.account.state = ACCOUNT_TRIAL,
		.connection.is_known = !world->no_connection,
		.connection.state = world->is_deleted ? CONNECTION_DELETED : CONNECTION_LIVE,
		.connection.is_confirmed = !world->is_unconfirmed,
		.connection.creator_user_id = world->is_another ? other : me,
		.connection_created.ms = BORN,
		.entrant.user.is_known = !world->no_user,
		.entrant.user.id = me,
		.entrant.user.origin = world->is_trial ? ORIGIN_TRIAL : ORIGIN_ADDED,
		.entrant.user.email_verified.ms = world->is_verified ? 1 : 0,
		.entrant.user.signed_up.ms = world->is_signed_up ? 1 : 0,
		.entrant.created.ms = world->is_older ? BORN - 1 : BORN,
		.entrant.password_hash = world->has_password ? STR("$argon2id$") : STR(""),
		.entrant.is_password_proven = world->has_password && !world->is_unproven,
		.is_signed_in = world->is_signed_in,
	};
}

struct form_row {
	const char *name;
	struct world world;
	enum entry_form want;
};

static const struct form_row forms[] = {
	{ "create_trial_without_a_link", { .no_link = true }, ENTRY_START },
	{ "sign_in_without_a_link", { .no_link = true, .page = ENTRY_SIGN_IN }, ENTRY_TYPED },
	{ "account_is_gone", { .no_account = true }, ENTRY_OVER },
	{ "user_is_gone", { .no_user = true }, ENTRY_OVER },
	{ "user_is_gone_at_sign_in", { .no_user = true, .page = ENTRY_SIGN_IN }, ENTRY_OVER },

	{ "creator_comes_first", { 0 }, ENTRY_NEW_PASSWORD },
	{ "added_user_comes_first",
	  { .is_another = true, .is_older = true, .page = ENTRY_SIGN_IN },
	  ENTRY_NEW_PASSWORD },
	{ "has_a_password", { .has_password = true }, ENTRY_PASSWORD },
	{ "has_a_password_and_is_signed_in",
	  { .has_password = true, .is_signed_in = true },
	  ENTRY_CONTINUE },

	/* The e-mail may have been edited. */
	{ "unconfirmed_with_a_password",
	  { .is_unconfirmed = true, .has_password = true },
	  ENTRY_PASSWORD },
	{ "unconfirmed_with_an_unproven_password",
	  { .is_unconfirmed = true, .has_password = true, .is_unproven = true },
	  ENTRY_PASSWORD },
	{ "unconfirmed_without_a_password", { .is_unconfirmed = true }, ENTRY_PROVE },
	{ "unconfirmed_made_by_it",
	  { .is_unconfirmed = true, .is_trial = true },
	  ENTRY_NEW_PASSWORD },
	{ "unconfirmed_of_a_trial_user_before",
	  { .is_unconfirmed = true, .is_trial = true, .is_older = true },
	  ENTRY_PROVE },
	{ "unconfirmed_of_another",
	  { .is_unconfirmed = true, .is_trial = true, .is_another = true },
	  ENTRY_PROVE },
	{ "unconfirmed_made_by_it_but_a_member", { .is_unconfirmed = true }, ENTRY_PROVE },
	{ "confirmed_outranks_an_unproven_password",
	  { .has_password = true, .is_unproven = true, .is_signed_in = true },
	  ENTRY_NEW_PASSWORD },

	/* A link whose connection is gone proves nothing about it. */
	{ "deleted_without_a_password", { .is_deleted = true }, ENTRY_PROVE },
	{ "no_connection_without_a_password", { .no_connection = true }, ENTRY_PROVE },
	{ "no_connection_with_a_password",
	  { .no_connection = true, .has_password = true },
	  ENTRY_PASSWORD },
	{ "deleted_with_an_unproven_password",
	  { .is_deleted = true, .has_password = true, .is_unproven = true },
	  ENTRY_PASSWORD },
};

static void
form_holds(void **state)
{
	const struct form_row *row = *state;
	struct entry_state world = state_of(&row->world);

	assert_int_equal(entry_form_decide(&world), row->want);
}

struct finish_row {
	const char *name;
	struct world world;
	bool signs_up, sets_password, is_proven, confirms;
};

static const struct finish_row finishes[] = {
	{ "creates", { 0 }, true, true, true, false },
	{ "first_sign_in_signs_up", { .page = ENTRY_SIGN_IN }, true, true, true, false },
	{ "sign_in",
	  { .page = ENTRY_SIGN_IN, .has_password = true, .is_signed_up = true },
	  false,
	  false,
	  false,
	  false },
	{ "create_trial_signs_up_again",
	  { .has_password = true, .is_signed_up = true },
	  true,
	  false,
	  false,
	  false },
	{ "sign_in_confirms",
	  { .page = ENTRY_SIGN_IN,
	    .has_password = true,
	    .is_signed_up = true,
	    .is_unconfirmed = true },
	  false,
	  false,
	  false,
	  true },
	{ "continuing_confirms",
	  { .page = ENTRY_SIGN_IN,
	    .has_password = true,
	    .is_signed_up = true,
	    .is_unconfirmed = true,
	    .is_signed_in = true },
	  false,
	  false,
	  false,
	  true },
	{ "made_by_it_confirms_nothing",
	  { .is_unconfirmed = true, .is_trial = true },
	  true,
	  true,
	  false,
	  false },
	{ "trial_user_confirms_nothing",
	  { .has_password = true, .is_signed_up = true, .is_unconfirmed = true, .is_trial = true },
	  true,
	  false,
	  false,
	  false },
	{ "verified_trial_user_confirms",
	  { .has_password = true,
	    .is_signed_up = true,
	    .is_unconfirmed = true,
	    .is_trial = true,
	    .is_verified = true },
	  true,
	  false,
	  false,
	  true },
};

static void
finish_holds(void **state)
{
	const struct finish_row *row = *state;
	const struct connect_policy policy = { .expired_action = EXPIRED_CREATE_TRIAL };
	const struct instant now = { NOW };
	struct entry_state world = state_of(&row->world);
	struct entry_effects effects;

	assert_int_equal(
		entry_finish_decide(&world, entry_form_decide(&world), &policy, now, &effects).code,
		ERR_NONE);
	assert_int_equal(effects.signs_up, row->signs_up);
	assert_int_equal(effects.sets_password, row->sets_password);
	assert_int_equal(effects.is_password_proven, row->is_proven);
	assert_int_equal(effects.confirms_connection, row->confirms);
	assert_false(effects.signup.begins_trial);
}

/* Of an ended trial: create-trial begins it anew, signing in does not. */
static void
only_create_trial_begins_a_trial(void **state)
{
	const struct connect_policy policy = { .expired_action = EXPIRED_CREATE_TRIAL };
	const struct instant now = { NOW };
	struct world world = { .has_password = true, .is_signed_up = true };
	struct entry_effects effects;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct entry_state entry;

		world.page = i == 0 ? ENTRY_CREATE_TRIAL : ENTRY_SIGN_IN;
		entry = state_of(&world);
		entry.account.state = ACCOUNT_EXPIRED;
		assert_int_equal(
			entry_finish_decide(&entry, ENTRY_PASSWORD, &policy, now, &effects).code,
			ERR_NONE);
		assert_int_equal(effects.signup.begins_trial, i == 0);
		entry.account.is_known = false;
		assert_int_equal(
			entry_finish_decide(&entry, ENTRY_PASSWORD, &policy, now, &effects).code,
			ERR_ACCOUNT_NOT_FOUND);
	}
}

struct see_row {
	const char *name;
	bool is_trial, is_verified, is_creator, is_of_user, is_deleted, want;
};

static const struct see_row sees[] = {
	{ "member_sees_what_is_shared", false, false, false, false, false, true },
	{ "member_sees_not_what_is_anothers", false, false, false, true, false, false },
	{ "member_sees_their_own", false, false, true, true, false, true },
	{ "trial_user_sees_nothing_shared", true, false, false, false, false, false },
	{ "trial_user_sees_their_own", true, false, true, false, false, true },
	{ "verified_sees_what_is_shared", true, true, false, false, false, true },
	{ "nobody_sees_what_is_deleted", false, false, true, false, true, false },
};

static void
see_holds(void **state)
{
	const struct see_row *row = *state;
	const struct known_user user = {
		.is_known = true,
		.id.value = STR("me"),
		.origin = row->is_trial ? ORIGIN_TRIAL : ORIGIN_ADDED,
		.email_verified.ms = row->is_verified ? 1 : 0,
	};
	const struct known_user nobody = { 0 };
	const struct known_connection connection = {
		.is_known = true,
		.creator_user_id.value = row->is_creator ? STR("me") : STR("other"),
		.scope = row->is_of_user ? SCOPE_USER : SCOPE_WORKSPACE,
		.state = row->is_deleted ? CONNECTION_DELETED : CONNECTION_LIVE,
	};

	assert_int_equal(user_may_see(&user, &connection), row->want);
	assert_false(user_may_see(&nobody, &connection));
}

struct password_row {
	const char *name;
	size_t len;
	bool want;
};

static const struct password_row passwords[] = {
	{ "password_of_none", 0, false },  { "password_of_9", 9, false },
	{ "password_of_10", 10, true },	   { "password_of_256", 256, true },
	{ "password_of_257", 257, false },
};

static void
password_holds(void **state)
{
	static const char text[300] = "";
	const struct password_row *row = *state;

	assert_int_equal(password_is_acceptable((struct str){ text, row->len }), row->want);
}

struct standing_row {
	const char *name;
	enum account_state state;
	int64_t account_until, user_until;
	enum trial_type trial_type;
	enum standing want;
};

static const struct standing_row standings[] = {
	{ "standing_trial", ACCOUNT_TRIAL, 0, 0, TRIAL_TYPE_ACCOUNT, STANDING_GOOD },
	{ "standing_trial_runs", ACCOUNT_TRIAL, NOW + 1, 0, TRIAL_TYPE_ACCOUNT, STANDING_GOOD },
	{ "standing_trial_ended", ACCOUNT_TRIAL, NOW, 0, TRIAL_TYPE_ACCOUNT, STANDING_ENDED },
	{ "standing_own_trial_ended", ACCOUNT_TRIAL, 0, NOW, TRIAL_TYPE_USER, STANDING_ENDED },
	{ "standing_active", ACCOUNT_ACTIVE, NOW, NOW, TRIAL_TYPE_ACCOUNT, STANDING_GOOD },
	{ "standing_expired", ACCOUNT_EXPIRED, 0, 0, TRIAL_TYPE_ACCOUNT, STANDING_ENDED },
	{ "standing_suspended", ACCOUNT_SUSPENDED, 0, 0, TRIAL_TYPE_ACCOUNT, STANDING_SUSPENDED },
};

static void
standing_holds(void **state)
{
	const struct standing_row *row = *state;
	const struct known_account account = { .is_known = true,
					       .state = row->state,
					       .trial_expires.ms = row->account_until };
	const struct known_user user = { .is_known = true, .trial_expires.ms = row->user_until };
	const struct connect_policy policy = { .trial_type = row->trial_type };

	assert_int_equal(account_standing(&account, &user, &policy, (struct instant){ NOW }),
			 row->want);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, forms, form_holds);
	ROWS_ADD(&rows, finishes, finish_holds);
	rows_add_one(&rows, "only_create_trial_begins_a_trial", only_create_trial_begins_a_trial);
	ROWS_ADD(&rows, sees, see_holds);
	ROWS_ADD(&rows, passwords, password_holds);
	ROWS_ADD(&rows, standings, standing_holds);
	return rows_run(&rows, argc, argv);
}
