/*
 * The few words that every file uses: attributes, cleanup, sizes. Nothing else belongs here.
 */
#ifndef PC_BASE_BASE_H
#define PC_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Runs @fn on the variable's address when it leaves its scope. */
#define _cleanup_(fn) __attribute__((cleanup(fn)))
/** The result may not be ignored without saying (void) and why. */
#define _must_use_ __attribute__((warn_unused_result))
#define _noreturn_ __attribute__((noreturn))
#define _unused_ __attribute__((unused))
/** @fmt is a printf format, never NULL. */
#define _printf_(fmt, first) __attribute__((format(printf, fmt, first), nonnull(fmt)))

/** Gives ownership away: yields the pointer and nulls the variable that held it. */
#define TAKE(ptr)                                                                                  \
	({                                                                                         \
		__typeof__(ptr) *take_from_ = &(ptr);                                              \
		__typeof__(ptr) taken_ = *take_from_;                                              \
		*take_from_ = NULL;                                                                \
		taken_;                                                                            \
	})

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/** The struct of @type whose @member is at @ptr. */
#define CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
