/*
 * Opening what a server remembers.
 */
#include "cli/state.h"

#include "base/file.h"
#include "base/uuid.h"
#include "cli/environment.h"

#define MAX_BATCH 128
#define MAX_QUEUE 4096
#define FLUSH_MS 200

struct err
state_find_directory(struct arena *arena, const struct settings *settings, const char **ret_path)
{
	const char *systemd = environment_get("STATE_DIRECTORY");
	const char *xdg = environment_get("XDG_STATE_HOME");
	const char *home = environment_get("HOME");

	if (!str_is_empty(settings->state_dir))
		*ret_path = arena_cstr(arena, settings->state_dir);
	else if (systemd && systemd[0] != '\0')
		*ret_path = systemd;
	else if (xdg && xdg[0] == '/')
		*ret_path = arena_printf(arena, "%s/partner-connect", xdg);
	else if (home && home[0] == '/')
		*ret_path = arena_printf(arena, "%s/.local/state/partner-connect", home);
	else
		return err_make(ERR_CONFIG, "no place for state: give state_dir");
	return OK_NONE;
}

/* Without the setting PARTNER_CONNECT_BENCH_BATCH of a bench build: as many as wait. */
static size_t
max_batch(void)
{
#if PC_BENCH
	int64_t n;

	if (str_to_int64(str_of(environment_get("PARTNER_CONNECT_BENCH_BATCH")), &n) && n > 0)
		return (size_t)n;
#endif
	return MAX_BATCH;
}

static struct err
open_store(struct arena *arena, const struct settings *settings, struct clock *clock,
	   struct state *state)
{
	struct store_options options = {
		.url = str_is_empty(settings->store)
			       ? arena_printf(arena, "sqlite:%s/partner.db", state->directory)
			       : arena_cstr(arena, settings->store),
		.cache_mib = settings->store_cache_mib,
		.max_batch = max_batch(),
		.max_queue = MAX_QUEUE,
		.flush_ms = FLUSH_MS,
		.clock = clock,
	};

	return store_open(arena, &options, &state->store);
}

/* ---- Keys: load what is stored, or store the first. On the store thread. ---- */

struct key_work {
	struct arena *arena;
	const struct stored_key *keys;
	size_t n_keys;
	struct stored_key fresh;
};

static struct err
load_keys(void *arg, struct store_tx *tx)
{
	struct key_work *work = arg;

	return store_load_keys(tx, work->arena, &work->keys, &work->n_keys);
}

static struct err
put_key(void *arg, struct store_tx *tx)
{
	struct key_work *work = arg;

	return store_put_key(tx, &work->fresh);
}

static struct err
unlock(struct state *state, struct clock *clock, struct rng *rng, struct key_work *work)
{
	struct vault_wrapped_key *wrapped =
		arena_new_array(work->arena, work->n_keys, struct vault_wrapped_key);
	struct instant now = clock_now(clock);
	struct vault_wrapped_key minted = { 0 };
	struct err err;

	for (size_t i = 0; i < work->n_keys; i++)
		wrapped[i] = (struct vault_wrapped_key){ work->keys[i].id, work->keys[i].wrapped,
							 work->keys[i].is_active };
	err = vault_unlock(state->vault, work->arena, wrapped, work->n_keys,
			   uuid_new(work->arena, now, rng), &minted);
	if (err.code || str_is_empty(minted.id))
		return err;
	work->fresh = (struct stored_key){ minted.id, minted.wrapped, true, now };
	return store_run(state->store, put_key, work);
}

static struct err
open_vault(struct arena *arena, const struct settings *settings, struct clock *clock,
	   struct rng *rng, struct state *state)
{
	struct key_work work = { .arena = arena };
	struct vault_key_source source = {
		.credentials_directory = environment_get("CREDENTIALS_DIRECTORY"),
		.key_file = str_is_empty(settings->key_file)
				    ? NULL
				    : arena_cstr(arena, settings->key_file),
		.key_text = settings->key,
		.state_dir = state->directory,
	};
	struct err err = store_run(state->store, load_keys, &work);

	if (err.code)
		return err;
	source.may_make = work.n_keys == 0;
	err = vault_open(arena, &source, &state->vault, &state->made_key_path);
	if (err.code)
		return err;
	return unlock(state, clock, rng, &work);
}

struct err
state_open(struct arena *arena, const struct settings *settings, struct clock *clock,
	   struct rng *rng, struct state *ret_state)
{
	struct state state = { 0 };
	struct err err = state_find_directory(arena, settings, &state.directory);

	if (err.code)
		return err;
	err = file_make_directory(arena, state.directory);
	if (err.code)
		return err_make(ERR_CONFIG, err.detail);
	err = open_store(arena, settings, clock, &state);
	if (err.code)
		return err;
	err = open_vault(arena, settings, clock, rng, &state);
	if (err.code)
		state_close(&state);
	else
		*ret_state = state;
	return err;
}

void
state_close(struct state *state)
{
	if (state->store)
		store_close(state->store);
	if (state->vault)
		vault_free(state->vault);
	*state = (struct state){ 0 };
}
