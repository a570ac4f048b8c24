/**
 * Text into HTML, escaped for where it stands. html_raw() is for our own literals and exists to be
 * searched for.
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

#endif
