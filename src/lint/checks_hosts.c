/*
 * Where the pages of a partner are, and whether the redirect allow-list lets users go there. The
 * form of a single URL or entry is shape.c's.
 */
#include "core/hostname.h"
#include "lint/address.h"
#include "lint/linter.h"

/* False when it is absent or no URL, which was reported. */
static bool
address_of(const struct linter *linter, const char *path, struct address *ret_address)
{
	struct str text = linter_text(linter, path);

	return !str_is_empty(text) && !address_read(text, ADDRESS_OF_PAGE, ret_address);
}

void
linter_check_plain_http(struct linter *linter, const char *path)
{
	struct address address;

	if (address_of(linter, path, &address) && !address.is_https &&
	    !hostname_is_loopback(address.host))
		linter_report(linter, RULE_PLAIN_HTTP, linter_value(linter, path), path,
			      "is http, and not of this machine", "use https");
}

static bool
is_allowed(const struct linter *linter, struct str host)
{
	const struct json *array = linter_value(linter, "hostnames");

	for (const struct json *item = array->first; item; item = item->next) {
		if (item->type == JSON_STRING && hostname_is_allowed(host, &item->text, 1))
			return true;
	}
	return false;
}

static void
check_allowed(struct linter *linter, const char *path)
{
	struct address address;

	if (!address_of(linter, path, &address) || is_allowed(linter, address.host))
		return;
	linter_report(
		linter, RULE_HOSTNAME_MISSING, linter_value(linter, path), path,
		"is on a host that hostnames does not allow as a redirect",
		arena_printf(linter->arena, "add \"%.*s\" to hostnames", STR_ARG(address.host)));
}

/* What is right on the reader's own machine opens a door in public. */
static void
check_local_hostnames(struct linter *linter)
{
	const struct json *array = linter_value(linter, "hostnames");
	size_t i = 0;

	for (const struct json *item = array->first; item; item = item->next, i++) {
		if (item->type == JSON_STRING && hostname_is_loopback(item->text))
			linter_report(linter, RULE_HOSTNAME_LOCAL, item,
				      arena_printf(linter->arena, "hostnames[%zu]", i),
				      "is the reader's own machine, and base_url is public",
				      "take it out");
	}
}

void
linter_check_hosts(struct linter *linter)
{
	const struct json *hostnames = linter_value(linter, "hostnames");
	bool has_hostnames =
		hostnames && hostnames->type == JSON_ARRAY && hostnames->n_children > 0;
	struct address base;
	bool has_base = address_of(linter, "base_url", &base);
	bool is_local = has_base && hostname_is_loopback(base.host);

	linter_check_plain_http(linter, "base_url");
	linter_check_plain_http(linter, "sign_up_page");
	linter_check_plain_http(linter, "privacy_policy");
	linter_check_plain_http(linter, "terms_of_service");
	if (is_local)
		linter_report(linter, RULE_LOCAL, linter_value(linter, "base_url"), "base_url",
			      "is of this machine: right for trying out",
			      "give the public https address before this file goes to Databricks");
	if (!has_hostnames)
		return;
	check_allowed(linter, "base_url");
	/* While trying out, the sign-up page is wherever it is. */
	if (has_base && !is_local) {
		check_allowed(linter, "sign_up_page");
		check_local_hostnames(linter);
	}
}
