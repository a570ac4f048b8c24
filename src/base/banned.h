/*
 * Functions that this program does not use, poisoned: naming one does not compile. Force-included
 * into every file of ours by the build (meson.build), so nothing has to remember it.
 *
 * The headers that declare them come first, for a poisoned name may not even be declared after.
 */
#ifndef PC_BASE_BANNED_H
#define PC_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

/* Under _FORTIFY_SOURCE and clang these are macros, and a macro cannot be poisoned. */
#undef sprintf
#undef vsprintf

/* No bounds: buf_addf(), str and memcpy() with a length instead. */
#pragma GCC poison strcpy strcat strncpy strncat stpcpy stpncpy
#pragma GCC poison sprintf vsprintf gets
/* No errors reported: str_to_int64() instead. */
#pragma GCC poison atoi atol atoll atof sscanf fscanf scanf
/* Hidden state shared between threads. */
#pragma GCC poison strtok localtime gmtime asctime ctime strerror
/* Predictable: rng.h instead. */
#pragma GCC poison rand srand srandom rand_r drand48
/* Not poisoned, for gnutls.h has a parameter of this name; a call is an error all the same. */
long random(void) __attribute__((deprecated("predictable: rng.h instead")));
/* The size of a stack frame must not depend on a stranger. glibc's are macros: they go first. */
#undef alloca
#undef strdupa
#undef strndupa
#pragma GCC poison alloca strdupa strndupa
/* Race between choosing and opening the name. */
#pragma GCC poison tmpnam tempnam mktemp

#endif
