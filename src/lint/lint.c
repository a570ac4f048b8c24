/*
 * The linter's walk: JSON, shape, what fits together, and last what the server itself says.
 */
#include "lint/lint.h"

#include "lint/linter.h"
#include "wire/wire_partner_config.h"

/* "the body is no JSON: a comma ... at byte 17": the place is told by line and column. */
static const char *
json_problem(struct arena *arena, const char *detail)
{
	struct str text = str_of(detail);
	struct str prefix = STR("the body is no JSON: ");
	ptrdiff_t end = str_find_str(text, STR(" at byte "));

	if (end > 0)
		text = str_slice(text, 0, (size_t)end);
	if (str_starts_with(text, prefix))
		text = str_slice(text, prefix.len, text.len);
	return arena_printf(arena, "the config is no JSON: %.*s", STR_ARG(text));
}

static bool
read_json(struct findings *findings, const struct lint_source *source, const struct json **ret_root)
{
	struct json_fault fault = { 0 };
	struct err err =
		json_read(findings->arena, source->text, &json_limits_file, ret_root, &fault);

	if (err.code)
		findings_add(findings, (struct finding){
					       .rule = RULE_JSON,
					       .source = source,
					       .offset = fault.offset,
					       .path = "$",
					       .message = json_problem(findings->arena, err.detail),
				       });
	return !err.code;
}

/* A backstop: whoever lints without errors can start the server. */
static void
check_server(struct linter *linter)
{
	struct partner_config config;
	struct err err;

	if (linter->findings->n_of[LINT_ERROR] > 0)
		return;
	err = wire_read_partner_config(linter->arena, linter->source->text, &config);
	if (err.code)
		linter_report(
			linter, RULE_REFUSED, linter->root, "",
			arena_printf(linter->arena, "is refused by the server: %s", err.detail),
			NULL);
}

bool
lint_config(struct findings *findings, const struct lint_source *source, const char *folder)
{
	struct linter linter = {
		.arena = findings->arena,
		.findings = findings,
		.source = source,
		.form = &certification_form,
		.folder = folder,
	};

	if (!read_json(findings, source, &linter.root))
		return false;
	/* A stray key of this name does not make a partner config another file. */
	if (linter_value(&linter, "partner") && !linter_value(&linter, "base_url")) {
		linter.form = &self_test_form;
		linter_check_shape(&linter);
		linter_check_self_test(&linter);
		return true;
	}
	linter_check_shape(&linter);
	linter_check_certification(&linter);
	linter_check_hosts(&linter);
	linter_check_images(&linter);
	check_server(&linter);
	return true;
}
