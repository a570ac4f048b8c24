/*
 * Printing the tables of fields and rules.
 */
#include "lint/explain.h"

#include "base/buf.h"
#include "lint/config_fields.h"
#include "lint/findings.h"
#include "lint/near.h"

static const struct config_form *const forms[] = { &certification_form, &self_test_form };

static const char *
need_name(const struct config_field *field)
{
	switch (field->need) {
	case CONFIG_REQUIRED:
		return "required";
	case CONFIG_HOOK:
		return "for certification";
	case CONFIG_OPTIONAL:
		return "optional";
	}
	return "";
}

static void
add_words(struct buf *buf, const struct word_list *words, const char *quote)
{
	for (size_t i = 0; i < words->n; i++) {
		const struct word *word = &words->words[i];

		/* Spellings that are only read are not advertised. */
		if (str_equal(str_of(word->text), word_of(words, word->value)))
			buf_addf(buf, "%s%s%s%s", i ? ", " : "", quote, word->text, quote);
	}
}

static const char *
words_text(struct arena *arena, const struct word_list *words, const char *quote)
{
	struct buf buf;

	buf_init(&buf, arena, 2000);
	add_words(&buf, words, quote);
	return buf_cstr(&buf);
}

/* ---- One of them ---- */

/* Breaks at blanks before column 96. */
static void
write_paragraph(FILE *out, const char *text)
{
	struct str rest = str_of(text);
	size_t column = 0;

	while (rest.ptr) {
		struct str word = str_cut(&rest, ' ');

		if (column > 0 && column + 1 + word.len > 94) {
			(void)fputc('\n', out);
			column = 0;
		}
		(void)fprintf(out, "%s%.*s", column ? " " : "  ", STR_ARG(word));
		column += word.len + (column ? 1 : 2);
	}
	(void)fputc('\n', out);
}

static void
write_field(struct arena *arena, FILE *out, const struct config_field *field)
{
	(void)fprintf(out, "%s\n  %s, %s\n\n", field->path, config_type_name(field->type),
		      need_name(field));
	write_paragraph(out, field->meaning);
	(void)fputc('\n', out);
	if (field->words)
		write_paragraph(out, arena_printf(arena, "Values: %s",
						  words_text(arena, field->words, "")));
	if (field->max_len > 0)
		(void)fprintf(out, "  At most: %zu bytes\n", field->max_len);
	if (field->alias)
		(void)fprintf(out, "  Also read as: %s\n", field->alias);
	if (field->cases)
		(void)fprintf(out, "  Certification cases: %s\n", field->cases);
	if (field->example)
		(void)fprintf(out, "  Example: %s\n", field->example);
	(void)fprintf(out, "  Source: %s\n", field->source);
}

static void
write_rule(FILE *out, const struct lint_rule_info *rule)
{
	(void)fprintf(out, "%s\n  rule of lint, %s\n\n", rule->id, lint_level_name(rule->level));
	write_paragraph(out, rule->meaning);
}

/* ---- Finding it ---- */

/* "hostnames[3]" as the table has it: "hostnames[]". */
static struct str
without_indexes(struct arena *arena, struct str name)
{
	struct buf buf;
	bool is_inside = false;

	buf_init(&buf, arena, 4096);
	for (size_t i = 0; i < name.len; i++) {
		is_inside = is_inside && name.ptr[i] != ']';
		if (!is_inside)
			buf_add_char(&buf, name.ptr[i]);
		is_inside = is_inside || name.ptr[i] == '[';
	}
	return buf_str(&buf);
}

static struct str
last_part(const char *path)
{
	struct str text = str_of(path);

	return str_slice(text, (size_t)(str_find_last(text, '.') + 1), text.len);
}

/* A whole path goes before the last part of another: `name` is the partner's, not the object's. */
static const struct config_field *
find_field(struct str path)
{
	for (size_t form = 0; form < ARRAY_LEN(forms); form++) {
		const struct config_field *field = config_field_find(forms[form], path);

		if (field)
			return field;
	}
	for (size_t form = 0; form < ARRAY_LEN(forms); form++) {
		for (size_t i = 0; i < forms[form]->n; i++) {
			if (str_equal(last_part(forms[form]->fields[i].path), path))
				return &forms[form]->fields[i];
		}
	}
	return NULL;
}

static const struct lint_rule_info *
find_rule(struct str id)
{
	for (size_t i = 0; i < N_LINT_RULES; i++) {
		if (str_equal(str_of(lint_rules[i].id), id))
			return &lint_rules[i];
	}
	return NULL;
}

static struct err
unknown(struct arena *arena, struct str name)
{
	struct near near = { .word = name };

	for (size_t form = 0; form < ARRAY_LEN(forms); form++) {
		for (size_t i = 0; i < forms[form]->n; i++) {
			near_try(&near, str_of(forms[form]->fields[i].path));
			near_try(&near, last_part(forms[form]->fields[i].path));
		}
	}
	for (size_t i = 0; i < N_LINT_RULES; i++)
		near_try(&near, str_of(lint_rules[i].id));
	if (near.best.ptr)
		return err_format(arena, ERR_USAGE,
				  "%.*s is no field and no rule; did you mean %.*s?", STR_ARG(name),
				  STR_ARG(near.best));
	return err_format(arena, ERR_USAGE, "%.*s is no field and no rule", STR_ARG(name));
}

struct err
explain_write(struct arena *arena, FILE *out, struct str name)
{
	const struct config_field *field = find_field(without_indexes(arena, name));
	const struct lint_rule_info *rule = find_rule(name);

	if (!field && !rule)
		return unknown(arena, name);
	if (field)
		write_field(arena, out, field);
	else
		write_rule(out, rule);
	return OK_NONE;
}

/* ---- All of them ---- */

void
explain_write_list(FILE *out)
{
	for (size_t form = 0; form < ARRAY_LEN(forms); form++) {
		(void)fprintf(out, "%s\n\n", forms[form]->title);
		for (size_t i = 0; i < forms[form]->n; i++) {
			const struct config_field *field = &forms[form]->fields[i];

			(void)fprintf(out, "  %-44s %s, %s\n", field->path,
				      config_type_name(field->type), need_name(field));
		}
		(void)fputc('\n', out);
	}
	(void)fputs("Rules of lint\n\n", out);
	for (size_t i = 0; i < N_LINT_RULES; i++)
		(void)fprintf(out, "  %-44s %s\n", lint_rules[i].id,
			      lint_level_name(lint_rules[i].level));
}

static void
write_markdown_form(struct arena *arena, FILE *out, const struct config_form *form)
{
	(void)fprintf(out,
		      "## %s\n\n| field | type | needed | what it means | source |\n"
		      "| --- | --- | --- | --- | --- |\n",
		      form->title);
	for (size_t i = 0; i < form->n; i++) {
		const struct config_field *field = &form->fields[i];

		(void)fprintf(out, "| `%s` | %s | %s | %s", field->path,
			      config_type_name(field->type), need_name(field), field->meaning);
		if (field->words)
			(void)fprintf(out, " Values: %s.", words_text(arena, field->words, "`"));
		if (field->alias)
			(void)fprintf(out, " Also read as `%s`.", field->alias);
		if (field->cases)
			(void)fprintf(out, " Certification cases: %s.", field->cases);
		(void)fprintf(out, " | %s |\n", field->source);
	}
	(void)fputc('\n', out);
}

void
explain_write_markdown(struct arena *arena, FILE *out)
{
	(void)fputs("# The partner config\n\n"
		    "Printed by `partner-connect config explain --markdown` from the tables in "
		    "`src/lint/`; change those.\n\n"
		    "The JSON file says what a partner is. The server, the certification and "
		    "Databricks take the same one, unedited.\n"
		    "`partner-connect config init` prints one to start from, `config lint FILE` "
		    "says all that is wrong with one, and\n"
		    "`config explain FIELD` tells one row of these tables.\n\n",
		    out);
	for (size_t form = 0; form < ARRAY_LEN(forms); form++)
		write_markdown_form(arena, out, forms[form]);
	(void)fputs("## The rules of lint\n\n"
		    "An error means that the server or a certification case cannot run, a warning "
		    "that Databricks would ask, and a note\n"
		    "that something was let pass. `config lint` exits with 0 without errors (and, "
		    "with `--strict`, without warnings), else\n"
		    "with 1; with 3 when a file is no JSON or cannot be read.\n\n"
		    "| rule | level | what it means |\n| --- | --- | --- |\n",
		    out);
	for (size_t i = 0; i < N_LINT_RULES; i++)
		(void)fprintf(out, "| `%s` | %s | %s |\n", lint_rules[i].id,
			      lint_level_name(lint_rules[i].level), lint_rules[i].meaning);
}
