/**
 * The log: one event a line on standard error, JSON by default, a form for people on a terminal.
 *
 * Only fields of the allow-list in log.c can be written; a name that is not on it aborts a test
 * build and is left out of a release. Bodies and secrets have no field. E-mails go through
 * log_email(), which masks them. A line that cannot be written at once (full pipe, full disk) is
 * dropped and counted: a request never waits for the log.
 *
 * Thread-safe. Only main, cli, api (and hub, certify) write to it: rooms below return errors.
 */
#ifndef PC_BASE_LOG_H
#define PC_BASE_LOG_H

#include "base/clock.h"
#include "base/str.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

enum log_format { LOG_FORMAT_JSON, LOG_FORMAT_TEXT };

struct log_field {
	const char *name;
	enum { LOG_FIELD_TEXT, LOG_FIELD_NUMBER, LOG_FIELD_EMAIL } kind;
	struct str text;
	int64_t number;
};

struct log;

/** @fd is borrowed. */
struct log *log_new(int fd, enum log_format format, enum log_level level, struct clock *clock);
void log_free(struct log *log);

/** @fields ends with a field without a name. */
void log_fields(struct log *log, enum log_level level, const char *event,
		const struct log_field *fields);

#define log_event(log, level, event, ...)                                                          \
	log_fields((log), (level), (event), (const struct log_field[]){ __VA_ARGS__{ 0 } })
#define log_debug(log, event, ...) log_event(log, LOG_LEVEL_DEBUG, event, __VA_ARGS__)
#define log_info(log, event, ...) log_event(log, LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_warning(log, event, ...) log_event(log, LOG_LEVEL_WARNING, event, __VA_ARGS__)
#define log_error(log, event, ...) log_event(log, LOG_LEVEL_ERROR, event, __VA_ARGS__)

/* The fields, each with its comma: log_info(log, "ready", F_TEXT("address", a) F_NUM("ms", 3)) */
#define F_TEXT(field, value) { .name = (field), .kind = LOG_FIELD_TEXT, .text = (value) },
#define F_CSTR(field, value) { .name = (field), .kind = LOG_FIELD_TEXT, .text = str_of(value) },
#define F_NUM(field, value) { .name = (field), .kind = LOG_FIELD_NUMBER, .number = (value) },
#define F_EMAIL(field, value) { .name = (field), .kind = LOG_FIELD_EMAIL, .text = (value) },

/** How many lines were dropped since the start. */
int64_t log_n_dropped(struct log *log);

#endif
