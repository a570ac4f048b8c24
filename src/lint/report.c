/*
 * Writing findings.
 */
#include "lint/report.h"

#include "base/json.h"

#define SCHEMA_VERSION 1
/* One finding: two texts of a config, escaped. */
#define MAX_FINDING_LEN ((size_t)16 * 1024 * 1024)

/* A key of the file must not move the reader's cursor: C0, DEL, and C1 in its UTF-8 form. */
static bool
is_control(struct str text, size_t i, size_t *ret_len)
{
	unsigned char c = (unsigned char)text.ptr[i];
	bool is_c1 = c == 0xc2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] < 0xa0;

	*ret_len = is_c1 ? 2 : 1;
	return c < 0x20 || c == 0x7f || is_c1;
}

static void
put_text(FILE *out, const char *cstring)
{
	struct str text = str_of(cstring);
	size_t len;

	for (size_t i = 0; i < text.len; i += len) {
		if (is_control(text, i, &len))
			(void)fputc('?', out);
		else
			(void)fputc(text.ptr[i], out);
	}
}

void
report_write_text(FILE *out, const struct findings *findings)
{
	for (size_t i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->items[i];
		const struct lint_rule_info *rule = &lint_rules[finding->rule];

		put_text(out, finding->source->name);
		(void)fprintf(out, ":%zu:%zu: %s: ", finding->line, finding->column,
			      lint_level_name(rule->level));
		put_text(out, finding->message);
		(void)fprintf(out, " [%s]\n", rule->id);
		if (finding->suggestion) {
			(void)fputs("    ", out);
			put_text(out, finding->suggestion);
			(void)fputc('\n', out);
		}
	}
}

static void
write_member(struct json_writer *writer, const char *name, const char *value)
{
	json_write_name(writer, name);
	json_write_string(writer, str_of(value));
}

static void
write_number(struct json_writer *writer, const char *name, size_t value)
{
	json_write_name(writer, name);
	json_write_int64(writer, (int64_t)value);
}

static void
write_finding(struct json_writer *writer, const struct finding *finding)
{
	const struct lint_rule_info *rule = &lint_rules[finding->rule];

	json_write_begin_object(writer);
	write_member(writer, "level", lint_level_name(rule->level));
	write_member(writer, "rule", rule->id);
	write_member(writer, "file", finding->source->name);
	write_member(writer, "path", finding->path);
	write_number(writer, "line", finding->line);
	write_number(writer, "column", finding->column);
	write_member(writer, "message", finding->message);
	if (finding->suggestion)
		write_member(writer, "suggestion", finding->suggestion);
	json_write_end_object(writer);
}

static void
flush(FILE *out, struct buf *buf)
{
	(void)fwrite(buf->ptr, 1, buf->len, out);
	buf_clear(buf);
}

void
report_write_json(FILE *out, const struct findings *findings, const char *file)
{
	struct buf buf;
	struct json_writer writer = { .buf = &buf };

	buf_init(&buf, findings->arena, MAX_FINDING_LEN);
	json_write_begin_object(&writer);
	write_number(&writer, "schema_version", SCHEMA_VERSION);
	write_member(&writer, "file", file);
	write_number(&writer, "errors", findings->n_of[LINT_ERROR]);
	write_number(&writer, "warnings", findings->n_of[LINT_WARNING]);
	write_number(&writer, "notes", findings->n_of[LINT_NOTE]);
	json_write_name(&writer, "findings");
	json_write_begin_array(&writer);
	for (size_t i = 0; i < findings->n; i++) {
		write_finding(&writer, &findings->items[i]);
		flush(out, &buf);
	}
	json_write_end_array(&writer);
	json_write_end_object(&writer);
	buf_add_char(&buf, '\n');
	flush(out, &buf);
}

const char *
report_summary(const struct findings *findings)
{
	size_t errors = findings->n_of[LINT_ERROR];
	size_t warnings = findings->n_of[LINT_WARNING];
	size_t notes = findings->n_of[LINT_NOTE];

	return arena_printf(findings->arena, "%zu error%s, %zu warning%s, %zu note%s", errors,
			    errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s", notes,
			    notes == 1 ? "" : "s");
}
