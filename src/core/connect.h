/**
 * The connect decision: what Databricks is told, and what must be remembered.
 *
 * Pure: the same request, state and policy give the same decision. Time and fresh ids arrive in
 * the state. The table in connect.c has the rows of docs/rules.md CONNECT-1 to CONNECT-16.
 */
#ifndef PC_CORE_CONNECT_H
#define PC_CORE_CONNECT_H

#include "base/err.h"
#include "core/connection.h"

/** What the vendor decided: the partner config and the settings. */
struct connect_policy {
	enum new_user_action new_user_action;
	bool require_manual_signup;
	enum trial_type trial_type;
	enum expired_action expired_action;
	enum join_action join_action;
	enum superseded_action superseded_action;
	enum naming naming;
	int64_t trial_days; /* 0: a trial never ends */
	bool is_strict_cloud;
	/* strict_resources: refuse what does not fit the resources that the partner asks for. */
	bool is_strict_resources;
	bool wants_sql_warehouse;
	bool wants_cluster;
	bool uses_personal_access_token; /* auth_options has AUTH_PAT */
};

struct known_account {
	bool is_known;
	struct account_id id;
	enum account_state state;
	struct instant trial_expires; /* unset: never */
	bool is_creator_verified;
};

struct known_user {
	bool is_known;
	struct user_id id;
	enum user_origin origin;
	struct instant signed_up;
	struct instant email_verified;
	struct instant trial_expires;
};

struct known_connection {
	bool is_known;
	struct connection_id id;
	struct account_id account_id;
	struct user_id creator_user_id;
	enum cloud cloud;
	struct workspace_id workspace_id;
	enum connection_scope scope;
	enum connection_state state;
	bool is_demo;
	bool is_confirmed;
};

/** What the partner says; also kept with the connection, for a retry gets it again. */
struct connect_answer {
	enum user_status user_status;
	enum account_status account_status;
	enum redirect_value redirect_value;
	bool is_configured;		    /* configured_resources */
	struct connection_id connection_id; /* empty: left out */
	/* Whom the launch page is for; not on the wire. Both may be empty. */
	struct connection_id launch_connection_id;
	struct user_id launch_user_id;
};

/** The live connection with the request's fingerprint, when there is one. Never with E. */
struct connect_twin {
	bool is_known;
	struct connect_answer answer;
	struct instant answered;
	bool is_delivered;
};

/** What is known when the request is decided; loaded in the transaction that stores the effects. */
struct connect_state {
	struct instant now;
	struct instant received; /* when the request came in */
	/* Minted for this call, used when the decision needs them. */
	struct connection_id fresh_connection_id;
	struct account_id fresh_account_id;
	struct user_id fresh_user_id;

	/* E: the connection of connection_id, whatever its workspace and state. */
	struct known_connection connection;
	/* E: that connection's account. Not E: the e-mail's account. */
	struct known_account account;
	/* Within that account: by e-mail; on E also by (cloud, databricks_user_id). */
	struct known_user user;
	/* Not E: the live one of the same cloud, workspace, scope, demo flag (and creator). */
	struct known_connection earlier;
	struct connect_twin twin;
	/* Not E, account known: a confirmed connection of it is in this workspace; one of its
	 * users has this Databricks user id. */
	bool is_workspace_known;
	bool is_identity_known;
	/* Not E, account known, naming = counter: how many connections it ever had. */
	int64_t n_connections;
};

/** What store_apply_connect() must write, all or nothing. */
struct connect_effects {
	bool has_account; /* insert it */
	struct {
		struct account_id id;
		struct str key;
		struct str domain; /* of the e-mail: delete-account finds demo accounts by it */
		bool is_demo;
		enum account_state state;
		struct instant trial_expires;
	} account;

	bool has_user; /* insert it into account_id */
	struct {
		struct user_id id;
		enum user_origin origin;
		struct instant trial_expires;
	} user;

	/* Of the caller, whether just inserted or known; empty when unknown and not added. */
	struct user_id caller_id;
	struct account_id account_id;
	bool accepts_caller; /* a user who came by trial is now added */
	bool has_identity;   /* write (cloud, databricks_user_id) of the caller where it changed */

	bool has_connection; /* insert it, with its secrets, and the workspace where it changed */
	struct {
		struct connection_id id;
		struct str name;
		bool is_confirmed;
	} connection;

	bool has_superseded; /* the earlier one becomes superseded, or deleted */
	struct connection_id superseded_id;
	enum connection_state superseded_state;

	bool has_invitation; /* somebody asks to be let in */

	bool is_adopted; /* a retry: the twin's answer goes out again; nothing is inserted */
	struct connection_id adopted_id;
	bool is_other_cloud; /* E: let pass though the cloud differs; to be logged */
};

struct connect_decision {
	int rule; /* the row of the table: 1 to 16; 0 for an adopted retry */
	struct connect_answer answer;
	struct connect_effects effects;
};

/**
 * Decides the answer to POST /connect.
 *
 * @account_key   email_account_key() of the request's e-mail
 * @ret_decision  borrows from @req, @state and @arena; `rule` is set on every outcome, the rest
 *                only on success
 *
 * ERR_BAD_REQUEST           rule 1; auth without the token that the partner uses; strict_resources
 * ERR_CONNECTION_NOT_FOUND  rules 2, 3
 * ERR_ACCOUNT_NOT_FOUND     rules 4, 5, 10
 * ERR_GENERAL_ERROR         rule 10 under new_user_action = error
 */
_must_use_ struct err connect_decide(struct arena *arena, const struct connect_request *req,
				     struct str account_key, const struct connect_state *state,
				     const struct connect_policy *policy,
				     struct connect_decision *ret_decision);

#endif
