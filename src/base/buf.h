/**
 * A buffer to build text in. Its maximum is given at the start: past it nothing more is added and
 * is_full says so, which the caller asks once, at the end.
 *
 * The memory comes from an arena and lives as long as it.
 */
#ifndef PC_BASE_BUF_H
#define PC_BASE_BUF_H

#include "base/arena.h"

struct buf {
	struct arena *arena;
	char *ptr;
	size_t len;
	size_t size; /* of the memory at ptr */
	size_t max;
	bool is_full; /* something did not fit and was left out */
};

void buf_init(struct buf *buf, struct arena *arena, size_t max);
void buf_clear(struct buf *buf);

void buf_add(struct buf *buf, struct str s);
void buf_add_char(struct buf *buf, char c);
_printf_(2, 3) void buf_addf(struct buf *buf, const char *format, ...);
void buf_add_int64(struct buf *buf, int64_t value);

/** What was built; borrows from the buffer until its next change. */
struct str buf_str(const struct buf *buf);
/** The same as a C string: a NUL stands behind it. */
const char *buf_cstr(struct buf *buf);

#endif
