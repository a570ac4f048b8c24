/*
 * Bytes with a length: comparing, searching, cutting, reading numbers. Building is buf.c.
 */
#include "base/str.h"

#include <string.h>

struct str
str_of(const char *cstring)
{
	return (struct str){ cstring, cstring ? strlen(cstring) : 0 };
}

struct str
str_slice(struct str s, size_t from, size_t len)
{
	if (!s.ptr)
		return s;
	if (from > s.len)
		from = s.len;
	if (len > s.len - from)
		len = s.len - from;
	return (struct str){ s.ptr + from, len };
}

bool
str_equal(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
str_equal_ascii_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
			return false;
	}
	return true;
}

bool
str_starts_with(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_equal(str_slice(s, 0, prefix.len), prefix);
}

bool
str_ends_with(struct str s, struct str suffix)
{
	return s.len >= suffix.len &&
	       str_equal(str_slice(s, s.len - suffix.len, suffix.len), suffix);
}

ptrdiff_t
str_find(struct str s, char c)
{
	const char *found = s.len ? memchr(s.ptr, c, s.len) : NULL;

	return found ? found - s.ptr : -1;
}

ptrdiff_t
str_find_last(struct str s, char c)
{
	const char *found = s.len ? memrchr(s.ptr, c, s.len) : NULL;

	return found ? found - s.ptr : -1;
}

ptrdiff_t
str_find_str(struct str s, struct str needle)
{
	const char *found;

	if (needle.len == 0)
		return 0;
	if (s.len == 0)
		return -1;
	found = memmem(s.ptr, s.len, needle.ptr, needle.len);
	return found ? found - s.ptr : -1;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct str
str_trim(struct str s)
{
	while (s.len && is_blank(s.ptr[0]))
		s = str_slice(s, 1, s.len);
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str
str_cut(struct str *rest, char separator)
{
	ptrdiff_t at = str_find(*rest, separator);
	struct str piece = *rest;

	if (at < 0) {
		*rest = (struct str){ NULL, 0 };
		return piece;
	}
	piece.len = (size_t)at;
	*rest = str_slice(*rest, (size_t)at + 1, rest->len);
	return piece;
}

int
str_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
str_to_int64(struct str s, int64_t *ret_value)
{
	int64_t value = 0;
	bool is_negative = s.len > 0 && s.ptr[0] == '-';

	if (is_negative)
		s = str_slice(s, 1, s.len);
	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int digit = s.ptr[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		/* Counts downwards when negative, for -2^63 has no positive twin. */
		if (__builtin_mul_overflow(value, 10, &value) ||
		    (is_negative ? __builtin_sub_overflow(value, digit, &value)
				 : __builtin_add_overflow(value, digit, &value)))
			return false;
	}
	*ret_value = value;
	return true;
}

/* Unicode table 3-7: how long a sequence is and what its second byte may be, by its first byte. */
static const struct utf8_row {
	unsigned char first_low;
	unsigned char first_high;
	unsigned char len;
	unsigned char second_low;
	unsigned char second_high;
} utf8_rows[] = {
	{ 0xc2, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf }, { 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf }, { 0xf4, 0xf4, 4, 0x80, 0x8f },
};

static const struct utf8_row *
utf8_row_of(unsigned char first)
{
	for (size_t i = 0; i < ARRAY_LEN(utf8_rows); i++) {
		if (first >= utf8_rows[i].first_low && first <= utf8_rows[i].first_high)
			return &utf8_rows[i];
	}
	return NULL;
}

/* The number of bytes of the sequence that starts at @p, 0 when it is not well-formed. */
static size_t
utf8_sequence_len(const unsigned char *p, size_t left)
{
	const struct utf8_row *row;

	if (p[0] < 0x80)
		return 1;
	row = utf8_row_of(p[0]);
	if (!row || left < row->len)
		return 0;
	if (p[1] < row->second_low || p[1] > row->second_high)
		return 0;
	for (size_t i = 2; i < row->len; i++) {
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	}
	return row->len;
}

size_t
str_utf8_valid_len(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	size_t i = 0;

	while (i < s.len) {
		size_t len = utf8_sequence_len(p + i, s.len - i);

		if (len == 0)
			break;
		i += len;
	}
	return i;
}

bool
str_is_utf8(struct str s)
{
	return str_utf8_valid_len(s) == s.len;
}
