/*
 * Fuzz target: JSON. What is read, written and read again is the same; what is refused is refused
 * at a byte of the text.
 */
#include "fuzz/json_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

/* Every string of the tree is UTF-8 without NUL, and every value starts inside the text. */
static void
check_tree(const struct json *value, size_t text_len)
{
	size_t n_children = 0;

	check(value->offset < text_len);
	check(str_is_utf8(value->text) && str_find(value->text, '\0') < 0);
	check(str_is_utf8(value->name) && str_find(value->name, '\0') < 0);
	for (const struct json *child = value->first; child; child = child->next) {
		check_tree(child, text_len);
		if (value->type == JSON_OBJECT)
			check(json_member(value, child->name) == child); /* no name twice */
		n_children++;
	}
	check(n_children == value->n_children);
}

static void
check_limits(struct str text, const struct json_limits *limits)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const struct json *root = NULL;
	const struct json *again = NULL;
	struct json_fault fault = { 0 };
	struct err err = json_read(arena, text, limits, &root, &fault);
	struct json_writer writer = { 0 };
	struct buf buf;

	if (err.code) {
		check(err.code == ERR_BAD_REQUEST && !root);
		check(fault.offset <= text.len && fault.line >= 1 && fault.column >= 1);
		return;
	}
	check_tree(root, text.len);
	buf_init(&buf, arena, text.len * 6 + 16);
	writer.buf = &buf;
	json_tree_write(&writer, root);
	check(!buf.is_full);
	/* What is written is never longer than what was read, so it fits the same limits. */
	check(buf.len <= text.len);
	err = json_read(arena, buf_str(&buf), limits, &again, NULL);
	check(!err.code && json_tree_equal(root, again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };

	check_limits(text, &json_limits_request);
	check_limits(text, &json_limits_file);
	return 0;
}
