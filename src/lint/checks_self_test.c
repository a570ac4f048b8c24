/*
 * What fits together in the config of a self-test partner.
 */
#include "core/hostname.h"
#include "lint/address.h"
#include "lint/linter.h"

static bool
is_listed(struct str host, struct str list)
{
	while (list.ptr) {
		struct str entry = str_trim(str_cut(&list, ','));

		if (hostname_is_allowed(host, &entry, 1))
			return true;
	}
	return false;
}

static void
check_connect_host(struct linter *linter)
{
	struct str list = linter_text(linter, "partner.hostnames");
	struct str url = linter_text(linter, "partner.connect_url");
	struct address address;

	if (str_is_empty(list))
		list = linter_text(linter, "partner.hostname");
	if (str_is_empty(list) || str_is_empty(url) ||
	    address_read(url, ADDRESS_OF_PAGE, &address) || is_listed(address.host, list))
		return;
	linter_report(linter, RULE_HOSTNAME_MISSING, linter_value(linter, "partner.connect_url"),
		      "partner.connect_url",
		      "is on a host that hostnames does not allow as a redirect",
		      arena_printf(linter->arena, "add %.*s to hostnames", STR_ARG(address.host)));
}

static void
check_features(struct linter *linter)
{
	struct str type = linter_text(linter, "partner.integration_type");
	const struct json *location =
		linter_entry(linter, "partner.supported_features", NULL, "EXTERNAL_LOCATION");

	if (location && !str_is_empty(type) && str_find_str(type, STR("WRITE")) < 0)
		linter_report(linter, RULE_FEATURES, location, "partner.supported_features",
			      "has EXTERNAL_LOCATION, and integration_type does not write",
			      "take it out, or choose a type that writes");
	if (linter_entry(linter, "partner.supported_features", NULL, "NON_ADMIN") &&
	    linter_entry(linter, "partner.auth_options", NULL, "AUTH_OAUTH_M2M"))
		linter_report(linter, RULE_FEATURES, linter_value(linter, "partner.auth_options"),
			      "partner.auth_options",
			      "has AUTH_OAUTH_M2M, which NON_ADMIN silently turns into AUTH_PAT",
			      "keep one of them");
}

void
linter_check_self_test(struct linter *linter)
{
	linter_report(linter, RULE_SELF_TEST, linter_value(linter, "partner"), "partner",
		      "makes this the config of a self-test partner, and it is checked as one",
		      NULL);
	linter_check_plain_http(linter, "partner.connect_url");
	linter_check_plain_http(linter, "partner.delete_url");
	linter_check_plain_http(linter, "partner.sign_up_url");
	linter_check_plain_http(linter, "partner.terms_of_service_url");
	linter_check_plain_http(linter, "partner.privacy_policy_url");
	check_connect_host(linter);
	linter_check_auth_options(linter, "partner.auth_options");
	check_features(linter);
}
