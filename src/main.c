/*
 * partner-connect: the table of subcommands.
 */
#include "cli/commands.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "serve", command_serve, "the partner side: answers the Connect API" },
	{ "config", command_config, "checks a partner config, explains it, makes one" },
	{ "account", command_account, "the customers' accounts" },
	{ "connection", command_connection, "what Databricks has connected, and its secrets" },
	{ "credential", command_credential, "the credentials that Databricks calls with" },
	{ "manual", command_manual, "the settings as a page of documentation" },
	{ "audit", command_audit, "who did what" },
	{ "version", command_version, "what this is built of" },
};

static void
print_help(FILE *out)
{
	(void)fprintf(out, "Usage: partner-connect COMMAND [ARGUMENTS]\n\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		(void)fprintf(out, "  %-12s %s\n", commands[i].name, commands[i].help);
	(void)fprintf(out, "\n`partner-connect COMMAND --help` says more.\n");
}

int
main(int argc, char **argv)
{
	struct str name = str_of(argc > 1 ? argv[1] : "");

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (str_equal(name, str_of(commands[i].name)))
			return commands[i].run(argc - 1, argv + 1);
	}
	if (str_equal(name, STR("--help")) || str_equal(name, STR("-h")) ||
	    str_equal(name, STR("help"))) {
		print_help(stdout);
		return 0;
	}
	if (str_equal(name, STR("--version")))
		return command_version(argc - 1, argv + 1);
	if (argc > 1)
		(void)fprintf(stderr, "partner-connect: %s is no command\n", argv[1]);
	print_help(stderr);
	return EXIT_USAGE;
}
