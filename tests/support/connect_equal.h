/**
 * Are two connect requests the same? For tests that read back what they wrote. No test harness in
 * here: the fuzz targets use it too.
 */
#ifndef PC_TESTS_SUPPORT_CONNECT_EQUAL_H
#define PC_TESTS_SUPPORT_CONNECT_EQUAL_H

#include "core/connection.h"

static inline bool
secrets_are_equal(const struct secret_text *a, const struct secret_text *b)
{
	struct str text_a = { a->ptr, a->len };
	struct str text_b = { b->ptr, b->len };

	return (a->ptr == NULL) == (b->ptr == NULL) && str_equal(text_a, text_b);
}

static inline bool
all_secrets_are_equal(const struct connect_request *a, const struct connect_request *b)
{
	for (size_t i = 0; i < N_SECRET_KINDS; i++) {
		if (!secrets_are_equal(&a->secrets[i], &b->secrets[i]))
			return false;
	}
	return true;
}

static inline bool
resource_texts_are_equal(const struct resources *a, const struct resources *b)
{
	const struct str pairs[][2] = {
		{ a->hostname, b->hostname },
		{ a->workspace_url, b->workspace_url },
		{ a->cloud_provider_region, b->cloud_provider_region },
		{ a->http_path, b->http_path },
		{ a->jdbc_url, b->jdbc_url },
		{ a->databricks_jdbc_url, b->databricks_jdbc_url },
		{ a->cluster_id, b->cluster_id },
		{ a->destination_location, b->destination_location },
		{ a->catalog_name, b->catalog_name },
		{ a->database_name, b->database_name },
		{ a->data_source_connector, b->data_source_connector },
		{ a->service_principal_id, b->service_principal_id },
		{ a->oauth_u2m_app_id, b->oauth_u2m_app_id },
		{ a->oauth_scope, b->oauth_scope },
	};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		if (!str_equal(pairs[i][0], pairs[i][1]))
			return false;
	}
	return true;
}

static inline bool
resources_are_equal(const struct resources *a, const struct resources *b)
{
	return resource_texts_are_equal(a, b) && a->port == b->port &&
	       a->has_is_sql_warehouse == b->has_is_sql_warehouse &&
	       a->is_sql_warehouse == b->is_sql_warehouse && a->is_free_trial == b->is_free_trial;
}

static inline bool
callers_are_equal(const struct connect_request *a, const struct connect_request *b)
{
	return str_equal(a->email.text, b->email.text) && str_equal(a->email.key, b->email.key) &&
	       str_equal(a->email.domain, b->email.domain) &&
	       str_equal(a->first_name, b->first_name) && str_equal(a->last_name, b->last_name) &&
	       a->databricks_user_id.value == b->databricks_user_id.value;
}

static inline bool
connect_requests_are_equal(const struct connect_request *a, const struct connect_request *b)
{
	return callers_are_equal(a, b) &&
	       a->is_connection_established == b->is_connection_established &&
	       a->has_auth == b->has_auth &&
	       a->has_personal_access_token == b->has_personal_access_token &&
	       a->has_jdbc_urls == b->has_jdbc_urls && a->cloud == b->cloud &&
	       a->workspace_id.value == b->workspace_id.value &&
	       str_equal(a->connection_id.value, b->connection_id.value) &&
	       a->is_demo == b->is_demo && a->scope == b->scope &&
	       resources_are_equal(&a->resources, &b->resources) && all_secrets_are_equal(a, b);
}

#endif
