/*
 * Building errors whose detail is not a literal.
 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>

struct err
err_format(struct arena *arena, enum err_code code, const char *format, ...)
{
	va_list args;
	char text[512];

	va_start(args, format);
	/* A longer detail is cut: it is one line. */
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return err_make(code, arena_cstr(arena, str_of(text)));
}

struct err
err_errno(struct arena *arena, enum err_code code, const char *path)
{
	int saved = errno;
	char text[128];

	/* glibc's strerror_r() returns the text, which may or may not be in the buffer. */
	return err_format(arena, code, "%s: %s", path, strerror_r(saved, text, sizeof(text)));
}
