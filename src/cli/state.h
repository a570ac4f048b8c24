/**
 * The state directory with what lives in it: the database, the key, the first credential.
 * Opened by `serve` alone: the commands speak to a server that runs.
 */
#ifndef PC_CLI_STATE_H
#define PC_CLI_STATE_H

#include "base/log.h"
#include "cli/settings.h"
#include "store/store.h"
#include "vault/vault.h"

struct state {
	const char *directory;
	const char *made_key_path; /* NULL: a key was there */
	struct store *store;
	struct vault *vault;
};

/** state_dir, or where it is by default. ERR_CONFIG: there is no place for it. */
_must_use_ struct err state_find_directory(struct arena *arena, const struct settings *settings,
					   const char **ret_path);

/**
 * Makes the directory where it is missing, opens and migrates the database, opens the key that
 * fits it. On failure nothing stays open.
 *
 * ERR_CONFIG  no place for state; another process has the database; no key, or a wrong one
 */
_must_use_ struct err state_open(struct arena *arena, const struct settings *settings,
				 struct clock *clock, struct rng *rng, struct state *ret_state);
void state_close(struct state *state);

#endif
