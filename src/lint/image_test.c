/*
 * Sizes of PNG and SVG files, and files that only look like one.
 */
#include "lint/image.h"

#include "support/rows.h"

#define PNG_START "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"

struct png_row {
	const char *name;
	struct str file;
	const char *problem;
	int64_t width;
	int64_t height;
};

/* Their CRCs were computed elsewhere. */
#define PNG_440_100                                                                                \
	PNG_START "\0\0\x01\xb8\0\0\0\x64\x08\x06\0\0\0"                                           \
		  "\xf4\x41\x25\x53"
#define PNG_0_100                                                                                  \
	PNG_START "\0\0\0\0\0\0\0\x64\x08\x06\0\0\0"                                               \
		  "\xa8\xee\x31\x5e"

static const struct png_row pngs[] = {
	{ "png", STR_INIT(PNG_440_100), NULL, 440000, 100000 },
	{ "png_with_more", STR_INIT(PNG_440_100 "whatever follows"), NULL, 440000, 100000 },
	{ "png_without_width", STR_INIT(PNG_0_100), "is a PNG of an impossible size", 0, 0 },
	{ "png_damaged",
	  STR_INIT(PNG_START "\0\0\x01\xb9\0\0\0\x64\x08\x06\0\0\0"
			     "\xf4\x41\x25\x53"),
	  "is a PNG with a damaged header", 0, 0 },
	{ "png_empty", STR_INIT(""), "is no PNG", 0, 0 },
	{ "png_signature_alone", STR_INIT("\x89PNG\r\n\x1a\n"), "is no PNG", 0, 0 },
	{ "png_lines_translated",
	  STR_INIT("\x89PNG\n\x1a\n\0\0\0\rIHDR\0\0\x01\xb8\0\0\0\x64\x08\x06\0"
		   "\0\0\xf4\x41\x25\x53\0\0\0"),
	  "is no PNG", 0, 0 },
	{ "png_is_a_jpeg", STR_INIT("\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\1\0\1\0\0........"),
	  "is no PNG", 0, 0 },
};

static void
png_is_read(void **state)
{
	const struct png_row *row = *state;
	struct image_size size = { 0 };
	const char *problem = png_size(row->file, &size);

	if (row->problem) {
		assert_non_null(problem);
		assert_string_equal(problem, row->problem);
	} else {
		assert_null(problem);
	}
	assert_int_equal(size.width, row->width);
	assert_int_equal(size.height, row->height);
}

static void
png_cut_short_is_none(void **state)
{
	static const char whole[] = PNG_440_100;
	struct image_size size;

	(void)state;
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		char *copy = malloc(len ? len : 1); /* so that a read past the end shows */

		assert_non_null(copy);
		memcpy(copy, whole, len);
		assert_string_equal(png_size((struct str){ copy, len }, &size), "is no PNG");
		free(copy);
	}
}

struct svg_row {
	const char *name;
	struct str file;
	const char *problem;
	int64_t width;
	int64_t height;
	bool is_scalable;
};

#define NO_SVG "is no SVG"
#define NO_SIZE "is an SVG without width and height in pixels and without a viewBox"

static const struct svg_row svgs[] = {
	{ "svg", STR_INIT("<svg width=\"440\" height=\"100\">"), NULL, 440000, 100000, false },
	{ "svg_in_pixels", STR_INIT("<svg width='440px' height='100PX'/>"), NULL, 440000, 100000,
	  false },
	{ "svg_fraction", STR_INIT("<svg width=\"440.5\" height=\".25\">"), NULL, 440500, 250,
	  false },
	{ "svg_long_fraction", STR_INIT("<svg width=\"1.23456789\" height=\"+2\">"), NULL, 1234,
	  2000, false },
	{ "svg_blanks", STR_INIT("\n<svg\n  width = \" 440 \"\n\theight= '100' >"), NULL, 440000,
	  100000, false },
	{ "svg_with_prolog",
	  STR_INIT("\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- <svg width=\"1\"> -->\n"
		   "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\">\n"
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"9\">"),
	  NULL, 8000, 9000, false },
	{ "svg_view_box", STR_INIT("<svg viewBox=\"0 0 440 100\">"), NULL, 440000, 100000, true },
	{ "svg_view_box_with_commas", STR_INIT("<svg viewBox=\"-1.5, -2 ,44,10\">"), NULL, 44000,
	  10000, true },
	{ "svg_percent", STR_INIT("<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 4 2\">"), NULL,
	  4000, 2000, true },
	{ "svg_width_alone", STR_INIT("<svg width=\"440\" viewBox=\"0 0 4 2\">"), NULL, 4000, 2000,
	  true },
	{ "svg_millimetres", STR_INIT("<svg width=\"4mm\" height=\"1mm\">"), NO_SIZE, 0, 0, false },
	{ "svg_no_size", STR_INIT("<svg>"), NO_SIZE, 0, 0, false },
	{ "svg_zero", STR_INIT("<svg width=\"0\" height=\"100\">"), NO_SIZE, 0, 0, false },
	{ "svg_minus", STR_INIT("<svg width=\"-4\" height=\"100\">"), NO_SIZE, 0, 0, false },
	{ "svg_too_large", STR_INIT("<svg width=\"99999999999999999999\" height=\"1\">"), NO_SIZE,
	  0, 0, false },
	{ "svg_two_points", STR_INIT("<svg width=\"1.2.3\" height=\"1\">"), NO_SIZE, 0, 0, false },
	{ "svg_point_alone", STR_INIT("<svg width=\".\" height=\"1\">"), NO_SIZE, 0, 0, false },
	{ "svg_view_box_of_three", STR_INIT("<svg viewBox=\"0 0 4\">"), NO_SIZE, 0, 0, false },
	{ "svg_view_box_of_five", STR_INIT("<svg viewBox=\"0 0 4 5 6\">"), NO_SIZE, 0, 0, false },
	{ "svg_view_box_negative", STR_INIT("<svg viewBox=\"0 0 -4 5\">"), NO_SIZE, 0, 0, false },
	{ "svg_of_another_name", STR_INIT("<svgx width=\"4\" height=\"1\">"), NO_SVG, 0, 0, false },
	{ "svg_inside_html", STR_INIT("<html><svg width=\"4\" height=\"1\">"), NO_SVG, 0, 0,
	  false },
	{ "svg_open_comment", STR_INIT("<!-- <svg width=\"4\" height=\"1\">"), NO_SVG, 0, 0,
	  false },
	{ "svg_open_attribute", STR_INIT("<svg width=\"4"), NO_SVG, 0, 0, false },
	{ "svg_no_quotes", STR_INIT("<svg width=4 height=1>"), NO_SVG, 0, 0, false },
	{ "svg_attributes_glued", STR_INIT("<svg width=\"4\"height=\"1\">"), NO_SVG, 0, 0, false },
	{ "svg_name_alone", STR_INIT("<svg width>"), NO_SVG, 0, 0, false },
	{ "svg_tag_open", STR_INIT("<svg width=\"4\" height=\"1\""), NO_SVG, 0, 0, false },
	{ "svg_empty", STR_INIT(""), NO_SVG, 0, 0, false },
	{ "svg_png", STR_INIT(PNG_440_100), NO_SVG, 0, 0, false },
};

static void
svg_is_read(void **state)
{
	const struct svg_row *row = *state;
	struct image_size size = { 0 };
	bool is_scalable = false;
	/* A copy of its length alone, so that a read past the end shows. */
	char *copy = malloc(row->file.len ? row->file.len : 1);
	const char *problem;

	assert_non_null(copy);
	memcpy(copy, row->file.ptr, row->file.len);
	problem = svg_size((struct str){ copy, row->file.len }, &size, &is_scalable);
	if (row->problem) {
		assert_non_null(problem);
		assert_string_equal(problem, row->problem);
	} else {
		assert_null(problem);
	}
	assert_int_equal(size.width, row->width);
	assert_int_equal(size.height, row->height);
	assert_int_equal(is_scalable, row->is_scalable);
	free(copy);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, pngs, png_is_read);
	rows_add_one(&rows, "png_cut_short", png_cut_short_is_none);
	ROWS_ADD(&rows, svgs, svg_is_read);
	return rows_run(&rows, argc, argv);
}
