/*
 * The words of the partner config, and when an OAuth redirect is due.
 */
#include "core/config.h"

#include "support/rows.h"

#define BIT(value) (1u << (value))

struct word_row {
	const char *name;
	const struct word_list *list;
	const char *text;
	int value;
};

/* Contract section 7. */
static const struct word_row words[] = {
	{ "resource_pat", &resource_type_words, "PAT", RESOURCE_PAT },
	{ "resource_warehouse", &resource_type_words, "SqlEndpoint", RESOURCE_SQL_WAREHOUSE },
	{ "resource_location", &resource_type_words, "DestLocation", RESOURCE_DEST_LOCATION },
	{ "resource_cluster", &resource_type_words, "InteractiveCluster",
	  RESOURCE_INTERACTIVE_CLUSTER },
	{ "auth_pat", &auth_option_words, "AUTH_PAT", AUTH_OPTION_PAT },
	{ "auth_m2m", &auth_option_words, "AUTH_OAUTH_M2M", AUTH_OPTION_OAUTH_M2M },
	{ "auth_u2m", &auth_option_words, "AUTH_OAUTH_U2M", AUTH_OPTION_OAUTH_U2M },
	{ "category_ingest", &category_words, "INGEST", CATEGORY_INGEST },
	{ "category_prep", &category_words, "DATA_PREP_AND_TRANSFORM",
	  CATEGORY_DATA_PREP_AND_TRANSFORM },
	{ "category_security", &category_words, "SECURITY_AND_GOVERNANCE",
	  CATEGORY_SECURITY_AND_GOVERNANCE },
	{ "category_bi", &category_words, "BI_AND_VIZ", CATEGORY_BI_AND_VIZ },
	{ "category_ml", &category_words, "ML", CATEGORY_ML },
	{ "category_quality", &category_words, "DATA_QUALITY", CATEGORY_DATA_QUALITY },
	{ "category_etl", &category_words, "REVERSE_ETL", CATEGORY_REVERSE_ETL },
	{ "category_semantic", &category_words, "SEMANTIC_LAYER", CATEGORY_SEMANTIC_LAYER },
	{ "category_governance", &category_words, "DATA_GOVERNANCE", CATEGORY_DATA_GOVERNANCE },
};

static void
word_goes_both_ways(void **state)
{
	const struct word_row *row = *state;
	int value = -1;

	assert_true(word_find(row->list, str_of(row->text), &value));
	assert_int_equal(value, row->value);
	assert_true(str_equal(word_of(row->list, row->value), str_of(row->text)));
}

struct oauth_row {
	const char *name;
	unsigned auth_options;
	bool is_published_app;
	bool want;
};

/* CONNECT-19 */
static const struct oauth_row oauth[] = {
	{ "oauth_redirect_u2m", BIT(AUTH_OPTION_OAUTH_U2M), false, true },
	{ "oauth_redirect_u2m_beside_pat", BIT(AUTH_OPTION_PAT) | BIT(AUTH_OPTION_OAUTH_U2M), false,
	  true },
	{ "oauth_redirect_not_for_a_published_app", BIT(AUTH_OPTION_OAUTH_U2M), true, false },
	{ "oauth_redirect_not_for_pat", BIT(AUTH_OPTION_PAT), false, false },
	{ "oauth_redirect_not_for_m2m", BIT(AUTH_OPTION_OAUTH_M2M), false, false },
	{ "oauth_redirect_not_for_nothing", 0, false, false },
	{ "oauth_redirect_not_for_a_published_pat_app", BIT(AUTH_OPTION_PAT), true, false },
};

static void
oauth_redirect_is_due(void **state)
{
	const struct oauth_row *row = *state;
	const struct partner_config config = { .auth_options = row->auth_options,
					       .is_published_app = row->is_published_app };

	assert_int_equal(config_wants_oauth_redirect(&config), row->want);
}

static void
bits_are_told_apart(void **state)
{
	(void)state;
	for (int held = 0; held < 9; held++) {
		for (int asked = 0; asked < 9; asked++)
			assert_int_equal(config_has(BIT(held), asked), held == asked);
	}
	assert_false(config_has(0, 0));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, words, word_goes_both_ways);
	ROWS_ADD(&rows, oauth, oauth_redirect_is_due);
	rows_add_one(&rows, "bits_are_told_apart", bits_are_told_apart);
	return rows_run(&rows, argc, argv);
}
