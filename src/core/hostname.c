/*
 * Comparing host names by their labels.
 */
#include "core/hostname.h"

#include "core/email.h"

static bool
is_ipv4_part(struct str part)
{
	int64_t value;

	/* str_to_int64() takes a minus: "-0" is no part of an address. */
	return part.len > 0 && part.len <= 3 && part.ptr[0] != '-' && str_to_int64(part, &value) &&
	       value <= 255;
}

static bool
is_ipv4_literal(struct str host)
{
	size_t n_parts = 0;

	while (host.ptr) {
		if (!is_ipv4_part(str_cut(&host, '.')))
			return false;
		n_parts++;
	}
	return n_parts == 4;
}

/* Only names are below names: "evil.example/.acme.com" ends in the right bytes and is no name. */
static bool
is_below(struct str host, struct str parent)
{
	return host.len > parent.len && !is_ipv4_literal(host) && !is_ipv4_literal(parent) &&
	       domain_is_within(host, parent);
}

bool
hostname_is_allowed(struct str host, const struct str *allowed, size_t n_allowed)
{
	for (size_t i = 0; i < n_allowed; i++) {
		if (str_is_empty(allowed[i]))
			continue;
		if (str_equal_ascii_nocase(host, allowed[i]) || is_below(host, allowed[i]))
			return true;
	}
	return false;
}

bool
hostname_is_loopback(struct str host)
{
	if (str_equal_ascii_nocase(host, STR("localhost")) || is_below(host, STR("localhost")))
		return true;
	if (str_equal(host, STR("[::1]")) || str_equal(host, STR("::1")))
		return true;
	return is_ipv4_literal(host) && str_starts_with(host, STR("127."));
}
