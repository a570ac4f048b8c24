/*
 * The fields of the partner config, in the order in which a config is best written. The fields of
 * the self-test file are fields_self_test.c.
 */
#include "core/config.h"
#include "lint/config_fields.h"
#include "wire/fields.h"

#define WORDS(list, set_name, ...)                                                                 \
	static const struct word list##_rows[] = { __VA_ARGS__ };                                  \
	static const struct word_list list = { set_name, list##_rows, ARRAY_LEN(list##_rows) }

/* Only this room reads these three sets: the server grants nothing. */
WORDS(data_permission_words, "data permission", { "SELECT", 0 }, { "CREATE", 1 }, { "MODIFY", 2 },
      { "USAGE", 3 }, { "READ_METADATA", 4 }, { "CREATE_NAMED_FUNCTION", 5 },
      { "MODIFY_CLASSPATH", 6 }, { "ALL PRIVILEGES", 7 }, { "USE_CATALOG", 8 }, { "USE_SCHEMA", 9 },
      { "CREATE_SCHEMA", 10 }, { "CREATE_TABLE", 11 });
WORDS(object_words, "object", { "Token", 0 }, { "Password", 1 }, { "Cluster", 2 }, { "Pool", 3 },
      { "Job", 4 }, { "DLT_Pipeline", 5 }, { "Notebook", 6 }, { "Directory", 7 },
      { "MLflow_Experiment", 8 }, { "MLflow_Registered_Model", 9 }, { "SQL_Endpoint", 10 },
      { "Repo", 11 });
WORDS(object_level_words, "level", { "CAN_MANAGE", 0 }, { "CAN_RESTART", 1 },
      { "CAN_ATTACH_TO", 2 }, { "IS_OWNER", 3 }, { "CAN_MANAGE_RUN", 4 }, { "CAN_VIEW", 5 },
      { "CAN_READ", 6 }, { "CAN_RUN", 7 }, { "CAN_EDIT", 8 }, { "CAN_USE", 9 },
      { "CAN_MANAGE_STAGING_VERSIONS", 10 }, { "CAN_MANAGE_PRODUCTION_VERSIONS", 11 },
      { "CAN_EDIT_METADATA", 12 }, { "CAN_VIEW_METADATA", 13 });

#define CONFIG "Partner Connect contract, partner config"
#define CASES "; certification cases"
#define REQUEST "; connect request"

static const struct config_field fields[] = {
	{
		.path = "api_version",
		.type = CONFIG_TEXT,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "The version of the contract that the partner was built for, three "
			   "numbers with dots. Any 2.x.y is served the same.",
		.source = CONFIG,
		.example = "\"2.2.0\"",
	},
	{
		.path = "name",
		.type = CONFIG_TEXT,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "The partner's name as it stands on the tile and on the hosted pages.",
		.source = CONFIG,
		.example = "\"Sample Partner\"",
	},
	{
		.path = "description_blurb",
		.type = CONFIG_TEXT,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "What the product does, in a sentence or two. A tile shows about three "
			   "lines of it.",
		.source = CONFIG,
		.example = "\"What the product does, in one sentence.\"",
	},
	{
		.path = "category",
		.type = CONFIG_WORD,
		.need = CONFIG_REQUIRED,
		.words = &category_words,
		.cases = "P900 runs for INGEST",
		.meaning = "Under which heading the tile stands. INGEST also means that the "
			   "partner lists its connectors.",
		.source = CONFIG,
		.example = "\"BI_AND_VIZ\"",
	},
	{
		.path = "base_url",
		.type = CONFIG_URL,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.cases = "all",
		.meaning = "Where the Connect API lives; the paths of endpoints are appended to "
			   "it. https, unless it is this machine. The hosted pages are below it "
			   "too, unless settings put them elsewhere.",
		.source = CONFIG,
		.example = "\"http://localhost:8080\"",
	},
	{
		.path = "endpoints",
		.type = CONFIG_OBJECT,
		.need = CONFIG_REQUIRED,
		.cases = "all",
		.meaning = "The path of each operation, to be appended to base_url. One that is "
			   "left out is not offered.",
		.source = CONFIG,
	},
	{
		.path = "endpoints.connect_path",
		.type = CONFIG_ENDPOINT,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.cases = "all",
		.meaning = "Connect (POST): Databricks asks where to send the user, and hands over "
			   "what it provisioned.",
		.source = CONFIG,
		.example = "\"/connect\"",
	},
	{
		.path = "endpoints.delete_connection_path",
		.type = CONFIG_ENDPOINT,
		.need = CONFIG_HOOK,
		.max_len = WIRE_MAX_URL,
		.cases = "P401, P402, P801",
		.meaning = "Delete connection (POST, and DELETE as older documents have it): "
			   "Databricks has deleted its side.",
		.source = CONFIG CASES,
		.example = "\"/delete-connection\"",
	},
	{
		.path = "endpoints.test_connection_path",
		.type = CONFIG_ENDPOINT,
		.need = CONFIG_HOOK,
		.max_len = WIRE_MAX_URL,
		.cases = "P800, P801",
		.meaning = "Test connection (POST): does the partner reach the workspace with what "
			   "it was given.",
		.source = CONFIG CASES,
		.example = "\"/test-connection\"",
	},
	{
		.path = "endpoints.delete_account_path",
		.type = CONFIG_ENDPOINT,
		.need = CONFIG_HOOK,
		.max_len = WIRE_MAX_URL,
		.cases = "P403, P404, P405",
		.meaning = "Delete account (DELETE): for tests, and only for the test domains.",
		.source = CONFIG CASES,
		.example = "\"/delete-account\"",
	},
	{
		.path = "endpoints.expire_account_path",
		.type = CONFIG_ENDPOINT,
		.need = CONFIG_HOOK,
		.max_len = WIRE_MAX_URL,
		.cases = "P501, P502",
		.meaning = "Expire account (PUT): ends a trial at once; for tests, and only for "
			   "the test domains.",
		.source = CONFIG CASES,
		.example = "\"/expire-account\"",
	},
	{
		.path = "endpoints.get_connectors_path",
		.type = CONFIG_ENDPOINT,
		.need = CONFIG_OPTIONAL,
		.max_len = WIRE_MAX_URL,
		.cases = "P900, for category INGEST",
		.meaning = "Get connectors (GET): the sources and targets that the partner knows, "
			   "page by page. Category INGEST must have it.",
		.source = CONFIG CASES,
		.example = "\"/connectors\"",
	},
	{
		.path = "sign_up_page",
		.type = CONFIG_PAGE,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "Where somebody signs up for the product without Databricks.",
		.source = CONFIG,
		.example = "\"https://partner.example/sign-up\"",
	},
	{
		.path = "privacy_policy",
		.type = CONFIG_PAGE,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "The privacy policy that the user is shown before connecting.",
		.source = CONFIG,
		.example = "\"https://partner.example/privacy\"",
	},
	{
		.path = "terms_of_service",
		.type = CONFIG_PAGE,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "The terms that the user is shown before connecting.",
		.source = CONFIG,
		.example = "\"https://partner.example/terms\"",
	},
	{
		.path = "logo_file",
		.type = CONFIG_FILE,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "The wide logo: a .png or .svg beside this file, about 4.4 times as "
			   "wide as high (4.0 to 4.5).",
		.source = CONFIG,
		.example = "\"logo.svg\"",
	},
	{
		.path = "icon_file",
		.type = CONFIG_FILE,
		.need = CONFIG_REQUIRED,
		.max_len = WIRE_MAX_URL,
		.meaning = "The icon of the tile: a .png or .svg beside this file, square, at "
			   "least 128 pixels.",
		.source = CONFIG,
		.example = "\"icon.svg\"",
	},
	{
		.path = "resources_to_provision",
		.type = CONFIG_LIST,
		.need = CONFIG_REQUIRED,
		.meaning = "What Databricks sets up for a connection before it calls. Decides "
			   "which fields a connect request carries.",
		.source = CONFIG REQUEST,
		.example =
			"[{ \"resource_type\": \"PAT\" }, { \"resource_type\": \"SqlEndpoint\" }]",
	},
	{
		.path = "resources_to_provision[]",
		.type = CONFIG_OBJECT,
		.need = CONFIG_OPTIONAL,
		.meaning = "One resource.",
		.source = CONFIG,
		.example = "{ \"resource_type\": \"PAT\" }",
	},
	{
		.path = "resources_to_provision[].resource_type",
		.type = CONFIG_WORD,
		.need = CONFIG_REQUIRED,
		.words = &resource_type_words,
		.meaning = "PAT: a personal access token. SqlEndpoint: a SQL warehouse, with "
			   "http_path, both JDBC URLs and cluster_id. DestLocation: an external "
			   "location to write to. InteractiveCluster: a cluster, with cluster_id.",
		.source = CONFIG REQUEST,
		.example = "\"SqlEndpoint\"",
	},
	{
		.path = "data_permissions",
		.type = CONFIG_LIST,
		.need = CONFIG_OPTIONAL,
		.meaning = "What the partner's principal may do with data. One public text calls "
			   "it required, the contract does not.",
		.source = CONFIG,
		.example = "[{ \"permission\": \"SELECT\" }]",
	},
	{
		.path = "data_permissions[]",
		.type = CONFIG_OBJECT,
		.need = CONFIG_OPTIONAL,
		.meaning = "One permission.",
		.source = CONFIG,
		.example = "{ \"permission\": \"SELECT\" }",
	},
	{
		.path = "data_permissions[].permission",
		.type = CONFIG_WORD,
		.need = CONFIG_REQUIRED,
		.words = &data_permission_words,
		.meaning = "A privilege on tables, of Unity Catalog or of the Hive metastore.",
		.source = CONFIG,
		.example = "\"SELECT\"",
	},
	{
		.path = "object_permissions",
		.type = CONFIG_LIST,
		.need = CONFIG_OPTIONAL,
		.meaning = "What the partner's principal may do with objects of the workspace.",
		.source = CONFIG,
		.example = "[{ \"name\": \"SQL_Endpoint\", \"level\": \"CAN_USE\" }]",
	},
	{
		.path = "object_permissions[]",
		.type = CONFIG_OBJECT,
		.need = CONFIG_OPTIONAL,
		.meaning = "One kind of object.",
		.source = CONFIG,
		.example = "{ \"name\": \"SQL_Endpoint\", \"level\": \"CAN_USE\" }",
	},
	{
		.path = "object_permissions[].name",
		.type = CONFIG_WORD,
		.need = CONFIG_REQUIRED,
		.words = &object_words,
		.alias = "permission",
		.meaning = "The kind of object. An example in the public documents calls this "
			   "field permission.",
		.source = CONFIG,
		.example = "\"SQL_Endpoint\"",
	},
	{
		.path = "object_permissions[].level",
		.type = CONFIG_WORD,
		.need = CONFIG_REQUIRED,
		.words = &object_level_words,
		.meaning = "How much is allowed on it.",
		.source = CONFIG,
		.example = "\"CAN_USE\"",
	},
	{
		.path = "supported_clouds",
		.type = CONFIG_LIST,
		.need = CONFIG_REQUIRED,
		.meaning = "In which clouds the tile is shown.",
		.source = CONFIG,
		.example = "[\"aws\", \"azure\", \"gcp\"]",
	},
	{
		.path = "supported_clouds[]",
		.type = CONFIG_WORD,
		.need = CONFIG_OPTIONAL,
		.words = &cloud_words,
		.meaning = "One cloud. The OpenAPI document misspells gcp once as gpc, which is "
			   "read too.",
		.source = CONFIG REQUEST,
		.example = "\"aws\"",
	},
	{
		.path = "hostnames",
		.type = CONFIG_LIST,
		.need = CONFIG_REQUIRED,
		.cases = "all",
		.meaning = "The redirect allow-list: Databricks sends users only to these hosts "
			   "and to names below them.",
		.source = CONFIG "; transport",
		.example = "[\"localhost\"]",
	},
	{
		.path = "hostnames[]",
		.type = CONFIG_HOSTNAME,
		.need = CONFIG_OPTIONAL,
		.max_len = WIRE_MAX_HOSTNAME,
		.meaning = "One host: a bare name or address, without scheme, port, path and "
			   "wildcard.",
		.source = CONFIG,
		.example = "\"localhost\"",
	},
	{
		.path = "new_user_action",
		.type = CONFIG_WORD,
		.need = CONFIG_REQUIRED,
		.words = &new_user_action_words,
		.cases = "P302",
		.meaning = "What happens when a second person of a known company signs in through "
			   "an existing connection. auto_add: joins the account. invite: is sent "
			   "to the administrator. not_found: is told that there is no account. "
			   "error: gets an error.",
		.source = CONFIG CASES,
		.example = "\"auto_add\"",
	},
	{
		.path = "allow_editable_email",
		.type = CONFIG_BOOL,
		.need = CONFIG_OPTIONAL,
		.meaning = "May the user change the e-mail address in the wizard. The contract "
			   "lists it as required and defines it nowhere, and public samples lack "
			   "it: optional here.",
		.source = CONFIG,
		.example = "true",
	},
	{
		.path = "require_manual_signup",
		.type = CONFIG_BOOL,
		.need = CONFIG_OPTIONAL,
		.cases = "P300, P302",
		.meaning = "Each user has to finish a sign-up page of the partner before the first "
			   "sign-in; until then a sign-in answers 404. Default: false.",
		.source = CONFIG CASES,
		.example = "false",
	},
	{
		.path = "trial_type",
		.type = CONFIG_WORD,
		.need = CONFIG_OPTIONAL,
		.words = &trial_type_words,
		.cases = "P502",
		.meaning = "What expires: the account with all its users, or each user alone. "
			   "Default: account.",
		.source = CONFIG CASES,
		.example = "\"account\"",
	},
	{
		.path = "supports_demo",
		.type = CONFIG_BOOL,
		.need = CONFIG_OPTIONAL,
		.cases = "P700",
		.meaning = "Databricks may connect with the demo flag, and always gets the "
			   "experience of a first trial. Default: false.",
		.source = CONFIG CASES,
		.example = "false",
	},
	{
		.path = "auth_options",
		.type = CONFIG_LIST,
		.need = CONFIG_OPTIONAL,
		.meaning = "How the partner logs in to Databricks. Absent: AUTH_PAT. AUTH_PAT and "
			   "AUTH_OAUTH_M2M exclude each other. It is in the contract's model and "
			   "missing in the OpenAPI document.",
		.source = CONFIG REQUEST,
		.example = "[\"AUTH_PAT\"]",
	},
	{
		.path = "auth_options[]",
		.type = CONFIG_WORD,
		.need = CONFIG_OPTIONAL,
		.words = &auth_option_words,
		.meaning = "AUTH_PAT: a personal access token. AUTH_OAUTH_M2M: the secret of a "
			   "service principal. AUTH_OAUTH_U2M: users sign in to an OAuth app.",
		.source = CONFIG REQUEST,
		.example = "\"AUTH_PAT\"",
	},
	{
		.path = "is_published_app",
		.type = CONFIG_BOOL,
		.need = CONFIG_OPTIONAL,
		.meaning = "The partner's OAuth app is published in every workspace, so answers "
			   "carry no oauth_redirect_uri. Only with AUTH_OAUTH_U2M. Default: false.",
		.source = CONFIG "; connect response",
		.example = "false",
	},
	{
		.path = "test_workspace_detail",
		.type = CONFIG_OBJECT,
		.need = CONFIG_OPTIONAL,
		.meaning = "What the tests send as the workspace, for a partner that checks what "
			   "it is told.",
		.source = CONFIG CASES,
	},
	{
		.path = "test_workspace_detail.hostname",
		.type = CONFIG_HOSTNAME,
		.need = CONFIG_OPTIONAL,
		.max_len = WIRE_MAX_HOSTNAME,
		.meaning = "The workspace's host name.",
		.source = CONFIG CASES,
		.example = "\"test.cloud.databricks.com\"",
	},
	{
		.path = "test_workspace_detail.port",
		.type = CONFIG_PORT,
		.need = CONFIG_OPTIONAL,
		.meaning = "Its port, usually 443.",
		.source = CONFIG CASES,
		.example = "443",
	},
	{
		.path = "test_workspace_detail.jdbc_url",
		.type = CONFIG_TEXT,
		.need = CONFIG_OPTIONAL,
		.max_len = WIRE_MAX_URL,
		.meaning = "The legacy JDBC URL, jdbc:spark://...",
		.source = CONFIG CASES,
		.example = "\"jdbc:spark://test.cloud.databricks.com:443/default\"",
	},
	{
		.path = "test_workspace_detail.databricks_jdbc_url",
		.type = CONFIG_TEXT,
		.need = CONFIG_OPTIONAL,
		.max_len = WIRE_MAX_URL,
		.meaning = "The JDBC URL of the newer driver, jdbc:databricks://...",
		.source = CONFIG CASES,
		.example = "\"jdbc:databricks://test.cloud.databricks.com:443/default\"",
	},
	{
		.path = "test_workspace_detail.http_path",
		.type = CONFIG_TEXT,
		.need = CONFIG_OPTIONAL,
		.max_len = WIRE_MAX_URL,
		.meaning = "The HTTP path of the SQL warehouse.",
		.source = CONFIG CASES,
		.example = "\"/sql/1.0/warehouses/example\"",
	},
	{
		.path = "test_workspace_detail.cluster_id",
		.type = CONFIG_TEXT,
		.need = CONFIG_OPTIONAL,
		.max_len = WIRE_MAX_URL,
		.meaning = "The id of the SQL warehouse or of the cluster.",
		.source = CONFIG CASES,
		.example = "\"example\"",
	},
};

const struct config_form certification_form = {
	"Fields of the partner config",
	fields,
	ARRAY_LEN(fields),
};
