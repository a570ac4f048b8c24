/*
 * Counters and their text.
 */
#include "api/metrics.h"

#include <inttypes.h>

#define MAX_TEXT ((size_t)1024 * 1024)

/* Those that are answered; all others are counted together. */
static const int statuses[] = { 200, 201, 202, 204, 302, 303, 304, 400, 401, 403, 404,
				405, 409, 410, 413, 415, 422, 429, 500, 502, 503 };
#define STATUS_OTHER ARRAY_LEN(statuses)
#define STATUS_NONE (ARRAY_LEN(statuses) + 1) /* the peer left, or a deadline came, before */
#define N_STATUSES (ARRAY_LEN(statuses) + 2)

/* Upper bounds of the latency buckets, in microseconds; the last bucket has none. */
static const int64_t bounds_us[] = { 250,    500,     1000,    2500,	5000,
				     10000,  25000,   50000,   100000,	250000,
				     500000, 1000000, 2500000, 5000000, 10000000 };
#define N_BUCKETS (ARRAY_LEN(bounds_us) + 1)

static const char *const error_reasons[] = {
	"bad_request", "unauthorized", "account_not_found", "connection_not_found", "general_error",
};

static const char *const door_names[N_DOORS] = {
	[DOOR_API] = "api",
	[DOOR_ADMIN] = "admin",
	[DOOR_HEALTH] = "health",
};

struct route_counts {
	atomic_llong by_status[N_STATUSES];
	atomic_llong by_latency[N_BUCKETS];
	atomic_llong ns;
};

struct metrics {
	/* Of each door its rows, and their counts: one more for what has no route. */
	struct route_rows rows[N_DOORS];
	struct route_counts *counts[N_DOORS];
	atomic_llong n_open;
	atomic_llong connects[N_REDIRECT_VALUES];
	atomic_llong connect_errors[ARRAY_LEN(error_reasons)];
};

struct metrics *
metrics_new(struct arena *arena, const struct door *doors)
{
	struct metrics *metrics = arena_new(arena, struct metrics);

	for (int i = 0; i < N_DOORS; i++) {
		metrics->rows[i] =
			doors[i].routes ? routes_rows(doors[i].routes) : routes_rows_of_partner();
		metrics->counts[i] =
			arena_new_array(arena, metrics->rows[i].n + 1, struct route_counts);
	}
	return metrics;
}

/* ---- Counting ---- */

/* Nothing else is ordered by a counter. */
static void
add(atomic_llong *counter, long long n)
{
	(void)atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static int64_t
value_of(const atomic_llong *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static size_t
status_index(int status)
{
	if (status == 0)
		return STATUS_NONE;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		if (statuses[i] == status)
			return i;
	}
	return STATUS_OTHER;
}

static size_t
bucket_index(int64_t ns)
{
	size_t i = 0;

	while (i < ARRAY_LEN(bounds_us) && ns > bounds_us[i] * 1000)
		i++;
	return i;
}

void
metrics_call_began(struct metrics *metrics)
{
	add(&metrics->n_open, 1);
}

void
metrics_call_ended(struct metrics *metrics, const struct door *door, const struct route *route,
		   int status, int64_t ns)
{
	const struct route_rows *rows = &metrics->rows[door->kind];
	size_t row = route ? (size_t)(route - rows->first) : rows->n;
	struct route_counts *counts = &metrics->counts[door->kind][row];

	add(&counts->by_status[status_index(status)], 1);
	add(&counts->by_latency[bucket_index(ns)], 1);
	add(&counts->ns, ns);
	add(&metrics->n_open, -1);
}

void
metrics_count_connect(struct metrics *metrics, enum redirect_value value)
{
	add(&metrics->connects[value], 1);
}

void
metrics_count_connect_error(struct metrics *metrics, const char *error_reason)
{
	for (size_t i = 0; i < ARRAY_LEN(error_reasons); i++) {
		if (str_equal(str_of(error_reasons[i]), str_of(error_reason)))
			add(&metrics->connect_errors[i], 1);
	}
}

/* ---- Writing ---- */

#define PREFIX "partner_connect_"

static void
head(struct buf *buf, const char *name, const char *type, const char *help)
{
	buf_addf(buf, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, type);
}

static void
single(struct buf *buf, const char *name, const char *type, const char *help, int64_t value)
{
	head(buf, name, type, help);
	buf_addf(buf, PREFIX "%s %" PRId64 "\n", name, value);
}

static const char *
status_name(struct arena *arena, size_t i)
{
	if (i == STATUS_NONE)
		return "none";
	if (i == STATUS_OTHER)
		return "other";
	return arena_printf(arena, "%d", statuses[i]);
}

/* What has no route is "none". */
static const char *
route_labels(struct arena *arena, const char *door, const struct route *route)
{
	return arena_printf(arena, "door=\"%s\",route=\"%s\",method=\"%s\"", door,
			    route ? route->name : "none",
			    route ? http_method_name(route->method) : "none");
}

static void
write_statuses(struct buf *buf, struct arena *arena, const char *labels,
	       const struct route_counts *counts)
{
	for (size_t i = 0; i < N_STATUSES; i++) {
		int64_t n = value_of(&counts->by_status[i]);

		if (n > 0)
			buf_addf(buf, PREFIX "http_requests_total{%s,status=\"%s\"} %" PRId64 "\n",
				 labels, status_name(arena, i), n);
	}
}

/* A bucket has all that are at most as long; the count is that of the last. */
static void
write_latencies(struct buf *buf, const char *labels, const struct route_counts *counts)
{
	static const char name[] = PREFIX "http_request_duration_seconds";
	int64_t ns = value_of(&counts->ns);
	int64_t n[N_BUCKETS];
	int64_t total = 0;

	for (size_t i = 0; i < N_BUCKETS; i++)
		n[i] = total += value_of(&counts->by_latency[i]);
	if (total == 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(bounds_us); i++)
		buf_addf(buf, "%s_bucket{%s,le=\"%g\"} %" PRId64 "\n", name, labels,
			 (double)bounds_us[i] / 1e6, n[i]);
	buf_addf(buf, "%s_bucket{%s,le=\"+Inf\"} %" PRId64 "\n", name, labels, total);
	buf_addf(buf, "%s_sum{%s} %" PRId64 ".%09" PRId64 "\n", name, labels, ns / 1000000000,
		 ns % 1000000000);
	buf_addf(buf, "%s_count{%s} %" PRId64 "\n", name, labels, total);
}

static void
write_routes(struct buf *buf, struct arena *arena, const struct metrics *metrics, bool is_latency)
{
	for (int d = 0; d < N_DOORS; d++) {
		const struct route_rows *rows = &metrics->rows[d];

		for (size_t i = 0; i <= rows->n; i++) {
			const struct route *route = i < rows->n ? &rows->first[i] : NULL;
			const struct route_counts *counts = &metrics->counts[d][i];
			const char *labels = route_labels(arena, door_names[d], route);

			if (is_latency)
				write_latencies(buf, labels, counts);
			else
				write_statuses(buf, arena, labels, counts);
		}
	}
}

static void
write_calls(struct buf *buf, struct arena *arena, const struct app *app)
{
	head(buf, "http_requests_total", "counter", "Requests by what was asked and answered.");
	write_routes(buf, arena, app->metrics, false);
	head(buf, "http_request_duration_seconds", "histogram",
	     "From the request line to the last byte of the answer.");
	write_routes(buf, arena, app->metrics, true);
	single(buf, "open_calls", "gauge", "Requests that are being worked on.",
	       value_of(&app->metrics->n_open));
}

static void
write_connects(struct buf *buf, const struct app *app)
{
	head(buf, "connects_total", "counter", "Connects that succeeded, by where they led.");
	for (int i = 0; i < N_REDIRECT_VALUES; i++) {
		struct str word = word_of(&redirect_value_words, i);

		buf_addf(buf, PREFIX "connects_total{redirect_value=\"%.*s\"} %" PRId64 "\n",
			 STR_ARG(word), value_of(&app->metrics->connects[i]));
	}
	head(buf, "connect_errors_total", "counter", "Connects that failed, by why.");
	for (size_t i = 0; i < ARRAY_LEN(error_reasons); i++)
		buf_addf(buf, PREFIX "connect_errors_total{error_reason=\"%s\"} %" PRId64 "\n",
			 error_reasons[i], value_of(&app->metrics->connect_errors[i]));
	single(buf, "connects_adopted_total", "counter",
	       "Connects that were answered as a retry of an earlier one.",
	       value_of(&app->n_adopted));
}

static void
write_store(struct buf *buf, const struct app *app)
{
	static const char name[] = PREFIX "store_commit_batch_size";
	struct store_stats stats;
	int64_t total = 0;

	store_stats(app->store, &stats);
	single(buf, "store_queue_depth", "gauge", "Transactions that wait for the store.",
	       (int64_t)stats.n_queued);
	head(buf, "store_commit_batch_size", "histogram", "Transactions that shared a commit.");
	for (size_t i = 0; i < STORE_BATCH_BUCKETS - 1; i++)
		buf_addf(buf, "%s_bucket{le=\"%zu\"} %" PRId64 "\n", name, (size_t)1 << i,
			 total += stats.by_size[i]);
	total += stats.by_size[STORE_BATCH_BUCKETS - 1];
	buf_addf(buf, "%s_bucket{le=\"+Inf\"} %" PRId64 "\n%s_sum %" PRId64 "\n", name, total, name,
		 stats.n_jobs);
	buf_addf(buf, "%s_count %" PRId64 "\n", name, total);
	single(buf, "store_failed_commits_total", "counter", "Commits that failed.",
	       stats.n_failed);
}

static void
write_credentials(struct buf *buf, const struct app *app)
{
	struct instant now = clock_now(app->clock);

	head(buf, "credential_age_seconds", "gauge", "Since the credential was made, by slot.");
	for (int i = 0; i < N_CREDENTIAL_SLOTS; i++) {
		int64_t created_ms = value_of(&app->credential_created_ms[i]);
		struct str slot = word_of(&credential_slot_words, i);

		if (created_ms > 0)
			buf_addf(buf, PREFIX "credential_age_seconds{slot=\"%.*s\"} %" PRId64 "\n",
				 STR_ARG(slot), (now.ms - created_ms) / 1000);
	}
}

struct str
metrics_text(const struct app *app, struct arena *arena)
{
	struct buf buf;

	buf_init(&buf, arena, MAX_TEXT);
	write_calls(&buf, arena, app);
	write_connects(&buf, app);
	write_store(&buf, app);
	write_credentials(&buf, app);
	single(&buf, "log_dropped_lines_total", "counter",
	       "Lines that the log could not take at once.", log_n_dropped(app->log));
	head(&buf, "build_info", "gauge", "Which program this is.");
	buf_addf(&buf, PREFIX "build_info{version=\"%s\"} 1\n", app->version);
	return buf_str(&buf);
}
