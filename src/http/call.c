/*
 * The life of a call: from its request line over head, body, handler and suspension to its end.
 * The library's callbacks that drive it are in listener.c; the response is answer.c.
 */
#include "http/call.h"

#include <microhttpd.h>

/*
 * A body that turns out too large only while it comes (chunks) is read to its end and thrown away,
 * for the library takes an answer only before the body or after it. This much, then we hang up.
 */
#define MAX_SWALLOWED ((size_t)1 << 20)
#define FIRST_BODY_SIZE ((size_t)2048)

struct http_call *
call_new(struct call_world *world, struct MHD_Connection *mhd, struct conn *conn, struct str target)
{
	struct arena *arena = arena_create();
	struct http_call *call = arena_new(arena, struct http_call);

	call->world = world;
	call->mhd = mhd;
	call->conn = conn;
	call->arena = arena;
	call->received = clock_tick(world->clock);
	call->stage = CALL_IN_HEAD;
	call->target = arena_str(arena, target);
	conn_enter(conn, CONN_HEAD);
	return call;
}

static enum http_method
method_of(struct str name)
{
	for (enum http_method method = HTTP_GET; method < HTTP_OTHER; method++) {
		if (str_equal(name, str_of(http_method_name(method))))
			return method;
	}
	return HTTP_OTHER;
}

struct field_list {
	struct head_field *fields;
	size_t n;
	size_t size;
};

static enum MHD_Result
add_field(void *arg, _unused_ enum MHD_ValueKind kind, const char *name, size_t name_len,
	  const char *value, size_t value_len)
{
	struct field_list *list = arg;

	if (list->n == list->size)
		return MHD_NO; /* cannot be: they were counted just before */
	list->fields[list->n++] = (struct head_field){ { name, name_len }, { value, value_len } };
	return MHD_YES;
}

static void
collect_fields(struct http_call *call)
{
	struct field_list list = { 0 };
	int n = MHD_get_connection_values_n(call->mhd, MHD_HEADER_KIND, NULL, NULL);

	list.size = n > 0 ? (size_t)n : 0;
	list.fields = arena_new_array(call->arena, list.size, struct head_field);
	(void)MHD_get_connection_values_n(call->mhd, MHD_HEADER_KIND, add_field, &list);
	call->head.fields = list.fields;
	call->head.n_fields = list.n;
}

static void
fill_head(struct http_call *call, const char *method, const char *url, const char *version)
{
	const union MHD_ConnectionInfo *size =
		MHD_get_connection_info(call->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	call->head.method = str_of(method);
	call->head.target = call->target;
	call->head.target_at = url;
	call->head.version = str_of(version);
	call->head.size = size ? size->header_size : 0;
	collect_fields(call);
	call->method = method_of(call->head.method);
}

/* The handler had its turn: what it did must be one of the things it may do. */
static bool
is_in_good_hands(const struct http_call *call)
{
	return call->stage == CALL_ANSWERED || call->stage == CALL_SUSPENDING;
}

static bool
refuse(struct http_call *call, enum http_refusal refusal)
{
	call->is_last = true;
	call->stage = CALL_WHOLE; /* as far as it will ever be */
	call->world->handler.on_refused(call->world->handler.context, call, refusal);
	return call->stage == CALL_ANSWERED;
}

static bool
judge(struct http_call *call, bool *ret_has_body, enum http_refusal *ret_refusal)
{
	int64_t body_len;
	bool is_chunked;
	enum head_verdict verdict = head_judge(&call->head, &body_len, &is_chunked);

	*ret_has_body = body_len > 0 || is_chunked;
	/*
	 * The library reads chunk sizes that end in a bare LF and lines behind the last chunk, and
	 * does not tell. Whoever reads them in another way sees the next request somewhere else: so
	 * there is none.
	 */
	if (is_chunked)
		call->is_last = true;
	call->is_malformed = verdict == HEAD_IS_MALFORMED;
	if (call->is_malformed || call->head.size > call->world->max_head) {
		*ret_has_body = true; /* who knows */
		*ret_refusal = HTTP_REFUSED_FRAMING;
		return false;
	}
	if (verdict == HEAD_HAS_BAD_HOST) {
		*ret_refusal = HTTP_REFUSED_HOST;
		return false;
	}
	*ret_refusal = HTTP_REFUSED_TOO_LARGE;
	return (uint64_t)body_len <= call->world->max_body;
}

bool
call_take_head(struct http_call *call, const char *method, const char *url, const char *version)
{
	const struct http_handler *handler = &call->world->handler;
	enum http_refusal refusal;
	bool has_body;

	fill_head(call, method, url, version);
	call->is_known = true;
	(void)atomic_fetch_add(&call->world->n_calls, 1);
	if (!judge(call, &has_body, &refusal)) {
		if (has_body)
			conn_mark_cut_short(call->conn);
		return refuse(call, refusal);
	}
	call->stage = CALL_IN_BODY;
	conn_enter(call->conn, CONN_BODY);
	if (handler->on_head(handler->context, call))
		return call->stage == CALL_IN_BODY;
	if (has_body)
		conn_mark_cut_short(call->conn);
	return call->stage == CALL_ANSWERED;
}

static void
grow_body(struct http_call *call, size_t needed)
{
	size_t size = call->body_size ? call->body_size : FIRST_BODY_SIZE;
	char *body;

	if (needed <= call->body_size)
		return;
	while (size < needed)
		size *= 2;
	if (size > call->world->max_body)
		size = call->world->max_body; /* needed is not more than this */
	body = arena_alloc(call->arena, size);
	if (call->body_len)
		memcpy(body, call->body, call->body_len);
	call->body = body;
	call->body_size = size;
}

bool
call_take_body(struct http_call *call, char *piece, size_t len)
{
	if (call->stage != CALL_IN_BODY) {
		explicit_bzero(piece, len);
		return false;
	}
	if (len > call->world->max_body - call->body_len)
		call->is_too_large = true;
	if (call->is_too_large) {
		call->n_swallowed += len;
	} else {
		grow_body(call, call->body_len + len);
		memcpy(call->body + call->body_len, piece, len);
		call->body_len += len;
	}
	explicit_bzero(piece, len);
	return call->n_swallowed <= MAX_SWALLOWED;
}

/*
 * A handler that may suspend the call. Counted before it is asked whether the listener stops: either
 * listener_stop() sees the count and waits, or the handler does not run.
 */
static bool
hand_over(struct http_call *call, void (*handle)(void *context, struct http_call *call))
{
	struct call_world *world = call->world;
	bool is_fine = false;

	(void)atomic_fetch_add(&world->n_lent, 1);
	if (!atomic_load(&world->is_stopping)) {
		call->stage = CALL_WHOLE;
		handle(world->handler.context, call);
		is_fine = is_in_good_hands(call);
	}
	(void)atomic_fetch_sub(&world->n_lent, 1);
	return is_fine;
}

static bool
resume(struct http_call *call)
{
	return hand_over(call, call->world->handler.on_resume);
}

/* Comes one round of the event thread after http_call_suspend(), which says why. */
static bool
park(struct http_call *call)
{
	if (atomic_load(&call->parking) == CALL_WOKEN)
		return resume(call);
	call->stage = CALL_SUSPENDED;
	MHD_suspend_connection(call->mhd);
	if (atomic_exchange(&call->parking, CALL_PARKED) == CALL_WOKEN)
		MHD_resume_connection(call->mhd);
	return true;
}

static bool
begin(struct http_call *call)
{
	call->is_body_whole = true;
	if (call->is_too_large)
		return refuse(call, HTTP_REFUSED_TOO_LARGE);
	return hand_over(call, call->world->handler.on_request);
}

bool
call_run(struct http_call *call)
{
	switch (call->stage) {
	case CALL_IN_BODY:
		return begin(call);
	case CALL_SUSPENDING:
		return park(call);
	case CALL_SUSPENDED:
		return resume(call);
	case CALL_IN_HEAD:
	case CALL_WHOLE:
	case CALL_ANSWERED:
	case CALL_BROKEN:
		break;
	}
	return false;
}

/*
 * The library is told one round later, from park(). A connection that is suspended at once stays
 * marked as one to read from: when it is resumed and the client has shut down its writing side, the
 * library sees that end first and drops the call. One round without an answer marks it as blocked.
 */
void
http_call_suspend(struct http_call *call)
{
	call->stage = CALL_SUSPENDING;
	(void)atomic_fetch_add(&call->world->n_lent, 1);
	atomic_store(&call->parking, CALL_NOT_PARKED);
	conn_enter(call->conn, CONN_SUSPENDED);
}

static void
finish(struct http_call *call, bool is_completed)
{
	const struct http_handler *handler = &call->world->handler;

	if (call->is_known) {
		handler->on_done(handler->context, call, is_completed);
		(void)atomic_fetch_sub(&call->world->n_calls, 1);
	}
	arena_free(call->arena); /* the call lies in it */
}

void
http_call_resume(struct http_call *call)
{
	struct call_world *world = call->world; /* outlives the call */
	int parking = atomic_exchange(&call->parking, CALL_WOKEN);

	if (parking == CALL_PARKED)
		MHD_resume_connection(call->mhd);
	else if (parking == CALL_ORPHANED)
		finish(call, false);
	/* The last: the library looks at its own after the event thread may have the call back. */
	(void)atomic_fetch_sub(&world->n_lent, 1);
}

/*
 * The head, with its Authorization, lies in memory that the library frees as it is. It is the
 * receive buffer: ours to write, const or not, until the library resets it.
 */
static void
wipe_head(const struct http_call *call)
{
	if (!call->is_malformed) /* else nobody knows where it ends */
		explicit_bzero((char *)(uintptr_t)call->head.method.ptr, call->head.size);
}

/* The connection ended in the round between http_call_suspend() and park(): somebody has the call. */
static bool
is_left_to_others(struct http_call *call)
{
	return call->stage == CALL_SUSPENDING &&
	       atomic_exchange(&call->parking, CALL_ORPHANED) != CALL_WOKEN;
}

void
call_end(struct http_call *call, bool is_completed)
{
	bool is_answered = call->stage == CALL_ANSWERED;

	/* A connection that is over is not idle; its deadline stays and nobody waits for it. */
	if (is_completed && is_answered)
		conn_enter(call->conn, CONN_IDLE);
	if (call->is_known)
		wipe_head(call);
	if (!is_left_to_others(call))
		finish(call, is_completed && is_answered);
}
