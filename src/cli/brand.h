/**
 * What the vendor's pages look like: the colour of the settings, the logo and icon that the partner
 * config names, which lie beside it.
 */
#ifndef PC_CLI_BRAND_H
#define PC_CLI_BRAND_H

#include "api/pages/assets.h"
#include "base/log.h"
#include "cli/settings.h"
#include "core/config.h"

struct brand_image {
	const char *field; /* of the partner config */
	struct str file;
	const char *left_out; /* why; NULL: it is there, or none is wanted */
};

struct brand {
	struct page_assets assets;
	struct brand_image logo;
	struct brand_image icon;
};

/**
 * An image that is missing or no PNG or SVG is left out: the pages work without.
 *
 * ERR_CONFIG  brand_color is none
 */
_must_use_ struct err brand_load(struct arena *arena, const struct settings *settings,
				 const struct partner_config *config, struct brand *ret_brand);
/** A warning for each image that was left out. */
void brand_warn(const struct brand *brand, struct log *log);

#endif
