/*
 * Health: whether the process lives.
 */
#include "api/admin/operations.h"
#include "api/respond.h"

static void
answer_text(struct call *call, int status, struct str text)
{
	struct http_response response = {
		.status = status,
		.content_type = "text/plain; charset=utf-8",
		.body = text,
	};

	respond_send(call, &response, NULL);
}

void
health_live(struct call *call)
{
	answer_text(call, 200, STR("ok\n"));
}
