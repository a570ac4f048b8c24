/*
 * Taking a URL apart.
 */
#include "http/url.h"

#include <curl/curl.h>

static void
url_handle_done(CURLU **handle)
{
	curl_url_cleanup(*handle);
}

/* The part in the arena; empty when the URL has none. */
static struct str
part_of(struct arena *arena, CURLU *handle, CURLUPart part, unsigned flags)
{
	char *text = NULL;
	struct str copy = STR("");

	if (curl_url_get(handle, part, &text, flags) == CURLUE_OK)
		copy = arena_str(arena, str_of(text));
	curl_free(text);
	return copy;
}

static bool
has_part(struct arena *arena, CURLU *handle, CURLUPart part)
{
	return !str_is_empty(part_of(arena, handle, part, 0));
}

static struct err
not_a_url(struct arena *arena)
{
	return err_format(arena, ERR_CONFIG,
			  "not an absolute http or https URL without user, query and fragment");
}

struct err
url_read(struct arena *arena, struct str text, struct url *ret_url)
{
	_cleanup_(url_handle_done) CURLU *handle = curl_url();
	struct str scheme;
	int64_t port;

	if (!handle)
		abort(); /* out of memory */
	if (memchr(text.ptr ? text.ptr : "", '\0', text.len) ||
	    curl_url_set(handle, CURLUPART_URL, arena_cstr(arena, text), 0) != CURLUE_OK)
		return not_a_url(arena);
	scheme = part_of(arena, handle, CURLUPART_SCHEME, 0);
	if (!str_equal(scheme, STR("http")) && !str_equal(scheme, STR("https")))
		return not_a_url(arena);
	if (has_part(arena, handle, CURLUPART_USER) ||
	    has_part(arena, handle, CURLUPART_PASSWORD) ||
	    has_part(arena, handle, CURLUPART_QUERY) || has_part(arena, handle, CURLUPART_FRAGMENT))
		return not_a_url(arena);
	if (!str_to_int64(part_of(arena, handle, CURLUPART_PORT, CURLU_DEFAULT_PORT), &port))
		return not_a_url(arena);
	ret_url->is_https = str_equal(scheme, STR("https"));
	ret_url->host = arena_str_lower(arena, part_of(arena, handle, CURLUPART_HOST, 0));
	ret_url->port = (uint16_t)port;
	ret_url->path = part_of(arena, handle, CURLUPART_PATH, 0);
	while (str_ends_with(ret_url->path, STR("/")))
		ret_url->path.len--;
	return OK_NONE;
}
