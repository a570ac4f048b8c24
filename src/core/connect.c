/*
 * The connect decision as a table. First the request and the state are reduced to facts; then the
 * first row whose facts hold gives the outcome; then the outcome is turned into what must be
 * stored. Loading and storing are store's, the wire's spelling is wire's.
 */
#include "core/connect.h"

#include <inttypes.h>

/* ---- Facts ---- */

enum fact {
	E = 1 << 0,		    /* is_connection_established */
	HAS_ID = 1 << 1,	    /* connection_id was sent */
	CONNECTION = 1 << 2,	    /* E: it is ours, not deleted, of this workspace */
	ACCOUNT = 1 << 3,	    /* the account is known */
	SCOPE_OF_USER = 1 << 4,	    /* E: the connection is its creator's alone */
	CREATOR = 1 << 5,	    /* E: the caller is its creator */
	MANUAL = 1 << 6,	    /* require_manual_signup */
	SIGNED_UP = 1 << 7,	    /* the caller finished signing up */
	KNOWN = 1 << 8,		    /* the caller is a known user here */
	DEMO = 1 << 9,		    /* E: the connection is a demo; not E: one is asked for */
	EXPIRED = 1 << 10,	    /* for this caller: the account, or the user by trial_type */
	ACCOUNT_EXPIRED_ = 1 << 11, /* for everybody */
	AUTO_ADD = 1 << 12,	    /* new_user_action */
	NOT_FOUND = 1 << 13,
	ERROR = 1 << 14,
	JOINS = 1 << 15, /* join_action, as it applies to this account */
	TRIES = 1 << 16,
};

/* ---- The table ---- */

enum effect {
	NOTHING = 0,
	CONFIGURE = 1 << 0,   /* a new connection */
	NEW_ACCOUNT = 1 << 1, /* and its account, and the caller as its creator */
	ADD_USER = 1 << 2,    /* the caller joins the account */
	ADD_TRIAL = 1 << 3,   /* the caller comes by trial */
	INVITE = 1 << 4,      /* an invitation is asked for */
};

/* By expired_action: purchase_product or create_trial. */
#define BY_EXPIRED_ACTION ((enum redirect_value)N_REDIRECT_VALUES)

struct row {
	int rule;
	unsigned holds; /* all of these facts */
	unsigned fails; /* none of these */
	enum err_code error;
	unsigned effects;
	enum user_status user_status;
	enum account_status account_status;
	enum redirect_value redirect_value;
};

#define REFUSED(code) .error = (code)
#define ANSWER(user, account, redirect)                                                            \
	.user_status = USER_STATUS_##user, .account_status = ACCOUNT_STATUS_##account,             \
	.redirect_value = redirect

/* Rules: CONNECT-1 to CONNECT-16, in their order. A rule of several lines has several rows. */
static const struct row table[] = {
	{ 1, E, HAS_ID, REFUSED(ERR_BAD_REQUEST) },
	{ 2, E, CONNECTION, REFUSED(ERR_CONNECTION_NOT_FOUND) },
	{ 3, E, ACCOUNT, REFUSED(ERR_CONNECTION_NOT_FOUND) },
	{ 4, E | SCOPE_OF_USER, CREATOR, REFUSED(ERR_ACCOUNT_NOT_FOUND) },
	{ 5, E | MANUAL | KNOWN, SIGNED_UP, REFUSED(ERR_ACCOUNT_NOT_FOUND) },
	{ 5, E | MANUAL | ACCOUNT_EXPIRED_, KNOWN, REFUSED(ERR_ACCOUNT_NOT_FOUND) },
	{ 5, E | MANUAL, KNOWN | ERROR, REFUSED(ERR_ACCOUNT_NOT_FOUND) },
	{ 6, E | DEMO | KNOWN, 0, ANSWER(EXISTING, ACTIVE, REDIRECT_SIGN_IN) },
	{ 7, E | KNOWN | EXPIRED, 0, ANSWER(EXISTING, EXPIRED, BY_EXPIRED_ACTION) },
	{ 8, E | KNOWN, 0, ANSWER(EXISTING, ACTIVE, REDIRECT_SIGN_IN) },
	{ 9, E | ACCOUNT_EXPIRED_ | AUTO_ADD, 0, .effects = ADD_USER,
	  ANSWER(NEW, EXPIRED, BY_EXPIRED_ACTION) },
	{ 9, E | ACCOUNT_EXPIRED_, 0, ANSWER(NOT_APPLICABLE, EXPIRED, BY_EXPIRED_ACTION) },
	{ 10, E | NOT_FOUND, 0, REFUSED(ERR_ACCOUNT_NOT_FOUND) },
	{ 10, E | ERROR, 0, REFUSED(ERR_GENERAL_ERROR) },
	{ 11, E | AUTO_ADD, 0, .effects = ADD_USER, ANSWER(NEW, ACTIVE, REDIRECT_SIGN_IN) },
	{ 11, E, 0, .effects = INVITE, ANSWER(NOT_APPLICABLE, ACTIVE, REDIRECT_CONTACT_ADMIN) },
	{ 12, DEMO, E, .effects = CONFIGURE | NEW_ACCOUNT,
	  ANSWER(NEW, NEW, REDIRECT_CREATE_TRIAL) },
	{ 13, 0, E | ACCOUNT, .effects = CONFIGURE | NEW_ACCOUNT,
	  ANSWER(NEW, NEW, REDIRECT_CREATE_TRIAL) },
	{ 14, EXPIRED | KNOWN, E, .effects = CONFIGURE,
	  ANSWER(EXISTING, EXPIRED, BY_EXPIRED_ACTION) },
	{ 14, EXPIRED, E, .effects = CONFIGURE | ADD_TRIAL,
	  ANSWER(NEW, EXPIRED, BY_EXPIRED_ACTION) },
	{ 15, KNOWN | MANUAL, E | SIGNED_UP, .effects = CONFIGURE,
	  ANSWER(EXISTING, ACTIVE, REDIRECT_CREATE_TRIAL) },
	{ 15, KNOWN, E, .effects = CONFIGURE, ANSWER(EXISTING, ACTIVE, REDIRECT_SIGN_IN) },
	{ 16, JOINS, E, .effects = CONFIGURE | ADD_USER, ANSWER(NEW, ACTIVE, REDIRECT_SIGN_IN) },
	{ 16, TRIES, E, .effects = CONFIGURE | ADD_TRIAL,
	  ANSWER(NEW, ACTIVE, REDIRECT_CREATE_TRIAL) },
	{ 16, 0, E, ANSWER(NOT_APPLICABLE, ACTIVE, REDIRECT_CONTACT_ADMIN) },
};

static const struct row *
row_find(unsigned facts)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if ((facts & table[i].holds) == table[i].holds && !(facts & table[i].fails))
			return &table[i];
	}
	abort(); /* the last row takes every request that is not E, rule 11 every one that is */
}

/* ---- From the state to the facts ---- */

struct decider {
	const struct connect_request *req;
	const struct connect_state *state;
	const struct connect_policy *policy;
};

static unsigned
fact_if(bool holds, enum fact fact)
{
	return holds ? (unsigned)fact : 0;
}

static bool
trial_is_over(struct instant expires, struct instant now)
{
	return instant_is_set(expires) && !instant_is_before(now, expires);
}

static bool
account_is_expired(const struct known_account *account, struct instant now)
{
	switch (account->state) {
	case ACCOUNT_ACTIVE:
		return false;
	case ACCOUNT_SUSPENDED: /* answers as expired: design section 3 */
	case ACCOUNT_EXPIRED:
		return true;
	case ACCOUNT_TRIAL:
		return trial_is_over(account->trial_expires, now);
	}
	return false;
}

/* CONNECT-2: the connection of this workspace; of another cloud only unless that is strict. */
static bool
connection_is_callers(const struct decider *d)
{
	const struct known_connection *connection = &d->state->connection;

	return connection->is_known && connection->state != CONNECTION_DELETED &&
	       connection->workspace_id.value == d->req->workspace_id.value &&
	       (connection->cloud == d->req->cloud || !d->policy->is_strict_cloud);
}

static bool
caller_is_creator(const struct decider *d)
{
	return d->state->user.is_known &&
	       str_equal(d->state->user.id.value, d->state->connection.creator_user_id.value);
}

/*
 * Who came by trial proved nothing yet: known on connections of their own only, until the address
 * is verified (design section 3, "Who may join").
 */
static bool
caller_is_known(const struct decider *d)
{
	const struct known_user *user = &d->state->user;

	if (!user->is_known)
		return false;
	if (user->origin != ORIGIN_TRIAL || instant_is_set(user->email_verified))
		return true;
	return !d->req->is_connection_established || caller_is_creator(d);
}

/* An e-mail domain alone proves nothing: join_action = verified waits for the creator's proof. */
static enum join_action
join_action_now(const struct decider *d)
{
	if (d->policy->join_action != JOIN_VERIFIED)
		return d->policy->join_action;
	return d->state->account.is_creator_verified ? JOIN_ADD : JOIN_CONTACT;
}

static unsigned
facts_of_policy(const struct decider *d)
{
	return fact_if(d->policy->require_manual_signup, MANUAL) |
	       fact_if(d->policy->new_user_action == NEW_USER_AUTO_ADD, AUTO_ADD) |
	       fact_if(d->policy->new_user_action == NEW_USER_NOT_FOUND, NOT_FOUND) |
	       fact_if(d->policy->new_user_action == NEW_USER_ERROR, ERROR) |
	       fact_if(join_action_now(d) == JOIN_ADD, JOINS) |
	       fact_if(join_action_now(d) == JOIN_TRIAL, TRIES);
}

static unsigned
facts_of_expiry(const struct decider *d, bool is_known, bool is_demo)
{
	const struct connect_state *state = d->state;
	bool account_expired = !is_demo && state->account.is_known &&
			       account_is_expired(&state->account, state->now);
	bool user_expired = !is_demo && is_known && d->policy->trial_type == TRIAL_TYPE_USER &&
			    trial_is_over(state->user.trial_expires, state->now);

	return fact_if(account_expired, ACCOUNT_EXPIRED_) |
	       fact_if(account_expired || user_expired, EXPIRED);
}

static unsigned
facts_gather(const struct decider *d)
{
	const struct connect_state *state = d->state;
	bool is_established = d->req->is_connection_established;
	bool is_demo = is_established ? state->connection.is_demo : d->req->is_demo;
	bool is_known = caller_is_known(d);

	return fact_if(is_established, E) | fact_if(is_demo, DEMO) | fact_if(is_known, KNOWN) |
	       fact_if(!str_is_empty(d->req->connection_id.value), HAS_ID) |
	       fact_if(connection_is_callers(d), CONNECTION) |
	       fact_if(state->account.is_known, ACCOUNT) |
	       fact_if(state->connection.scope == SCOPE_USER, SCOPE_OF_USER) |
	       fact_if(caller_is_creator(d), CREATOR) |
	       fact_if(is_known && instant_is_set(state->user.signed_up), SIGNED_UP) |
	       facts_of_expiry(d, is_known, is_demo) | facts_of_policy(d);
}

/* ---- The retry rule ---- */

#define TWIN_CONCURRENT_MS 4000 /* the budget of a request: none was running for longer */
#define TWIN_UNDELIVERED_MS ((int64_t)15 * 60 * 1000)
#define TWIN_RETRY_FROM_MS 900 /* Databricks' first retry comes after 1 s, its last after 4 */
#define TWIN_RETRY_UNTIL_MS 10000

/*
 * Rules: RETRY-1 to RETRY-5. Ages are bounded on both sides, for the wall clock may have jumped:
 * then a new connection is the harmless answer.
 */
static bool
twin_is_adopted(const struct connect_state *state)
{
	const struct connect_twin *twin = &state->twin;
	int64_t age_ms = state->now.ms - twin->answered.ms;
	int64_t overlap_ms = twin->answered.ms - state->received.ms;

	if (!twin->is_known)
		return false;
	/* RETRY-1: the first was answered only after this one had come in. */
	if (overlap_ms > 0 && overlap_ms <= TWIN_CONCURRENT_MS)
		return true;
	if (!twin->is_delivered)
		return age_ms > -TWIN_CONCURRENT_MS && age_ms < TWIN_UNDELIVERED_MS;
	return age_ms >= TWIN_RETRY_FROM_MS && age_ms <= TWIN_RETRY_UNTIL_MS;
}

/* ---- From the outcome to what is stored ---- */

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

static struct instant
trial_end(const struct decider *d, enum trial_type of)
{
	bool is_new_demo = d->req->is_demo && !d->req->is_connection_established;

	/* CONNECT-6: a demo never expires. */
	if (is_new_demo || d->policy->trial_days == 0 || d->policy->trial_type != of)
		return (struct instant){ 0 };
	return instant_add_ms(d->state->now, d->policy->trial_days * DAY_MS);
}

static void
effects_add_user(const struct decider *d, enum user_origin origin, struct connect_effects *effects)
{
	/* A user of the account who was not known here came by trial: now they are let in. */
	if (d->state->user.is_known) {
		effects->caller_id = d->state->user.id;
		effects->accepts_caller = origin == ORIGIN_ADDED;
		return;
	}
	effects->has_user = true;
	effects->user.id = d->state->fresh_user_id;
	effects->user.origin = origin;
	effects->user.trial_expires = trial_end(d, TRIAL_TYPE_USER);
	effects->caller_id = effects->user.id;
}

static void
effects_add_account(struct arena *arena, const struct decider *d, struct str account_key,
		    struct connect_effects *effects)
{
	effects->has_account = true;
	effects->account.id = d->state->fresh_account_id;
	effects->account.key = account_key;
	effects->account.domain = d->req->email.domain;
	effects->account.is_demo = d->req->is_demo;
	effects->account.state = ACCOUNT_TRIAL;
	effects->account.trial_expires = trial_end(d, TRIAL_TYPE_ACCOUNT);
	if (d->req->is_demo)
		effects->account.key = str_of(arena_printf(
			arena, "demo:%.*s", STR_ARG(d->state->fresh_connection_id.value)));
	effects->account_id = effects->account.id;
	effects->has_user = true;
	effects->user.id = d->state->fresh_user_id;
	effects->user.origin = ORIGIN_CREATOR;
	effects->user.trial_expires = trial_end(d, TRIAL_TYPE_USER);
	effects->caller_id = effects->user.id;
}

static struct str
connection_name(struct arena *arena, const struct decider *d, bool is_accounts_first)
{
	int64_t n_before = is_accounts_first ? 0 : d->state->n_connections;

	switch (d->policy->naming) {
	case NAMING_ASK:
		return STR("");
	case NAMING_COUNTER:
		return str_of(arena_printf(arena, "Databricks %" PRId64, n_before + 1));
	case NAMING_WORKSPACE_NAME: /* Databricks does not send it: the id until it is known */
	case NAMING_WORKSPACE_ID:
		break;
	}
	return str_of(arena_printf(arena, "%" PRId64, d->req->workspace_id.value));
}

/* CONNECT-17; a known account's connection from nowhere known is not confirmed. */
static void
effects_configure(struct arena *arena, const struct decider *d, struct connect_effects *effects)
{
	const struct connect_state *state = d->state;

	effects->has_connection = true;
	effects->connection.id = state->fresh_connection_id;
	effects->connection.name = connection_name(arena, d, effects->has_account);
	effects->connection.is_confirmed =
		effects->has_account || state->is_workspace_known || state->is_identity_known;
	if (!state->earlier.is_known)
		return;
	effects->has_superseded = true;
	effects->superseded_id = state->earlier.id;
	effects->superseded_state = d->policy->superseded_action == SUPERSEDED_DELETE
					    ? CONNECTION_DELETED
					    : CONNECTION_SUPERSEDED;
}

/*
 * Whoever joins an account from a workspace that it does not know joins it only once the account's
 * creator has proved the address; until then they have come by trial. At a sign-in the connection
 * says it: one that nobody of the account confirmed is of a workspace that it does not know, and a
 * joiner would be the one to confirm it.
 */
static enum user_origin
origin_of_joiner(const struct decider *d)
{
	bool is_at_home = d->req->is_connection_established ? d->state->connection.is_confirmed
							    : d->state->is_workspace_known;

	return is_at_home || d->state->account.is_creator_verified ? ORIGIN_ADDED : ORIGIN_TRIAL;
}

static void
effects_gather(struct arena *arena, const struct decider *d, const struct row *row,
	       struct str account_key, struct connect_effects *effects)
{
	const struct connect_state *state = d->state;

	effects->account_id = state->account.id;
	if (caller_is_known(d) && !(row->effects & NEW_ACCOUNT))
		effects->caller_id = state->user.id;
	if (row->effects & NEW_ACCOUNT)
		effects_add_account(arena, d, account_key, effects);
	if (row->effects & ADD_USER)
		effects_add_user(d, origin_of_joiner(d), effects);
	if (row->effects & ADD_TRIAL)
		effects_add_user(d, ORIGIN_TRIAL, effects);
	if (row->effects & CONFIGURE)
		effects_configure(arena, d, effects);
	effects->has_invitation = row->effects & INVITE;
	effects->is_other_cloud =
		d->req->is_connection_established && state->connection.cloud != d->req->cloud;
	/* A Databricks user id is tied to a user only where the workspace is beyond doubt. */
	effects->has_identity = !str_is_empty(effects->caller_id.value) &&
				!effects->is_other_cloud &&
				(effects->has_connection ? effects->connection.is_confirmed
							 : state->connection.is_confirmed);
}

static struct connect_answer
answer_of(const struct decider *d, const struct row *row, const struct connect_effects *effects)
{
	enum redirect_value redirect_value = row->redirect_value;

	if (redirect_value == BY_EXPIRED_ACTION)
		redirect_value = d->policy->expired_action == EXPIRED_CREATE_TRIAL
					 ? REDIRECT_CREATE_TRIAL
					 : REDIRECT_PURCHASE_PRODUCT;
	return (struct connect_answer){
		.user_status = row->user_status,
		.account_status = row->account_status,
		.redirect_value = redirect_value,
		.is_configured = effects->has_connection,
		.connection_id = effects->connection.id,
		.launch_connection_id =
			effects->has_connection ? effects->connection.id : d->state->connection.id,
		.launch_user_id = effects->caller_id,
	};
}

static struct err
refusal(const struct row *row)
{
	return err_make(row->error, row->error == ERR_BAD_REQUEST
					    ? "connection_id is missing, though "
					      "user_info.is_connection_established is true"
					    : NULL);
}

/* strict_resources (contract section 7): refuse what the partner did not ask for. */
static const char *
misfit_of_resources(const struct connect_request *req, const struct connect_policy *policy)
{
	const struct resources *resources = &req->resources;
	bool has_warehouse = resources->has_is_sql_warehouse && resources->is_sql_warehouse;

	if (policy->wants_sql_warehouse && !has_warehouse)
		return "is_sql_warehouse must be true: the partner config asks for a SQL warehouse";
	if (policy->wants_sql_warehouse && str_is_empty(resources->http_path))
		return "http_path is missing";
	if (policy->wants_sql_warehouse && !req->has_jdbc_urls)
		return "jdbc_url or databricks_jdbc_url is missing";
	if ((policy->wants_sql_warehouse || policy->wants_cluster) &&
	    str_is_empty(resources->cluster_id))
		return "cluster_id is missing";
	if (policy->wants_cluster && !policy->wants_sql_warehouse && has_warehouse)
		return "is_sql_warehouse must be false: the partner config asks for a cluster";
	return NULL;
}

/* CONNECT-21: what the wire's reader cannot know, because it depends on the partner. */
static struct err
check_request(const struct connect_request *req, const struct connect_policy *policy)
{
	const char *misfit = NULL;

	if (req->is_connection_established)
		return OK_NONE;
	if (req->has_auth && policy->uses_personal_access_token && !req->has_personal_access_token)
		misfit = "user_info.auth.personal_access_token is missing";
	else if (policy->is_strict_resources)
		misfit = misfit_of_resources(req, policy);
	return misfit ? err_make(ERR_BAD_REQUEST, misfit) : OK_NONE;
}

struct err
connect_decide(struct arena *arena, const struct connect_request *req, struct str account_key,
	       const struct connect_state *state, const struct connect_policy *policy,
	       struct connect_decision *ret_decision)
{
	struct decider d = { req, state, policy };
	struct connect_decision decision = { 0 };
	const struct row *row;
	struct err err = check_request(req, policy);

	ret_decision->rule = 0;
	if (err.code)
		return err;
	if (!req->is_connection_established && twin_is_adopted(state)) {
		decision.answer = state->twin.answer;
		decision.effects.is_adopted = true;
		decision.effects.adopted_id = state->twin.answer.connection_id;
		*ret_decision = decision;
		return OK_NONE;
	}
	row = row_find(facts_gather(&d));
	ret_decision->rule = row->rule;
	if (row->error)
		return refusal(row);
	decision.rule = row->rule;
	effects_gather(arena, &d, row, account_key, &decision.effects);
	decision.answer = answer_of(&d, row, &decision.effects);
	*ret_decision = decision;
	return OK_NONE;
}
