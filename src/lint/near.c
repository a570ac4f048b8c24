/*
 * Edit distance with neighbour swaps (optimal string alignment), three rows at a time.
 */
#include "lint/near.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

struct matrix_rows {
	size_t before[NEAR_MAX_LEN + 1]; /* of the letter before the last */
	size_t last[NEAR_MAX_LEN + 1];
	size_t next[NEAR_MAX_LEN + 1];
};

static void
fill_row(struct matrix_rows *rows, struct str a, struct str b, size_t i)
{
	char c = lower(a.ptr[i - 1]);

	rows->next[0] = i;
	for (size_t j = 1; j <= b.len; j++) {
		char d = lower(b.ptr[j - 1]);
		size_t steps = rows->last[j - 1] + (c != d);

		steps = smaller(steps, smaller(rows->last[j], rows->next[j - 1]) + 1);
		if (i > 1 && j > 1 && c == lower(b.ptr[j - 2]) && d == lower(a.ptr[i - 2]))
			steps = smaller(steps, rows->before[j - 2] + 1);
		rows->next[j] = steps;
	}
}

size_t
near_distance(struct str a, struct str b, size_t limit)
{
	struct matrix_rows rows = { 0 };
	size_t longer = a.len > b.len ? a.len : b.len;

	if (longer > NEAR_MAX_LEN || longer - smaller(a.len, b.len) > limit)
		return limit + 1;
	for (size_t j = 0; j <= b.len; j++)
		rows.last[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		fill_row(&rows, a, b, i);
		memcpy(rows.before, rows.last, sizeof(rows.last));
		memcpy(rows.last, rows.next, sizeof(rows.next));
	}
	return smaller(rows.last[b.len], limit + 1);
}

static bool
is_letter_or_digit(char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The next letter or digit from *at on; NUL at the end. */
static char
next_letter(struct str s, size_t *at)
{
	while (*at < s.len && !is_letter_or_digit(s.ptr[*at]))
		(*at)++;
	return *at < s.len ? lower(s.ptr[(*at)++]) : '\0';
}

static bool
has_same_letters(struct str a, struct str b)
{
	size_t i = 0;
	size_t j = 0;
	size_t n = 0;

	for (;; n++) {
		char c = next_letter(a, &i);

		if (c != next_letter(b, &j))
			return false;
		if (c == '\0')
			return n > 0;
	}
}

void
near_try(struct near *near, struct str candidate)
{
	size_t limit = candidate.len / 3 > 0 ? candidate.len / 3 : 1;
	size_t distance = has_same_letters(near->word, candidate)
				  ? 0
				  : near_distance(near->word, candidate, limit);

	/* A word of two letters is one step from too many others. */
	if (distance > limit || distance >= candidate.len)
		return;
	if (!near->best.ptr || distance < near->distance) {
		near->best = candidate;
		near->distance = distance;
	}
}
