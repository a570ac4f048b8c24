/**
 * The allocator that libcurl gets: what it frees is wiped first, because headers and bodies that it
 * copied hold secrets. Same contract as malloc() and its kin.
 */
#ifndef PC_HTTP_WIPED_H
#define PC_HTTP_WIPED_H

#include "base/base.h"

void *wiped_malloc(size_t size);
void *wiped_calloc(size_t n, size_t size);
void *wiped_realloc(void *ptr, size_t size);
char *wiped_strdup(const char *text);
void wiped_free(void *ptr);

#endif
