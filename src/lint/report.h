/**
 * Findings as text for people and as JSON for programs.
 */
#ifndef PC_LINT_REPORT_H
#define PC_LINT_REPORT_H

#include "lint/findings.h"

#include <stdio.h>

/**
 * `FILE:LINE:COLUMN: LEVEL: MESSAGE [RULE]`, and an indented line with the suggestion. What a file
 * says is shown without its control characters.
 */
void report_write_text(FILE *out, const struct findings *findings);

/**
 * {"schema_version":1,"file":...,"errors":N,"warnings":N,"notes":N,"findings":[{"level","rule",
 * "file","path","line","column","message","suggestion"?}]} and a line end. New members may come;
 * what is there changes only with schema_version.
 */
void report_write_json(FILE *out, const struct findings *findings, const char *file);

/** "2 errors, 1 warning, 0 notes" */
const char *report_summary(const struct findings *findings);

#endif
