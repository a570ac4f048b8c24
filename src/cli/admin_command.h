/**
 * What the commands that speak to a running server have in common: their arguments, and how a list
 * is read page by page.
 */
#ifndef PC_CLI_ADMIN_COMMAND_H
#define PC_CLI_ADMIN_COMMAND_H

#include "cli/admin_client.h"
#include "cli/admin_print.h"

/** Which options an action takes, besides those that all do. */
enum admin_takes {
	ADMIN_TAKES_PAGE = 1 << 0, /* --limit, --before */
	ADMIN_TAKES_ACCOUNT = 1 << 1,
	ADMIN_TAKES_WORKSPACE = 1 << 2,
	ADMIN_TAKES_STATE = 1 << 3,
	ADMIN_TAKES_KIND = 1 << 4,
	ADMIN_TAKES_REVEAL = 1 << 5,
	ADMIN_TAKES_YES = 1 << 6,
};

struct admin_command {
	struct arena *arena;
	struct settings settings;
	const char *argument; /* what the action works on; NULL: it wants none */
	bool is_json;
	bool reveals;
	bool says_yes;
	int64_t limit;
	const char *before; /* these are NULL when not given */
	const char *account;
	const char *workspace;
	const char *state;
	const char *kind;
};

struct admin_action {
	const char *name;
	const char *argument; /* its name in messages; NULL: none is expected */
	unsigned int takes;
	struct err (*run)(struct admin_command *command);
};

/** Runs the action that argv[1] names; the exit status. @usage ends before the common options. */
int admin_command_run(int argc, char **argv, const char *usage, const struct admin_action *actions,
		      size_t n_actions);

/** admin_ask() with the command's settings. */
_must_use_ struct err admin_command_ask(struct admin_command *command, const char *method,
					const char *path, struct str body,
					const struct json **ret_root);

/**
 * Prints the list at @path, as many rows as --limit says: of @member, in these columns.
 *
 * @query  more parameters, each beginning with '&'
 */
_must_use_ struct err admin_command_list(struct admin_command *command, const char *path,
					 const char *query, const char *member,
					 const struct admin_column *columns, size_t n_columns);

#endif
