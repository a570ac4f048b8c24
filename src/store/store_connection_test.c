/*
 * Connections after the connect: launches, secrets, deleting.
 */
#include "support/store_fixture.h"

#define ADA .email = "ada@example.com", .databricks_user_id = 5

static const struct connection_id no_connection;
static const struct user_id no_user;

/* ---- Launches. ---- */

struct launch_row {
	const char *name;
	enum { MINE, OTHERS, UNKNOWN, NONE } connection, user;
	bool is_deleted;
	bool has_connection, has_account, has_user;
};

static const struct launch_row launch_rows[] = {
	{ "launch_of_both", MINE, MINE, false, true, true, true },
	{ "launch_without_a_user", MINE, NONE, false, true, true, false },
	{ "launch_without_a_connection", NONE, MINE, false, false, true, true },
	{ "launch_of_nothing", NONE, NONE, false, false, false, false },
	{ "launch_of_an_unknown_user", MINE, UNKNOWN, false, true, true, false },
	{ "launch_of_an_unknown_connection", UNKNOWN, MINE, false, false, true, true },
	{ "launch_of_another_accounts_user", MINE, OTHERS, false, true, true, false },
	{ "launch_of_a_deleted_connection", MINE, MINE, true, false, true, true },
};

struct launch_load {
	struct arena *arena;
	struct connection_id connection_id;
	struct user_id user_id;
	bool is_deleted;
	struct known_connection connection;
	struct known_account account;
	struct known_user user;
};

static struct err
launch_run(void *arg, struct store_tx *tx)
{
	struct launch_load *load = arg;
	struct err err = OK_NONE;

	if (load->is_deleted)
		err = store_delete_connection(tx, load->connection_id,
					      (struct instant){ START_MS });
	if (err.code)
		return err;
	return store_load_launch(tx, load->arena, load->connection_id, load->user_id,
				 &load->connection, &load->account, &load->user);
}

static void
launch_holds(void **state)
{
	const struct launch_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct ask asks[] = { { ADA, .workspace_id = 1 },
			      { .email = "bob@other.example", .workspace_id = 2 } };
	struct str unknown = STR("018bcfe5-6800-7000-8000-000000000000");
	struct str connections[4] = { [UNKNOWN] = unknown };
	struct str users[4] = { [UNKNOWN] = unknown };
	struct launch_load load = { .is_deleted = row->is_deleted };
	struct str account = { 0 };

	fixture_open(&f);
	for (int i = MINE; i <= OTHERS; i++) {
		struct connect_effects effects = connect_ask(&f, &asks[i]).decision.effects;

		connections[i] = effects.connection.id.value;
		users[i] = effects.caller_id.value;
		account = i == MINE ? effects.account_id.value : account;
	}
	load.arena = f.arena;
	load.connection_id.value = connections[row->connection];
	load.user_id.value = users[row->user];
	assert_ok(store_run(f.store, launch_run, &load));
	assert_int_equal(load.connection.is_known, row->has_connection);
	assert_int_equal(load.account.is_known, row->has_account);
	assert_int_equal(load.user.is_known, row->has_user);
	if (row->has_account)
		assert_str(load.account.id.value, account);
	if (row->has_user)
		assert_str(load.user.id.value, users[MINE]);
}

struct use {
	uint8_t hash[32];
	int64_t now_ms;
};

static struct err
use_run(void *arg, struct store_tx *tx)
{
	const struct use *use = arg;

	return store_use_launch(tx, use->hash, no_connection, no_user,
				(struct instant){ use->now_ms },
				(struct instant){ use->now_ms + 900000 });
}

static void
a_launch_token_is_used_once(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct use one = { .hash = { [31] = 1 }, .now_ms = START_MS };
	struct use two = { .hash = { [31] = 2 }, .now_ms = START_MS };

	fixture_open(&f);
	assert_ok(store_run(f.store, use_run, &one));
	assert_int_equal(store_run(f.store, use_run, &one).code, ERR_CONSTRAINT);
	assert_ok(store_run(f.store, use_run, &two));
	/* A clock that jumped back does not make it new. */
	one.now_ms -= 3600000;
	assert_int_equal(store_run(f.store, use_run, &one).code, ERR_CONSTRAINT);
	/* What expired a day ago is gone. */
	two.now_ms += 900000 + 86400000 + 1;
	two.hash[31] = 3;
	assert_ok(store_run(f.store, use_run, &two));
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM launch"), 1);
}

/* ---- Secrets and connections. ---- */

struct secrets {
	struct arena *arena;
	struct connection_id id;
	const struct sealed_secret *rows;
	size_t n;
	struct known_connection connection;
};

static struct err
secrets_load(void *arg, struct store_tx *tx)
{
	struct secrets *got = arg;
	struct err err = store_load_secrets(tx, got->arena, got->id, &got->rows, &got->n);

	return err.code ? err : store_load_connection(tx, got->arena, got->id, &got->connection);
}

static struct err
secrets_delete(void *arg, struct store_tx *tx)
{
	const struct secrets *got = arg;

	return store_delete_connection(tx, got->id, (struct instant){ START_MS });
}

static void
secrets_go_with_their_connection(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { ADA, .workspace_id = 1, .n_secrets = N_SECRET_KINDS };
	struct secrets got = { 0 };
	unsigned kinds = 0;

	fixture_open(&f);
	got.arena = f.arena;
	got.id = connect_ask(&f, &ask).decision.answer.connection_id;
	assert_ok(store_run(f.store, secrets_load, &got));
	assert_int_equal(got.n, N_SECRET_KINDS);
	for (size_t i = 0; i < got.n; i++) {
		kinds |= 1U << got.rows[i].kind;
		assert_str(got.rows[i].key_id, STR("a-key"));
		assert_str(got.rows[i].blob, STR("sealed\0blob"));
	}
	assert_int_equal(kinds, (1U << N_SECRET_KINDS) - 1);
	assert_true(got.connection.is_known);
	assert_ok(store_run(f.store, secrets_delete, &got));
	assert_ok(store_run(f.store, secrets_load, &got));
	assert_int_equal(got.n, 0);
	assert_false(got.connection.is_known);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, launch_rows, launch_holds);
	rows_add_one(&rows, "a_launch_token_is_used_once", a_launch_token_is_used_once);
	rows_add_one(&rows, "secrets_go_with_their_connection", secrets_go_with_their_connection);
	return rows_run(&rows, argc, argv);
}
