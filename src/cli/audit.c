/*
 * `partner-connect audit`: who did what.
 */
#include "cli/admin_command.h"
#include "cli/commands.h"

static const char usage[] =
	"Usage: partner-connect audit list [OPTIONS]\n\n"
	"What was changed, by whom and on what, the newest first. ACTOR is uid:N for the admin\n"
	"commands, else the slot of the credential that the request came with; DETAIL is the\n"
	"request's id, under which the log has it.\n\n"
	"  partner-connect audit list\n"
	"  partner-connect audit list --limit 1000 -o json\n\n"
	"  --limit N    how many [50]\n"
	"  --before ID  go on where another list ended\n";

static const struct admin_column columns[] = {
	{ "AT", "at" },		{ "ACTOR", "actor" },	{ "ACTION", "action" },
	{ "OBJECT", "object" }, { "DETAIL", "detail" },
};

static struct err
list(struct admin_command *command)
{
	return admin_command_list(command, "/v1/audit", "", "audit", columns, ARRAY_LEN(columns));
}

static const struct admin_action actions[] = {
	{ "list", NULL, ADMIN_TAKES_PAGE, list },
};

int
command_audit(int argc, char **argv)
{
	return admin_command_run(argc, argv, usage, actions, ARRAY_LEN(actions));
}
