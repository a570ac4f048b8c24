/**
 * An arena: memory that is freed whole. One per call; nothing in it is freed by hand.
 *
 * Calls never return NULL: out of memory aborts, for what a stranger can make us allocate is
 * limited at the door (sizes of headers, bodies and fields). All that was handed out is wiped when
 * the arena is freed, because request bodies and the strings cut from them hold secrets.
 *
 * Under AddressSanitizer each object is malloc'ed apart, so that an overrun shows.
 * Not thread-safe: one thread at a time.
 */
#ifndef PC_BASE_ARENA_H
#define PC_BASE_ARENA_H

#include "base/str.h"

struct arena;

struct arena *arena_create(void);
void arena_free(struct arena *arena);
/** For _cleanup_: frees *arena, NULL is fine. */
void arena_freep(struct arena **arena);

/** @size zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);
/** The same for @n things of @size; aborts when the product overflows. */
void *arena_alloc_array(struct arena *arena, size_t n, size_t size);

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_new_array(arena, n, type) ((type *)arena_alloc_array((arena), (n), sizeof(type)))

/** A copy of @s with a NUL behind it that is not counted. */
struct str arena_str(struct arena *arena, struct str s);
/** The same with A-Z as a-z. */
struct str arena_str_lower(struct arena *arena, struct str s);
/** A copy of @s as a C string. The caller knows that it holds no NUL. */
char *arena_cstr(struct arena *arena, struct str s);
_printf_(2, 3) const char *arena_printf(struct arena *arena, const char *format, ...);

#endif
