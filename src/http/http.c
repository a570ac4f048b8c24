/*
 * What the rest of the program may ask about a request: its method, target, fields, body. How a
 * request becomes whole is call.c; the response is answer.c.
 */
#include "http/http.h"

#include "http/call.h"

#include <sys/socket.h>

static const char *const method_names[] = {
	[HTTP_GET] = "GET",	    [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",	    [HTTP_DELETE] = "DELETE", [HTTP_PATCH] = "PATCH",
	[HTTP_OPTIONS] = "OPTIONS", [HTTP_OTHER] = "OTHER",
};

const char *
http_method_name(enum http_method method)
{
	return method_names[method];
}

struct arena *
http_call_arena(struct http_call *call)
{
	return call->arena;
}

enum http_method
http_call_method(const struct http_call *call)
{
	return call->method;
}

struct str
http_call_path(const struct http_call *call)
{
	struct str rest = call->target;

	return str_cut(&rest, '?');
}

struct str
http_call_query(const struct http_call *call)
{
	struct str rest = call->target;

	(void)str_cut(&rest, '?'); /* the path */
	return rest;
}

/* False: a percent sign without two hex digits, or a NUL. A plus sign is a plus sign. */
static bool
decode(struct arena *arena, struct str s, struct str *ret_text)
{
	char *text = arena_alloc(arena, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		int high;
		int low;

		if (s.ptr[i] != '%') {
			text[len++] = s.ptr[i];
			continue;
		}
		if (s.len - i < 3)
			return false;
		high = str_hex_digit(s.ptr[i + 1]);
		low = str_hex_digit(s.ptr[i + 2]);
		if (high < 0 || low < 0 || high + low == 0)
			return false;
		text[len++] = (char)(high << 4 | low);
		i += 2;
	}
	*ret_text = (struct str){ text, len };
	return true;
}

bool
http_call_parameter(struct http_call *call, const char *name, struct str *ret_value)
{
	struct str rest = http_call_query(call);
	bool is_found = false;

	*ret_value = (struct str){ NULL, 0 };
	while (rest.ptr) {
		struct str value = str_cut(&rest, '&');
		struct str key = str_cut(&value, '=');

		/* A name that is not decodable is nobody's. */
		if (!decode(call->arena, key, &key) || !str_equal(key, str_of(name)))
			continue;
		if (is_found || !decode(call->arena, value, ret_value)) {
			*ret_value = (struct str){ NULL, 0 };
			return true;
		}
		is_found = true;
	}
	return is_found;
}

struct str
http_call_field(const struct http_call *call, const char *name)
{
	return head_field(&call->head, str_of(name));
}

size_t
http_call_n_fields(const struct http_call *call, const char *name)
{
	return head_n_fields(&call->head, str_of(name));
}

struct str
http_call_body(const struct http_call *call)
{
	if (!call->is_body_whole || call->is_too_large)
		return STR("");
	return (struct str){ call->body ? call->body : "", call->body_len };
}

struct tick
http_call_received(const struct http_call *call)
{
	return call->received;
}

const char *
http_call_peer(const struct http_call *call)
{
	return conn_peer(call->conn);
}

bool
http_call_peer_uid(const struct http_call *call, uid_t *ret_uid)
{
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t len = sizeof(peer);

	/* Elsewhere than on a Unix socket the kernel knows nobody, and says so by this id. */
	if (getsockopt(conn_fd(call->conn), SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
	    peer.uid == (uid_t)-1)
		return false;
	*ret_uid = peer.uid;
	return true;
}

void *
http_call_user(const struct http_call *call)
{
	return call->user;
}

void
http_call_set_user(struct http_call *call, void *user)
{
	call->user = user;
}
