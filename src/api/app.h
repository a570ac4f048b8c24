/**
 * The running partner side: what every call may use. Made once by cli/serve.c; const after the
 * start but for the counters.
 */
#ifndef PC_API_APP_H
#define PC_API_APP_H

#include "api/answered.h"
#include "api/partner.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/rng.h"
#include "outbox/mail_queue.h"
#include "store/store.h"
#include "vault/auth.h"
#include "vault/vault.h"

#include <stdatomic.h>

struct app;
struct metrics;
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
	const struct route_table *routes; /* NULL: those of the partner */
	bool is_loopback;		  /* a loopback name is a good Host here */
};

struct app {
	struct partner_place partner; /* what a reload swaps */
	struct door doors[N_DOORS];   /* by door_kind */
	atomic_bool is_draining;      /* the server is stopping */
	const char *version;
	struct metrics *metrics;

	struct store *store;
	struct vault *vault;
	struct pool *pool; /* hashing: what an event thread must not do */
	/* Apart from it: hosts that do not answer must not keep a credential from being verified. */
	struct pool *dialers;
	struct auth *auth;
	struct throttle *throttle; /* of passwords that are typed into pages */
	struct answered *answered;
	struct mail_queue *mail; /* NULL: none is set up */
	struct log *log;
	struct clock *clock;
	struct rng *rng;

	atomic_int n_dials;	/* that run or wait; APP_MAX_DIALS at most */
	atomic_llong n_adopted; /* connects answered by the retry rule */
	/* By slot: when last_used was last stored; when it was made, 0: there is none. */
	atomic_llong credential_used_ms[N_CREDENTIAL_SLOTS];
	atomic_llong credential_created_ms[N_CREDENTIAL_SLOTS];
	/* What the last probe of the database found, and when: api/admin/health.c. */
	atomic_int probe_result;
	atomic_llong probed_ns;
};

#endif
