/*
 * Taking URLs and allow-list entries apart.
 */
#include "lint/address.h"

#include "core/email.h"
#include "core/hostname.h"

#include <arpa/inet.h>

static bool
is_ipv6_literal(struct str host)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (host.len < 4 || host.len - 2 >= sizeof(text) || host.ptr[0] != '[' ||
	    host.ptr[host.len - 1] != ']' || memchr(host.ptr, '\0', host.len))
		return false;
	memcpy(text, host.ptr + 1, host.len - 2);
	text[host.len - 2] = '\0';
	return inet_pton(AF_INET6, text, &address) == 1;
}

/* Names whose last label is a number are read as addresses by clients: they must be one. */
static bool
ends_in_number(struct str host)
{
	struct str label = str_slice(host, (size_t)(str_find_last(host, '.') + 1), host.len);
	int64_t number;

	return str_to_int64(label, &number) || str_starts_with(label, STR("0x"));
}

static bool
is_ipv4(struct str host)
{
	char text[INET_ADDRSTRLEN];
	struct in_addr address;

	if (host.len >= sizeof(text) || memchr(host.ptr, '\0', host.len))
		return false;
	memcpy(text, host.ptr, host.len);
	text[host.len] = '\0';
	return inet_pton(AF_INET, text, &address) == 1;
}

bool
host_is_valid(struct str host)
{
	if (str_is_empty(host))
		return false;
	if (host.ptr[0] == '[')
		return is_ipv6_literal(host);
	return domain_is_valid(host) && (!ends_in_number(host) || is_ipv4(host));
}

static const char *
port_problem(struct str port)
{
	int64_t number;

	if (str_is_empty(port) || port.len > 5 || port.ptr[0] == '-' ||
	    !str_to_int64(port, &number) || number < 1 || number > UINT16_MAX)
		return "has a port that is no number from 1 to 65535";
	return NULL;
}

/* What stands between "://" and the path. */
static const char *
read_authority(struct str authority, struct str *ret_host)
{
	ptrdiff_t bracket = str_find_last(authority, ']');
	ptrdiff_t colon = str_find_last(authority, ':');

	if (str_is_empty(authority))
		return "has no host";
	if (str_find(authority, '@') >= 0)
		return "has a user in it";
	*ret_host = authority;
	if (colon > bracket) {
		const char *problem =
			port_problem(str_slice(authority, (size_t)colon + 1, authority.len));

		if (problem)
			return problem;
		*ret_host = str_slice(authority, 0, (size_t)colon);
	}
	if (!host_is_valid(*ret_host))
		return "has a host that is neither a host name nor an address";
	return NULL;
}

static bool
has_blank_or_control(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c <= ' ' || c == 0x7f)
			return true;
	}
	return false;
}

/* Steps over "http://" or "https://". */
static bool
skip_scheme(struct str *rest, bool *ret_is_https)
{
	ptrdiff_t colon = str_find(*rest, ':');
	struct str scheme;

	if (colon < 0 || !str_starts_with(str_slice(*rest, (size_t)colon, rest->len), STR("://")))
		return false;
	scheme = str_slice(*rest, 0, (size_t)colon);
	*ret_is_https = str_equal_ascii_nocase(scheme, STR("https"));
	*rest = str_slice(*rest, (size_t)colon + 3, rest->len);
	return *ret_is_https || str_equal_ascii_nocase(scheme, STR("http"));
}

static size_t
len_until(struct str text, const char *ends)
{
	size_t len = 0;

	while (len < text.len && !strchr(ends, text.ptr[len]))
		len++;
	return len;
}

const char *
address_read(struct str text, enum address_parts parts, struct address *ret_address)
{
	struct address address = { 0 };
	struct str rest = text;
	const char *problem;
	size_t len;

	if (has_blank_or_control(text))
		return "has a blank or a control character in it";
	if (!skip_scheme(&rest, &address.is_https))
		return "does not begin with https:// or http://";
	if (str_find(rest, '\\') >= 0)
		return "has a backslash in it";
	len = len_until(rest, "/?#");
	problem = read_authority(str_slice(rest, 0, len), &address.host);
	if (problem)
		return problem;
	rest = str_slice(rest, len, rest.len);
	len = len_until(rest, "?#");
	if (len < rest.len && parts == ADDRESS_PLAIN)
		return rest.ptr[len] == '?' ? "has a query" : "has a fragment";
	address.path = str_slice(rest, 0, len);
	*ret_address = address;
	return NULL;
}

/* What was meant by an entry with a scheme, a wildcard, a port or a path: the host in it. */
static struct str
meant_host(struct str entry)
{
	ptrdiff_t slashes = str_find_str(entry, STR("://"));
	ptrdiff_t colon;

	if (slashes >= 0)
		entry = str_slice(entry, (size_t)slashes + 3, entry.len);
	entry = str_slice(entry, 0, len_until(entry, "/?#"));
	colon = str_find_last(entry, ':');
	if (colon > str_find_last(entry, ']'))
		entry = str_slice(entry, 0, (size_t)colon);
	while (entry.len > 0 && (entry.ptr[0] == '*' || entry.ptr[0] == '.'))
		entry = str_slice(entry, 1, entry.len);
	while (str_ends_with(entry, STR(".")))
		entry.len--;
	return host_is_valid(entry) ? entry : STR("");
}

static bool
has_port(struct str entry)
{
	ptrdiff_t colon = str_find_last(entry, ':');

	if (entry.ptr[0] == '[')
		return colon > str_find_last(entry, ']');
	return colon >= 0 && colon == str_find(entry, ':'); /* more are an IPv6 address */
}

static bool
is_single_label(struct str host)
{
	return str_find(host, '.') < 0 && host.ptr[0] != '[' && !hostname_is_loopback(host);
}

const char *
hostname_entry_problem(struct str entry, struct str *ret_host)
{
	*ret_host = meant_host(entry);
	if (str_is_empty(entry))
		return "is empty";
	if (str_find_str(entry, STR("://")) >= 0)
		return "is a URL where a host name belongs";
	if (str_find(entry, '/') >= 0)
		return "has a path";
	if (str_find(entry, '*') >= 0)
		return "has a wildcard";
	if (has_port(entry))
		return "has a port";
	if (entry.ptr[0] == '.' || str_ends_with(entry, STR(".")))
		return "begins or ends with a dot";
	if (!host_is_valid(entry))
		return "is neither a host name nor an address";
	if (is_single_label(entry)) {
		*ret_host = STR("");
		return "is a single label, which allows every name below it";
	}
	return NULL;
}
