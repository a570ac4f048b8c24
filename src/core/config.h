/**
 * The partner config: the public file that says what a partner is. Read by
 * wire/wire_partner_config.c, unedited; what the settings add is not here.
 *
 * Source: contract section 7. Absent texts are empty.
 */
#ifndef PC_CORE_CONFIG_H
#define PC_CORE_CONFIG_H

#include "core/words.h"

enum resource_type {
	RESOURCE_PAT,
	RESOURCE_SQL_WAREHOUSE,
	RESOURCE_DEST_LOCATION,
	RESOURCE_INTERACTIVE_CLUSTER,
};
extern const struct word_list resource_type_words;

enum auth_option { AUTH_OPTION_PAT, AUTH_OPTION_OAUTH_M2M, AUTH_OPTION_OAUTH_U2M };
extern const struct word_list auth_option_words;

enum partner_category {
	CATEGORY_INGEST,
	CATEGORY_DATA_PREP_AND_TRANSFORM,
	CATEGORY_SECURITY_AND_GOVERNANCE,
	CATEGORY_BI_AND_VIZ,
	CATEGORY_ML,
	CATEGORY_DATA_QUALITY,
	CATEGORY_REVERSE_ETL,
	CATEGORY_SEMANTIC_LAYER,
	CATEGORY_DATA_GOVERNANCE,
};
extern const struct word_list category_words;

/** Paths as configured; an empty one means that the partner does not offer the operation. */
struct partner_endpoints {
	struct str connect_path;
	struct str delete_connection_path;
	struct str test_connection_path;
	struct str delete_account_path;
	struct str expire_account_path;
	struct str get_connectors_path;
};

struct partner_config {
	struct str api_version;
	struct str name;
	struct str description_blurb;
	enum partner_category category;
	struct str base_url;
	struct partner_endpoints endpoints;
	struct str sign_up_page;
	struct str privacy_policy;
	struct str terms_of_service;
	struct str logo_file;
	struct str icon_file;
	unsigned resources;	   /* bits: 1 << enum resource_type */
	unsigned supported_clouds; /* bits: 1 << enum cloud */
	const struct str *hostnames;
	size_t n_hostnames;
	enum new_user_action new_user_action;
	bool require_manual_signup;
	enum trial_type trial_type;
	bool supports_demo;
	unsigned auth_options; /* bits: 1 << enum auth_option; absent means AUTH_PAT */
	bool is_published_app;
};

static inline bool
config_has(unsigned bits, int value)
{
	return (bits >> value & 1) != 0;
}

/** oauth_redirect_uri is due: AUTH_OAUTH_U2M and not a published app. Rules: CONNECT-19 */
bool config_wants_oauth_redirect(const struct partner_config *config);

#endif
