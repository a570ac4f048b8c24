/*
 * The fields of a self-test partner's config: {"partner": {...}}. A workspace takes it and shows
 * the partner's tile to its own users.
 */
#include "core/config.h"
#include "lint/config_fields.h"
#include "wire/fields.h"

#define WORDS(list, set_name, ...)                                                                 \
	static const struct word list##_rows[] = { __VA_ARGS__ };                                  \
	static const struct word_list list = { set_name, list##_rows, ARRAY_LEN(list##_rows) }

WORDS(integration_words, "integration type", { "NO_INTEGRATION", 0 }, { "CLUSTER_COMPUTE", 1 },
      { "WAREHOUSE_READ", 2 }, { "WAREHOUSE_WRITE", 3 }, { "WAREHOUSE_READ_WRITE", 4 },
      { "WORKSPACE_MANAGEMENT", 5 });
WORDS(feature_words, "feature", { "UNITY_CATALOG", 0 }, { "NON_ADMIN", 1 },
      { "EXTERNAL_LOCATION", 2 });

#define SELF_TEST "Self-testing partner API, configuration"

static const struct config_field fields[] = {
	{
		.path = "partner",
		.type = CONFIG_OBJECT,
		.need = CONFIG_REQUIRED,
		.meaning = "The self-test partner. A file with this key is read as a self-test "
			   "partner's.",
		.source = SELF_TEST,
	},
	{
		.path = "partner.name",
		.type = CONFIG_TEXT,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "The name on the tile.",
		.source = SELF_TEST,
		.example = "\"Sample Partner\"",
	},
	{
		.path = "partner.category",
		.type = CONFIG_WORD,
		.need = CONFIG_REQUIRED,
		.words = &category_words,
		.meaning = "Under which heading the tile stands.",
		.source = SELF_TEST,
		.example = "\"BI_AND_VIZ\"",
	},
	{
		.path = "partner.connect_url",
		.type = CONFIG_URL,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "The whole URL of the partner's connect endpoint.",
		.source = SELF_TEST,
		.example = "\"https://partner.example/connect\"",
	},
	{
		.path = "partner.delete_url",
		.type = CONFIG_URL,
		.need = CONFIG_OPTIONAL,
		.max_len = WIRE_MAX_URL,
		.meaning = "The whole URL of its delete-connection endpoint. Absent: the partner "
			   "is not told of deletions.",
		.source = SELF_TEST,
		.example = "\"https://partner.example/delete-connection\"",
	},
	{
		.path = "partner.sign_up_url",
		.type = CONFIG_PAGE,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "Where somebody signs up for the product.",
		.source = SELF_TEST,
		.example = "\"https://partner.example/sign-up\"",
	},
	{
		.path = "partner.terms_of_service_url",
		.type = CONFIG_PAGE,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "The terms that the user is shown before connecting.",
		.source = SELF_TEST,
		.example = "\"https://partner.example/terms\"",
	},
	{
		.path = "partner.privacy_policy_url",
		.type = CONFIG_PAGE,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "The privacy policy that the user is shown before connecting.",
		.source = SELF_TEST,
		.example = "\"https://partner.example/privacy\"",
	},
	{
		.path = "partner.hostnames",
		.type = CONFIG_HOSTNAMES,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.alias = "hostname",
		.meaning = "The redirect allow-list: one text, host names with commas between "
			   "them. A public sample calls this field hostname.",
		.source = SELF_TEST,
		.example = "\"partner.example,app.partner.example\"",
	},
	{
		.path = "partner.integration_type",
		.type = CONFIG_WORD,
		.need = CONFIG_REQUIRED,
		.words = &integration_words,
		.meaning = "What the workspace provisions: nothing, a cluster, a SQL warehouse to "
			   "read, to write or both, or a principal that manages the workspace.",
		.source = SELF_TEST,
		.example = "\"WAREHOUSE_READ\"",
	},
	{
		.path = "partner.supported_features",
		.type = CONFIG_LIST,
		.need = CONFIG_OPTIONAL,
		.meaning = "What the partner can deal with; may be empty.",
		.source = SELF_TEST,
		.example = "[\"UNITY_CATALOG\"]",
	},
	{
		.path = "partner.supported_features[]",
		.type = CONFIG_WORD,
		.need = CONFIG_OPTIONAL,
		.words = &feature_words,
		.meaning = "UNITY_CATALOG: three-level names. NON_ADMIN: users connect for "
			   "themselves. EXTERNAL_LOCATION: writes external tables, only for types "
			   "that write.",
		.source = SELF_TEST,
		.example = "\"UNITY_CATALOG\"",
	},
	{
		.path = "partner.auth_options",
		.type = CONFIG_LIST,
		.need = CONFIG_OPTIONAL,
		.meaning = "How the partner logs in to Databricks. Absent or empty: AUTH_PAT. "
			   "AUTH_PAT and AUTH_OAUTH_M2M exclude each other.",
		.source = SELF_TEST,
		.example = "[\"AUTH_PAT\"]",
	},
	{
		.path = "partner.auth_options[]",
		.type = CONFIG_WORD,
		.need = CONFIG_OPTIONAL,
		.words = &auth_option_words,
		.meaning = "One of AUTH_PAT, AUTH_OAUTH_M2M, AUTH_OAUTH_U2M.",
		.source = SELF_TEST,
		.example = "\"AUTH_PAT\"",
	},
};

const struct config_form self_test_form = {
	"Fields of the config of a self-test partner",
	fields,
	ARRAY_LEN(fields),
};
