/**
 * Table-driven cmocka tests: every row of a table is a test of its own, in TAP.
 *
 *	struct case_row { const char *name; struct str in; bool want; };   the name comes first
 *	static const struct case_row cases[] = { { "empty", STR_INIT(""), false }, ... };
 *	static void case_holds(void **state) { const struct case_row *row = *state; ... }
 *
 *	int main(int argc, char **argv)
 *	{
 *		struct rows rows = { 0 };
 *
 *		ROWS_ADD(&rows, cases, case_holds);
 *		rows_add_one(&rows, "a_test_without_a_table", some_test);
 *		return rows_run(&rows, argc, argv);
 *	}
 *
 * Arguments name the rows to run; without arguments all run. A name that no row has is a failure.
 * A row that needs a fixture makes it itself: rows share nothing.
 */
#ifndef PC_TESTS_SUPPORT_ROWS_H
#define PC_TESTS_SUPPORT_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct rows {
	struct CMUnitTest *tests;
	size_t n;
};

/** One test; @row, which may be NULL, is what its *state points to. */
static inline void
rows_add(struct rows *rows, const char *name, CMUnitTestFunction run, const void *row)
{
	struct CMUnitTest *tests = realloc(rows->tests, (rows->n + 1) * sizeof(*tests));

	if (!tests)
		abort();
	rows->tests = tests;
	/* cmocka wants it without const; the test takes it with const again. */
	rows->tests[rows->n++] =
		(struct CMUnitTest){ name, run, NULL, NULL, (void *)(uintptr_t)row };
}

static inline void
rows_add_one(struct rows *rows, const char *name, CMUnitTestFunction run)
{
	rows_add(rows, name, run, NULL);
}

/** Every row of an array of structs whose member `name` is a C string. */
#define ROWS_ADD(rows, table, run)                                                                 \
	do {                                                                                       \
		for (size_t row_i_ = 0; row_i_ < sizeof(table) / sizeof((table)[0]); row_i_++)     \
			rows_add((rows), (table)[row_i_].name, (run), &(table)[row_i_]);           \
	} while (0)

static inline bool
rows_is_wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], name) == 0)
			return true;
	}
	return argc <= 1;
}

static inline bool
rows_has(const struct rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->n; i++) {
		if (strcmp(rows->tests[i].name, name) == 0)
			return true;
	}
	return false;
}

/** What main() returns; frees the rows. */
static inline int
rows_run(struct rows *rows, int argc, char **argv)
{
	size_t n_wanted = 0;
	int n_failed;

	for (int i = 1; i < argc; i++) {
		if (!rows_has(rows, argv[i])) {
			(void)printf("Bail out! no row is named %s\n", argv[i]);
			free(rows->tests);
			return 1;
		}
	}
	for (size_t i = 0; i < rows->n; i++) {
		if (rows_is_wanted(rows->tests[i].name, argc, argv))
			rows->tests[n_wanted++] = rows->tests[i];
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	n_failed = _cmocka_run_group_tests(argv[0], rows->tests, n_wanted, NULL, NULL);
	free(rows->tests);
	*rows = (struct rows){ 0 };
	return n_failed == 0 && n_wanted > 0 ? 0 : 1;
}

#endif
