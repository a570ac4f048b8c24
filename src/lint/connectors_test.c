/*
 * A vendor's connectors against the public list: places, near misses, files that do not fit.
 */
#include "lint/connectors.h"

#include "support/rows.h"

/* Made up, in the public list's form; one identifier of each odd kind that it holds. */
static const struct lint_source list_source = {
	"list.csv",
	STR_INIT("Unique Identifier,Connector Name\r\n"
		 "kelp_farm,Kelp Farm\r\n"
		 "\"reef (v2)\",Reef\r\n"
		 "tide & time,\"Tide, and Time\"\r\n"
		 "oyster's,Oysters\r\n"
		 "sand/salt,Sand\r\n"),
};

struct found {
	size_t line;
	size_t column;
	const char *message;
	const char *suggestion;
};

struct connectors_row {
	const char *name;
	struct lint_source own;
	struct found want[3];
	const char *problem; /* NULL: it is read */
};

static const struct connectors_row connectors[] = {
	{ .name = "connectors_all_listed",
	  .own = { "own.csv",
		   STR_INIT("identifier,name,type\nkelp_farm,K,source\nreef (v2),R,source\n"
			    "tide & time,T,target\noyster's,O,source\nsand/salt,S,source\n") } },
	{ .name = "connectors_near_misses",
	  .own = { "own.csv", STR_INIT("name,identifier,type\n\"K\n2\",kelp-farm,source\n"
				       "R, reef,source\r\nX,\"unheard_of\",source\n") },
	  .want = { { 3, 4, "the identifier \"kelp-farm\" is not on the public list",
		      "did you mean \"kelp_farm\"?" },
		    { 4, 3, "the identifier \"reef\" is not on the public list", NULL },
		    { 5, 3, "the identifier \"unheard_of\" is not on the public list", NULL } } },
	{ .name = "connectors_to_the_letter",
	  .own = { "own.csv", STR_INIT("identifier,name,type\nKelp_Farm,K,source\n") },
	  .want = { { 2, 1, "the identifier \"Kelp_Farm\" is not on the public list",
		      "did you mean \"kelp_farm\"?" } } },
	{ .name = "connectors_json",
	  .own = { "own.json", STR_INIT("{\"connectors\": [\n  {\"identifier\": \"kelp_farm\"},\n"
					"  {\"name\": \"x\", \"identifier\": \"sandsalt\"}]}") },
	  .want = { { 3, 31, "the identifier \"sandsalt\" is not on the public list",
		      "did you mean \"sand/salt\"?" } } },
	{ .name = "connectors_json_list",
	  .own = { "own.json", STR_INIT("[{\"identifier\":\"oysters\"}]") },
	  .want = { { 1, 16, "the identifier \"oysters\" is not on the public list",
		      "did you mean \"oyster's\"?" } } },
	{ .name = "connectors_no_column",
	  .own = { "own.csv", STR_INIT("id,name,type\nkelp_farm,K,source\n") },
	  .problem = "own.csv: the first line has no column identifier" },
	{ .name = "connectors_open_quote",
	  .own = { "own.csv", STR_INIT("identifier,name,type\n\"kelp_farm,K,source\n") },
	  .problem = "own.csv: row 2: no CSV in UTF-8" },
	{ .name = "connectors_not_utf8",
	  .own = { "own.csv", STR_INIT("identifier,name,type\n\xff,K,source\n") },
	  .problem = "own.csv: row 1: no CSV in UTF-8" },
	{ .name = "connectors_no_json",
	  .own = { "own.json", STR_INIT("{") },
	  .problem = "own.json: the body is no JSON: a name is missing at byte 1" },
	{ .name = "connectors_json_of_another_kind",
	  .own = { "own.json", STR_INIT("{\"a\":1}") },
	  .problem = "own.json: no list of connectors" },
};

static void
check_findings(const struct connectors_row *row, struct findings *findings)
{
	size_t n = 0;

	findings_sort(findings);
	while (n < ARRAY_LEN(row->want) && row->want[n].line)
		n++;
	assert_int_equal(findings->n, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(findings->items[i].rule, RULE_UNKNOWN_CONNECTOR);
		assert_int_equal(findings->items[i].line, row->want[i].line);
		assert_int_equal(findings->items[i].column, row->want[i].column);
		assert_string_equal(findings->items[i].message, row->want[i].message);
		if (row->want[i].suggestion)
			assert_string_equal(findings->items[i].suggestion, row->want[i].suggestion);
		else
			assert_null(findings->items[i].suggestion);
	}
}

static void
connectors_are_compared(void **state)
{
	const struct connectors_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct identifiers list;
	struct identifiers own;
	struct findings findings;
	struct err err;

	assert_int_equal(connectors_read_public(arena, &list_source, &list).code, ERR_NONE);
	assert_int_equal(list.n, 5);
	err = connectors_read_own(arena, &row->own, &own);
	if (row->problem) {
		assert_int_equal(err.code, ERR_CONFIG);
		assert_string_equal(err.detail, row->problem);
		return;
	}
	assert_int_equal(err.code, ERR_NONE);
	findings_init(&findings, arena);
	lint_connectors(&findings, &row->own, &own, &list);
	check_findings(row, &findings);
}

struct list_row {
	const char *name;
	struct lint_source source;
	size_t n;
	const char *problem;
};

static const struct list_row lists[] = {
	{ "list_with_mark",
	  { "l", STR_INIT("\xef\xbb\xbfUnique Identifier,Connector Name\na,A\nb,B") },
	  2,
	  NULL },
	{ "list_with_columns_swapped",
	  { "l", STR_INIT("Connector Name,Unique Identifier\nA,a\n\nB,b\n") },
	  2,
	  NULL },
	{ "list_empty",
	  { "l", STR_INIT("") },
	  0,
	  "l: the first line has no column Unique Identifier" },
	{ "list_of_a_vendor",
	  { "l", STR_INIT("identifier,name,type\na,A,source\n") },
	  0,
	  "l: the first line has no column Unique Identifier" },
	{ "list_of_nothing",
	  { "l", STR_INIT("Unique Identifier,Connector Name\n") },
	  0,
	  "l: holds no identifier" },
};

static void
list_is_read(void **state)
{
	const struct list_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct identifiers list = { 0 };
	struct err err = connectors_read_public(arena, &row->source, &list);

	if (row->problem) {
		assert_int_equal(err.code, ERR_CONFIG);
		assert_string_equal(err.detail, row->problem);
		return;
	}
	assert_int_equal(err.code, ERR_NONE);
	assert_int_equal(list.n, row->n);
	assert_true(str_equal(list.items[0].text, STR("a")));
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, connectors, connectors_are_compared);
	ROWS_ADD(&rows, lists, list_is_read);
	return rows_run(&rows, argc, argv);
}
