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

#endif
