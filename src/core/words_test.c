/*
 * The spelling of every value of every list, and what is read beside it. The lists of the partner
 * config are in config_test.c.
 */
#include "core/words.h"

#include "support/rows.h"

/* The words of a list in the order of their enum, as the contract and the design spell them. */
struct list_row {
	const char *name;
	const struct word_list *list;
	const char *words[8];
};

static const struct list_row lists[] = {
	{ "cloud", &cloud_words, { "aws", "azure", "gcp" } },
	{ "connection_scope", &connection_scope_words, { "workspace", "user" } },
	{ "redirect_value",
	  &redirect_value_words,
	  { "create_trial", "purchase_product", "sign_in", "contact_admin", "not_applicable" } },
	{ "user_status", &user_status_words, { "new", "existing", "not_applicable" } },
	{ "account_status",
	  &account_status_words,
	  { "new", "active", "expired", "not_applicable" } },
	{ "new_user_action",
	  &new_user_action_words,
	  { "auto_add", "invite", "not_found", "error" } },
	{ "trial_type", &trial_type_words, { "account", "user" } },
	{ "account_state", &account_state_words, { "trial", "active", "suspended", "expired" } },
	{ "connection_state", &connection_state_words, { "live", "superseded", "deleted" } },
	{ "user_origin", &user_origin_words, { "creator", "added", "trial" } },
	{ "expired_action", &expired_action_words, { "purchase_product", "create_trial" } },
	{ "join_action", &join_action_words, { "add", "trial", "contact", "verified" } },
	{ "superseded_action", &superseded_action_words, { "keep", "delete" } },
	{ "naming", &naming_words, { "workspace_id", "counter", "workspace_name", "ask" } },
	{ "secret_kind",
	  &secret_kind_words,
	  { "personal_access_token", "oauth_token", "service_principal_oauth_secret", "jdbc_url",
	    "databricks_jdbc_url" } },
	{ "resource_status",
	  &resource_status_words,
	  { "resources_deleted", "resources_pending_deletion", "deletion_acknowledged",
	    "user_unauthorized" } },
	{ "connector_type", &connector_type_words, { "source", "target" } },
	{ "credential_slot", &credential_slot_words, { "current", "next" } },
};

static void
list_goes_both_ways(void **state)
{
	const struct list_row *row = *state;
	int n = 0;

	assert_non_null(row->list->name);
	for (; row->words[n]; n++) {
		int value = -1;

		assert_true(word_find(row->list, str_of(row->words[n]), &value));
		assert_int_equal(value, n);
		assert_true(str_equal(word_of(row->list, n), str_of(row->words[n])));
	}
	for (size_t i = 0; i < row->list->n; i++)
		assert_in_range(row->list->words[i].value, 0, n - 1);
}

struct strange_row {
	const char *name;
	const struct word_list *list;
	struct str text;
};

/* TRANSPORT-2: byte for byte. */
static const struct strange_row strange[] = {
	{ "no_word_in_capitals", &cloud_words, STR_INIT("AWS") },
	{ "no_word_with_one_capital", &redirect_value_words, STR_INIT("Sign_in") },
	{ "no_empty_word", &cloud_words, STR_INIT("") },
	{ "no_beginning_of_a_word", &cloud_words, STR_INIT("aw") },
	{ "no_word_with_more", &cloud_words, STR_INIT("aws2") },
	{ "no_word_behind_a_blank", &cloud_words, STR_INIT(" aws") },
	{ "no_word_before_a_blank", &cloud_words, STR_INIT("aws ") },
	{ "no_word_before_a_nul", &cloud_words, STR_INIT("aws\0") },
	{ "no_hyphen_for_underscore", &new_user_action_words, STR_INIT("auto-add") },
	{ "no_word_of_another_list", &trial_type_words, STR_INIT("workspace") },
	{ "existing_is_no_account_status", &account_status_words, STR_INIT("existing") },
	{ "gpc_is_a_cloud_alone", &connection_scope_words, STR_INIT("gpc") },
};

static void
strange_word_is_not_found(void **state)
{
	const struct strange_row *row = *state;
	int value = 77;

	assert_false(word_find(row->list, row->text, &value));
	assert_int_equal(value, 77);
}

/* CONNECT-21: the OpenAPI document's misspelling is read, and never written. */
static void
gpc_is_read_and_gcp_written(void **state)
{
	int value = -1;

	(void)state;
	assert_true(word_find(&cloud_words, STR("gpc"), &value));
	assert_int_equal(value, CLOUD_GCP);
	assert_true(str_equal(word_of(&cloud_words, value), STR("gcp")));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, lists, list_goes_both_ways);
	ROWS_ADD(&rows, strange, strange_word_is_not_found);
	rows_add_one(&rows, "gpc_is_read_and_gcp_written", gpc_is_read_and_gcp_written);
	return rows_run(&rows, argc, argv);
}
