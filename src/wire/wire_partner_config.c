/*
 * The fields of the partner config.
 */
#include "wire/wire_partner_config.h"

#include "wire/fields.h"

struct wire_config {
	struct partner_config config;
	struct wire_strings hostnames;
	bool has_auth_options;
};

#define AT(member) .offset = offsetof(struct wire_config, member), .has_offset = WIRE_NO_HAS
#define NAMED (WIRE_REQUIRED | WIRE_NOT_EMPTY)
#define TEXT(field, flags, member)                                                                 \
	{                                                                                          \
		field, WIRE_STRING, flags, AT(config.member), .max_len = WIRE_MAX_URL              \
	}

static const struct wire_field endpoint_fields[] = {
	TEXT("connect_path", NAMED, endpoints.connect_path),
	TEXT("delete_connection_path", 0, endpoints.delete_connection_path),
	TEXT("test_connection_path", 0, endpoints.test_connection_path),
	TEXT("delete_account_path", 0, endpoints.delete_account_path),
	TEXT("expire_account_path", 0, endpoints.expire_account_path),
	TEXT("get_connectors_path", 0, endpoints.get_connectors_path),
};

static const struct wire_field config_fields[] = {
	TEXT("api_version", 0, api_version),
	TEXT("name", NAMED, name),
	TEXT("description_blurb", 0, description_blurb),
	{ "category", WIRE_WORD, WIRE_REQUIRED, AT(config.category), .words = &category_words },
	TEXT("base_url", NAMED, base_url),
	{ "endpoints", WIRE_OBJECT, WIRE_REQUIRED, AT(config), .fields = endpoint_fields,
	  .n_fields = ARRAY_LEN(endpoint_fields) },
	TEXT("sign_up_page", 0, sign_up_page),
	TEXT("privacy_policy", 0, privacy_policy),
	TEXT("terms_of_service", 0, terms_of_service),
	TEXT("logo_file", 0, logo_file),
	TEXT("icon_file", 0, icon_file),
	{ "resources_to_provision", WIRE_WORDS, 0, AT(config.resources),
	  .words = &resource_type_words, .member = "resource_type" },
	{ "supported_clouds", WIRE_WORDS, 0, AT(config.supported_clouds), .words = &cloud_words },
	{ "hostnames", WIRE_STRINGS, WIRE_REQUIRED, AT(hostnames), .max_len = WIRE_MAX_HOSTNAME },
	{ "new_user_action", WIRE_WORD, WIRE_REQUIRED, AT(config.new_user_action),
	  .words = &new_user_action_words },
	{ "require_manual_signup", WIRE_BOOL, 0, AT(config.require_manual_signup) },
	{ "trial_type", WIRE_WORD, 0, AT(config.trial_type), .words = &trial_type_words },
	{ "supports_demo", WIRE_BOOL, 0, AT(config.supports_demo) },
	{ "auth_options", WIRE_WORDS, 0,
	  .offset = offsetof(struct wire_config, config.auth_options),
	  .has_offset = offsetof(struct wire_config, has_auth_options),
	  .words = &auth_option_words },
	{ "is_published_app", WIRE_BOOL, 0, AT(config.is_published_app) },
};

static struct err
check_paths(struct arena *arena, const struct partner_endpoints *endpoints)
{
	const struct {
		const char *name;
		struct str path;
	} paths[] = {
		{ "connect_path", endpoints->connect_path },
		{ "delete_connection_path", endpoints->delete_connection_path },
		{ "test_connection_path", endpoints->test_connection_path },
		{ "delete_account_path", endpoints->delete_account_path },
		{ "expire_account_path", endpoints->expire_account_path },
		{ "get_connectors_path", endpoints->get_connectors_path },
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct str path = paths[i].path;

		if (str_is_empty(path))
			continue;
		if (path.ptr[0] != '/' || str_find(path, '?') >= 0 || str_find(path, '#') >= 0)
			return err_format(arena, ERR_CONFIG,
					  "endpoints.%s must begin with / and have no ? or #",
					  paths[i].name);
	}
	return OK_NONE;
}

struct err
wire_read_partner_config(struct arena *arena, struct str text, struct partner_config *ret_config)
{
	struct wire_config wire = { 0 };
	const struct json *root;
	struct json_fault fault = { 0 };
	struct err err;

	err = json_read(arena, text, &json_limits_file, &root, &fault);
	if (err.code)
		return err_format(arena, ERR_CONFIG, "line %zu, column %zu: %s", fault.line,
				  fault.column, err.detail);
	err = wire_read_fields(arena, root, "", config_fields, ARRAY_LEN(config_fields), &wire);
	if (err.code)
		return err_make(ERR_CONFIG, err.detail);
	err = check_paths(arena, &wire.config.endpoints);
	if (err.code)
		return err;
	wire.config.hostnames = wire.hostnames.items;
	wire.config.n_hostnames = wire.hostnames.n;
	if (!wire.has_auth_options)
		wire.config.auth_options = 1u << AUTH_OPTION_PAT;
	*ret_config = wire.config;
	return OK_NONE;
}
