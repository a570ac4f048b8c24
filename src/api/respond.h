/**
 * Answers: the only place where an error gets its status and its error_reason, and where a response
 * is handed over. On the event thread, once a call.
 *
 * Rules: ERROR-1, ERROR-2, ERROR-3, TRANSPORT-3
 */
#ifndef PC_API_RESPOND_H
#define PC_API_RESPOND_H

#include "api/call.h"
#include "base/json.h"

/** A body of JSON, built with a writer that the caller got from respond_writer(). */
struct respond_json {
	struct buf buf;
	struct json_writer writer;
};
void respond_json_begin(struct call *call, struct respond_json *json);
void respond_json_end(struct call *call, struct respond_json *json);

/** The response, with our fields and @more, which ends with a field without a name or is NULL. */
void respond_send(struct call *call, struct http_response *response, const struct http_field *more);

/** 200 without a body. */
void respond_empty(struct call *call);
/** A page. @more ends with a field without a name; NULL: none. */
void respond_page(struct call *call, int status, struct str html, const struct http_field *more);
/** What a page loads: the style sheet, an image. */
void respond_asset(struct call *call, const char *content_type, struct str content);

/** Faults go to the log here, and nowhere else; outcomes do not. */
void respond_log_fault(struct call *call, struct err err);
/** The error as the API words it, or the operator's side does; after respond_log_fault(). */
void respond_error(struct call *call, struct err err);
/** 405: @allow lists the methods of the path. */
void respond_method_not_allowed(struct call *call, const char *allow);

#endif
