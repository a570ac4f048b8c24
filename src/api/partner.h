/**
 * The partner as it is served now: config, policy, settings, connectors, pages' looks, routes. Made
 * whole, never changed after; a reload puts another in its place. A call holds the one that it
 * began with to its end.
 */
#ifndef PC_API_PARTNER_H
#define PC_API_PARTNER_H

#include "core/config.h"
#include "core/connect.h"
#include "wire/wire_operations.h"

#include <pthread.h>

struct page_assets;
struct route_table;

/** What the settings decide beyond the partner config. */
struct app_settings {
	bool test_hooks;
	int64_t page_size; /* connectors a page */
	/* Templates with {launch}, {connection_id}, {locale}; empty: the hosted page. */
	struct str redirect_templates[N_REDIRECT_VALUES];
	struct str oauth_redirect_uri;
	struct str public_url;		       /* what links begin with; no '/' at the end */
	struct str prefix;		       /* of every path here; "" or "/..." */
	const struct str *public_mail_domains; /* beyond those of core/email.c */
	size_t n_public_mail_domains;
	const struct test_host *test_hosts; /* dialled by test-connection beyond Databricks' */
	size_t n_test_hosts;
	const char *test_ca_path; /* PEM, for those; NULL: the system's authorities */
};

struct partner {
	struct arena *arena; /* all of it lives here */
	size_t n_holders;    /* under the place's lock */

	struct partner_config config;
	struct connect_policy policy;
	struct app_settings settings;
	const struct connector *connectors;
	size_t n_connectors;
	const struct page_assets *assets;
	const struct route_table *routes; /* of the Connect API and the pages */
};

/** Where the partner of now is found. */
struct partner_place {
	pthread_mutex_t lock;
	struct partner *now;
};

/** An empty one with an arena of its own. Held by the caller until partner_swap() takes it. */
struct partner *partner_new(void);
/** One that nobody ever held. */
void partner_free(struct partner *partner);

void partner_place_init(struct partner_place *place);
/** All calls have ended. */
void partner_place_release(struct partner_place *place);
/** Puts @fresh in the place; what was there goes with its last holder. */
void partner_swap(struct partner_place *place, struct partner *fresh);

const struct partner *partner_hold(struct partner_place *place);
void partner_drop(struct partner_place *place, const struct partner *partner);

#endif
