/*
 * Test connection: loads what is stored, asks the workspace on a thread that may wait, answers.
 * What is asked and what the results are: core/test_connection.c.
 */
#include "api/operations.h"
#include "api/respond.h"
#include "api/workspace_client.h"
#include "core/lookup.h"

/* From the first byte of the request to its answer, whatever the workspace does. */
#define TEST_BUDGET_MS 10000

struct test_work {
	struct connection_request req;
	const struct sealed_secret *secrets;
	size_t n_secrets;
	struct test_plan plan;
	struct test_observation seen;
};

/* The secret that the plan uses; NULL when it needs none. */
static const struct sealed_secret *
planned_secret(const struct test_work *work)
{
	if (work->plan.auth != TEST_AUTH_TOKEN && work->plan.auth != TEST_AUTH_OAUTH)
		return NULL;
	for (size_t i = 0; i < work->n_secrets; i++) {
		if (work->secrets[i].kind == work->plan.secret_kind)
			return &work->secrets[i];
	}
	return NULL;
}

static struct err
load_plan(struct call *call, struct store_tx *tx, struct test_work *work)
{
	const struct partner *partner = call->partner;
	struct tested_connection tested;
	struct err err;

	err = store_load_tested(tx, call->arena, work->req.connection_id, &tested);
	if (!err.code)
		err = store_load_secrets(tx, call->arena, work->req.connection_id, &work->secrets,
					 &work->n_secrets);
	if (err.code)
		return err;
	for (size_t i = 0; i < work->n_secrets; i++)
		tested.secrets |= 1u << work->secrets[i].kind;
	test_connection_plan(call->arena, &tested, &partner->config, partner->settings.test_hosts,
			     partner->settings.n_test_hosts, &work->plan);
	return OK_NONE;
}

/* TEST-4: written before the secret is used, for it may be used and no answer come. */
static struct err
audit_use(struct call *call, struct store_tx *tx, const struct test_work *work)
{
	struct audit_entry entry = {
		.at = clock_now(call->app->clock),
		.actor = word_of(&credential_slot_words, (int)call->slot),
		.action = STR("use_secret"),
		.object = work->req.connection_id.value,
		.detail = call->request_id,
	};

	return store_add_audit(tx, &entry);
}

static struct err
test_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct test_work *work = arg;
	struct known_connection connection;
	struct err err;

	err = store_load_connection(tx, call->arena, work->req.connection_id, &connection);
	if (err.code)
		return err;
	if (!connection_is_asked_for(&connection, &work->req)) /* TEST-1 */
		return err_make(ERR_CONNECTION_NOT_FOUND, NULL);
	err = load_plan(call, tx, work);
	if (!err.code && work->plan.may_dial && planned_secret(work))
		err = audit_use(call, tx, work);
	return err;
}

/* Also those that are not sent: the product will want them. */
static void
check_secrets_open(struct call *call, struct test_work *work)
{
	for (size_t i = 0; i < work->n_secrets; i++) {
		if (!vault_use_secret(call->app->vault, work->req.connection_id, &work->secrets[i],
				      NULL, NULL)
			     .code)
			continue;
		log_error(call->app->log, "secret_does_not_open",
			  F_TEXT("request_id", call->request_id)
				  F_TEXT("connection_id", work->req.connection_id.value)
					  F_TEXT("key_id", work->secrets[i].key_id));
		work->seen.is_secret_broken = true;
	}
}

/* ---- Dialing ---- */

static struct err
test_dial(struct call *call, void *arg)
{
	struct test_work *work = arg;
	struct app *app = call->app;
	struct workspace_client client = {
		.vault = app->vault,
		.clock = app->clock,
		.ca_path = call->partner->settings.test_ca_path,
	};

	workspace_client_test(&client, &work->plan, work->req.connection_id, planned_secret(work),
			      tick_add_ms(http_call_received(call->http), TEST_BUDGET_MS),
			      &work->seen);
	(void)atomic_fetch_sub(&app->n_dials, 1); /* of no interest here */
	return OK_NONE;
}

static bool
take_dial(struct app *app)
{
	if (atomic_fetch_add(&app->n_dials, 1) < APP_MAX_DIALS)
		return true;
	(void)atomic_fetch_sub(&app->n_dials, 1); /* of no interest here */
	return false;
}

/* ---- The answer ---- */

/* For the operator: the texts are the caller's, and fixed. */
static void
log_failures(struct call *call, const struct test_work *work, const struct test_result *results,
	     size_t n_results)
{
	for (size_t i = 0; i < n_results; i++) {
		if (results[i].is_passed)
			continue;
		log_info(call->app->log, "connection_test_failed",
			 F_TEXT("request_id", call->request_id)
				 F_TEXT("connection_id", work->req.connection_id.value)
					 F_CSTR("detail", results[i].message));
	}
}

/* TEST-2 */
static void
test_answer(struct call *call, void *arg)
{
	struct test_work *work = arg;
	struct test_result results[MAX_TEST_RESULTS];
	struct respond_json json;
	size_t n_results;

	check_secrets_open(call, work);
	n_results = test_connection_judge(&work->plan, &work->seen, results);
	log_failures(call, work, results, n_results);
	respond_json_begin(call, &json);
	wire_write_test_results(&json.writer, results, n_results);
	respond_json_end(call, &json);
}

static void
test_begin(struct call *call, void *arg)
{
	struct test_work *work = arg;

	if (work->plan.may_dial && take_dial(call->app)) {
		call_dial(call, test_dial, test_answer, work);
		return;
	}
	if (work->plan.may_dial)
		work->seen.identity.reach = TEST_BUSY;
	test_answer(call, work);
}

void
api_test_connection(struct call *call)
{
	struct test_work *work = arena_new(call->arena, struct test_work);
	struct err err = wire_read_test_connection(call->arena, call->body, &work->req);

	if (err.code)
		respond_error(call, err);
	else
		call_transact(call, test_in_tx, test_begin, work);
}
