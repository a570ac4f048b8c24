/*
 * POST /connect: read, seal, load, decide, apply, answer.
 */
#include "api/metrics.h"
#include "api/operations.h"
#include "api/redirect.h"
#include "api/respond.h"
#include "base/uuid.h"
#include "store/store_mail.h"
#include "wire/wire_connect.h"

struct connect_work {
	struct connect_request req;
	struct str account_key;
	struct sealed_request sealed;
	struct connect_state state;
	struct connect_decision decision;
};

/* RETRY-7; and CONNECT-2 where the cloud differs. */
static void
log_decision(struct call *call, const struct connect_work *work)
{
	const struct connect_effects *effects = &work->decision.effects;
	struct app *app = call->app;

	if (effects->is_adopted)
		log_info(app->log, "connect_adopted",
			 F_TEXT("request_id", call->request_id) F_TEXT("connection_id",
								       effects->adopted_id.value)
				 F_NUM("adopted_total", atomic_fetch_add(&app->n_adopted, 1) + 1));
	if (effects->is_other_cloud)
		log_warning(app->log, "connect_from_another_cloud",
			    F_TEXT("request_id", call->request_id)
				    F_TEXT("connection_id", work->req.connection_id.value) F_TEXT(
					    "cloud", word_of(&cloud_words, (int)work->req.cloud)));
	log_debug(app->log, "connect_decided",
		  F_TEXT("request_id", call->request_id) F_NUM("rule", work->decision.rule)
			  F_EMAIL("email", work->req.email.text));
}

/* The twin's times to the order of events: the stored ones are of when its request came in. */
static void
settle_twin(struct call *call, struct connect_state *state)
{
	struct connect_twin *twin = &state->twin;
	struct answer_time given;

	if (!twin->is_known ||
	    !answered_find(call->app->answered, twin->answer.connection_id, &given))
		return;
	twin->answered = given.instant;
	/* RETRY-1: it was running still when this one came in, however fast it was delivered. */
	if (given.tick.ns > http_call_received(call->http).ns)
		twin->is_delivered = false;
	else if (instant_is_before(state->received, twin->answered))
		twin->answered = state->received; /* the wall clock went back in between */
}

/* CONNECT-11: who made the account is told that somebody asks. */
static struct err
mail_invitation(struct call *call, struct store_tx *tx, const struct connect_work *work)
{
	const struct connect_request *req = &work->req;
	struct mail_order order = {
		.kind = MAIL_INVITATION_REQUEST,
		.account_id = work->decision.effects.account_id,
		.person = req->email.text,
		.person_name = str_of(arena_printf(
			call->arena, "%.*s%s%.*s", STR_ARG(req->first_name),
			str_is_empty(req->first_name) || str_is_empty(req->last_name) ? "" : " ",
			STR_ARG(req->last_name))),
	};
	struct user_id creator;
	struct err err;

	if (!call->app->mail || !work->decision.effects.has_invitation)
		return OK_NONE;
	err = store_load_creator(tx, call->arena, order.account_id, &creator, &order.recipient);
	if (err.code || str_is_empty(creator.value))
		return err;
	return mail_enqueue(call->app->mail, tx, call->arena, &order);
}

static struct err
connect_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct connect_work *work = arg;
	const struct connect_policy *policy = &call->partner->policy;
	struct connect_record record = {
		.req = &work->req,
		.decision = &work->decision,
		.fingerprint = &work->sealed.fingerprint,
		.secrets = work->sealed.secrets,
		.n_secrets = work->sealed.n_secrets,
		.now = work->state.now,
	};
	struct err err;

	err = store_load_connect_state(tx, call->arena, &work->req, work->account_key,
				       &work->sealed.fingerprint, policy, &work->state);
	if (err.code)
		return err;
	settle_twin(call, &work->state);
	err = connect_decide(call->arena, &work->req, work->account_key, &work->state, policy,
			     &work->decision);
	if (err.code)
		return err;
	err = store_apply_connect(tx, call->arena, &record);
	return err.code ? err : mail_invitation(call, tx, work);
}

/* After the COMMIT, on the event thread: the store thread is the scarcer one. */
static void
connect_answer(struct call *call, void *arg)
{
	struct connect_work *work = arg;
	struct connect_response response = { .answer = work->decision.answer };
	struct respond_json json;

	log_decision(call, work);
	metrics_count_connect(call->app->metrics, response.answer.redirect_value);
	response.redirect_uri = redirect_uri_of(call, &response.answer);
	if (config_wants_oauth_redirect(&call->partner->config)) /* CONNECT-19 */
		response.oauth_redirect_uri = call->partner->settings.oauth_redirect_uri;
	call->delivers = response.answer.connection_id;
	respond_json_begin(call, &json);
	wire_write_connect_response(&json.writer, &response);
	respond_json_end(call, &json);
}

/* The moments and ids that the decision needs: it has no clock and no randomness of its own. */
static void
state_begin(struct call *call, struct connect_state *state)
{
	struct instant now = clock_now(call->app->clock);
	struct rng *rng = call->app->rng;

	state->now = now;
	state->received = call->received;
	state->fresh_connection_id.value = uuid_new(call->arena, now, rng);
	state->fresh_account_id.value = uuid_new(call->arena, now, rng);
	state->fresh_user_id.value = uuid_new(call->arena, now, rng);
}

void
api_connect(struct call *call)
{
	struct connect_work *work = arena_new(call->arena, struct connect_work);
	const struct app_settings *settings = &call->partner->settings;
	struct err err;

	err = wire_read_connect_request(call->arena, call->body, &work->req);
	if (err.code) {
		respond_error(call, err);
		return;
	}
	state_begin(call, &work->state);
	work->account_key = email_account_key(&work->req.email, settings->public_mail_domains,
					      settings->n_public_mail_domains);
	err = vault_seal_request(call->app->vault, call->arena, &work->req,
				 work->state.fresh_connection_id, &work->sealed);
	if (err.code) {
		respond_error(call, err);
		return;
	}
	call_transact(call, connect_in_tx, connect_answer, work);
}
