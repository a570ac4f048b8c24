/**
 * Signing up and signing in: what entry.c and entry_show.c share.
 */
#ifndef PC_API_PAGES_ENTRY_H
#define PC_API_PAGES_ENTRY_H

#include "api/pages/frame.h"
#include "vault/throttle.h"

/* One address in more accounts than these signs in by its links only. */
#define ENTRY_MAX_CANDIDATES 4
#define N_THROTTLE_KEYS 3

struct entry_work {
	enum entry_page page;
	bool is_posted;
	struct visit visit;
	struct entry_state state;
	enum entry_form form;

	/* Of a POST. */
	struct form posted;
	struct str typed_text;
	struct email typed; /* an empty key: typed_text is no address */
	struct str password;
	struct str again;
	bool is_terms_accepted;
	struct entrant candidates[ENTRY_MAX_CANDIDATES]; /* of the typed address */
	size_t n_candidates;
	bool is_right; /* the password */
	struct str new_hash;
	struct entry_effects effects;
	struct str session_token;

	/* Why the form is shown again; NULL: it is not about that. */
	const char *error;
	const char *email_error;
	const char *password_error;
	const char *again_error;
	const char *terms_error;
};

/** The form of work->form, or the page that stands in its place. */
void entry_show(struct call *call, const struct entry_work *work, int status);
/** The vendor has terms or a privacy policy to agree to. */
bool entry_has_terms(struct call *call);

#endif
