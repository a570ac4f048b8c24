/**
 * What the admin commands print. Names and e-mails are strangers' texts: on their way to a terminal
 * their control characters become question marks.
 */
#ifndef PC_CLI_ADMIN_PRINT_H
#define PC_CLI_ADMIN_PRINT_H

#include "base/json.h"

struct admin_column {
	const char *title;
	const char *member; /* of the row's object */
};

/** A line of titles and one for each object of the array. */
void admin_print_table(const struct json *array, const struct admin_column *columns,
		       size_t n_columns);
/** "NAME  VALUE" lines; objects inside are indented, arrays of texts are joined. */
void admin_print_object(const struct json *object);
/** The whole as JSON on one line. */
void admin_print_json(const struct json *root);

#endif
