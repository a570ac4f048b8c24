/*
 * The style sheet, the logo, the icon.
 */
#include "api/pages/assets.h"

#include "api/pages/frame.h"
#include "api/respond.h"

#define STYLE_MAX_LEN ((size_t)65536)
#define MIN_CONTRAST 5.5  /* of text: WCAG 2.1, AA wants 4.5 */
#define EDGE_CONTRAST 3.0 /* of what one must find on a page */

/* The pages' --card in light and dark. */
static const struct colour light_card = { 255, 255, 255 };
static const struct colour dark_card = { 29, 33, 39 };

static void
add_scheme(struct buf *buf, struct colour brand, struct colour card)
{
	html_raw(buf, ":root{--accent:");
	colour_add(buf, colour_readable_on(brand, card, MIN_CONTRAST));
	html_raw(buf, ";--brand-edge:");
	colour_add(buf, colour_readable_on(brand, card, EDGE_CONTRAST));
	html_raw(buf, "}");
}

static void
add_brand(struct buf *buf, struct colour brand)
{
	html_raw(buf, ":root{--brand:");
	colour_add(buf, brand);
	html_raw(buf, ";--on-brand:");
	colour_add(buf, colour_on(brand));
	html_raw(buf, "}");
	add_scheme(buf, brand, light_card);
	html_raw(buf, "@media (prefers-color-scheme: dark){");
	add_scheme(buf, brand, dark_card);
	html_raw(buf, "}\n");
}

void
assets_init(struct arena *arena, struct colour brand, struct page_assets *ret_assets)
{
	struct buf style;
	struct buf icon;

	buf_init(&style, arena, STYLE_MAX_LEN);
	template_style(&style);
	add_brand(&style, brand);
	buf_init(&icon, arena, STYLE_MAX_LEN);
	template_icon(&icon);
	*ret_assets = (struct page_assets){
		.style = buf_str(&style),
		.icon = buf_str(&icon),
		.icon_type = "image/svg+xml",
	};
}

const char *
assets_image_type(struct str content)
{
	struct str rest = content;

	if (str_starts_with(content, STR("\x89PNG\r\n\x1a\n")))
		return "image/png";
	while (!str_is_empty(rest) && (rest.ptr[0] == ' ' || rest.ptr[0] == '\n' ||
				       rest.ptr[0] == '\r' || rest.ptr[0] == '\t'))
		rest = str_slice(rest, 1, rest.len);
	if (!str_is_utf8(content))
		return NULL;
	if (str_starts_with(rest, STR("<svg")) || str_starts_with(rest, STR("<?xml")) ||
	    (str_starts_with(rest, STR("<!--")) && str_find_str(rest, STR("<svg")) > 0))
		return "image/svg+xml";
	return NULL;
}

void
page_style(struct call *call)
{
	respond_asset(call, "text/css; charset=utf-8", call->partner->assets->style);
}

void
page_logo(struct call *call)
{
	const struct page_assets *assets = call->partner->assets;
	struct note_view none = { .heading = STR("There is no logo") };

	if (str_is_empty(assets->logo))
		page_send_note(call, 404, &none);
	else
		respond_asset(call, assets->logo_type, assets->logo);
}

void
page_icon(struct call *call)
{
	respond_asset(call, call->partner->assets->icon_type, call->partner->assets->icon);
}
