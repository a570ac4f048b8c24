/*
 * From our outcomes to responses.
 */
#include "api/respond.h"

#include "api/admin/admin.h"
#include "api/metrics.h"
#include "api/operations.h"
#include "api/routes.h"

#define MAX_JSON_BODY ((size_t)1024 * 1024)

struct error_response {
	int status;
	const char *error_reason;
};

static struct error_response
error_response_of(enum err_code code)
{
	switch (code) { /* no default: a code that is not mapped does not compile */
	case ERR_BAD_REQUEST:
	case ERR_CONFLICT: /* of no operation of the API */
		return (struct error_response){ 400, "bad_request" };
	case ERR_UNAUTHORIZED:
		return (struct error_response){ 401, "unauthorized" };
	case ERR_CONNECTION_NOT_FOUND:
		return (struct error_response){ 404, "connection_not_found" };
	case ERR_ACCOUNT_NOT_FOUND:
		return (struct error_response){ 404, "account_not_found" };
	/* The API has no word for a wrong path or method: the request is the wrong one. */
	case ERR_NOT_FOUND:
		return (struct error_response){ 404, "bad_request" };
	case ERR_METHOD_NOT_ALLOWED:
		return (struct error_response){ 405, "bad_request" };
	case ERR_NONE:
	case ERR_GENERAL_ERROR:
	case ERR_OVERLOADED:
	case ERR_USAGE:
	case ERR_CONFIG:
	case ERR_UNREACHABLE:
	case ERR_CONSTRAINT:
	case ERR_STORE:
	case ERR_CRYPTO:
	case ERR_IO:
	case ERR_TIMEOUT:
		break;
	}
	return (struct error_response){ 500, "general_error" };
}

static bool
is_fault(enum err_code code)
{
	return error_response_of(code).status == 500 && code != ERR_GENERAL_ERROR;
}

/* What the user is told on 404 and 500, where Databricks shows it. */
static const char *
display_message_of(struct call *call, enum err_code code)
{
	struct str name = call->partner->config.name;

	switch (error_response_of(code).status) {
	case 404:
		break;
	case 500:
		return arena_printf(call->arena,
				    "Something went wrong at %.*s. Please try again in a moment.",
				    STR_ARG(name));
	default:
		return NULL;
	}
	if (code == ERR_CONNECTION_NOT_FOUND)
		return arena_printf(call->arena,
				    "%.*s does not have this connection any more. Delete it in "
				    "Databricks and connect again.",
				    STR_ARG(name));
	if (code == ERR_ACCOUNT_NOT_FOUND)
		return arena_printf(call->arena,
				    "%.*s does not know you yet. Finish signing up, or ask the "
				    "administrator of your %.*s account to invite you.",
				    STR_ARG(name), STR_ARG(name));
	return NULL;
}

/*
 * Names the field of a bad request; of a fault only the id under which our log has it. A refused
 * credential reads the same however it was refused (AUTH-1).
 */
static const char *
debugging_message_of(struct call *call, struct err err)
{
	if (err.code == ERR_UNAUTHORIZED)
		return NULL;
	if (error_response_of(err.code).status < 500)
		return err.detail;
	return arena_printf(call->arena, "request %.*s", STR_ARG(call->request_id));
}

#define MAX_FIELDS 10

void
respond_send(struct call *call, struct http_response *response, const struct http_field *more)
{
	struct http_field *fields = arena_new_array(call->arena, MAX_FIELDS, struct http_field);
	size_t n = 0;
	bool is_there;

	fields[n++] = (struct http_field){ "X-Request-Id", call->request_id.ptr };
	for (; more && more->name && n < MAX_FIELDS - 1; more++)
		fields[n++] = *more;
	response->fields = fields;
	call->status = response->status;
	call->phase = CALL_ANSWERED;
	answered_note(call->app->answered, call->delivers, call->app->clock);
	is_there = http_call_answer(call->http, response);
	/* RETRY-6: delivered is what the peer was still there to take. */
	if (is_there && !str_is_empty(call->delivers.value))
		store_mark_delivered(call->app->store, call->delivers, true);
}

void
respond_json_begin(struct call *call, struct respond_json *json)
{
	buf_init(&json->buf, call->arena, MAX_JSON_BODY);
	json->writer = (struct json_writer){ .buf = &json->buf };
}

void
respond_json_end(struct call *call, struct respond_json *json)
{
	struct http_response response = {
		.status = 200,
		.content_type = "application/json",
		.body = buf_str(&json->buf),
	};

	if (json->buf.is_full) {
		respond_error(call, err_make(ERR_GENERAL_ERROR, NULL));
		return;
	}
	respond_send(call, &response, NULL);
}

void
respond_empty(struct call *call)
{
	struct http_response response = { .status = 200 };

	respond_send(call, &response, NULL);
}

/* Nothing is loaded from elsewhere, nothing inline runs, and no other site learns the address. */
static const struct http_field page_fields[] = {
	{ "Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'self'; "
				     "form-action 'self'; frame-ancestors 'none'; "
				     "base-uri 'none'" },
	{ "Referrer-Policy", "no-referrer" },
	{ NULL, NULL },
};

/* A vendor's SVG is an image, never a document: not even when it is opened by its address. */
static const struct http_field asset_fields[] = {
	{ "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cache-Control", "private, max-age=300" },
	{ NULL, NULL },
};

static size_t
add_fields(struct http_field *to, size_t n, size_t max, const struct http_field *more)
{
	for (; more && more->name && n < max; more++)
		to[n++] = *more;
	return n;
}

static void
send_public(struct call *call, struct http_response *response, const struct http_field *own,
	    const struct http_field *more)
{
	static const struct http_field https[] = {
		{ "Strict-Transport-Security", "max-age=31536000" },
		{ NULL, NULL },
	};
	struct http_field fields[MAX_FIELDS] = { 0 };
	bool is_https = str_starts_with(call->partner->settings.public_url, STR("https://"));
	size_t n = add_fields(fields, 0, MAX_FIELDS - 1, own);

	if (is_https)
		n = add_fields(fields, n, MAX_FIELDS - 1, https);
	(void)add_fields(fields, n, MAX_FIELDS - 1, more);
	respond_send(call, response, fields);
}

void
respond_page(struct call *call, int status, struct str html, const struct http_field *more)
{
	struct http_response response = {
		.status = status,
		.content_type = "text/html; charset=utf-8",
		.body = html,
	};

	send_public(call, &response, page_fields, more);
}

void
respond_asset(struct call *call, const char *content_type, struct str content)
{
	struct http_response response = {
		.status = 200,
		.content_type = content_type,
		.body = content,
	};

	send_public(call, &response, asset_fields, NULL);
}

static void
send_error(struct call *call, struct err err, const struct http_field *more)
{
	struct error_response error = error_response_of(err.code);
	struct http_response response = {
		.status = error.status,
		.content_type = "application/json",
		/* A connection that misbehaved is not used again. */
		.is_last = error.status == 400 || error.status == 401,
	};
	struct buf buf;
	struct json_writer writer = { .buf = &buf };

	if (call->route && call->route->handle == api_connect)
		metrics_count_connect_error(call->app->metrics, error.error_reason);
	buf_init(&buf, call->arena, MAX_JSON_BODY);
	wire_write_error(&writer, error.error_reason, display_message_of(call, err.code),
			 debugging_message_of(call, err));
	response.body = buf_str(&buf);
	respond_send(call, &response, more);
}

void
respond_log_fault(struct call *call, struct err err)
{
	if (!is_fault(err.code))
		return;
	log_error(call->app->log, "fault",
		  F_TEXT("request_id", call->request_id)
			  F_CSTR("route", call->route ? call->route->name : "none")
				  F_NUM("code", err.code) F_CSTR("detail", err.detail));
}

void
respond_error(struct call *call, struct err err)
{
	static const struct http_field challenge[] = {
		{ "WWW-Authenticate", "Basic realm=\"partner-connect\", charset=\"UTF-8\"" },
		{ NULL, NULL },
	};
	static const struct http_field later[] = { { "Retry-After", "1" }, { NULL, NULL } };

	respond_log_fault(call, err);
	if (call->door->kind != DOOR_API)
		admin_send_problem(call, err, NULL);
	else if (err.code == ERR_UNAUTHORIZED)
		send_error(call, err, challenge);
	else if (err.code == ERR_OVERLOADED)
		send_error(call, err, later);
	else
		send_error(call, err, NULL);
}

void
respond_method_not_allowed(struct call *call, const char *allow)
{
	const struct http_field fields[] = { { "Allow", allow }, { NULL, NULL } };
	struct err err = err_make(ERR_METHOD_NOT_ALLOWED, "this path has other methods: see Allow");

	if (call->door->kind != DOOR_API)
		admin_send_problem(call, err, fields);
	else
		send_error(call, err, fields);
}
