/*
 * Writing JSON: strings escaped, commas in the right places. Reading is json_read.c.
 */
#include "base/json.h"

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* A quote, a backslash or a control character. */
static void
add_escaped_char(struct buf *buf, char c)
{
	static const struct str special = STR_INIT("\"\\\b\f\n\r\t");
	static const char letters[] = "\"\\bfnrt";
	ptrdiff_t i = str_find(special, c);

	if (i >= 0) {
		buf_add_char(buf, '\\');
		buf_add_char(buf, letters[i]);
	} else {
		buf_addf(buf, "\\u%04x", (unsigned int)c);
	}
}

/* A run of high bytes; what is no UTF-8 becomes U+FFFD, byte by byte. */
static void
add_high_bytes(struct buf *buf, struct str run)
{
	while (run.len > 0) {
		size_t valid_len = str_utf8_valid_len(run);

		buf_add(buf, str_slice(run, 0, valid_len));
		run = str_slice(run, valid_len, run.len);
		if (run.len == 0)
			return;
		buf_add(buf, STR("\xef\xbf\xbd"));
		run = str_slice(run, 1, run.len);
	}
}

void
json_add_string(struct buf *buf, struct str value)
{
	size_t i = 0;

	buf_add_char(buf, '"');
	while (i < value.len) {
		size_t start = i;

		while (i < value.len && is_plain((unsigned char)value.ptr[i]))
			i++;
		buf_add(buf, str_slice(value, start, i - start));
		start = i;
		while (i < value.len && (unsigned char)value.ptr[i] >= 0x80)
			i++;
		add_high_bytes(buf, str_slice(value, start, i - start));
		if (i == start && i < value.len)
			add_escaped_char(buf, value.ptr[i++]);
	}
	buf_add_char(buf, '"');
}

/* Every value and every name starts here. */
static void
add_comma(struct json_writer *writer)
{
	if (writer->needs_comma)
		buf_add_char(writer->buf, ',');
	writer->needs_comma = true;
}

static void
begin(struct json_writer *writer, char bracket)
{
	add_comma(writer);
	buf_add_char(writer->buf, bracket);
	writer->needs_comma = false;
}

static void
end(struct json_writer *writer, char bracket)
{
	buf_add_char(writer->buf, bracket);
	writer->needs_comma = true;
}

void
json_write_begin_object(struct json_writer *writer)
{
	begin(writer, '{');
}

void
json_write_end_object(struct json_writer *writer)
{
	end(writer, '}');
}

void
json_write_begin_array(struct json_writer *writer)
{
	begin(writer, '[');
}

void
json_write_end_array(struct json_writer *writer)
{
	end(writer, ']');
}

void
json_write_name(struct json_writer *writer, const char *name)
{
	add_comma(writer);
	json_add_string(writer->buf, str_of(name));
	buf_add_char(writer->buf, ':');
	writer->needs_comma = false;
}

void
json_write_string(struct json_writer *writer, struct str value)
{
	add_comma(writer);
	json_add_string(writer->buf, value);
}

void
json_write_int64(struct json_writer *writer, int64_t value)
{
	add_comma(writer);
	buf_add_int64(writer->buf, value);
}

void
json_write_bool(struct json_writer *writer, bool value)
{
	add_comma(writer);
	buf_add(writer->buf, value ? STR("true") : STR("false"));
}

void
json_write_null(struct json_writer *writer)
{
	add_comma(writer);
	buf_add(writer->buf, STR("null"));
}
