/*
 * Making the listening socket, of an address or of a path.
 */
#include "http/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

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

/* ---- By path ---- */

/* An address has room for 107 bytes; a longer path is reached through its open directory. */
static struct err
unix_address(struct arena *arena, const char *path, int *ret_dir, struct sockaddr_un *ret_address)
{
	struct str text = str_of(path);
	ptrdiff_t slash = str_find_last(text, '/');

	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (text.len >= sizeof(ret_address->sun_path) && slash > 0) {
		const char *dir = arena_cstr(arena, str_slice(text, 0, (size_t)slash));

		*ret_dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (*ret_dir < 0)
			return err_errno(arena, ERR_IO, dir);
		text = str_of(
			arena_printf(arena, "/proc/self/fd/%d/%s", *ret_dir, path + slash + 1));
	}
	if (str_is_empty(text) || text.len >= sizeof(ret_address->sun_path))
		return err_format(arena, ERR_IO, "%s: too long a name for a socket", path);
	memcpy(ret_address->sun_path, text.ptr, text.len);
	return OK_NONE;
}

static bool
is_answered(const struct sockaddr_un *address)
{
	_cleanup_(closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	/* A full queue is a living server's, too. */
	return fd >= 0 && (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
			   errno == EAGAIN);
}

static struct err
make_room(struct arena *arena, const char *path, const struct sockaddr_un *address)
{
	struct stat stat;

	if (lstat(path, &stat) != 0)
		return errno == ENOENT ? OK_NONE : err_errno(arena, ERR_IO, path);
	if (!S_ISSOCK(stat.st_mode))
		return err_format(arena, ERR_IO, "%s: there is a file that is no socket", path);
	if (is_answered(address))
		return err_format(arena, ERR_IO, "%s: another server listens on it", path);
	if (unlink(path) != 0)
		return err_errno(arena, ERR_IO, path);
	return OK_NONE;
}

struct err
socket_listen_unix(struct arena *arena, const char *path, int *ret_fd)
{
	_cleanup_(closep) int dir = -1;
	_cleanup_(closep) int fd = -1;
	struct sockaddr_un address;
	struct err err = unix_address(arena, path, &dir, &address);

	if (!err.code)
		err = make_room(arena, path, &address);
	if (err.code)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* The file gets the mode of the descriptor: at no moment may others connect. */
	if (fd < 0 || fchmod(fd, 0600) != 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, BACKLOG) != 0)
		return err_errno(arena, ERR_IO, path);
	*ret_fd = fd;
	fd = -1;
	return OK_NONE;
}
