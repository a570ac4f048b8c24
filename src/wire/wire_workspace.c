/*
 * Reading the answers of a workspace.
 */
#include "wire/wire_workspace.h"

#include "base/json.h"

#define MAX_TOKEN 16384

/* A cluster's answer is a few hundred members deep in each other, with settings of the user's. */
static const struct json_limits limits = {
	.max_bytes = WIRE_MAX_WORKSPACE_ANSWER,
	.max_depth = 32,
	.max_children = 4096,
	.max_name = 1024,
	.max_string = WIRE_MAX_WORKSPACE_ANSWER,
};

/* A string member that is not empty; else a null pointer. */
static struct str
string_of(struct arena *arena, struct str body, struct str name)
{
	const struct json *root;
	const struct json *member;

	if (json_read(arena, body, &limits, &root, NULL).code)
		return (struct str){ NULL, 0 };
	member = json_member(root, name);
	if (!member || member->type != JSON_STRING || str_is_empty(member->text))
		return (struct str){ NULL, 0 };
	return member->text;
}

bool
wire_is_workspace_object(struct arena *arena, struct str body, struct str name, struct str value)
{
	struct str found = string_of(arena, body, name);

	return found.ptr && (str_is_empty(value) || str_equal(found, value));
}

bool
wire_read_access_token(struct arena *arena, struct str body, struct str *ret_token)
{
	struct str token = string_of(arena, body, STR("access_token"));

	if (!token.ptr || token.len > MAX_TOKEN)
		return false;
	*ret_token = arena_str(arena, token); /* @body may go before it */
	return true;
}
