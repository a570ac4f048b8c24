/*
 * Judging the head of a request: lines, tokens, the length of the body, the Host. What the words
 * mean to the product is not here.
 */
#include "http/framing.h"

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* A token of RFC 9110 5.6.2. */
static bool
is_token(struct str s)
{
	static const struct str marks = STR_INIT("!#$%&'*+-.^_`|~");

	for (size_t i = 0; i < s.len; i++) {
		if (!is_alnum(s.ptr[i]) && str_find(marks, s.ptr[i]) < 0)
			return false;
	}
	return s.len > 0;
}

/* A bare CR is among what may not stand here; bytes above 0x7f may. */
static bool
is_field_value(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/*
 * Origin form, or "*" for OPTIONS. The absolute form is for proxies, which we are not: refusing it
 * leaves one place, the Host field, that names the host.
 */
static bool
is_target(struct str target, struct str method)
{
	for (size_t i = 0; i < target.len; i++) {
		unsigned char c = (unsigned char)target.ptr[i];

		if (c <= 0x20 || c >= 0x7f || c == '#')
			return false;
	}
	if (str_equal(target, STR("*")))
		return str_equal(method, STR("OPTIONS"));
	return str_starts_with(target, STR("/"));
}

/* A distance in the head's memory, or SIZE_MAX when @to is before @from. */
static size_t
distance(const char *from, const char *to)
{
	uintptr_t a = (uintptr_t)from;
	uintptr_t b = (uintptr_t)to;

	return b >= a ? b - a : SIZE_MAX;
}

static const char *
end_of(struct str s)
{
	return s.ptr + s.len;
}

/*
 * Do the lines stand in memory as close as they must when each ended in CR LF and nothing was left
 * out? The library cuts its copy of the head with NULs and shows us the pieces, not the cuts: a line
 * that ended in a bare LF leaves one byte between two pieces where two belong; a NUL in a value
 * hides what is behind it and leaves more; a folded line, which the library glues to the *name* of
 * the line before, lies elsewhere. A proxy in front of us may read each of these in another way.
 */
static bool
is_gapless(const struct head *head)
{
	const char *end = end_of(head->version);

	if (distance(head->method.ptr, head->target_at) != head->method.len + 1)
		return false;
	if (distance(head->target_at, head->version.ptr) != head->target.len + 1)
		return false;
	for (size_t i = 0; i < head->n_fields; i++) {
		const struct head_field *field = &head->fields[i];
		size_t gap = distance(end_of(field->name), field->value.ptr);

		if (distance(end, field->name.ptr) != 2)
			return false;
		/* A colon, then blanks: longer than the head it cannot be. */
		if (gap < 1 || gap > head->size)
			return false;
		end = end_of(field->value);
	}
	return distance(head->method.ptr, end) + 4 == head->size;
}

static bool
are_fields(const struct head *head)
{
	for (size_t i = 0; i < head->n_fields; i++) {
		if (!is_token(head->fields[i].name) || !is_field_value(head->fields[i].value))
			return false;
	}
	return true;
}

static bool
is_digits(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	}
	return s.len > 0;
}

static const struct head_field *
find_field(const struct head *head, struct str name)
{
	for (size_t i = 0; i < head->n_fields; i++) {
		if (str_equal_ascii_nocase(head->fields[i].name, name))
			return &head->fields[i];
	}
	return NULL;
}

/* One way to say where the body ends, or none. */
static bool
read_body_length(const struct head *head, int64_t *ret_body_len, bool *ret_is_chunked)
{
	size_t n_lengths = head_n_fields(head, STR("Content-Length"));
	size_t n_codings = head_n_fields(head, STR("Transfer-Encoding"));
	struct str length = head_field(head, STR("Content-Length"));

	*ret_body_len = 0;
	*ret_is_chunked = n_codings == 1;
	if (n_lengths + n_codings > 1)
		return false;
	if (n_codings == 1) {
		const struct head_field *coding = find_field(head, STR("Transfer-Encoding"));

		/*
		 * Without trimming: "chunked" with a blank behind it is a coding that the library
		 * does not know, and it reads on to the end of the connection. And an old client
		 * does not know chunks: whoever added the field is in between.
		 */
		return str_equal(head->version, STR("HTTP/1.1")) &&
		       str_equal_ascii_nocase(coding->value, STR("chunked"));
	}
	return n_lengths == 0 || (is_digits(length) && str_to_int64(length, ret_body_len));
}

static bool
is_port(struct str s)
{
	int64_t port;

	return is_digits(s) && str_to_int64(s, &port) && port <= 65535;
}

static bool
has_only(struct str s, struct str marks)
{
	if (!s.ptr)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_alnum(s.ptr[i]) && str_find(marks, s.ptr[i]) < 0)
			return false;
	}
	return s.len > 0;
}

/* A name, an IPv4 address or an IPv6 address in brackets, with or without a port. */
static bool
is_host(struct str host)
{
	ptrdiff_t colon;

	if (str_starts_with(host, STR("["))) {
		ptrdiff_t close = str_find(host, ']');

		if (close < 0 || !has_only(str_slice(host, 1, (size_t)close - 1), STR(":.")))
			return false;
		host = str_slice(host, (size_t)close + 1, host.len);
		return str_is_empty(host) ||
		       (str_starts_with(host, STR(":")) && is_port(str_slice(host, 1, host.len)));
	}
	colon = str_find(host, ':');
	if (colon >= 0) {
		if (!is_port(str_slice(host, (size_t)colon + 1, host.len)))
			return false;
		host.len = (size_t)colon;
	}
	return has_only(host, STR("-._"));
}

enum head_verdict
head_judge(const struct head *head, int64_t *ret_body_len, bool *ret_is_chunked)
{
	*ret_body_len = 0;
	*ret_is_chunked = false;
	if (!str_equal(head->version, STR("HTTP/1.1")) &&
	    !str_equal(head->version, STR("HTTP/1.0")))
		return HEAD_IS_MALFORMED;
	if (!is_gapless(head) || !is_token(head->method) ||
	    !is_target(head->target, head->method) || !are_fields(head))
		return HEAD_IS_MALFORMED;
	if (!read_body_length(head, ret_body_len, ret_is_chunked))
		return HEAD_IS_MALFORMED;
	if (head_n_fields(head, STR("Host")) != 1 || !is_host(head_field(head, STR("Host"))))
		return HEAD_HAS_BAD_HOST;
	return HEAD_IS_FINE;
}

struct str
head_field(const struct head *head, struct str name)
{
	const struct head_field *field = find_field(head, name);

	return field ? str_trim(field->value) : (struct str){ NULL, 0 };
}

size_t
head_n_fields(const struct head *head, struct str name)
{
	size_t n = 0;

	for (size_t i = 0; i < head->n_fields; i++) {
		if (str_equal_ascii_nocase(head->fields[i].name, name))
			n++;
	}
	return n;
}
