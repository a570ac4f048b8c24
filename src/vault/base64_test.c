/*
 * Base64: every byte in every position of a group, and the ends of a text.
 */
#include "vault/base64.h"

#include "support/rows.h"

#define COMMON "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

struct alphabet_row {
	const char *name;
	enum base64_alphabet alphabet;
	const char *characters; /* in the order of their values */
};

static const struct alphabet_row alphabets[] = {
	{ "standard", BASE64_STANDARD, COMMON "+/" },
	{ "url_safe", BASE64_URL_SAFE, COMMON "-_" },
};

/* The value of four characters of six bits each; -1 when one is not of the alphabet. */
static long
value_of(const char *characters, const char text[static 4])
{
	long value = 0;

	for (int i = 0; i < 4; i++) {
		const char *at = text[i] ? strchr(characters, text[i]) : NULL;

		if (!at)
			return -1;
		value = value << 6 | (at - characters);
	}
	return value;
}

static void
every_byte_in_every_position(void **state)
{
	const struct alphabet_row *row = *state;

	for (int i = 0; i < 4 * 256 * 256; i++) {
		char text[4] = { 'q', 'q', 'q', 'q' };
		uint8_t bytes[3] = { 0 };
		size_t len = 0;
		long want;

		text[i >> 16] = (char)i;
		text[((i >> 16) + 1) % 4] = (char)(i >> 8);
		if (text[3] == '=')
			continue; /* padding has rows of its own */
		want = value_of(row->characters, text);
		assert_int_equal(base64_read((struct str){ text, 4 }, row->alphabet, bytes,
					     sizeof(bytes), &len),
				 want >= 0);
		if (want >= 0)
			assert_int_equal(bytes[0] << 16 | bytes[1] << 8 | bytes[2], want);
	}
}

struct text_row {
	const char *name;
	enum base64_alphabet alphabet;
	struct str text;
	ptrdiff_t want; /* the length; -1: refused */
};

static const struct text_row texts[] = {
	{ "empty", BASE64_STANDARD, STR_INIT(""), 0 },
	{ "one_group", BASE64_STANDARD, STR_INIT("AAAA"), 3 },
	{ "padding_one", BASE64_STANDARD, STR_INIT("AAA="), 2 },
	{ "padding_two", BASE64_STANDARD, STR_INIT("AA=="), 1 },
	{ "padding_missing", BASE64_STANDARD, STR_INIT("AAA"), -1 },
	{ "padding_half", BASE64_STANDARD, STR_INIT("AA="), -1 },
	{ "padding_three", BASE64_STANDARD, STR_INIT("A==="), -1 },
	{ "padding_behind_a_group", BASE64_STANDARD, STR_INIT("AAAA="), -1 },
	{ "padding_before_a_group", BASE64_STANDARD, STR_INIT("AA==AAAA"), -1 },
	{ "spare_bits_of_one", BASE64_STANDARD, STR_INIT("AB=="), -1 },
	{ "spare_bits_of_two", BASE64_STANDARD, STR_INIT("AAB="), -1 },
	{ "nul_behind", BASE64_STANDARD, STR_INIT("AAAA\0"), -1 },
	{ "one_character", BASE64_STANDARD, STR_INIT("A"), -1 },
	{ "does_not_fit", BASE64_STANDARD, STR_INIT("AAAAAAAAAAAA"), -1 },
	{ "url_safe_two", BASE64_URL_SAFE, STR_INIT("AA"), 1 },
	{ "url_safe_three", BASE64_URL_SAFE, STR_INIT("AAA"), 2 },
	{ "url_safe_with_padding", BASE64_URL_SAFE, STR_INIT("AA=="), -1 },
	{ "url_safe_one_character", BASE64_URL_SAFE, STR_INIT("A"), -1 },
	{ "url_safe_spare_bits", BASE64_URL_SAFE, STR_INIT("AB"), -1 },
};

static void
a_text_is_read_or_refused(void **state)
{
	const struct text_row *row = *state;
	uint8_t bytes[6];
	size_t len = 0;

	assert_int_equal(base64_read(row->text, row->alphabet, bytes, sizeof(bytes), &len),
			 row->want >= 0);
	if (row->want >= 0)
		assert_int_equal(len, row->want);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, alphabets, every_byte_in_every_position);
	ROWS_ADD(&rows, texts, a_text_is_read_or_refused);
	return rows_run(&rows, argc, argv);
}
