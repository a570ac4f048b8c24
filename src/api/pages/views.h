/**
 * What the page templates (templates/) show, as data. Everything is text that the templates escape;
 * an empty one is left out of the page.
 */
#ifndef PC_API_PAGES_VIEWS_H
#define PC_API_PAGES_VIEWS_H

#include "base/str.h"

/** What every page has around it. */
struct page_frame {
	struct str title;
	struct str partner; /* the vendor's name */
	struct str base;    /* the path under which links begin; "" or "/..." */
	bool has_logo;
	bool is_wide;
};

/** A Databricks connection as its user sees it. */
struct connection_view {
	bool is_shown;
	struct str name;
	struct str cloud; /* "AWS", not "aws" */
	struct str region;
	struct str hostname;
	struct str workspace_url;
	struct str compute_label; /* "SQL warehouse" or "Cluster" */
	struct str compute_id;
	struct str catalog;
	struct str location;
	bool is_unconfirmed; /* of a workspace that the account does not know yet */
};

/** Signing up and signing in. */
struct entry_view {
	struct page_frame frame;
	struct str action; /* the page that takes the form */
	struct str launch; /* the launch token; empty when there is none */
	struct str csrf;
	struct str heading;
	struct str lead;
	struct str email;
	bool is_email_typed;	/* the form asks for it */
	bool asks_new_password; /* twice, with the terms */
	bool asks_password;
	bool is_terms_accepted;
	bool has_terms; /* there is something to agree to */
	struct str terms;
	struct str privacy;
	struct str button;
	struct str error; /* of the form as a whole */
	struct str email_error;
	struct str password_error;
	struct str again_error;
	struct str terms_error;
	bool may_be_somebody_else; /* offers to sign in with another address */
	struct connection_view connection;
};

struct home_view {
	struct page_frame frame;
	struct str csrf;
	struct str email;
	struct str heading;
	struct str lead;
	struct str notice; /* about the account: its trial has ended */
	struct connection_view connection;
	const struct connection_view *others;
	size_t n_others;
};

/** A page that says something, and perhaps offers one way on. */
struct note_view {
	struct page_frame frame;
	struct str heading;
	struct str lead;
	struct str more;
	struct str more_heading;
	struct str missing; /* what the operator has to set up for the rest */
	struct str url;	    /* the way on */
	struct str link;
	struct str form_action; /* of a form; empty: none */
	struct str csrf;
	struct str launch;
	struct str form_page;
	bool asks_email;
	struct str email;
	struct str email_error;
	struct str button;
	struct str second_url;
	struct str second_link;
	struct connection_view connection;
};

#endif
