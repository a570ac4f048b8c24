/**
 * How every fallible function of ours answers. Returned by value; ERR_NONE is zero, so
 * `if (err.code) return err;`.
 *
 * Two kinds. Outcomes are part of a contract and told to the caller: of the Connect API (their names
 * are the API's error_reason; api/respond.c maps them, nothing else does) or of a command. Faults
 * are ours: the caller sees general_error, the log sees the detail.
 */
#ifndef PC_BASE_ERR_H
#define PC_BASE_ERR_H

#include "base/arena.h"

enum err_code {
	ERR_NONE = 0,

	/* Outcomes of the Connect API. */
	ERR_BAD_REQUEST,
	ERR_UNAUTHORIZED,
	ERR_NOT_FOUND, /* no such path; the API has no word of its own for it */
	ERR_METHOD_NOT_ALLOWED,
	ERR_CONNECTION_NOT_FOUND,
	ERR_ACCOUNT_NOT_FOUND,
	ERR_GENERAL_ERROR, /* the partner's configuration asks for it: new_user_action = error */
	ERR_OVERLOADED,	   /* more than we can do now; told as general_error with Retry-After */

	/* Outcomes of the admin operations; no answer of the Connect API. */
	ERR_CONFLICT, /* what is there does not allow it */

	/* Outcomes of a command. */
	ERR_USAGE,
	ERR_CONFIG,
	ERR_UNREACHABLE, /* nobody answers, or lets us in */

	/* Faults. */
	ERR_CONSTRAINT, /* a row collides with another: the caller may know what that means */
	ERR_STORE,
	ERR_CRYPTO,
	ERR_IO,
	ERR_TIMEOUT,
};

struct err {
	enum err_code code;
	/* One line, static or in the arena; names the field by its JSON path, never a value. */
	const char *detail;
};

#define OK_NONE ((struct err){ ERR_NONE, NULL })

static inline struct err
err_make(enum err_code code, const char *detail)
{
	return (struct err){ code, detail };
}

struct err err_format(struct arena *arena, enum err_code code, const char *format, ...)
	_printf_(3, 4);
/** "PATH: what errno says", for files. Reads errno at once. */
struct err err_errno(struct arena *arena, enum err_code code, const char *path);

#endif
