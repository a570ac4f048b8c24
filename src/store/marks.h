/**
 * Delivery marks that wait for a commit: the newest of each connection. Inside this room only.
 */
#ifndef PC_STORE_MARKS_H
#define PC_STORE_MARKS_H

#include "base/str.h"
#include "base/uuid.h"

/* Past it marks are dropped, as in a crash: they count as not delivered. It is reached only when
 * commits fail while answers still go out. */
#define MAX_MARKS 16384
#define N_MARK_BUCKETS 512

struct mark {
	char id[UUID_TEXT_LEN];
	bool is_delivered;
	uint32_t next; /* in its bucket; index + 1, 0 ends */
};

struct marks {
	struct mark *rows;
	size_t n;
	size_t size;
	uint32_t buckets[N_MARK_BUCKETS]; /* index + 1, 0: empty */
};

/** An id that is not of our length is none of ours, and ignored. */
void marks_add(struct marks *marks, struct str connection_id, bool is_delivered);
/** Adds all of @from, which are newer, and empties it. */
void marks_move(struct marks *to, struct marks *from);
void marks_clear(struct marks *marks);
void marks_release(struct marks *marks);

static inline struct str
mark_id(const struct mark *mark)
{
	return (struct str){ mark->id, sizeof(mark->id) };
}

#endif
