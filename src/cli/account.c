/*
 * `partner-connect account`: the customers' accounts.
 */
#include "cli/admin_command.h"
#include "cli/commands.h"

static const char usage[] =
	"Usage: partner-connect account list [OPTIONS]\n"
	"       partner-connect account show|expire|suspend|activate ACCOUNT [OPTIONS]\n\n"
	"ACCOUNT is an id or a key: the domain, or the address at a public mail provider.\n\n"
	"  partner-connect account list                     the newest first\n"
	"  partner-connect account show example.com         with its users\n"
	"  partner-connect account expire example.com       its trial is over\n"
	"  partner-connect account suspend example.com      answers as expired; no trial begins "
	"anew\n"
	"  partner-connect account activate example.com     it pays: no trial of it ends any "
	"more\n\n"
	"  --limit N    how many [50]\n"
	"  --before ID  go on where another list ended\n";

static const struct admin_column columns[] = {
	{ "ID", "id" },	       { "KEY", "key" },
	{ "STATE", "state" },  { "TRIAL EXPIRES", "trial_expires" },
	{ "DEMO", "is_demo" }, { "CREATED", "created" },
};

static const struct admin_column user_columns[] = {
	{ "EMAIL", "email" },	      { "ORIGIN", "origin" },
	{ "SIGNED UP", "signed_up" }, { "TRIAL EXPIRES", "trial_expires" },
	{ "CREATED", "created" },     { "ID", "id" },
};

static struct err
list(struct admin_command *command)
{
	return admin_command_list(command, "/v1/accounts", "", "accounts", columns,
				  ARRAY_LEN(columns));
}

/* 36 characters, hexadecimal but for the hyphens: no key of an account looks like it. */
static bool
is_id(struct str text)
{
	if (text.len != 36)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');

		if (i == 8 || i == 13 || i == 18 || i == 23 ? c != '-' : !is_hex)
			return false;
	}
	return true;
}

static struct err
find_id(struct admin_command *command, struct str *ret_id)
{
	struct str key = arena_str_lower(command->arena, str_of(command->argument));
	const struct json *root = NULL;
	const struct json *rows;
	const struct json *id;
	struct err err;

	if (is_id(key)) {
		*ret_id = key;
		return OK_NONE;
	}
	err = admin_command_ask(command, "GET",
				arena_printf(command->arena, "/v1/accounts?key=%s",
					     admin_escape(command->arena, key)),
				STR(""), &root);
	if (err.code)
		return err;
	rows = json_member(root, STR("accounts"));
	id = rows && rows->type == JSON_ARRAY ? json_member(rows->first, STR("id")) : NULL;
	if (!id)
		return err_format(command->arena, ERR_CONFIG, "there is no account %s",
				  command->argument);
	*ret_id = id->text;
	return OK_NONE;
}

static struct err
ask_about(struct admin_command *command, const char *method, const char *verb)
{
	const struct json *root = NULL;
	const struct json *users;
	struct str id = STR("");
	struct err err = find_id(command, &id);

	if (!err.code)
		err = admin_command_ask(command, method,
					arena_printf(command->arena, "/v1/accounts/%s%s",
						     admin_escape(command->arena, id), verb),
					STR(""), &root);
	if (err.code)
		return err;
	if (command->is_json) {
		admin_print_json(root);
		return OK_NONE;
	}
	admin_print_object(root);
	users = json_member(root, STR("users"));
	if (users && users->first) {
		(void)putchar('\n');
		admin_print_table(users, user_columns, ARRAY_LEN(user_columns));
	}
	return OK_NONE;
}

static struct err
show(struct admin_command *command)
{
	return ask_about(command, "GET", "");
}

static struct err
expire(struct admin_command *command)
{
	return ask_about(command, "POST", "/expire");
}

static struct err
suspend(struct admin_command *command)
{
	return ask_about(command, "POST", "/suspend");
}

static struct err
activate(struct admin_command *command)
{
	return ask_about(command, "POST", "/activate");
}

static const struct admin_action actions[] = {
	{ "list", NULL, ADMIN_TAKES_PAGE, list }, { "show", "ACCOUNT", 0, show },
	{ "expire", "ACCOUNT", 0, expire },	  { "suspend", "ACCOUNT", 0, suspend },
	{ "activate", "ACCOUNT", 0, activate },
};

int
command_account(int argc, char **argv)
{
	return admin_command_run(argc, argv, usage, actions, ARRAY_LEN(actions));
}
