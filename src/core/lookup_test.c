/*
 * connection_is_asked_for(): every way in which a connection can be another's.
 */
#include "core/lookup.h"

#include "support/rows.h"

struct lookup_row {
	const char *name;
	struct known_connection connection;
	struct connection_request request;
	bool want;
};

#define OURS .is_known = true, .cloud = CLOUD_AZURE, .workspace_id = { 7 }

/* DELETE-1, TEST-1 */
static const struct lookup_row lookups[] = {
	{ "the_id_alone", { OURS }, { .has_cloud = false }, true },
	{ "unknown", { .is_known = false }, { .has_cloud = false }, false },
	{ "deleted", { OURS, .state = CONNECTION_DELETED }, { .has_cloud = false }, false },
	{ "superseded", { OURS, .state = CONNECTION_SUPERSEDED }, { .has_cloud = false }, true },
	{ "all_fits",
	  { OURS },
	  { .has_cloud = true,
	    .cloud = CLOUD_AZURE,
	    .has_workspace_id = true,
	    .workspace_id = { 7 } },
	  true },
	{ "another_cloud", { OURS }, { .has_cloud = true, .cloud = CLOUD_AWS }, false },
	{ "another_workspace",
	  { OURS },
	  { .has_cloud = true,
	    .cloud = CLOUD_AZURE,
	    .has_workspace_id = true,
	    .workspace_id = { 8 } },
	  false },
};

static void
lookup_holds(void **state)
{
	const struct lookup_row *row = *state;

	assert_int_equal(connection_is_asked_for(&row->connection, &row->request), row->want);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, lookups, lookup_holds);
	return rows_run(&rows, argc, argv);
}
