/*
 * Where the key-encryption key comes from: files, the environment's text, or the generator. A key
 * file holds 64 hexadecimal digits and the end of the line, and nobody but its owner reads it.
 */
#include "vault/vault_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

#define KEY_DIGITS ((size_t)2 * KEY_SIZE)

enum keyfile_home {
	KEYFILE_OURS,
	/*
	 * systemd hands a credential to the service's user by an ACL on a file of root's, whose
	 * mask shows as the group's bits.
	 */
	KEYFILE_OF_SYSTEMD,
};

static void
close_fdp(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* what was written is synced and checked before */
}

static bool
is_readable_by_others(const struct stat *st, enum keyfile_home home)
{
	mode_t allowed = S_IRUSR | S_IWUSR;

	if (home == KEYFILE_OF_SYSTEMD && st->st_uid == 0 && st->st_gid == 0)
		allowed |= S_IRGRP;
	return (st->st_mode & 07777 & ~allowed) != 0;
}

static struct err
check_file(struct arena *arena, const char *path, const struct stat *st, enum keyfile_home home)
{
	if (!S_ISREG(st->st_mode))
		return err_format(arena, ERR_CONFIG, "%s: not a regular file", path);
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return err_format(arena, ERR_CONFIG, "%s: belongs to another user", path);
	if (is_readable_by_others(st, home))
		return err_format(arena, ERR_CONFIG,
				  "%s: open to others than its owner: chmod 0400 it", path);
	return OK_NONE;
}

static bool
read_digits(const char *text, size_t len, uint8_t kek[static KEY_SIZE])
{
	size_t n = 0;

	if (len == KEY_DIGITS + 1 && text[KEY_DIGITS] == '\n')
		len--;
	return len == KEY_DIGITS && sodium_hex2bin(kek, KEY_SIZE, text, len, NULL, &n, NULL) == 0 &&
	       n == KEY_SIZE;
}

/* Reads up to @size bytes: less than that is the end of the file. */
static ssize_t
read_up_to(int fd, char *text, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t got = read(fd, text + len, size - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	return (ssize_t)len;
}

static struct err
read_file(struct arena *arena, const char *path, enum keyfile_home home,
	  uint8_t kek[static KEY_SIZE], bool *ret_found)
{
	/* O_NONBLOCK: a pipe in the file's place must not hold up the start. */
	_cleanup_(close_fdp) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char text[KEY_DIGITS + 2];
	struct stat st;
	struct err err;
	ssize_t len;
	bool is_key;

	*ret_found = fd >= 0 || errno != ENOENT;
	if (!*ret_found)
		return OK_NONE;
	if (fd < 0 || fstat(fd, &st) != 0)
		return err_errno(arena, ERR_CONFIG, path);
	err = check_file(arena, path, &st, home);
	if (err.code)
		return err;
	len = read_up_to(fd, text, sizeof(text));
	if (len < 0)
		return err_errno(arena, ERR_CONFIG, path);
	is_key = read_digits(text, (size_t)len, kek);
	explicit_bzero(text, sizeof(text));
	if (!is_key)
		return err_format(arena, ERR_CONFIG,
				  "%s: not a key: 64 hexadecimal digits are wanted", path);
	return OK_NONE;
}

static bool
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

static bool
write_new_key(int fd)
{
	uint8_t kek[KEY_SIZE];
	char text[KEY_DIGITS + 1];
	bool is_written;

	rng_fill(&rng_system, kek, sizeof(kek));
	(void)sodium_bin2hex(text, sizeof(text), kek, sizeof(kek));
	text[KEY_DIGITS] = '\n'; /* in the place of the NUL */
	is_written = write_all(fd, text, sizeof(text));
	explicit_bzero(kek, sizeof(kek));
	explicit_bzero(text, sizeof(text));
	/* The mode at open() has lost what the umask takes; here it is exact. */
	return is_written && fchmod(fd, S_IRUSR) == 0 && fsync(fd) == 0;
}

static struct err
sync_directory(struct arena *arena, const char *path)
{
	_cleanup_(close_fdp) int fd = open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY);

	if (fd < 0 || fsync(fd) != 0)
		return err_errno(arena, ERR_CONFIG, path);
	return OK_NONE;
}

/*
 * Writes the key whole under another name and links it to @path: a crash leaves no half a key
 * there, and of two that make one at the same time one wins. The loser keeps *ret_is_made false.
 */
static struct err
make_file(struct arena *arena, const char *directory, const char *path, bool *ret_is_made)
{
	uint64_t random;
	const char *draft;
	_cleanup_(close_fdp) int fd = -1;
	struct err err = OK_NONE;

	rng_fill(&rng_system, &random, sizeof(random));
	draft = arena_printf(arena, "%s.%016llx", path, (unsigned long long)random);
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR);
	if (fd < 0)
		return err_errno(arena, ERR_CONFIG, draft);
	if (!write_new_key(fd))
		err = err_errno(arena, ERR_CONFIG, draft);
	else if (link(draft, path) == 0)
		*ret_is_made = true;
	else if (errno != EEXIST)
		err = err_errno(arena, ERR_CONFIG, path);
	(void)unlink(draft); /* what stays behind is a key that closed nothing */
	if (err.code)
		return err;
	return sync_directory(arena, directory);
}

static struct err
load_or_make(struct arena *arena, const struct vault_key_source *source,
	     uint8_t kek[static KEY_SIZE], const char **ret_made_path)
{
	const char *path = arena_printf(arena, "%s/key", source->state_dir);
	bool is_found = false;
	bool is_made = false;
	struct err err = read_file(arena, path, KEYFILE_OURS, kek, &is_found);

	if (err.code || is_found)
		return err;
	if (!source->may_make)
		return err_format(arena, ERR_CONFIG,
				  "%s: missing, and the database has secrets of its key", path);
	err = make_file(arena, source->state_dir, path, &is_made);
	if (err.code)
		return err;
	/* Read back, so that what counts is what the disk holds. */
	err = read_file(arena, path, KEYFILE_OURS, kek, &is_found);
	if (!err.code && !is_found)
		err = err_format(arena, ERR_CONFIG, "%s: vanished", path);
	if (!err.code && is_made)
		*ret_made_path = path;
	return err;
}

static struct err
load_text(const char *text, uint8_t kek[static KEY_SIZE])
{
	if (!read_digits(text, strlen(text), kek))
		return err_make(ERR_CONFIG, "key: 64 hexadecimal digits are wanted");
	return OK_NONE;
}

static struct err
load_by_order(struct arena *arena, const struct vault_key_source *source,
	      uint8_t kek[static KEY_SIZE], const char **ret_made_path)
{
	bool is_found = false;
	struct err err;

	if (source->credentials_directory) {
		/* systemd sets the directory for any credential: ours need not be in it. */
		err = read_file(arena, arena_printf(arena, "%s/key", source->credentials_directory),
				KEYFILE_OF_SYSTEMD, kek, &is_found);
		if (err.code || is_found)
			return err;
	}
	if (source->key_file) {
		err = read_file(arena, source->key_file, KEYFILE_OURS, kek, &is_found);
		if (!err.code && !is_found)
			err = err_format(arena, ERR_CONFIG, "key_file: %s: no such file",
					 source->key_file);
		return err;
	}
	if (source->key_text)
		return load_text(source->key_text, kek);
	if (source->state_dir)
		return load_or_make(arena, source, kek, ret_made_path);
	return err_make(ERR_CONFIG, "no key: set key_file, or a state directory to keep one in");
}

struct err
keyfile_load(struct arena *arena, const struct vault_key_source *source,
	     uint8_t kek[static KEY_SIZE], const char **ret_made_path)
{
	struct err err = load_by_order(arena, source, kek, ret_made_path);

	if (source->key_text)
		explicit_bzero(source->key_text, strlen(source->key_text));
	return err;
}
