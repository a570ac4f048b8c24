/*
 * Health: whether the process lives, whether it can do its work, and what it has counted.
 */
#include "api/admin/operations.h"
#include "api/metrics.h"
#include "api/respond.h"
#include "store/store_operator.h"

/* However often it is asked, the disk is written to once a second at most. */
#define PROBE_MS 1000
#define MAX_REPORT ((size_t)4096)

static void
answer_text(struct call *call, int status, const char *content_type, struct str text)
{
	static const struct http_field later[] = { { "Retry-After", "1" }, { NULL, NULL } };
	struct http_response response = {
		.status = status,
		.content_type = content_type,
		.body = text,
	};

	respond_send(call, &response, status == 503 ? later : NULL);
}

#define PLAIN_TEXT "text/plain; charset=utf-8"

void
health_live(struct call *call)
{
	answer_text(call, 200, PLAIN_TEXT, STR("ok\n"));
}

void
health_metrics(struct call *call)
{
	answer_text(call, 200, "text/plain; version=0.0.4; charset=utf-8",
		    metrics_text(call->app, call->arena));
}

/* ---- Readiness ---- */

enum probe { PROBE_FINE, PROBE_SLOW, PROBE_FAILED };

/* These say NULL when all is well. */

static const char *
check_database(struct call *call)
{
	switch ((enum probe)atomic_load(&call->app->probe_result)) {
	case PROBE_FINE:
		break;
	case PROBE_SLOW:
		return "it is too slow";
	case PROBE_FAILED:
		return "it takes no writes";
	}
	return NULL;
}

/* What one sub-key makes, it must know again. */
static const char *
check_key(struct call *call)
{
	struct vault *vault = call->app->vault;
	struct connection_id no_connection = { STR("") };
	struct user_id no_user = { STR("") };
	struct launch launch;
	struct str token = vault_launch_mint(vault, call->arena, no_connection, no_user,
					     instant_add_ms(call->received, LAUNCH_MS));

	return vault_launch_read(vault, call->arena, token, &launch) ? NULL : "it does not work";
}

static const char *
check_draining(struct call *call)
{
	return atomic_load(&call->app->is_draining) ? "the server is stopping" : NULL;
}

/* A store that is open is migrated: it refuses to open before. */
static const char *
check_migrated(struct call *call)
{
	return call->app->store ? NULL : "the database is not open";
}

static const struct {
	const char *name;
	const char *(*check)(struct call *call);
} checks[] = {
	{ "database", check_database },
	{ "key", check_key },
	{ "migrated", check_migrated },
	{ "draining", check_draining },
};

static void
answer_readiness(struct call *call, _unused_ void *work)
{
	struct str value;
	bool is_verbose = http_call_parameter(call->http, "verbose", &value);
	bool is_ready = true;
	struct buf buf;

	buf_init(&buf, call->arena, MAX_REPORT);
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		const char *why = checks[i].check(call);

		if (why)
			buf_addf(&buf, "[-] %s: %s\n", checks[i].name, why);
		else if (is_verbose)
			buf_addf(&buf, "[+] %s: ok\n", checks[i].name);
		is_ready &= !why;
	}
	buf_add(&buf, is_ready ? STR("ok\n") : STR("not ready\n"));
	answer_text(call, is_ready ? 200 : 503, PLAIN_TEXT, buf_str(&buf));
}

static void
note_probe(struct call *call, enum probe result)
{
	atomic_store(&call->app->probe_result, (int)result);
	atomic_store(&call->app->probed_ns, clock_tick(call->app->clock).ns);
}

static struct err
probe_in_tx(_unused_ struct call *call, struct store_tx *tx, _unused_ void *work)
{
	return store_probe(tx);
}

static void
probe_is_fine(struct call *call, void *work)
{
	note_probe(call, PROBE_FINE);
	answer_readiness(call, work);
}

static void
probe_failed(struct call *call, struct err err)
{
	bool is_slow = err.code == ERR_TIMEOUT || err.code == ERR_OVERLOADED;

	respond_log_fault(call, err);
	note_probe(call, is_slow ? PROBE_SLOW : PROBE_FAILED);
	answer_readiness(call, NULL);
}

void
health_ready(struct call *call)
{
	int64_t probed_ns = atomic_load(&call->app->probed_ns);
	int64_t age_ms = (clock_tick(call->app->clock).ns - probed_ns) / 1000000;

	call->fail = probe_failed;
	if (atomic_load(&call->app->is_draining) || (probed_ns && age_ms < PROBE_MS))
		answer_readiness(call, NULL);
	else
		call_transact(call, probe_in_tx, probe_is_fine, NULL);
}
