/*
 * Making the listening socket.
 */
#include "http/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Short of it, clients that come in a burst wait a second for their second SYN. */
#define BACKLOG 4096

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool
parse_address(const char *host, uint16_t port, union address *ret_address, socklen_t *ret_len)
{
	struct str text = str_of(host);
	char bare[INET6_ADDRSTRLEN];

	if (str_equal(text, STR("localhost")))
		text = STR("127.0.0.1");
	if (str_starts_with(text, STR("[")) && str_ends_with(text, STR("]")))
		text = str_slice(text, 1, text.len - 2);
	if (text.len >= sizeof(bare))
		return false;
	if (text.len)
		memcpy(bare, text.ptr, text.len);
	bare[text.len] = '\0';

	*ret_address = (union address){ 0 };
	if (inet_pton(AF_INET, bare, &ret_address->v4.sin_addr) == 1) {
		ret_address->v4.sin_family = AF_INET;
		ret_address->v4.sin_port = htons(port);
		*ret_len = sizeof(ret_address->v4);
		return true;
	}
	if (inet_pton(AF_INET6, bare, &ret_address->v6.sin6_addr) == 1) {
		ret_address->v6.sin6_family = AF_INET6;
		ret_address->v6.sin6_port = htons(port);
		*ret_len = sizeof(ret_address->v6);
		return true;
	}
	return false;
}

static void
closep(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static bool
bind_and_listen(int fd, const union address *address, socklen_t len, uint16_t *ret_port)
{
	static const int on = 1;
	union address bound = { 0 };
	socklen_t bound_len = sizeof(bound);

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0)
		return false;
	/* Accepted sockets inherit it: a small answer leaves at once. */
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0)
		return false;
	if (bind(fd, &address->any, len) != 0 || listen(fd, BACKLOG) != 0)
		return false;
	if (getsockname(fd, &bound.any, &bound_len) != 0)
		return false;
	*ret_port = ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port : bound.v4.sin_port);
	return true;
}

struct err
socket_listen(struct arena *arena, const char *host, uint16_t port, int *ret_fd, uint16_t *ret_port)
{
	_cleanup_(closep) int fd = -1;
	union address address;
	socklen_t len;
	const char *name;

	if (!parse_address(host, port, &address, &len))
		return err_format(arena, ERR_IO, "cannot listen on %s: no numeric address", host);
	name = arena_printf(arena, "cannot listen on %s port %u", host, (unsigned int)port);
	fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || !bind_and_listen(fd, &address, len, ret_port))
		return err_errno(arena, ERR_IO, name);
	*ret_fd = fd;
	fd = -1;
	return OK_NONE;
}
