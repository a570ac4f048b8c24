/**
 * The running partner side: what every call may use. Made once by cli/serve.c; const after the
 * start but for the counters.
 */
#ifndef PC_API_APP_H
#define PC_API_APP_H

#include "api/answered.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/rng.h"
#include "core/config.h"
#include "core/connect.h"
#include "store/store.h"
#include "vault/auth.h"
#include "vault/vault.h"
#include "wire/wire_operations.h"

#include <stdatomic.h>

struct app;
struct page_assets;
#define APP_MAX_DIALS 8 /* threads of `dialers` */

struct route_table;
struct throttle;

enum door_kind {
	DOOR_API,    /* the Connect API and the pages */
	DOOR_ADMIN,  /* a Unix socket: the operator's commands, health, metrics */
	DOOR_HEALTH, /* a port of its own: health and metrics alone */
};
#define N_DOORS 3

/** Where calls come in: a listener, with what may be asked for there. */
struct door {
	struct app *app;
	enum door_kind kind;
	const struct route_table *routes;
	bool is_loopback; /* a loopback name is a good Host here */
};

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

struct app {
	struct partner_config config;
	struct connect_policy policy;
	struct app_settings settings;
	const struct connector *connectors;
	size_t n_connectors;
	const struct page_assets *assets;
	struct door doors[N_DOORS]; /* by door_kind */
	atomic_bool is_draining;    /* the server is stopping */

	struct store *store;
	struct vault *vault;
	struct pool *pool; /* hashing: what an event thread must not do */
	/* Apart from it: hosts that do not answer must not keep a credential from being verified. */
	struct pool *dialers;
	struct auth *auth;
	struct throttle *throttle; /* of passwords that are typed into pages */
	struct answered *answered;
	struct log *log;
	struct clock *clock;
	struct rng *rng;

	atomic_int n_dials;		    /* that run or wait; APP_MAX_DIALS at most */
	atomic_llong n_adopted;		    /* connects answered by the retry rule */
	atomic_llong credential_used_ms[2]; /* by slot: when last_used was last stored */
};

#endif
