/*
 * Delivery marks: a small hash table in the order of arrival.
 */
#include "store/marks.h"

/* FNV-1a. The ids are ours: nobody picks them to collide. */
static uint32_t *
bucket_of(struct marks *marks, struct str id)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < id.len; i++)
		hash = (hash ^ (unsigned char)id.ptr[i]) * 16777619U;
	return &marks->buckets[hash % N_MARK_BUCKETS];
}

static struct mark *
find(struct marks *marks, uint32_t bucket, struct str id)
{
	for (uint32_t i = bucket; i; i = marks->rows[i - 1].next) {
		if (memcmp(marks->rows[i - 1].id, id.ptr, id.len) == 0)
			return &marks->rows[i - 1];
	}
	return NULL;
}

static void
grow(struct marks *marks)
{
	size_t size = marks->size ? marks->size * 2 : 256;
	struct mark *rows = reallocarray(marks->rows, size, sizeof(*rows));

	if (!rows)
		abort();
	marks->rows = rows;
	marks->size = size;
}

void
marks_add(struct marks *marks, struct str id, bool is_delivered)
{
	uint32_t *bucket;
	struct mark *mark;

	if (id.len != UUID_TEXT_LEN)
		return;
	bucket = bucket_of(marks, id);
	mark = find(marks, *bucket, id);
	if (!mark) {
		if (marks->n == MAX_MARKS)
			return;
		if (marks->n == marks->size)
			grow(marks);
		mark = &marks->rows[marks->n++];
		memcpy(mark->id, id.ptr, id.len);
		mark->next = *bucket;
		*bucket = (uint32_t)marks->n;
	}
	mark->is_delivered = is_delivered;
}

void
marks_move(struct marks *to, struct marks *from)
{
	if (to->n == 0) {
		struct marks empty = *to;

		*to = *from;
		*from = empty;
		return;
	}
	for (size_t i = 0; i < from->n; i++)
		marks_add(to, mark_id(&from->rows[i]), from->rows[i].is_delivered);
	marks_clear(from);
}

void
marks_clear(struct marks *marks)
{
	if (marks->n == 0)
		return;
	marks->n = 0;
	memset(marks->buckets, 0, sizeof(marks->buckets));
}

void
marks_release(struct marks *marks)
{
	free(marks->rows);
	*marks = (struct marks){ 0 };
}
