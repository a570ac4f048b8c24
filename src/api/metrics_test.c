/*
 * What is counted, and how it is told: the text of /metrics.
 */
#include "api/metrics.h"

#include "api/admin/admin.h"
#include "support/store_fixture.h"

#include <fcntl.h>

struct world {
	struct fixture store;
	struct app app;
	int null;
};

static void
world_open(struct world *w)
{
	fixture_open(&w->store);
	w->app = (struct app){ .version = "9.8.7",
			       .store = w->store.store,
			       .clock = &w->store.clock.clock };
	w->null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	w->app.log = log_new(w->null, LOG_FORMAT_JSON, LOG_LEVEL_INFO, w->app.clock);
	for (int i = 0; i < N_DOORS; i++)
		w->app.doors[i].kind = (enum door_kind)i;
	w->app.doors[DOOR_ADMIN].routes = admin_routes(w->store.arena);
	w->app.doors[DOOR_HEALTH].routes = health_routes(w->store.arena);
	w->app.metrics = metrics_new(w->store.arena, w->app.doors);
}

static void
world_close(struct world *w)
{
	log_free(w->app.log);
	(void)close(w->null);
	fixture_close(&w->store);
}

/* The line is there, whole. */
static void
assert_says(struct world *w, const char *line)
{
	struct str text = metrics_text(&w->app, w->store.arena);
	const char *wanted = arena_printf(w->store.arena, "\n%s\n", line);

	if (str_find_str(text, str_of(wanted)) < 0)
		fail_msg("no line \"%s\" in:\n%.*s", line, STR_ARG(text));
}

static const struct route *
route_of(enum http_method method, const char *path)
{
	static struct arena *arena;
	static const struct partner_endpoints endpoints = { .connect_path = STR_INIT("/connect") };

	if (!arena)
		arena = arena_create();
	return routes_find(routes_new(arena, &endpoints, STR("")), method, str_of(path)).route;
}

/* ---- How long a call took, and which bucket it is in ---- */

struct latency_row {
	const char *name;
	int64_t ns;
	const char *first; /* the smallest bound that has it */
	const char *below; /* the largest that has not; NULL: there is none */
};

static const struct latency_row latencies[] = {
	{ "at_once", 0, "0.00025", NULL },
	{ "on_a_bound", 1000000, "0.001", "0.0005" },
	{ "just_past_a_bound", 1000001, "0.0025", "0.001" },
	{ "a_second", 1000000000, "1", "0.5" },
	{ "past_all_bounds", 60000000000, "+Inf", "10" },
};

#define LABELS "door=\"api\",route=\"connect\",method=\"POST\""
#define DURATION "partner_connect_http_request_duration_seconds"

static void
latency_holds(void **state)
{
	const struct latency_row *row = *state;
	struct world w;

	world_open(&w);
	metrics_call_began(w.app.metrics);
	assert_says(&w, "partner_connect_open_calls 1");
	metrics_call_ended(w.app.metrics, &w.app.doors[DOOR_API], route_of(HTTP_POST, "/connect"),
			   200, row->ns);
	assert_says(&w, "partner_connect_open_calls 0");
	assert_says(&w, arena_printf(w.store.arena, DURATION "_bucket{" LABELS ",le=\"%s\"} 1",
				     row->first));
	if (row->below)
		assert_says(&w,
			    arena_printf(w.store.arena, DURATION "_bucket{" LABELS ",le=\"%s\"} 0",
					 row->below));
	assert_says(&w, DURATION "_bucket{" LABELS ",le=\"+Inf\"} 1");
	assert_says(&w, DURATION "_count{" LABELS "} 1");
	assert_says(&w, arena_printf(w.store.arena, DURATION "_sum{" LABELS "} %lld.%09lld",
				     (long long)(row->ns / 1000000000),
				     (long long)(row->ns % 1000000000)));
	world_close(&w);
}

/* ---- What was answered ---- */

struct status_row {
	const char *name;
	int status;
	const char *want;
};

static const struct status_row statuses[] = {
	{ "fine", 200, "200" },	     { "fault", 500, "500" },
	{ "nothing", 0, "none" },    { "a_status_of_nobody", 299, "other" },
	{ "elsewhere", 303, "303" }, { "unavailable", 503, "503" },
};

static void
status_holds(void **state)
{
	const struct status_row *row = *state;
	struct world w;

	world_open(&w);
	for (int i = 0; i < 3; i++) {
		metrics_call_began(w.app.metrics);
		metrics_call_ended(w.app.metrics, &w.app.doors[DOOR_HEALTH], NULL, row->status, 1);
	}
	assert_says(&w, arena_printf(w.store.arena,
				     "partner_connect_http_requests_total{door=\"health\",route="
				     "\"none\",method=\"none\",status=\"%s\"} 3",
				     row->want));
	world_close(&w);
}

/* ---- The rest ---- */

static void
connects_by_what_they_were_told(_unused_ void **state)
{
	struct world w;

	world_open(&w);
	metrics_count_connect(w.app.metrics, REDIRECT_SIGN_IN);
	metrics_count_connect(w.app.metrics, REDIRECT_SIGN_IN);
	metrics_count_connect_error(w.app.metrics, "account_not_found");
	metrics_count_connect_error(w.app.metrics, "of no list");
	atomic_store(&w.app.n_adopted, 4);
	assert_says(&w, "partner_connect_connects_total{redirect_value=\"sign_in\"} 2");
	assert_says(&w, "partner_connect_connects_total{redirect_value=\"create_trial\"} 0");
	assert_says(&w,
		    "partner_connect_connect_errors_total{error_reason=\"account_not_found\"} 1");
	assert_says(&w, "partner_connect_connect_errors_total{error_reason=\"general_error\"} 0");
	assert_says(&w, "partner_connect_connects_adopted_total 4");
	world_close(&w);
}

static void
credentials_by_slot(_unused_ void **state)
{
	struct world w;

	world_open(&w);
	atomic_store(&w.app.credential_created_ms[CREDENTIAL_CURRENT], START_MS - 90500);
	assert_says(&w, "partner_connect_credential_age_seconds{slot=\"current\"} 90");
	assert_true(str_find_str(metrics_text(&w.app, w.store.arena), STR("slot=\"next\"")) < 0);
	assert_says(&w, "partner_connect_build_info{version=\"9.8.7\"} 1");
	assert_says(&w, "partner_connect_log_dropped_lines_total 0");
	world_close(&w);
}

static struct err
do_nothing(_unused_ void *arg, _unused_ struct store_tx *tx)
{
	return OK_NONE;
}

static void
commits_by_size(_unused_ void **state)
{
	struct world w;

	world_open(&w);
	for (int i = 0; i < 5; i++)
		assert_ok(store_run(w.store.store, do_nothing, NULL));
	assert_says(&w, "partner_connect_store_commit_batch_size_bucket{le=\"1\"} 5");
	assert_says(&w, "partner_connect_store_commit_batch_size_bucket{le=\"+Inf\"} 5");
	assert_says(&w, "partner_connect_store_commit_batch_size_sum 5");
	assert_says(&w, "partner_connect_store_commit_batch_size_count 5");
	assert_says(&w, "partner_connect_store_queue_depth 0");
	assert_says(&w, "partner_connect_store_failed_commits_total 0");
	world_close(&w);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, latencies, latency_holds);
	ROWS_ADD(&rows, statuses, status_holds);
	rows_add_one(&rows, "connects_by_what_they_were_told", connects_by_what_they_were_told);
	rows_add_one(&rows, "credentials_by_slot", credentials_by_slot);
	rows_add_one(&rows, "commits_by_size", commits_by_size);
	return rows_run(&rows, argc, argv);
}
