/*
 * `partner-connect config`: what is wrong with a partner config, what its fields mean, and one to
 * start from. The work is done in lint/; here are flags, files and exit statuses.
 */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/connectors_file.h"
#include "lint/connectors.h"
#include "lint/explain.h"
#include "lint/lint.h"
#include "lint/report.h"
#include "lint/starter.h"

#include <getopt.h>

/* lint only: there were errors, or with --strict warnings. */
#define EXIT_FINDINGS 1
#define MAX_CONNECTORS ((size_t)4 * 1024 * 1024)

static const char usage[] =
	"Usage: partner-connect config lint FILE [FLAGS]\n"
	"       partner-connect config explain [FIELD|RULE] [--markdown]\n"
	"       partner-connect config init [--category CATEGORY] [--name NAME]\n\n"
	"  lint     says all that is wrong with a partner config, with line and column\n"
	"  explain  what a field or a rule means; without one, lists them all\n"
	"  init     prints a config to start from\n\n"
	"Flags of lint:\n"
	"  -o, --output text|json   how the findings are written\n"
	"  --strict                 warnings count as errors\n"
	"  --connectors FILE        your connectors, as `serve` takes them\n"
	"  --connectors-csv FILE    your copy of the public list: each identifier must be on it\n\n"
	"Examples:\n"
	"  partner-connect config init --category INGEST --name \"My Product\" >partner.json\n"
	"  partner-connect config lint partner.json\n"
	"  partner-connect config explain new_user_action\n\n"
	"Exit status: 0 no error, 1 errors were found, 2 usage, 3 a file is no JSON or cannot be "
	"read\n";

struct flags {
	bool is_json;
	bool is_strict;
	bool is_markdown;
	bool wants_help;
	const char *connectors;
	const char *connectors_csv;
	struct str category;
	struct str name;
	const char *argument; /* what is no flag; NULL: none */
};

enum flag {
	FLAG_OUTPUT = 'o',
	FLAG_HELP = 'h',
	FLAG_STRICT = 256,
	FLAG_CONNECTORS,
	FLAG_CONNECTORS_CSV,
	FLAG_MARKDOWN,
	FLAG_CATEGORY,
	FLAG_NAME,
};

static const struct option lint_options[] = {
	{ "output", required_argument, NULL, FLAG_OUTPUT },
	{ "strict", no_argument, NULL, FLAG_STRICT },
	{ "connectors", required_argument, NULL, FLAG_CONNECTORS },
	{ "connectors-csv", required_argument, NULL, FLAG_CONNECTORS_CSV },
	{ "help", no_argument, NULL, FLAG_HELP },
	{ 0 },
};
static const struct option explain_options[] = {
	{ "markdown", no_argument, NULL, FLAG_MARKDOWN },
	{ "help", no_argument, NULL, FLAG_HELP },
	{ 0 },
};
static const struct option init_options[] = {
	{ "category", required_argument, NULL, FLAG_CATEGORY },
	{ "name", required_argument, NULL, FLAG_NAME },
	{ "help", no_argument, NULL, FLAG_HELP },
	{ 0 },
};

static struct err
take_output(struct arena *arena, const char *value, struct flags *flags)
{
	flags->is_json = str_equal(str_of(value), STR("json"));
	if (!flags->is_json && !str_equal(str_of(value), STR("text")))
		return err_format(arena, ERR_USAGE, "--output: %s is neither text nor json", value);
	return OK_NONE;
}

static struct err
take_flag(struct arena *arena, int flag, const char *argument, struct flags *flags)
{
	switch (flag) {
	case FLAG_OUTPUT:
		return take_output(arena, optarg, flags);
	case FLAG_HELP:
		flags->wants_help = true;
		break;
	case FLAG_STRICT:
		flags->is_strict = true;
		break;
	case FLAG_CONNECTORS:
		flags->connectors = optarg;
		break;
	case FLAG_CONNECTORS_CSV:
		flags->connectors_csv = optarg;
		break;
	case FLAG_MARKDOWN:
		flags->is_markdown = true;
		break;
	case FLAG_CATEGORY:
		flags->category = str_of(optarg);
		break;
	case FLAG_NAME:
		flags->name = str_of(optarg);
		break;
	case ':':
		return err_format(arena, ERR_USAGE, "%s: a value is missing", argument);
	default:
		return err_format(arena, ERR_USAGE, "%s: no such flag", argument);
	}
	return OK_NONE;
}

static struct err
flags_read(struct arena *arena, int argc, char **argv, const struct option *options,
	   struct flags *flags)
{
	const char *short_options = options == lint_options ? ":o:h" : ":h";
	int flag;

	optind = 1;
	opterr = 0;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread */
	while ((flag = getopt_long(argc, argv, short_options, options, NULL)) != -1) {
		struct err err = take_flag(arena, flag, argv[optind - 1], flags);

		if (err.code)
			return err;
	}
	if (optind < argc)
		flags->argument = argv[optind++];
	if (optind < argc)
		return err_format(arena, ERR_USAGE, "%s: nothing more is expected here",
				  argv[optind]);
	return OK_NONE;
}

/* ---- lint ---- */

static struct err
read_source(struct arena *arena, const char *path, size_t max, struct lint_source **ret_source)
{
	struct lint_source *source = arena_new(arena, struct lint_source);
	struct err err = file_read(arena, path, max, &source->text);

	source->name = path;
	*ret_source = source;
	return err.code ? err_make(ERR_CONFIG, err.detail) : OK_NONE;
}

static const char *
folder_of(struct arena *arena, const char *path)
{
	ptrdiff_t slash = str_find_last(str_of(path), '/');

	if (slash < 0)
		return ".";
	return slash == 0 ? "/" : arena_cstr(arena, (struct str){ path, (size_t)slash });
}

static struct err
check_connectors(struct arena *arena, const struct flags *flags, struct findings *findings)
{
	struct lint_source *own_source;
	struct lint_source *list_source;
	struct identifiers own;
	struct identifiers list;
	const struct connector *connectors;
	size_t n;
	/* First as the server reads it: what it refuses is not worth comparing. */
	struct err err = connectors_file_read(arena, flags->connectors, &connectors, &n);

	if (!err.code)
		err = read_source(arena, flags->connectors, MAX_CONNECTORS, &own_source);
	if (!err.code)
		err = connectors_read_own(arena, own_source, &own);
	if (!err.code && !flags->connectors_csv)
		return OK_NONE;
	if (!err.code)
		err = read_source(arena, flags->connectors_csv, MAX_CONNECTORS, &list_source);
	if (!err.code)
		err = connectors_read_public(arena, list_source, &list);
	if (!err.code)
		lint_connectors(findings, own_source, &own, &list);
	return err;
}

static int
exit_status_of(const struct findings *findings, bool is_json_read, bool is_strict)
{
	if (!is_json_read)
		return EXIT_CONFIG;
	if (findings->n_of[LINT_ERROR] > 0 || (is_strict && findings->n_of[LINT_WARNING] > 0))
		return EXIT_FINDINGS;
	return 0;
}

static struct err
lint(struct arena *arena, const struct flags *flags, int *ret_status)
{
	struct lint_source *source;
	struct findings findings;
	bool is_json_read;
	struct err err;

	if (!flags->argument)
		return err_make(ERR_USAGE, "FILE is missing: the partner config");
	if (flags->connectors_csv && !flags->connectors)
		return err_make(ERR_USAGE, "--connectors-csv needs --connectors: the file that is "
					   "compared with it");
	err = read_source(arena, flags->argument, LINT_MAX_CONFIG, &source);
	if (err.code)
		return err;
	findings_init(&findings, arena);
	is_json_read = lint_config(&findings, source, folder_of(arena, flags->argument));
	if (flags->connectors)
		err = check_connectors(arena, flags, &findings);
	if (err.code)
		return err;
	findings_sort(&findings);
	if (flags->is_json)
		report_write_json(stdout, &findings, source->name);
	else
		report_write_text(stdout, &findings);
	(void)fprintf(stderr, "%s: %s\n", source->name, report_summary(&findings));
	*ret_status = exit_status_of(&findings, is_json_read, flags->is_strict);
	return OK_NONE;
}

/* ---- explain and init ---- */

static struct err
explain(struct arena *arena, const struct flags *flags, int *ret_status)
{
	*ret_status = 0;
	if (flags->argument)
		return explain_write(arena, stdout, str_of(flags->argument));
	if (flags->is_markdown)
		explain_write_markdown(arena, stdout);
	else
		explain_write_list(stdout);
	return OK_NONE;
}

static struct err
init(struct arena *arena, const struct flags *flags, int *ret_status)
{
	*ret_status = 0;
	if (flags->argument)
		return err_format(arena, ERR_USAGE, "%s: nothing is expected here",
				  flags->argument);
	return starter_write(arena, stdout, flags->category, flags->name);
}

static const struct {
	const char *name;
	const char *command; /* for messages */
	const struct option *options;
	struct err (*run)(struct arena *arena, const struct flags *flags, int *ret_status);
} actions[] = {
	{ "lint", "config lint", lint_options, lint },
	{ "explain", "config explain", explain_options, explain },
	{ "init", "config init", init_options, init },
};

static int
run_action(size_t i, int argc, char **argv)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct flags flags = { 0 };
	int status = 0;
	struct err err = flags_read(arena, argc, argv, actions[i].options, &flags);

	if (!err.code && flags.wants_help) {
		(void)fputs(usage, stdout);
		return 0;
	}
	if (!err.code)
		err = actions[i].run(arena, &flags, &status);
	if (!err.code && fflush(stdout) != 0)
		err = err_make(ERR_IO, "the output could not be written");
	return err.code ? command_fail(actions[i].command, err) : status;
}

int
command_config(int argc, char **argv)
{
	struct str name = str_of(argc > 1 ? argv[1] : "");
	bool wants_help = str_equal(name, STR("--help")) || str_equal(name, STR("-h"));

	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		if (str_equal(name, str_of(actions[i].name)))
			return run_action(i, argc - 1, argv + 1);
	}
	if (argc > 1 && !wants_help)
		(void)fprintf(stderr, "partner-connect config: %s is none of lint, explain, init\n",
			      argv[1]);
	(void)fputs(usage, wants_help ? stdout : stderr);
	return wants_help ? 0 : EXIT_USAGE;
}
