/**
 * struct str: bytes with a length. Everything that came from outside is one, for it may hold NUL.
 * It owns nothing: it borrows from an arena, a literal or a buffer that outlives it.
 */
#ifndef PC_BASE_STR_H
#define PC_BASE_STR_H

#include "base/base.h"

struct str {
	const char *ptr;
	size_t len;
};

/** A str of a literal; its length is known to the compiler. */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
/** The same where an initialiser must be constant. (Formatted by hand: it would take four lines.) */
/* clang-format off */
#define STR_INIT(literal) { "" literal, sizeof(literal) - 1 }
/* clang-format on */
/** For printf-like calls: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).len, (s).ptr

/** A str of a C string; NULL gives the empty one with a null pointer. */
struct str str_of(const char *cstring);
struct str str_slice(struct str s, size_t from, size_t len);

static inline bool
str_is_empty(struct str s)
{
	return s.len == 0;
}

/** Byte for byte. Not for secrets: see vault. */
bool str_equal(struct str a, struct str b);
/** Letters A-Z and a-z are the same; all other bytes are not. */
bool str_equal_ascii_nocase(struct str a, struct str b);
bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);

/** The index of the first @c, or -1. */
ptrdiff_t str_find(struct str s, char c);
/** The index of the last @c, or -1. */
ptrdiff_t str_find_last(struct str s, char c);
/** The index of the first occurrence of @needle, or -1. */
ptrdiff_t str_find_str(struct str s, struct str needle);

/** Without the blanks and tabs at both ends. */
struct str str_trim(struct str s);

/**
 * Cuts off and returns what stands before the next @separator; *rest keeps what comes after it.
 * The last piece leaves *rest with a null pointer, so `while (rest.ptr)` sees each piece once.
 */
struct str str_cut(struct str *rest, char separator);

/** The whole of @s as a decimal int64 (an optional minus, no plus, no blanks). */
_must_use_ bool str_to_int64(struct str s, int64_t *ret_value);

/** The value of a hexadecimal digit in either case; -1 when @c is none. */
int str_hex_digit(char c);

/** Well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF. */
bool str_is_utf8(struct str s);
/** How many bytes from the start are well-formed UTF-8: s.len when all are. */
size_t str_utf8_valid_len(struct str s);

#endif
