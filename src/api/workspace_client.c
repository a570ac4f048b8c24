/*
 * The requests to a workspace. A plain secret lives in vault_use_secret()'s memory and in an arena
 * of its own here, which is wiped before the results are looked at.
 */
#include "api/workspace_client.h"

#include "html/html.h"
#include "wire/wire_workspace.h"

#include <string.h>

#define USER_AGENT "partner-connect"

/* One test on its way. */
struct asking {
	const struct workspace_client *client;
	const struct test_plan *plan;
	struct arena *arena;
	struct tick deadline;
	struct test_observation seen;
	struct str access_token; /* of TEST_AUTH_OAUTH */
};

static enum test_reach
reach_of(enum http_client_outcome outcome)
{
	switch (outcome) {
	case HTTP_CLIENT_ANSWERED:
		return TEST_ANSWERED;
	case HTTP_CLIENT_NOT_ALLOWED:
		return TEST_NOT_ALLOWED;
	case HTTP_CLIENT_NO_ADDRESS:
		return TEST_NO_ADDRESS;
	case HTTP_CLIENT_NO_CONNECTION:
		return TEST_NO_CONNECTION;
	case HTTP_CLIENT_TLS_FAILED:
		return TEST_TLS_FAILED;
	case HTTP_CLIENT_TIMED_OUT:
		return TEST_TIMED_OUT;
	case HTTP_CLIENT_BAD_ANSWER:
		return TEST_BAD_ANSWER;
	}
	return TEST_BAD_ANSWER;
}

/* The caller adds method, target, fields and body. */
static struct http_client_request
request_to(const struct asking *asking)
{
	const struct test_plan *plan = asking->plan;

	return (struct http_client_request){
		.host = plan->host,
		.port = plan->port,
		.reach = plan->is_operators_host ? HTTP_CLIENT_ANYWHERE : HTTP_CLIENT_GLOBAL,
		.ca_path = plan->is_operators_host ? asking->client->ca_path : NULL,
		.max_body = WIRE_MAX_WORKSPACE_ANSWER,
		.clock = asking->client->clock,
		.deadline = asking->deadline,
	};
}

static struct test_step
step_of(const struct http_client_answer *answer)
{
	return (struct test_step){
		.reach = reach_of(answer->outcome),
		.is_connected = answer->is_connected,
		.status = answer->status,
	};
}

/* @bearer: a field's value; NULL without a credential. */
static struct test_step
get(const struct asking *asking, const char *bearer, struct str target, struct str member,
    struct str value)
{
	_cleanup_(http_client_answer_done) struct http_client_answer answer = { 0 };
	struct http_client_request request = request_to(asking);
	struct http_field fields[] = {
		{ "Accept", "application/json" },
		{ "User-Agent", USER_AGENT },
		{ bearer ? "Authorization" : NULL, bearer },
		{ NULL, NULL },
	};
	struct test_step step;

	request.method = HTTP_GET;
	request.target = target;
	request.fields = fields;
	http_client_send(&request, &answer);
	step = step_of(&answer);
	step.is_good = answer.status == 200 &&
		       wire_is_workspace_object(asking->arena, answer.body, member, value);
	return step;
}

static void
ask(struct asking *asking, const char *bearer)
{
	const struct test_plan *plan = asking->plan;

	if (test_wants_object(plan))
		asking->seen.object =
			get(asking, bearer, plan->object_target,
			    plan->object == TEST_OBJECT_CLUSTER ? STR("cluster_id") : STR("id"),
			    plan->object_id);
	if (test_wants_identity(plan, &asking->seen))
		asking->seen.identity =
			get(asking, bearer, test_identity_target, STR("id"), STR(""));
}

static const char *
bearer_of(struct arena *arena, struct str token)
{
	return arena_printf(arena, "Bearer %.*s", STR_ARG(token));
}

/* Visible ASCII: what can stand in a field, and what every token is made of. */
static bool
is_sendable(struct str token)
{
	for (size_t i = 0; i < token.len; i++) {
		if (token.ptr[i] <= ' ' || token.ptr[i] > '~')
			return false;
	}
	return !str_is_empty(token);
}

static void
ask_with_token(struct asking *asking, struct str token)
{
	if (is_sendable(token))
		ask(asking, bearer_of(asking->arena, token));
	else
		asking->seen.is_secret_broken = true;
}

static void
ask_for_token(struct asking *asking, struct str secret)
{
	_cleanup_(http_client_answer_done) struct http_client_answer answer = { 0 };
	struct http_client_request request = request_to(asking);
	static const struct http_field fields[] = {
		{ "Content-Type", "application/x-www-form-urlencoded" },
		{ "Accept", "application/json" },
		{ "User-Agent", USER_AGENT },
		{ NULL, NULL },
	};
	struct test_step *step = &asking->seen.token;
	struct buf form;

	/* Three bytes for one is the most that escaping takes. */
	buf_init(&form, asking->arena, 256 + 3 * (asking->plan->client_id.len + secret.len));
	buf_add(&form, STR("grant_type=client_credentials&scope=all-apis&client_id="));
	html_url_part(&form, asking->plan->client_id);
	buf_add(&form, STR("&client_secret="));
	html_url_part(&form, secret);
	request.method = HTTP_POST;
	request.target = test_token_target;
	request.fields = fields;
	request.body = buf_str(&form);
	http_client_send(&request, &answer);
	*step = step_of(&answer);
	step->is_good = answer.status == 200 &&
			wire_read_access_token(asking->arena, answer.body, &asking->access_token) &&
			is_sendable(asking->access_token);
}

/* The plain secret is here and in what this calls, and nowhere else. */
static struct err
with_secret(void *context, const char *plain, size_t len)
{
	struct asking *asking = context;
	struct str secret = { plain, len };

	if (asking->plan->auth == TEST_AUTH_TOKEN)
		ask_with_token(asking, secret);
	else
		ask_for_token(asking, secret);
	return OK_NONE;
}

void
workspace_client_test(const struct workspace_client *client, const struct test_plan *plan,
		      struct connection_id connection_id, const struct sealed_secret *secret,
		      struct tick deadline, struct test_observation *ret_seen)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct asking asking = {
		.client = client,
		.plan = plan,
		.arena = arena,
		.deadline = deadline,
	};

	if (!secret)
		ask(&asking, NULL);
	else if (vault_use_secret(client->vault, connection_id, secret, with_secret, &asking).code)
		asking.seen.is_secret_broken = true;
	else if (asking.seen.token.is_good)
		ask(&asking, bearer_of(arena, asking.access_token));
	*ret_seen = asking.seen;
}
