/**
 * Colours of a style sheet, and whether one can be read on another (WCAG 2.1, contrast ratio).
 */
#ifndef PC_HTML_COLOUR_H
#define PC_HTML_COLOUR_H

#include "base/buf.h"

struct colour {
	uint8_t red, green, blue;
};

/** "#rrggbb", in either case. */
_must_use_ bool colour_read(struct str text, struct colour *ret_colour);
/** The same, lower-cased. */
void colour_add(struct buf *buf, struct colour colour);

/** 1 to 21. */
double colour_contrast(struct colour a, struct colour b);
/** Black or white, whichever is read better on @back: at least 4.5. */
struct colour colour_on(struct colour back);
/** @colour, moved towards black or white until its contrast with @back is at least @least. */
struct colour colour_readable_on(struct colour colour, struct colour back, double least);

#endif
