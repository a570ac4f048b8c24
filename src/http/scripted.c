/*
 * The scripted handler and the client of raw bytes. What is tested is in *_test.c.
 */
#include "http/scripted.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#define MAX_RECEIVED (SCRIPTED_BIG + ((size_t)1 << 20))

static char big[SCRIPTED_BIG]; /* nobody writes to it: it costs no memory */

static const char done_marks[2]; /* what the user pointer of a call points to: known, done */

static void
note_head(struct scripted *s, struct http_call *call)
{
	(void)atomic_fetch_add(&s->n_heads, 1);
	(void)atomic_fetch_add(&s->n_known, 1);
	http_call_set_user(call, (void *)(uintptr_t)&done_marks[0]);
	if (str_equal(http_call_path(call), STR("/smuggled")))
		(void)atomic_fetch_add(&s->n_smuggled, 1);
}

static void
answer(struct scripted *s, struct http_call *call, int status, struct str body)
{
	struct http_response response = { .status = status,
					  .content_type = "text/plain",
					  .body = body };

	if (!http_call_answer(call, &response))
		(void)atomic_fetch_add(&s->n_told_gone, 1);
}

static bool
is_path(struct http_call *call, const char *path)
{
	return str_equal(http_call_path(call), str_of(path));
}

static bool
on_head(void *context, struct http_call *call)
{
	struct scripted *s = context;

	note_head(s, call);
	if (!is_path(call, "/early"))
		return true;
	answer(s, call, 401, STR("early"));
	return false;
}

static void
queue_call(struct scripted *s, struct http_call *call)
{
	http_call_suspend(call);
	(void)pthread_mutex_lock(&s->mutex);
	s->queue[s->n_queue++] = call;
	(void)pthread_cond_signal(&s->wake);
	(void)pthread_mutex_unlock(&s->mutex);
}

static void
hold_call(struct scripted *s, struct http_call *call)
{
	http_call_suspend(call);
	(void)pthread_mutex_lock(&s->mutex);
	s->held[s->n_held++] = call;
	(void)pthread_mutex_unlock(&s->mutex);
}

/* On loopback the reset is there when the client's close() returns. */
static void
hold_reset_call(struct scripted *s, struct http_call *call)
{
	http_call_suspend(call);
	client_reset(s->resetting);
	(void)pthread_mutex_lock(&s->mutex);
	s->held[s->n_held++] = call;
	(void)pthread_mutex_unlock(&s->mutex);
}

static void
answer_peer_uid(struct scripted *s, struct http_call *call)
{
	const char *text = "nobody";
	uid_t uid;

	if (http_call_peer_uid(call, &uid))
		text = arena_printf(http_call_arena(call), "uid %u", (unsigned int)uid);
	answer(s, call, 200, str_of(text));
}

static void
answer_parameter(struct scripted *s, struct http_call *call)
{
	struct str value;

	if (!http_call_parameter(call, "p", &value))
		answer(s, call, 200, STR("absent"));
	else if (!value.ptr)
		answer(s, call, 200, STR("unusable"));
	else
		answer(s, call, 200,
		       str_of(arena_printf(http_call_arena(call), "[%.*s]", STR_ARG(value))));
}

static void
answer_last(struct scripted *s, struct http_call *call)
{
	struct http_response response = {
		.status = 401, .content_type = "text/plain", .body = STR("early"), .is_last = true
	};

	if (!http_call_answer(call, &response))
		(void)atomic_fetch_add(&s->n_told_gone, 1);
}

static void
answer_with_bad_field(struct scripted *s, struct http_call *call)
{
	static const struct http_field fields[] = { { "Location", "/a\r\nSet-Cookie: b" },
						    { NULL, NULL } };
	struct http_response response = { .status = 302, .fields = fields };

	if (!http_call_answer(call, &response))
		(void)atomic_fetch_add(&s->n_told_gone, 1);
}

static void
on_request(void *context, struct http_call *call)
{
	struct scripted *s = context;

	(void)atomic_fetch_add(&s->n_requests, 1);
	if (is_path(call, "/ok"))
		answer(s, call, 200, STR("ok"));
	else if (is_path(call, "/echo"))
		answer(s, call, 200, http_call_body(call));
	else if (is_path(call, "/early_last"))
		answer_last(s, call);
	else if (is_path(call, "/suspend") || is_path(call, "/twice"))
		queue_call(s, call);
	else if (is_path(call, "/hold"))
		hold_call(s, call);
	else if (is_path(call, "/hold_reset"))
		hold_reset_call(s, call);
	else if (is_path(call, "/big"))
		answer(s, call, 200, (struct str){ big, sizeof(big) });
	else if (is_path(call, "/parameter"))
		answer_parameter(s, call);
	else if (is_path(call, "/peer"))
		answer(s, call, 200, str_of(http_call_peer(call)));
	else if (is_path(call, "/peer_uid"))
		answer_peer_uid(s, call);
	else if (is_path(call, "/forbidden_field"))
		answer_with_bad_field(s, call);
	else
		answer(s, call, 404, STR("none"));
}

static void
on_resume(void *context, struct http_call *call)
{
	struct scripted *s = context;

	if (is_path(call, "/twice") && http_call_user(call) == &done_marks[0]) {
		http_call_set_user(call, NULL);
		queue_call(s, call);
		return;
	}
	answer(s, call, 200, STR("resumed"));
}

static void
on_refused(void *context, struct http_call *call, enum http_refusal refusal)
{
	static const char *const words[] = {
		[HTTP_REFUSED_FRAMING] = "framing",
		[HTTP_REFUSED_HOST] = "host",
		[HTTP_REFUSED_TOO_LARGE] = "too large",
	};
	struct scripted *s = context;

	(void)atomic_fetch_add(&s->n_refused, 1);
	if (!http_call_user(call))
		(void)atomic_fetch_add(&s->n_known, 1);
	answer(s, call, 400, str_of(words[refusal]));
}

static void
on_done(void *context, struct http_call *call, bool is_completed)
{
	struct scripted *s = context;

	if (http_call_user(call) == &done_marks[1])
		(void)atomic_fetch_add(&s->n_ended_twice, 1);
	http_call_set_user(call, (void *)(uintptr_t)&done_marks[1]);
	if (is_completed)
		(void)atomic_fetch_add(&s->n_completed, 1);
	(void)atomic_fetch_add(&s->n_done, 1);
}

/* Takes all that waits and resumes it in a group, as the store thread does. */
static void *
run_worker(void *arg)
{
	struct scripted *s = arg;
	struct http_call *group[SCRIPTED_HELD];
	size_t n;

	(void)pthread_mutex_lock(&s->mutex);
	while (!s->is_stopping) {
		n = s->n_queue;
		memcpy(group, s->queue, n * sizeof(*group));
		s->n_queue = 0;
		(void)pthread_mutex_unlock(&s->mutex);
		for (size_t i = 0; i < n; i++)
			http_call_resume(group[i]);
		(void)atomic_fetch_add(&s->n_resumed_by_worker, n);
		(void)pthread_mutex_lock(&s->mutex);
		while (s->n_queue == 0 && !s->is_stopping)
			(void)pthread_cond_wait(&s->wake, &s->mutex);
	}
	(void)pthread_mutex_unlock(&s->mutex);
	return NULL;
}

struct scripted *
scripted_start(const struct listener_options *wanted)
{
	struct scripted *s = calloc(1, sizeof(*s));
	struct http_handler handler = { s, on_head, on_request, on_resume, on_refused, on_done };
	struct err err;

	if (!s)
		abort();
	s->arena = arena_create();
	s->options = wanted ? *wanted : (struct listener_options){ .host = "127.0.0.1" };
	if (!s->options.clock)
		s->options.clock = &clock_system;
	(void)pthread_mutex_init(&s->mutex, NULL);
	(void)pthread_cond_init(&s->wake, NULL);
	err = listener_start(s->arena, &s->options, &handler, &s->listener);
	if (err.code || pthread_create(&s->worker, NULL, run_worker, s) != 0) {
		(void)fprintf(stderr, "%s\n", err.detail ? err.detail : "no thread");
		abort();
	}
	return s;
}

void
scripted_stop(struct scripted *s)
{
	scripted_let_go(s);
	(void)pthread_mutex_lock(&s->mutex);
	s->is_stopping = true;
	(void)pthread_cond_signal(&s->wake);
	(void)pthread_mutex_unlock(&s->mutex);
	(void)pthread_join(s->worker, NULL);
	listener_stop(s->listener);
	(void)pthread_cond_destroy(&s->wake);
	(void)pthread_mutex_destroy(&s->mutex);
	arena_free(s->arena);
	free(s);
}

void
scripted_let_go(struct scripted *s)
{
	struct http_call *group[SCRIPTED_HELD];
	size_t n;

	(void)pthread_mutex_lock(&s->mutex);
	n = s->n_held;
	memcpy(group, s->held, n * sizeof(*group));
	s->n_held = 0;
	(void)pthread_mutex_unlock(&s->mutex);
	for (size_t i = 0; i < n; i++)
		http_call_resume(group[i]);
}

size_t
scripted_n_held(struct scripted *s)
{
	size_t n;

	(void)pthread_mutex_lock(&s->mutex);
	n = s->n_held;
	(void)pthread_mutex_unlock(&s->mutex);
	return n;
}

static bool
is_patience_over(struct tick since)
{
	return tick_ms_between(since, clock_tick(&clock_system)) > SCRIPTED_PATIENCE_MS;
}

bool
scripted_wait(atomic_size_t *counter, size_t n)
{
	struct tick since = clock_tick(&clock_system);

	while (atomic_load(counter) < n) {
		if (is_patience_over(since))
			return false;
		(void)poll(NULL, 0, 1); /* looks again; bounded above */
	}
	return true;
}

bool
scripted_wait_held(struct scripted *s, size_t n)
{
	struct tick since = clock_tick(&clock_system);

	while (scripted_n_held(s) < n) {
		if (is_patience_over(since))
			return false;
		(void)poll(NULL, 0, 1);
	}
	return true;
}

bool
client_connect(struct client *client, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	*client = (struct client){ .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	return client->fd >= 0 && connect(client->fd, (struct sockaddr *)&to, sizeof(to)) == 0;
}

void
client_done(struct client *client)
{
	if (client->fd >= 0)
		(void)close(client->fd);
	client->fd = -1;
	free(client->text);
	client->text = NULL;
}

void
client_reset(struct client *client)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	(void)setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	client_done(client);
}

bool
client_send(struct client *client, struct str bytes)
{
	while (bytes.len) {
		ssize_t n = send(client->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);

		if (n < 0)
			return false;
		bytes = str_slice(bytes, (size_t)n, bytes.len);
	}
	return true;
}

/* How long the response at @at is; 0 when it is not whole yet. */
static size_t
response_len(const struct client *client, size_t at)
{
	struct str rest = { client->text + at, client->len - at };
	ptrdiff_t end = str_find_str(rest, STR("\r\n\r\n"));
	ptrdiff_t length_at;
	struct str head;
	int64_t body_len = 0;

	if (end < 0)
		return 0;
	head = str_slice(rest, 0, (size_t)end + 2);
	length_at = str_find_str(head, STR("Content-Length: "));
	if (length_at >= 0) {
		struct str value = str_slice(head, (size_t)length_at + 16, head.len);

		value.len = (size_t)str_find_str(value, STR("\r\n"));
		if (!str_to_int64(value, &body_len))
			return 0;
	}
	return rest.len >= (size_t)end + 4 + (size_t)body_len ? (size_t)end + 4 + (size_t)body_len
							      : 0;
}

size_t
client_n_responses(const struct client *client)
{
	size_t at = 0;
	size_t n = 0;

	for (;;) {
		size_t len = at < client->len ? response_len(client, at) : 0;

		if (len == 0)
			return n;
		at += len;
		n++;
	}
}

/* One round of poll and recv. False: nothing came for too long. */
static bool
receive_some(struct client *client)
{
	struct pollfd pfd = { .fd = client->fd, .events = POLLIN };
	ssize_t n;

	if (poll(&pfd, 1, SCRIPTED_PATIENCE_MS) <= 0)
		return false;
	if (!client->text)
		client->text = malloc(MAX_RECEIVED);
	if (!client->text)
		abort();
	n = recv(client->fd, client->text + client->len, MAX_RECEIVED - client->len, 0);
	if (n > 0)
		client->len += (size_t)n;
	client->is_closed = n <= 0;
	client->is_reset = n < 0;
	return true;
}

bool
client_read(struct client *client, size_t n_responses)
{
	while (!client->is_closed && client_n_responses(client) < n_responses) {
		if (!receive_some(client))
			return false;
	}
	return true;
}

bool
client_read_to_end(struct client *client)
{
	return client_read(client, SIZE_MAX);
}

int
client_status(const struct client *client)
{
	struct str text = { client->text, client->len };
	int64_t status;

	if (str_starts_with(text, STR("HTTP/1.1 100 Continue\r\n\r\n")))
		text = str_slice(text, sizeof("HTTP/1.1 100 Continue\r\n\r\n") - 1, text.len);
	if (!str_starts_with(text, STR("HTTP/1.1 ")) ||
	    !str_to_int64(str_slice(text, 9, 3), &status))
		return 0;
	return (int)status;
}

struct str
client_body(const struct client *client)
{
	struct str text = { client->text, client->len };
	size_t at = 0;
	size_t len;

	while ((len = at < client->len ? response_len(client, at) : 0) > 0) {
		text = str_slice((struct str){ client->text, client->len }, at, len);
		at += len;
	}
	return str_slice(text, (size_t)str_find_str(text, STR("\r\n\r\n")) + 4, text.len);
}

bool
client_has(const struct client *client, const char *text)
{
	return str_find_str((struct str){ client->text, client->len }, str_of(text)) >= 0;
}

bool
scripted_is_well(struct scripted *s)
{
	struct client client;
	bool is_well = client_connect(&client, listener_port(s->listener)) &&
		       client_send(&client, STR("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n")) &&
		       client_read(&client, 1) && client_status(&client) == 200;

	client_done(&client);
	return is_well;
}
