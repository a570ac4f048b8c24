/**
 * Who visits a page: what the launch token and the session cookie of the request say.
 *
 * A token is read and never used up here: entry.c does that, on a POST. One that was changed, is too
 * old or was used says nothing; is_over tells that there was one.
 */
#ifndef PC_API_PAGES_VISIT_H
#define PC_API_PAGES_VISIT_H

#include "api/call.h"
#include "store/store_entry.h"

#define SESSION_MS ((int64_t)12 * 60 * 60 * 1000)

struct visit {
	struct str launch_text; /* empty: none was given */
	struct launch launch;
	bool has_launch;
	bool is_over;
	bool joins; /* a mailed token of nobody who is a user, but may become one */
	bool has_session_cookie;
	uint8_t session_hash[32];

	/* After visit_load(): of the token, where it is good. */
	struct known_account account;
	struct entrant entrant;
	struct stored_connection connection;
	/* Of the session, where it is; empty ids: nobody is signed in. */
	struct user_id session_user_id;
	struct connection_id session_connection_id;
};

/** Reads token and cookie. False: there is neither, and visit_load() finds nothing. */
bool visit_begin(struct call *call, struct str launch_text, struct visit *visit);
/** On the store thread. */
_must_use_ struct err visit_load(struct call *call, struct store_tx *tx, struct visit *visit);

/** The token in the query of a GET; empty when there is none. */
struct str visit_launch_parameter(struct call *call);

#endif
