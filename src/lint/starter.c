/*
 * Writing a config by the table.
 */
#include "lint/starter.h"

#include "base/json.h"
#include "lint/config_fields.h"
#include "lint/near.h"

#define MAX_NAME_LEN ((size_t)256)

struct starter {
	struct arena *arena;
	FILE *out;
	struct str category;
	struct str name;
};

static bool
is_written(const struct starter *starter, const struct config_field *field)
{
	if (str_equal(str_of(field->path), STR("endpoints.get_connectors_path")))
		return str_equal(starter->category, STR("INGEST"));
	return field->need != CONFIG_OPTIONAL;
}

static const char *
value_of(const struct starter *starter, const struct config_field *field)
{
	struct str path = str_of(field->path);
	struct buf buf;
	struct str value;

	if (str_equal(path, STR("name")))
		value = starter->name;
	else if (str_equal(path, STR("category")))
		value = starter->category;
	else
		return field->example;
	if (str_is_empty(value))
		return field->example;
	buf_init(&buf, starter->arena, 6 * MAX_NAME_LEN + 2);
	json_add_string(&buf, value);
	return buf_cstr(&buf);
}

static void
write_object(const struct starter *starter, const char *parent, const char *indent)
{
	const char *separator = "";
	const char *name;

	(void)fputs("{", starter->out);
	for (size_t i = 0; i < certification_form.n; i++) {
		const struct config_field *field = &certification_form.fields[i];

		if (!config_field_is_in(field, parent, &name) || !is_written(starter, field))
			continue;
		(void)fprintf(starter->out, "%s\n%s  \"%s\": ", separator, indent, name);
		if (field->type == CONFIG_OBJECT)
			write_object(starter, field->path,
				     arena_printf(starter->arena, "%s  ", indent));
		else
			(void)fputs(value_of(starter, field), starter->out);
		separator = ",";
	}
	(void)fprintf(starter->out, "\n%s}", indent);
}

static struct err
check_category(struct arena *arena, struct str category)
{
	const struct word_list *words =
		config_field_find(&certification_form, STR("category"))->words;
	struct near near = { .word = category };
	int value;

	if (str_is_empty(category) || word_find(words, category, &value))
		return OK_NONE;
	for (size_t i = 0; i < words->n; i++)
		near_try(&near, str_of(words->words[i].text));
	if (near.best.ptr)
		return err_format(arena, ERR_USAGE, "%.*s is no category; did you mean %.*s?",
				  STR_ARG(category), STR_ARG(near.best));
	return err_format(arena, ERR_USAGE,
			  "%.*s is no category; `partner-connect config explain category` lists "
			  "them",
			  STR_ARG(category));
}

struct err
starter_write(struct arena *arena, FILE *out, struct str category, struct str name)
{
	struct starter starter = { arena, out, category, name };
	struct err err = check_category(arena, category);

	if (err.code)
		return err;
	if (name.ptr && (str_is_empty(str_trim(name)) || name.len > MAX_NAME_LEN))
		return err_format(arena, ERR_USAGE,
				  "the name has no letter, or more than %zu bytes", MAX_NAME_LEN);
	if (!str_is_utf8(name))
		return err_make(ERR_USAGE, "the name is no text in UTF-8");
	write_object(&starter, "", "");
	(void)fputc('\n', out);
	return OK_NONE;
}
