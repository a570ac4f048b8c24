/*
 * Colours: what is read as one, and that a brand's colour can be read wherever the pages put it.
 */
#include "html/colour.h"

#include "support/rows.h"

struct read_row {
	const char *name;
	struct str in;
	const char *want; /* NULL: none */
};

static const struct read_row reads[] = {
	{ "lower", STR_INIT("#1b5e8c"), "#1b5e8c" },
	{ "upper", STR_INIT("#1B5E8C"), "#1b5e8c" },
	{ "no_sign", STR_INIT("1b5e8c"), NULL },
	{ "short", STR_INIT("#1b5"), NULL },
	{ "long", STR_INIT("#1b5e8c0"), NULL },
	{ "no_digit", STR_INIT("#1b5e8g"), NULL },
	{ "a_name", STR_INIT("crimson"), NULL },
	{ "a_way_out", STR_INIT("#fff;}b"), NULL },
	{ "empty", STR_INIT(""), NULL },
};

static void
read_holds(void **state)
{
	const struct read_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct colour colour;
	struct buf buf;

	buf_init(&buf, arena, 100);
	assert_int_equal(colour_read(row->in, &colour), row->want != NULL);
	if (!row->want)
		return;
	colour_add(&buf, colour);
	assert_string_equal(buf_cstr(&buf), row->want);
}

/* Every 17th of each channel: all greys and all corners among them. */
static void
every_brand_can_be_read(void **state)
{
	static const struct colour backs[] = { { 255, 255, 255 }, { 29, 33, 39 }, { 19, 22, 27 } };

	(void)state;
	for (int i = 0; i < 16 * 16 * 16; i++) {
		struct colour brand = { (uint8_t)(i % 16 * 17), (uint8_t)(i / 16 % 16 * 17),
					(uint8_t)(i / 256 * 17) };

		assert_true(colour_contrast(colour_on(brand), brand) >= 4.5);
		for (size_t j = 0; j < ARRAY_LEN(backs); j++)
			assert_true(colour_contrast(colour_readable_on(brand, backs[j], 4.5),
						    backs[j]) >= 4.5);
	}
}

static void
contrast_of_known_pairs(void **state)
{
	const struct colour white = { 255, 255, 255 };
	const struct colour black = { 0, 0, 0 };
	const struct colour grey = { 119, 119, 119 }; /* #777, known to fall just short on white */
	struct colour kept = { 11, 57, 84 };

	(void)state;
	assert_true(colour_contrast(white, black) > 20.99 && colour_contrast(white, black) < 21.01);
	assert_true(colour_contrast(grey, white) > 4.4 && colour_contrast(grey, white) < 4.5);
	assert_true(colour_contrast(white, white) < 1.01);
	kept = colour_readable_on(kept, white, 4.5);
	assert_int_equal(kept.red, 11); /* it can be read as it is */
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, reads, read_holds);
	rows_add_one(&rows, "every_brand_can_be_read", every_brand_can_be_read);
	rows_add_one(&rows, "contrast_of_known_pairs", contrast_of_known_pairs);
	return rows_run(&rows, argc, argv);
}
