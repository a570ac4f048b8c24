/*
 * The log: one event is one line whatever is in it, only allowed fields, e-mails masked, nobody
 * waits. jansson reads the lines back.
 */
#include "base/log.h"

#include "support/rows.h"

#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#define EVIL_VALUE "a\r\nb\x1b[31m\"\\\t\x7f"

static struct instant
stopped_now(_unused_ struct clock *self)
{
	return (struct instant){ 1700000000123 };
}

static struct clock stopped_clock = { .now = stopped_now };

/* A log that writes into a pipe. */
struct piped_log {
	int fds[2];
	struct log *log;
	char text[16384];
	size_t len;
};

static void
piped_log_open(struct piped_log *piped, enum log_format format, enum log_level level)
{
	assert_int_equal(pipe2(piped->fds, O_CLOEXEC), 0);
	assert_int_equal(fcntl(piped->fds[0], F_SETFL, O_NONBLOCK), 0);
	piped->log = log_new(piped->fds[1], format, level, &stopped_clock);
	piped->len = 0;
}

static void
piped_log_close(struct piped_log *piped)
{
	log_free(piped->log);
	assert_int_equal(close(piped->fds[0]), 0);
	assert_int_equal(close(piped->fds[1]), 0);
}

/* All that is in the pipe, as a C string. */
static const char *
piped_log_read(struct piped_log *piped)
{
	ssize_t got = read(piped->fds[0], piped->text, sizeof(piped->text) - 1);

	piped->len = got > 0 ? (size_t)got : 0;
	piped->text[piped->len] = '\0';
	return piped->text;
}

/* The one line in the pipe, read as JSON. */
static json_t *
piped_log_read_json(struct piped_log *piped)
{
	const char *text = piped_log_read(piped);
	json_error_t error;
	json_t *line;

	assert_true(piped->len > 0);
	assert_ptr_equal(strchr(text, '\n'), text + piped->len - 1);
	line = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!line)
		fail_msg("%s: %s", error.text, text);
	return line;
}

/* Values, and what a reader of the JSON gets back. */
struct value_row {
	const char *name;
	struct str value;
	const char *want; /* NULL: the value itself */
};

static const struct value_row values[] = {
	{ "value_empty", STR_INIT(""), NULL },
	{ "value_plain", STR_INIT("plain"), NULL },
	{ "value_crlf", STR_INIT("a\r\nb\n"), NULL },
	{ "value_forged_line", STR_INIT("x\"}\n{\"event\":\"forged\"}"), NULL },
	{ "value_escape_sequence", STR_INIT("\x1b[31mred\x1b[0m"), NULL },
	{ "value_quotes", STR_INIT("\"\\\""), NULL },
	{ "value_delete", STR_INIT("\x7f"), NULL },
	{ "value_utf8", STR_INIT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), NULL },
	{ "value_c1_control",
	  STR_INIT("\xc2\x9b"
		   "31m"),
	  NULL },
	{ "value_line_separator",
	  STR_INIT("a\xe2\x80\xa8"
		   "b"),
	  NULL },
	{ "value_invalid_utf8", STR_INIT("a\xff\x80"), "a\xc3\xbf\xc2\x80" },
	{ "value_cut_utf8", STR_INIT("\xe2\x82"), "\xc3\xa2\xc2\x82" },
	{ "value_surrogate", STR_INIT("\xed\xa0\x80"), "\xc3\xad\xc2\xa0\xc2\x80" },
};

static void
value_is_one_line_of_json(void **state)
{
	const struct value_row *row = *state;
	struct piped_log piped;
	json_t *line;

	piped_log_open(&piped, LOG_FORMAT_JSON, LOG_LEVEL_INFO);
	log_info(piped.log, "happened", F_TEXT("name", row->value) F_NUM("n", INT64_MIN));
	line = piped_log_read_json(&piped);
	assert_string_equal(json_string_value(json_object_get(line, "name")),
			    row->want ? row->want : row->value.ptr);
	assert_true(json_integer_value(json_object_get(line, "n")) == INT64_MIN);
	assert_string_equal(json_string_value(json_object_get(line, "event")), "happened");
	assert_string_equal(json_string_value(json_object_get(line, "level")), "info");
	assert_string_equal(json_string_value(json_object_get(line, "ts")),
			    "2023-11-14T22:13:20.123Z");
	assert_int_equal(json_object_size(line), 5);
	json_decref(line);
	piped_log_close(&piped);
}

/* The same values for people: one line, and nothing in it that moves a terminal's cursor. */
static void
value_is_one_line_of_text(void **state)
{
	const struct value_row *row = *state;
	struct piped_log piped;
	const char *text;

	piped_log_open(&piped, LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
	log_info(piped.log, "happened", F_TEXT("name", row->value));
	text = piped_log_read(&piped);
	assert_true(str_is_utf8((struct str){ text, piped.len }));
	assert_memory_equal(text, "2023-11-14T22:13:20.123Z info happened name=\"", 45);
	assert_memory_equal(text + piped.len - 2, "\"\n", 2);
	for (size_t i = 0; i + 1 < piped.len; i++) {
		assert_true((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
		/* U+0080 to U+009F are controls too: U+009B starts a sequence like ESC [ does. */
		assert_false((unsigned char)text[i] == 0xc2 && (unsigned char)text[i + 1] < 0xa0);
	}
	piped_log_close(&piped);
}

static void
nul_does_not_end_a_value(_unused_ void **state)
{
	struct piped_log piped;

	piped_log_open(&piped, LOG_FORMAT_JSON, LOG_LEVEL_INFO);
	log_info(piped.log, "happened", F_TEXT("name", STR("a\0b")));
	assert_non_null(strstr(piped_log_read(&piped), "\"name\":\"a\\u0000b\"}\n"));
	piped_log_close(&piped);
}

struct email_row {
	const char *name;
	struct str email;
	const char *want;
};

static const struct email_row emails[] = {
	{ "email_plain", STR_INIT("someone@example.com"), "s***@example.com" },
	{ "email_two_ats", STR_INIT("some@one@example.com"), "s***@example.com" },
	{ "email_without_at", STR_INIT("someone"), "***" },
	{ "email_empty", STR_INIT(""), "***" },
	{ "email_no_local_part", STR_INIT("@example.com"), "***@example.com" },
	{ "email_utf8", STR_INIT("\xc3\xa9milie@example.com"), "\xc3\x83***@example.com" },
	{ "email_newline", STR_INIT("a@b\n.com"), "a***@b\n.com" },
};

static void
email_is_masked(void **state)
{
	const struct email_row *row = *state;
	struct piped_log piped;
	json_t *line;

	piped_log_open(&piped, LOG_FORMAT_JSON, LOG_LEVEL_INFO);
	log_info(piped.log, "happened", F_EMAIL("email", row->email));
	line = piped_log_read_json(&piped);
	assert_string_equal(json_string_value(json_object_get(line, "email")), row->want);
	json_decref(line);
	piped_log_close(&piped);
}

/* A long value is cut, not within a character; a line of many long values stays one JSON line. */
struct long_row {
	const char *name;
	const char *unit;
	size_t n_units;
	size_t want_len; /* of the value that comes back */
};

static const struct long_row longs[] = {
	{ "long_at_the_limit", "x", 512, 512 },
	{ "long_past_the_limit", "x", 513, 512 },
	{ "long_very", "x", 100000, 512 },
	{ "long_two_byte_characters", "\xc3\xa9", 400, 512 },
	{ "long_three_byte_characters", "\xe2\x82\xac", 400, 510 },
	{ "long_controls", "\x01", 600, 512 },
};

static void
long_values_are_cut(void **state)
{
	const struct long_row *row = *state;
	size_t unit_len = strlen(row->unit);
	char *value = malloc(row->n_units * unit_len);
	struct piped_log piped;
	struct str s = { value, row->n_units * unit_len };
	json_t *line;

	assert_non_null(value);
	for (size_t i = 0; i < row->n_units; i++)
		memcpy(value + i * unit_len, row->unit, unit_len);
	piped_log_open(&piped, LOG_FORMAT_JSON, LOG_LEVEL_INFO);
	log_info(piped.log, "happened", F_TEXT("name", s));
	line = piped_log_read_json(&piped);
	assert_int_equal(json_string_length(json_object_get(line, "name")), row->want_len);
	json_decref(line);
	log_info(piped.log, "happened",
		 F_TEXT("name", s) F_TEXT("detail", s) F_TEXT("url", s) F_TEXT("file", s)
			 F_TEXT("route", s) F_TEXT("rule", s) F_TEXT("field", s) F_TEXT("action", s)
				 F_TEXT("method", s) F_TEXT("setting", s));
	json_decref(piped_log_read_json(&piped));
	assert_true(piped.len <= 4096);
	piped_log_close(&piped);
	free(value);
}

struct level_row {
	const char *name;
	enum log_level at;
	int n_lines;
};

static const struct level_row levels[] = {
	{ "level_debug", LOG_LEVEL_DEBUG, 4 },
	{ "level_info", LOG_LEVEL_INFO, 3 },
	{ "level_warning", LOG_LEVEL_WARNING, 2 },
	{ "level_error", LOG_LEVEL_ERROR, 1 },
};

static void
level_is_a_threshold(void **state)
{
	const struct level_row *row = *state;
	struct piped_log piped;
	int n_lines = 0;

	piped_log_open(&piped, LOG_FORMAT_TEXT, row->at);
	log_debug(piped.log, "e", F_NUM("n", 1));
	log_info(piped.log, "e", F_NUM("n", 2));
	log_warning(piped.log, "e", F_NUM("n", 3));
	log_error(piped.log, "e", F_NUM("n", 4));
	for (const char *c = piped_log_read(&piped); *c; c++)
		n_lines += *c == '\n';
	assert_int_equal(n_lines, row->n_lines);
	piped_log_close(&piped);
}

/* The status of a child that logs a field that is not on the list; its line is in the pipe. */
static int
log_a_field_that_is_not_allowed(struct piped_log *piped)
{
	int status = -1;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		(void)signal(SIGABRT, SIG_DFL); /* cmocka catches it; here it has to end us */
		if (!freopen("/dev/null", "w", stderr)) /* assert()'s words are no test output */
			_exit(1);
		log_info(piped->log, "happened", F_CSTR("password", "hunter2") F_NUM("n", 1));
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void
field_off_the_list_is_never_written(_unused_ void **state)
{
	struct piped_log piped;
	int status;

	piped_log_open(&piped, LOG_FORMAT_JSON, LOG_LEVEL_INFO);
	status = log_a_field_that_is_not_allowed(&piped);
	assert_null(strstr(piped_log_read(&piped), "hunter2"));
	assert_null(strstr(piped.text, "password"));
#ifdef NDEBUG
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_non_null(strstr(piped.text, "\"event\":\"happened\",\"n\":1}\n"));
#else
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_int_equal(piped.len, 0);
#endif
	piped_log_close(&piped);
}

/*
 * The pipe blocks, as standard error does, so that a log that waited would hang this test (an alarm
 * ends it then). Lines past the pipe's end are dropped, each is counted, and the count is told.
 */
static void
full_pipe_drops_lines(_unused_ void **state)
{
	struct piped_log piped;
	int64_t n_dropped;
	json_t *line;

	(void)alarm(20); /* there was none before */
	piped_log_open(&piped, LOG_FORMAT_JSON, LOG_LEVEL_INFO);
	assert_true(fcntl(piped.fds[1], F_SETPIPE_SZ, 8192) >= 8192);
	assert_int_equal(log_n_dropped(piped.log), 0);
	for (int i = 0; log_n_dropped(piped.log) < 100 && i < 100000; i++)
		log_info(piped.log, "happened", F_TEXT("name", STR(EVIL_VALUE)));
	n_dropped = log_n_dropped(piped.log);
	assert_int_equal(n_dropped, 100);

	/* What got through are whole lines. */
	while (piped_log_read(&piped)[0])
		assert_int_equal(piped.text[piped.len - 1], '\n');
	log_info(piped.log, "happened", F_NUM("n", 1));
	line = piped_log_read_json(&piped);
	assert_int_equal(json_integer_value(json_object_get(line, "dropped")), n_dropped);
	json_decref(line);
	/* Told once. */
	log_info(piped.log, "happened", F_NUM("n", 2));
	line = piped_log_read_json(&piped);
	assert_null(json_object_get(line, "dropped"));
	json_decref(line);
	assert_int_equal(log_n_dropped(piped.log), n_dropped);
	piped_log_close(&piped);
	(void)alarm(0); /* the rest of it is of no interest */
}

/* /dev/full is a full disk. */
static void
full_disk_drops_lines(_unused_ void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct log *log;

	assert_true(fd >= 0);
	log = log_new(fd, LOG_FORMAT_JSON, LOG_LEVEL_INFO, &stopped_clock);
	for (int i = 0; i < 3; i++)
		log_info(log, "happened", F_NUM("n", i));
	assert_int_equal(log_n_dropped(log), 3);
	log_free(log);
	assert_int_equal(close(fd), 0);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, values, value_is_one_line_of_json);
	ROWS_ADD(&rows, values, value_is_one_line_of_text);
	rows_add_one(&rows, "nul_does_not_end_a_value", nul_does_not_end_a_value);
	ROWS_ADD(&rows, emails, email_is_masked);
	ROWS_ADD(&rows, longs, long_values_are_cut);
	ROWS_ADD(&rows, levels, level_is_a_threshold);
	rows_add_one(&rows, "field_off_the_list_is_never_written",
		     field_off_the_list_is_never_written);
	rows_add_one(&rows, "full_pipe_drops_lines", full_pipe_drops_lines);
	rows_add_one(&rows, "full_disk_drops_lines", full_disk_drops_lines);
	return rows_run(&rows, argc, argv);
}
