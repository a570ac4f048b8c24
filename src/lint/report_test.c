/*
 * Findings as they are written: order, places, and texts that try to escape.
 */
#include "lint/report.h"

#include "base/json.h"
#include "support/rows.h"

static const struct lint_source first = { "a.json", STR_INIT("{\n  \"a\": 1,\n\t\"b\": 2\n}\n") };
static const struct lint_source second = { "b\n.csv", STR_INIT("x\ny\n") };

/* Found out of order: the last first, two at one place. */
static void
find(struct findings *findings)
{
	findings_add(findings, (struct finding){ .rule = RULE_WORD,
						 .source = &first,
						 .offset = 18,
						 .path = "b",
						 .message = "b is wrong" });
	findings_add(findings,
		     (struct finding){ .rule = RULE_LOCAL,
				       .source = &first,
				       .offset = 4,
				       .path = "a",
				       .message = "a is \x1b[31m, \x7f, \xc2\x9b and \xc3\xa9",
				       .suggestion = "line\nbreak" });
	findings_add(findings, (struct finding){ .rule = RULE_NULL,
						 .source = &first,
						 .offset = 4,
						 .path = "a",
						 .message = "a again" });
	findings_add(findings, (struct finding){ .rule = RULE_UNKNOWN_CONNECTOR,
						 .source = &second,
						 .offset = 2,
						 .path = "connectors[0].identifier",
						 .message = "not on the list" });
	findings_sort(findings);
}

struct written {
	struct arena *arena;
	struct findings findings;
	char *text;
	size_t len;
};

static struct written
write_out(bool is_json)
{
	struct written written = { .arena = arena_create() };
	FILE *out = open_memstream(&written.text, &written.len);

	assert_non_null(out);
	findings_init(&written.findings, written.arena);
	find(&written.findings);
	if (is_json)
		report_write_json(out, &written.findings, "a.json");
	else
		report_write_text(out, &written.findings);
	assert_int_equal(fclose(out), 0);
	return written;
}

static void
written_done(struct written *written)
{
	free(written->text);
	arena_free(written->arena);
}

static void
text_is_in_order_and_harmless(void **state)
{
	_cleanup_(written_done) struct written written = write_out(false);

	(void)state;
	assert_string_equal(written.text,
			    "a.json:2:3: note: a is ?[31m, ?, ? and \xc3\xa9 [local]\n"
			    "    line?break\n"
			    "a.json:2:3: note: a again [null]\n"
			    "a.json:3:7: error: b is wrong [word]\n"
			    "b?.csv:2:1: warning: not on the list "
			    "[unknown-connector]\n");
	assert_string_equal(report_summary(&written.findings), "1 error, 1 warning, 2 notes");
}

static void
json_says_the_same(void **state)
{
	_cleanup_(written_done) struct written written = write_out(true);
	const struct json *root;
	const struct json *item;
	int64_t number;

	(void)state;
	assert_int_equal(json_read(written.arena, (struct str){ written.text, written.len },
				   &json_limits_file, &root, NULL)
				 .code,
			 ERR_NONE);
	assert_true(json_int64(json_member(root, STR("schema_version")), &number) && number == 1);
	assert_true(json_int64(json_member(root, STR("errors")), &number) && number == 1);
	assert_true(json_int64(json_member(root, STR("warnings")), &number) && number == 1);
	assert_true(json_int64(json_member(root, STR("notes")), &number) && number == 2);
	item = json_member(root, STR("findings"))->first;
	assert_true(str_equal(json_member(item, STR("message"))->text,
			      STR("a is \x1b[31m, \x7f, \xc2\x9b and \xc3\xa9")));
	assert_true(str_equal(json_member(item, STR("suggestion"))->text, STR("line\nbreak")));
	assert_true(str_equal(json_member(item, STR("level"))->text, STR("note")));
	assert_true(str_equal(json_member(item, STR("rule"))->text, STR("local")));
	assert_true(json_int64(json_member(item, STR("line")), &number) && number == 2);
	assert_true(json_int64(json_member(item, STR("column")), &number) && number == 3);
	assert_null(json_member(item->next, STR("suggestion")));
	item = item->next->next->next;
	assert_true(str_equal(json_member(item, STR("file"))->text, STR("b\n.csv")));
	assert_true(
		str_equal(json_member(item, STR("path"))->text, STR("connectors[0].identifier")));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	rows_add_one(&rows, "text", text_is_in_order_and_harmless);
	rows_add_one(&rows, "json", json_says_the_same);
	return rows_run(&rows, argc, argv);
}
