/*
 * Get connectors: the vendor's list, a page at a time.
 *
 * The token is the index of the next connector with a checksum over the index and that connector's
 * identifier: a token that we did not make, or made for another list, is refused.
 */
#include "api/operations.h"
#include "api/respond.h"

#include <inttypes.h>

/* FNV-1a; a checksum, not a secret: the list is public. */
static uint32_t
checksum_of(struct call *call, size_t index)
{
	struct str identifier = call->partner->connectors[index].identifier;
	uint32_t hash = 2166136261u ^ (uint32_t)index;

	for (size_t i = 0; i < identifier.len; i++)
		hash = (hash ^ (uint8_t)identifier.ptr[i]) * 16777619u;
	return hash;
}

static struct str
token_of(struct call *call, size_t index)
{
	return str_of(arena_printf(call->arena, "%zu.%08" PRIx32, index, checksum_of(call, index)));
}

/* CONNECTORS-2: absent and empty are the first page. */
static bool
token_read(struct call *call, size_t *ret_index)
{
	struct str token = STR("");
	struct str rest;
	int64_t index;

	*ret_index = 0;
	if (!http_call_parameter(call->http, "pagination_token", &token))
		return true;
	if (!token.ptr)
		return false;
	if (str_is_empty(token))
		return true;
	rest = token;
	if (!str_to_int64(str_cut(&rest, '.'), &index) || index <= 0 ||
	    (size_t)index >= call->partner->n_connectors)
		return false;
	*ret_index = (size_t)index;
	return str_equal(token, token_of(call, *ret_index));
}

/* CONNECTORS-1 */
void
api_get_connectors(struct call *call)
{
	const struct partner *partner = call->partner;
	size_t from;
	size_t n;
	struct str next = STR("");
	struct respond_json json;

	if (!token_read(call, &from)) {
		respond_error(call, err_make(ERR_BAD_REQUEST,
					     "pagination_token is none that was given out"));
		return;
	}
	n = partner->n_connectors - from;
	if (n > (size_t)partner->settings.page_size) {
		n = (size_t)partner->settings.page_size;
		next = token_of(call, from + n);
	}
	respond_json_begin(call, &json);
	wire_write_connectors(&json.writer, partner->connectors + from, n, next);
	respond_json_end(call, &json);
}
