/**
 * Small files, read and written whole.
 */
#ifndef PC_BASE_FILE_H
#define PC_BASE_FILE_H

#include "base/err.h"

#include <sys/types.h>

/**
 * ERR_IO  it cannot be opened or read; it is longer than @max. The detail names the path
 */
_must_use_ struct err file_read(struct arena *arena, const char *path, size_t max,
				struct str *ret_text);

/**
 * Makes or replaces the file at once: readers see the old text or the new one. Durable: the file
 * and its directory are synced.
 *
 * ERR_IO  the detail names the path
 */
_must_use_ struct err file_replace(struct arena *arena, const char *path, mode_t mode,
				   struct str text);

/** Makes the directory and those above it that are missing (0700). ERR_IO as above. */
_must_use_ struct err file_make_directory(struct arena *arena, const char *path);

#endif
