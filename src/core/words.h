/**
 * The API's words: each closed set of values as an enum, and the spelling of each value. The same
 * spelling goes over the wire and into the database.
 *
 * Source: contract sections 2, 3 and 7; design sections 3 and 4 for those of our own.
 */
#ifndef PC_CORE_WORDS_H
#define PC_CORE_WORDS_H

#include "base/str.h"

enum cloud { CLOUD_AWS, CLOUD_AZURE, CLOUD_GCP };

enum connection_scope { SCOPE_WORKSPACE, SCOPE_USER };

enum redirect_value {
	REDIRECT_CREATE_TRIAL,
	REDIRECT_PURCHASE_PRODUCT,
	REDIRECT_SIGN_IN,
	REDIRECT_CONTACT_ADMIN,
	REDIRECT_NOT_APPLICABLE,
};
#define N_REDIRECT_VALUES 5

enum user_status { USER_STATUS_NEW, USER_STATUS_EXISTING, USER_STATUS_NOT_APPLICABLE };

enum account_status {
	ACCOUNT_STATUS_NEW,
	ACCOUNT_STATUS_ACTIVE,
	ACCOUNT_STATUS_EXPIRED,
	ACCOUNT_STATUS_NOT_APPLICABLE,
};

enum new_user_action {
	NEW_USER_AUTO_ADD,
	NEW_USER_INVITE,
	NEW_USER_NOT_FOUND,
	NEW_USER_ERROR,
};

enum trial_type { TRIAL_TYPE_ACCOUNT, TRIAL_TYPE_USER };

/** What an account is to us; account_status is what the API says of it. */
enum account_state { ACCOUNT_TRIAL, ACCOUNT_ACTIVE, ACCOUNT_SUSPENDED, ACCOUNT_EXPIRED };

enum connection_state { CONNECTION_LIVE, CONNECTION_SUPERSEDED, CONNECTION_DELETED };

/** How a user came to be in an account; design section 3, "Who may join". */
enum user_origin {
	ORIGIN_CREATOR, /* made the account */
	ORIGIN_ADDED,	/* joined it: auto_add, or rule 16 add */
	ORIGIN_TRIAL,	/* rule 16 trial: known on connections of their own only */
};

enum expired_action { EXPIRED_PURCHASE_PRODUCT, EXPIRED_CREATE_TRIAL };
enum join_action { JOIN_ADD, JOIN_TRIAL, JOIN_CONTACT, JOIN_VERIFIED };
enum superseded_action { SUPERSEDED_KEEP, SUPERSEDED_DELETE };
enum naming { NAMING_WORKSPACE_ID, NAMING_COUNTER, NAMING_WORKSPACE_NAME, NAMING_ASK };

/** What a connect request may carry that nobody but vault may read. */
enum secret_kind {
	SECRET_PERSONAL_ACCESS_TOKEN,
	SECRET_OAUTH_TOKEN,
	SECRET_SERVICE_PRINCIPAL_OAUTH_SECRET,
	/* A JDBC URL is a secret when it holds a password (PWD=); else it is a plain field. */
	SECRET_JDBC_URL,
	SECRET_DATABRICKS_JDBC_URL,
};
#define N_SECRET_KINDS 5

enum resource_status {
	RESOURCE_STATUS_DELETED,
	RESOURCE_STATUS_PENDING_DELETION,
	RESOURCE_STATUS_ACKNOWLEDGED,
	RESOURCE_STATUS_USER_UNAUTHORIZED,
};

enum connector_type { CONNECTOR_SOURCE, CONNECTOR_TARGET };

enum credential_slot { CREDENTIAL_CURRENT, CREDENTIAL_NEXT };
#define N_CREDENTIAL_SLOTS 2

/** The spellings of one enum, in its order; further rows are other spellings that are read too. */
struct word {
	const char *text;
	int value;
};
struct word_list {
	const char *name; /* of the set, for messages */
	const struct word *words;
	size_t n;
};

extern const struct word_list cloud_words;
extern const struct word_list connection_scope_words;
extern const struct word_list redirect_value_words;
extern const struct word_list user_status_words;
extern const struct word_list account_status_words;
extern const struct word_list new_user_action_words;
extern const struct word_list trial_type_words;
extern const struct word_list account_state_words;
extern const struct word_list connection_state_words;
extern const struct word_list user_origin_words;
extern const struct word_list expired_action_words;
extern const struct word_list join_action_words;
extern const struct word_list superseded_action_words;
extern const struct word_list naming_words;
extern const struct word_list secret_kind_words;
extern const struct word_list resource_status_words;
extern const struct word_list connector_type_words;
extern const struct word_list credential_slot_words;

/** The spelling of a value; the value is one of the list's. */
struct str word_of(const struct word_list *list, int value);
/** Byte for byte; false when no spelling matches. */
_must_use_ bool word_find(const struct word_list *list, struct str text, int *ret_value);

#endif
