/**
 * Ids as one-field structs, so that a swap does not compile. Those with a str borrow it; an empty
 * one means "none".
 */
#ifndef PC_CORE_IDS_H
#define PC_CORE_IDS_H

#include "base/str.h"

/* Ours: UUIDv7 of 36 characters. */
struct account_id {
	struct str value;
};
struct user_id {
	struct str value;
};
struct connection_id {
	struct str value;
};

/* Databricks': signed 64-bit, unique within one cloud only. */
struct workspace_id {
	int64_t value;
};
struct databricks_user_id {
	int64_t value;
};

#endif
