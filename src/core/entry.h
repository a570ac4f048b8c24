/**
 * Who enters by the hosted pages: which form somebody sees, who may set a password, what signing in
 * changes, which connections one sees. Pure.
 *
 * The launch token in a link proves a click in Databricks a few minutes ago, by whoever could edit
 * the e-mail in the wizard. So it proves a person only where the connection is the account's beyond
 * doubt (confirmed), or where the user was made by that very connection and owns nothing else.
 *
 * A link that was mailed proves the address itself.
 *
 * Source: design section 3, "Who may join"; contract section 3 (require_manual_signup).
 */
#ifndef PC_CORE_ENTRY_H
#define PC_CORE_ENTRY_H

#include "core/signup.h"

enum entry_page { ENTRY_CREATE_TRIAL, ENTRY_SIGN_IN };

/** A user with what signing in needs. */
struct entrant {
	struct known_user user;
	struct account_id account_id;
	struct str email;
	struct instant created;
	struct str password_hash; /* empty: none was set */
	bool is_password_proven;  /* set through a confirmed connection */
};

struct entry_state {
	enum entry_page page;
	/* A token of ours, neither too old nor used; all below is of the token. */
	bool has_launch;
	struct known_account account;
	struct known_connection connection;
	struct instant connection_created;
	struct entrant entrant;
	bool is_signed_in; /* this browser, as this user */
	/* The token came by mail: who has it reads what is sent to the entrant's address. */
	bool is_mailed;
	bool joins; /* and is no user yet, but may become one */
};

enum entry_form {
	ENTRY_START,	    /* none: says where a trial begins */
	ENTRY_OVER,	    /* none: the link is not valid any more */
	ENTRY_TYPED,	    /* e-mail and password */
	ENTRY_NEW_PASSWORD, /* the e-mail is known; a password twice, the terms */
	ENTRY_PASSWORD,	    /* the e-mail is known; its password */
	ENTRY_CONTINUE,	    /* signed in already: a button */
	ENTRY_PROVE,	    /* none: only a mailed link can prove the address */
};

enum entry_form entry_form_decide(const struct entry_state *state);

struct entry_effects {
	bool signs_up;
	struct signup_decision signup;
	bool sets_password; /* and ends every other session of the user */
	bool is_password_proven;
	bool verifies_email;
	bool confirms_connection;
};

/**
 * What filling in @form does.
 *
 * @form  what entry_form_decide() says; ENTRY_TYPED with the account and entrant that were found
 *
 * ERR_ACCOUNT_NOT_FOUND  the account or the user is gone
 */
_must_use_ struct err entry_finish_decide(const struct entry_state *state, enum entry_form form,
					  const struct connect_policy *policy, struct instant now,
					  struct entry_effects *ret_effects);

/** Fully in: they made the account, were added, or proved their address. */
bool user_is_member(const struct known_user *user);

/** @connection is one that @user, of its account, may look at. */
bool user_may_see(const struct known_user *user, const struct known_connection *connection);

#define PASSWORD_MIN_LEN ((size_t)10)
#define PASSWORD_MAX_LEN ((size_t)256)
/** 10 to 256 bytes, nothing else. */
bool password_is_acceptable(struct str password);

#endif
