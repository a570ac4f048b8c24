/*
 * `partner-connect serve`: from settings to a running server, and down again.
 */
#include "api/call.h"
#include "base/file.h"
#include "cli/brand.h"
#include "cli/commands.h"
#include "cli/credentials.h"
#include "cli/dialing.h"
#include "cli/partner.h"
#include "http/client.h"
#include "vault/throttle.h"

#include <signal.h>

#define N_WORKERS 4
#define WORKER_QUEUE 64
/* Longer than the longest call: a test of a connection has 10 s. */
#define DRAIN_MS 12000

struct server {
	struct arena *arena;
	struct settings settings;
	struct app app;
	struct brand brand;
	struct partner_address address;
	struct state state;
	struct pool *pool;
	struct listener *listener;
};

static const char usage[] = "Usage: partner-connect serve --config PARTNER.json [SETTINGS]\n\n"
			    "Answers the Connect API for the partner that the config describes.\n\n"
			    "  partner-connect serve --config partner.json\n"
			    "  partner-connect serve --config partner.json --settings serve.ini "
			    "--listen 0.0.0.0:8443 \\\n"
			    "      --tls-cert chain.pem --tls-key key.pem\n\n"
			    "Each setting is a flag, an environment variable "
			    "PARTNER_CONNECT_<SETTING> and a line of the\n"
			    "settings file, in this order of precedence. The first credential "
			    "comes from BASIC_USER and\n"
			    "BASIC_PASSWORD; without them a pair is made into first-credential in "
			    "the state directory.\n\n"
			    "Settings:\n";

/* ---- The log ---- */

static struct err
open_log(const struct settings *settings, struct log **ret_log)
{
	static const char *const levels[] = { "debug", "info", "warning", "error" };
	enum log_format format = isatty(STDERR_FILENO) ? LOG_FORMAT_TEXT : LOG_FORMAT_JSON;

	if (str_equal(settings->log_format, STR("json")))
		format = LOG_FORMAT_JSON;
	else if (str_equal(settings->log_format, STR("text")))
		format = LOG_FORMAT_TEXT;
	else if (!str_equal(settings->log_format, STR("auto")))
		return err_make(ERR_CONFIG, "log_format is none of json, text, auto");
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		if (str_equal(settings->log_level, str_of(levels[i]))) {
			*ret_log = log_new(STDERR_FILENO, format, (enum log_level)i, &clock_system);
			return OK_NONE;
		}
	}
	return err_make(ERR_CONFIG, "log_level is none of debug, info, warning, error");
}

/* ---- Ready ---- */

static const char *
listen_url(struct server *server)
{
	return arena_printf(server->arena, "%s://%s:%u",
			    listener_is_tls(server->listener) ? "https" : "http",
			    server->address.host, listener_port(server->listener));
}

static struct str
ready_line(struct server *server)
{
	struct buf buf;
	struct json_writer writer = { .buf = &buf };

	buf_init(&buf, server->arena, 65536);
	json_write_begin_object(&writer);
	json_write_name(&writer, "event");
	json_write_string(&writer, STR("ready"));
	json_write_name(&writer, "urls");
	json_write_begin_object(&writer);
	json_write_name(&writer, "public");
	json_write_string(&writer, server->app.settings.public_url);
	json_write_name(&writer, "listen");
	json_write_string(&writer, str_of(listen_url(server)));
	json_write_end_object(&writer);
	json_write_name(&writer, "pid");
	json_write_int64(&writer, getpid());
	json_write_end_object(&writer);
	buf_add_char(&buf, '\n');
	return buf_str(&buf);
}

static struct err
write_ready_fd(struct server *server, int fd, struct str line)
{
	if (write(fd, line.ptr, line.len) != (ssize_t)line.len)
		return err_errno(server->arena, ERR_IO, "ready_fd");
	if (fd > STDERR_FILENO)
		(void)close(fd); /* the reader sees its end; the line is out */
	return OK_NONE;
}

/* Into a file, to a descriptor, else on standard output. */
static struct err
say_ready(struct server *server)
{
	const struct settings *settings = &server->settings;
	struct str line = ready_line(server);
	struct err err = OK_NONE;

	if (!str_is_empty(settings->ready_file))
		err = file_replace(server->arena, arena_cstr(server->arena, settings->ready_file),
				   0644, line);
	if (!err.code && settings->ready_fd >= 0)
		err = write_ready_fd(server, (int)settings->ready_fd, line);
	if (!err.code && str_is_empty(settings->ready_file) && settings->ready_fd < 0)
		err = write_ready_fd(server, STDOUT_FILENO, line);
	if (!err.code)
		log_info(server->app.log, "ready",
			 F_CSTR("address", listen_url(server))
				 F_TEXT("url", server->app.settings.public_url)
					 F_NUM("pid", getpid()));
	return err;
}

/* ---- Up ---- */

/* After a sync error nothing may be acknowledged: the next start makes it good. */
static void
on_fatal(void *context, struct err err)
{
	struct app *app = context;

	log_error(app->log, "store_fatal", F_CSTR("detail", err.detail));
	_exit(EXIT_FAULT);
}

static void
warn_about_settings(struct server *server)
{
	struct app *app = &server->app;

	if (app->config.category == CATEGORY_INGEST && app->n_connectors == 0)
		log_warning(app->log, "no_connectors",
			    F_CSTR("detail", "category INGEST without a connectors file: the list "
					     "is empty"));
	if (app->settings.test_hooks)
		log_warning(app->log, "test_hooks_on",
			    F_CSTR("detail", "accounts of the test domains can be deleted and "
					     "expired by whoever has the credential"));
	brand_warn(&server->brand, app->log);
	if (vault_may_be_swapped(app->vault))
		log_warning(app->log, "key_may_be_swapped",
			    F_CSTR("detail", "RLIMIT_MEMLOCK leaves no room to lock the keys in "
					     "memory"));
	if (server->state.made_key_path)
		log_warning(app->log, "key_made",
			    F_CSTR("file", server->state.made_key_path) F_CSTR(
				    "detail", "back it up apart from the database: without it the "
					      "stored secrets are lost"));
}

static struct err
open_state(struct server *server)
{
	struct app *app = &server->app;
	struct credentials credentials;
	struct err err;

	err = state_open(server->arena, &server->settings, app->clock, app->rng, &server->state);
	if (err.code)
		return err;
	app->store = server->state.store;
	app->vault = server->state.vault;
	store_on_fatal(app->store, on_fatal, app);
	err = credentials_load(server->arena, &server->state, app->clock, app->log, &credentials);
	if (err.code)
		return err;
	server->pool = pool_new(N_WORKERS, WORKER_QUEUE);
	app->pool = server->pool;
	app->dialers = pool_new(APP_MAX_DIALS, APP_MAX_DIALS);
	if (!server->pool || !app->dialers)
		return err_make(ERR_IO, "the system gives no more threads");
	app->throttle = throttle_new(app->clock);
	app->auth = auth_new(server->pool, app->clock, credentials.items, credentials.n);
	return OK_NONE;
}

static struct err
start_listening(struct server *server)
{
	const struct settings *settings = &server->settings;
	struct arena *arena = server->arena;
	struct listener_socket socket;
	struct listener_options options = {
		.socket = &socket,
		.max_connections = (size_t)settings->max_connections,
		.clock = server->app.clock,
	};
	struct http_handler handler = call_handler(&server->app.doors[DOOR_API]);
	struct err err;

	if (!str_is_empty(settings->tls_cert)) {
		options.tls_cert_path = arena_cstr(arena, settings->tls_cert);
		options.tls_key_path = arena_cstr(arena, settings->tls_key);
	}
	/* Bound before it is served: links hold the port. */
	err = listener_bind(arena, server->address.host, server->address.port, &socket);
	if (err.code)
		return err_format(arena, ERR_CONFIG, "listen: %s", err.detail);
	server->app.settings.public_url =
		partner_public_url(arena, settings, &server->app.config, socket.port);
	return listener_start(arena, &options, &handler, &server->listener);
}

static struct err
server_start(struct server *server)
{
	struct app *app = &server->app;
	struct err err;

	for (int i = 0; i < N_DOORS; i++) {
		app->doors[i].app = app;
		app->doors[i].kind = (enum door_kind)i;
	}
	app->clock = &clock_system;
	app->rng = &rng_system;
	app->answered = answered_new();
	if (!http_client_init())
		return err_make(ERR_IO, "libcurl does not start");
	err = open_log(&server->settings, &app->log);
	if (!err.code)
		err = partner_load(server->arena, &server->settings, app, &server->address);
	if (!err.code)
		err = dialing_load(server->arena, &server->settings, &app->settings);
	if (!err.code)
		err = brand_load(server->arena, &server->settings, &app->config, &server->brand);
	app->assets = &server->brand.assets;
	if (!err.code)
		err = open_state(server);
	if (err.code)
		return err;
	warn_about_settings(server);
	err = start_listening(server);
	if (err.code)
		return err;
	return say_ready(server);
}

/* ---- Down ---- */

/* The second signal ends it at once. */
static void
arm_second_signal(void)
{
	sigset_t stops;

	(void)signal(SIGTERM, SIG_DFL); /* neither fails for these signals */
	(void)signal(SIGINT, SIG_DFL);
	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGINT);
	(void)pthread_sigmask(SIG_UNBLOCK, &stops, NULL);
}

static void
drain(struct server *server)
{
	struct clock *clock = server->app.clock;
	struct tick until = tick_add_ms(clock_tick(clock), DRAIN_MS);
	struct timespec pause = { 0, 5000000 };

	listener_drain(server->listener);
	while (listener_n_calls(server->listener) > 0 && clock_tick(clock).ns < until.ns)
		(void)nanosleep(&pause, NULL); /* a signal only shortens it */
}

static void
server_stop(struct server *server)
{
	struct app *app = &server->app;

	if (server->listener)
		listener_stop(server->listener);
	pool_free(app->dialers);
	if (server->pool)
		pool_free(server->pool);
	if (app->auth)
		auth_free(app->auth);
	throttle_free(app->throttle);
	answered_free(app->answered);
	state_close(&server->state);
	if (app->log)
		log_free(app->log);
}

static int
run_until_signal(struct server *server, const sigset_t *stops)
{
	int which = 0;

	(void)sigwait(stops, &which); /* fails only for an invalid set */
	log_info(server->app.log, "stopping", F_NUM("signal", which));
	arm_second_signal();
	drain(server);
	log_info(server->app.log, "stopped",
		 F_NUM("n", (int64_t)listener_n_calls(server->listener)));
	return 0;
}

int
command_serve(int argc, char **argv)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct server *server = arena_new(arena, struct server);
	sigset_t stops;
	struct err err;
	int status;

	server->arena = arena;
	err = settings_read(arena, argc, argv, &server->settings);
	if (err.code)
		return command_fail("serve", err);
	if (server->settings.wants_help) {
		(void)fputs(usage, stdout);
		settings_print_help();
		return 0;
	}
	/* Every thread inherits the mask: signals come to the one that waits for them. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &stops, NULL);
	err = vault_harden_process();
	if (!err.code)
		err = server_start(server);
	status = err.code ? command_fail("serve", err) : run_until_signal(server, &stops);
	server_stop(server);
	return status;
}
