/*
 * `partner-connect credential`: the two Basic credentials that Databricks calls with, for changing
 * over from one to the other without a pause.
 */
#include "cli/admin_command.h"
#include "cli/commands.h"

static const char usage[] =
	"Usage: partner-connect credential list|add|promote|retire USER [OPTIONS]\n\n"
	"Two credentials are valid at once, current and next. To change over without a pause:\n\n"
	"  partner-connect credential add          makes a pair in next, prints it once as\n"
	"                                          USER:PASSWORD; give it to Databricks\n"
	"  partner-connect credential list         who they are, when each was last used\n"
	"  partner-connect credential promote      next becomes current and the other way round;\n"
	"                                          both go on being valid\n"
	"  partner-connect credential retire USER  forgets the pair in next: the old one, once it\n"
	"                                          has fallen quiet\n\n"
	"Each takes effect at once. The server runs meanwhile.\n";

static const struct admin_column columns[] = {
	{ "SLOT", "slot" },
	{ "USER", "user" },
	{ "CREATED", "created" },
	{ "LAST USED", "last_used" },
};

static struct err
print_credentials(const struct admin_command *command, const struct json *root)
{
	const struct json *rows = json_member(root, STR("credentials"));

	if (!rows || rows->type != JSON_ARRAY)
		return err_make(ERR_IO, "the server's answer has no list");
	if (command->is_json)
		admin_print_json(root);
	else
		admin_print_table(rows, columns, ARRAY_LEN(columns));
	return OK_NONE;
}

static struct err
ask_and_print(struct admin_command *command, const char *method, const char *path, struct str body)
{
	const struct json *root = NULL;
	struct err err = admin_command_ask(command, method, path, body, &root);

	return err.code ? err : print_credentials(command, root);
}

static struct err
list(struct admin_command *command)
{
	return ask_and_print(command, "GET", "/v1/credentials", STR(""));
}

static struct err
add(struct admin_command *command)
{
	const struct json *root = NULL;
	const struct json *user;
	const struct json *password;
	struct err err = admin_command_ask(command, "POST", "/v1/credentials", STR(""), &root);

	if (err.code)
		return err;
	user = json_member(root, STR("user"));
	password = json_member(root, STR("password"));
	if (!user || !password)
		return err_make(ERR_IO, "the server's answer has no pair");
	if (command->is_json)
		admin_print_json(root);
	else
		(void)printf("%.*s:%.*s\n", STR_ARG(user->text), STR_ARG(password->text));
	(void)fprintf(stderr, "This pair is shown once. It is valid now, and the one before is, "
			      "too.\n");
	return OK_NONE;
}

static struct err
promote(struct admin_command *command)
{
	return ask_and_print(command, "POST", "/v1/credentials/promote", STR(""));
}

static struct err
retire(struct admin_command *command)
{
	struct buf buf;
	struct json_writer writer = { .buf = &buf };

	buf_init(&buf, command->arena, 65536);
	json_write_begin_object(&writer);
	json_write_name(&writer, "user");
	json_write_string(&writer, str_of(command->argument));
	json_write_end_object(&writer);
	return ask_and_print(command, "POST", "/v1/credentials/retire", str_of(buf_cstr(&buf)));
}

static const struct admin_action actions[] = {
	{ "list", NULL, 0, list },
	{ "add", NULL, 0, add },
	{ "promote", NULL, 0, promote },
	{ "retire", "USER", 0, retire },
};

int
command_credential(int argc, char **argv)
{
	return admin_command_run(argc, argv, usage, actions, ARRAY_LEN(actions));
}
