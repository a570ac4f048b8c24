/*
 * The arena: chunks of memory in a list, the newest first; freed and wiped whole.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_OBJECTS_APART 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_OBJECTS_APART 1
#endif
#endif

/* One connect call needs about 9 KiB: it gets by with its first chunk. */
#define CHUNK_SIZE ((size_t)16384 - 64)

struct chunk {
	struct chunk *next;
	size_t size;
	size_t used;
	alignas(max_align_t) char data[];
};

struct arena {
	struct chunk *chunks;
};

static void *
alloc_or_abort(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		abort();
	return memory;
}

static struct chunk *
chunk_add(struct arena *arena, size_t size)
{
	struct chunk *chunk = alloc_or_abort(sizeof(*chunk) + size);

	chunk->size = size;
	chunk->used = 0;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

struct arena *
arena_create(void)
{
	struct arena *arena = alloc_or_abort(sizeof(*arena));

	arena->chunks = NULL;
	return arena;
}

void
arena_free(struct arena *arena)
{
	struct chunk *next;

	if (!arena)
		return;
	for (struct chunk *chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		explicit_bzero(chunk->data, chunk->used);
		free(chunk);
	}
	free(arena);
}

void
arena_freep(struct arena **arena)
{
	arena_free(*arena);
	*arena = NULL;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	size_t aligned = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	struct chunk *chunk = arena->chunks;
	void *memory;

	if (aligned < size)
		abort();
#ifdef ARENA_OBJECTS_APART
	chunk = chunk_add(arena, size);
	aligned = size;
#else
	if (!chunk || chunk->size - chunk->used < aligned)
		chunk = chunk_add(arena, aligned > CHUNK_SIZE ? aligned : CHUNK_SIZE);
#endif
	memory = chunk->data + chunk->used;
	chunk->used += aligned;
	memset(memory, 0, size);
	return memory;
}

void *
arena_alloc_array(struct arena *arena, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		abort();
	return arena_alloc(arena, total);
}

char *
arena_cstr(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.len + 1);

	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return copy;
}

struct str
arena_str(struct arena *arena, struct str s)
{
	return (struct str){ arena_cstr(arena, s), s.len };
}

struct str
arena_str_lower(struct arena *arena, struct str s)
{
	char *copy = arena_cstr(arena, s);

	for (size_t i = 0; i < s.len; i++) {
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] - 'A' + 'a');
	}
	return (struct str){ copy, s.len };
}

const char *
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	va_list again;
	int len;
	char *text;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		abort();
	text = arena_alloc(arena, (size_t)len + 1);
	(void)vsnprintf(text, (size_t)len + 1, format, again); /* measured just above */
	va_end(again);
	return text;
}
