/*
 * `partner-connect manual`: what docs/ and the manual page hold of the settings, from the table that
 * also reads them.
 */
#include "cli/commands.h"
#include "cli/settings.h"

static const char usage[] =
	"Usage: partner-connect manual settings|man\n\n"
	"  settings  docs/settings.md: every setting with its default\n"
	"  man       partner-connect-serve(8): partner-connect manual man | man -l -\n";

static const char markdown_head[] =
	"# Settings of `serve`\n\n"
	"Made by `partner-connect manual settings`. Each setting is a flag (`--trial-days 14`), an "
	"environment variable\n(`PARTNER_CONNECT_TRIAL_DAYS=14`) and a line of the file that "
	"`--settings` names (`trial_days = 14`); the flag wins over the\nvariable, the variable "
	"over "
	"the file. SIGHUP reads them again; the log names those that need a restart.\n\n"
	"| setting | default | what it does |\n| --- | --- | --- |\n";

static const char roff_head[] =
	".TH PARTNER\\-CONNECT\\-SERVE 8 \"\" \"partner\\-connect " PC_VERSION "\"\n"
	".SH NAME\npartner\\-connect\\-serve \\- answer the Connect API of Databricks Partner "
	"Connect\n"
	".SH SYNOPSIS\n.B partner\\-connect serve \\-\\-config\n.I PARTNER.json\n[settings]\n"
	".SH DESCRIPTION\nAnswers each call of the Connect API for the partner that the config "
	"describes, and keeps what it answered.\nEach setting below is a flag, an environment "
	"variable PARTNER_CONNECT_ with the name in capitals, and a line\nof the settings file; "
	"the "
	"flag wins over the variable, the variable over the file.\n"
	".SH SETTINGS\n";

static const char roff_tail[] =
	".SH ENVIRONMENT\n.TP\n.B BASIC_USER, BASIC_PASSWORD\nThe first credential, when none is "
	"stored. Overwritten after reading.\n"
	".SH SIGNALS\n.TP\n.B SIGHUP\nReads settings, config, connectors, images and certificates "
	"again: all of them, or none and a line in the log.\n"
	".TP\n.B SIGTERM, SIGINT\nAccepts no more, finishes what runs, ends with status 0. A "
	"second "
	"one ends it at once.\n"
	".SH EXIT STATUS\n0 done; 2 usage; 3 a configuration that cannot be used; 6 a fault.\n";

int
command_manual(int argc, char **argv)
{
	struct str page = str_of(argc > 1 ? argv[1] : "");

	if (str_equal(page, STR("settings"))) {
		(void)fputs(markdown_head, stdout);
		settings_print(MANUAL_MARKDOWN);
		return 0;
	}
	if (str_equal(page, STR("man"))) {
		(void)fputs(roff_head, stdout);
		settings_print(MANUAL_ROFF);
		(void)fputs(roff_tail, stdout);
		return 0;
	}
	(void)fputs(usage, str_equal(page, STR("--help")) ? stdout : stderr);
	return str_equal(page, STR("--help")) ? 0 : EXIT_USAGE;
}
