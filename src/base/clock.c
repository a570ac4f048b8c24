/*
 * The machine's clock, and how an instant is written.
 */
#include "base/clock.h"

static int64_t
read_ns(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0)
		abort(); /* cannot fail for the two clocks below */
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static struct instant
system_now(_unused_ struct clock *self)
{
	return (struct instant){ read_ns(CLOCK_REALTIME) / 1000000 };
}

static struct tick
system_tick(_unused_ struct clock *self)
{
	return (struct tick){ read_ns(CLOCK_MONOTONIC) };
}

struct clock clock_system = { .now = system_now, .tick = system_tick };

void
instant_format(struct instant t, char text[static INSTANT_TEXT_SIZE])
{
	int64_t ms = t.ms % 1000;
	time_t seconds = (time_t)(t.ms / 1000);
	struct tm tm;
	char rest[sizeof("01-01T00:00:00")];

	if (ms < 0) {
		ms += 1000;
		seconds--;
	}
	if (!gmtime_r(&seconds, &tm))
		abort(); /* the year does not fit an int: no instant of ours */
	(void)strftime(rest, sizeof(rest), "%m-%dT%H:%M:%S", &tm); /* always 14 characters */
	(void)snprintf(text, INSTANT_TEXT_SIZE, "%04d-%s.%03uZ", tm.tm_year + 1900, rest,
		       (unsigned int)ms % 1000); /* the buffer holds the longest */
}
