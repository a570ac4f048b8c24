/*
 * Reading and setting cookies.
 */
#include "api/pages/cookie.h"

static const char *const names[] = {
	[COOKIE_SESSION] = "pc_session",
	[COOKIE_FORM] = "pc_form",
};

bool
page_is_https(struct call *call)
{
	return str_starts_with(call->partner->settings.public_url, STR("https://"));
}

static struct str
name_of(struct call *call, enum cookie cookie)
{
	return str_of(arena_printf(call->arena, "%s%s", page_is_https(call) ? "__Host-" : "",
				   names[cookie]));
}

struct str
cookie_value(struct call *call, enum cookie cookie)
{
	struct str rest = http_call_field(call->http, "Cookie");
	struct str name = name_of(call, cookie);
	struct str found = STR("");
	int n = 0;

	while (rest.ptr) {
		struct str value = str_cut(&rest, ';');
		struct str key = str_trim(str_cut(&value, '='));

		if (!str_equal(key, name))
			continue;
		found = str_trim(value);
		n++;
	}
	return n == 1 ? found : STR("");
}

struct http_field
cookie_field(struct call *call, enum cookie cookie, struct str value, int64_t max_age_s)
{
	struct buf buf;

	buf_init(&buf, call->arena, 400);
	buf_add(&buf, name_of(call, cookie));
	buf_add_char(&buf, '=');
	buf_add(&buf, value);
	buf_add(&buf, STR("; Path=/; HttpOnly; SameSite=Lax"));
	if (page_is_https(call))
		buf_add(&buf, STR("; Secure"));
	if (max_age_s >= 0)
		buf_addf(&buf, "; Max-Age=%lld", (long long)max_age_s);
	return (struct http_field){ "Set-Cookie", buf_cstr(&buf) };
}
