/**
 * What a field or a rule of the linter means, from the same tables that the linter works by.
 */
#ifndef PC_LINT_EXPLAIN_H
#define PC_LINT_EXPLAIN_H

#include "base/err.h"

#include <stdio.h>

/**
 * @name  a field's path as lint shows it ("hostnames[3]", "endpoints.connect_path"), the last part
 *        of one ("connect_path"), or the id of a rule
 *
 * ERR_USAGE  no such field or rule; the detail names the nearest. Nothing was written
 */
_must_use_ struct err explain_write(struct arena *arena, FILE *out, struct str name);

/** All fields and rules, one a line. */
void explain_write_list(FILE *out);

/** docs/config.md. */
void explain_write_markdown(struct arena *arena, FILE *out);

#endif
