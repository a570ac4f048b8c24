/*
 * The arena, and the buffer that builds in it.
 */
#include "base/buf.h"

#include "support/rows.h"

#include <signal.h>
#include <stdalign.h>
#include <sys/wait.h>

/* Sizes around those of a chunk. */
struct size_row {
	const char *name;
	size_t size;
};

static const struct size_row sizes[] = {
	{ "alloc_0", 0 },
	{ "alloc_1", 1 },
	{ "alloc_17", 17 },
	{ "alloc_4096", 4096 },
	{ "alloc_a_chunk", (size_t)16384 - 64 },
	{ "alloc_more_than_a_chunk", (size_t)16384 - 63 },
	{ "alloc_a_megabyte", (size_t)1 << 20 },
};

/* Objects are zeroed, aligned and apart: each is filled, and the earlier ones stay as they were. */
static void
objects_are_apart(void **state)
{
	const struct size_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	unsigned char *objects[8];

	for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
		objects[i] = arena_alloc(arena, row->size);
		assert_int_equal((uintptr_t)objects[i] % alignof(max_align_t), 0);
		for (size_t k = 0; k < row->size; k++)
			assert_int_equal(objects[i][k], 0);
		memset(objects[i], (int)(i + 1), row->size);
	}
	for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
		for (size_t k = 0; k < row->size; k++)
			assert_int_equal(objects[i][k], i + 1);
	}
}

static void
arena_of_typed_things(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str *one = arena_new(arena, struct str);
	int64_t *many = arena_new_array(arena, 100, int64_t);

	assert_null(one->ptr);
	for (int i = 0; i < 100; i++)
		assert_int_equal(many[i], 0);
}

static void
arena_copies_are_copies(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	char source[] = "a\0b";
	struct str copy = arena_str(arena, (struct str){ source, 3 });
	char *cstr = arena_cstr(arena, (struct str){ source, 1 });
	struct str empty = arena_str(arena, (struct str){ NULL, 0 });

	memset(source, 'x', 3);
	assert_true(str_equal(copy, STR("a\0b")));
	assert_int_equal(copy.ptr[3], '\0');
	assert_string_equal(cstr, "a");
	assert_int_equal(empty.len, 0);
	assert_string_equal(empty.ptr, "");
}

static void
arena_printf_of_any_length(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	const char *text = arena_printf(arena, "%0*d|%s", 20000, 7, "end");

	assert_int_equal(strlen(text), 20004);
	assert_string_equal(text + 19999, "7|end");
	assert_string_equal(arena_printf(arena, "%s", ""), "");
}

/* A product that wraps would hand out too little: the program ends instead. */
static void
arena_array_overflow_aborts(_unused_ void **state)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		(void)signal(SIGABRT, SIG_DFL); /* cmocka catches it; here it has to end us */
		(void)arena_alloc_array(arena_create(), SIZE_MAX / 4 + 2, 4); /* does not return */
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void
arena_freep_leaves_null(_unused_ void **state)
{
	struct arena *arena = arena_create();

	arena_freep(&arena);
	assert_null(arena);
	arena_freep(&arena);
	arena_free(NULL);
}

static void
buf_starts_empty(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;

	buf_init(&buf, arena, 10);
	assert_int_equal(buf_str(&buf).len, 0);
	assert_string_equal(buf_cstr(&buf), "");
	assert_false(buf.is_full);
	buf_add(&buf, (struct str){ NULL, 0 });
	assert_int_equal(buf.len, 0);
}

static void
buf_builds_text(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;

	buf_init(&buf, arena, 1000);
	buf_add(&buf, STR("n="));
	buf_add_int64(&buf, INT64_MIN);
	buf_add_char(&buf, ';');
	buf_addf(&buf, "%s %d", "f", 7);
	assert_string_equal(buf_cstr(&buf), "n=-9223372036854775808;f 7");
	assert_true(str_equal(buf_str(&buf), STR("n=-9223372036854775808;f 7")));
}

/* Byte by byte through every growth, then to the maximum and past it. */
static void
buf_grows_to_its_maximum(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;

	buf_init(&buf, arena, 5000);
	for (int i = 0; i < 5000; i++)
		buf_add_char(&buf, (char)('a' + i % 26));
	assert_false(buf.is_full);
	assert_int_equal(buf.len, 5000);
	assert_int_equal(strlen(buf_cstr(&buf)), 5000);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(buf.ptr[i], 'a' + i % 26);
	buf_add_char(&buf, 'x');
	assert_true(buf.is_full);
	assert_int_equal(buf.len, 5000);
}

/* What does not fit is left out whole, and nothing comes after it: no text with a hole. */
static void
buf_has_no_holes(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct buf buf;

	buf_init(&buf, arena, 4);
	buf_add(&buf, STR("abc"));
	buf_add(&buf, STR("de"));
	buf_add(&buf, STR("f"));
	buf_addf(&buf, "%d", 1);
	assert_true(buf.is_full);
	assert_string_equal(buf_cstr(&buf), "abc");
	buf_clear(&buf);
	assert_false(buf.is_full);
	buf_addf(&buf, "%d", 12345);
	assert_true(buf.is_full);
	assert_int_equal(buf.len, 0);
	buf_clear(&buf);
	buf_addf(&buf, "%d", 1234);
	assert_false(buf.is_full);
	assert_string_equal(buf_cstr(&buf), "1234");
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, sizes, objects_are_apart);
	rows_add_one(&rows, "arena_of_typed_things", arena_of_typed_things);
	rows_add_one(&rows, "arena_copies_are_copies", arena_copies_are_copies);
	rows_add_one(&rows, "arena_printf_of_any_length", arena_printf_of_any_length);
	rows_add_one(&rows, "arena_array_overflow_aborts", arena_array_overflow_aborts);
	rows_add_one(&rows, "arena_freep_leaves_null", arena_freep_leaves_null);
	rows_add_one(&rows, "buf_starts_empty", buf_starts_empty);
	rows_add_one(&rows, "buf_builds_text", buf_builds_text);
	rows_add_one(&rows, "buf_grows_to_its_maximum", buf_grows_to_its_maximum);
	rows_add_one(&rows, "buf_has_no_holes", buf_has_no_holes);
	return rows_run(&rows, argc, argv);
}
