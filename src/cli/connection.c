/*
 * `partner-connect connection`: what Databricks has connected, and the secrets that came with it.
 */
#include "cli/admin_command.h"
#include "cli/commands.h"
#include "core/words.h"

static const char usage[] =
	"Usage: partner-connect connection list [OPTIONS]\n"
	"       partner-connect connection show|delete|credential ID [OPTIONS]\n\n"
	"  partner-connect connection list --state live --workspace 1234567890\n"
	"  partner-connect connection show ID\n"
	"  partner-connect connection delete ID --yes        on our side: Databricks is not told\n"
	"  partner-connect connection credential ID > FILE   the stored token or secret, alone\n\n"
	"Each look at a credential is audited. It is not printed on a terminal without "
	"--reveal.\n\n"
	"  --account ID    of list: those of one account\n"
	"  --workspace N   of list: those of a Databricks workspace\n"
	"  --state STATE   of list: live, superseded or deleted\n"
	"  --limit N       how many [50]\n"
	"  --before ID     go on where another list ended\n"
	"  --kind KIND     of credential: which one, when there are several\n"
	"  --reveal        of credential: on a terminal, too\n"
	"  --yes           of delete: do not ask\n";

static const struct admin_column columns[] = {
	{ "ID", "id" },		  { "STATE", "state" },
	{ "CLOUD", "cloud" },	  { "WORKSPACE", "workspace_id" },
	{ "NAME", "name" },	  { "ACCOUNT", "account_id" },
	{ "CREATED", "created" },
};

/* ---- List ---- */

static const char *
filter(struct admin_command *command, const char *name, const char *value)
{
	if (!value)
		return "";
	return arena_printf(command->arena, "&%s=%s", name,
			    admin_escape(command->arena, str_of(value)));
}

static struct err
list(struct admin_command *command)
{
	const char *query =
		arena_printf(command->arena, "%s%s%s", filter(command, "account", command->account),
			     filter(command, "workspace", command->workspace),
			     filter(command, "state", command->state));

	return admin_command_list(command, "/v1/connections", query, "connections", columns,
				  ARRAY_LEN(columns));
}

/* ---- One ---- */

static const char *
path_of(struct admin_command *command, const char *verb)
{
	return arena_printf(command->arena, "/v1/connections/%s%s",
			    admin_escape(command->arena, str_of(command->argument)), verb);
}

static struct err
show(struct admin_command *command)
{
	const struct json *root = NULL;
	struct err err = admin_command_ask(command, "GET", path_of(command, ""), STR(""), &root);

	if (err.code)
		return err;
	if (command->is_json)
		admin_print_json(root);
	else
		admin_print_object(root);
	return OK_NONE;
}

static bool
is_confirmed(const struct admin_command *command)
{
	char answer[16];

	(void)fprintf(stderr, "Delete connection %s and its secrets? [y/N] ", command->argument);
	return fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static struct err
delete_one(struct admin_command *command)
{
	const struct json *root = NULL;
	struct err err;

	if (!command->says_yes && !isatty(STDIN_FILENO))
		return err_make(ERR_USAGE, "delete: --yes is needed where nobody can be asked");
	if (!command->says_yes && !is_confirmed(command))
		return err_make(ERR_CONFIG, "nothing was deleted");
	err = admin_command_ask(command, "DELETE", path_of(command, ""), STR(""), &root);
	if (!err.code && command->is_json)
		admin_print_json(root);
	else if (!err.code)
		(void)fprintf(stderr, "Deleted.\n");
	return err;
}

/* ---- Its credential ---- */

/* What there is most likely to be, first; a JDBC URL is kept only when a password is in it. */
static const struct json *
choose(struct admin_command *command, const struct json *secrets)
{
	if (command->kind)
		return json_member(secrets, str_of(command->kind));
	for (int kind = 0; kind < N_SECRET_KINDS; kind++) {
		const struct json *secret = json_member(secrets, word_of(&secret_kind_words, kind));

		if (secret)
			return secret;
	}
	return NULL;
}

static struct err
print_secret(struct admin_command *command, const struct json *root)
{
	const struct json *secrets = json_member(root, STR("secrets"));
	const struct json *secret;

	if (!secrets || secrets->type != JSON_OBJECT)
		return err_make(ERR_IO, "the server's answer has no secrets");
	if (command->is_json) {
		admin_print_json(root);
		return OK_NONE;
	}
	secret = choose(command, secrets);
	if (!secret)
		return err_make(ERR_CONFIG, "the connection has no secret of this kind: see "
					    "`connection show`");
	(void)printf("%.*s\n", STR_ARG(secret->text));
	return OK_NONE;
}

static struct err
credential(struct admin_command *command)
{
	const struct json *root = NULL;
	int kind;
	struct err err;

	/* Before it is asked for: what is not shown is not audited as read. */
	if (isatty(STDOUT_FILENO) && !command->reveals)
		return err_make(ERR_USAGE, "the secret would stand on this terminal: send it "
					   "elsewhere, or give --reveal");
	if (command->kind && !word_find(&secret_kind_words, str_of(command->kind), &kind))
		return err_make(ERR_USAGE, "--kind: none of personal_access_token, oauth_token, "
					   "service_principal_oauth_secret, jdbc_url, "
					   "databricks_jdbc_url");
	err = admin_command_ask(command, "POST", path_of(command, "/credential"), STR(""), &root);
	return err.code ? err : print_secret(command, root);
}

static const struct admin_action actions[] = {
	{ "list", NULL,
	  ADMIN_TAKES_PAGE | ADMIN_TAKES_ACCOUNT | ADMIN_TAKES_WORKSPACE | ADMIN_TAKES_STATE,
	  list },
	{ "show", "ID", 0, show },
	{ "delete", "ID", ADMIN_TAKES_YES, delete_one },
	{ "credential", "ID", ADMIN_TAKES_KIND | ADMIN_TAKES_REVEAL, credential },
};

int
command_connection(int argc, char **argv)
{
	return admin_command_run(argc, argv, usage, actions, ARRAY_LEN(actions));
}
