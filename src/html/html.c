/*
 * Escaping.
 */
#include "html/html.h"

static const char *
entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
html_text(struct buf *buf, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char *entity = entity_of(text.ptr[i]);

		if (entity)
			buf_add(buf, str_of(entity));
		else
			buf_add_char(buf, text.ptr[i]);
	}
}

void
html_raw(struct buf *buf, const char *literal)
{
	buf_add(buf, str_of(literal));
}

static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void
html_url_part(struct buf *buf, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (is_unreserved(text.ptr[i]))
			buf_add_char(buf, text.ptr[i]);
		else
			buf_addf(buf, "%%%02X", (unsigned char)text.ptr[i]);
	}
}
