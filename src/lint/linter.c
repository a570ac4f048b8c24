/*
 * Reporting, and finding values by their path.
 */
#include "lint/linter.h"

void
linter_report(struct linter *linter, enum lint_rule rule, const struct json *value,
	      const char *path, const char *what, const char *suggestion)
{
	bool is_root = path[0] == '\0';

	/* Suggestions repeat parts of the value. */
	if (suggestion && linter_looks_like_secret(str_of(suggestion)))
		suggestion = NULL;
	findings_add(linter->findings,
		     (struct finding){
			     .rule = rule,
			     .source = linter->source,
			     .offset = value->offset,
			     .path = is_root ? "$" : path,
			     .message = arena_printf(linter->arena, "%s %s",
						     is_root ? "the config" : path, what),
			     .suggestion = suggestion,
		     });
}

const struct json *
linter_value(const struct linter *linter, const char *path)
{
	struct str rest = str_of(path);
	const struct json *value = linter->root;

	while (rest.ptr && value)
		value = json_member(value, str_cut(&rest, '.'));
	return value && value->type != JSON_NULL ? value : NULL;
}

struct str
linter_text(const struct linter *linter, const char *path)
{
	const struct json *value = linter_value(linter, path);

	return value && value->type == JSON_STRING ? value->text : STR("");
}

bool
linter_is_true(const struct linter *linter, const char *path)
{
	const struct json *value = linter_value(linter, path);

	return value && value->type == JSON_BOOL && value->boolean;
}

const struct json *
linter_entry(const struct linter *linter, const char *list, const char *member, const char *word)
{
	const struct json *array = linter_value(linter, list);

	if (!array || array->type != JSON_ARRAY)
		return NULL;
	for (const struct json *item = array->first; item; item = item->next) {
		const struct json *text = member ? json_member(item, str_of(member)) : item;

		if (text && text->type == JSON_STRING && str_equal(text->text, str_of(word)))
			return text;
	}
	return NULL;
}
