/*
 * Starting and stopping libmicrohttpd, and its callbacks. What a request goes through is call.c,
 * how long it may take conn.c, which heads are refused framing.c.
 */
#include "http/listener.h"

#include "http/call.h"
#include "http/socket.h"
#include "http/tls.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#define N_EVENT_THREADS 2
/*
 * The memory of one connection: the head, 64 bytes a field, the response's fields, and room to read
 * the body into. A head of 16 KiB always fits. Up to 32 KiB it comes from malloc(), above that from
 * mmap(), which costs every new connection its page faults.
 */
#define POOL_SIZE(max_head) (2 * (max_head))
/* Descriptors that connections leave to the rest of the program: store, log, outgoing calls. */
#define SPARE_DESCRIPTORS ((size_t)48)
#define DEFAULT_CONNECTIONS 1024
#define LET_IN_MS 500
#define DEFAULT_MAX_HEAD ((size_t)16384)
#define DEFAULT_MAX_BODY ((size_t)65536)

struct listener {
	struct call_world world;
	struct MHD_Daemon *daemon;
	_Atomic(struct tls *) tls; /* of new connections; NULL: plain HTTP */
	struct tls **old_tls;	   /* what was swapped out */
	size_t n_old_tls;
	int fd; /* the listening socket; the daemon's until it is drained */
	uint16_t port;
};

static const union MHD_ConnectionInfo *
info_of(struct MHD_Connection *mhd, enum MHD_ConnectionInfoType type)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, type);

	if (!info)
		abort(); /* the library knows all that we ask for */
	return info;
}

/* A connection begins or is about to be closed. */
static void
on_connection(void *arg, struct MHD_Connection *mhd, void **socket_context,
	      enum MHD_ConnectionNotificationCode code)
{
	struct listener *listener = arg;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		conn_free(*socket_context);
		*socket_context = NULL;
		return;
	}
	*socket_context = conn_new(listener->world.conns,
				   info_of(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
				   info_of(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
	if (listener->tls)
		tls_attach(listener->tls,
			   info_of(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session);
}

/*
 * The request line is in: the first that the library tells of a request. The call begins.
 *
 * The query is hidden from the library, by ending its copy of the target at the question mark. It
 * would cut it in pieces (we decode from our own copy), and with more pieces than its memory holds
 * it queues an answer, goes on as if it had not, and spins until the connection ends.
 */
static void *
on_request_line(void *arg, const char *target, struct MHD_Connection *mhd)
{
	struct listener *listener = arg;
	struct conn *conn = info_of(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	struct str all = str_of(target);
	struct http_call *call = call_new(&listener->world, mhd, conn, all);
	ptrdiff_t mark = str_find(all, '?');

	/* The library's receive buffer, which is const in this callback's type only. */
	if (mark >= 0)
		((char *)(uintptr_t)target)[mark + 1] = '\0';
	return call;
}

/* Called when the head is in, for each piece of the body, when the request is whole, on resume. */
static enum MHD_Result
on_access(_unused_ void *arg, _unused_ struct MHD_Connection *mhd, const char *url,
	  const char *method, const char *version, const char *piece, size_t *piece_len,
	  void **context)
{
	struct http_call *call = *context;
	bool is_fine;

	if (call->stage == CALL_IN_HEAD) {
		is_fine = call_take_head(call, method, url, version);
	} else if (*piece_len > 0) {
		/* Const in the type only: wiped, because the body holds secrets and the buffer stays. */
		is_fine = call_take_body(call, (char *)(uintptr_t)piece, *piece_len);
		*piece_len = 0;
	} else {
		is_fine = call_run(call);
	}
	return is_fine ? MHD_YES : MHD_NO;
}

static void
on_completed(_unused_ void *arg, _unused_ struct MHD_Connection *mhd, void **context,
	     enum MHD_RequestTerminationCode code)
{
	struct http_call *call = *context;

	*context = NULL;
	if (call)
		call_end(call, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
}

/* The library's percent decoding: nothing is decoded here, for what is decoded twice is not safe. */
static size_t
keep_escapes(_unused_ void *arg, _unused_ struct MHD_Connection *mhd, char *text)
{
	return strlen(text);
}

/*
 * As many as asked for, but never so many that descriptors run out: an event thread of the library
 * that has no connection of its own and finds no descriptor for the first one tries again and
 * again, without a pause.
 */
static unsigned int
connection_limit(size_t wanted)
{
	struct rlimit limit;
	size_t usable;

	if (wanted == 0)
		wanted = DEFAULT_CONNECTIONS;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
		return (unsigned int)wanted;
	usable = limit.rlim_cur >= 2 * SPARE_DESCRIPTORS ? limit.rlim_cur - SPARE_DESCRIPTORS
							 : limit.rlim_cur / 4;
	if (wanted > usable)
		wanted = usable;
	return wanted < N_EVENT_THREADS ? N_EVENT_THREADS : (unsigned int)wanted;
}

static struct MHD_Daemon *
start_daemon(struct listener *listener, const struct listener_options *options)
{
	unsigned int flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
	struct MHD_OptionItem tls_options[] = {
		/* MHD_OPTION_ARRAY takes function pointers as what they are elsewhere: pointers. */
		{ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(uintptr_t)tls_retrieve },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES },
		{ MHD_OPTION_END, 0, NULL },
	};

	if (listener->tls)
		flags |= MHD_USE_TLS;
	else
		tls_options[0].option = MHD_OPTION_END;
	return MHD_start_daemon(
		flags, 0, NULL, NULL, on_access, listener,
		/* clang-format off: one option a line */
		MHD_OPTION_LISTEN_SOCKET, listener->fd, MHD_OPTION_THREAD_POOL_SIZE,
		(unsigned int)N_EVENT_THREADS, MHD_OPTION_CONNECTION_LIMIT,
		connection_limit(options->max_connections), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		POOL_SIZE(listener->world.max_head), MHD_OPTION_CONNECTION_TIMEOUT, 0U,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, listener, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, listener, MHD_OPTION_URI_LOG_CALLBACK, on_request_line, listener,
		MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, listener, MHD_OPTION_STRICT_FOR_CLIENT,
		0, MHD_OPTION_ARRAY, tls_options, MHD_OPTION_END);
	/* clang-format on */
}

/* Threads take the signal mask of the one that makes them: signals are the main thread's. */
static void
block_signals(sigset_t *ret_old)
{
	sigset_t all;

	(void)sigfillset(&all); /* neither of the two fails with these arguments */
	(void)pthread_sigmask(SIG_SETMASK, &all, ret_old);
}

static struct err
start_threads(struct arena *arena, const struct listener_options *options,
	      struct listener *listener)
{
	struct err err = conns_start(arena, &listener->world.deadlines, listener->world.clock,
				     &listener->world.conns);

	if (err.code)
		return err;
	listener->daemon = start_daemon(listener, options);
	if (!listener->daemon) {
		/* The library has closed the socket by now, or not: it does either. */
		listener->fd = -1;
		return err_errno(arena, ERR_IO, "cannot start the HTTP library");
	}
	return OK_NONE;
}

static int
or_default(int ms, int default_ms)
{
	return ms > 0 ? ms : default_ms;
}

static void
init_world(struct call_world *world, const struct listener_options *options,
	   const struct http_handler *handler)
{
	world->handler = *handler;
	world->clock = options->clock ? options->clock : &clock_system;
	world->max_head = options->max_head ? options->max_head : DEFAULT_MAX_HEAD;
	world->max_body = options->max_body ? options->max_body : DEFAULT_MAX_BODY;
	world->deadlines = (struct conn_deadlines){
		.head_ms = or_default(options->head_ms, 10000),
		.body_ms = or_default(options->body_ms, 15000),
		.write_ms = or_default(options->write_ms, 10000),
		.idle_ms = or_default(options->idle_ms, 75000),
	};
	atomic_init(&world->is_draining, false);
	atomic_init(&world->n_calls, 0);
	atomic_init(&world->is_stopping, false);
	atomic_init(&world->n_lent, 0);
}

struct err
listener_bind(struct arena *arena, const char *host, uint16_t port,
	      struct listener_socket *ret_socket)
{
	return socket_listen(arena, host, port, &ret_socket->fd, &ret_socket->port);
}

struct err
listener_bind_unix(struct arena *arena, const char *path, struct listener_socket *ret_socket)
{
	ret_socket->port = 0;
	return socket_listen_unix(arena, path, &ret_socket->fd);
}

static struct err
take_socket(struct arena *arena, const struct listener_options *options, struct listener *listener)
{
	if (!options->socket)
		return socket_listen(arena, options->host, options->port, &listener->fd,
				     &listener->port);
	listener->fd = options->socket->fd;
	listener->port = options->socket->port;
	return OK_NONE;
}

static struct err
start(struct arena *arena, const struct listener_options *options, struct listener *listener)
{
	struct err err = take_socket(arena, options, listener);
	sigset_t old;

	if (err.code)
		return err;

	if (options->tls_cert_path) {
		struct tls *tls;

		err = tls_load(arena, options->tls_cert_path, options->tls_key_path, &tls);
		if (err.code)
			return err;
		listener->tls = tls;
	}
	block_signals(&old);
	err = start_threads(arena, options, listener);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	return err;
}

struct err
listener_start(struct arena *arena, const struct listener_options *options,
	       const struct http_handler *handler, struct listener **ret_listener)
{
	struct listener *listener = arena_new(arena, struct listener);
	struct err err;

	listener->fd = -1;
	init_world(&listener->world, options, handler);
	err = start(arena, options, listener);
	if (err.code) {
		listener_stop(listener);
		return err;
	}
	*ret_listener = listener;
	return OK_NONE;
}

/* Kept, not counted: certificates change a few times a year. */
static void
keep_old_tls(struct listener *listener, struct tls *old)
{
	struct tls **more = realloc(listener->old_tls, (listener->n_old_tls + 1) * sizeof(*more));

	if (!more)
		abort();
	listener->old_tls = more;
	more[listener->n_old_tls++] = old;
}

struct err
listener_swap_tls(struct listener *listener, struct arena *arena, const char *cert_path,
		  const char *key_path)
{
	struct tls *fresh;
	struct err err = tls_load(arena, cert_path, key_path, &fresh);

	if (err.code)
		return err;
	if (tls_is_same(fresh, listener->tls))
		tls_free(fresh);
	else
		keep_old_tls(listener, atomic_exchange(&listener->tls, fresh));
	return OK_NONE;
}

uint16_t
listener_port(const struct listener *listener)
{
	return listener->port;
}

bool
listener_is_tls(const struct listener *listener)
{
	return listener->tls != NULL;
}

size_t
listener_n_calls(const struct listener *listener)
{
	return atomic_load(&listener->world.n_calls);
}

/*
 * Clients that the kernel has let in already are served: closing the socket would reset them. The
 * event threads take them, for as long as a flood of others does not keep them from the end. Not
 * MHD_add_connection(): when that finds out late that a thread has all the connections it may have,
 * the library keeps a mutex locked, and the thread waits for itself for ever.
 */
static void
let_in_the_queued(const struct listener *listener)
{
	struct pollfd queue = { .fd = listener->fd, .events = POLLIN };
	struct timespec pause = { 0, 1000000 };
	struct tick until = tick_add_ms(clock_tick(&clock_system), LET_IN_MS);

	while (poll(&queue, 1, 0) > 0 && clock_tick(&clock_system).ns < until.ns)
		(void)nanosleep(&pause, NULL); /* a signal only shortens it */
}

void
listener_drain(struct listener *listener)
{
	if (atomic_exchange(&listener->world.is_draining, true))
		return;
	conns_drain(listener->world.conns);
	let_in_the_queued(listener);
	if (MHD_quiesce_daemon(listener->daemon) != MHD_INVALID_SOCKET)
		(void)shutdown(listener->fd, SHUT_RDWR); /* from now on the kernel refuses */
}

/*
 * The library aborts the program when it is stopped with a connection suspended, and who resumes a
 * call uses the library and the handler for a moment longer than the event threads need.
 */
static void
take_back_calls(struct call_world *world)
{
	struct timespec pause = { 0, 1000000 };

	atomic_store(&world->is_stopping, true);
	while (atomic_load(&world->n_lent) > 0)
		(void)nanosleep(&pause, NULL); /* a signal only shortens it */
}

void
listener_stop(struct listener *listener)
{
	bool is_fd_ours = !listener->daemon || atomic_load(&listener->world.is_draining);

	take_back_calls(&listener->world);
	if (listener->daemon)
		MHD_stop_daemon(listener->daemon);
	listener->daemon = NULL;
	if (is_fd_ours && listener->fd >= 0)
		(void)close(listener->fd);
	listener->fd = -1;
	if (listener->world.conns)
		conns_stop(listener->world.conns);
	listener->world.conns = NULL;
	tls_free(atomic_exchange(&listener->tls, NULL));
	for (size_t i = 0; i < listener->n_old_tls; i++)
		tls_free(listener->old_tls[i]);
	free(listener->old_tls);
	listener->old_tls = NULL;
	listener->n_old_tls = 0;
}
