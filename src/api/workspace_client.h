/**
 * Asks a Databricks workspace, with the credential of a connection, whether it is there, whether it
 * takes the credential and whether it has the warehouse. What to ask and what the answers mean is
 * core/test_connection.h's. On a worker thread.
 *
 * Rules: TEST-3, TEST-4, TEST-5
 */
#ifndef PC_API_WORKSPACE_CLIENT_H
#define PC_API_WORKSPACE_CLIENT_H

#include "core/test_connection.h"
#include "http/client.h"
#include "vault/vault.h"

struct workspace_client {
	struct vault *vault;
	struct clock *clock;
	const char *ca_path; /* for hosts that the operator named; NULL: the system's authorities */
};

/**
 * Makes the requests of @plan, which may be dialled, one after the other.
 *
 * @secret    of @plan's kind; NULL without one
 * @deadline  of all of them
 */
void workspace_client_test(const struct workspace_client *client, const struct test_plan *plan,
			   struct connection_id connection_id, const struct sealed_secret *secret,
			   struct tick deadline, struct test_observation *ret_seen);

#endif
