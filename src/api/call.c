/*
 * How a call moves from its head to its answer. The product's rules are in core, the operations in
 * their own files.
 */
#include "api/call.h"

#include "api/admin/admin.h"
#include "api/metrics.h"
#include "api/pages/pages.h"
#include "api/respond.h"
#include "api/routes.h"
#include "base/uuid.h"
#include "core/hostname.h"

/* A request has this long from its first byte to its COMMIT: design section 2. */
#define CALL_BUDGET_MS 4000
#define LAST_USED_EVERY_MS 60000

/* ---- What can be said before the body ---- */

static void
respond_no_route(struct call *call)
{
	if (call->allow)
		respond_method_not_allowed(call, call->allow);
	else
		respond_error(call, err_make(ERR_NOT_FOUND, "there is nothing at this path"));
}

/*
 * TRANSPORT-6: a form or a script of another site in somebody's browser made this request. Of two
 * types nobody knows which one counts.
 */
static bool
is_browser_born(struct http_call *http)
{
	static const char *const form_types[] = {
		"application/x-www-form-urlencoded",
		"multipart/form-data",
		"text/plain",
	};
	struct str type = http_call_field(http, "Content-Type");
	struct str media_type = str_trim(str_cut(&type, ';'));

	if (http_call_field(http, "Origin").ptr || http_call_n_fields(http, "Content-Type") > 1 ||
	    str_equal_ascii_nocase(http_call_field(http, "Sec-Fetch-Site"), STR("cross-site")))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(form_types); i++) {
		if (str_equal_ascii_nocase(media_type, str_of(form_types[i])))
			return true;
	}
	return false;
}

/* ERROR-5, TRANSPORT-6. Answers and returns false when the call goes no further. */
static bool
head_is_acceptable(struct call *call)
{
	if (!call->route) {
		respond_no_route(call);
		return false;
	}
	if (call->route->access != ROUTE_PUBLIC && is_browser_born(call->http)) {
		respond_error(call, err_make(ERR_BAD_REQUEST,
					     "the request was made by a browser: Content-Type, "
					     "Origin or Sec-Fetch-Site"));
		return false;
	}
	return true;
}

/* Without the port; an IPv6 literal keeps its brackets. */
static struct str
host_without_port(struct str host)
{
	ptrdiff_t colon = str_find_last(host, ':');

	if (colon < 0 || str_ends_with(host, STR("]")))
		return host;
	return str_slice(host, 0, (size_t)colon);
}

/* A browser asks by a public name, or on this machine by a loopback one (design section 5). */
static bool
host_is_ours(struct call *call)
{
	struct str host = host_without_port(http_call_field(call->http, "Host"));
	const struct partner_config *config = &call->partner->config;

	return hostname_is_allowed(host, config->hostnames, config->n_hostnames) ||
	       (call->door->is_loopback && hostname_is_loopback(host));
}

/* ---- Credentials ---- */

struct touch_job {
	struct store_job job;
	enum credential_slot slot;
	struct instant used;
};

static struct err
touch_run(struct store_job *job, struct store_tx *tx)
{
	struct touch_job *touch = CONTAINER_OF(job, struct touch_job, job);

	return store_touch_credential(tx, touch->slot, touch->used);
}

static void
touch_done(struct store_job *job, _unused_ struct err err)
{
	/* An error is harmless: the next minute tries again. */
	free(CONTAINER_OF(job, struct touch_job, job));
}

/* The operator must see when the old credential falls quiet: at most one write a minute. */
static void
note_credential_use(struct call *call)
{
	atomic_llong *stored_ms = &call->app->credential_used_ms[call->slot];
	long long before = atomic_load(stored_ms);
	struct instant now = clock_now(call->app->clock);
	struct touch_job *touch;

	if (now.ms - before < LAST_USED_EVERY_MS ||
	    !atomic_compare_exchange_strong(stored_ms, &before, now.ms))
		return;
	touch = calloc(1, sizeof(*touch));
	if (!touch)
		abort();
	touch->job.run = touch_run;
	touch->job.done = touch_done;
	touch->slot = call->slot;
	touch->used = now;
	if (store_submit(call->app->store, &touch->job).code)
		free(touch);
}

/* On a worker thread. */
static void
verified(struct auth_request *request, struct err err, enum credential_slot slot)
{
	struct call *call = CONTAINER_OF(request, struct call, auth_request);

	call->err = err;
	call->slot = slot;
	http_call_resume(call->http);
}

static void
call_verify(struct call *call)
{
	struct err err;

	call->phase = CALL_VERIFY;
	http_call_suspend(call->http);
	/* A copy: should the connection end, the field ends with it, and the worker goes on. */
	call->auth_request.authorization =
		arena_str(call->arena, http_call_field(call->http, "Authorization"));
	call->auth_request.done = verified;
	err = auth_verify(call->app->auth, &call->auth_request);
	if (err.code)
		verified(&call->auth_request, err, CREDENTIAL_CURRENT);
}

/* ---- The phases ---- */

static void
call_handle(struct call *call)
{
	if (call->route->access == ROUTE_BASIC || call->route->access == ROUTE_HOOK)
		note_credential_use(call);
	call->body = http_call_body(call->http);
	call->route->handle(call);
}

/* ACCOUNT-1: a hook that is off does not exist. */
static void
call_find_route(struct call *call)
{
	const struct route_table *routes =
		call->door->routes ? call->door->routes : call->partner->routes;
	struct route_match match =
		routes_find(routes, http_call_method(call->http), http_call_path(call->http));

	call->route = match.route;
	call->allow = match.allow;
	call->id = match.id;
	if (match.is_hook && !call->partner->settings.test_hooks) {
		call->route = NULL;
		call->allow = NULL;
	}
}

static struct call *
call_new(const struct door *door, struct http_call *http)
{
	struct app *app = door->app;
	struct arena *arena = http_call_arena(http);
	struct call *call = arena_new(arena, struct call);
	struct instant now = clock_now(app->clock);
	int64_t age_ms = tick_ms_between(http_call_received(http), clock_tick(app->clock));

	call->app = app;
	call->partner = partner_hold(&app->partner);
	call->door = door;
	call->http = http;
	call->arena = arena;
	call->request_id = uuid_new(arena, now, app->rng);
	call->received = instant_add_ms(now, -age_ms);
	call_find_route(call);
	call->fail =
		call->route && call->route->access == ROUTE_PUBLIC ? page_error : respond_error;
	http_call_set_user(http, call);
	metrics_call_began(app->metrics);
	return call;
}

/* Of what a browser may ask for. */
static bool
named_head(struct call *call)
{
	if (host_is_ours(call))
		return head_is_acceptable(call);
	respond_error(call, err_make(ERR_BAD_REQUEST, "Host is not a name of this server"));
	return false;
}

/*
 * AUTH-1: the body is not read for whoever is not known. TRANSPORT-4: who calls is known by the
 * credential; User-Agent is not even looked at.
 */
static bool
api_head(struct call *call)
{
	struct http_call *http = call->http;

	if (call->route && call->route->access == ROUTE_PUBLIC)
		return named_head(call);
	if (http_call_n_fields(http, "Authorization") != 1) {
		respond_error(call, err_make(ERR_UNAUTHORIZED, NULL));
		return false;
	}
	switch (auth_check(call->app->auth, http_call_field(http, "Authorization"), &call->slot)) {
	case AUTH_ACCEPTED:
		return head_is_acceptable(call);
	case AUTH_REFUSED:
		respond_error(call, err_make(ERR_UNAUTHORIZED, NULL));
		return false;
	case AUTH_UNKNOWN:
		call->phase = CALL_VERIFY;
		return true;
	}
	return false;
}

static bool
on_head(void *context, struct http_call *http)
{
	struct call *call = call_new(context, http);

	switch (call->door->kind) {
	case DOOR_API:
		return api_head(call);
	case DOOR_ADMIN:
		return admin_lets_in(call) && head_is_acceptable(call);
	case DOOR_HEALTH:
		/* Off loopback it is asked for by whatever name the network has for it. */
		return call->door->is_loopback ? named_head(call) : head_is_acceptable(call);
	}
	return false;
}

static void
on_request(_unused_ void *context, struct http_call *http)
{
	struct call *call = http_call_user(http);

	if (call->phase == CALL_VERIFY)
		call_verify(call);
	else
		call_handle(call);
}

static void
on_resume(_unused_ void *context, struct http_call *http)
{
	struct call *call = http_call_user(http);

	if (call->err.code)
		call->fail(call, call->err);
	else if (call->phase == CALL_TRANSACT || call->phase == CALL_WORK)
		call->answer(call, call->work);
	else if (head_is_acceptable(call))
		call_handle(call);
}

static const char *
refusal_detail(enum http_refusal refusal)
{
	switch (refusal) {
	case HTTP_REFUSED_FRAMING:
		return "the head of the request is malformed or can be read in two ways";
	case HTTP_REFUSED_HOST:
		return "the request needs exactly one well-formed Host";
	case HTTP_REFUSED_TOO_LARGE:
		return "the body is longer than 65536 bytes";
	}
	return NULL;
}

/* TRANSPORT-5, TRANSPORT-7 */
static void
on_refused(void *context, struct http_call *http, enum http_refusal refusal)
{
	struct call *call = http_call_user(http);

	if (!call)
		call = call_new(context, http);
	if (refusal == HTTP_REFUSED_TOO_LARGE && call->route &&
	    call->route->access == ROUTE_PUBLIC) {
		page_error(call, err_make(ERR_BAD_REQUEST, refusal_detail(refusal)));
		return;
	}
	respond_error(call, err_make(ERR_BAD_REQUEST, refusal_detail(refusal)));
}

static void
on_done(void *context, struct http_call *http, bool is_completed)
{
	const struct door *door = context;
	struct app *app = door->app;
	struct call *call = http_call_user(http);
	int64_t ns;

	if (!call)
		return;
	ns = clock_tick(app->clock).ns - http_call_received(http).ns;
	metrics_call_ended(app->metrics, door, call->route, call->status, ns);
	/* RETRY-6: taken back when the bytes did not get out. */
	if (!is_completed && call->status && !str_is_empty(call->delivers.value))
		store_mark_delivered(app->store, call->delivers, false);
	log_info(app->log, "request",
		 F_TEXT("request_id", call->request_id)
			 F_CSTR("route", call->route ? call->route->name : "none")
				 F_CSTR("method", http_method_name(http_call_method(http)))
					 F_NUM("status", call->status) F_NUM("ms", ns / 1000000));
	partner_drop(&app->partner, call->partner);
}

struct http_handler
call_handler(struct door *door)
{
	return (struct http_handler){
		.context = door,
		.on_head = on_head,
		.on_request = on_request,
		.on_resume = on_resume,
		.on_refused = on_refused,
		.on_done = on_done,
	};
}

/* ---- Transactions ---- */

static struct err
transact_run(struct store_job *job, struct store_tx *tx)
{
	struct call *call = CONTAINER_OF(job, struct call, job);

	return call->run_in_tx(call, tx, call->work);
}

static void
transact_done(struct store_job *job, struct err err)
{
	struct call *call = CONTAINER_OF(job, struct call, job);

	call->err = err;
	if (!err.code && call->committed)
		call->committed(call, call->work);
	http_call_resume(call->http);
}

void
call_transact(struct call *call, call_tx_fn run_in_tx, call_answer_fn answer, void *work)
{
	struct err err;

	call->phase = CALL_TRANSACT;
	call->run_in_tx = run_in_tx;
	call->answer = answer;
	call->work = work;
	call->job.run = transact_run;
	call->job.done = transact_done;
	call->job.deadline = tick_add_ms(http_call_received(call->http), CALL_BUDGET_MS);
	http_call_suspend(call->http);
	err = store_submit(call->app->store, &call->job);
	if (err.code)
		transact_done(&call->job, err);
}

/* ---- Workers ---- */

static void
work_run(struct pool_job *job)
{
	struct call *call = CONTAINER_OF(job, struct call, pool_job);

	call->err = call->run_on_worker(call, call->work);
	http_call_resume(call->http);
}

static void
start_work(struct call *call, struct pool *pool, call_worker_fn run_on_worker,
	   call_answer_fn answer, void *work)
{
	struct err err;

	call->phase = CALL_WORK;
	call->run_on_worker = run_on_worker;
	call->answer = answer;
	call->work = work;
	call->pool_job.run = work_run;
	http_call_suspend(call->http);
	err = pool_submit(pool, &call->pool_job);
	if (!err.code)
		return;
	call->err = err;
	http_call_resume(call->http);
}

void
call_work(struct call *call, call_worker_fn run_on_worker, call_answer_fn answer, void *work)
{
	start_work(call, call->app->pool, run_on_worker, answer, work);
}

void
call_dial(struct call *call, call_worker_fn run_on_worker, call_answer_fn answer, void *work)
{
	start_work(call, call->app->dialers, run_on_worker, answer, work);
}
