/**
 * What the tests of the store share: a database in a directory of its own, a clock that is moved by
 * hand, jobs that are one line, and a look at the file from outside.
 */
#ifndef PC_TESTS_SUPPORT_STORE_FIXTURE_H
#define PC_TESTS_SUPPORT_STORE_FIXTURE_H

#include "base/rng.h"
#include "base/uuid.h"
#include "store/store.h"
#include "store/tx.h"

#include "support/rows.h"

#include <sqlite3.h>
#include <stdatomic.h>

struct moved_clock {
	struct clock clock;
	_Atomic int64_t now_ms;
	_Atomic int64_t tick_ns;
};

static inline struct instant
moved_now(struct clock *clock)
{
	return (struct instant){ CONTAINER_OF(clock, struct moved_clock, clock)->now_ms };
}

static inline struct tick
moved_tick(struct clock *clock)
{
	return (struct tick){ CONTAINER_OF(clock, struct moved_clock, clock)->tick_ns };
}

struct fixture {
	struct arena *arena;
	struct moved_clock clock;
	const char *dir;
	const char *path;
	const char *url;
	struct store_options options;
	struct store *store;
};

#define START_MS 1700000000000

/* Nothing is opened yet. */
static inline void
fixture_init(struct fixture *f)
{
	char dir[] = "/tmp/partner-connect-store-XXXXXX";

	assert_non_null(mkdtemp(dir));
	*f = (struct fixture){ .arena = arena_create() };
	f->clock.clock = (struct clock){ moved_now, moved_tick };
	f->clock.now_ms = START_MS;
	f->clock.tick_ns = 1000000000;
	f->dir = arena_cstr(f->arena, str_of(dir));
	f->path = arena_printf(f->arena, "%s/store.db", dir);
	f->url = arena_printf(f->arena, "sqlite:%s", f->path);
	f->options = (struct store_options){ f->url, 16, 128, 4096, 20, &f->clock.clock };
}

static inline void
assert_ok(struct err err)
{
	if (err.code)
		fail_msg("error %d: %s", (int)err.code, err.detail ? err.detail : "");
}

static inline void
fixture_open(struct fixture *f)
{
	fixture_init(f);
	assert_ok(store_open(f->arena, &f->options, &f->store));
}

static inline void
fixture_reopen(struct fixture *f)
{
	store_close(f->store);
	f->store = NULL;
	assert_ok(store_open(f->arena, &f->options, &f->store));
}

/* For _cleanup_; a failed assertion jumps past it, and the process ends soon after. */
static inline void
fixture_close(struct fixture *f)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock", "-journal" };

	store_close(f->store);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		(void)unlink(arena_printf(f->arena, "%s%s", f->path, ends[i]));
	(void)rmdir(f->dir);
	arena_free(f->arena);
}

/* ---- A look from outside. The text of the first column of the first row, "" for none. ---- */

static inline int
peek_row(void *ret_text, int n, char **texts, _unused_ char **names)
{
	char *text = ret_text;

	if (n > 0 && texts[0])
		(void)snprintf(text, 256, "%s", texts[0]);
	return 0;
}

static inline const char *
peek(struct fixture *f, const char *sql)
{
	char *text = arena_alloc(f->arena, 256);
	sqlite3 *handle = NULL;

	assert_int_equal(sqlite3_open_v2(f->path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	/* Else the last one out would checkpoint. */
	assert_int_equal(sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, sql, peek_row, text, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
	return text;
}

static inline int64_t
peek_int(struct fixture *f, const char *sql)
{
	int64_t number = -1;

	assert_true(str_to_int64(str_of(peek(f, sql)), &number));
	return number;
}

/* ---- A connect, as api_connect does it. ---- */

struct ask {
	const char *email; /* "ada@example.com" */
	int64_t databricks_user_id;
	int64_t workspace_id;
	enum cloud cloud;
	enum connection_scope scope;
	bool is_demo;
	bool is_established;
	struct str connection_id;
	uint8_t print; /* requests with the same one are the same */
	const char *hostname;
	struct connect_policy policy;
	size_t n_secrets;
};

struct told {
	struct connect_state state;
	struct connect_decision decision;
	bool loads_only;
	struct arena *arena;
	struct connect_request req;
	struct fingerprint fingerprint;
	struct str account_key;
	struct connect_policy policy;
	struct sealed_secret secrets[N_SECRET_KINDS];
	size_t n_secrets;
};

static inline struct err
ask_run(void *arg, struct store_tx *tx)
{
	struct told *told = arg;
	struct err err = store_load_connect_state(tx, told->arena, &told->req, told->account_key,
						  &told->fingerprint, &told->policy, &told->state);
	struct connect_record record = { &told->req,	&told->decision, &told->fingerprint,
					 told->secrets, told->n_secrets, told->state.now };

	if (err.code || told->loads_only)
		return err;
	err = connect_decide(told->arena, &told->req, told->account_key, &told->state,
			     &told->policy, &told->decision);
	return err.code ? err : store_apply_connect(tx, told->arena, &record);
}

static inline void
ask_prepare(struct fixture *f, const struct ask *ask, struct told *told)
{
	struct instant now = clock_now(&f->clock.clock);

	*told = (struct told){ .arena = f->arena, .policy = ask->policy };
	assert_true(email_read(f->arena, str_of(ask->email), &told->req.email));
	told->account_key = told->req.email.domain;
	told->req.first_name = STR("Ada");
	told->req.databricks_user_id.value = ask->databricks_user_id;
	told->req.workspace_id.value = ask->workspace_id;
	told->req.cloud = ask->cloud;
	told->req.scope = ask->scope;
	told->req.is_demo = ask->is_demo;
	told->req.is_connection_established = ask->is_established;
	told->req.connection_id.value = ask->connection_id;
	told->req.resources.hostname = str_of(ask->hostname);
	memset(told->fingerprint.bytes, ask->print, sizeof(told->fingerprint.bytes));
	told->state.now = now;
	told->state.received = now;
	told->state.fresh_account_id.value = uuid_new(f->arena, now, &rng_system);
	told->state.fresh_user_id.value = uuid_new(f->arena, now, &rng_system);
	told->state.fresh_connection_id.value = uuid_new(f->arena, now, &rng_system);
	told->n_secrets = ask->n_secrets;
	for (size_t i = 0; i < ask->n_secrets; i++)
		told->secrets[i] = (struct sealed_secret){ (enum secret_kind)i, STR("a-key"),
							   STR("sealed\0blob") };
}

/* Connects and stores what is decided. */
static inline struct told
connect_ask(struct fixture *f, const struct ask *ask)
{
	struct told told;

	ask_prepare(f, ask, &told);
	assert_ok(store_run(f->store, ask_run, &told));
	return told;
}

/* Only loads what the decision would see. */
static inline struct told
look_ask(struct fixture *f, const struct ask *ask)
{
	struct told told;

	ask_prepare(f, ask, &told);
	told.loads_only = true;
	assert_ok(store_run(f->store, ask_run, &told));
	return told;
}

static inline void
assert_str(struct str got, struct str want)
{
	if (!str_equal(got, want))
		fail_msg("got \"%.*s\", want \"%.*s\"", STR_ARG(got), STR_ARG(want));
}

#endif
