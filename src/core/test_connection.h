/**
 * Test connection: which workspace may be dialled and what is asked there, and what the results of
 * it are. Pure: the asking is api/workspace_client.c's. Every text is fixed, so that no word of the
 * other side gets into an answer.
 *
 * Rules: TEST-2, TEST-3, TEST-4, TEST-5
 */
#ifndef PC_CORE_TEST_CONNECTION_H
#define PC_CORE_TEST_CONNECTION_H

#include "core/config.h"
#include "core/connection.h"

/** What is stored of the connection. */
struct tested_connection {
	struct str hostname;
	int64_t port;
	struct str cluster_id;
	bool has_is_sql_warehouse;
	bool is_sql_warehouse;
	struct str service_principal_id;
	unsigned secrets; /* bits: 1 << enum secret_kind */
};

/** A host that the operator names beyond those of Databricks; it may be on this machine. */
struct test_host {
	struct str host; /* as it stands in a connection, letters without case */
	uint16_t port;
};

enum test_auth {
	TEST_AUTH_NONE,	   /* the users' own, by OAuth U2M: a connect brings no credential */
	TEST_AUTH_MISSING, /* there should be one */
	TEST_AUTH_TOKEN,   /* secret_kind is sent as it is */
	TEST_AUTH_OAUTH,   /* secret_kind and client_id buy a token */
};

enum test_object {
	TEST_OBJECT_NONE,
	TEST_OBJECT_WAREHOUSE,
	TEST_OBJECT_CLUSTER,
	TEST_OBJECT_UNUSABLE, /* the stored id is none that Databricks makes */
};

struct test_plan {
	bool may_dial;
	bool is_operators_host; /* one of @hosts: any address, and its own certificate authority */
	struct str host;	/* a name, or of @hosts also an address */
	uint16_t port;
	enum test_auth auth;
	enum secret_kind secret_kind; /* of TEST_AUTH_TOKEN and TEST_AUTH_OAUTH */
	struct str client_id;	      /* of TEST_AUTH_OAUTH */
	enum test_object object;
	struct str object_id;	  /* letters, digits, '-' and '_': fit for a path */
	struct str object_target; /* path and query; of warehouse and cluster */
};

/** What a request for "who am I" and one for an OAuth token go to. */
extern const struct str test_identity_target;
extern const struct str test_token_target;

/**
 * Dialled are the host names of Databricks, below one of its domains, on port 443, and @hosts.
 *
 * @ret_plan  borrows from @connection and @arena
 */
void test_connection_plan(struct arena *arena, const struct tested_connection *connection,
			  const struct partner_config *config, const struct test_host *hosts,
			  size_t n_hosts, struct test_plan *ret_plan);

enum test_reach {
	TEST_NOT_ASKED, /* zero: no request was made */
	TEST_ANSWERED,
	TEST_NOT_ALLOWED, /* the name leads to an address that is not dialled */
	TEST_NO_ADDRESS,
	TEST_NO_CONNECTION,
	TEST_TLS_FAILED,
	TEST_TIMED_OUT,
	TEST_BAD_ANSWER,
	TEST_BUSY, /* too many others are dialling */
};

/** One request and what came of it. */
struct test_step {
	enum test_reach reach;
	bool is_connected; /* TLS stood with the right host */
	int status;
	bool is_good; /* 200, and the body is what was asked for */
};

struct test_observation {
	bool is_secret_broken;	   /* a stored secret does not open, or cannot be sent */
	struct test_step token;	   /* of TEST_AUTH_OAUTH */
	struct test_step object;   /* of warehouse and cluster */
	struct test_step identity; /* "who am I" */
};

/** Is the warehouse or cluster to be asked for? Not without its id and a credential. */
bool test_wants_object(const struct test_plan *plan);
/**
 * Is "who am I" to be asked, after the object? When there is nothing else, and when the object was
 * refused: whether the credential or its rights are at fault cannot be told from a 403.
 */
bool test_wants_identity(const struct test_plan *plan, const struct test_observation *seen);

struct test_result {
	const char *name;
	bool is_passed;
	const char *message;
};
#define MAX_TEST_RESULTS 3

/** Fills @results and returns their number: connectivity, credentials, warehouse. */
size_t test_connection_judge(const struct test_plan *plan, const struct test_observation *seen,
			     struct test_result results[static MAX_TEST_RESULTS]);

#endif
