/*
 * How each value is spelled.
 */
#include "core/words.h"

#include <assert.h>

#define LIST(list, set_name, ...)                                                                  \
	static const struct word list##_rows[] = { __VA_ARGS__ };                                  \
	const struct word_list list = { set_name, list##_rows, ARRAY_LEN(list##_rows) }

LIST(cloud_words, "cloud_provider", { "aws", CLOUD_AWS }, { "azure", CLOUD_AZURE },
     { "gcp", CLOUD_GCP },
     { "gpc", CLOUD_GCP }); /* the OpenAPI document's misspelling; read, never written */
LIST(connection_scope_words, "connection_scope", { "workspace", SCOPE_WORKSPACE },
     { "user", SCOPE_USER });
LIST(redirect_value_words, "redirect_value", { "create_trial", REDIRECT_CREATE_TRIAL },
     { "purchase_product", REDIRECT_PURCHASE_PRODUCT }, { "sign_in", REDIRECT_SIGN_IN },
     { "contact_admin", REDIRECT_CONTACT_ADMIN }, { "not_applicable", REDIRECT_NOT_APPLICABLE });
LIST(user_status_words, "user_status", { "new", USER_STATUS_NEW },
     { "existing", USER_STATUS_EXISTING }, { "not_applicable", USER_STATUS_NOT_APPLICABLE });
LIST(account_status_words, "account_status", { "new", ACCOUNT_STATUS_NEW },
     { "active", ACCOUNT_STATUS_ACTIVE }, { "expired", ACCOUNT_STATUS_EXPIRED },
     { "not_applicable", ACCOUNT_STATUS_NOT_APPLICABLE });
LIST(new_user_action_words, "new_user_action", { "auto_add", NEW_USER_AUTO_ADD },
     { "invite", NEW_USER_INVITE }, { "not_found", NEW_USER_NOT_FOUND },
     { "error", NEW_USER_ERROR });
LIST(trial_type_words, "trial_type", { "account", TRIAL_TYPE_ACCOUNT },
     { "user", TRIAL_TYPE_USER });
LIST(account_state_words, "account status", { "trial", ACCOUNT_TRIAL },
     { "active", ACCOUNT_ACTIVE }, { "suspended", ACCOUNT_SUSPENDED },
     { "expired", ACCOUNT_EXPIRED });
LIST(connection_state_words, "connection state", { "live", CONNECTION_LIVE },
     { "superseded", CONNECTION_SUPERSEDED }, { "deleted", CONNECTION_DELETED });
LIST(user_origin_words, "user origin", { "creator", ORIGIN_CREATOR }, { "added", ORIGIN_ADDED },
     { "trial", ORIGIN_TRIAL });
LIST(expired_action_words, "expired_action", { "purchase_product", EXPIRED_PURCHASE_PRODUCT },
     { "create_trial", EXPIRED_CREATE_TRIAL });
LIST(join_action_words, "join_action", { "add", JOIN_ADD }, { "trial", JOIN_TRIAL },
     { "contact", JOIN_CONTACT }, { "verified", JOIN_VERIFIED });
LIST(superseded_action_words, "superseded_action", { "keep", SUPERSEDED_KEEP },
     { "delete", SUPERSEDED_DELETE });
LIST(naming_words, "naming", { "workspace_id", NAMING_WORKSPACE_ID }, { "counter", NAMING_COUNTER },
     { "workspace_name", NAMING_WORKSPACE_NAME }, { "ask", NAMING_ASK });
LIST(secret_kind_words, "secret kind", { "personal_access_token", SECRET_PERSONAL_ACCESS_TOKEN },
     { "oauth_token", SECRET_OAUTH_TOKEN },
     { "service_principal_oauth_secret", SECRET_SERVICE_PRINCIPAL_OAUTH_SECRET },
     { "jdbc_url", SECRET_JDBC_URL }, { "databricks_jdbc_url", SECRET_DATABRICKS_JDBC_URL });
LIST(resource_status_words, "resource_status", { "resources_deleted", RESOURCE_STATUS_DELETED },
     { "resources_pending_deletion", RESOURCE_STATUS_PENDING_DELETION },
     { "deletion_acknowledged", RESOURCE_STATUS_ACKNOWLEDGED },
     { "user_unauthorized", RESOURCE_STATUS_USER_UNAUTHORIZED });
LIST(connector_type_words, "connector type", { "source", CONNECTOR_SOURCE },
     { "target", CONNECTOR_TARGET });
LIST(credential_slot_words, "credential slot", { "current", CREDENTIAL_CURRENT },
     { "next", CREDENTIAL_NEXT });

struct str
word_of(const struct word_list *list, int value)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->words[i].value == value)
			return str_of(list->words[i].text);
	}
	assert(false && "a value without a word");
	return STR("");
}

bool
word_find(const struct word_list *list, struct str text, int *ret_value)
{
	for (size_t i = 0; i < list->n; i++) {
		if (str_equal(str_of(list->words[i].text), text)) {
			*ret_value = list->words[i].value;
			return true;
		}
	}
	return false;
}
