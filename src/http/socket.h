/**
 * The listening socket: made here and not by the HTTP library, so that port 0, the backlog and
 * close-on-exec are ours to say.
 */
#ifndef PC_HTTP_SOCKET_H
#define PC_HTTP_SOCKET_H

#include "base/err.h"

/**
 * @host      a numeric address, IPv6 with or without brackets, or "localhost" for 127.0.0.1
 * @ret_fd    bound, listening, non-blocking; the caller's
 * @ret_port  the port that the kernel gave
 *
 * ERR_IO  the address cannot be bound; the detail names it
 */
_must_use_ struct err socket_listen(struct arena *arena, const char *host, uint16_t port,
				    int *ret_fd, uint16_t *ret_port);

/**
 * Listens on a Unix socket that its owner alone may connect to (0600). The path may be longer than
 * an address of that kind. A socket that nobody listens on any more, left by a process that died, is
 * replaced: the caller makes sure that no other process is about to listen on it.
 *
 * @ret_fd  as above
 *
 * ERR_IO  it cannot be made, or the path is taken by a living server or by what is no socket; the
 *         detail names the path
 */
_must_use_ struct err socket_listen_unix(struct arena *arena, const char *path, int *ret_fd);

#endif
