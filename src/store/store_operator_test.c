/*
 * The operator's lists, details and changes, the probe, and what the store counts.
 */
#include "store/store_operator.h"
#include "support/store_fixture.h"

#define N_CONNECTIONS 7

/* One call of the store, for a test. */
struct look {
	struct arena *arena;
	struct store_page page;
	struct str id;
	struct str key;
	enum account_state state;
	struct instant trial_expires;
	const struct listed_connection *connections;
	const struct listed_account *accounts;
	const struct listed_audit *audit;
	const struct listed_user *users;
	struct listed_account account;
	struct connection_details details;
	size_t n;
};

static struct err
list_connections(void *arg, struct store_tx *tx)
{
	struct look *look = arg;

	return store_list_connections(tx, look->arena, look->page, (struct account_id){ look->id },
				      &look->connections, &look->n);
}

static struct err
list_accounts(void *arg, struct store_tx *tx)
{
	struct look *look = arg;

	return store_list_accounts(tx, look->arena, look->page, &look->accounts, &look->n);
}

static struct err
list_users(void *arg, struct store_tx *tx)
{
	struct look *look = arg;

	return store_list_users(tx, look->arena, (struct account_id){ look->id }, look->page.limit,
				&look->users, &look->n);
}

static struct err
list_audit(void *arg, struct store_tx *tx)
{
	struct look *look = arg;

	return store_list_audit(tx, look->arena, look->page, &look->audit, &look->n);
}

static struct err
load_details(void *arg, struct store_tx *tx)
{
	struct look *look = arg;

	return store_load_connection_details(tx, look->arena, (struct connection_id){ look->id },
					     &look->details);
}

static struct err
load_account(void *arg, struct store_tx *tx)
{
	struct look *look = arg;

	if (look->key.ptr)
		return store_find_account_by_key(tx, look->arena, look->key, &look->account);
	return store_find_account(tx, look->arena, (struct account_id){ look->id }, &look->account);
}

static struct err
set_state(void *arg, struct store_tx *tx)
{
	struct look *look = arg;

	return store_set_account_state(tx, (struct account_id){ look->id }, look->state,
				       look->trial_expires);
}

static struct err
probe(_unused_ void *arg, struct store_tx *tx)
{
	return store_probe(tx);
}

/* Connections of two accounts in turn, each in a workspace of its own; ids[0] is the oldest. */
static void
fill(struct fixture *f, struct str ids[static N_CONNECTIONS])
{
	for (int i = 0; i < N_CONNECTIONS; i++) {
		struct ask ask = { .email = i % 2 ? "bob@odd.example" : "ada@even.example",
				   .databricks_user_id = 5 + i % 2,
				   .workspace_id = 100 + i,
				   .hostname = "w.example",
				   .print = (uint8_t)i };

		ids[i] = connect_ask(f, &ask).decision.answer.connection_id.value;
		f->clock.now_ms += 1000;
	}
}

/* From the newest on, in pages, each row once. */
static void
connections_come_in_pages(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct str ids[N_CONNECTIONS];
	struct look look = { .page.limit = 3 };
	size_t seen = 0;

	fixture_open(&f);
	fill(&f, ids);
	look.arena = f.arena;
	do {
		assert_ok(store_run(f.store, list_connections, &look));
		for (size_t i = 0; i < look.n; i++) {
			const struct listed_connection *row = &look.connections[i];

			seen++;
			assert_str(row->known.id.value, ids[N_CONNECTIONS - seen]);
			assert_int_equal(row->known.workspace_id.value,
					 (int64_t)(100 + N_CONNECTIONS - seen));
			look.page.before = row->known.id.value;
		}
	} while (look.n > 0);
	assert_int_equal(seen, N_CONNECTIONS);
}

static void
connections_of_an_account(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct str ids[N_CONNECTIONS];
	struct look look = { .page.limit = 100, .key = STR("odd.example") };

	fixture_open(&f);
	fill(&f, ids);
	look.arena = f.arena;
	assert_ok(store_run(f.store, load_account, &look));
	look.id = look.account.id.value;
	assert_ok(store_run(f.store, list_connections, &look));
	assert_int_equal(look.n, N_CONNECTIONS / 2);
	for (size_t i = 0; i < look.n; i++)
		assert_str(look.connections[i].known.id.value, ids[N_CONNECTIONS - 2 - 2 * i]);
}

static void
details_of_a_connection(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct str ids[N_CONNECTIONS];
	struct look look = { 0 };

	fixture_open(&f);
	fill(&f, ids);
	look.arena = f.arena;
	look.id = ids[1];
	assert_ok(store_run(f.store, load_details, &look));
	assert_true(look.details.listed.known.is_known);
	assert_str(look.details.account_key, STR("odd.example"));
	assert_str(look.details.creator_email, STR("bob@odd.example"));
	assert_str(look.details.resources.hostname, STR("w.example"));
	assert_int_equal(look.details.listed.created.ms, START_MS + 1000);
	assert_false(look.details.is_delivered);
	look.id = STR("nobody's");
	assert_ok(store_run(f.store, load_details, &look));
	assert_false(look.details.listed.known.is_known);
}

static void
accounts_and_their_users(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct str ids[N_CONNECTIONS];
	struct look look = { .page.limit = 10 };

	fixture_open(&f);
	fill(&f, ids);
	look.arena = f.arena;
	assert_ok(store_run(f.store, list_accounts, &look));
	assert_int_equal(look.n, 2);
	assert_str(look.accounts[0].key, STR("odd.example"));
	assert_str(look.accounts[1].key, STR("even.example"));
	look.id = look.accounts[1].id.value;
	assert_ok(store_run(f.store, list_users, &look));
	assert_int_equal(look.n, 1);
	assert_str(look.users[0].email, STR("ada@even.example"));
	assert_int_equal(look.users[0].origin, ORIGIN_CREATOR);
	look.key = STR("nobody.example");
	assert_ok(store_run(f.store, load_account, &look));
	assert_true(str_is_empty(look.account.id.value));
}

/* An account that pays has no trial that could end, nor have its users. */
static void
an_active_account_has_no_trials(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct str ids[N_CONNECTIONS];
	struct look look = { .key = STR("even.example"), .state = ACCOUNT_SUSPENDED };

	fixture_open(&f);
	fill(&f, ids);
	(void)peek(&f, "UPDATE account_user SET trial_expires_ms = 5");
	look.arena = f.arena;
	assert_ok(store_run(f.store, load_account, &look));
	look.id = look.account.id.value;
	look.trial_expires.ms = 7;
	assert_ok(store_run(f.store, set_state, &look));
	assert_ok(store_run(f.store, load_account, &look));
	assert_int_equal(look.account.state, ACCOUNT_SUSPENDED);
	assert_int_equal(look.account.trial_expires.ms, 7);
	assert_int_equal(peek_int(&f, "SELECT count(trial_expires_ms) FROM account_user"), 2);

	look.state = ACCOUNT_ACTIVE;
	look.trial_expires.ms = 0;
	assert_ok(store_run(f.store, set_state, &look));
	assert_ok(store_run(f.store, load_account, &look));
	assert_int_equal(look.account.state, ACCOUNT_ACTIVE);
	assert_false(instant_is_set(look.account.trial_expires));
	/* Of the other account nothing changed. */
	assert_int_equal(peek_int(&f, "SELECT count(trial_expires_ms) FROM account_user"), 1);

	look.id = STR("nobody's");
	assert_int_equal(store_run(f.store, set_state, &look).code, ERR_STORE);
}

struct audit_work {
	struct instant at;
	struct str action;
};

static struct err
add_audit(void *arg, struct store_tx *tx)
{
	struct audit_work *work = arg;
	struct audit_entry entry = { .at = work->at,
				     .actor = STR("uid:7"),
				     .action = work->action,
				     .object = STR("o"),
				     .detail = STR("d") };

	return store_add_audit(tx, &entry);
}

static void
audit_goes_from_the_newest_on(_unused_ void **state)
{
	static const char *const actions[] = { "first", "second", "third" };
	_cleanup_(fixture_close) struct fixture f;
	struct look look = { .page.limit = 2 };

	fixture_open(&f);
	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		struct audit_work work = { { START_MS + (int64_t)i }, str_of(actions[i]) };

		assert_ok(store_run(f.store, add_audit, &work));
	}
	look.arena = f.arena;
	assert_ok(store_run(f.store, list_audit, &look));
	assert_int_equal(look.n, 2);
	assert_str(look.audit[0].entry.action, STR("third"));
	assert_str(look.audit[0].entry.actor, STR("uid:7"));
	look.page.before = look.audit[1].id;
	assert_ok(store_run(f.store, list_audit, &look));
	assert_int_equal(look.n, 1);
	assert_str(look.audit[0].entry.action, STR("first"));
}

/* It must reach the disk: an UPDATE to the same value would not. */
static void
a_probe_changes_the_database_each_time(_unused_ void **state)
{
	static const char *const value =
		"SELECT applied_ms FROM schema_version WHERE name = 'probe'";
	_cleanup_(fixture_close) struct fixture f;

	fixture_open(&f);
	for (int64_t i = 0; i < 3; i++) {
		assert_ok(store_run(f.store, probe, NULL));
		assert_int_equal(peek_int(&f, value), i % 2);
	}
	fixture_reopen(&f); /* the schema's version is what it was */
	assert_ok(store_run(f.store, probe, NULL));
}

static struct err
refuse(_unused_ void *arg, _unused_ struct store_tx *tx)
{
	return err_make(ERR_NOT_FOUND, NULL);
}

static void
groups_are_counted(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct store_stats stats;
	int64_t n_groups = 0;

	fixture_open(&f);
	for (int i = 0; i < 10; i++)
		assert_ok(store_run(f.store, probe, NULL));
	/* A job that is refused is one of its group all the same. */
	assert_int_equal(store_run(f.store, refuse, NULL).code, ERR_NOT_FOUND);
	store_stats(f.store, &stats);
	assert_int_equal(stats.n_jobs, 11);
	assert_int_equal(stats.n_commits, 11);
	assert_int_equal(stats.n_failed, 0);
	assert_int_equal(stats.n_queued, 0);
	assert_int_equal(stats.by_size[0], 11);
	for (size_t i = 0; i < STORE_BATCH_BUCKETS; i++)
		n_groups += stats.by_size[i];
	assert_int_equal(n_groups, stats.n_commits);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "connections_come_in_pages", connections_come_in_pages);
	rows_add_one(&rows, "connections_of_an_account", connections_of_an_account);
	rows_add_one(&rows, "details_of_a_connection", details_of_a_connection);
	rows_add_one(&rows, "accounts_and_their_users", accounts_and_their_users);
	rows_add_one(&rows, "an_active_account_has_no_trials", an_active_account_has_no_trials);
	rows_add_one(&rows, "audit_goes_from_the_newest_on", audit_goes_from_the_newest_on);
	rows_add_one(&rows, "a_probe_changes_the_database_each_time",
		     a_probe_changes_the_database_each_time);
	rows_add_one(&rows, "groups_are_counted", groups_are_counted);
	return rows_run(&rows, argc, argv);
}
