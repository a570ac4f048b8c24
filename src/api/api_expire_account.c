/*
 * Expire account: a test hook. Ends the trial of an account, or of one user, as trial_type says.
 */
#include "api/operations.h"
#include "api/respond.h"

struct expire_work {
	struct expire_account_request req;
	struct str account_key;
};

static struct err
expire_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	const struct expire_work *work = arg;
	struct instant now = clock_now(call->app->clock);
	struct known_account account;
	struct known_user user;
	struct audit_entry entry = {
		.at = now,
		.actor = word_of(&credential_slot_words, (int)call->slot),
		.action = STR("expire_account"),
		.detail = call->request_id,
	};
	struct err err;

	err = store_load_user(tx, call->arena, work->account_key, work->req.email.key, &account,
			      &user);
	if (err.code)
		return err;
	if (!account.is_known || !user.is_known) /* ACCOUNT-4 */
		return err_make(ERR_ACCOUNT_NOT_FOUND, NULL);
	switch (call->partner->policy.trial_type) {
	case TRIAL_TYPE_ACCOUNT:
		entry.object = account.id.value;
		err = store_expire_account(tx, account.id, now);
		break;
	case TRIAL_TYPE_USER:
		entry.object = user.id.value;
		err = store_expire_user(tx, user.id, now);
		break;
	}
	if (err.code)
		return err;
	return store_add_audit(tx, &entry);
}

static void
expire_answer(struct call *call, _unused_ void *arg)
{
	respond_empty(call);
}

void
api_expire_account(struct call *call)
{
	struct expire_work *work = arena_new(call->arena, struct expire_work);
	const struct app_settings *settings = &call->partner->settings;
	struct err err = wire_read_expire_account(call->arena, call->body, &work->req);

	if (!err.code && !domain_is_for_tests(work->req.email.domain)) /* ACCOUNT-2 */
		err = err_make(ERR_BAD_REQUEST, "email is not of a test domain");
	if (err.code) {
		respond_error(call, err);
		return;
	}
	work->account_key = email_account_key(&work->req.email, settings->public_mail_domains,
					      settings->n_public_mail_domains);
	call_transact(call, expire_in_tx, expire_answer, work);
}
