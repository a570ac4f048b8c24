/*
 * The words of the partner config, and what follows from it.
 */
#include "core/config.h"

static const struct word resource_types[] = {
	{ "PAT", RESOURCE_PAT },
	{ "SqlEndpoint", RESOURCE_SQL_WAREHOUSE },
	{ "DestLocation", RESOURCE_DEST_LOCATION },
	{ "InteractiveCluster", RESOURCE_INTERACTIVE_CLUSTER },
};
const struct word_list resource_type_words = { "resource_type", resource_types,
					       ARRAY_LEN(resource_types) };

static const struct word auth_options[] = {
	{ "AUTH_PAT", AUTH_OPTION_PAT },
	{ "AUTH_OAUTH_M2M", AUTH_OPTION_OAUTH_M2M },
	{ "AUTH_OAUTH_U2M", AUTH_OPTION_OAUTH_U2M },
};
const struct word_list auth_option_words = { "auth option", auth_options, ARRAY_LEN(auth_options) };

static const struct word categories[] = {
	{ "INGEST", CATEGORY_INGEST },
	{ "DATA_PREP_AND_TRANSFORM", CATEGORY_DATA_PREP_AND_TRANSFORM },
	{ "SECURITY_AND_GOVERNANCE", CATEGORY_SECURITY_AND_GOVERNANCE },
	{ "BI_AND_VIZ", CATEGORY_BI_AND_VIZ },
	{ "ML", CATEGORY_ML },
	{ "DATA_QUALITY", CATEGORY_DATA_QUALITY },
	{ "REVERSE_ETL", CATEGORY_REVERSE_ETL },
	{ "SEMANTIC_LAYER", CATEGORY_SEMANTIC_LAYER },
	{ "DATA_GOVERNANCE", CATEGORY_DATA_GOVERNANCE },
};
const struct word_list category_words = { "category", categories, ARRAY_LEN(categories) };

bool
config_wants_oauth_redirect(const struct partner_config *config)
{
	return config_has(config->auth_options, AUTH_OPTION_OAUTH_U2M) && !config->is_published_app;
}
