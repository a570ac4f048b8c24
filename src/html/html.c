/*
 * Escaping, a function for each place in a page.
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

static bool
is_safe_url(struct str url)
{
	if (str_starts_with(url, STR("/")))
		return !str_starts_with(url, STR("//")) && !str_starts_with(url, STR("/\\"));
	return str_starts_with(url, STR("https://")) || str_starts_with(url, STR("http://"));
}

/* Browsers drop control characters from addresses and read a backslash as a slash. */
static bool
stays_in_url(char c)
{
	return (unsigned char)c > 0x20 && c != 0x7f && c != '\\' && c != '"' && c != '<' &&
	       c != '>';
}

void
html_url(struct buf *buf, struct str url)
{
	if (str_is_empty(url))
		return;
	if (!is_safe_url(url)) {
		buf_add_char(buf, '#');
		return;
	}
	for (size_t i = 0; i < url.len; i++) {
		if (stays_in_url(url.ptr[i]))
			html_text(buf, str_slice(url, i, 1));
		else
			buf_addf(buf, "%%%02X", (unsigned char)url.ptr[i]);
	}
}
