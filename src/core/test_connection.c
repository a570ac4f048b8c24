/*
 * What a test of a connection asks, and what it answers. Nothing is dialled here.
 */
#include "core/test_connection.h"

#include "core/email.h"

#define HTTPS_PORT 443
#define MAX_OBJECT_ID 128

const struct str test_identity_target = STR_INIT("/api/2.0/preview/scim/v2/Me");
const struct str test_token_target = STR_INIT("/oidc/v1/token");

/* Workspaces are below these; a token sent to any other name would be in a stranger's hands. */
static const struct str workspace_domains[] = {
	STR_INIT("cloud.databricks.com"), STR_INIT("gcp.databricks.com"),
	STR_INIT("azuredatabricks.net"),  STR_INIT("cloud.databricks.us"),
	STR_INIT("databricks.azure.us"),  STR_INIT("databricks.azure.cn"),
};

/* ---- The plan ---- */

static bool
is_workspace_name(struct str host)
{
	for (size_t i = 0; i < ARRAY_LEN(workspace_domains); i++) {
		if (host.len > workspace_domains[i].len &&
		    domain_is_within(host, workspace_domains[i]))
			return true;
	}
	return false;
}

static bool
is_operators_host(const struct tested_connection *connection, const struct test_host *hosts,
		  size_t n_hosts)
{
	for (size_t i = 0; i < n_hosts; i++) {
		if (connection->port == hosts[i].port &&
		    str_equal_ascii_nocase(connection->hostname, hosts[i].host))
			return true;
	}
	return false;
}

static bool
is_object_id(struct str id)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_'))
			return false;
	}
	return id.len > 0 && id.len <= MAX_OBJECT_ID;
}

/* The flag says what cluster_id is; without it, what the partner asks for. */
static bool
is_warehouse(const struct tested_connection *connection, const struct partner_config *config)
{
	if (connection->has_is_sql_warehouse)
		return connection->is_sql_warehouse;
	return !config_has(config->resources, RESOURCE_INTERACTIVE_CLUSTER);
}

static void
plan_object(struct arena *arena, const struct tested_connection *connection,
	    const struct partner_config *config, struct test_plan *plan)
{
	struct str id = connection->cluster_id;

	if (str_is_empty(id))
		return;
	if (!is_object_id(id)) {
		plan->object = TEST_OBJECT_UNUSABLE;
		return;
	}
	plan->object_id = id;
	if (is_warehouse(connection, config)) {
		plan->object = TEST_OBJECT_WAREHOUSE;
		plan->object_target =
			str_of(arena_printf(arena, "/api/2.0/sql/warehouses/%.*s", STR_ARG(id)));
	} else {
		plan->object = TEST_OBJECT_CLUSTER;
		plan->object_target = str_of(
			arena_printf(arena, "/api/2.1/clusters/get?cluster_id=%.*s", STR_ARG(id)));
	}
}

static void
plan_auth(const struct tested_connection *connection, const struct partner_config *config,
	  struct test_plan *plan)
{
	if (config_has(connection->secrets, SECRET_PERSONAL_ACCESS_TOKEN)) {
		plan->auth = TEST_AUTH_TOKEN;
		plan->secret_kind = SECRET_PERSONAL_ACCESS_TOKEN;
	} else if (config_has(connection->secrets, SECRET_SERVICE_PRINCIPAL_OAUTH_SECRET) &&
		   !str_is_empty(connection->service_principal_id)) {
		plan->auth = TEST_AUTH_OAUTH;
		plan->secret_kind = SECRET_SERVICE_PRINCIPAL_OAUTH_SECRET;
		plan->client_id = connection->service_principal_id;
	} else if (config_has(config->auth_options, AUTH_OPTION_PAT) ||
		   config_has(config->auth_options, AUTH_OPTION_OAUTH_M2M)) {
		plan->auth = TEST_AUTH_MISSING;
	}
}

void
test_connection_plan(struct arena *arena, const struct tested_connection *connection,
		     const struct partner_config *config, const struct test_host *hosts,
		     size_t n_hosts, struct test_plan *ret_plan)
{
	struct test_plan plan = { .host = connection->hostname };

	plan.is_operators_host = is_operators_host(connection, hosts, n_hosts);
	plan.may_dial = plan.is_operators_host ||
			(connection->port == HTTPS_PORT && is_workspace_name(connection->hostname));
	if (plan.may_dial)
		plan.port = (uint16_t)connection->port;
	plan_auth(connection, config, &plan);
	plan_object(arena, connection, config, &plan);
	*ret_plan = plan;
}

/* ---- The results ---- */

bool
test_wants_object(const struct test_plan *plan)
{
	bool has_credential = plan->auth == TEST_AUTH_TOKEN || plan->auth == TEST_AUTH_OAUTH;

	return has_credential &&
	       (plan->object == TEST_OBJECT_WAREHOUSE || plan->object == TEST_OBJECT_CLUSTER);
}

bool
test_wants_identity(const struct test_plan *plan, const struct test_observation *seen)
{
	if (!test_wants_object(plan))
		return true;
	return seen->object.reach == TEST_ANSWERED && !seen->object.is_good;
}

static struct test_result
passed(const char *name, const char *message)
{
	return (struct test_result){ name, true, message };
}

static struct test_result
failed(const char *name, const char *message)
{
	return (struct test_result){ name, false, message };
}

/* The first request that was made. */
static const struct test_step *
first_step(const struct test_observation *seen)
{
	if (seen->token.reach != TEST_NOT_ASKED)
		return &seen->token;
	return seen->object.reach != TEST_NOT_ASKED ? &seen->object : &seen->identity;
}

static struct test_result
judge_connectivity(const struct test_plan *plan, const struct test_observation *seen)
{
	static const char name[] = "connectivity";
	const struct test_step *step = first_step(seen);

	if (!plan->may_dial)
		return failed(name, "The host is not one of Databricks.");
	if (step->is_connected)
		return passed(name, "The workspace can be reached.");
	switch (step->reach) {
	case TEST_NOT_ASKED:
		break;
	case TEST_NOT_ALLOWED:
		return failed(name, "The host has an address that may not be dialled.");
	case TEST_NO_ADDRESS:
		return failed(name, "The host name has no address.");
	case TEST_NO_CONNECTION:
	case TEST_ANSWERED: /* never without a connection */
	case TEST_BAD_ANSWER:
		return failed(name, "The host cannot be connected to.");
	case TEST_TLS_FAILED:
		return failed(name, "The host has no valid certificate for its name.");
	case TEST_TIMED_OUT:
		return failed(name, "The host did not respond in time.");
	case TEST_BUSY:
		return failed(name, "Too many tests are running: try again later.");
	}
	return failed(name, "The host was not dialled.");
}

/* A request that brought no good answer, though the host was there. */
static struct test_result
judge_refusal(const struct test_step *step)
{
	static const char name[] = "credentials";

	if (step->reach == TEST_TIMED_OUT)
		return failed(name, "The workspace did not answer in time.");
	if (step->reach == TEST_BAD_ANSWER)
		return failed(name, "The answer of the workspace cannot be read.");
	if (step->reach != TEST_ANSWERED)
		return failed(name, "The connection to the workspace broke.");
	if (step->status == 401 || step->status == 403)
		return failed(name, "The workspace refuses the credential.");
	return failed(name, "The workspace gave an unexpected answer.");
}

/* The answer for a token names what is wrong with the credential by 400 too. */
static struct test_result
judge_token(const struct test_step *token)
{
	if (token->reach == TEST_ANSWERED && token->status == 400)
		return failed("credentials", "The workspace refuses the credential.");
	return judge_refusal(token);
}

static struct test_result
judge_credentials(const struct test_plan *plan, const struct test_observation *seen)
{
	static const char name[] = "credentials";

	if (seen->is_secret_broken)
		return failed(name, "A stored credential does not open.");
	if (plan->auth == TEST_AUTH_MISSING)
		return failed(name, "No credential is stored.");
	if (!plan->may_dial || !first_step(seen)->is_connected)
		return failed(name, "Not tested: the workspace was not reached.");
	if (plan->auth == TEST_AUTH_OAUTH && !seen->token.is_good)
		return judge_token(&seen->token);
	if (seen->object.is_good || seen->identity.is_good)
		return passed(name, "The workspace accepts the credential.");
	return judge_refusal(seen->identity.reach != TEST_NOT_ASKED ? &seen->identity
								    : &seen->object);
}

static struct test_result
judge_warehouse(const struct test_plan *plan, const struct test_observation *seen,
		bool has_credential)
{
	static const char name[] = "warehouse";
	const struct test_step *object = &seen->object;

	if (!has_credential)
		return failed(name, "Not tested: the credential was not accepted.");
	if (plan->object == TEST_OBJECT_UNUSABLE)
		return failed(name, "The stored id is not that of a warehouse or cluster.");
	if (object->is_good)
		return passed(name, "The warehouse or cluster is there.");
	if (object->status == 401 || object->status == 403)
		return failed(name, "The credential may not see the warehouse or cluster.");
	if (object->status == 400 || object->status == 404)
		return failed(name, "The workspace has no such warehouse or cluster.");
	return failed(name, "The workspace gave an unexpected answer.");
}

size_t
test_connection_judge(const struct test_plan *plan, const struct test_observation *seen,
		      struct test_result results[static MAX_TEST_RESULTS])
{
	size_t n = 0;

	results[n++] = judge_connectivity(plan, seen);
	if (plan->auth == TEST_AUTH_NONE && !seen->is_secret_broken)
		return n; /* with nobody's credential there is nothing more to ask */
	results[n] = judge_credentials(plan, seen);
	n++;
	if (plan->object != TEST_OBJECT_NONE) {
		results[n] = judge_warehouse(plan, seen, results[n - 1].is_passed);
		n++;
	}
	return n;
}
