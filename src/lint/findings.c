/*
 * The rules of the linter, and the list of what was found.
 */
#include "lint/findings.h"

const struct lint_rule_info lint_rules[N_LINT_RULES] = {
	[RULE_JSON] = { "json", LINT_ERROR,
			"The file is no JSON: a comma too many or too few, a key that stands twice "
			"in one object, or more than the limits of a config file. Nothing else can "
			"be looked at." },
	[RULE_MISSING] = { "missing", LINT_ERROR,
			   "A required field is absent or null. The published tests and the server "
			   "refuse the file." },
	[RULE_TYPE] = { "type", LINT_ERROR,
			"A value is of another JSON type than its field, or a number is out of "
			"range." },
	[RULE_EMPTY] = { "empty", LINT_ERROR, "A required text or list holds nothing." },
	[RULE_TOO_LONG] = { "too-long", LINT_ERROR, "A text is longer than the server takes." },
	[RULE_WORD] = { "word", LINT_ERROR,
			"A word is none of those that its field knows; letters count in their "
			"case." },
	[RULE_URL] = { "url", LINT_ERROR,
		       "Not an absolute http or https URL; or one with a user, and for base_url "
		       "with a query or a fragment." },
	[RULE_ENDPOINT_PATH] = { "endpoint-path", LINT_ERROR,
				 "An endpoint is a path behind base_url: it begins with / and has "
				 "no ? and no #." },
	[RULE_ENDPOINT_CLASH] = { "endpoint-clash", LINT_ERROR,
				  "Two operations with the same path and the same HTTP method "
				  "cannot be told apart." },
	[RULE_NO_CONNECTORS] = { "no-connectors", LINT_ERROR,
				 "A partner of category INGEST offers the list of its connectors; "
				 "P900 asks for it." },
	[RULE_AUTH_CLASH] = { "auth-clash", LINT_ERROR,
			      "AUTH_PAT and AUTH_OAUTH_M2M exclude each other: Databricks sends a "
			      "token or an OAuth secret." },
	[RULE_REFUSED] = { "refused", LINT_ERROR,
			   "The server refuses the file for a reason that no other rule names." },

	[RULE_MISSPELLED_KEY] = { "misspelled-key", LINT_WARNING,
				  "An unknown key looks like a field that is absent. It is ignored "
				  "as it stands." },
	[RULE_OTHER_SPELLING] = { "other-spelling", LINT_WARNING,
				  "A spelling that we read, and that other readers of the file may "
				  "refuse." },
	[RULE_API_VERSION] = { "api-version", LINT_WARNING,
			       "The contract's versions are three numbers, 2.x.y." },
	[RULE_PLAIN_HTTP] = { "plain-http", LINT_WARNING,
			      "http off this machine: credentials and tokens would cross the "
			      "network in the clear." },
	[RULE_HOSTNAME_FORM] = { "hostname-form", LINT_WARNING,
				 "An entry of the redirect allow-list is a bare host name, which "
				 "also covers the names below it. With a wildcard, scheme, port or "
				 "path it matches nothing; a top-level name matches strangers." },
	[RULE_HOSTNAME_MISSING] = { "hostname-missing", LINT_WARNING,
				    "A page of the partner lies on a host that is not on the "
				    "redirect allow-list. The hosted pages are below base_url "
				    "unless settings put them elsewhere." },
	[RULE_HOSTNAME_LOCAL] = { "hostname-local", LINT_WARNING,
				  "A public partner's allow-list names the reader's own machine." },
	[RULE_NO_HOOK] = { "no-hook", LINT_WARNING,
			   "An endpoint is absent, and certification cases need it." },
	[RULE_EMPTY_LIST] = { "empty-list", LINT_WARNING,
			      "A list that says nothing although something is meant by it." },
	[RULE_PUBLISHED_APP] = { "published-app", LINT_WARNING,
				 "is_published_app says something only together with "
				 "AUTH_OAUTH_U2M." },
	[RULE_RESOURCES] = { "resources", LINT_WARNING,
			     "Resources that do not go with each other or with auth_options." },
	[RULE_MANUAL_SIGNUP] = { "manual-signup", LINT_WARNING,
				 "Under require_manual_signup nobody gets in before signing up, so "
				 "auto_add and invite never happen." },
	[RULE_TEST_WORKSPACE] = { "test-workspace", LINT_WARNING,
				  "test_workspace_detail is what the tests send as the workspace; "
				  "a part of it cannot be right." },
	[RULE_SECRET] = { "secret", LINT_WARNING,
			  "A value looks like a token or a password. The file is handed around; "
			  "secrets have no place in it." },
	[RULE_IMAGE_FILE] = { "image-file", LINT_WARNING,
			      "logo_file and icon_file are names of .png or .svg files beside the "
			      "config." },
	[RULE_LOGO_SHAPE] = { "logo-shape", LINT_WARNING,
			      "The logo is 4.0 to 4.5 times as wide as high; 4.4 is best." },
	[RULE_ICON_SHAPE] = { "icon-shape", LINT_WARNING,
			      "The icon is a square of at least 128 pixels." },
	[RULE_FEATURES] = { "features", LINT_WARNING,
			    "Features of a self-test partner that do not go together." },
	[RULE_UNKNOWN_CONNECTOR] = { "unknown-connector", LINT_WARNING,
				     "A connector's identifier is not on the public list; it must "
				     "be there to the letter." },

	[RULE_STRAY_KEY] = { "stray-key", LINT_NOTE,
			     "A key that the contract does not know. It is ignored. Keys that "
			     "begin with x- are never mentioned." },
	[RULE_NULL] = { "null", LINT_NOTE, "null is read as absent." },
	[RULE_READING] = { "reading", LINT_NOTE,
			   "The public documents differ here, and this is the other form. It is "
			   "accepted." },
	[RULE_REPEATED] = { "repeated", LINT_NOTE, "The same entry stands twice in a list." },
	[RULE_LOCAL] = { "local", LINT_NOTE,
			 "base_url is an address of this machine: right for trying out, not for "
			 "what goes to Databricks." },
	[RULE_OAUTH_REDIRECT] = { "oauth-redirect", LINT_NOTE,
				  "AUTH_OAUTH_U2M without a published app: answers carry "
				  "oauth_redirect_uri, a setting of the server." },
	[RULE_NO_IMAGE] = { "no-image", LINT_NOTE,
			    "The image is not there, so its shape was not looked at." },
	[RULE_SELF_TEST] = { "self-test", LINT_NOTE,
			     "The file is the config of a self-test partner, which lives in a "
			     "workspace. The server and the certification take the other one." },
};

const char *
lint_level_name(enum lint_level level)
{
	switch (level) {
	case LINT_ERROR:
		return "error";
	case LINT_WARNING:
		return "warning";
	case LINT_NOTE:
		return "note";
	}
	return "";
}

void
findings_init(struct findings *findings, struct arena *arena)
{
	*findings = (struct findings){ .arena = arena };
}

void
findings_add(struct findings *findings, struct finding finding)
{
	if (findings->n == findings->n_max) {
		size_t n_max = findings->n_max ? 2 * findings->n_max : 32;
		struct finding *more = arena_new_array(findings->arena, n_max, struct finding);

		if (findings->n)
			memcpy(more, findings->items, findings->n * sizeof(*more));
		findings->items = more;
		findings->n_max = n_max;
	}
	finding.number = findings->n;
	findings->items[findings->n++] = finding;
	findings->n_of[lint_rules[finding.rule].level]++;
}

static int
compare_sizes(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

/* Findings of one file are neighbours already: files are looked at one after the other. */
static int
compare_positions(const void *a, const void *b)
{
	const struct finding *left = a;
	const struct finding *right = b;
	int order = compare_sizes(left->offset, right->offset);

	return order ? order : compare_sizes(left->number, right->number);
}

/* One walk over the text for all of them: a file of many findings stays linear. */
static void
fill_positions(struct finding *items, size_t n)
{
	struct str text = items[0].source->text;
	size_t at = 0;
	size_t line = 1;
	size_t line_start = 0;

	for (size_t i = 0; i < n; i++) {
		for (; at < items[i].offset && at < text.len; at++) {
			if (text.ptr[at] == '\n') {
				line++;
				line_start = at + 1;
			}
		}
		items[i].line = line;
		items[i].column = at - line_start + 1;
	}
}

void
findings_sort(struct findings *findings)
{
	size_t from = 0;

	while (from < findings->n) {
		size_t to = from;

		while (to < findings->n &&
		       findings->items[to].source == findings->items[from].source)
			to++;
		qsort(findings->items + from, to - from, sizeof(*findings->items),
		      compare_positions);
		fill_positions(findings->items + from, to - from);
		from = to;
	}
}
