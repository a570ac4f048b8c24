/**
 * A partner config to start from: the examples of the table of fields.
 */
#ifndef PC_LINT_STARTER_H
#define PC_LINT_STARTER_H

#include "base/err.h"

#include <stdio.h>

/**
 * Writes a config with every required field and every hook, for this machine; lint has no error
 * and no warning for it.
 *
 * @category, @name  empty: the example's
 *
 * ERR_USAGE  no such category (the detail names the nearest), or a name that is empty, too long or
 *            no text. Nothing was written
 */
_must_use_ struct err starter_write(struct arena *arena, FILE *out, struct str category,
				    struct str name);

#endif
