/*
 * Reading the images beside the partner config.
 */
#include "cli/brand.h"

#include "base/file.h"

#define IMAGE_MAX_LEN ((size_t)512 * 1024)

/* A plain name beside the config: nothing above it, nothing absolute. */
static bool
is_beside(struct str name)
{
	return !str_starts_with(name, STR("/")) && str_find_str(name, STR("..")) < 0 &&
	       !memchr(name.ptr, '\0', name.len);
}

static const char *
path_beside(struct arena *arena, struct str config_path, struct str name)
{
	ptrdiff_t slash = str_find_last(config_path, '/');
	struct str folder = str_slice(config_path, 0, (size_t)(slash + 1));

	return arena_printf(arena, "%.*s%.*s", STR_ARG(folder), STR_ARG(name));
}

/* Leaves content and type as they are when there is no such image. */
static void
read_image(struct arena *arena, const struct settings *settings, struct brand_image *image,
	   struct str *content, const char **type)
{
	struct str text;
	const char *found;
	struct err err;

	if (str_is_empty(image->file))
		return;
	if (!is_beside(image->file)) {
		image->left_out = "it is not beside the partner config";
		return;
	}
	err = file_read(arena, path_beside(arena, settings->config, image->file), IMAGE_MAX_LEN,
			&text);
	if (err.code) {
		image->left_out = err.detail;
		return;
	}
	found = assets_image_type(text);
	if (!found) {
		image->left_out = "it is neither PNG nor SVG";
		return;
	}
	*content = text;
	*type = found;
}

struct err
brand_load(struct arena *arena, const struct settings *settings,
	   const struct partner_config *config, struct brand *ret_brand)
{
	struct page_assets *assets = &ret_brand->assets;
	struct colour colour;

	if (!colour_read(settings->brand_color, &colour))
		return err_make(ERR_CONFIG, "brand_color is not of the form #rrggbb");
	ret_brand->logo = (struct brand_image){ .field = "logo_file", .file = config->logo_file };
	ret_brand->icon = (struct brand_image){ .field = "icon_file", .file = config->icon_file };
	assets_init(arena, colour, assets);
	read_image(arena, settings, &ret_brand->logo, &assets->logo, &assets->logo_type);
	read_image(arena, settings, &ret_brand->icon, &assets->icon, &assets->icon_type);
	return OK_NONE;
}

static void
warn(const struct brand_image *image, struct log *log)
{
	if (image->left_out)
		log_warning(log, "image_left_out",
			    F_CSTR("field", image->field) F_TEXT("file", image->file)
				    F_CSTR("detail", image->left_out));
}

void
brand_warn(const struct brand *brand, struct log *log)
{
	warn(&brand->logo, log);
	warn(&brand->icon, log);
}
