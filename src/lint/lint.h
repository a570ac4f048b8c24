/**
 * What is wrong with a partner config: all of it at once, each finding with its place, its rule and
 * what to do. Knows no server.
 */
#ifndef PC_LINT_LINT_H
#define PC_LINT_LINT_H

#include "base/err.h"
#include "lint/findings.h"

/** The limit of a config file. */
#define LINT_MAX_CONFIG ((size_t)1024 * 1024)

/**
 * Adds all findings of one config, sorted by findings_sort() later.
 *
 * @source  lives as long as the findings
 * @folder  where the config's images are looked for; NULL: they are not
 *
 * False when the text is no JSON: that is then the only finding.
 */
bool lint_config(struct findings *findings, const struct lint_source *source, const char *folder);

#endif
