/**
 * What the linter has to say: findings, and the table of rules that they come from. A rule has one
 * level, so that a reader who knows the rule knows the level.
 */
#ifndef PC_LINT_FINDINGS_H
#define PC_LINT_FINDINGS_H

#include "base/arena.h"

enum lint_level {
	LINT_ERROR,   /* the server or a certification case cannot run */
	LINT_WARNING, /* Databricks would ask */
	LINT_NOTE,    /* let pass; worth knowing */
};
#define N_LINT_LEVELS 3

enum lint_rule {
	RULE_JSON,
	RULE_MISSING,
	RULE_TYPE,
	RULE_EMPTY,
	RULE_TOO_LONG,
	RULE_WORD,
	RULE_URL,
	RULE_ENDPOINT_PATH,
	RULE_ENDPOINT_CLASH,
	RULE_NO_CONNECTORS,
	RULE_AUTH_CLASH,
	RULE_REFUSED,

	RULE_MISSPELLED_KEY,
	RULE_OTHER_SPELLING,
	RULE_API_VERSION,
	RULE_PLAIN_HTTP,
	RULE_HOSTNAME_FORM,
	RULE_HOSTNAME_MISSING,
	RULE_HOSTNAME_LOCAL,
	RULE_NO_HOOK,
	RULE_EMPTY_LIST,
	RULE_PUBLISHED_APP,
	RULE_RESOURCES,
	RULE_MANUAL_SIGNUP,
	RULE_TEST_WORKSPACE,
	RULE_SECRET,
	RULE_IMAGE_FILE,
	RULE_LOGO_SHAPE,
	RULE_ICON_SHAPE,
	RULE_FEATURES,
	RULE_UNKNOWN_CONNECTOR,

	RULE_STRAY_KEY,
	RULE_NULL,
	RULE_READING,
	RULE_REPEATED,
	RULE_LOCAL,
	RULE_OAUTH_REDIRECT,
	RULE_NO_IMAGE,
	RULE_SELF_TEST,
};
#define N_LINT_RULES (RULE_SELF_TEST + 1)

struct lint_rule_info {
	const char *id;
	enum lint_level level;
	const char *meaning;
};

/** By enum lint_rule. */
extern const struct lint_rule_info lint_rules[N_LINT_RULES];

const char *lint_level_name(enum lint_level level);

/** A file that findings point into. */
struct lint_source {
	const char *name; /* as the caller gave it */
	struct str text;
};

struct finding {
	enum lint_rule rule;
	const struct lint_source *source;
	size_t offset;	  /* into the source's text */
	const char *path; /* JSON path: "hostnames[1]"; "$" is the whole file */
	const char *message;
	const char *suggestion; /* NULL: none */
	size_t line;		/* from 1, filled by findings_sort() */
	size_t column;		/* from 1, in bytes */
	size_t number;		/* in the order in which they were found */
};

struct findings {
	struct arena *arena;
	struct finding *items;
	size_t n;
	size_t n_max;
	size_t n_of[N_LINT_LEVELS];
};

void findings_init(struct findings *findings, struct arena *arena);
/** Texts of @finding live as long as the arena; line, column and number are filled in later. */
void findings_add(struct findings *findings, struct finding finding);
/** By file (in the order of their first findings), then by position. Fills line and column. */
void findings_sort(struct findings *findings);

#endif
