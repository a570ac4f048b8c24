/*
 * A response on its way into the library: its fields, its body, and whether somebody still listens.
 */
#include "base/fault.h"
#include "http/call.h"

#include <microhttpd.h>
#include <poll.h>

/* What every response says unless the handler says it otherwise. */
static const struct http_field default_fields[] = {
	{ "Cache-Control", "no-store" },
	{ "X-Content-Type-Options", "nosniff" },
};

/*
 * Looks behind bytes that wait to be read, which MSG_PEEK does not: a TLS client says goodbye in a
 * record before it closes. A client that shut down only its writing side counts as gone here; it
 * gets its answer all the same.
 */
static bool
is_peer_gone(const struct http_call *call)
{
	struct pollfd pfd = { .fd = conn_fd(call->conn), .events = POLLRDHUP };

	return poll(&pfd, 1, 0) > 0;
}

static bool
names_field(const struct http_field *fields, const char *name)
{
	for (; fields && fields->name; fields++) {
		if (str_equal_ascii_nocase(str_of(fields->name), str_of(name)))
			return true;
	}
	return false;
}

static bool
add_field(struct MHD_Response *to, const char *name, const char *value)
{
	return MHD_add_response_header(to, name, value) == MHD_YES;
}

static bool
add_fields(struct MHD_Response *to, const struct http_response *response, bool is_last)
{
	bool is_ok = true;

	for (size_t i = 0; i < ARRAY_LEN(default_fields); i++) {
		if (!names_field(response->fields, default_fields[i].name))
			is_ok &= add_field(to, default_fields[i].name, default_fields[i].value);
	}
	if (response->content_type)
		is_ok &= add_field(to, "Content-Type", response->content_type);
	for (const struct http_field *field = response->fields; field && field->name; field++)
		is_ok &= add_field(to, field->name, field->value);
	if (is_last)
		is_ok &= add_field(to, "Connection", "close");
	return is_ok;
}

#if PC_FAULT_POINTS
/* Two halves with the fault point between them, so that a test can die in the middle of an answer. */
static ssize_t
read_half(void *arg, uint64_t position, char *to, size_t max)
{
	const struct http_response *response = arg;
	size_t half = response->body.len / 2;
	size_t end = position < half ? half : response->body.len;
	size_t len = end - (size_t)position;

	if (position >= half && FAULT_POINT("mid_answer"))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	len = len < max ? len : max;
	memcpy(to, response->body.ptr + position, len);
	return (ssize_t)len;
}

static struct MHD_Response *
make_response(struct http_call *call, const struct http_response *response)
{
	struct http_response *copy = arena_new(call->arena, struct http_response);

	*copy = *response;
	return MHD_create_response_from_callback(response->body.len, 4096, read_half, copy, NULL);
}
#else
/* The body is in the arena, which outlives the response; the library wants it without const. */
static struct MHD_Response *
make_response(_unused_ struct http_call *call, const struct http_response *response)
{
	const char *body = response->body.ptr ? response->body.ptr : "";

	return MHD_create_response_from_buffer(response->body.len, (void *)(uintptr_t)body,
					       MHD_RESPMEM_PERSISTENT);
}
#endif

static void
destroy_responsep(struct MHD_Response **response)
{
	if (*response)
		MHD_destroy_response(*response);
}

bool
http_call_answer(struct http_call *call, const struct http_response *response)
{
	_cleanup_(destroy_responsep) struct MHD_Response *made = make_response(call, response);
	bool is_gone = is_peer_gone(call);

	call->is_last |= response->is_last || atomic_load(&call->world->is_draining);
	conn_enter(call->conn, CONN_WRITING);
	if (!made || !add_fields(made, response, call->is_last) ||
	    MHD_queue_response(call->mhd, (unsigned int)response->status, made) != MHD_YES) {
		call->stage = CALL_BROKEN; /* a field that is none, or no memory: hang up */
		return false;
	}
	call->stage = CALL_ANSWERED;
	return !is_gone;
}
