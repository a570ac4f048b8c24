/*
 * Reading JSON: a recursive descent over the text, as deep as the limits allow. Writing is
 * json_write.c.
 *
 * Every byte is looked at a bounded number of times, whatever it is: a name is compared only with
 * the names of its object that fall into the same bucket, and their number has a limit.
 */
#include "base/json.h"

const struct json_limits json_limits_request = {
	.max_bytes = (size_t)64 * 1024,
	.max_depth = 8,
	.max_children = 128,
	.max_name = 64,
	.max_string = (size_t)64 * 1024,
};

const struct json_limits json_limits_file = {
	.max_bytes = (size_t)1024 * 1024,
	.max_depth = 32,
	.max_children = 4096,
	.max_name = 256,
	.max_string = (size_t)1024 * 1024,
};

struct reader {
	struct arena *arena;
	const struct json_limits *limits;
	const char *begin;
	const char *at;
	const char *end;
	size_t depth;
	const char *problem;
	const char *problem_at;
};

/* Members of one object whose names hash alike are chained, to find a name that stands twice. */
struct node {
	struct json json;
	struct node *next_in_bucket;
};

#define N_BUCKETS ((size_t)64)

static bool
fail(struct reader *reader, const char *at, const char *problem)
{
	reader->problem = problem;
	reader->problem_at = at;
	return false;
}

static size_t
offset_of(const struct reader *reader, const char *at)
{
	return (size_t)(at - reader->begin);
}

static void
skip_blanks(struct reader *reader)
{
	while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
					    *reader->at == '\r' || *reader->at == '\t'))
		reader->at++;
}

/* Steps over @c when it is next. */
static bool
skip_char(struct reader *reader, char c)
{
	if (reader->at == reader->end || *reader->at != c)
		return false;
	reader->at++;
	return true;
}

static bool
read_word(struct reader *reader, struct str word)
{
	size_t left = (size_t)(reader->end - reader->at);

	if (left < word.len || memcmp(reader->at, word.ptr, word.len) != 0)
		return fail(reader, reader->at, "no value starts like this");
	reader->at += word.len;
	return true;
}

/* Numbers. */

static bool
read_digits(struct reader *reader)
{
	const char *start = reader->at;

	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
		reader->at++;
	return reader->at > start || fail(reader, start, "a digit is missing");
}

static bool
read_number(struct reader *reader, struct json *value)
{
	const char *start = reader->at;

	value->type = JSON_NUMBER;
	(void)skip_char(reader, '-'); /* optional */
	if (!skip_char(reader, '0') && !read_digits(reader))
		return false;
	if (skip_char(reader, '.') && !read_digits(reader))
		return false;
	if (skip_char(reader, 'e') || skip_char(reader, 'E')) {
		if (!skip_char(reader, '+'))
			(void)skip_char(reader, '-'); /* optional, either of them */
		if (!read_digits(reader))
			return false;
	}
	value->text = (struct str){ start, (size_t)(reader->at - start) };
	return true;
}

/* Strings: first the closing quote is found, then the escapes are resolved, if there are any. */

/* Neither a quote, a backslash, a control character nor a part of a longer UTF-8 sequence. */
static bool
is_plain(char c)
{
	return (signed char)c >= 0x20 && c != '"' && c != '\\';
}

/* Escapes are ASCII, so a sequence of UTF-8 lies whole within a run of high bytes. */
static bool
skip_high_bytes(struct reader *reader)
{
	struct str run = { reader->at, 0 };
	size_t valid_len;

	while (reader->at < reader->end && (unsigned char)*reader->at >= 0x80)
		reader->at++;
	run.len = (size_t)(reader->at - run.ptr);
	valid_len = str_utf8_valid_len(run);
	return valid_len == run.len || fail(reader, run.ptr + valid_len, "invalid UTF-8");
}

/* Steps over the next byte of a string that is not plain. */
static bool
skip_special(struct reader *reader, bool *ret_has_escape)
{
	unsigned char c = (unsigned char)*reader->at;

	if (c >= 0x80)
		return skip_high_bytes(reader);
	if (c < 0x20)
		return fail(reader, reader->at, "a control character in a string");
	/* A backslash. What follows it is no end of the string; unescape() looks at it. */
	*ret_has_escape = true;
	if (reader->end - reader->at < 2)
		return fail(reader, reader->end, "a string has no end");
	reader->at += 2;
	return true;
}

/* From the opening quote past the closing one; *ret_raw is what stands between them. */
static bool
read_raw_string(struct reader *reader, struct str *ret_raw, bool *ret_has_escape)
{
	const char *start = ++reader->at;

	*ret_has_escape = false;
	for (;;) {
		while (reader->at < reader->end && is_plain(*reader->at))
			reader->at++;
		if (reader->at == reader->end)
			return fail(reader, reader->end, "a string has no end");
		if (*reader->at == '"')
			break;
		if (!skip_special(reader, ret_has_escape))
			return false;
	}
	*ret_raw = (struct str){ start, (size_t)(reader->at - start) };
	reader->at++;
	return true;
}

/* Cuts "\uXXXX" off @rest: a UTF-16 unit. */
static bool
cut_utf16_unit(struct str *rest, uint32_t *ret_unit)
{
	uint32_t unit = 0;

	if (!str_starts_with(*rest, STR("\\u")) || rest->len < 6)
		return false;
	for (size_t i = 2; i < 6; i++) {
		int digit = str_hex_digit(rest->ptr[i]);

		if (digit < 0)
			return false;
		unit = unit << 4 | (uint32_t)digit;
	}
	*rest = str_slice(*rest, 6, rest->len);
	*ret_unit = unit;
	return true;
}

static bool
cut_unicode_escape(struct reader *reader, struct str *rest, uint32_t *ret_code_point)
{
	const char *at = rest->ptr;
	uint32_t unit;
	uint32_t low;

	if (!cut_utf16_unit(rest, &unit))
		return fail(reader, at, "an escape without its four hexadecimal digits");
	if (unit == 0)
		return fail(reader, at, "an escaped NUL");
	*ret_code_point = unit;
	if (unit < 0xd800 || unit > 0xdfff)
		return true;
	if (unit > 0xdbff || !cut_utf16_unit(rest, &low) || low < 0xdc00 || low > 0xdfff)
		return fail(reader, at, "a surrogate without its other half");
	*ret_code_point = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* Cuts an escape off @rest, which starts with its backslash and is longer than that. */
static bool
cut_escape(struct reader *reader, struct str *rest, uint32_t *ret_code_point)
{
	static const struct str letters = STR_INIT("\"\\/bfnrt");
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	ptrdiff_t i;

	if (rest->ptr[1] == 'u')
		return cut_unicode_escape(reader, rest, ret_code_point);
	i = str_find(letters, rest->ptr[1]);
	if (i < 0)
		return fail(reader, rest->ptr, "an unknown escape");
	*ret_code_point = (uint32_t)meanings[i];
	*rest = str_slice(*rest, 2, rest->len);
	return true;
}

/* Writes 1 to 4 bytes, never more than the escape was long; returns where the next one goes. */
static char *
put_utf8(char *out, uint32_t code_point)
{
	if (code_point < 0x80) {
		*out++ = (char)code_point;
		return out;
	}
	if (code_point < 0x800) {
		*out++ = (char)(0xc0 | code_point >> 6);
	} else {
		if (code_point < 0x10000) {
			*out++ = (char)(0xe0 | code_point >> 12);
		} else {
			*out++ = (char)(0xf0 | code_point >> 18);
			*out++ = (char)(0x80 | (code_point >> 12 & 0x3f));
		}
		*out++ = (char)(0x80 | (code_point >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (code_point & 0x3f));
	return out;
}

static bool
unescape(struct reader *reader, struct str raw, struct str *ret_text)
{
	char *text = arena_alloc(reader->arena, raw.len); /* no escape grows */
	char *out = text;
	struct str rest = raw;
	uint32_t code_point;

	while (rest.len > 0) {
		ptrdiff_t backslash = str_find(rest, '\\');
		size_t n = backslash < 0 ? rest.len : (size_t)backslash;

		memcpy(out, rest.ptr, n);
		out += n;
		rest = str_slice(rest, n, rest.len);
		if (rest.len == 0)
			break;
		if (!cut_escape(reader, &rest, &code_point))
			return false;
		out = put_utf8(out, code_point);
	}
	*ret_text = (struct str){ text, (size_t)(out - text) };
	return true;
}

static bool
read_string(struct reader *reader, size_t max_len, struct str *ret_text)
{
	const char *quote = reader->at;
	bool has_escape;

	if (!read_raw_string(reader, ret_text, &has_escape))
		return false;
	if (has_escape && !unescape(reader, *ret_text, ret_text))
		return false;
	return ret_text->len <= max_len || fail(reader, quote, "a string or a name is too long");
}

/* Arrays and objects. */

static bool read_value(struct reader *reader, struct json *value);

static bool
enter_container(struct reader *reader)
{
	if (reader->depth == reader->limits->max_depth)
		return fail(reader, reader->at, "nested too deep");
	reader->depth++;
	reader->at++;
	skip_blanks(reader);
	return true;
}

/* A new last child of @parent; *tail is where the chain of children ends. */
static struct node *
add_child(struct reader *reader, struct json *parent, const struct json ***tail)
{
	struct node *child;

	if (parent->n_children == reader->limits->max_children) {
		(void)fail(reader, reader->at, "too many members or elements");
		return NULL;
	}
	child = arena_new(reader->arena, struct node);
	parent->n_children++;
	**tail = &child->json;
	*tail = &child->json.next;
	return child;
}

/* What stands behind a child: a comma, and another child must follow, or the end. */
static bool
read_separator(struct reader *reader, char end, bool *ret_is_end)
{
	skip_blanks(reader);
	*ret_is_end = skip_char(reader, end);
	if (*ret_is_end)
		return true;
	if (!skip_char(reader, ','))
		return fail(reader, reader->at, "a comma or a closing bracket is missing");
	skip_blanks(reader);
	return true;
}

static bool
read_array(struct reader *reader, struct json *array)
{
	const struct json **tail = &array->first;
	bool is_end;

	array->type = JSON_ARRAY;
	if (!enter_container(reader))
		return false;
	is_end = skip_char(reader, ']');
	while (!is_end) {
		struct node *element = add_child(reader, array, &tail);

		if (!element || !read_value(reader, &element->json) ||
		    !read_separator(reader, ']', &is_end))
			return false;
	}
	reader->depth--;
	return true;
}

static size_t
name_bucket(struct str name)
{
	uint64_t hash = name.len;
	uint64_t word;

	for (size_t i = 0; i < name.len; i += sizeof(word)) {
		size_t n = name.len - i < sizeof(word) ? name.len - i : sizeof(word);

		word = 0;
		memcpy(&word, name.ptr + i, n);
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return hash % N_BUCKETS;
}

static bool
read_name(struct reader *reader, struct node *member, struct node **buckets)
{
	const char *quote = reader->at;
	struct node **bucket;

	if (reader->at == reader->end || *reader->at != '"')
		return fail(reader, reader->at, "a name is missing");
	member->json.name_offset = offset_of(reader, quote);
	if (!read_string(reader, reader->limits->max_name, &member->json.name))
		return false;
	bucket = &buckets[name_bucket(member->json.name)];
	for (const struct node *other = *bucket; other; other = other->next_in_bucket) {
		if (str_equal(other->json.name, member->json.name))
			return fail(reader, quote, "a name stands twice in one object");
	}
	member->next_in_bucket = *bucket;
	*bucket = member;
	return true;
}

static bool
read_member(struct reader *reader, struct node *member, struct node **buckets)
{
	if (!read_name(reader, member, buckets))
		return false;
	skip_blanks(reader);
	if (!skip_char(reader, ':'))
		return fail(reader, reader->at, "a colon is missing");
	skip_blanks(reader);
	return read_value(reader, &member->json);
}

static bool
read_object(struct reader *reader, struct json *object)
{
	struct node *buckets[N_BUCKETS] = { NULL };
	const struct json **tail = &object->first;
	bool is_end;

	object->type = JSON_OBJECT;
	if (!enter_container(reader))
		return false;
	is_end = skip_char(reader, '}');
	while (!is_end) {
		struct node *member = add_child(reader, object, &tail);

		if (!member || !read_member(reader, member, buckets) ||
		    !read_separator(reader, '}', &is_end))
			return false;
	}
	reader->depth--;
	return true;
}

static bool
read_value(struct reader *reader, struct json *value)
{
	value->offset = offset_of(reader, reader->at);
	if (reader->at == reader->end)
		return fail(reader, reader->at, "a value is missing");
	switch (*reader->at) {
	case '{':
		return read_object(reader, value);
	case '[':
		return read_array(reader, value);
	case '"':
		value->type = JSON_STRING;
		return read_string(reader, reader->limits->max_string, &value->text);
	case 't':
		value->type = JSON_BOOL;
		value->boolean = true;
		return read_word(reader, STR("true"));
	case 'f':
		value->type = JSON_BOOL;
		return read_word(reader, STR("false"));
	case 'n':
		value->type = JSON_NULL;
		return read_word(reader, STR("null"));
	default:
		if (*reader->at == '-' || (*reader->at >= '0' && *reader->at <= '9'))
			return read_number(reader, value);
		return fail(reader, reader->at, "no value starts like this");
	}
}

static bool
read_text(struct reader *reader, struct str text, struct json *root)
{
	if (text.len > reader->limits->max_bytes)
		return fail(reader, reader->begin + reader->limits->max_bytes, "it is too long");
	if (str_starts_with(text, STR("\xef\xbb\xbf")))
		return fail(reader, reader->begin, "a byte-order mark");
	skip_blanks(reader);
	if (!read_value(reader, root))
		return false;
	skip_blanks(reader);
	return reader->at == reader->end || fail(reader, reader->at, "something follows the value");
}

struct err
json_read(struct arena *arena, struct str text, const struct json_limits *limits,
	  const struct json **ret_root, struct json_fault *ret_fault)
{
	const char *begin = text.ptr ? text.ptr : "";
	struct reader reader = {
		.arena = arena,
		.limits = limits,
		.begin = begin,
		.at = begin,
		.end = begin + text.len,
	};
	struct json *root = arena_new(arena, struct json);
	size_t offset;

	if (read_text(&reader, text, root)) {
		*ret_root = root;
		return OK_NONE;
	}
	offset = offset_of(&reader, reader.problem_at);
	if (ret_fault)
		*ret_fault = json_position(text, offset);
	return err_format(arena, ERR_BAD_REQUEST, "the body is no JSON: %s at byte %zu",
			  reader.problem, offset);
}

struct json_fault
json_position(struct str text, size_t offset)
{
	struct str before = str_slice(text, 0, offset);
	struct json_fault position = { .offset = before.len, .line = 1 };

	for (size_t i = 0; i < before.len; i++) {
		if (before.ptr[i] == '\n')
			position.line++;
	}
	position.column = before.len - (size_t)(str_find_last(before, '\n') + 1) + 1;
	return position;
}

const struct json *
json_member(const struct json *object, struct str name)
{
	if (!object || object->type != JSON_OBJECT)
		return NULL;
	for (const struct json *member = object->first; member; member = member->next) {
		if (str_equal(member->name, name))
			return member;
	}
	return NULL;
}

bool
json_int64(const struct json *number, int64_t *ret_value)
{
	if (!number || number->type != JSON_NUMBER || str_equal(number->text, STR("-0")))
		return false;
	return str_to_int64(number->text, ret_value);
}
