/*
 * Reading JSON against jansson, over texts mutated by a seeded generator. We accept nothing that
 * jansson refuses, but for numbers past int64 and double, whose characters we keep; and where both
 * accept, both see the same values. We refuse nothing that jansson accepts, but for limits and for
 * a NUL byte behind a number or a word, which jansson 2.14 steps over.
 */
#include "base/json.h"

#include "support/rows.h"

#include <ctype.h>

/* Both of us call the types alike; theirs get another name. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_NULL JANSSON_NULL
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_NULL

/* No limit that a text of this file could meet. */
static const struct json_limits wide = { 1 << 20, 1000, 100000, 1 << 20, 1 << 20 };

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static const struct str sources[] = {
	STR_INIT("{\"a\":[1,-2.5e3,true,null],"
		 "\"b\":{\"c\":\"x\\u00e9\\ud83d\\ude00\",\"d\":\"\xc3\xa9\"}}"),
	STR_INIT("[{\"id\":9223372036854775807,\"name\":\"\\\"q\\\"\\n\"},{\"id\":-1},[],[[]],{}]"),
	STR_INIT("{\"email\":\"a@b.io\",\"emai\\u006c2\":0,\"e\":1,\"f\":false,\"g\":0.0E-0}"),
	STR_INIT(" [ \"\xf0\x9f\x98\x80\" , \"\xe2\x82\xac\" , \"\\u0001\\\\\\/\" ] "),
};

/* Bytes and pieces that a reader of JSON may trip over. */
static const struct str pieces[] = {
	STR_INIT("{"),
	STR_INIT("}"),
	STR_INIT("["),
	STR_INIT("]"),
	STR_INIT("\""),
	STR_INIT("\\"),
	STR_INIT(","),
	STR_INIT(":"),
	STR_INIT("0"),
	STR_INIT("-"),
	STR_INIT("e"),
	STR_INIT("."),
	STR_INIT("+"),
	STR_INIT("u"),
	STR_INIT("\\u0000"),
	STR_INIT("\\ud800"),
	STR_INIT("\\udc00"),
	STR_INIT("\\u0061"),
	STR_INIT("\"a\":"),
	STR_INIT("\"a\":1,"),
	STR_INIT("1e999"),
	STR_INIT("true"),
	STR_INIT("nul"),
	STR_INIT("\xc3"),
	STR_INIT("\xa9"),
	STR_INIT("\xed\xa0\x80"),
	STR_INIT("\xc0\xaf"),
	STR_INIT("\xef\xbb\xbf"),
	STR_INIT("\0"),
	STR_INIT("\n"),
	STR_INIT(" "),
	STR_INIT("\x1f"),
	STR_INIT("[[[[[[["),
	STR_INIT("/"),
	STR_INIT("99999999999999999999"),
};

/* One source with one to four changes: a byte removed, replaced, a piece put in, the rest cut. */
static struct str
mutate(uint64_t *seed, char *text, size_t size)
{
	struct str source = sources[next_random(seed) % ARRAY_LEN(sources)];
	size_t len = source.len;

	memcpy(text, source.ptr, len);
	for (uint64_t n = next_random(seed) % 4 + 1; n > 0 && len > 0; n--) {
		struct str piece = pieces[next_random(seed) % ARRAY_LEN(pieces)];
		/* cppcheck-suppress zerodivcond; the loop's condition has it */
		size_t at = next_random(seed) % len;

		switch (next_random(seed) % 8) {
		case 0:
			memmove(text + at, text + at + 1, len - at - 1);
			len--;
			break;
		case 1:
			text[at] = (char)next_random(seed);
			break;
		case 2:
			text[at] = text[next_random(seed) % len];
			break;
		case 3:
			len = next_random(seed) % 16 ? len : at;
			break;
		default:
			if (len + piece.len > size)
				break;
			memmove(text + at + piece.len, text + at, len - at);
			memcpy(text + at, piece.ptr, piece.len);
			len += piece.len;
		}
	}
	return (struct str){ text, len };
}

static bool oracle_agrees(const struct json *ours, const json_t *theirs);

static bool
oracle_agrees_on_children(const struct json *ours, const json_t *theirs)
{
	bool is_array = ours->type == JSON_ARRAY;
	size_t i = 0;

	for (const struct json *child = ours->first; child; child = child->next, i++) {
		const json_t *other =
			is_array ? json_array_get(theirs, i)
				 : json_object_getn(theirs, child->name.ptr, child->name.len);

		if (!other || !oracle_agrees(child, other))
			return false;
	}
	return i == ours->n_children &&
	       i == (is_array ? json_array_size(theirs) : json_object_size(theirs));
}

static bool
oracle_agrees(const struct json *ours, const json_t *theirs)
{
	int64_t number;

	switch (ours->type) {
	case JSON_NULL:
		return json_typeof(theirs) == JANSSON_NULL;
	case JSON_BOOL:
		return ours->boolean ? json_is_true(theirs) : json_is_false(theirs);
	case JSON_NUMBER:
		if (json_int64(ours, &number))
			return json_is_integer(theirs) && json_integer_value(theirs) == number;
		return json_is_number(theirs);
	case JSON_STRING:
		return json_typeof(theirs) == JANSSON_STRING &&
		       str_equal(ours->text, (struct str){ json_string_value(theirs),
							   json_string_length(theirs) });
	case JSON_ARRAY:
		return json_typeof(theirs) == JANSSON_ARRAY &&
		       oracle_agrees_on_children(ours, theirs);
	case JSON_OBJECT:
		return json_typeof(theirs) == JANSSON_OBJECT &&
		       oracle_agrees_on_children(ours, theirs);
	}
	return false;
}

/* Makes every number of the tree a 1 in its text, which is @text. */
static void
shrink_numbers(const struct json *value, char *text)
{
	if (value->type == JSON_NUMBER) {
		memset(text + value->offset, ' ', value->text.len);
		text[value->offset] = '1';
	}
	for (const struct json *child = value->first; child; child = child->next)
		shrink_numbers(child, text);
}

static json_t *
oracle_read(struct str text, json_error_t *error)
{
	return json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, error);
}

static bool
is_a_limit(const char *detail)
{
	return strstr(detail, "nested too deep") || strstr(detail, "too many members") ||
	       strstr(detail, "too long");
}

enum verdict {
	BOTH_ACCEPT,
	BOTH_REFUSE,
	ONLY_OUR_LIMIT,
	ONLY_THEIR_NUL,
	ONLY_OUR_NUMBERS,
	DISAGREE,
	N_VERDICTS,
};

/* Why we may refuse what jansson accepts. */
static enum verdict
judge_refusal(const char *detail, struct json_fault fault, struct str text,
	      const struct json_limits *limits)
{
	if (limits != &wide && is_a_limit(detail))
		return ONLY_OUR_LIMIT;
	if (fault.offset > 0 && fault.offset < text.len && text.ptr[fault.offset] == '\0' &&
	    isalnum((unsigned char)text.ptr[fault.offset - 1]))
		return ONLY_THEIR_NUL;
	return DISAGREE;
}

/* jansson has no room for numbers past int64 and double; we keep their characters. */
static enum verdict
compare_without_numbers(const struct json *ours, char *text, size_t len)
{
	json_error_t error;
	json_t *theirs;

	shrink_numbers(ours, text);
	theirs = oracle_read((struct str){ text, len }, &error);
	json_decref(theirs);
	return theirs ? ONLY_OUR_NUMBERS : DISAGREE;
}

static enum verdict
compare(char *text, size_t len, const struct json_limits *limits)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct json *ours = NULL;
	struct json_fault fault = { 0 };
	json_error_t error;
	json_t *theirs = oracle_read((struct str){ text, len }, &error);
	struct err err = json_read(arena, (struct str){ text, len }, limits, &ours, &fault);
	enum verdict verdict;

	if (!theirs && err.code)
		return BOTH_REFUSE;
	if (!theirs) {
		if (json_error_code(&error) != json_error_numeric_overflow)
			return DISAGREE;
		return compare_without_numbers(ours, text, len);
	}
	if (err.code)
		verdict = judge_refusal(err.detail, fault, (struct str){ text, len }, limits);
	else
		verdict = oracle_agrees(ours, theirs) ? BOTH_ACCEPT : DISAGREE;
	json_decref(theirs);
	return verdict;
}

/* Lasts until the process ends: it is about to. */
static const char *
printable(const char *text, size_t len)
{
	struct buf buf;

	buf_init(&buf, arena_create(), 10000);
	json_add_string(&buf, (struct str){ text, len });
	return buf_cstr(&buf);
}

static void
run_oracle(uint64_t seed, int n_texts, const struct json_limits *limits, int n_verdicts[N_VERDICTS])
{
	for (int i = 0; i < n_texts; i++) {
		uint64_t start = seed;
		char text[400];
		size_t len = mutate(&seed, text, sizeof(text)).len;
		enum verdict verdict = compare(text, len, limits);

		if (verdict == DISAGREE)
			fail_msg("text %d, of seed %llx, divides us: %s", i,
				 (unsigned long long)start, printable(text, len));
		n_verdicts[verdict]++;
	}
}

static void
oracle_without_limits(_unused_ void **state)
{
	int n[N_VERDICTS] = { 0 };

	run_oracle(UINT64_C(0x2545f4914f6cdd1d), 200000, &wide, n);
	/* The texts are worth something: each verdict comes up, and often. */
	assert_true(n[BOTH_ACCEPT] > 10000 && n[BOTH_REFUSE] > 50000);
	assert_true(n[ONLY_OUR_NUMBERS] > 100);
}

static void
oracle_with_limits(_unused_ void **state)
{
	static const struct json_limits tight = { 120, 3, 4, 4, 12 };
	int n[N_VERDICTS] = { 0 };

	run_oracle(UINT64_C(0x9e3779b97f4a7c15), 100000, &tight, n);
	assert_true(n[ONLY_OUR_LIMIT] > 1000 && n[BOTH_ACCEPT] > 100);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "oracle_without_limits", oracle_without_limits);
	rows_add_one(&rows, "oracle_with_limits", oracle_with_limits);
	return rows_run(&rows, argc, argv);
}
