/*
 * The two Basic credentials that Databricks calls with. Changing over: add, let Databricks take the
 * new pair, promote it, retire the old one. At no moment is a pair refused that was not retired.
 */
#include "api/admin/admin.h"
#include "api/admin/operations.h"
#include "api/admin/shape.h"
#include "wire/fields.h"

struct credential_work {
	struct str password; /* of the pair that is added */
	struct stored_credential fresh;
	struct str user; /* of the pair to retire */
	const struct stored_credential *rows;
	size_t n;
};

/* AUTH-3. On the store thread after a change, so that the last one committed is the last one here. */
void
admin_use_credentials(struct app *app, const struct stored_credential *rows, size_t n)
{
	struct auth_credential credentials[N_CREDENTIAL_SLOTS] = { 0 };
	int64_t created_ms[N_CREDENTIAL_SLOTS] = { 0 };

	for (size_t i = 0; i < n && i < N_CREDENTIAL_SLOTS; i++) {
		credentials[i] = (struct auth_credential){ rows[i].slot, rows[i].user,
							   rows[i].password_hash };
		created_ms[rows[i].slot] = rows[i].created.ms;
	}
	auth_replace(app->auth, credentials, n < N_CREDENTIAL_SLOTS ? n : N_CREDENTIAL_SLOTS);
	for (size_t i = 0; i < N_CREDENTIAL_SLOTS; i++) {
		atomic_store(&app->credential_created_ms[i], created_ms[i]);
		atomic_store(&app->credential_used_ms[i], 0);
	}
}

static struct err
load(struct call *call, struct store_tx *tx, struct credential_work *work)
{
	return store_load_credentials(tx, call->arena, &work->rows, &work->n);
}

static const struct stored_credential *
in_slot(const struct credential_work *work, enum credential_slot slot)
{
	for (size_t i = 0; i < work->n; i++) {
		if (work->rows[i].slot == slot)
			return &work->rows[i];
	}
	return NULL;
}

static void
apply(struct call *call, void *arg)
{
	const struct credential_work *work = arg;

	admin_use_credentials(call->app, work->rows, work->n);
}

/* The last step of a change: what is there now is what apply() puts in force. */
static struct err
finish(struct call *call, struct store_tx *tx, struct credential_work *work, struct str action,
       struct str user)
{
	struct err err = admin_audit(call, tx, action, user);

	if (!err.code)
		err = load(call, tx, work);
	call->committed = apply;
	return err;
}

/* ---- List ---- */

static struct err
list_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	return load(call, tx, arg);
}

static void
write_credential(struct json_writer *writer, const struct stored_credential *credential)
{
	shape_text(writer, "slot", word_of(&credential_slot_words, (int)credential->slot));
	shape_text(writer, "user", credential->user);
	shape_time(writer, "created", credential->created);
	shape_time(writer, "last_used", credential->last_used);
}

static void
list_answer(struct call *call, void *arg)
{
	const struct credential_work *work = arg;
	struct respond_json json;

	shape_begin_list(call, &json, "credentials");
	for (size_t i = 0; i < work->n; i++) {
		json_write_begin_object(&json.writer);
		write_credential(&json.writer, &work->rows[i]);
		json_write_end_object(&json.writer);
	}
	shape_end_list(call, &json, STR(""));
}

void
admin_list_credentials(struct call *call)
{
	call_transact(call, list_in_tx, list_answer,
		      arena_new(call->arena, struct credential_work));
}

/* ---- Add ---- */

static struct err
hash_on_worker(struct call *call, void *arg)
{
	struct credential_work *work = arg;

	return auth_hash_password(call->arena, work->password, &work->fresh.password_hash);
}

static struct err
add_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct credential_work *work = arg;
	const struct stored_credential *next;
	struct err err = load(call, tx, work);

	if (err.code)
		return err;
	next = in_slot(work, CREDENTIAL_NEXT);
	if (next)
		return err_format(call->arena, ERR_CONFLICT,
				  "the slot next is taken by %.*s: promote it and retire the "
				  "other one, or retire it",
				  STR_ARG(next->user));
	work->fresh.slot = in_slot(work, CREDENTIAL_CURRENT) ? CREDENTIAL_NEXT : CREDENTIAL_CURRENT;
	err = store_put_credential(tx, &work->fresh);
	if (err.code)
		return err;
	return finish(call, tx, work, STR("add_credential"), work->fresh.user);
}

static void
add_answer(struct call *call, void *arg)
{
	const struct credential_work *work = arg;
	struct respond_json json;

	respond_json_begin(call, &json);
	json_write_begin_object(&json.writer);
	write_credential(&json.writer, &work->fresh);
	shape_text(&json.writer, "password", work->password);
	json_write_end_object(&json.writer);
	respond_json_end(call, &json);
}

static void
store_added(struct call *call, void *arg)
{
	call_transact(call, add_in_tx, add_answer, arg);
}

void
admin_add_credential(struct call *call)
{
	struct credential_work *work = arena_new(call->arena, struct credential_work);
	uint8_t random[4];

	rng_fill(call->app->rng, random, sizeof(random));
	work->fresh.user = str_of(arena_printf(call->arena, "databricks-%02x%02x%02x%02x",
					       random[0], random[1], random[2], random[3]));
	work->fresh.created = clock_now(call->app->clock);
	work->password = auth_make_password(call->arena);
	call_work(call, hash_on_worker, store_added, work);
}

/* ---- Promote ---- */

static struct err
swap(struct store_tx *tx, struct stored_credential current, struct stored_credential next)
{
	struct err err;

	current.slot = CREDENTIAL_NEXT;
	next.slot = CREDENTIAL_CURRENT;
	err = store_put_credential(tx, &current);
	return err.code ? err : store_put_credential(tx, &next);
}

static struct err
promote_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct credential_work *work = arg;
	const struct stored_credential *current;
	const struct stored_credential *next;
	struct err err = load(call, tx, work);

	if (err.code)
		return err;
	current = in_slot(work, CREDENTIAL_CURRENT);
	next = in_slot(work, CREDENTIAL_NEXT);
	if (!current || !next)
		return err_make(ERR_CONFLICT, "the slot next is empty: add a pair first");
	err = swap(tx, *current, *next);
	if (err.code)
		return err;
	return finish(call, tx, work, STR("promote_credential"), next->user);
}

void
admin_promote_credential(struct call *call)
{
	call_transact(call, promote_in_tx, list_answer,
		      arena_new(call->arena, struct credential_work));
}

/* ---- Retire ---- */

static const struct wire_field retire_fields[] = {
	{ .name = "user",
	  .type = WIRE_STRING,
	  .flags = WIRE_REQUIRED | WIRE_NOT_EMPTY,
	  .offset = offsetof(struct credential_work, user),
	  .has_offset = WIRE_NO_HAS,
	  .max_len = AUTH_MAX_LEN },
};

static struct err
retire_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct credential_work *work = arg;
	const struct stored_credential *current;
	const struct stored_credential *next;
	struct err err = load(call, tx, work);

	if (err.code)
		return err;
	current = in_slot(work, CREDENTIAL_CURRENT);
	next = in_slot(work, CREDENTIAL_NEXT);
	if (next && str_equal(next->user, work->user)) {
		err = store_delete_credential(tx, CREDENTIAL_NEXT);
		if (err.code)
			return err;
		return finish(call, tx, work, STR("retire_credential"), work->user);
	}
	if (current && str_equal(current->user, work->user))
		return err_make(ERR_CONFLICT, "it is in the slot current: promote another one "
					      "first");
	return err_make(ERR_NOT_FOUND, "no credential has this user");
}

void
admin_retire_credential(struct call *call)
{
	struct credential_work *work = arena_new(call->arena, struct credential_work);
	struct err err = wire_read_body(call->arena, call->body, retire_fields,
					ARRAY_LEN(retire_fields), work);

	if (err.code)
		respond_error(call, err);
	else
		call_transact(call, retire_in_tx, list_answer, work);
}
