/*
 * Opening and closing the operator's listeners.
 */
#include "cli/doors.h"

#include "api/admin/admin.h"

#include <time.h>

/* One operator and one Prometheus; more wait in the kernel. */
#define MAX_CONNECTIONS 16
#define CLOSE_MS 5000

struct err
doors_socket_path(struct arena *arena, const struct settings *settings, const char *state_directory,
		  const char **ret_path)
{
	if (str_equal(settings->admin_socket, STR("off")))
		return err_make(ERR_CONFIG, "admin_socket cannot be off: it names a path");
	*ret_path = str_is_empty(settings->admin_socket)
			    ? arena_printf(arena, "%s/admin.sock", state_directory)
			    : arena_cstr(arena, settings->admin_socket);
	return OK_NONE;
}

struct err
doors_prepare(struct arena *arena, const struct settings *settings, struct app *app,
	      struct doors *ret_doors)
{
	struct doors doors = { .has_health = !str_is_empty(settings->admin_listen) };

	app->doors[DOOR_ADMIN].routes = admin_routes(arena);
	app->doors[DOOR_HEALTH].routes = health_routes(arena);
	if (doors.has_health &&
	    !partner_read_address(arena, settings->admin_listen, &doors.health_address))
		return err_make(ERR_CONFIG, "admin_listen is not HOST:PORT");
	if (doors.has_health && !doors.health_address.is_loopback && !settings->allow_plain_http)
		return err_make(ERR_CONFIG,
				"admin_listen is not loopback: health and metrics would cross the "
				"network in the clear. Give allow_plain_http on a private network");
	app->doors[DOOR_HEALTH].is_loopback = doors.health_address.is_loopback;
	*ret_doors = doors;
	return OK_NONE;
}

static struct err
start(struct arena *arena, struct door *door, const struct listener_socket *socket,
      struct listener **ret_listener)
{
	struct listener_options options = {
		.socket = socket,
		.max_connections = MAX_CONNECTIONS,
		.clock = door->app->clock,
	};
	struct http_handler handler = call_handler(door);

	return listener_start(arena, &options, &handler, ret_listener);
}

static struct err
open_admin(struct arena *arena, const struct settings *settings, const char *state_directory,
	   struct app *app, struct doors *doors)
{
	struct listener_socket socket;
	const char *path;
	struct err err = doors_socket_path(arena, settings, state_directory, &path);

	if (err.code)
		return err;
	err = listener_bind_unix(arena, path, &socket);
	if (err.code)
		return err_format(arena, ERR_CONFIG, "admin_socket: %s", err.detail);
	doors->socket_path = path;
	return start(arena, &app->doors[DOOR_ADMIN], &socket, &doors->admin);
}

static struct err
open_health(struct arena *arena, struct app *app, struct doors *doors)
{
	const struct partner_address *address = &doors->health_address;
	struct listener_socket socket;
	struct err err = listener_bind(arena, address->host, address->port, &socket);

	if (err.code)
		return err_format(arena, ERR_CONFIG, "admin_listen: %s", err.detail);
	doors->health_url =
		arena_printf(arena, "http://%s:%u", address->host, (unsigned int)socket.port);
	return start(arena, &app->doors[DOOR_HEALTH], &socket, &doors->health);
}

struct err
doors_open(struct arena *arena, const struct settings *settings, const char *state_directory,
	   struct app *app, struct doors *doors)
{
	struct err err = open_admin(arena, settings, state_directory, app, doors);

	if (!err.code && doors->has_health)
		err = open_health(arena, app, doors);
	return err;
}

static void
close_one(struct listener *listener, struct clock *clock)
{
	struct tick until = tick_add_ms(clock_tick(clock), CLOSE_MS);
	struct timespec pause = { 0, 2000000 };

	if (!listener)
		return;
	listener_drain(listener);
	while (listener_n_calls(listener) > 0 && clock_tick(clock).ns < until.ns)
		(void)nanosleep(&pause, NULL); /* a signal only shortens it */
	listener_stop(listener);
}

void
doors_close(struct doors *doors, struct clock *clock)
{
	if (doors->socket_path)
		(void)unlink(doors->socket_path); /* gone already: fine */
	close_one(doors->admin, clock);
	close_one(doors->health, clock);
	*doors = (struct doors){ 0 };
}
