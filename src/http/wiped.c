/*
 * malloc() that remembers its sizes, so that free() can wipe.
 */
#include "http/wiped.h"

#include <stdlib.h>
#include <string.h>

/* Before the caller's bytes; as large as an alignment for any type. */
union head {
	size_t size;
	max_align_t align;
};

void *
wiped_malloc(size_t size)
{
	union head *head;

	if (size > SIZE_MAX - sizeof(*head))
		return NULL;
	head = malloc(sizeof(*head) + size);
	if (!head)
		return NULL;
	head->size = size;
	return head + 1;
}

void *
wiped_calloc(size_t n, size_t size)
{
	size_t total;
	void *ptr;

	if (__builtin_mul_overflow(n, size, &total))
		return NULL;
	ptr = wiped_malloc(total);
	if (ptr)
		memset(ptr, 0, total);
	return ptr;
}

void *
wiped_realloc(void *ptr, size_t size)
{
	size_t old_size = ptr ? ((union head *)ptr - 1)->size : 0;
	void *bigger;

	if (old_size >= size && ptr)
		return ptr;
	bigger = wiped_malloc(size);
	if (bigger && ptr) {
		memcpy(bigger, ptr, old_size);
		wiped_free(ptr);
	}
	return bigger;
}

char *
wiped_strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = wiped_malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}

void
wiped_free(void *ptr)
{
	union head *head = ptr;

	if (!ptr)
		return;
	head--;
	explicit_bzero(ptr, head->size);
	free(head);
}
