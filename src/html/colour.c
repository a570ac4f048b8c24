/*
 * Reading colours and comparing how light they are.
 */
#include "html/colour.h"

#include <math.h>

static const struct colour black = { 0, 0, 0 };
static const struct colour white = { 255, 255, 255 };

bool
colour_read(struct str text, struct colour *ret_colour)
{
	uint8_t bytes[3] = { 0 };

	if (text.len != 7 || text.ptr[0] != '#')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(bytes); i++) {
		int high = str_hex_digit(text.ptr[1 + 2 * i]);
		int low = str_hex_digit(text.ptr[2 + 2 * i]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	*ret_colour = (struct colour){ bytes[0], bytes[1], bytes[2] };
	return true;
}

void
colour_add(struct buf *buf, struct colour colour)
{
	buf_addf(buf, "#%02x%02x%02x", colour.red, colour.green, colour.blue);
}

static double
linear(uint8_t channel)
{
	double value = channel / 255.0;

	return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double
luminance(struct colour colour)
{
	return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) +
	       0.0722 * linear(colour.blue);
}

double
colour_contrast(struct colour a, struct colour b)
{
	double light = luminance(a);
	double dark = luminance(b);

	if (light < dark) {
		double swap = light;

		light = dark;
		dark = swap;
	}
	return (light + 0.05) / (dark + 0.05);
}

struct colour
colour_on(struct colour back)
{
	return colour_contrast(white, back) >= colour_contrast(black, back) ? white : black;
}

static uint8_t
mix_channel(uint8_t from, uint8_t to, int percent)
{
	return (uint8_t)((from * (100 - percent) + to * percent) / 100);
}

struct colour
colour_readable_on(struct colour colour, struct colour back, double least)
{
	struct colour end = colour_on(back);
	struct colour mixed = colour;

	/* At 100 it is black or white, which can be read on anything. */
	for (int percent = 0; percent <= 100 && colour_contrast(mixed, back) < least;
	     percent += 4) {
		mixed.red = mix_channel(colour.red, end.red, percent);
		mixed.green = mix_channel(colour.green, end.green, percent);
		mixed.blue = mix_channel(colour.blue, end.blue, percent);
	}
	return mixed;
}
