/*
 * Test connection: what is stored of it is checked. Nothing is dialled.
 */
#include "api/operations.h"
#include "api/respond.h"
#include "core/lookup.h"

struct test_work {
	struct connection_request req;
	const struct sealed_secret *secrets;
	size_t n_secrets;
};

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
	return store_load_secrets(tx, call->arena, work->req.connection_id, &work->secrets,
				  &work->n_secrets);
}

/* Does the partner use a secret that a connect brings? U2M connections bring none. */
static bool
needs_secret(const struct partner_config *config)
{
	return config_has(config->auth_options, AUTH_OPTION_PAT) ||
	       config_has(config->auth_options, AUTH_OPTION_OAUTH_M2M);
}

static struct test_result
test_credentials(struct call *call, const struct test_work *work)
{
	static const char name[] = "credentials";

	if (work->n_secrets == 0 && needs_secret(&call->app->config))
		return (struct test_result){ name, false, "No credential is stored." };
	for (size_t i = 0; i < work->n_secrets; i++) {
		struct err err = vault_use_secret(call->app->vault, work->req.connection_id,
						  &work->secrets[i], NULL, NULL);

		if (err.code) {
			log_error(call->app->log, "secret_does_not_open",
				  F_TEXT("request_id", call->request_id)
					  F_TEXT("connection_id", work->req.connection_id.value)
						  F_TEXT("key_id", work->secrets[i].key_id));
			return (struct test_result){ name, false,
						     "A stored credential does not open." };
		}
	}
	return (struct test_result){ name, true, "The stored credential opens." };
}

/* TEST-2 */
static void
test_answer(struct call *call, void *arg)
{
	const struct test_work *work = arg;
	struct test_result results[] = {
		{ "connection", true, "The connection is stored." },
		test_credentials(call, work),
	};
	struct respond_json json;

	respond_json_begin(call, &json);
	wire_write_test_results(&json.writer, results, ARRAY_LEN(results));
	respond_json_end(call, &json);
}

void
api_test_connection(struct call *call)
{
	struct test_work *work = arena_new(call->arena, struct test_work);
	struct err err = wire_read_test_connection(call->arena, call->body, &work->req);

	if (err.code)
		respond_error(call, err);
	else
		call_transact(call, test_in_tx, test_answer, work);
}
