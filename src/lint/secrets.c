/*
 * What looks like a secret in a file that is handed around. The value is never shown.
 */
#include "lint/linter.h"

/* Tokens of Databricks are "dapi" and hexadecimal digits, its OAuth secrets "dose" and such. */
#define PREFIX_LEN 4
#define MIN_TOKEN_LEN 20

static bool
is_hex_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool
begins_with_token(struct str text)
{
	size_t len = PREFIX_LEN;

	if (!str_starts_with(text, STR("dapi")) && !str_starts_with(text, STR("dose")))
		return false;
	while (len < text.len && is_hex_digit(text.ptr[len]))
		len++;
	return len >= MIN_TOKEN_LEN;
}

/* "PWD=..." of a JDBC URL. */
static bool
begins_with_password(struct str text)
{
	return text.len > PREFIX_LEN && text.ptr[PREFIX_LEN] != ';' &&
	       str_equal_ascii_nocase(str_slice(text, 0, PREFIX_LEN), STR("PWD="));
}

bool
linter_looks_like_secret(struct str text)
{
	for (size_t at = 0; at + PREFIX_LEN < text.len; at++) {
		struct str rest = str_slice(text, at, text.len);

		if (begins_with_token(rest) || begins_with_password(rest))
			return true;
	}
	return false;
}

static void
report(struct linter *linter, const struct json *value, const char *path)
{
	linter_report(linter, RULE_SECRET, value, path,
		      "holds what looks like a token or a password",
		      "take it out, and make a new one if this file was handed to anybody");
}

void
linter_check_secret(struct linter *linter, const struct json *value, const char *path)
{
	if (linter_looks_like_secret(value->text))
		report(linter, value, path);
}

static bool
is_secret_name(struct str name)
{
	static const char *const words[] = { "password", "secret", "token" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t len = strlen(words[i]);

		for (size_t at = 0; at + len <= name.len; at++) {
			if (str_equal_ascii_nocase(str_slice(name, at, len), str_of(words[i])))
				return true;
		}
	}
	return false;
}

void
linter_check_stray_secrets(struct linter *linter, const struct json *member, const char *path)
{
	size_t i = 0;

	if (member->type == JSON_STRING && !str_is_empty(member->text) &&
	    (is_secret_name(member->name) || linter_looks_like_secret(member->text)))
		report(linter, member, path);
	if (member->type != JSON_ARRAY && member->type != JSON_OBJECT)
		return;
	for (const struct json *child = member->first; child; child = child->next, i++) {
		const char *child_path = member->type == JSON_ARRAY
						 ? arena_printf(linter->arena, "%s[%zu]", path, i)
						 : arena_printf(linter->arena, "%s.%.*s", path,
								STR_ARG(child->name));

		linter_check_stray_secrets(linter, child, child_path);
	}
}
