/*
 * Delete account: a test hook. Removes all that a test domain left behind.
 */
#include "api/operations.h"
#include "api/respond.h"

struct delete_account_work {
	struct delete_account_request req;
	struct str domain; /* lower-cased, as it is stored */
};

static struct err
delete_account_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	const struct delete_account_work *work = arg;
	struct audit_entry entry = {
		.at = clock_now(call->app->clock),
		.actor = word_of(&credential_slot_words, (int)call->slot),
		.action = STR("delete_account"),
		.object = work->domain,
		.detail = call->request_id,
	};
	int64_t n_accounts;
	struct err err = store_delete_domain(tx, work->domain, &n_accounts);

	if (err.code)
		return err;
	if (n_accounts == 0) /* ACCOUNT-3 */
		return err_make(ERR_ACCOUNT_NOT_FOUND, NULL);
	return store_add_audit(tx, &entry);
}

static void
delete_account_answer(struct call *call, _unused_ void *arg)
{
	respond_empty(call);
}

void
api_delete_account(struct call *call)
{
	struct delete_account_work *work = arena_new(call->arena, struct delete_account_work);
	struct err err = wire_read_delete_account(call->arena, call->body, &work->req);

	if (!err.code && !domain_is_for_tests(work->req.domain)) /* ACCOUNT-2 */
		err = err_make(ERR_BAD_REQUEST, "domain is not a test domain");
	if (err.code) {
		respond_error(call, err);
		return;
	}
	work->domain = arena_str_lower(call->arena, work->req.domain);
	call_transact(call, delete_account_in_tx, delete_account_answer, work);
}
