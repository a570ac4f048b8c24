/*
 * Reading the environment.
 */
#include "cli/environment.h"

const char *
environment_get(const char *name)
{
	return getenv(name); /* NOLINT(concurrency-mt-unsafe): one thread, see the header */
}

char *
environment_take(struct arena *arena, const char *name)
{
	char *value = getenv(name); /* NOLINT(concurrency-mt-unsafe): one thread, see the header */
	char *copy;

	if (!value)
		return NULL;
	copy = arena_cstr(arena, str_of(value));
	explicit_bzero(value, strlen(value));
	/* Fails only for a malformed name; ours are literals. */
	(void)unsetenv(name); /* NOLINT(concurrency-mt-unsafe): one thread, see the header */
	return copy;
}
