/*
 * Putting the OpenAPI document together.
 */
#include "api/openapi.h"

#include "api/respond.h"

#define DOCUMENT_MAX_LEN ((size_t)256 * 1024)

struct offer {
	const struct partner_endpoints *endpoints;
	bool has_hooks;
};

static struct str
path_of(const struct offer *offer, size_t i)
{
	const char *place = (const char *)offer->endpoints + openapi_paths[i].endpoint;

	return *(const struct str *)(const void *)place;
}

static bool
is_offered(const struct offer *offer, size_t i)
{
	size_t endpoint = openapi_paths[i].endpoint;

	if (endpoint == offsetof(struct partner_endpoints, delete_account_path) ||
	    endpoint == offsetof(struct partner_endpoints, expire_account_path))
		return offer->has_hooks && !str_is_empty(path_of(offer, i));
	return !str_is_empty(path_of(offer, i));
}

/* Rows with the same path: a partner may give two operations of other methods one path. */
static bool
is_same_path(const struct offer *offer, size_t i, size_t j)
{
	return is_offered(offer, j) && str_equal(path_of(offer, i), path_of(offer, j));
}

static bool
is_written_before(const struct offer *offer, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (is_same_path(offer, i, j))
			return true;
	}
	return false;
}

static void
add_path(struct buf *buf, const struct offer *offer, size_t i)
{
	const char *separator = "";

	json_add_string(buf, path_of(offer, i));
	buf_add(buf, STR(":{"));
	for (size_t j = i; j < n_openapi_paths; j++) {
		struct str item = openapi_paths[j].item;

		if (!is_same_path(offer, i, j))
			continue;
		buf_add(buf, str_of(separator));
		buf_add(buf, str_slice(item, 1, item.len - 2)); /* without its braces */
		separator = ",";
	}
	buf_add_char(buf, '}');
}

struct str
openapi_document(struct arena *arena, const struct partner_config *config,
		 const struct app_settings *settings)
{
	struct offer offer = { &config->endpoints, settings->test_hooks };
	struct str rest = openapi_rest;
	const char *separator = "";
	struct buf buf;

	buf_init(&buf, arena, DOCUMENT_MAX_LEN);
	buf_add(&buf, str_slice(rest, 0, rest.len - 1)); /* without its closing brace */
	buf_add(&buf, STR(",\"servers\":[{\"url\":"));
	json_add_string(&buf, settings->public_url);
	buf_add(&buf, STR("}],\"paths\":{"));
	for (size_t i = 0; i < n_openapi_paths; i++) {
		if (!is_offered(&offer, i) || is_written_before(&offer, i))
			continue;
		buf_add(&buf, str_of(separator));
		add_path(&buf, &offer, i);
		separator = ",";
	}
	buf_add(&buf, STR("}}"));
	return buf_str(&buf);
}

void
api_openapi(struct call *call)
{
	struct respond_json json;

	respond_json_begin(call, &json);
	buf_add(&json.buf,
		openapi_document(call->arena, &call->partner->config, &call->partner->settings));
	respond_json_end(call, &json);
}
