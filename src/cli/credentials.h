/**
 * The Basic credentials that Databricks calls with: making the first one, changing over to another.
 * Only Argon2id hashes are stored.
 *
 * Rules: AUTH-3, AUTH-4
 */
#ifndef PC_CLI_CREDENTIALS_H
#define PC_CLI_CREDENTIALS_H

#include "cli/state.h"

struct credentials {
	const struct stored_credential *items;
	size_t n;
};

/**
 * Loads what is stored. With nothing stored: takes BASIC_USER and BASIC_PASSWORD from the
 * environment (overwritten there), else makes a pair and writes it to `first-credential` (0600) in
 * the state directory; on a terminal it is printed, too.
 *
 * ERR_CONFIG  one of BASIC_USER and BASIC_PASSWORD is missing or cannot be a credential
 */
_must_use_ struct err credentials_load(struct arena *arena, struct state *state,
				       struct clock *clock, struct log *log,
				       struct credentials *ret_credentials);

#endif
