/*
 * Writing events. The line is built on the stack and written with one write(2), so that lines of
 * several threads and processes do not mix.
 */
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdatomic.h>

/*
 * A pipe takes PIPE_BUF (4096) bytes whole or not at all, and poll() calls it writable only when
 * that much room is left: a line of at most this size never blocks.
 */
#define LINE_MAX_LEN 4096
#define VALUE_MAX_LEN ((size_t)512)

/* The allow-list: what a log line may say. Never a body, a token, a password, a whole e-mail. */
static const char *const allowed_fields[] = {
	"account_id", "action",	       "address", "adopted_total", "answered_ms", "cloud",
	"code",	      "connection_id", "detail",  "dropped",	   "email",	  "error_reason",
	"file",	      "field",	       "group",	  "key_id",	   "method",	  "ms",
	"n",	      "name",	       "pid",	  "request_id",	   "route",	  "rule",
	"setting",    "signal",	       "slot",	  "status",	   "url",	  "user_id",
	"version",    "workspace_id",
};

struct log {
	int fd;
	enum log_format format;
	enum log_level level;
	struct clock *clock;
	atomic_llong n_dropped;
	atomic_llong n_dropped_told;
};

struct line {
	char text[LINE_MAX_LEN];
	size_t len;
};

static const char *const level_names[] = {
	[LOG_LEVEL_DEBUG] = "debug",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_ERROR] = "error",
};

struct log *
log_new(int fd, enum log_format format, enum log_level level, struct clock *clock)
{
	struct log *log = malloc(sizeof(*log));

	if (!log)
		abort();
	log->fd = fd;
	log->format = format;
	log->level = level;
	log->clock = clock;
	atomic_init(&log->n_dropped, 0);
	atomic_init(&log->n_dropped_told, 0);
	return log;
}

void
log_free(struct log *log)
{
	free(log);
}

static void
line_add(struct line *line, const char *text, size_t len)
{
	size_t room = sizeof(line->text) - 1 - line->len; /* keeps a place for the newline */

	if (len > room)
		len = room;
	memcpy(line->text + line->len, text, len);
	line->len += len;
}

static void
line_add_cstr(struct line *line, const char *text)
{
	line_add(line, text, strlen(text));
}

static void
line_add_number(struct line *line, int64_t number)
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%" PRId64, number);

	line_add(line, digits, (size_t)len);
}

static void
line_add_unicode_escape(struct line *line, unsigned char c)
{
	char escape[8];
	int len = snprintf(escape, sizeof(escape), "\\u%04x", c);

	line_add(line, escape, (size_t)len);
}

/*
 * Escapes so that one event is one line whatever the value holds, in both formats, and moves no
 * terminal's cursor: U+0080 to U+009F are control characters too, U+009B is a short ESC [.
 */
static void
line_add_escaped(struct line *line, struct str value)
{
	bool is_utf8 = str_is_utf8(value);

	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if (c == '"' || c == '\\') {
			char pair[2] = { '\\', (char)c };

			line_add(line, pair, 2);
		} else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !is_utf8)) {
			line_add_unicode_escape(line, c);
		} else if (c == 0xc2 && (unsigned char)value.ptr[i + 1] < 0xa0) {
			line_add_unicode_escape(line, (unsigned char)value.ptr[++i]);
		} else {
			line_add(line, &value.ptr[i], 1);
		}
	}
}

/* Cuts a value at its limit, but not within a UTF-8 sequence. */
static struct str
value_cut(struct str value)
{
	size_t len = VALUE_MAX_LEN;

	if (value.len <= len)
		return value;
	while (len > 0 && ((unsigned char)value.ptr[len] & 0xc0) == 0x80)
		len--;
	return str_slice(value, 0, len);
}

/* "a***@example.com": enough to follow a case, too little to write to somebody. */
static void
line_add_masked_email(struct line *line, struct str email)
{
	ptrdiff_t at = str_find_last(email, '@');

	if (at > 0)
		line_add_escaped(line, str_slice(email, 0, 1));
	line_add_cstr(line, "***");
	if (at >= 0)
		line_add_escaped(line, value_cut(str_slice(email, (size_t)at, email.len)));
}

static bool
field_is_allowed(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(allowed_fields); i++) {
		if (strcmp(allowed_fields[i], name) == 0)
			return true;
	}
	assert(false && "the log field is not on the allow-list");
	return false;
}

static void
line_add_value(struct line *line, const struct log_field *field)
{
	switch (field->kind) {
	case LOG_FIELD_NUMBER:
		line_add_number(line, field->number);
		return;
	case LOG_FIELD_EMAIL:
		line_add_cstr(line, "\"");
		line_add_masked_email(line, field->text);
		break;
	case LOG_FIELD_TEXT:
		line_add_cstr(line, "\"");
		line_add_escaped(line, value_cut(field->text));
		break;
	}
	line_add_cstr(line, "\"");
}

static void
line_begin(struct log *log, struct line *line, enum log_level level, const char *event)
{
	char time[INSTANT_TEXT_SIZE];

	instant_format(clock_now(log->clock), time);
	line->len = 0;
	if (log->format == LOG_FORMAT_JSON) {
		line_add_cstr(line, "{\"ts\":\"");
		line_add_cstr(line, time);
		line_add_cstr(line, "\",\"level\":\"");
		line_add_cstr(line, level_names[level]);
		line_add_cstr(line, "\",\"event\":\"");
		line_add_cstr(line, event);
		line_add_cstr(line, "\"");
	} else {
		line_add_cstr(line, time);
		line_add_cstr(line, " ");
		line_add_cstr(line, level_names[level]);
		line_add_cstr(line, " ");
		line_add_cstr(line, event);
	}
}

static void
line_add_field(struct log *log, struct line *line, const struct log_field *field)
{
	if (log->format == LOG_FORMAT_JSON) {
		line_add_cstr(line, ",\"");
		line_add_cstr(line, field->name);
		line_add_cstr(line, "\":");
	} else {
		line_add_cstr(line, " ");
		line_add_cstr(line, field->name);
		line_add_cstr(line, "=");
	}
	line_add_value(line, field);
}

static void
line_write(struct log *log, struct line *line)
{
	struct pollfd ready = { .fd = log->fd, .events = POLLOUT };
	ssize_t written;

	if (poll(&ready, 1, 0) != 1 || !(ready.revents & POLLOUT)) {
		atomic_fetch_add(&log->n_dropped, 1);
		return;
	}
	line->text[line->len++] = '\n';
	do {
		written = write(log->fd, line->text, line->len);
	} while (written < 0 && errno == EINTR);
	if (written != (ssize_t)line->len)
		atomic_fetch_add(&log->n_dropped, 1);
}

void
log_fields(struct log *log, enum log_level level, const char *event, const struct log_field *fields)
{
	struct line line;
	long long n_dropped = atomic_load(&log->n_dropped);

	if (level < log->level)
		return;
	line_begin(log, &line, level, event);
	for (const struct log_field *field = fields; field->name; field++) {
		/* The closing brace and the newline always fit. */
		if (line.len > LINE_MAX_LEN - 6 * VALUE_MAX_LEN - 64)
			break;
		if (field_is_allowed(field->name))
			line_add_field(log, &line, field);
	}
	if (n_dropped > atomic_exchange(&log->n_dropped_told, n_dropped)) {
		struct log_field dropped[] = { F_NUM("dropped", n_dropped) };

		line_add_field(log, &line, &dropped[0]);
	}
	if (log->format == LOG_FORMAT_JSON)
		line_add_cstr(&line, "}");
	line_write(log, &line);
}

int64_t
log_n_dropped(struct log *log)
{
	return atomic_load(&log->n_dropped);
}
