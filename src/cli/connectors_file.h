/**
 * The vendor's list of connectors: CSV with a header line, or JSON.
 */
#ifndef PC_CLI_CONNECTORS_FILE_H
#define PC_CLI_CONNECTORS_FILE_H

#include "wire/wire_operations.h"

/**
 * A name that ends in .json is JSON, every other CSV with the columns identifier, name, type and
 * description (optional), in any order.
 *
 * ERR_CONFIG  the detail names the file and the row: a column is missing, a field is empty, the
 *             type is neither source nor target, an identifier stands twice
 */
_must_use_ struct err connectors_file_read(struct arena *arena, const char *path,
					   const struct connector **ret_connectors, size_t *ret_n);

#endif
