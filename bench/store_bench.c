/*
 * What a durable connect costs in the store alone: load, decide, apply, commit, mark as delivered,
 * for several sizes of a group. Each job is a new user, account and workspace with one secret.
 *
 *	store_bench FILE [SECONDS [ROWS]]
 *
 * FILE is made, and must not be there. ROWS connects are stored before anything is measured.
 * Prints a line per group size: jobs a second, CPU and latency. Not a test: no figure fails it.
 */
#include "base/rng.h"
#include "base/uuid.h"
#include "core/connect.h"
#include "store/store.h"

#include <pthread.h>

#define MAX_CLIENTS 512
#define MAX_LATENCIES (1 << 20)

struct client {
	struct store_job job;
	struct bench *bench;
	struct arena *arena;
	struct connect_request req;
	struct fingerprint fingerprint;
	struct connect_state state;
	struct connect_decision decision;
	struct sealed_secret secret;
	struct str account_key;
	struct tick submitted;
};

struct bench {
	struct store *store;
	int64_t n_started;
	int64_t n_done;
	int64_t n_wanted; /* 0: until the time is up */
	struct tick until;
	size_t n_running;
	int64_t n_failed;
	pthread_mutex_t lock;
	pthread_cond_t finished;
	size_t n_latencies;
	struct client clients[MAX_CLIENTS];
	int64_t latencies_us[MAX_LATENCIES];
};

static const struct connect_policy policy = { .trial_days = 14 };

static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
	return x ^ (x >> 31);
}

static void
make_request(struct client *client, int64_t number)
{
	struct arena *arena = client->arena;
	struct connect_request *req = &client->req;
	uint64_t hash = mix((uint64_t)number * 0x9e3779b97f4a7c15U + 1);
	struct str domain =
		str_of(arena_printf(arena, "c%016llx.example.com", (unsigned long long)hash));

	req->email.domain = domain;
	req->email.key = str_of(arena_printf(arena, "ada.lovelace@%s", domain.ptr));
	req->email.text = req->email.key;
	req->first_name = STR("Ada");
	req->last_name = STR("Lovelace");
	req->databricks_user_id.value = (int64_t)(hash >> 1);
	req->workspace_id.value = (int64_t)(mix(hash) >> 1);
	req->resources.hostname =
		str_of(arena_printf(arena, "dbc-%08x.cloud.databricks.com", (unsigned)hash));
	req->resources.port = 443;
	req->resources.workspace_url =
		str_of(arena_printf(arena, "https://dbc-%08x.cloud.databricks.com/?o=%lld",
				    (unsigned)hash, (long long)req->workspace_id.value));
	req->resources.cloud_provider_region = STR("us-west-2");
	req->resources.http_path = STR("/sql/1.0/warehouses/1a2b3c4d5e6f7a8b");
	req->resources.cluster_id = STR("1a2b3c4d5e6f7a8b");
	req->resources.destination_location = STR("s3://a-bucket/some/where/in/it");
	req->resources.catalog_name = STR("main");
	req->resources.database_name = STR("default");
	req->resources.has_is_sql_warehouse = true;
	req->resources.is_sql_warehouse = true;
	memcpy(client->fingerprint.bytes, &hash, sizeof(hash));
	client->account_key = domain;
	client->secret.key_id = STR("018f0000-0000-7000-8000-000000000000");
	client->secret.blob = (struct str){ arena_alloc(arena, 80), 80 };
}

static void
client_start(struct client *client)
{
	struct instant now = clock_now(&clock_system);
	struct err err;

	arena_free(client->arena);
	client->arena = arena_create();
	client->req = (struct connect_request){ 0 };
	make_request(client, client->bench->n_started++);
	client->state.now = now;
	client->state.received = now;
	client->state.fresh_account_id.value = uuid_new(client->arena, now, &rng_system);
	client->state.fresh_user_id.value = uuid_new(client->arena, now, &rng_system);
	client->state.fresh_connection_id.value = uuid_new(client->arena, now, &rng_system);
	client->submitted = clock_tick(&clock_system);
	err = store_submit(client->bench->store, &client->job);
	if (err.code)
		abort();
}

static struct err
client_run(struct store_job *job, struct store_tx *tx)
{
	struct client *client = CONTAINER_OF(job, struct client, job);
	struct connect_record record = {
		&client->req,	  &client->decision, &client->fingerprint, &client->secret, 1,
		client->state.now
	};
	struct err err =
		store_load_connect_state(tx, client->arena, &client->req, client->account_key,
					 &client->fingerprint, &policy, &client->state);

	if (!err.code)
		err = connect_decide(client->arena, &client->req, client->account_key,
				     &client->state, &policy, &client->decision);
	return err.code ? err : store_apply_connect(tx, client->arena, &record);
}

static bool
is_enough(struct bench *bench)
{
	if (bench->n_wanted)
		return bench->n_done + (int64_t)bench->n_running > bench->n_wanted;
	return clock_tick(&clock_system).ns >= bench->until.ns;
}

/* On the store thread, as are all clients once they run: only the end needs the lock. */
static void
client_done(struct store_job *job, struct err err)
{
	struct client *client = CONTAINER_OF(job, struct client, job);
	struct bench *bench = client->bench;

	if (err.code)
		bench->n_failed++;
	else
		store_mark_delivered(bench->store, client->decision.answer.connection_id, true);
	bench->n_done++;
	if (bench->n_latencies < MAX_LATENCIES)
		bench->latencies_us[bench->n_latencies++] =
			(clock_tick(&clock_system).ns - client->submitted.ns) / 1000;
	if (!is_enough(bench)) {
		client_start(client);
		return;
	}
	(void)pthread_mutex_lock(&bench->lock);
	if (--bench->n_running == 0)
		(void)pthread_cond_signal(&bench->finished);
	(void)pthread_mutex_unlock(&bench->lock);
}

static struct err
start_all(_unused_ void *arg, _unused_ struct store_tx *tx)
{
	struct bench *bench = arg;

	for (size_t i = 0; i < bench->n_running; i++)
		client_start(&bench->clients[i]);
	return OK_NONE;
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a;
	const int64_t *y = b;

	return (*x > *y) - (*x < *y);
}

/* Of the sorted ones. */
static double
latency_ms(const struct bench *bench, size_t percent)
{
	size_t i = bench->n_latencies * percent / 100;

	return (double)bench->latencies_us[i < bench->n_latencies ? i : bench->n_latencies - 1] /
	       1e3;
}

static int64_t
cpu_ns(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts) != 0)
		abort();
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void
measure(struct bench *bench, const char *url, size_t n_clients, int64_t ms, int64_t n_wanted)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct store_options options = { url, 2048, n_clients, MAX_CLIENTS, 200, &clock_system };
	struct err err = store_open(arena, &options, &bench->store);
	struct tick begin;
	int64_t cpu;
	int64_t ns;

	if (err.code) {
		(void)fprintf(stderr, "%s\n", err.detail);
		exit(1); /* one thread: NOLINT(concurrency-mt-unsafe) */
	}
	bench->n_running = n_clients;
	bench->n_wanted = n_wanted;
	bench->n_done = 0;
	bench->n_latencies = 0;
	begin = clock_tick(&clock_system);
	bench->until = tick_add_ms(begin, ms);
	cpu = cpu_ns();
	if (store_run(bench->store, start_all, bench).code)
		abort();
	(void)pthread_mutex_lock(&bench->lock);
	while (bench->n_running)
		(void)pthread_cond_wait(&bench->finished, &bench->lock);
	(void)pthread_mutex_unlock(&bench->lock);
	store_close(bench->store);
	cpu = cpu_ns() - cpu;
	ns = clock_tick(&clock_system).ns - begin.ns;
	qsort(bench->latencies_us, bench->n_latencies, sizeof(int64_t), compare);
	(void)printf("%4zu a group: %7.0f/s  CPU %6.1f us  p50 %6.2f ms  p99 %6.2f ms  "
		     "max %6.2f ms  failed %lld\n",
		     n_clients, (double)bench->n_done / ((double)ns / 1e9),
		     (double)cpu / 1e3 / (double)bench->n_done, latency_ms(bench, 50),
		     latency_ms(bench, 99), latency_ms(bench, 100), (long long)bench->n_failed);
}

int
main(int argc, char **argv)
{
	static const size_t sizes[] = { 1, 8, 64, 128 };
	static struct bench bench = { .lock = PTHREAD_MUTEX_INITIALIZER,
				      .finished = PTHREAD_COND_INITIALIZER };
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	int64_t seconds = 3;
	int64_t n_rows = 0;
	const char *url;

	if (argc < 2 || argc > 4 || (argc > 2 && !str_to_int64(str_of(argv[2]), &seconds)) ||
	    (argc > 3 && !str_to_int64(str_of(argv[3]), &n_rows))) {
		(void)fprintf(stderr, "store_bench FILE [SECONDS [ROWS]]\n");
		return 2;
	}
	url = arena_printf(arena, "sqlite:%s", argv[1]);
	for (size_t i = 0; i < MAX_CLIENTS; i++) {
		bench.clients[i].bench = &bench;
		bench.clients[i].job.run = client_run;
		bench.clients[i].job.done = client_done;
	}
	if (n_rows) {
		(void)printf("before:       ");
		measure(&bench, url, 512, 0, n_rows);
	}
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		measure(&bench, url, sizes[i], seconds * 1000, 0);
	for (size_t i = 0; i < MAX_CLIENTS; i++)
		arena_free(bench.clients[i].arena);
	return 0;
}
