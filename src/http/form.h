/**
 * Bodies of forms: application/x-www-form-urlencoded, read strictly. Made for input from strangers.
 *
 * Refused: a pair without a name or '=', a name that stands twice, a percent sign without two hex
 * digits, a NUL, text that is not UTF-8, more or longer fields than a form of ours has.
 */
#ifndef PC_HTTP_FORM_H
#define PC_HTTP_FORM_H

#include "base/err.h"

#define FORM_MAX_FIELDS 16
#define FORM_MAX_NAME ((size_t)64)
#define FORM_MAX_VALUE ((size_t)4096)

struct form {
	struct {
		struct str name;
		struct str value;
	} fields[FORM_MAX_FIELDS];
	size_t n;
};

/** The value of Content-Type names this kind of body, in UTF-8 where it names a charset. */
bool form_is_type(struct str content_type);

/**
 * Reads the whole of @body; an empty one is a form without fields.
 *
 * @ret_form  in the arena; untouched on failure
 *
 * ERR_BAD_REQUEST  what is wrong, never a piece of the body
 */
_must_use_ struct err form_read(struct arena *arena, struct str body, struct form *ret_form);

/** Empty with a NULL pointer when there is no such field. */
struct str form_value(const struct form *form, const char *name);

#endif
