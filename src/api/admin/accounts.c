/*
 * Accounts for the operator: looking at them, and saying whether they are on trial, pay, or are shut.
 */
#include "api/admin/admin.h"
#include "api/admin/operations.h"
#include "api/admin/shape.h"

/* Of an account that has more, the oldest are shown. */
#define MAX_USERS 500

static void
write_account(struct json_writer *writer, const struct listed_account *account)
{
	shape_text(writer, "id", account->id.value);
	shape_text(writer, "key", account->key);
	shape_text(writer, "domain", account->domain);
	shape_bool(writer, "is_demo", account->is_demo);
	shape_text(writer, "state", word_of(&account_state_words, (int)account->state));
	shape_time(writer, "trial_expires", account->trial_expires);
	shape_time(writer, "created", account->created);
}

/* ---- List ---- */

struct accounts_work {
	struct store_page page;
	struct str key;
	const struct listed_account *rows;
	size_t n;
};

static struct err
find_by_key(struct call *call, struct store_tx *tx, struct accounts_work *work)
{
	struct listed_account *account = arena_new(call->arena, struct listed_account);
	struct err err = store_find_account_by_key(tx, call->arena, work->key, account);

	work->rows = account;
	work->n = !str_is_empty(account->id.value);
	return err;
}

static struct err
list_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct accounts_work *work = arg;

	if (!str_is_empty(work->key))
		return find_by_key(call, tx, work);
	return store_list_accounts(tx, call->arena, work->page, &work->rows, &work->n);
}

static void
list_answer(struct call *call, void *arg)
{
	const struct accounts_work *work = arg;
	bool may_have_more = str_is_empty(work->key) && (int64_t)work->n == work->page.limit;
	struct respond_json json;

	shape_begin_list(call, &json, "accounts");
	for (size_t i = 0; i < work->n; i++) {
		json_write_begin_object(&json.writer);
		write_account(&json.writer, &work->rows[i]);
		json_write_end_object(&json.writer);
	}
	shape_end_list(call, &json, may_have_more ? work->rows[work->n - 1].id.value : STR(""));
}

void
admin_list_accounts(struct call *call)
{
	struct accounts_work *work = arena_new(call->arena, struct accounts_work);
	struct err err = shape_read_page(call, &work->page);

	if (!err.code)
		err = shape_read_parameter(call, "key", &work->key);
	if (err.code)
		respond_error(call, err);
	else
		call_transact(call, list_in_tx, list_answer, work);
}

/* ---- Show ---- */

struct account_work {
	struct listed_account account;
	const struct listed_user *users;
	size_t n_users;
	/* What becomes of it, of the operations that change one. */
	enum account_state state;
	struct str action;
};

static struct err
load_in_tx(struct call *call, struct store_tx *tx, struct account_work *work)
{
	struct err err = store_find_account(tx, call->arena, (struct account_id){ call->id },
					    &work->account);

	if (!err.code && str_is_empty(work->account.id.value))
		return err_make(ERR_ACCOUNT_NOT_FOUND, "there is no account of this id");
	return err;
}

static struct err
show_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct account_work *work = arg;
	struct err err = load_in_tx(call, tx, work);

	if (err.code)
		return err;
	return store_list_users(tx, call->arena, work->account.id, MAX_USERS, &work->users,
				&work->n_users);
}

static void
write_user(struct json_writer *writer, const struct listed_user *user)
{
	json_write_begin_object(writer);
	shape_text(writer, "id", user->id.value);
	shape_text(writer, "email", user->email);
	shape_text(writer, "first_name", user->first_name);
	shape_text(writer, "last_name", user->last_name);
	shape_text(writer, "origin", word_of(&user_origin_words, (int)user->origin));
	shape_time(writer, "signed_up", user->signed_up);
	shape_time(writer, "email_verified", user->email_verified);
	shape_time(writer, "trial_expires", user->trial_expires);
	shape_time(writer, "created", user->created);
	json_write_end_object(writer);
}

static void
show_answer(struct call *call, void *arg)
{
	const struct account_work *work = arg;
	struct respond_json json;

	respond_json_begin(call, &json);
	json_write_begin_object(&json.writer);
	write_account(&json.writer, &work->account);
	json_write_name(&json.writer, "users");
	json_write_begin_array(&json.writer);
	for (size_t i = 0; i < work->n_users; i++)
		write_user(&json.writer, &work->users[i]);
	json_write_end_array(&json.writer);
	json_write_end_object(&json.writer);
	respond_json_end(call, &json);
}

void
admin_show_account(struct call *call)
{
	call_transact(call, show_in_tx, show_answer, arena_new(call->arena, struct account_work));
}

/* ---- Change ---- */

static struct instant
trial_expires_of(struct call *call, const struct account_work *work)
{
	switch (work->state) {
	case ACCOUNT_EXPIRED:
		return clock_now(call->app->clock);
	case ACCOUNT_ACTIVE:
		return (struct instant){ 0 };
	case ACCOUNT_TRIAL:
	case ACCOUNT_SUSPENDED:
		break;
	}
	return work->account.trial_expires;
}

static struct err
change_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct account_work *work = arg;
	struct err err = load_in_tx(call, tx, work);

	if (!err.code)
		err = store_set_account_state(tx, work->account.id, work->state,
					      trial_expires_of(call, work));
	if (!err.code)
		err = admin_audit(call, tx, work->action, work->account.id.value);
	if (!err.code)
		err = show_in_tx(call, tx, work);
	return err;
}

static void
change(struct call *call, enum account_state state, struct str action)
{
	struct account_work *work = arena_new(call->arena, struct account_work);

	work->state = state;
	work->action = action;
	call_transact(call, change_in_tx, show_answer, work);
}

void
admin_expire_account(struct call *call)
{
	change(call, ACCOUNT_EXPIRED, STR("expire_account"));
}

void
admin_suspend_account(struct call *call)
{
	change(call, ACCOUNT_SUSPENDED, STR("suspend_account"));
}

void
admin_activate_account(struct call *call)
{
	change(call, ACCOUNT_ACTIVE, STR("activate_account"));
}
