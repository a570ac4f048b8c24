/**
 * A vendor's connectors against the public list of identifiers, of which the vendor has a copy:
 * its licence forbids shipping it.
 *
 * Rules: CONNECTORS-3
 */
#ifndef PC_LINT_CONNECTORS_H
#define PC_LINT_CONNECTORS_H

#include "base/err.h"
#include "lint/findings.h"

struct identifier {
	struct str text;
	size_t offset; /* in the file */
};

struct identifiers {
	struct identifier *items;
	size_t n;
};

/**
 * The public list: CSV with the columns `Unique Identifier` and `Connector Name`.
 *
 * ERR_CONFIG  no CSV, no such column, no identifier; the detail names the file
 */
_must_use_ struct err connectors_read_public(struct arena *arena, const struct lint_source *source,
					     struct identifiers *ret_list);

/**
 * The identifiers of a connectors file that cli/connectors_file.h has read: JSON when its name ends
 * so, else CSV.
 *
 * ERR_CONFIG  as above
 */
_must_use_ struct err connectors_read_own(struct arena *arena, const struct lint_source *source,
					  struct identifiers *ret_list);

/** A finding for each of @own that is not on @list, with the nearest that is. */
void lint_connectors(struct findings *findings, const struct lint_source *source,
		     const struct identifiers *own, const struct identifiers *list);

#endif
