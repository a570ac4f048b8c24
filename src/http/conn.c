/*
 * The registry of connections, the reaper, and the lingering close.
 */
#include "http/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

/* Copies of descriptors that are read empty at the same time; beyond that a close is just a close. */
#define MAX_FAREWELLS 64
#define LINGER_MS 2000
#define MAX_PERIOD_MS 250
#define NEVER INT64_MAX

struct conn {
	struct conns *conns;
	struct conn *prev; /* the list belongs to the mutex of conns */
	struct conn *next;
	int fd;
	bool is_cut_short;     /* event thread only */
	bool is_idle_ended;    /* mutex */
	atomic_int state;      /* enum conn_state */
	atomic_llong deadline; /* ns of the monotonic clock */
	char peer[CONN_PEER_SIZE];
};

struct farewell {
	int fd;
	int64_t deadline;
};

struct conns {
	struct clock *clock;
	struct conn_deadlines deadlines;
	int period_ms;
	pthread_t reaper;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	struct conn *first;
	struct farewell farewells[MAX_FAREWELLS];
	size_t n_farewells;
	bool is_draining;
	bool is_stopping;
};

static int
smallest(const struct conn_deadlines *d)
{
	int smallest = d->head_ms < d->body_ms ? d->head_ms : d->body_ms;

	smallest = d->write_ms < smallest ? d->write_ms : smallest;
	return d->idle_ms < smallest ? d->idle_ms : smallest;
}

/* Reads what the peer has sent, and no more than a few rounds of it. True: there may be more later. */
static bool
read_empty(int fd)
{
	char scratch[4096];

	for (int round = 0; round < 64; round++) {
		ssize_t n = recv(fd, scratch, sizeof(scratch), MSG_DONTWAIT);

		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		if (n < 0 && errno == EAGAIN)
			return true;
	}
	return true;
}

static void
serve_lingering(struct conns *conns, int64_t now)
{
	size_t kept = 0;

	for (size_t i = 0; i < conns->n_farewells; i++) {
		struct farewell last = conns->farewells[i];

		if (!conns->is_stopping && now < last.deadline && read_empty(last.fd))
			conns->farewells[kept++] = last;
		else
			(void)close(last.fd); /* nothing is lost: all was sent or given up */
	}
	conns->n_farewells = kept;
}

/*
 * Out of time. Who does not take our answer would leave it in the kernel for minutes after we have
 * closed: that one is reset when the library closes the descriptor.
 */
static void
cut(struct conn *conn)
{
	static const struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	atomic_store(&conn->deadline, NEVER);
	if (atomic_load(&conn->state) == CONN_WRITING)
		(void)setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	(void)shutdown(conn->fd, SHUT_RDWR); /* it may be gone already: fine */
}

static void
reap(struct conns *conns, int64_t now)
{
	for (struct conn *conn = conns->first; conn; conn = conn->next) {
		if (atomic_load(&conn->deadline) <= now) {
			cut(conn);
		} else if (conns->is_draining && !conn->is_idle_ended &&
			   atomic_load(&conn->state) == CONN_IDLE) {
			/*
			 * Only the reading side: a request that is already in the kernel is
			 * still read and answered, then comes the end.
			 */
			conn->is_idle_ended = true;
			(void)shutdown(conn->fd, SHUT_RD);
		}
	}
}

/* Returns with the mutex held, after a while or when there is news. */
static void
wait_for_news(struct conns *conns)
{
	struct timespec until;

	if (!conns->first && conns->n_farewells == 0) {
		(void)pthread_cond_wait(&conns->wake, &conns->mutex);
		return;
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &until); /* cannot fail */
	until.tv_nsec += (long)conns->period_ms * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	(void)pthread_cond_timedwait(&conns->wake, &conns->mutex, &until);
}

static void *
run_reaper(void *arg)
{
	struct conns *conns = arg;

	(void)pthread_mutex_lock(&conns->mutex);
	while (!conns->is_stopping) {
		int64_t now = clock_tick(conns->clock).ns;

		reap(conns, now);
		serve_lingering(conns, now);
		wait_for_news(conns);
	}
	serve_lingering(conns, NEVER);
	(void)pthread_mutex_unlock(&conns->mutex);
	return NULL;
}

struct err
conns_start(struct arena *arena, const struct conn_deadlines *deadlines, struct clock *clock,
	    struct conns **ret_conns)
{
	struct conns *conns = arena_new(arena, struct conns);
	pthread_condattr_t attr;
	int period_ms = smallest(deadlines) / 4 + 1;
	int rc;

	conns->clock = clock;
	conns->deadlines = *deadlines;
	conns->period_ms = period_ms < MAX_PERIOD_MS ? period_ms : MAX_PERIOD_MS;
	(void)pthread_mutex_init(&conns->mutex, NULL); /* these do not fail in glibc */
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&conns->wake, &attr);
	(void)pthread_condattr_destroy(&attr);
	rc = pthread_create(&conns->reaper, NULL, run_reaper, conns);
	if (rc != 0) {
		errno = rc;
		return err_errno(arena, ERR_IO, "cannot start the listener's reaper");
	}
	*ret_conns = conns;
	return OK_NONE;
}

void
conns_stop(struct conns *conns)
{
	(void)pthread_mutex_lock(&conns->mutex);
	conns->is_stopping = true;
	(void)pthread_cond_signal(&conns->wake);
	(void)pthread_mutex_unlock(&conns->mutex);
	(void)pthread_join(conns->reaper, NULL);
	(void)pthread_cond_destroy(&conns->wake);
	(void)pthread_mutex_destroy(&conns->mutex);
}

void
conns_drain(struct conns *conns)
{
	(void)pthread_mutex_lock(&conns->mutex);
	conns->is_draining = true;
	(void)pthread_cond_signal(&conns->wake);
	(void)pthread_mutex_unlock(&conns->mutex);
}

static void
write_peer(char text[static CONN_PEER_SIZE], const struct sockaddr *peer)
{
	const void *address = NULL;

	if (peer && peer->sa_family == AF_INET)
		address = &((const struct sockaddr_in *)(const void *)peer)->sin_addr;
	else if (peer && peer->sa_family == AF_INET6)
		address = &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
	if (!address || !inet_ntop(peer->sa_family, address, text, CONN_PEER_SIZE))
		text[0] = '\0';
}

struct conn *
conn_new(struct conns *conns, int fd, const struct sockaddr *peer)
{
	struct conn *conn = calloc(1, sizeof(*conn));

	if (!conn)
		abort();
	conn->conns = conns;
	conn->fd = fd;
	write_peer(conn->peer, peer);
	atomic_init(&conn->state, CONN_HEAD);
	atomic_init(&conn->deadline,
		    tick_add_ms(clock_tick(conns->clock), conns->deadlines.head_ms).ns);

	(void)pthread_mutex_lock(&conns->mutex);
	conn->next = conns->first;
	if (conns->first)
		conns->first->prev = conn;
	else
		(void)pthread_cond_signal(&conns->wake);
	conns->first = conn;
	(void)pthread_mutex_unlock(&conns->mutex);
	return conn;
}

/* Is the peer still sending what nobody will read? */
static bool
must_linger(const struct conn *conn)
{
	char byte;
	ssize_t n = recv(conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n > 0 || (n < 0 && errno == EAGAIN && conn->is_cut_short);
}

static void
unlink_conn(struct conns *conns, struct conn *conn)
{
	if (conn->prev)
		conn->prev->next = conn->next;
	else
		conns->first = conn->next;
	if (conn->next)
		conn->next->prev = conn->prev;
}

void
conn_free(struct conn *conn)
{
	struct conns *conns = conn->conns;
	int copy = -1;

	if (must_linger(conn) && read_empty(conn->fd))
		copy = fcntl(conn->fd, F_DUPFD_CLOEXEC, 0); /* none left: a plain close, then */

	(void)pthread_mutex_lock(&conns->mutex);
	unlink_conn(conns, conn);
	if (copy >= 0 && conns->n_farewells < MAX_FAREWELLS && !conns->is_stopping) {
		conns->farewells[conns->n_farewells++] =
			(struct farewell){ copy,
					   tick_add_ms(clock_tick(conns->clock), LINGER_MS).ns };
		copy = -1;
		(void)pthread_cond_signal(&conns->wake);
	}
	(void)pthread_mutex_unlock(&conns->mutex);
	if (copy >= 0)
		(void)close(copy);
	free(conn);
}

void
conn_enter(struct conn *conn, enum conn_state state)
{
	const struct conn_deadlines *d = &conn->conns->deadlines;
	int64_t now = clock_tick(conn->conns->clock).ns;
	int64_t old = atomic_load(&conn->deadline);
	int64_t deadline = NEVER;

	switch (state) {
	case CONN_HEAD:
		deadline = tick_add_ms((struct tick){ now }, d->head_ms).ns;
		deadline = old < deadline ? old : deadline;
		break;
	case CONN_BODY:
		deadline = tick_add_ms((struct tick){ now }, d->body_ms).ns;
		break;
	case CONN_SUSPENDED:
		break;
	case CONN_WRITING:
		deadline = tick_add_ms((struct tick){ now }, d->write_ms).ns;
		break;
	case CONN_IDLE:
		deadline = tick_add_ms((struct tick){ now }, d->idle_ms).ns;
		break;
	}
	atomic_store(&conn->deadline, deadline);
	atomic_store(&conn->state, (int)state);
}

void
conn_mark_cut_short(struct conn *conn)
{
	conn->is_cut_short = true;
}

int
conn_fd(const struct conn *conn)
{
	return conn->fd;
}

const char *
conn_peer(const struct conn *conn)
{
	return conn->peer;
}
