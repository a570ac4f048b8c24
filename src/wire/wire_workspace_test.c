/*
 * Answers of a workspace, good and otherwise.
 */
#include "wire/wire_workspace.h"

#include "base/buf.h"
#include "support/rows.h"

struct object_row {
	const char *name;
	const char *body;
	const char *id; /* "" for any */
	bool want;
};

/* TEST-5 */
static const struct object_row objects[] = {
	{ "the_one", "{\"id\":\"abc\",\"state\":\"RUNNING\"}", "abc", true },
	{ "any", "{\"id\":\"1\"}", "", true },
	{ "another_id", "{\"id\":\"abd\"}", "abc", false },
	{ "id_in_it", "{\"id\":\"abcd\"}", "abc", false },
	{ "no_id", "{\"ID\":\"abc\"}", "abc", false },
	{ "empty_id", "{\"id\":\"\"}", "", false },
	{ "number", "{\"id\":1}", "", false },
	{ "null", "{\"id\":null}", "", false },
	{ "deeper", "{\"warehouse\":{\"id\":\"abc\"}}", "abc", false },
	{ "array", "[{\"id\":\"abc\"}]", "abc", false },
	{ "string", "\"id\"", "", false },
	{ "empty", "", "", false },
	{ "page", "<html>id</html>", "", false },
	{ "twice", "{\"id\":\"abc\",\"id\":\"abc\"}", "abc", false },
	{ "cut", "{\"id\":\"abc\"", "abc", false },
	{ "huge_number_beside", "{\"id\":\"abc\",\"n\":123456789012345678901234567890}", "abc",
	  true },
};

static void
object_holds(void **state)
{
	const struct object_row *row = *state;
	struct arena *arena = arena_create();

	assert_int_equal(
		wire_is_workspace_object(arena, str_of(row->body), STR("id"), str_of(row->id)),
		row->want);
	arena_free(arena);
}

struct token_row {
	const char *name;
	const char *body;
	const char *want; /* NULL: none */
};

/* TEST-4 */
static const struct token_row tokens[] = {
	{ "good", "{\"access_token\":\"a.b.c\",\"expires_in\":3600,\"token_type\":\"Bearer\"}",
	  "a.b.c" },
	{ "none", "{\"token_type\":\"Bearer\"}", NULL },
	{ "token_empty", "{\"access_token\":\"\"}", NULL },
	{ "token_number", "{\"access_token\":7}", NULL },
	{ "token_array", "[\"access_token\"]", NULL },
	{ "token_page", "<p>", NULL },
};

static void
token_holds(void **state)
{
	const struct token_row *row = *state;
	struct arena *arena = arena_create();
	struct str token = STR("as it was");
	bool is_there = wire_read_access_token(arena, str_of(row->body), &token);

	assert_int_equal(is_there, row->want != NULL);
	assert_true(str_equal(token, row->want ? str_of(row->want) : STR("as it was")));
	arena_free(arena);
}

static void
too_long_a_token(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct buf buf;
	struct str token;

	buf_init(&buf, arena, 20000);
	buf_add(&buf, STR("{\"access_token\":\""));
	for (int i = 0; i < 16385; i++)
		buf_add_char(&buf, 'a');
	buf_add(&buf, STR("\"}"));
	assert_false(buf.is_full);
	assert_false(wire_read_access_token(arena, buf_str(&buf), &token));
	arena_free(arena);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, objects, object_holds);
	ROWS_ADD(&rows, tokens, token_holds);
	rows_add_one(&rows, "too_long_a_token", too_long_a_token);
	return rows_run(&rows, argc, argv);
}
