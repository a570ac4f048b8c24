/**
 * Near misses: which of the known words a stranger's word was meant to be.
 */
#ifndef PC_LINT_NEAR_H
#define PC_LINT_NEAR_H

#include "base/arena.h"

/** Longer words have no near miss: the work grows with the square of the length. */
#define NEAR_MAX_LEN 64

/**
 * How many letters must be put in, taken out, changed or swapped with their neighbour to make @b
 * of @a; letters compare without case. More than @limit, or a word past NEAR_MAX_LEN: @limit + 1.
 */
size_t near_distance(struct str a, struct str b, size_t limit);

/** The best candidate so far; start with { .word = ... }. */
struct near {
	struct str word;
	struct str best; /* null pointer: none is near enough */
	size_t distance;
};

/**
 * Takes @candidate when it is nearer than what is there. Near is: the same letters and digits
 * without case and punctuation ("AutoAdd", auto_add), or a third of its length in steps (at
 * least one).
 */
void near_try(struct near *near, struct str candidate);

#endif
