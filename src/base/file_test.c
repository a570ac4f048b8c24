/*
 * Small files: what is written is read, limits hold, a failure leaves the old text.
 */
#include "base/file.h"

#include "support/rows.h"

#include <sys/stat.h>

struct fixture {
	struct arena *arena;
	char directory[64];
};

static void
fixture_init(struct fixture *fixture)
{
	static const char pattern[] = "/tmp/pc-file-test-XXXXXX";

	fixture->arena = arena_create();
	memcpy(fixture->directory, pattern, sizeof(pattern));
	assert_non_null(mkdtemp(fixture->directory));
}

static void
fixture_release(struct fixture *fixture)
{
	arena_free(fixture->arena);
}

static void
replaced_file_is_read(_unused_ void **state)
{
	struct fixture fixture;
	const char *path;
	struct str text;
	struct stat info;

	fixture_init(&fixture);
	path = arena_printf(fixture.arena, "%s/a", fixture.directory);
	assert_int_equal(file_replace(fixture.arena, path, 0600, STR("one")).code, ERR_NONE);
	assert_int_equal(file_replace(fixture.arena, path, 0600, STR("two")).code, ERR_NONE);
	assert_int_equal(file_read(fixture.arena, path, 3, &text).code, ERR_NONE);
	assert_true(str_equal(text, STR("two")));
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(fixture.directory), 0);
	fixture_release(&fixture);
}

static void
too_long_is_refused(_unused_ void **state)
{
	struct fixture fixture;
	const char *path;
	struct str text = STR("untouched");

	fixture_init(&fixture);
	path = arena_printf(fixture.arena, "%s/a", fixture.directory);
	assert_int_equal(file_replace(fixture.arena, path, 0600, STR("four")).code, ERR_NONE);
	assert_int_equal(file_read(fixture.arena, path, 3, &text).code, ERR_IO);
	assert_true(str_equal(text, STR("untouched")));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(fixture.directory), 0);
	fixture_release(&fixture);
}

static void
missing_directory_is_named(_unused_ void **state)
{
	struct fixture fixture;
	struct err err;

	fixture_init(&fixture);
	err = file_replace(fixture.arena, "/nowhere/at/all", 0600, STR("x"));
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.detail, "/nowhere/at/all"));
	assert_int_equal(rmdir(fixture.directory), 0);
	fixture_release(&fixture);
}

static void
directories_are_made(_unused_ void **state)
{
	struct fixture fixture;
	const char *path;
	struct stat info;

	fixture_init(&fixture);
	path = arena_printf(fixture.arena, "%s/a/b", fixture.directory);
	assert_int_equal(file_make_directory(fixture.arena, path).code, ERR_NONE);
	assert_int_equal(file_make_directory(fixture.arena, path).code, ERR_NONE);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0700);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(arena_printf(fixture.arena, "%s/a", fixture.directory)), 0);
	assert_int_equal(rmdir(fixture.directory), 0);
	fixture_release(&fixture);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "replaced_file_is_read", replaced_file_is_read);
	rows_add_one(&rows, "too_long_is_refused", too_long_is_refused);
	rows_add_one(&rows, "missing_directory_is_named", missing_directory_is_named);
	rows_add_one(&rows, "directories_are_made", directories_are_made);
	return rows_run(&rows, argc, argv);
}
