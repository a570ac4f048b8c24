/*
 * Every field and every rule is explained, with its source.
 */
#include "lint/explain.h"

#include "base/json.h"
#include "lint/config_fields.h"
#include "lint/findings.h"
#include "support/rows.h"

struct explained {
	struct arena *arena;
	char *text;
	size_t len;
	struct err err;
};

static struct explained
explain(const char *name)
{
	struct explained explained = { .arena = arena_create() };
	FILE *out = open_memstream(&explained.text, &explained.len);

	assert_non_null(out);
	explained.err = explain_write(explained.arena, out, str_of(name));
	assert_int_equal(fclose(out), 0);
	return explained;
}

static void
explained_done(struct explained *explained)
{
	free(explained->text);
	arena_free(explained->arena);
}

/* A line of its own: names are parts of other names. */
static bool
begins_with_line(const struct explained *explained, const char *line)
{
	struct str rest = { explained->text, explained->len };

	return str_equal(str_cut(&rest, '\n'), str_of(line));
}

static void
check_field(const struct config_field *field)
{
	_cleanup_(explained_done) struct explained explained = explain(field->path);
	struct arena *arena = explained.arena;
	const struct json *example;

	assert_int_equal(explained.err.code, ERR_NONE);
	assert_true(begins_with_line(&explained, field->path));
	assert_true(strlen(field->meaning) > 10);
	assert_non_null(
		strstr(explained.text, arena_printf(arena, "\n  Source: %s\n", field->source)));
	/* The table in docs/config.md would break. */
	assert_null(strpbrk(field->meaning, "|\n"));
	assert_true(field->need != CONFIG_HOOK || field->cases);
	assert_int_equal(field->type == CONFIG_WORD, field->words != NULL);
	if (field->example)
		assert_int_equal(
			json_read(arena, str_of(field->example), &json_limits_file, &example, NULL)
				.code,
			ERR_NONE);
	else
		assert_int_equal(field->type, CONFIG_OBJECT);
}

static void
every_field_is_explained(void **state)
{
	(void)state;
	assert_true(certification_form.n > 40);
	assert_true(self_test_form.n > 12);
	for (size_t i = 0; i < certification_form.n; i++)
		check_field(&certification_form.fields[i]);
	for (size_t i = 0; i < self_test_form.n; i++)
		check_field(&self_test_form.fields[i]);
}

static void
every_rule_is_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_LINT_RULES; i++) {
		_cleanup_(explained_done) struct explained explained = explain(lint_rules[i].id);

		assert_int_equal(explained.err.code, ERR_NONE);
		assert_true(begins_with_line(&explained, lint_rules[i].id));
		assert_true(strlen(lint_rules[i].meaning) > 10);
		assert_null(strpbrk(lint_rules[i].meaning, "|\n"));
	}
}

struct name_row {
	const char *name;
	const char *asked;
	const char *found; /* NULL: nothing */
	const char *detail;
};

static const struct name_row names[] = {
	{ "name_path", "endpoints.connect_path", "endpoints.connect_path", NULL },
	{ "name_last_part", "connect_path", "endpoints.connect_path", NULL },
	{ "name_whole_path_first", "name", "name", NULL },
	{ "name_with_index", "hostnames[12]", "hostnames[]", NULL },
	{ "name_with_index_inside", "object_permissions[3].level", "object_permissions[].level",
	  NULL },
	{ "name_of_self_test", "partner.connect_url", "partner.connect_url", NULL },
	{ "name_of_a_rule", "auth-clash", "auth-clash", NULL },
	{ "name_misspelled", "new_user_acton", NULL,
	  "new_user_acton is no field and no rule; did you mean new_user_action?" },
	{ "name_of_another_case", "Hostnames", NULL,
	  "Hostnames is no field and no rule; did you mean hostnames?" },
	{ "name_of_nothing", "qqqqqqqqqqqq", NULL, "qqqqqqqqqqqq is no field and no rule" },
	{ "name_empty", "", NULL, " is no field and no rule" },
};

static void
name_is_found(void **state)
{
	const struct name_row *row = *state;
	_cleanup_(explained_done) struct explained explained = explain(row->asked);

	if (row->found) {
		assert_int_equal(explained.err.code, ERR_NONE);
		assert_true(begins_with_line(&explained, row->found));
		return;
	}
	assert_int_equal(explained.err.code, ERR_USAGE);
	assert_string_equal(explained.err.detail, row->detail);
	assert_int_equal(explained.len, 0);
}

static void
list_and_markdown_name_all(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_non_null(out);
	explain_write_list(out);
	explain_write_markdown(arena, out);
	assert_int_equal(fclose(out), 0);
	for (size_t i = 0; i < certification_form.n; i++) {
		const char *path = certification_form.fields[i].path;

		assert_non_null(strstr(text, arena_printf(arena, "\n  %s ", path)));
		assert_non_null(strstr(text, arena_printf(arena, "\n| `%s` |", path)));
	}
	for (size_t i = 0; i < N_LINT_RULES; i++) {
		assert_non_null(strstr(text, arena_printf(arena, "\n  %s ", lint_rules[i].id)));
		assert_non_null(strstr(text, arena_printf(arena, "\n| `%s` |", lint_rules[i].id)));
	}
	free(text);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "every_field", every_field_is_explained);
	rows_add_one(&rows, "every_rule", every_rule_is_explained);
	ROWS_ADD(&rows, names, name_is_found);
	rows_add_one(&rows, "list_and_markdown", list_and_markdown_name_all);
	return rows_run(&rows, argc, argv);
}
