/*
 * A wall clock that a test moves: preloaded into the program under test, it adds the milliseconds
 * in the file MOVED_CLOCK_FILE to CLOCK_REALTIME. The file is 8 bytes in the machine's order, and
 * is mapped, so that a move counts from the next reading on. Other clocks go on as they are: timers
 * and deadlines are not part of the story that a test tells.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Atomic int64_t *offset_ms;

/* Before main() and so before any thread of the program. */
__attribute__((constructor)) static void
map_offset(void)
{
	const char *path = getenv("MOVED_CLOCK_FILE"); /* NOLINT(concurrency-mt-unsafe) */
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *map = MAP_FAILED;

	if (fd >= 0) {
		map = mmap(NULL, sizeof(*offset_ms), PROT_READ, MAP_SHARED, fd, 0);
		(void)close(fd); /* the mapping stays */
	}
	if (map == MAP_FAILED)
		abort(); /* a test that moves no clock must not pass by it */
	offset_ms = map;
}

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	long rc = syscall(SYS_clock_gettime, id, ts);
	int64_t ns;

	if (rc != 0 || id != CLOCK_REALTIME || !offset_ms)
		return (int)rc;
	ns = ts->tv_nsec + atomic_load(offset_ms) * 1000000;
	ts->tv_sec += ns / 1000000000;
	ts->tv_nsec = ns % 1000000000;
	if (ts->tv_nsec < 0) {
		ts->tv_nsec += 1000000000;
		ts->tv_sec--;
	}
	return 0;
}
