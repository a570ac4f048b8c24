/*
 * The headers of images.
 */
#include "lint/image.h"

/* ---- PNG ---- */

static uint32_t
crc32_of(const unsigned char *bytes, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ UINT32_C(0xedb88320) : crc >> 1;
	}
	return ~crc;
}

static uint32_t
big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       (uint32_t)bytes[3];
}

const char *
png_size(struct str file, struct image_size *ret_size)
{
	/* The signature, then a chunk: length 13, type, 13 bytes that begin with the size, CRC. */
	static const char start[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
	unsigned char bytes[33];
	uint32_t width;
	uint32_t height;

	if (file.len < sizeof(bytes) || memcmp(file.ptr, start, sizeof(start) - 1) != 0)
		return "is no PNG";
	memcpy(bytes, file.ptr, sizeof(bytes));
	if (crc32_of(bytes + 12, 17) != big_endian(bytes + 29))
		return "is a PNG with a damaged header";
	width = big_endian(bytes + 16);
	height = big_endian(bytes + 20);
	if (width < 1 || height < 1 || width > IMAGE_MAX_SIDE / 1000 ||
	    height > IMAGE_MAX_SIDE / 1000)
		return "is a PNG of an impossible size";
	*ret_size = (struct image_size){ (int64_t)width * 1000, (int64_t)height * 1000 };
	return NULL;
}

/* ---- SVG ---- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_blanks(struct str *rest)
{
	while (rest->len > 0 && is_blank(rest->ptr[0]))
		*rest = str_slice(*rest, 1, rest->len);
}

/* Steps over all up to and with @end; false when it does not come. */
static bool
skip_past(struct str *rest, struct str end)
{
	ptrdiff_t at = str_find_str(*rest, end);

	if (at < 0)
		return false;
	*rest = str_slice(*rest, (size_t)at + end.len, rest->len);
	return true;
}

/* What may stand before the root: the declaration, comments, a DOCTYPE without declarations. */
static bool
skip_prolog(struct str *rest)
{
	if (str_starts_with(*rest, STR("\xef\xbb\xbf")))
		*rest = str_slice(*rest, 3, rest->len);
	for (;;) {
		bool is_whole = true;

		skip_blanks(rest);
		if (str_starts_with(*rest, STR("<?")))
			is_whole = skip_past(rest, STR("?>"));
		else if (str_starts_with(*rest, STR("<!--")))
			is_whole = skip_past(rest, STR("-->"));
		else if (str_starts_with(*rest, STR("<!DOCTYPE")))
			is_whole = skip_past(rest, STR(">"));
		else
			return true;
		if (!is_whole)
			return false;
	}
}

static bool
is_name_end(char c)
{
	return is_blank(c) || c == '=' || c == '>' || c == '/' || c == '<' || c == '"' || c == '\'';
}

static struct str
cut_name(struct str *rest)
{
	size_t len = 0;
	struct str name;

	while (len < rest->len && !is_name_end(rest->ptr[len]))
		len++;
	name = str_slice(*rest, 0, len);
	*rest = str_slice(*rest, len, rest->len);
	return name;
}

/* name="value" or name='value'. */
static bool
cut_attribute(struct str *rest, struct str *ret_name, struct str *ret_value)
{
	ptrdiff_t end;

	*ret_name = cut_name(rest);
	skip_blanks(rest);
	if (str_is_empty(*ret_name) || rest->len < 3 || rest->ptr[0] != '=')
		return false;
	*rest = str_slice(*rest, 1, rest->len);
	skip_blanks(rest);
	if (rest->len < 2 || (rest->ptr[0] != '"' && rest->ptr[0] != '\''))
		return false;
	end = str_find(str_slice(*rest, 1, rest->len), rest->ptr[0]);
	if (end < 0)
		return false;
	*ret_value = str_slice(*rest, 1, (size_t)end);
	*rest = str_slice(*rest, (size_t)end + 2, rest->len);
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "440", "440.5", "+440": steps over a number, in thousandths. Digits past the third are cut. */
static bool
cut_number(struct str *rest, int64_t *ret_thousandths)
{
	int64_t value = 0;
	int64_t unit = 1000;
	bool has_digit = false;
	bool is_fraction = false;
	size_t i = rest->len > 0 && rest->ptr[0] == '+';

	for (; i < rest->len && (is_digit(rest->ptr[i]) || (rest->ptr[i] == '.' && !is_fraction));
	     i++) {
		if (rest->ptr[i] == '.') {
			is_fraction = true;
			continue;
		}
		has_digit = true;
		if (is_fraction)
			unit /= 10;
		value = is_fraction ? value + (rest->ptr[i] - '0') * unit
				    : value * 10 + (rest->ptr[i] - '0') * INT64_C(1000);
		if (value > IMAGE_MAX_SIDE)
			return false;
	}
	*rest = str_slice(*rest, i, rest->len);
	*ret_thousandths = value;
	return has_digit;
}

/* A length in pixels; other units and percentages depend on where the image is shown. */
static bool
read_length(struct str text, int64_t *ret_thousandths)
{
	struct str rest = str_trim(text);

	return cut_number(&rest, ret_thousandths) && *ret_thousandths > 0 &&
	       (str_is_empty(rest) || str_equal_ascii_nocase(rest, STR("px")));
}

static void
skip_separator(struct str *rest)
{
	skip_blanks(rest);
	if (str_starts_with(*rest, STR(",")))
		*rest = str_slice(*rest, 1, rest->len);
	skip_blanks(rest);
}

/* "min-x min-y width height", blanks or commas between; the first two may be negative. */
static bool
read_view_box(struct str text, struct image_size *ret_size)
{
	struct str rest = text;
	int64_t numbers[4];

	skip_blanks(&rest);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		if (i < 2 && str_starts_with(rest, STR("-")))
			rest = str_slice(rest, 1, rest.len);
		if (!cut_number(&rest, &numbers[i]))
			return false;
		skip_separator(&rest);
	}
	*ret_size = (struct image_size){ numbers[2], numbers[3] };
	return str_is_empty(rest) && numbers[2] > 0 && numbers[3] > 0;
}

struct svg_root {
	struct str width;
	struct str height;
	struct str view_box;
};

static bool
read_root(struct str rest, struct svg_root *ret_root)
{
	struct str name;
	struct str value;

	if (!str_starts_with(rest, STR("<svg")))
		return false;
	rest = str_slice(rest, 4, rest.len);
	for (;;) {
		bool has_blank = rest.len > 0 && is_blank(rest.ptr[0]);

		skip_blanks(&rest);
		if (str_starts_with(rest, STR(">")) || str_starts_with(rest, STR("/>")))
			return true;
		if (!has_blank || !cut_attribute(&rest, &name, &value))
			return false;
		if (str_equal(name, STR("width")))
			ret_root->width = value;
		else if (str_equal(name, STR("height")))
			ret_root->height = value;
		else if (str_equal(name, STR("viewBox")))
			ret_root->view_box = value;
	}
}

const char *
svg_size(struct str file, struct image_size *ret_size, bool *ret_is_scalable)
{
	struct svg_root root = { 0 };
	struct str rest = file;
	struct image_size size;

	if (!skip_prolog(&rest) || !read_root(rest, &root))
		return "is no SVG";
	if (read_length(root.width, &size.width) && read_length(root.height, &size.height)) {
		*ret_size = size;
		*ret_is_scalable = false;
		return NULL;
	}
	if (!read_view_box(root.view_box, &size))
		return "is an SVG without width and height in pixels and without a viewBox";
	*ret_size = size;
	*ret_is_scalable = true;
	return NULL;
}
