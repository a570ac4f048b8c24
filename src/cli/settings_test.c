/*
 * settings_read(): flags, environment, file and defaults, and what does not fit.
 */
#include "cli/settings.h"

#include "base/file.h"
#include "support/rows.h"

#define MAX_ARGS 6

struct settings_row {
	const char *name;
	const char *args[MAX_ARGS];
	const char *env; /* of trial_days */
	const char *file;
	enum err_code want_error;
	const char *want_detail;
	int64_t want_trial_days;
};

static const struct settings_row reads[] = {
	{ "default", { NULL }, NULL, NULL, ERR_NONE, NULL, 0 },
	{ "flag", { "--trial-days", "14" }, NULL, NULL, ERR_NONE, NULL, 14 },
	{ "flag_with_equals", { "--trial-days=14" }, NULL, NULL, ERR_NONE, NULL, 14 },
	{ "environment", { NULL }, "15", NULL, ERR_NONE, NULL, 15 },
	{ "file", { NULL }, NULL, "trial_days = 16\n", ERR_NONE, NULL, 16 },
	{ "file_section", { NULL }, NULL, "[serve]\ntrial_days=16\n", ERR_NONE, NULL, 16 },
	{ "environment_wins_over_file", { NULL }, "15", "trial_days = 16\n", ERR_NONE, NULL, 15 },
	{ "flag_wins_over_all",
	  { "--trial-days", "14" },
	  "15",
	  "trial_days = 16\n",
	  ERR_NONE,
	  NULL,
	  14 },
	{ "unknown_flag", { "--trail-days", "14" }, NULL, NULL, ERR_USAGE, "--trail-days", 0 },
	{ "flag_without_value", { "--trial-days" }, NULL, NULL, ERR_USAGE, "value is missing", 0 },
	{ "stray_argument", { "14" }, NULL, NULL, ERR_USAGE, "14", 0 },
	{ "not_a_number", { "--trial-days", "two" }, NULL, NULL, ERR_CONFIG, "--trial-days", 0 },
	{ "past_the_range", { "--trial-days", "36501" }, NULL, NULL, ERR_CONFIG, "36500", 0 },
	{ "negative", { "--trial-days", "-1" }, NULL, NULL, ERR_CONFIG, "trial_days", 0 },
	{ "bad_environment", { NULL }, "", NULL, ERR_CONFIG, "PARTNER_CONNECT_TRIAL_DAYS", 0 },
	{ "unknown_key", { NULL }, NULL, "trail_days = 1\n", ERR_CONFIG, "trail_days", 0 },
	{ "unknown_section", { NULL }, NULL, "[hub]\ntrial_days=1\n", ERR_CONFIG, "[hub]", 0 },
	{ "no_key_value", { NULL }, NULL, "\njust words\n", ERR_CONFIG, "line 2", 0 },
	{ "unknown_flag_with_value",
	  { "--trail-days=secret" },
	  NULL,
	  NULL,
	  ERR_USAGE,
	  "--trail-days: no such flag",
	  0 },
	{ "key_twice", { NULL }, NULL, "trial_days=1\ntrial_days=1\n", ERR_CONFIG, "twice", 0 },
	{ "key_twice_in_sections",
	  { NULL },
	  NULL,
	  "trial_days=1\n[serve]\ntrial_days=1\n",
	  ERR_CONFIG,
	  "twice",
	  0 },
	{ "value_goes_on", { NULL }, NULL, "trial_days=1\n  2\n", ERR_CONFIG, "second line", 0 },
	{ "unknown_word", { "--naming", "color" }, NULL, NULL, ERR_CONFIG, "counter", 0 },
	{ "bad_switch", { "--test-hooks=maybe" }, NULL, NULL, ERR_CONFIG, "neither on nor off", 0 },
	{ "key_in_a_flag", { "--key", "00" }, NULL, NULL, ERR_CONFIG, "environment alone", 0 },
	{ "key_in_a_file", { NULL }, NULL, "key = 00\n", ERR_CONFIG, "environment alone", 0 },
};

#define ENV "PARTNER_CONNECT_TRIAL_DAYS"

/* NOLINTBEGIN(concurrency-mt-unsafe): a test has one thread. */
static void
env_set(const char *name, const char *value)
{
	assert_int_equal(setenv(name, value, 1), 0);
}

static void
env_unset(const char *name)
{
	assert_int_equal(unsetenv(name), 0);
}

static const char *
env_get(const char *name)
{
	return getenv(name);
}
/* NOLINTEND(concurrency-mt-unsafe) */

static void
read_holds(void **state)
{
	const struct settings_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	char path[] = "/tmp/pc-settings-test-XXXXXX";
	char *argv[MAX_ARGS + 4] = { arena_cstr(arena, STR("serve")) };
	int argc = 1;
	struct settings settings = { .trial_days = 0 };
	struct err err;

	for (size_t i = 0; i < MAX_ARGS && row->args[i]; i++)
		argv[argc++] = arena_cstr(arena, str_of(row->args[i]));
	if (row->file) {
		int fd = mkstemp(path);

		assert_true(fd >= 0);
		assert_int_equal(close(fd), 0);
		assert_int_equal(file_replace(arena, path, 0600, str_of(row->file)).code, ERR_NONE);
		argv[argc++] = arena_cstr(arena, STR("--settings"));
		argv[argc++] = path;
	}
	if (row->env)
		env_set(ENV, row->env);
	err = settings_read(arena, argc, argv, &settings);
	env_unset(ENV);
	if (row->file)
		assert_int_equal(unlink(path), 0);
	assert_int_equal(err.code, row->want_error);
	if (row->want_detail)
		assert_non_null(strstr(err.detail, row->want_detail));
	assert_int_equal(settings.trial_days, row->want_trial_days);
}

static void
key_is_taken_from_the_environment(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	char *argv[] = { arena_cstr(arena, STR("serve")), NULL };
	struct settings settings;
	const char *in_environment;

	env_set("PARTNER_CONNECT_KEY", "not-a-key");
	in_environment = env_get("PARTNER_CONNECT_KEY");
	assert_non_null(in_environment);
	assert_int_equal(settings_read(arena, 1, argv, &settings).code, ERR_NONE);
	assert_string_equal(settings.key, "not-a-key");
	assert_null(env_get("PARTNER_CONNECT_KEY"));
	assert_int_equal(in_environment[0], '\0'); /* overwritten where it stood */
}

static void
long_lines_of_a_file_are_whole(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	char path[] = "/tmp/pc-settings-test-XXXXXX";
	char *argv[] = { arena_cstr(arena, STR("serve")), arena_cstr(arena, STR("--settings")),
			 path, NULL };
	struct settings settings;
	char long_value[1501];
	int fd = mkstemp(path);

	memset(long_value, 'a', sizeof(long_value) - 1);
	long_value[sizeof(long_value) - 1] = '\0';
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(
		file_replace(arena, path, 0600,
			     str_of(arena_printf(arena, "redirect_sign_in = %s\n", long_value)))
			.code,
		ERR_NONE);
	assert_int_equal(settings_read(arena, 3, argv, &settings).code, ERR_NONE);
	assert_true(str_equal(settings.redirect[REDIRECT_SIGN_IN], str_of(long_value)));
	assert_int_equal(unlink(path), 0);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, reads, read_holds);
	rows_add_one(&rows, "key_is_taken_from_the_environment", key_is_taken_from_the_environment);
	rows_add_one(&rows, "long_lines_of_a_file_are_whole", long_lines_of_a_file_are_whole);
	return rows_run(&rows, argc, argv);
}
