/*
 * `partner-connect serve`: from settings to a running server, and down again.
 */
#include "api/admin/admin.h"
#include "api/call.h"
#include "api/metrics.h"
#include "base/file.h"
#include "cli/brand.h"
#include "cli/commands.h"
#include "cli/credentials.h"
#include "cli/dialing.h"
#include "cli/doors.h"
#include "cli/mailing.h"
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
	int argc; /* a reload reads them again */
	char **argv;
	struct settings settings;
	struct app app;
	struct mailing mailing;
	struct partner_address address;
	struct state state;
	struct pool *pool;
	struct listener_socket socket;
	struct listener *listener;
	struct doors doors;
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
	json_write_string(&writer, server->app.partner.now->settings.public_url);
	json_write_name(&writer, "listen");
	json_write_string(&writer, str_of(listen_url(server)));
	json_write_name(&writer, "admin");
	json_write_string(
		&writer, str_of(arena_printf(server->arena, "unix:%s", server->doors.socket_path)));
	if (server->doors.health_url) {
		json_write_name(&writer, "health");
		json_write_string(&writer, str_of(server->doors.health_url));
	}
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
				 F_TEXT("url", server->app.partner.now->settings.public_url)
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
warn_about_partner(const struct partner *partner, const struct brand *brand, struct log *log)
{
	if (partner->config.category == CATEGORY_INGEST && partner->n_connectors == 0)
		log_warning(log, "no_connectors",
			    F_CSTR("detail", "category INGEST without a connectors file: the list "
					     "is empty"));
	if (partner->settings.test_hooks)
		log_warning(log, "test_hooks_on",
			    F_CSTR("detail", "accounts of the test domains can be deleted and "
					     "expired by whoever has the credential"));
	brand_warn(brand, log);
}

static void
warn_about_keys(const struct server *server)
{
	struct log *log = server->app.log;

	if (vault_may_be_swapped(server->app.vault))
		log_warning(log, "key_may_be_swapped",
			    F_CSTR("detail", "RLIMIT_MEMLOCK leaves no room to lock the keys in "
					     "memory"));
	if (server->state.made_key_path)
		log_warning(log, "key_made",
			    F_CSTR("file", server->state.made_key_path) F_CSTR(
				    "detail", "back it up apart from the database: without it the "
					      "stored secrets are lost"));
}

/* The credentials that were read or made stay no longer in memory than this takes. */
static struct err
open_credentials(struct server *server)
{
	_cleanup_(arena_freep) struct arena *scratch = arena_create();
	struct app *app = &server->app;
	struct credentials credentials;
	struct err err =
		credentials_load(scratch, &server->state, app->clock, app->log, &credentials);

	if (err.code)
		return err_make(err.code,
				arena_cstr(server->arena, str_of(err.detail ? err.detail : "")));
	app->auth = auth_new(server->pool, app->clock, NULL, 0);
	admin_use_credentials(app, credentials.items, credentials.n);
	return OK_NONE;
}

static struct err
open_state(struct server *server)
{
	struct app *app = &server->app;
	struct err err;

	err = state_open(server->arena, &server->settings, app->clock, app->rng, &server->state);
	if (err.code)
		return err;
	app->store = server->state.store;
	app->vault = server->state.vault;
	store_on_fatal(app->store, on_fatal, app);
	server->pool = pool_new(N_WORKERS, WORKER_QUEUE);
	app->pool = server->pool;
	app->dialers = pool_new(APP_MAX_DIALS, APP_MAX_DIALS);
	if (!server->pool || !app->dialers)
		return err_make(ERR_IO, "the system gives no more threads");
	app->throttle = throttle_new(app->clock);
	return open_credentials(server);
}

/* All that a reload swaps, but the address of its links: that has the port which is bound. */
static struct err
load_partner(const struct settings *settings, struct partner *partner,
	     struct partner_address *ret_address, struct brand *brand)
{
	struct err err = partner_load(settings, partner, ret_address);

	if (!err.code)
		err = dialing_load(partner->arena, settings, &partner->settings);
	if (!err.code)
		err = brand_load(partner->arena, settings, &partner->config, brand);
	partner->assets = &brand->assets;
	return err;
}

/* Bound before anything is made or served: a port that is taken leaves no state behind, and links
 * hold the port. */
static struct err
bind_listener(struct server *server, struct partner *partner)
{
	struct err err = listener_bind(server->arena, server->address.host, server->address.port,
				       &server->socket);

	if (err.code)
		return err_format(server->arena, ERR_CONFIG, "listen: %s", err.detail);
	partner->settings.public_url = partner_public_url(partner->arena, &server->settings,
							  &partner->config, server->socket.port);
	return OK_NONE;
}

static struct err
start_listening(struct server *server)
{
	const struct settings *settings = &server->settings;
	struct arena *arena = server->arena;
	struct listener_options options = {
		.socket = &server->socket,
		.max_connections = (size_t)settings->max_connections,
		.clock = server->app.clock,
	};
	struct http_handler handler = call_handler(&server->app.doors[DOOR_API]);

	if (!str_is_empty(settings->tls_cert)) {
		options.tls_cert_path = arena_cstr(arena, settings->tls_cert);
		options.tls_key_path = arena_cstr(arena, settings->tls_key);
	}
	server->app.doors[DOOR_API].is_loopback = server->address.is_loopback;
	return listener_start(arena, &options, &handler, &server->listener);
}

static struct err
init_app(struct server *server)
{
	struct app *app = &server->app;

	for (int i = 0; i < N_DOORS; i++) {
		app->doors[i].app = app;
		app->doors[i].kind = (enum door_kind)i;
	}
	app->clock = &clock_system;
	app->rng = &rng_system;
	app->answered = answered_new();
	partner_place_init(&app->partner);
	app->version = PC_VERSION;
	if (!http_client_init())
		return err_make(ERR_IO, "libcurl does not start");
	return open_log(&server->settings, &app->log);
}

static struct err
server_start(struct server *server)
{
	struct app *app = &server->app;
	struct partner *partner = partner_new();
	struct brand *brand = arena_new(partner->arena, struct brand);
	struct err err = init_app(server);

	partner_swap(&app->partner, partner);
	if (!err.code)
		err = load_partner(&server->settings, partner, &server->address, brand);
	if (!err.code)
		err = mailing_load(server->arena, &server->settings, &server->mailing);
	if (!err.code)
		err = bind_listener(server, partner);
	if (!err.code)
		err = doors_prepare(server->arena, &server->settings, app, &server->doors);
	if (!err.code)
		err = open_state(server);
	if (!err.code) {
		warn_about_partner(partner, brand, app->log);
		warn_about_keys(server);
		mailing_warn(&server->mailing, partner, app->log);
		app->metrics = metrics_new(server->arena, app->doors);
		err = mailing_start(&server->mailing, app);
	}
	if (!err.code)
		err = start_listening(server);
	if (!err.code)
		err = doors_open(server->arena, &server->settings, server->state.directory, app,
				 &server->doors);
	if (!err.code)
		err = say_ready(server);
	/* The partner goes with the server; what it said is still to be shown. */
	if (err.code && err.detail)
		err.detail = arena_cstr(server->arena, str_of(err.detail));
	return err;
}

/* ---- Again ---- */

struct fixed_setting {
	const char *name;
	size_t offset; /* of a str in struct settings */
};

/* What a running server does not change. */
static const struct fixed_setting fixed_settings[] = {
	{ "listen", offsetof(struct settings, listen) },
	{ "state_dir", offsetof(struct settings, state_dir) },
	{ "admin_socket", offsetof(struct settings, admin_socket) },
	{ "admin_listen", offsetof(struct settings, admin_listen) },
	{ "store", offsetof(struct settings, store) },
	{ "key_file", offsetof(struct settings, key_file) },
	{ "smtp_url", offsetof(struct settings, smtp_url) },
	{ "smtp_user", offsetof(struct settings, smtp_user) },
	{ "smtp_ca", offsetof(struct settings, smtp_ca) },
	{ "mail_from", offsetof(struct settings, mail_from) },
	{ "log_format", offsetof(struct settings, log_format) },
	{ "log_level", offsetof(struct settings, log_level) },
};

static void
warn_needs_restart(struct server *server, const char *setting)
{
	log_warning(server->app.log, "setting_needs_restart", F_CSTR("setting", setting));
}

static void
compare_fixed(struct server *server, const struct settings *fresh,
	      const struct partner_address *address)
{
	const struct settings *old = &server->settings;

	for (size_t i = 0; i < ARRAY_LEN(fixed_settings); i++) {
		const char *a = (const char *)old + fixed_settings[i].offset;
		const char *b = (const char *)fresh + fixed_settings[i].offset;

		if (!str_equal(*(const struct str *)(const void *)a,
			       *(const struct str *)(const void *)b))
			warn_needs_restart(server, fixed_settings[i].name);
	}
	if (address->port != server->address.port && str_is_empty(fresh->listen))
		warn_needs_restart(server, "base_url");
	if (str_is_empty(old->tls_cert) != str_is_empty(fresh->tls_cert))
		warn_needs_restart(server, "tls_cert");
	if (old->max_connections != fresh->max_connections)
		warn_needs_restart(server, "max_connections");
	if (old->store_cache_mib != fresh->store_cache_mib)
		warn_needs_restart(server, "store_cache_mib");
}

static struct err
reload_tls(struct server *server, struct arena *arena, const struct settings *settings)
{
	if (!listener_is_tls(server->listener) || str_is_empty(settings->tls_cert))
		return OK_NONE;
	return listener_swap_tls(server->listener, arena, arena_cstr(arena, settings->tls_cert),
				 arena_cstr(arena, settings->tls_key));
}

/* SIGHUP: settings, partner config, connectors, images and certificates, all of them or none. */
static void
reload(struct server *server)
{
	struct app *app = &server->app;
	struct partner *fresh = partner_new();
	struct arena *arena = fresh->arena;
	struct settings *settings = arena_new(arena, struct settings);
	struct brand *brand = arena_new(arena, struct brand);
	struct partner_address address;
	struct err err = settings_read(arena, server->argc, server->argv, settings);

	if (!err.code)
		err = load_partner(settings, fresh, &address, brand);
	if (!err.code)
		err = reload_tls(server, arena, settings);
	if (err.code) {
		log_error(app->log, "reload_refused", F_CSTR("detail", err.detail));
		partner_free(fresh);
		return;
	}
	fresh->settings.public_url = partner_public_url(arena, settings, &fresh->config,
							listener_port(server->listener));
	warn_about_partner(fresh, brand, app->log);
	compare_fixed(server, settings, &address);
	partner_swap(&app->partner, fresh);
	log_info(app->log, "reloaded", F_TEXT("name", fresh->config.name));
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

	/* Before the door closes: who asks /readyz meanwhile sends nobody here any more. */
	atomic_store(&server->app.is_draining, true);
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
	doors_close(&server->doors, app->clock);
	pool_free(app->dialers);
	if (server->pool)
		pool_free(server->pool);
	if (app->auth)
		auth_free(app->auth);
	mail_queue_free(app->mail);
	throttle_free(app->throttle);
	partner_place_release(&app->partner);
	answered_free(app->answered);
	state_close(&server->state);
	if (app->log)
		log_free(app->log);
}

static int
run_until_signal(struct server *server, const sigset_t *stops)
{
	int which = 0;

	while (sigwait(stops, &which) == 0 && which == SIGHUP)
		reload(server);
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
	server->argc = argc;
	server->argv = argv;
	err = settings_read(arena, argc, argv, &server->settings);
	if (err.code)
		return command_fail("serve", err);
	if (server->settings.wants_help) {
		(void)fputs(usage, stdout);
		settings_print(MANUAL_TEXT);
		return 0;
	}
	/* Every thread inherits the mask: signals come to the one that waits for them. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGINT);
	(void)sigaddset(&stops, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, &stops, NULL);
	err = vault_harden_process();
	if (!err.code)
		err = server_start(server);
	status = err.code ? command_fail("serve", err) : run_until_signal(server, &stops);
	server_stop(server);
	return status;
}
