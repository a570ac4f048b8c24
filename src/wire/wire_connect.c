/*
 * The fields of POST /connect.
 */
#include "wire/wire_connect.h"

#include "wire/fields.h"

/* The request with the spellings that core does not know. */
struct wire_connect {
	struct connect_request req;
	struct str email;
	int64_t organization_id;
	bool has_is_sql_endpoint;
	bool is_sql_endpoint;
};

#define AT(member) .offset = offsetof(struct wire_connect, member), .has_offset = WIRE_NO_HAS
#define HAS(member, has)                                                                           \
	.offset = offsetof(struct wire_connect, member),                                           \
	.has_offset = offsetof(struct wire_connect, has)
#define TEXT(field, member, limit)                                                                 \
	{                                                                                          \
		field, WIRE_STRING, 0, AT(member), .max_len = (limit)                              \
	}
#define SECRET(field, kind)                                                                        \
	{                                                                                          \
		field, WIRE_SECRET, 0, AT(req.secrets[kind]), .max_len = WIRE_MAX_TOKEN            \
	}

static const struct wire_field auth_fields[] = {
	SECRET("personal_access_token", SECRET_PERSONAL_ACCESS_TOKEN),
	SECRET("oauth_token", SECRET_OAUTH_TOKEN),
	TEXT("oauth_scope", req.resources.oauth_scope, WIRE_MAX_URL),
};

static const struct wire_field user_info_fields[] = {
	{ "email", WIRE_STRING, WIRE_REQUIRED, AT(email), .max_len = WIRE_MAX_EMAIL },
	{ "first_name", WIRE_STRING, WIRE_REQUIRED, AT(req.first_name), .max_len = WIRE_MAX_NAME },
	{ "last_name", WIRE_STRING, WIRE_REQUIRED, AT(req.last_name), .max_len = WIRE_MAX_NAME },
	{ "databricks_user_id", WIRE_INT64, WIRE_REQUIRED, AT(req.databricks_user_id) },
	{ "databricks_organization_id", WIRE_INT64, WIRE_REQUIRED, AT(organization_id) },
	{ "is_connection_established", WIRE_BOOL, WIRE_REQUIRED,
	  AT(req.is_connection_established) },
	{ "auth", WIRE_OBJECT, 0, HAS(req.has_auth, req.has_auth), .fields = auth_fields,
	  .n_fields = ARRAY_LEN(auth_fields) },
};

static const struct wire_field connect_fields[] = {
	{ "user_info", WIRE_OBJECT, WIRE_REQUIRED, AT(req), .fields = user_info_fields,
	  .n_fields = ARRAY_LEN(user_info_fields) },
	{ "hostname", WIRE_STRING, WIRE_REQUIRED | WIRE_NOT_EMPTY, AT(req.resources.hostname),
	  .max_len = WIRE_MAX_HOSTNAME },
	{ "port", WIRE_INT32, WIRE_REQUIRED, AT(req.resources.port) },
	{ "workspace_url", WIRE_STRING, WIRE_REQUIRED, AT(req.resources.workspace_url),
	  .max_len = WIRE_MAX_URL },
	{ "workspace_id", WIRE_INT64, WIRE_REQUIRED, AT(req.workspace_id) },
	{ "demo", WIRE_BOOL, WIRE_REQUIRED, AT(req.is_demo) },
	{ "cloud_provider", WIRE_WORD, WIRE_REQUIRED, AT(req.cloud), .words = &cloud_words },
	TEXT("cloud_provider_region", req.resources.cloud_provider_region, WIRE_MAX_NAME),
	{ "is_free_trial", WIRE_BOOL, WIRE_REQUIRED, AT(req.resources.is_free_trial) },
	TEXT("connection_id", req.connection_id, WIRE_MAX_NAME),
	TEXT("http_path", req.resources.http_path, WIRE_MAX_URL),
	TEXT("jdbc_url", req.resources.jdbc_url, WIRE_MAX_URL),
	TEXT("databricks_jdbc_url", req.resources.databricks_jdbc_url, WIRE_MAX_URL),
	TEXT("cluster_id", req.resources.cluster_id, WIRE_MAX_NAME),
	{ "is_sql_endpoint", WIRE_BOOL, 0, HAS(is_sql_endpoint, has_is_sql_endpoint) },
	{ "is_sql_warehouse", WIRE_BOOL, 0,
	  HAS(req.resources.is_sql_warehouse, req.resources.has_is_sql_warehouse) },
	TEXT("destination_location", req.resources.destination_location, WIRE_MAX_URL),
	TEXT("catalog_name", req.resources.catalog_name, WIRE_MAX_NAME),
	TEXT("database_name", req.resources.database_name, WIRE_MAX_NAME),
	TEXT("data_source_connector", req.resources.data_source_connector, WIRE_MAX_NAME),
	TEXT("service_principal_id", req.resources.service_principal_id, WIRE_MAX_NAME),
	SECRET("service_principal_oauth_secret", SECRET_SERVICE_PRINCIPAL_OAUTH_SECRET),
	TEXT("oauth_u2m_app_id", req.resources.oauth_u2m_app_id, WIRE_MAX_NAME),
	{ "connection_scope", WIRE_WORD, 0, AT(req.scope), .words = &connection_scope_words },
};

/* The properties of both JDBC drivers that hold a credential. */
static const struct str jdbc_secret_keys[] = {
	STR_INIT("PWD="),	   STR_INIT("Auth_AccessToken="),
	STR_INIT("OAuth2Secret="), STR_INIT("OAuth2ClientSecret="),
	STR_INIT("PASSWORD="),
};

static bool
ends_in_secret_key(struct str text)
{
	for (size_t k = 0; k < ARRAY_LEN(jdbc_secret_keys); k++) {
		struct str key = jdbc_secret_keys[k];

		if (text.len >= key.len &&
		    str_equal_ascii_nocase(str_slice(text, text.len - key.len, text.len), key))
			return true;
	}
	return false;
}

/*
 * A JDBC URL may carry the token as its password: then the whole URL is a secret. All keys end in
 * an equals sign, so only there is looked: looking everywhere was a fifth of a connect's work.
 */
static void
hide_jdbc_password(struct arena *arena, struct connect_request *req, struct str *url,
		   enum secret_kind kind)
{
	for (size_t i = 0; i < url->len; i++) {
		if (url->ptr[i] != '=' || !ends_in_secret_key(str_slice(*url, 0, i + 1)))
			continue;
		req->secrets[kind] = (struct secret_text){ arena_cstr(arena, *url), url->len };
		*url = STR("");
		return;
	}
}

/* is_sql_endpoint is the older name of is_sql_warehouse: either may come, both must agree. */
static struct err
merge_sql_flags(struct wire_connect *wire)
{
	struct resources *resources = &wire->req.resources;

	if (!wire->has_is_sql_endpoint)
		return OK_NONE;
	if (resources->has_is_sql_warehouse && resources->is_sql_warehouse != wire->is_sql_endpoint)
		return err_make(ERR_BAD_REQUEST,
				"is_sql_endpoint is not the same as is_sql_warehouse");
	resources->has_is_sql_warehouse = true;
	resources->is_sql_warehouse = wire->is_sql_endpoint;
	return OK_NONE;
}

struct err
wire_read_connect_request(struct arena *arena, struct str body, struct connect_request *ret_req)
{
	struct wire_connect *wire = arena_new(arena, struct wire_connect);
	struct connect_request *req = &wire->req;
	struct err err;

	err = wire_read_body(arena, body, connect_fields, ARRAY_LEN(connect_fields), wire);
	if (err.code)
		return err;
	if (!email_read(arena, wire->email, &req->email))
		return err_make(ERR_BAD_REQUEST, "user_info.email is not an e-mail address");
	if (wire->organization_id != req->workspace_id.value)
		return err_make(ERR_BAD_REQUEST, "user_info.databricks_organization_id is not the "
						 "same as workspace_id");
	err = merge_sql_flags(wire);
	if (err.code)
		return err;
	req->has_personal_access_token = req->secrets[SECRET_PERSONAL_ACCESS_TOKEN].ptr != NULL;
	req->has_jdbc_urls = !str_is_empty(req->resources.jdbc_url) &&
			     !str_is_empty(req->resources.databricks_jdbc_url);
	hide_jdbc_password(arena, req, &req->resources.jdbc_url, SECRET_JDBC_URL);
	hide_jdbc_password(arena, req, &req->resources.databricks_jdbc_url,
			   SECRET_DATABRICKS_JDBC_URL);
	*ret_req = *req;
	return OK_NONE;
}

static struct str
jdbc_url_of(const struct connect_request *req, struct str plain, enum secret_kind kind)
{
	const struct secret_text *secret = &req->secrets[kind];

	return secret->ptr ? (struct str){ secret->ptr, secret->len } : plain;
}

void
wire_write_connect_request(struct json_writer *writer, const struct connect_request *req)
{
	struct wire_connect wire = {
		.req = *req,
		.email = req->email.text,
		.organization_id = req->workspace_id.value,
		.has_is_sql_endpoint = req->resources.has_is_sql_warehouse,
		.is_sql_endpoint = req->resources.is_sql_warehouse,
	};

	wire.req.resources.jdbc_url = jdbc_url_of(req, req->resources.jdbc_url, SECRET_JDBC_URL);
	wire.req.resources.databricks_jdbc_url =
		jdbc_url_of(req, req->resources.databricks_jdbc_url, SECRET_DATABRICKS_JDBC_URL);
	json_write_begin_object(writer);
	wire_write_fields(writer, connect_fields, ARRAY_LEN(connect_fields), &wire);
	json_write_end_object(writer);
}

#undef AT
#define AT(member) .offset = offsetof(struct connect_response, member), .has_offset = WIRE_NO_HAS

static const struct wire_field response_fields[] = {
	{ "redirect_uri", WIRE_STRING, WIRE_REQUIRED, AT(redirect_uri), .max_len = WIRE_MAX_URL },
	{ "redirect_value", WIRE_WORD, WIRE_REQUIRED, AT(answer.redirect_value),
	  .words = &redirect_value_words },
	{ "connection_id", WIRE_STRING, 0, AT(answer.connection_id), .max_len = WIRE_MAX_NAME },
	{ "user_status", WIRE_WORD, WIRE_REQUIRED, AT(answer.user_status),
	  .words = &user_status_words },
	{ "account_status", WIRE_WORD, WIRE_REQUIRED, AT(answer.account_status),
	  .words = &account_status_words },
	{ "configured_resources", WIRE_BOOL, WIRE_REQUIRED, AT(answer.is_configured) },
	{ "oauth_redirect_uri", WIRE_STRING, 0, AT(oauth_redirect_uri), .max_len = WIRE_MAX_URL },
};

void
wire_write_connect_response(struct json_writer *writer, const struct connect_response *response)
{
	json_write_begin_object(writer);
	wire_write_fields(writer, response_fields, ARRAY_LEN(response_fields), response);
	json_write_end_object(writer);
}
