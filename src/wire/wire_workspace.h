/**
 * What a Databricks workspace answers: the few members of its answers that we look at.
 *
 * Source: databricks-side C.2, C.5, C.6.
 */
#ifndef PC_WIRE_WIRE_WORKSPACE_H
#define PC_WIRE_WIRE_WORKSPACE_H

#include "base/arena.h"

/** Larger answers are refused unread. */
#define WIRE_MAX_WORKSPACE_ANSWER ((size_t)256 * 1024)

/** Is it a JSON object whose string @name is @value? An empty @value: any that is not empty. */
_must_use_ bool wire_is_workspace_object(struct arena *arena, struct str body, struct str name,
					 struct str value);

/** The access_token of an OAuth answer; false when there is none. In the arena. */
_must_use_ bool wire_read_access_token(struct arena *arena, struct str body, struct str *ret_token);

#endif
