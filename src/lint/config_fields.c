/*
 * Finding fields in the tables. The tables are fields_certification.c and fields_self_test.c.
 */
#include "lint/config_fields.h"

const struct config_field *
config_field_find(const struct config_form *form, struct str path)
{
	for (size_t i = 0; i < form->n; i++) {
		if (str_equal(str_of(form->fields[i].path), path))
			return &form->fields[i];
	}
	return NULL;
}

bool
config_field_is_in(const struct config_field *field, const char *parent, const char **ret_name)
{
	struct str path = str_of(field->path);
	size_t len = strlen(parent);
	struct str rest = str_slice(path, len, path.len);

	if (!str_starts_with(path, str_of(parent)))
		return false;
	if (len > 0 && (rest.len < 2 || rest.ptr[0] != '.'))
		return false;
	*ret_name = field->path + len + (len > 0);
	return str_find(str_of(*ret_name), '.') < 0 && str_find(str_of(*ret_name), '[') < 0;
}

const struct config_field *
config_field_member(const struct config_form *form, const char *parent, struct str name)
{
	const char *field_name;

	for (size_t i = 0; i < form->n; i++) {
		if (config_field_is_in(&form->fields[i], parent, &field_name) &&
		    str_equal(str_of(field_name), name))
			return &form->fields[i];
	}
	return NULL;
}

const char *
config_type_name(enum config_type type)
{
	switch (type) {
	case CONFIG_OBJECT:
		return "object";
	case CONFIG_LIST:
		return "list";
	case CONFIG_TEXT:
		return "text";
	case CONFIG_WORD:
		return "word";
	case CONFIG_URL:
	case CONFIG_PAGE:
		return "URL";
	case CONFIG_ENDPOINT:
		return "path";
	case CONFIG_HOSTNAME:
		return "host name";
	case CONFIG_HOSTNAMES:
		return "host names with commas";
	case CONFIG_FILE:
		return "file name";
	case CONFIG_BOOL:
		return "true or false";
	case CONFIG_PORT:
		return "port";
	}
	return "";
}
