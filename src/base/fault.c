/*
 * Fault points of test builds. In other builds this file is empty.
 */
#include "base/fault.h"

#if PC_FAULT_POINTS

#include "base/str.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>

#define MAX_POINTS 16

static struct {
	struct str name;
	atomic_llong n_passes;
} points[MAX_POINTS];

/* How often this point was passed, this time included. Names are literals: few and lasting. */
static long long
count_pass(struct str name)
{
	static atomic_flag is_busy = ATOMIC_FLAG_INIT;
	long long n = 0;

	while (atomic_flag_test_and_set(&is_busy))
		;
	for (size_t i = 0; i < MAX_POINTS; i++) {
		if (!points[i].name.ptr)
			points[i].name = name;
		if (str_equal(points[i].name, name)) {
			n = atomic_fetch_add(&points[i].n_passes, 1) + 1;
			break;
		}
	}
	atomic_flag_clear(&is_busy);
	return n;
}

static bool
act(struct str action)
{
	struct str kind = str_cut(&action, ':');
	int64_t ms = 0;

	if (str_equal(kind, STR("kill"))) {
		(void)kill(getpid(), SIGKILL); /* does not return */
	} else if (str_equal(kind, STR("sleep")) && str_to_int64(action, &ms)) {
		struct timespec left = { ms / 1000, ms % 1000 * 1000000 };

		while (nanosleep(&left, &left) != 0 && errno == EINTR)
			;
	} else if (str_equal(kind, STR("fail"))) {
		return true;
	}
	return false;
}

bool
fault_point(const char *name)
{
	/* Nobody changes the environment: NOLINTNEXTLINE(concurrency-mt-unsafe) */
	struct str rest = str_of(getenv("PARTNER_CONNECT_FAULTS"));
	long long pass = count_pass(str_of(name));

	while (rest.ptr) {
		struct str armed = str_cut(&rest, ',');
		struct str armed_name = str_cut(&armed, '=');
		struct str action = str_cut(&armed, '@');
		int64_t at = 1;

		if (!str_equal(armed_name, str_of(name)))
			continue;
		if (armed.ptr && !str_to_int64(armed, &at))
			continue;
		if (at == pass)
			return act(action);
	}
	return false;
}

#else
typedef int fault_points_are_compiled_out;
#endif
