/**
 * The connections of a listener and the thread that ends those which take too long.
 *
 * MHD's own timer starts anew with every byte, so a client that sends one byte a second holds its
 * connection for ever. The deadlines here are absolute: the reaper calls shutdown(2) on a descriptor
 * that is overdue, the event thread then sees the end of the connection and cleans up. It never
 * closes a descriptor of the library: the number could be somebody else's by then.
 */
#ifndef PC_HTTP_CONN_H
#define PC_HTTP_CONN_H

#include "base/clock.h"
#include "base/err.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define CONN_PEER_SIZE INET6_ADDRSTRLEN

/** How long each state may last, in ms. */
struct conn_deadlines {
	int head_ms;
	int body_ms;
	int write_ms;
	int idle_ms;
};

enum conn_state {
	CONN_HEAD, /* waits for the rest of a head */
	CONN_BODY,
	CONN_SUSPENDED, /* no deadline: others watch over it */
	CONN_WRITING,
	CONN_IDLE, /* answered once or more, waits for the next head */
};

struct conns;
struct conn;

/** Starts the reaper. */
_must_use_ struct err conns_start(struct arena *arena, const struct conn_deadlines *deadlines,
				  struct clock *clock, struct conns **ret_conns);
/** Stops the reaper. All connections are gone by then. */
void conns_stop(struct conns *conns);
/** From now on idle connections are ended, those that become idle too. */
void conns_drain(struct conns *conns);

/** Registers @fd, which the library owns. */
struct conn *conn_new(struct conns *conns, int fd, const struct sockaddr *peer);
/**
 * Before the library closes the descriptor. When the peer is still sending what nobody will read,
 * a copy of the descriptor is read empty for a while: closing with unread bytes in the kernel
 * sends a reset, which can destroy the answer before the peer has read it.
 */
void conn_free(struct conn *conn);

/** Enters @state with its deadline. A head has the earlier of its own and the idle deadline. */
void conn_enter(struct conn *conn, enum conn_state state);
/** The last request was not read to its end. */
void conn_mark_cut_short(struct conn *conn);
int conn_fd(const struct conn *conn);
const char *conn_peer(const struct conn *conn);

#endif
