/*
 * The logo and the icon: files beside the config, when they are there.
 */
#include "base/file.h"
#include "lint/image.h"
#include "lint/linter.h"

#include <sys/stat.h>

#define IMAGE_MAX_LEN ((size_t)4 * 1024 * 1024)

enum image_kind { IMAGE_LOGO, IMAGE_ICON };

static bool
has_suffix(struct str name, struct str suffix)
{
	return name.len > suffix.len &&
	       str_equal_ascii_nocase(str_slice(name, name.len - suffix.len, suffix.len), suffix);
}

/* A config may come from a stranger: it does not choose which files of this machine are read. */
static bool
is_beside(struct str name)
{
	struct str rest = name;

	if (name.ptr[0] == '/' || str_find(name, '\\') >= 0 || str_find(name, '\0') >= 0)
		return false;
	while (rest.ptr) {
		if (str_equal(str_cut(&rest, '/'), STR("..")))
			return false;
	}
	return true;
}

static void
report(struct linter *linter, enum lint_rule rule, const char *path, const char *what,
       const char *suggestion)
{
	linter_report(linter, rule, linter_value(linter, path), path, what, suggestion);
}

/* Width against height in words: "440 x 100". */
static const char *
size_text(struct linter *linter, const struct image_size *size)
{
	return arena_printf(linter->arena, "%lld x %lld", (long long)(size->width / 1000),
			    (long long)(size->height / 1000));
}

static void
check_logo_shape(struct linter *linter, const char *path, const struct image_size *size)
{
	if (size->width * 10 >= size->height * 40 && size->width * 10 <= size->height * 45)
		return;
	report(linter, RULE_LOGO_SHAPE, path,
	       arena_printf(linter->arena,
			    "is %s: %lld.%02lld times as wide as high, not 4.0 to 4.5",
			    size_text(linter, size), (long long)(size->width / size->height),
			    (long long)(size->width * 100 / size->height % 100)),
	       "440 x 100 fits");
}

static void
check_icon_shape(struct linter *linter, const char *path, const struct image_size *size,
		 bool is_scalable)
{
	if (size->width != size->height)
		report(linter, RULE_ICON_SHAPE, path,
		       arena_printf(linter->arena, "is %s, which is no square",
				    size_text(linter, size)),
		       "128 x 128 fits");
	else if (!is_scalable && size->width < INT64_C(128000))
		report(linter, RULE_ICON_SHAPE, path,
		       arena_printf(linter->arena, "is %s, smaller than 128 x 128",
				    size_text(linter, size)),
		       NULL);
}

static void
check_file(struct linter *linter, enum image_kind kind, const char *path, struct str name)
{
	const char *file_path =
		arena_printf(linter->arena, "%s/%.*s", linter->folder, STR_ARG(name));
	struct image_size size;
	bool is_scalable = false;
	struct stat status;
	struct str file;
	const char *problem;

	if (stat(file_path, &status) != 0) {
		report(linter, RULE_NO_IMAGE, path, "is not there: its shape was not looked at",
		       NULL);
		return;
	}
	/* Reading a pipe would wait for a writer. */
	if (!S_ISREG(status.st_mode) ||
	    file_read(linter->arena, file_path, IMAGE_MAX_LEN, &file).code) {
		report(linter, RULE_IMAGE_FILE, path, "cannot be read, or is larger than 4 MiB",
		       NULL);
		return;
	}
	problem = has_suffix(name, STR(".png")) ? png_size(file, &size)
						: svg_size(file, &size, &is_scalable);
	if (problem)
		report(linter, RULE_IMAGE_FILE, path, problem, NULL);
	else if (kind == IMAGE_LOGO)
		check_logo_shape(linter, path, &size);
	else
		check_icon_shape(linter, path, &size, is_scalable);
}

static void
check_image(struct linter *linter, enum image_kind kind, const char *path)
{
	struct str name = linter_text(linter, path);

	if (str_is_empty(str_trim(name)))
		return;
	if (!has_suffix(name, STR(".png")) && !has_suffix(name, STR(".svg")))
		report(linter, RULE_IMAGE_FILE, path, "is neither .png nor .svg", NULL);
	else if (str_find_str(name, STR("://")) >= 0)
		report(linter, RULE_IMAGE_FILE, path, "is a URL where the name of a file belongs",
		       "put the file beside the config");
	else if (!is_beside(name))
		report(linter, RULE_IMAGE_FILE, path, "leads out of the config's folder",
		       "put the file beside the config");
	else if (linter->folder)
		check_file(linter, kind, path, name);
}

void
linter_check_images(struct linter *linter)
{
	check_image(linter, IMAGE_LOGO, "logo_file");
	check_image(linter, IMAGE_ICON, "icon_file");
}
