/*
 * Errors of the operator's side: application/problem+json.
 */
#include "api/admin/admin.h"
#include "api/respond.h"

#define MAX_PROBLEM ((size_t)4096)

struct problem {
	int status;
	const char *code; /* for programs */
	const char *title;
};

static struct problem
problem_of(enum err_code code)
{
	switch (code) { /* no default: a code that is not mapped does not compile */
	case ERR_BAD_REQUEST:
		return (struct problem){ 400, "bad_request", "Bad Request" };
	case ERR_UNAUTHORIZED:
		return (struct problem){ 403, "forbidden", "Forbidden" };
	case ERR_NOT_FOUND:
	case ERR_CONNECTION_NOT_FOUND:
	case ERR_ACCOUNT_NOT_FOUND:
		return (struct problem){ 404, "not_found", "Not Found" };
	case ERR_METHOD_NOT_ALLOWED:
		return (struct problem){ 405, "method_not_allowed", "Method Not Allowed" };
	case ERR_CONFLICT:
		return (struct problem){ 409, "conflict", "Conflict" };
	case ERR_OVERLOADED:
	case ERR_TIMEOUT:
		return (struct problem){ 503, "unavailable", "Service Unavailable" };
	case ERR_NONE:
	case ERR_GENERAL_ERROR:
	case ERR_USAGE:
	case ERR_CONFIG:
	case ERR_UNREACHABLE:
	case ERR_CONSTRAINT:
	case ERR_STORE:
	case ERR_CRYPTO:
	case ERR_IO:
		break;
	}
	return (struct problem){ 500, "fault", "Internal Server Error" };
}

/* Of a fault only the id under which the log has it. */
static const char *
detail_of(struct call *call, const struct problem *problem, struct err err)
{
	if (problem->status == 500)
		return arena_printf(call->arena, "the log has more under request %.*s",
				    STR_ARG(call->request_id));
	return err.detail;
}

static void
write_text(struct json_writer *writer, const char *name, const char *text)
{
	if (!text)
		return;
	json_write_name(writer, name);
	json_write_string(writer, str_of(text));
}

void
admin_send_problem(struct call *call, struct err err, const struct http_field *more)
{
	static const struct http_field later[] = { { "Retry-After", "1" }, { NULL, NULL } };
	struct problem problem = problem_of(err.code);
	struct http_response response = {
		.status = problem.status,
		.content_type = "application/problem+json",
		.is_last = problem.status == 400 || problem.status == 403,
	};
	struct buf buf;
	struct json_writer writer = { .buf = &buf };

	buf_init(&buf, call->arena, MAX_PROBLEM);
	json_write_begin_object(&writer);
	write_text(&writer, "type", "about:blank");
	write_text(&writer, "title", problem.title);
	json_write_name(&writer, "status");
	json_write_int64(&writer, problem.status);
	write_text(&writer, "code", problem.code);
	write_text(&writer, "detail", detail_of(call, &problem, err));
	json_write_name(&writer, "request_id");
	json_write_string(&writer, call->request_id);
	json_write_end_object(&writer);
	response.body = buf_str(&buf);
	respond_send(call, &response, problem.status == 503 && !more ? later : more);
}
