/**
 * What the parts of the linter share while they look at one config. Not for other rooms.
 */
#ifndef PC_LINT_LINTER_H
#define PC_LINT_LINTER_H

#include "base/json.h"
#include "lint/config_fields.h"
#include "lint/findings.h"

struct linter {
	struct arena *arena;
	struct findings *findings;
	const struct lint_source *source;
	const struct config_form *form;
	const struct json *root;
	const char *folder; /* where the images are looked for; NULL: they are not */
};

/**
 * One finding at @value. The message goes on after the path: "hostnames[1]" "has a port".
 *
 * @suggestion  NULL: none
 */
void linter_report(struct linter *linter, enum lint_rule rule, const struct json *value,
		   const char *path, const char *what, const char *suggestion);

/** Checks each value against its field: types, words, limits, what is missing, stray keys. */
void linter_check_shape(struct linter *linter);

/** The value at a path without lists ("endpoints.connect_path"); NULL when absent or null. */
const struct json *linter_value(const struct linter *linter, const char *path);
/** The same as text; empty when it is absent or no text. */
struct str linter_text(const struct linter *linter, const char *path);
bool linter_is_true(const struct linter *linter, const char *path);
/** The entry of a list that is @word, or (@member) whose member is; NULL: none. */
const struct json *linter_entry(const struct linter *linter, const char *list, const char *member,
				const char *word);

/** What fits together and what does not; each of these is a list of checks in its file. */
void linter_check_certification(struct linter *linter);
void linter_check_self_test(struct linter *linter);
void linter_check_hosts(struct linter *linter);
void linter_check_images(struct linter *linter);
/** AUTH_PAT beside AUTH_OAUTH_M2M in the list at @path, and entries that stand twice. */
void linter_check_auth_options(struct linter *linter, const char *path);
bool linter_looks_like_secret(struct str text);
/** A text that looks like a token or a password. */
void linter_check_secret(struct linter *linter, const struct json *value, const char *path);
/** The same for a key that no field knows, with all that is in it; also by the key's name. */
void linter_check_stray_secrets(struct linter *linter, const struct json *member, const char *path);
/** The URL at @path is https, or of this machine. */
void linter_check_plain_http(struct linter *linter, const char *path);

#endif
