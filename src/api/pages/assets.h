/**
 * What the hosted pages load besides themselves: the style sheet in the colours of the brand, the
 * vendor's logo and icon. Made once at start, and again on a reload.
 */
#ifndef PC_API_PAGES_ASSETS_H
#define PC_API_PAGES_ASSETS_H

#include "base/err.h"
#include "html/colour.h"

struct page_assets {
	struct str style;
	struct str logo; /* the file's bytes; empty: the name is shown as text */
	const char *logo_type;
	struct str icon; /* ours when the vendor gave none */
	const char *icon_type;
};

/** Fills in the style sheet, and our icon. */
void assets_init(struct arena *arena, struct colour brand, struct page_assets *ret_assets);

/** image/png or image/svg+xml, by what the file holds; NULL: neither. */
const char *assets_image_type(struct str content);

#endif
