/*
 * Each value against its field: is it there, is it of the right type, one of the words, within its
 * limit; and the keys that no field knows. What values mean together is checks_*.c.
 */
#include "core/words.h"
#include "lint/address.h"
#include "lint/linter.h"
#include "lint/near.h"

/* A word or a key of the file in a message: enough of it to find it, however long it is. */
#define MAX_SHOWN 40

/* Where the walk is: the value, its path, and the path of its field in the table. */
struct spot {
	const struct json *value;
	const char *path;
	const char *field_path;
};

/* Never what looks like a secret. */
static const char *
shown(struct linter *linter, struct str text)
{
	struct str start = text.len > MAX_SHOWN ? str_slice(text, 0, MAX_SHOWN) : text;

	if (linter_looks_like_secret(text))
		return "not to be shown";
	start.len = str_utf8_valid_len(start);
	return arena_printf(linter->arena, "`%.*s%s`", STR_ARG(start),
			    start.len < text.len ? "..." : "");
}

static const char *
join(struct linter *linter, const char *parent, const char *name)
{
	return parent[0] ? arena_printf(linter->arena, "%s.%s", parent, name) : name;
}

static void
report(struct linter *linter, enum lint_rule rule, const struct spot *spot, const char *what,
       const char *suggestion)
{
	linter_report(linter, rule, spot->value, spot->path, what, suggestion);
}

/* ---- Words ---- */

static bool
is_main_spelling(const struct word_list *words, size_t i)
{
	return str_equal(str_of(words->words[i].text), word_of(words, words->words[i].value));
}

static const char *
all_words(struct linter *linter, const struct word_list *words)
{
	struct buf buf;

	buf_init(&buf, linter->arena, 1000);
	for (size_t i = 0; i < words->n; i++) {
		if (is_main_spelling(words, i))
			buf_addf(&buf, "%s%s", i ? ", " : "", words->words[i].text);
	}
	return buf_cstr(&buf);
}

static void
check_word(struct linter *linter, const struct config_field *field, const struct spot *spot)
{
	struct str text = spot->value->text;
	struct near near = { .word = text };
	int value;

	if (word_find(field->words, text, &value)) {
		struct str main_spelling = word_of(field->words, value);

		if (!str_equal(main_spelling, text))
			report(linter, RULE_OTHER_SPELLING, spot,
			       arena_printf(linter->arena, "is %s, which is read as `%.*s`",
					    shown(linter, text), STR_ARG(main_spelling)),
			       arena_printf(linter->arena, "write \"%.*s\"",
					    STR_ARG(main_spelling)));
		return;
	}
	for (size_t i = 0; i < field->words->n; i++) {
		if (is_main_spelling(field->words, i))
			near_try(&near, str_of(field->words->words[i].text));
	}
	report(linter, RULE_WORD, spot,
	       arena_printf(linter->arena, "is %s, which is no %s", shown(linter, text),
			    field->words->name),
	       near.best.ptr
		       ? arena_printf(linter->arena, "did you mean \"%.*s\"?", STR_ARG(near.best))
		       : arena_printf(linter->arena, "one of %s", all_words(linter, field->words)));
}

/* ---- Texts ---- */

static void
check_url(struct linter *linter, enum address_parts parts, const struct spot *spot)
{
	struct address address;
	const char *problem = address_read(spot->value->text, parts, &address);
	struct str with_scheme =
		str_of(arena_printf(linter->arena, "https://%.*s", STR_ARG(spot->value->text)));
	const char *suggestion = "an absolute URL like \"https://partner.example/page\"";

	if (!problem)
		return;
	if (!address_read(with_scheme, parts, &address) && str_find(address.host, '.') > 0)
		suggestion = arena_printf(linter->arena, "write \"%.*s\"", STR_ARG(with_scheme));
	report(linter, RULE_URL, spot, problem, suggestion);
}

static void
check_endpoint(struct linter *linter, const struct spot *spot)
{
	struct str text = spot->value->text;
	struct address address;
	const char *suggestion = NULL;

	if (str_is_empty(text)) /* read as absent; the hooks are looked at elsewhere */
		return;
	if (text.ptr[0] == '/' && str_find(text, '?') < 0 && str_find(text, '#') < 0)
		return;
	if (!address_read(text, ADDRESS_OF_PAGE, &address) && !str_is_empty(address.path))
		suggestion = arena_printf(linter->arena,
					  "write \"%.*s\"; the rest belongs into base_url",
					  STR_ARG(address.path));
	else if (text.ptr[0] != '/' && str_find(text, ':') < 0)
		suggestion = arena_printf(linter->arena, "begin it with /, like \"/connect\"");
	report(linter, RULE_ENDPOINT_PATH, spot, "is no path that begins with / and has no ? or #",
	       suggestion);
}

static void
check_hostname(struct linter *linter, const struct spot *spot)
{
	bool is_allow_list = str_ends_with(str_of(spot->field_path), STR("[]"));
	struct str host;
	const char *problem = hostname_entry_problem(spot->value->text, &host);

	if (problem)
		report(linter, is_allow_list ? RULE_HOSTNAME_FORM : RULE_TEST_WORKSPACE, spot,
		       problem,
		       str_is_empty(host)
			       ? NULL
			       : arena_printf(linter->arena, "write \"%.*s\"%s", STR_ARG(host),
					      is_allow_list ? "; names below it are covered too"
							    : ""));
}

static void
check_hostnames(struct linter *linter, const struct spot *spot)
{
	struct str rest = spot->value->text;

	while (rest.ptr) {
		struct str entry = str_trim(str_cut(&rest, ','));
		struct str host;
		const char *problem = hostname_entry_problem(entry, &host);

		if (problem)
			report(linter, RULE_HOSTNAME_FORM, spot,
			       arena_printf(linter->arena, "has an entry %s that %s",
					    shown(linter, entry), problem),
			       str_is_empty(host) ? NULL
						  : arena_printf(linter->arena, "write \"%.*s\"",
								 STR_ARG(host)));
	}
}

static void
check_text(struct linter *linter, const struct config_field *field, const struct spot *spot)
{
	struct str text = spot->value->text;

	linter_check_secret(linter, spot->value, spot->path);
	if (field->max_len > 0 && text.len > field->max_len) {
		report(linter, RULE_TOO_LONG, spot,
		       arena_printf(linter->arena, "has %zu bytes, at most %zu are read", text.len,
				    field->max_len),
		       NULL);
		return;
	}
	if (field->need == CONFIG_REQUIRED && str_is_empty(str_trim(text))) {
		report(linter, RULE_EMPTY, spot, "is empty", NULL);
		return;
	}
	if (field->type == CONFIG_WORD)
		check_word(linter, field, spot);
	else if (field->type == CONFIG_URL)
		check_url(linter, ADDRESS_PLAIN, spot);
	else if (field->type == CONFIG_PAGE)
		check_url(linter, ADDRESS_OF_PAGE, spot);
	else if (field->type == CONFIG_ENDPOINT)
		check_endpoint(linter, spot);
	else if (field->type == CONFIG_HOSTNAME)
		check_hostname(linter, spot);
	else if (field->type == CONFIG_HOSTNAMES)
		check_hostnames(linter, spot);
}

/* ---- Types ---- */

static enum json_type
json_type_of(enum config_type type)
{
	switch (type) {
	case CONFIG_OBJECT:
		return JSON_OBJECT;
	case CONFIG_LIST:
		return JSON_ARRAY;
	case CONFIG_BOOL:
		return JSON_BOOL;
	case CONFIG_PORT:
		return JSON_NUMBER;
	case CONFIG_TEXT:
	case CONFIG_WORD:
	case CONFIG_URL:
	case CONFIG_PAGE:
	case CONFIG_ENDPOINT:
	case CONFIG_HOSTNAME:
	case CONFIG_HOSTNAMES:
	case CONFIG_FILE:
		break;
	}
	return JSON_STRING;
}

static const char *
json_type_name(enum json_type type)
{
	switch (type) {
	case JSON_NULL:
		return "null";
	case JSON_BOOL:
		return "true or false";
	case JSON_NUMBER:
		return "a number";
	case JSON_STRING:
		return "a text";
	case JSON_ARRAY:
		return "a list";
	case JSON_OBJECT:
		return "an object";
	}
	return "";
}

static const char *
type_suggestion(struct linter *linter, const struct config_field *field, const struct json *value)
{
	struct str text = value->type == JSON_STRING ? value->text : STR("");

	if (field->type == CONFIG_BOOL && (str_equal_ascii_nocase(text, STR("true")) ||
					   str_equal_ascii_nocase(text, STR("false"))))
		return "write it without quotes: true or false";
	if (field->type == CONFIG_PORT && !str_is_empty(text))
		return "write it without quotes, like 443";
	return field->example ? arena_printf(linter->arena, "like %s", field->example) : NULL;
}

static void check_object(struct linter *linter, const struct spot *spot);

static void check_value(struct linter *linter, const struct config_field *field,
			const struct spot *spot);

static void
check_list(struct linter *linter, const struct spot *spot)
{
	const char *entry_path = arena_printf(linter->arena, "%s[]", spot->field_path);
	const struct config_field *field = config_field_find(linter->form, str_of(entry_path));
	size_t i = 0;

	for (const struct json *item = spot->value->first; item; item = item->next, i++) {
		struct spot entry = {
			.value = item,
			.path = arena_printf(linter->arena, "%s[%zu]", spot->path, i),
			.field_path = entry_path,
		};

		if (field)
			check_value(linter, field, &entry);
	}
}

static void
check_value(struct linter *linter, const struct config_field *field, const struct spot *spot)
{
	int64_t port;

	if (spot->value->type != json_type_of(field->type)) {
		report(linter, RULE_TYPE, spot,
		       arena_printf(linter->arena, "is %s where %s belongs",
				    json_type_name(spot->value->type),
				    json_type_name(json_type_of(field->type))),
		       type_suggestion(linter, field, spot->value));
		return;
	}
	switch (spot->value->type) {
	case JSON_OBJECT:
		check_object(linter, spot);
		break;
	case JSON_ARRAY:
		check_list(linter, spot);
		break;
	case JSON_STRING:
		check_text(linter, field, spot);
		break;
	case JSON_NUMBER:
		if (!json_int64(spot->value, &port) || port < 1 || port > UINT16_MAX)
			report(linter, RULE_TYPE, spot, "is no number from 1 to 65535", NULL);
		break;
	case JSON_BOOL:
	case JSON_NULL:
		break;
	}
}

/* ---- Objects ---- */

static bool
is_required(const struct config_field *field)
{
	return field->need == CONFIG_REQUIRED;
}

/* The key of this object that was meant to be @name, if any. */
static struct str
nearest_unknown(const struct linter *linter, const struct spot *object, const char *name)
{
	struct near near = { .word = str_of(name) };

	for (const struct json *member = object->value->first; member; member = member->next) {
		if (!config_field_member(linter->form, object->field_path, member->name))
			near_try(&near, member->name);
	}
	return near.best;
}

static void
check_absent(struct linter *linter, const struct config_field *field, const struct spot *object,
	     const char *name)
{
	const char *path = join(linter, object->path, name);
	struct str nearest = nearest_unknown(linter, object, name);
	const char *suggestion = NULL;

	if (!is_required(field))
		return;
	if (nearest.ptr)
		suggestion =
			arena_printf(linter->arena, "\"%.*s\" looks like it", STR_ARG(nearest));
	else if (field->example)
		suggestion = arena_printf(linter->arena, "\"%s\": %s", name, field->example);
	linter_report(linter, RULE_MISSING, object->value, path, "is missing", suggestion);
}

static void
check_null(struct linter *linter, const struct config_field *field, const struct spot *spot)
{
	if (is_required(field))
		report(linter, RULE_MISSING, spot, "is null where it is required",
		       field->example ? arena_printf(linter->arena, "like %s", field->example)
				      : NULL);
	else
		report(linter, RULE_NULL, spot, "is null, which is read as absent", NULL);
}

static void
check_field(struct linter *linter, const struct config_field *field, const struct spot *object,
	    const char *name)
{
	const struct json *value = json_member(object->value, str_of(name));
	struct spot spot = { value, join(linter, object->path, name), field->path };

	if (!value && field->alias) {
		value = json_member(object->value, str_of(field->alias));
		if (value) {
			spot.value = value;
			spot.path = join(linter, object->path, field->alias);
			report(linter, RULE_READING, &spot,
			       arena_printf(linter->arena, "is read as %s", name),
			       arena_printf(linter->arena, "call it \"%s\"", name));
		}
	}
	if (!value)
		check_absent(linter, field, object, name);
	else if (value->type == JSON_NULL)
		check_null(linter, field, &spot);
	else
		check_value(linter, field, &spot);
}

static bool
is_alias(const struct linter *linter, const struct spot *object, struct str name)
{
	const char *field_name;

	for (size_t i = 0; i < linter->form->n; i++) {
		const struct config_field *field = &linter->form->fields[i];

		if (field->alias && str_equal(str_of(field->alias), name) &&
		    config_field_is_in(field, object->field_path, &field_name) &&
		    !json_member(object->value, str_of(field_name)))
			return true;
	}
	return false;
}

/* A field of this object that is absent and spelled nearly so. */
static struct str
nearest_absent(const struct linter *linter, const struct spot *object, struct str name)
{
	struct near near = { .word = name };
	const char *field_name;

	for (size_t i = 0; i < linter->form->n; i++) {
		if (config_field_is_in(&linter->form->fields[i], object->field_path, &field_name) &&
		    !json_member(object->value, str_of(field_name)))
			near_try(&near, str_of(field_name));
	}
	return near.best;
}

/* Another object that has a field of exactly this name: "endpoints" for a stray connect_path. */
static const char *
home_of(struct linter *linter, struct str name)
{
	for (size_t i = 0; i < linter->form->n; i++) {
		struct str path = str_of(linter->form->fields[i].path);
		ptrdiff_t dot = str_find_last(path, '.');

		if (dot > 0 && str_equal(str_slice(path, (size_t)dot + 1, path.len), name))
			return arena_printf(linter->arena, "it is looked for in %.*s", (int)dot,
					    path.ptr);
	}
	return NULL;
}

/* The value is checked all the same, so that one round of corrections is enough. */
static void
check_misspelled(struct linter *linter, const struct spot *object, const struct json *member,
		 const char *path, struct str meant)
{
	const struct json key = { .offset = member->name_offset };
	const struct config_field *field =
		config_field_member(linter->form, object->field_path, meant);
	struct spot spot = { member, path, field->path };

	linter_report(linter, RULE_MISSPELLED_KEY, &key, path, "is no field, and ignored",
		      arena_printf(linter->arena, "did you mean \"%.*s\"?", STR_ARG(meant)));
	if (member->type != JSON_NULL)
		check_value(linter, field, &spot);
}

static void
check_unknown_key(struct linter *linter, const struct spot *object, const struct json *member)
{
	/* A key is pointed at by its name, not by its value. */
	const struct json key = { .offset = member->name_offset };
	struct str nearest = nearest_absent(linter, object, member->name);
	const char *path = join(linter, object->path, arena_cstr(linter->arena, member->name));
	bool is_ours = str_starts_with(member->name, STR("x-"));

	if (nearest.ptr && !is_ours) {
		check_misspelled(linter, object, member, path, nearest);
		return;
	}
	linter_check_stray_secrets(linter, member, path);
	if (!is_ours)
		linter_report(linter, RULE_STRAY_KEY, &key, path, "is no field, and ignored",
			      home_of(linter, member->name));
}

static void
check_object(struct linter *linter, const struct spot *spot)
{
	const char *name;

	for (size_t i = 0; i < linter->form->n; i++) {
		if (config_field_is_in(&linter->form->fields[i], spot->field_path, &name))
			check_field(linter, &linter->form->fields[i], spot, name);
	}
	for (const struct json *member = spot->value->first; member; member = member->next) {
		if (!config_field_member(linter->form, spot->field_path, member->name) &&
		    !is_alias(linter, spot, member->name))
			check_unknown_key(linter, spot, member);
	}
}

void
linter_check_shape(struct linter *linter)
{
	struct spot root = { linter->root, "", "" };

	if (linter->root->type != JSON_OBJECT) {
		report(linter, RULE_TYPE, &root, "is no object",
		       "`partner-connect config init` prints one to start from");
		return;
	}
	check_object(linter, &root);
}
