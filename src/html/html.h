/**
 * Text into HTML, escaped for where it stands. Pages are made by gen_templates.py, which picks the
 * function by the place; html_raw() is for its literals and exists to be searched for.
 */
#ifndef PC_HTML_HTML_H
#define PC_HTML_HTML_H

#include "base/buf.h"

/** Text between tags and in quoted attribute values. */
void html_text(struct buf *buf, struct str text);
/** One of our own literals, as it is. */
void html_raw(struct buf *buf, const char *literal);
/** A part of a URL's path or query: all but RFC 3986's unreserved characters as %XX. */
void html_url_part(struct buf *buf, struct str text);
/**
 * A whole address, or its start, in a quoted attribute: an http or https URL, or a path of this
 * server ("/..." but not "//..."). Of an empty one nothing, of anything else "#" is written.
 */
void html_url(struct buf *buf, struct str url);

static inline bool
html_has_bool(bool value)
{
	return value;
}

static inline bool
html_has_some(size_t value)
{
	return value != 0;
}

static inline bool
html_has_str(struct str value)
{
	return !str_is_empty(value);
}

/** What {{#if}} asks: whether it is true, or some, or not empty. */
#define html_has(value)                                                                            \
	_Generic((value), bool                                                                     \
		 : html_has_bool, size_t                                                           \
		 : html_has_some, struct str                                                       \
		 : html_has_str)(value)

#endif
