/*
 * Arguments of the admin commands, and lists.
 */
#include "cli/admin_command.h"

#include "cli/commands.h"

#include <getopt.h>

#define MAX_PAGE 500
#define MAX_LIMIT 100000

static const char common_usage[] =
	"\nOptions:\n"
	"  -o, --output text|json  what goes to standard output [text]\n"
	"      --state-dir DIR     finds the server by its state directory, as `serve` does\n"
	"      --admin-socket PATH finds it by its socket\n"
	"      --settings FILE     takes both from a settings file\n"
	"  -h, --help\n\n"
	"Exit status: 0 done, 2 usage, 3 there is no such thing or it cannot be done as things "
	"are,\n"
	"4 no server answers or lets us in, 6 a fault.\n";

enum option_code {
	OPTION_STATE_DIR = 1000,
	OPTION_ADMIN_SOCKET,
	OPTION_SETTINGS,
	OPTION_LIMIT,
	OPTION_BEFORE,
	OPTION_ACCOUNT,
	OPTION_WORKSPACE,
	OPTION_STATE,
	OPTION_KIND,
	OPTION_REVEAL,
	OPTION_YES,
};

static const struct option options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ "state-dir", required_argument, NULL, OPTION_STATE_DIR },
	{ "admin-socket", required_argument, NULL, OPTION_ADMIN_SOCKET },
	{ "settings", required_argument, NULL, OPTION_SETTINGS },
	{ "limit", required_argument, NULL, OPTION_LIMIT },
	{ "before", required_argument, NULL, OPTION_BEFORE },
	{ "account", required_argument, NULL, OPTION_ACCOUNT },
	{ "workspace", required_argument, NULL, OPTION_WORKSPACE },
	{ "state", required_argument, NULL, OPTION_STATE },
	{ "kind", required_argument, NULL, OPTION_KIND },
	{ "reveal", no_argument, NULL, OPTION_REVEAL },
	{ "yes", no_argument, NULL, OPTION_YES },
	{ 0 },
};

/* What the command line says before it is looked at as a whole. */
struct arguments {
	struct admin_command *command;
	bool wants_help;
	unsigned int taken; /* enum admin_takes */
	/* For settings_read(): these it knows how to put above the environment and the file. */
	char *forwarded[8];
	int n_forwarded;
};

static void
forward(struct arguments *arguments, const char *flag, const char *value)
{
	if (arguments->n_forwarded + 1 >= (int)ARRAY_LEN(arguments->forwarded))
		return; /* given over and over: the first ones count */
	arguments->forwarded[arguments->n_forwarded++] =
		arena_cstr(arguments->command->arena,
			   str_of(arena_printf(arguments->command->arena, "--%s=%s", flag, value)));
}

static struct err
take_limit(struct arguments *arguments, const char *value)
{
	struct admin_command *command = arguments->command;

	arguments->taken |= ADMIN_TAKES_PAGE;
	if (!str_to_int64(str_of(value), &command->limit) || command->limit < 1 ||
	    command->limit > MAX_LIMIT)
		return err_format(command->arena, ERR_USAGE, "--limit: not a number from 1 to %d",
				  MAX_LIMIT);
	return OK_NONE;
}

static struct err
take_output(struct admin_command *command, struct str value)
{
	command->is_json = str_equal(value, STR("json"));
	if (!command->is_json && !str_equal(value, STR("text")))
		return err_make(ERR_USAGE, "--output: neither text nor json");
	return OK_NONE;
}

static struct err
take_option(struct arguments *arguments, int code, const char *value)
{
	struct admin_command *command = arguments->command;

	switch (code) {
	case 'o':
		return take_output(command, str_of(value));
	case 'h':
		arguments->wants_help = true;
		break;
	case OPTION_STATE_DIR:
		forward(arguments, "state-dir", value);
		break;
	case OPTION_ADMIN_SOCKET:
		forward(arguments, "admin-socket", value);
		break;
	case OPTION_SETTINGS:
		forward(arguments, "settings", value);
		break;
	case OPTION_LIMIT:
		return take_limit(arguments, value);
	case OPTION_BEFORE:
		arguments->taken |= ADMIN_TAKES_PAGE;
		command->before = value;
		break;
	case OPTION_ACCOUNT:
		arguments->taken |= ADMIN_TAKES_ACCOUNT;
		command->account = value;
		break;
	case OPTION_WORKSPACE:
		arguments->taken |= ADMIN_TAKES_WORKSPACE;
		command->workspace = value;
		break;
	case OPTION_STATE:
		arguments->taken |= ADMIN_TAKES_STATE;
		command->state = value;
		break;
	case OPTION_KIND:
		arguments->taken |= ADMIN_TAKES_KIND;
		command->kind = value;
		break;
	case OPTION_REVEAL:
		arguments->taken |= ADMIN_TAKES_REVEAL;
		command->reveals = true;
		break;
	case OPTION_YES:
		arguments->taken |= ADMIN_TAKES_YES;
		command->says_yes = true;
		break;
	default:
		break; /* all are above */
	}
	return OK_NONE;
}

static struct err
take_positional(struct admin_command *command, const char *text)
{
	if (command->argument)
		return err_format(command->arena, ERR_USAGE, "%s: nothing is expected here", text);
	command->argument = text;
	return OK_NONE;
}

/* argv[0] is the action. */
static struct err
read_arguments(struct arguments *arguments, int argc, char **argv)
{
	struct arena *arena = arguments->command->arena;
	int code;

	optind = 1;
	opterr = 0;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	while ((code = getopt_long(argc, argv, "-:o:h", options, NULL)) != -1) {
		struct err err;

		if (code == 1)
			err = take_positional(arguments->command, optarg);
		else if (code == ':')
			err = err_format(arena, ERR_USAGE, "%s: a value is missing",
					 argv[optind - 1]);
		else if (code == '?')
			err = err_format(arena, ERR_USAGE, "%s: no such option", argv[optind - 1]);
		else
			err = take_option(arguments, code, optarg);
		if (err.code)
			return err;
	}
	for (; optind < argc; optind++) {
		struct err err = take_positional(arguments->command, argv[optind]);

		if (err.code)
			return err;
	}
	return OK_NONE;
}

static struct err
check_arguments(const struct arguments *arguments, const struct admin_action *action)
{
	const struct admin_command *command = arguments->command;

	if (arguments->taken & ~action->takes)
		return err_format(command->arena, ERR_USAGE, "%s: it does not take that option",
				  action->name);
	if (action->argument && !command->argument)
		return err_format(command->arena, ERR_USAGE, "%s: %s is missing", action->name,
				  action->argument);
	if (!action->argument && command->argument)
		return err_format(command->arena, ERR_USAGE, "%s: nothing is expected here",
				  command->argument);
	return OK_NONE;
}

static const struct admin_action *
find_action(const char *name, const struct admin_action *actions, size_t n_actions)
{
	for (size_t i = 0; i < n_actions; i++) {
		if (str_equal(str_of(name), str_of(actions[i].name)))
			return &actions[i];
	}
	return NULL;
}

static void
print_help(FILE *out, const char *usage)
{
	(void)fputs(usage, out);
	(void)fputs(common_usage, out);
}

static struct err
run(struct arguments *arguments, int argc, char **argv, const char *usage,
    const struct admin_action *action)
{
	struct admin_command *command = arguments->command;
	struct err err;

	arguments->forwarded[arguments->n_forwarded++] = argv[0];
	err = read_arguments(arguments, argc, argv);
	if (!err.code && arguments->wants_help) {
		print_help(stdout, usage);
		return OK_NONE;
	}
	if (!err.code)
		err = check_arguments(arguments, action);
	if (!err.code)
		err = settings_read(command->arena, arguments->n_forwarded, arguments->forwarded,
				    &command->settings);
	return err.code ? err : action->run(command);
}

int
admin_command_run(int argc, char **argv, const char *usage, const struct admin_action *actions,
		  size_t n_actions)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct admin_command command = { .arena = arena, .limit = 50 };
	struct arguments arguments = { .command = &command };
	const struct admin_action *action;
	struct err err;

	if (argc < 2) {
		print_help(stderr, usage);
		return EXIT_USAGE;
	}
	if (str_equal(str_of(argv[1]), STR("--help")) || str_equal(str_of(argv[1]), STR("-h"))) {
		print_help(stdout, usage);
		return 0;
	}
	action = find_action(argv[1], actions, n_actions);
	if (action)
		err = run(&arguments, argc - 1, argv + 1, usage, action);
	else
		err = err_format(arena, ERR_USAGE, "%s: no such action", argv[1]);
	if (!err.code && fflush(stdout) != 0)
		err = err_errno(arena, ERR_IO, "standard output");
	return err.code ? command_fail(argv[0], err) : 0;
}

struct err
admin_command_ask(struct admin_command *command, const char *method, const char *path,
		  struct str body, const struct json **ret_root)
{
	return admin_ask(command->arena, &command->settings, method, path, body, ret_root);
}

/* ---- Lists ---- */

/* All pages as one array; its rows are linked on from page to page. */
struct list {
	struct json array;
	struct json *last;
	struct str next;
};

/* The page's rows are in the arena and ours: they are chained, and numbered. */
static void
append(struct list *list, const struct json *rows)
{
	for (const struct json *row = rows->first; row; row = row->next) {
		/* Const where they were read; nobody else has them. */
		struct json *own = (struct json *)(uintptr_t)row;

		if (list->last)
			list->last->next = own;
		else
			list->array.first = own;
		list->last = own;
		list->array.n_children++;
	}
}

static struct err
read_page(struct admin_command *command, const char *path, const char *query, const char *member,
	  struct list *list)
{
	int64_t rest = command->limit - (int64_t)list->array.n_children;
	const char *target = arena_printf(command->arena, "%s?limit=%lld%s%s%s", path,
					  (long long)(rest < MAX_PAGE ? rest : MAX_PAGE), query,
					  str_is_empty(list->next) ? "" : "&before=",
					  admin_escape(command->arena, list->next));
	const struct json *root = NULL;
	const struct json *rows;
	const struct json *next;
	struct err err = admin_command_ask(command, "GET", target, STR(""), &root);

	if (err.code)
		return err;
	rows = json_member(root, str_of(member));
	next = json_member(root, STR("next"));
	if (!rows || rows->type != JSON_ARRAY)
		return err_make(ERR_IO, "the server's answer has no list");
	append(list, rows);
	list->next = next && next->type == JSON_STRING ? next->text : STR("");
	return OK_NONE;
}

static void
print_list_json(struct list *list, const char *member)
{
	struct json next = { .type = JSON_STRING, .name = STR("next"), .text = list->next };
	struct json root = { .type = JSON_OBJECT, .first = &list->array };

	list->array.type = JSON_ARRAY;
	list->array.name = str_of(member);
	if (!str_is_empty(list->next))
		list->array.next = &next;
	admin_print_json(&root);
}

struct err
admin_command_list(struct admin_command *command, const char *path, const char *query,
		   const char *member, const struct admin_column *columns, size_t n_columns)
{
	struct list list = { .next = str_of(command->before ? command->before : "") };

	/* A page may be short and have a next one all the same. */
	do {
		struct err err = read_page(command, path, query, member, &list);

		if (err.code)
			return err;
	} while (!str_is_empty(list.next) && (int64_t)list.array.n_children < command->limit);
	if (command->is_json) {
		print_list_json(&list, member);
		return OK_NONE;
	}
	admin_print_table(&list.array, columns, n_columns);
	if (!str_is_empty(list.next))
		(void)fprintf(stderr, "There are more: --before %.*s, or a higher --limit\n",
			      STR_ARG(list.next));
	return OK_NONE;
}
