/*
 * Accounts, users, and the operator's side. Connections are store_connection_test.c.
 */
#include "support/store_fixture.h"

#define ADA .email = "ada@example.com", .databricks_user_id = 5

static const struct account_id no_account;
static const struct user_id no_user;

/* ---- Removing a domain. ---- */

static const char *const all_tables =
	"SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM account_user)"
	" + (SELECT count(*) FROM identity) + (SELECT count(*) FROM connection)"
	" + (SELECT count(*) FROM secret) + (SELECT count(*) FROM invitation)"
	" + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM launch)";

struct domain_row {
	const char *name;
	const char *email;
	bool is_demo;
	const char *domain; /* to remove */
	int64_t n_accounts;
};

static const struct domain_row domain_rows[] = {
	{ "its_own_domain", "ada@example.com", false, "example.com", 1 },
	{ "its_own_domain_of_a_demo", "ada@example.com", true, "example.com", 1 },
	{ "a_subdomain_stays", "ada@sub.example.com", false, "example.com", 0 },
	{ "the_parent_stays", "ada@example.com", false, "sub.example.com", 0 },
	{ "a_longer_name_stays", "ada@notexample.com", false, "example.com", 0 },
	{ "a_pattern_is_no_domain", "ada@example.com", false, "%", 0 },
};

struct removal {
	struct str domain;
	int64_t n_accounts;
};

static struct err
remove_run(void *arg, struct store_tx *tx)
{
	struct removal *removal = arg;

	return store_delete_domain(tx, removal->domain, &removal->n_accounts);
}

static struct err
use_its_launch(void *arg, struct store_tx *tx)
{
	static const uint8_t hash[32] = { 1 };
	const struct told *told = arg;

	return store_use_launch(tx, hash, told->decision.answer.connection_id,
				told->decision.answer.launch_user_id, (struct instant){ START_MS },
				(struct instant){ START_MS + 1000 });
}

/* Two connects, an invitation, an event and a launch: a row in every table. */
static void
fill(struct fixture *f, const char *email, bool is_demo)
{
	struct ask ask = { .email = email,
			   .databricks_user_id = 5,
			   .workspace_id = 1,
			   .is_demo = is_demo,
			   .n_secrets = 2,
			   .print = 1 };
	struct ask stranger = { .email = "eve@elsewhere.example",
				.databricks_user_id = 6,
				.workspace_id = 1,
				.is_established = true,
				.policy = { .new_user_action = NEW_USER_INVITE } };
	struct told told;

	(void)connect_ask(f, &ask);
	f->clock.now_ms += 60000;
	ask.print = 2;
	told = connect_ask(f, &ask);
	stranger.connection_id = told.decision.answer.connection_id.value;
	(void)connect_ask(f, &stranger);
	assert_ok(store_run(f->store, use_its_launch, &told));
}

static void
domain_holds(void **state)
{
	const struct domain_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct removal removal = { str_of(row->domain), -1 };
	int64_t n_before;

	fixture_open(&f);
	fill(&f, row->email, row->is_demo);
	n_before = peek_int(&f, all_tables);
	assert_true(n_before >= 11);
	if (row->is_demo) /* each demo has an account of its own: leave one */
		(void)peek(&f, "UPDATE account SET domain = 'kept.example' WHERE id ="
			       " (SELECT min(id) FROM account)");
	assert_ok(store_run(f.store, remove_run, &removal));
	assert_int_equal(removal.n_accounts, row->n_accounts);
	if (!row->n_accounts)
		assert_int_equal(peek_int(&f, all_tables), n_before);
	else if (!row->is_demo)
		assert_int_equal(peek_int(&f, all_tables), 0);
	else
		assert_int_equal(peek_int(&f, "SELECT count(*) FROM account"), 1);
	assert_string_equal(peek(&f, "PRAGMA foreign_key_check"), "");
}

static void
another_domain_keeps_all(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct removal removal = { STR("example.com"), -1 };
	struct ask other = { .email = "bob@other.example",
			     .databricks_user_id = 9,
			     .workspace_id = 2,
			     .n_secrets = 1 };

	fixture_open(&f);
	fill(&f, "ada@example.com", false);
	(void)connect_ask(&f, &other);
	assert_ok(store_run(f.store, remove_run, &removal));
	assert_int_equal(removal.n_accounts, 1);
	assert_int_equal(peek_int(&f, all_tables), 5);
	assert_true(look_ask(&f, &other).state.twin.is_known);
}

/* ---- Trials: a sign-up in an account of a given state. ---- */

struct sign_up_row {
	const char *name;
	const char *state;
	bool begins_trial;
	enum trial_type trial_type;
	const char *want_state;
	int64_t want_account_ms;
	int64_t want_user_ms;
};

#define OLD_MS (START_MS - 5)
#define NEW_MS (START_MS + 5)

static const struct sign_up_row sign_up_rows[] = {
	{ "sign_up_alone", "expired", false, TRIAL_TYPE_ACCOUNT, "expired", OLD_MS, 0 },
	{ "sign_up_revives_an_expired_account", "expired", true, TRIAL_TYPE_ACCOUNT, "trial",
	  NEW_MS, 0 },
	{ "sign_up_lengthens_a_trial", "trial", true, TRIAL_TYPE_ACCOUNT, "trial", NEW_MS, 0 },
	{ "sign_up_leaves_a_suspension", "suspended", true, TRIAL_TYPE_ACCOUNT, "suspended", OLD_MS,
	  0 },
	{ "sign_up_leaves_who_pays", "active", true, TRIAL_TYPE_ACCOUNT, "active", OLD_MS, 0 },
	{ "sign_up_of_a_user_alone", "expired", true, TRIAL_TYPE_USER, "expired", OLD_MS, NEW_MS },
};

struct sign_up {
	const struct sign_up_row *row;
	struct user_id user_id;
	struct account_id account_id;
};

static struct err
sign_up_run(void *arg, struct store_tx *tx)
{
	const struct sign_up *sign_up = arg;

	return store_sign_up(tx, sign_up->user_id, sign_up->account_id, sign_up->row->begins_trial,
			     sign_up->row->trial_type, (struct instant){ NEW_MS },
			     (struct instant){ START_MS + 1 });
}

static void
sign_up_holds(void **state)
{
	const struct sign_up_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { ADA, .workspace_id = 1 };
	struct sign_up sign_up = { row, no_user, no_account };
	struct connect_state got;
	struct told told;

	fixture_open(&f);
	told = connect_ask(&f, &ask);
	sign_up.user_id = told.decision.effects.caller_id;
	sign_up.account_id = told.decision.effects.account_id;
	(void)peek(&f,
		   arena_printf(f.arena, "UPDATE account SET state = '%s', trial_expires_ms = %lld",
				row->state, (long long)OLD_MS));
	assert_ok(store_run(f.store, sign_up_run, &sign_up));
	got = look_ask(&f, &ask).state;
	assert_string_equal(word_of(&account_state_words, got.account.state).ptr, row->want_state);
	assert_int_equal(got.account.trial_expires.ms, row->want_account_ms);
	assert_int_equal(got.user.trial_expires.ms, row->want_user_ms);
	assert_int_equal(got.user.signed_up.ms, START_MS + 1);
}

/* ---- Expiring. ---- */

struct expire_row {
	const char *name;
	bool is_user;
	bool is_there;
};

static const struct expire_row expire_rows[] = {
	{ "expire_an_account", false, true },
	{ "expire_a_user", true, true },
	{ "expire_no_account", false, false },
	{ "expire_no_user", true, false },
};

struct expiry {
	bool is_user;
	struct account_id account_id;
	struct user_id user_id;
};

static struct err
expire_run(void *arg, struct store_tx *tx)
{
	const struct expiry *expiry = arg;
	struct instant now = { START_MS + 3 };

	return expiry->is_user ? store_expire_user(tx, expiry->user_id, now)
			       : store_expire_account(tx, expiry->account_id, now);
}

static void
expire_holds(void **state)
{
	const struct expire_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { ADA, .workspace_id = 1 };
	struct expiry expiry = { row->is_user, no_account, no_user };
	struct connect_state got;
	struct told told;
	struct err err;

	fixture_open(&f);
	told = connect_ask(&f, &ask);
	if (row->is_there) {
		expiry.user_id = told.decision.effects.caller_id;
		expiry.account_id = told.decision.effects.account_id;
	}
	err = store_run(f.store, expire_run, &expiry);
	got = look_ask(&f, &ask).state;
	assert_int_equal(err.code, row->is_there ? ERR_NONE : ERR_STORE);
	assert_int_equal(got.account.state,
			 row->is_there && !row->is_user ? ACCOUNT_EXPIRED : ACCOUNT_TRIAL);
	assert_int_equal(got.user.trial_expires.ms,
			 row->is_there && row->is_user ? START_MS + 3 : 0);
}

/* ---- The creator's proof. ---- */

struct verified_row {
	const char *name;
	const char *sql;
	bool want;
};

static const struct verified_row verified_rows[] = {
	{ "nobody_is_verified", "SELECT 1", false },
	{ "the_creator_is_verified",
	  "UPDATE account_user SET email_verified_ms = 1 WHERE origin = 'creator'", true },
	{ "another_is_verified",
	  "UPDATE account_user SET email_verified_ms = 1 WHERE origin <> 'creator'", false },
};

static void
verified_holds(void **state)
{
	const struct verified_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { ADA, .workspace_id = 1 };
	struct ask bob = { .email = "bob@example.com",
			   .workspace_id = 1,
			   .print = 1,
			   .policy = { .join_action = JOIN_ADD } };

	fixture_open(&f);
	(void)connect_ask(&f, &ask);
	(void)connect_ask(&f, &bob);
	(void)peek(&f, row->sql);
	assert_int_equal(look_ask(&f, &ask).state.account.is_creator_verified, row->want);
	assert_int_equal(look_ask(&f, &bob).state.account.is_creator_verified, row->want);
}

/* ---- The operator's side. ---- */

static struct err
audit_run(void *arg, struct store_tx *tx)
{
	struct audit_entry entry = {
		{ START_MS }, STR("current"), STR("delete_account"), STR("example.com"), { 0 }
	};
	struct err err = store_add_audit(tx, &entry);

	(void)arg;
	entry.detail = STR("1 account");
	return err.code ? err : store_add_audit(tx, &entry);
}

static void
the_audit_trail_grows(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;

	fixture_open(&f);
	assert_ok(store_run(f.store, audit_run, NULL));
	assert_string_equal(peek(&f,
				 "SELECT at_ms || actor || action || object || detail FROM audit"
				 " WHERE detail IS NOT NULL"),
			    "1700000000000currentdelete_accountexample.com1 account");
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM audit WHERE detail IS NULL"), 1);
}

struct credentials {
	struct arena *arena;
	const struct stored_credential *rows;
	size_t n;
};

static struct err
credentials_load(void *arg, struct store_tx *tx)
{
	struct credentials *got = arg;

	return store_load_credentials(tx, got->arena, &got->rows, &got->n);
}

static struct err
credentials_put(_unused_ void *arg, struct store_tx *tx)
{
	struct stored_credential one = {
		CREDENTIAL_CURRENT, STR("old"), STR("$argon2id$old"), { START_MS }, { 0 }
	};
	struct stored_credential two = {
		CREDENTIAL_NEXT, STR("next"), STR("$argon2id$next"), { START_MS + 1 }, { 0 }
	};
	struct err err = store_put_credential(tx, &one);

	one.user = STR("new");
	if (!err.code)
		err = store_put_credential(tx, &one);
	if (!err.code)
		err = store_put_credential(tx, &two);
	if (!err.code)
		err = store_touch_credential(tx, CREDENTIAL_NEXT, (struct instant){ START_MS + 9 });
	return err;
}

static struct err
credentials_drop(_unused_ void *arg, struct store_tx *tx)
{
	return store_delete_credential(tx, CREDENTIAL_CURRENT);
}

static void
credentials_are_kept_by_slot(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct credentials got = { 0 };

	fixture_open(&f);
	got.arena = f.arena;
	assert_ok(store_run(f.store, credentials_load, &got));
	assert_int_equal(got.n, 0);
	assert_ok(store_run(f.store, credentials_put, NULL));
	fixture_reopen(&f);
	assert_ok(store_run(f.store, credentials_load, &got));
	assert_int_equal(got.n, 2);
	assert_int_equal(got.rows[0].slot, CREDENTIAL_CURRENT);
	assert_str(got.rows[0].user, STR("new"));
	assert_str(got.rows[0].password_hash, STR("$argon2id$old"));
	assert_false(instant_is_set(got.rows[0].last_used));
	assert_int_equal(got.rows[1].created.ms, START_MS + 1);
	assert_int_equal(got.rows[1].last_used.ms, START_MS + 9);
	assert_ok(store_run(f.store, credentials_drop, NULL));
	assert_ok(store_run(f.store, credentials_load, &got));
	assert_int_equal(got.n, 1);
	assert_int_equal(got.rows[0].slot, CREDENTIAL_NEXT);
}

struct keys {
	struct arena *arena;
	const struct stored_key *rows;
	size_t n;
};

static struct err
keys_load(void *arg, struct store_tx *tx)
{
	struct keys *got = arg;

	return store_load_keys(tx, got->arena, &got->rows, &got->n);
}

static struct err
keys_put(void *arg, struct store_tx *tx)
{
	const struct keys *keys = arg;
	struct err err = OK_NONE;

	for (char i = 'a'; !err.code && i <= 'i'; i++) {
		struct stored_key key = { { arena_printf(keys->arena, "key-%c", i), 5 },
					  STR("wrapped\0key"),
					  i != 'i',
					  { START_MS } };

		err = store_put_key(tx, &key);
	}
	return err;
}

static void
one_data_key_is_active(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct keys got = { 0 };

	fixture_open(&f);
	got.arena = f.arena;
	assert_ok(store_run(f.store, keys_load, &got));
	assert_int_equal(got.n, 0);
	assert_ok(store_run(f.store, keys_put, &got));
	assert_ok(store_run(f.store, keys_load, &got));
	assert_int_equal(got.n, 9);
	for (size_t i = 0; i < got.n; i++) {
		assert_int_equal(got.rows[i].is_active, i == 7);
		assert_str(got.rows[i].wrapped, STR("wrapped\0key"));
		assert_int_equal(got.rows[i].id.ptr[4], 'a' + (int)i);
	}
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, domain_rows, domain_holds);
	rows_add_one(&rows, "another_domain_keeps_all", another_domain_keeps_all);
	ROWS_ADD(&rows, sign_up_rows, sign_up_holds);
	ROWS_ADD(&rows, expire_rows, expire_holds);
	ROWS_ADD(&rows, verified_rows, verified_holds);
	rows_add_one(&rows, "the_audit_trail_grows", the_audit_trail_grows);
	rows_add_one(&rows, "credentials_are_kept_by_slot", credentials_are_kept_by_slot);
	rows_add_one(&rows, "one_data_key_is_active", one_data_key_is_active);
	return rows_run(&rows, argc, argv);
}
