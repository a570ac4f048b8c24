/*
 * What `config init` prints lints without errors and warnings.
 */
#include "lint/starter.h"

#include "core/config.h"
#include "lint/lint.h"
#include "support/rows.h"
#include "wire/wire_partner_config.h"

struct starter_row {
	const char *name;
	struct str category;
	struct str partner;
	const char *problem; /* NULL: a config is written */
};

static const struct starter_row starters[] = {
	{ "starter", { 0 }, { 0 }, NULL },
	{ "starter_named", { 0 }, STR_INIT("Kelp \"Charts\" \xc3\xa9\t"), NULL },
	{ "starter_ingest", STR_INIT("INGEST"), STR_INIT("Kelp"), NULL },
	{ "starter_prep", STR_INIT("DATA_PREP_AND_TRANSFORM"), { 0 }, NULL },
	{ "starter_security", STR_INIT("SECURITY_AND_GOVERNANCE"), { 0 }, NULL },
	{ "starter_bi", STR_INIT("BI_AND_VIZ"), { 0 }, NULL },
	{ "starter_ml", STR_INIT("ML"), { 0 }, NULL },
	{ "starter_quality", STR_INIT("DATA_QUALITY"), { 0 }, NULL },
	{ "starter_reverse", STR_INIT("REVERSE_ETL"), { 0 }, NULL },
	{ "starter_semantic", STR_INIT("SEMANTIC_LAYER"), { 0 }, NULL },
	{ "starter_governance", STR_INIT("DATA_GOVERNANCE"), { 0 }, NULL },
	{ "starter_category_misspelled",
	  STR_INIT("ingst"),
	  { 0 },
	  "ingst is no category; did you mean INGEST?" },
	{ "starter_category_unknown",
	  STR_INIT("gardening"),
	  { 0 },
	  "gardening is no category; `partner-connect config explain category` lists them" },
	{ "starter_name_of_blanks",
	  { 0 },
	  STR_INIT("  "),
	  "the name has no letter, or more than 256 bytes" },
	{ "starter_name_not_utf8", { 0 }, STR_INIT("\xff"), "the name is no text in UTF-8" },
};

static void
check_config(const struct starter_row *row, struct arena *arena, struct str text)
{
	struct lint_source source = { "partner.json", text };
	struct findings findings;
	struct partner_config config;

	findings_init(&findings, arena);
	assert_true(lint_config(&findings, &source, NULL));
	assert_int_equal(findings.n_of[LINT_ERROR], 0);
	assert_int_equal(findings.n_of[LINT_WARNING], 0);
	assert_int_equal(wire_read_partner_config(arena, text, &config).code, ERR_NONE);
	if (row->partner.ptr)
		assert_true(str_equal(config.name, row->partner));
	if (row->category.ptr)
		assert_true(
			str_equal(word_of(&category_words, (int)config.category), row->category));
	assert_int_equal(str_is_empty(config.endpoints.get_connectors_path),
			 config.category != CATEGORY_INGEST);
	assert_false(str_is_empty(config.endpoints.expire_account_path));
}

static void
starter_lints(void **state)
{
	const struct starter_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct err err;

	assert_non_null(out);
	err = starter_write(arena, out, row->category, row->partner);
	assert_int_equal(fclose(out), 0);
	if (row->problem) {
		assert_int_equal(err.code, ERR_USAGE);
		assert_string_equal(err.detail, row->problem);
		assert_int_equal(len, 0);
	} else {
		assert_int_equal(err.code, ERR_NONE);
		check_config(row, arena, (struct str){ text, len });
	}
	free(text);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, starters, starter_lints);
	return rows_run(&rows, argc, argv);
}
