/*
 * Listening on a path: who may, what is replaced, and a listener that serves it.
 */
#include "http/socket.h"
#include "http/scripted.h"
#include "support/rows.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

struct place {
	struct arena *arena;
	const char *dir;
	const char *path;
};

/* @depth directories of 60 letters each below a fresh one. */
static struct place
place_make(size_t depth)
{
	struct place place = { .arena = arena_create() };
	char *dir = arena_cstr(place.arena, STR("/tmp/socket_test_XXXXXX"));

	assert_non_null(mkdtemp(dir));
	place.dir = dir;
	for (size_t i = 0; i < depth; i++) {
		dir = arena_cstr(place.arena,
				 str_of(arena_printf(place.arena, "%s/%060d", dir, 0)));
		assert_int_equal(mkdir(dir, 0700), 0);
	}
	place.path = arena_printf(place.arena, "%s/a.sock", dir);
	return place;
}

static void
place_remove(struct place *place)
{
	char *dir = arena_cstr(place->arena, str_of(place->path));

	(void)unlink(place->path); /* a test may have left none */
	while (strlen(dir) > strlen(place->dir)) {
		*strrchr(dir, '/') = '\0';
		assert_int_equal(rmdir(dir), 0);
	}
	arena_free(place->arena);
}

/* Another socket on the path, which listens or does not. */
static int
occupy(const char *path, bool listens)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (listens)
		assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void
is_for_its_owner_alone(_unused_ void **state)
{
	struct place place = place_make(0);
	struct stat stat;
	int fd = -1;

	assert_int_equal(socket_listen_unix(place.arena, place.path, &fd).code, ERR_NONE);
	assert_int_equal(lstat(place.path, &stat), 0);
	assert_true(S_ISSOCK(stat.st_mode));
	assert_int_equal(stat.st_mode & 07777, 0600);
	(void)close(fd);
	place_remove(&place);
}

static void
a_dead_one_is_replaced(_unused_ void **state)
{
	struct place place = place_make(0);
	int fd = -1;

	(void)close(occupy(place.path, true));
	assert_int_equal(socket_listen_unix(place.arena, place.path, &fd).code, ERR_NONE);
	(void)close(fd);
	place_remove(&place);
}

static void
a_living_one_is_not(_unused_ void **state)
{
	struct place place = place_make(0);
	int living = occupy(place.path, true);
	struct stat before;
	struct stat after;
	struct err err;
	int fd = -1;

	assert_int_equal(lstat(place.path, &before), 0);
	err = socket_listen_unix(place.arena, place.path, &fd);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.detail, "another server"));
	assert_int_equal(lstat(place.path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(fd, -1);
	(void)close(living);
	place_remove(&place);
}

static void
a_file_is_left_alone(_unused_ void **state)
{
	struct place place = place_make(0);
	int file = open(place.path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	struct stat stat;
	struct err err;
	int fd = -1;

	assert_true(file >= 0);
	(void)close(file);
	err = socket_listen_unix(place.arena, place.path, &fd);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.detail, "no socket"));
	assert_int_equal(lstat(place.path, &stat), 0);
	assert_true(S_ISREG(stat.st_mode));
	place_remove(&place);
}

static void
a_long_path_is_fine(_unused_ void **state)
{
	struct place place = place_make(3);
	struct stat stat;
	int again = -1;
	int fd = -1;

	assert_true(strlen(place.path) > sizeof(((struct sockaddr_un *)NULL)->sun_path));
	assert_int_equal(socket_listen_unix(place.arena, place.path, &fd).code, ERR_NONE);
	assert_int_equal(lstat(place.path, &stat), 0);
	assert_true(S_ISSOCK(stat.st_mode));
	assert_int_equal(socket_listen_unix(place.arena, place.path, &again).code, ERR_IO);
	(void)close(fd);
	assert_int_equal(socket_listen_unix(place.arena, place.path, &fd).code, ERR_NONE);
	(void)close(fd);
	place_remove(&place);
}

static void
a_missing_directory_is_named(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const char *path = arena_printf(arena, "/nowhere/%0150d/a.sock", 0);
	struct err err;
	int fd = -1;

	err = socket_listen_unix(arena, path, &fd);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.detail, "/nowhere/"));
	err = socket_listen_unix(arena, "/nowhere/a.sock", &fd);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.detail, "/nowhere/a.sock"));
}

static struct client
client_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct client client = { .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };

	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(connect(client.fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return client;
}

/* /peer_uid of the scripted handler says what http_call_peer_uid() does. */
static void
a_listener_serves_it_and_knows_the_peer(_unused_ void **state)
{
	struct place place = place_make(0);
	struct listener_socket socket;
	struct listener_options options = { .socket = &socket };
	struct scripted *s;
	struct client client;
	char want[40];

	assert_int_equal(listener_bind_unix(place.arena, place.path, &socket).code, ERR_NONE);
	s = scripted_start(&options);
	client = client_of(place.path);
	assert_true(client_send(&client, STR("GET /peer_uid HTTP/1.1\r\nHost: a\r\n\r\n")));
	assert_true(client_read(&client, 1));
	assert_int_equal(client_status(&client), 200);
	(void)snprintf(want, sizeof(want), "uid %u", (unsigned int)getuid());
	assert_true(str_equal(client_body(&client), str_of(want)));
	/* The connection is kept, and a call that is put aside comes back on it. */
	assert_true(client_send(&client, STR("GET /suspend HTTP/1.1\r\nHost: a\r\n\r\n")));
	assert_true(client_read(&client, 2));
	assert_true(str_equal(client_body(&client), STR("resumed")));
	listener_drain(s->listener);
	assert_true(client_read_to_end(&client));
	client_done(&client);
	scripted_stop(s);
	place_remove(&place);
}

static void
nobody_is_known_over_tcp(_unused_ void **state)
{
	struct scripted *s = scripted_start(NULL);
	struct client client;

	assert_true(client_connect(&client, listener_port(s->listener)));
	assert_true(client_send(&client, STR("GET /peer_uid HTTP/1.1\r\nHost: a\r\n\r\n")));
	assert_true(client_read(&client, 1));
	assert_true(str_equal(client_body(&client), STR("nobody")));
	client_done(&client);
	scripted_stop(s);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "is_for_its_owner_alone", is_for_its_owner_alone);
	rows_add_one(&rows, "a_dead_one_is_replaced", a_dead_one_is_replaced);
	rows_add_one(&rows, "a_living_one_is_not", a_living_one_is_not);
	rows_add_one(&rows, "a_file_is_left_alone", a_file_is_left_alone);
	rows_add_one(&rows, "a_long_path_is_fine", a_long_path_is_fine);
	rows_add_one(&rows, "a_missing_directory_is_named", a_missing_directory_is_named);
	rows_add_one(&rows, "a_listener_serves_it_and_knows_the_peer",
		     a_listener_serves_it_and_knows_the_peer);
	rows_add_one(&rows, "nobody_is_known_over_tcp", nobody_is_known_over_tcp);
	return rows_run(&rows, argc, argv);
}
