/**
 * What a connect request says, free of the wire's spellings, and the pieces that are remembered.
 *
 * Source: contract section 2.
 */
#ifndef PC_CORE_CONNECTION_H
#define PC_CORE_CONNECTION_H

#include "base/clock.h"
#include "core/email.h"
#include "core/ids.h"
#include "core/words.h"

/** A secret on its way from the request to vault: nothing else reads it, vault wipes it. */
struct secret_text {
	char *ptr; /* in the call's arena, writable so that it can be wiped; NULL when absent */
	size_t len;
};

/** The Databricks resources of a connection; an absent one is an empty str. */
struct resources {
	struct str hostname;
	int32_t port;
	struct str workspace_url;
	struct str cloud_provider_region;
	struct str http_path;
	struct str jdbc_url;
	struct str databricks_jdbc_url;
	struct str cluster_id;
	struct str destination_location;
	struct str catalog_name;
	struct str database_name;
	struct str data_source_connector;
	struct str service_principal_id;
	struct str oauth_u2m_app_id;
	struct str oauth_scope;
	bool has_is_sql_warehouse;
	bool is_sql_warehouse; /* cluster_id is a warehouse's */
	bool is_free_trial;
};

struct connect_request {
	struct email email;
	struct str first_name;
	struct str last_name;
	struct databricks_user_id databricks_user_id;
	bool is_connection_established;
	bool has_auth;
	/* What was sent, sealed or not by now. */
	bool has_personal_access_token;
	bool has_jdbc_urls; /* both */
	enum cloud cloud;
	struct workspace_id workspace_id;
	struct connection_id connection_id;
	bool is_demo;
	enum connection_scope scope;
	struct resources resources;
	struct secret_text secrets[N_SECRET_KINDS];
};

/** How delete-connection and test-connection name one; the older test form has its id alone. */
struct connection_request {
	struct connection_id connection_id;
	bool has_cloud;
	enum cloud cloud;
	bool has_workspace_id;
	struct workspace_id workspace_id;
};

/** A secret as it is stored: only vault can open it, and only in its own row. */
struct sealed_secret {
	enum secret_kind kind;
	struct str key_id;
	struct str blob;
};

#define FINGERPRINT_SIZE 32
/** A keyed hash of all that makes two connect requests the same: design section 4. */
struct fingerprint {
	uint8_t bytes[FINGERPRINT_SIZE];
};

#endif
