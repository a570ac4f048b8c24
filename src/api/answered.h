/**
 * When the latest connects were answered, to the order of events.
 *
 * The database has when a connect came in, by the millisecond. Whether it was still running when
 * its twin came in, and how long ago it was answered, is decided by less: here is when its answer
 * was handed over. Exact within a process; with several on one database the stored times are left.
 *
 * Rules: RETRY-1, RETRY-3, RETRY-4
 */
#ifndef PC_API_ANSWERED_H
#define PC_API_ANSWERED_H

#include "base/clock.h"
#include "core/ids.h"

struct answered;

struct answered *answered_new(void);
void answered_free(struct answered *answered);

/** From any thread, before the answer is handed over: its caller must not be back before this. */
void answered_note(struct answered *answered, struct connection_id id, struct clock *clock);

struct answer_time {
	struct tick tick;
	struct instant instant;
};

/** The last answer with this connection; false when there was none lately. From any thread. */
bool answered_find(struct answered *answered, struct connection_id id,
		   struct answer_time *ret_time);

#endif
