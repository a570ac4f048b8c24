/*
 * Reading and replacing small files.
 */
#include "base/file.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static void
fd_done(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* what had to be durable was synced before */
}

static struct err
read_all(struct arena *arena, int fd, const char *path, size_t max, struct buf *buf)
{
	char piece[4096];

	buf_init(buf, arena, max);
	for (;;) {
		ssize_t n = read(fd, piece, sizeof(piece));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(arena, ERR_IO, path);
		if (n == 0)
			break;
		buf_add(buf, (struct str){ piece, (size_t)n });
	}
	explicit_bzero(piece, sizeof(piece)); /* it may have been a key */
	if (buf->is_full)
		return err_format(arena, ERR_IO, "%s: longer than %zu bytes", path, max);
	return OK_NONE;
}

struct err
file_read(struct arena *arena, const char *path, size_t max, struct str *ret_text)
{
	_cleanup_(fd_done) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct buf buf;
	struct err err;

	if (fd < 0)
		return err_errno(arena, ERR_IO, path);
	err = read_all(arena, fd, path, max, &buf);
	if (!err.code)
		*ret_text = buf_str(&buf);
	return err;
}

static struct err
write_all(struct arena *arena, int fd, const char *path, struct str text)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.ptr, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(arena, ERR_IO, path);
		text = str_slice(text, (size_t)n, text.len);
	}
	if (fsync(fd) != 0)
		return err_errno(arena, ERR_IO, path);
	return OK_NONE;
}

/* The name is durable once its directory is. */
static struct err
sync_directory_of(struct arena *arena, const char *path)
{
	ptrdiff_t slash = str_find_last(str_of(path), '/');
	const char *directory = slash > 0 ? arena_cstr(arena, (struct str){ path, (size_t)slash })
				: slash == 0 ? "/"
					     : ".";
	_cleanup_(fd_done) int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) != 0)
		return err_errno(arena, ERR_IO, directory);
	return OK_NONE;
}

struct err
file_replace(struct arena *arena, const char *path, mode_t mode, struct str text)
{
	const char *fresh = arena_printf(arena, "%s.new", path);
	_cleanup_(fd_done) int fd = -1;
	struct err err;

	(void)unlink(fresh); /* left over from a crash, or not there */
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return err_errno(arena, ERR_IO, fresh);
	err = write_all(arena, fd, fresh, text);
	if (!err.code && rename(fresh, path) != 0)
		err = err_errno(arena, ERR_IO, path);
	if (err.code) {
		(void)unlink(fresh); /* the error that counts is the first */
		return err;
	}
	return sync_directory_of(arena, path);
}

struct err
file_make_directory(struct arena *arena, const char *path)
{
	char *copy = arena_cstr(arena, str_of(path));

	for (char *slash = copy; slash;) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			return err_errno(arena, ERR_IO, copy);
		if (slash)
			*slash = '/';
	}
	return OK_NONE;
}
