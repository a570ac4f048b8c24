/**
 * Time, behind a seam: tests and `dev` move the clock by hand.
 *
 * An instant is wall-clock time: it dates rows and expires trials, and may jump. A tick is
 * monotonic: deadlines and durations use it and nothing else does. The two never mix.
 */
#ifndef PC_BASE_CLOCK_H
#define PC_BASE_CLOCK_H

#include "base/base.h"

/** Milliseconds since 1970-01-01 UTC. Zero means "never" in the fields that may be unset. */
struct instant {
	int64_t ms;
};

/** Nanoseconds of the monotonic clock. */
struct tick {
	int64_t ns;
};

struct clock {
	struct instant (*now)(struct clock *self);
	struct tick (*tick)(struct clock *self);
};

/** The machine's clock. */
extern struct clock clock_system;

static inline struct instant
clock_now(struct clock *clock)
{
	return clock->now(clock);
}

static inline struct tick
clock_tick(struct clock *clock)
{
	return clock->tick(clock);
}

static inline bool
instant_is_set(struct instant t)
{
	return t.ms != 0;
}

static inline bool
instant_is_before(struct instant a, struct instant b)
{
	return a.ms < b.ms;
}

static inline struct instant
instant_add_ms(struct instant t, int64_t ms)
{
	return (struct instant){ t.ms + ms };
}

static inline struct tick
tick_add_ms(struct tick t, int64_t ms)
{
	return (struct tick){ t.ns + ms * 1000000 };
}

/** Whole milliseconds from @from to @to. */
static inline int64_t
tick_ms_between(struct tick from, struct tick to)
{
	return (to.ns - from.ns) / 1000000;
}

#define INSTANT_TEXT_SIZE sizeof("-2147483648-01-01T00:00:00.000Z")
/** RFC 3339 with milliseconds, in UTC. */
void instant_format(struct instant t, char text[static INSTANT_TEXT_SIZE]);

#endif
