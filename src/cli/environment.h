/**
 * The environment: read here and nowhere else, by the main thread, before the others start.
 */
#ifndef PC_CLI_ENVIRONMENT_H
#define PC_CLI_ENVIRONMENT_H

#include "base/arena.h"

/** Borrowed from the environment; NULL when it is not set. */
const char *environment_get(const char *name);

/** Copied, and overwritten where it stood: for secrets. NULL when it is not set. */
char *environment_take(struct arena *arena, const char *name);

#endif
