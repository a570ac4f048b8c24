/*
 * The audit trail, from the newest entry on. Reading it is not audited.
 */
#include "api/admin/operations.h"
#include "api/admin/shape.h"

struct audit_work {
	struct store_page page;
	const struct listed_audit *rows;
	size_t n;
};

static struct err
list_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct audit_work *work = arg;

	return store_list_audit(tx, call->arena, work->page, &work->rows, &work->n);
}

static void
list_answer(struct call *call, void *arg)
{
	const struct audit_work *work = arg;
	struct respond_json json;

	shape_begin_list(call, &json, "audit");
	for (size_t i = 0; i < work->n; i++) {
		const struct audit_entry *entry = &work->rows[i].entry;

		json_write_begin_object(&json.writer);
		shape_text(&json.writer, "id", work->rows[i].id);
		shape_time(&json.writer, "at", entry->at);
		shape_text(&json.writer, "actor", entry->actor);
		shape_text(&json.writer, "action", entry->action);
		shape_text(&json.writer, "object", entry->object);
		shape_text(&json.writer, "detail", entry->detail);
		json_write_end_object(&json.writer);
	}
	shape_end_list(call, &json,
		       (int64_t)work->n == work->page.limit ? work->rows[work->n - 1].id : STR(""));
}

void
admin_list_audit(struct call *call)
{
	struct audit_work *work = arena_new(call->arena, struct audit_work);
	struct err err = shape_read_page(call, &work->page);

	if (err.code)
		respond_error(call, err);
	else
		call_transact(call, list_in_tx, list_answer, work);
}
