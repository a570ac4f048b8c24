/*
 * Building text with a maximum.
 */
#include "base/buf.h"

#include <inttypes.h>
#include <stdarg.h>

void
buf_init(struct buf *buf, struct arena *arena, size_t max)
{
	*buf = (struct buf){ .arena = arena, .max = max };
}

void
buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->is_full = false;
}

/* Makes room for @more bytes and a NUL. */
static bool
buf_reserve(struct buf *buf, size_t more)
{
	size_t size = buf->size ? buf->size : 256;
	char *memory;

	if (buf->is_full || more > buf->max - buf->len) {
		buf->is_full = true;
		return false;
	}
	if (buf->size - buf->len > more)
		return true;
	while (size - buf->len <= more)
		size *= 2;
	memory = arena_alloc(buf->arena, size);
	if (buf->len)
		memcpy(memory, buf->ptr, buf->len);
	buf->ptr = memory;
	buf->size = size;
	return true;
}

void
buf_add(struct buf *buf, struct str s)
{
	if (s.len == 0 || !buf_reserve(buf, s.len))
		return;
	memcpy(buf->ptr + buf->len, s.ptr, s.len);
	buf->len += s.len;
}

void
buf_add_char(struct buf *buf, char c)
{
	buf_add(buf, (struct str){ &c, 1 });
}

void
buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args;
	va_list again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		abort();
	if (buf_reserve(buf, (size_t)len)) {
		(void)vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again); /* fits */
		buf->len += (size_t)len;
	}
	va_end(again);
}

void
buf_add_int64(struct buf *buf, int64_t value)
{
	buf_addf(buf, "%" PRId64, value);
}

struct str
buf_str(const struct buf *buf)
{
	return (struct str){ buf->ptr, buf->len };
}

const char *
buf_cstr(struct buf *buf)
{
	if (!buf->ptr)
		return "";
	buf->ptr[buf->len] = '\0';
	return buf->ptr;
}
