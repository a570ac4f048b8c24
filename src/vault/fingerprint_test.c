/*
 * The fingerprint of a connect request: one row a field, and whether the field counts.
 */
#include "vault/vault.h"

#include "vault/vault_fixture_test.h"

enum field_kind { FIELD_TEXT, FIELD_NUMBER_32, FIELD_NUMBER_64, FIELD_BOOL, FIELD_SECRET };

struct field_row {
	const char *name;
	size_t offset;
	enum field_kind kind;
	bool counts;
};

#define FIELD(member, kind, counts)                                                                \
	{                                                                                          \
#member, offsetof(struct connect_request, member), kind, counts                    \
	}
#define RESOURCE(member, kind) FIELD(resources.member, kind, true)

_Static_assert(sizeof(enum cloud) == sizeof(int32_t), "enums are changed as numbers");

static const struct field_row fields[] = {
	FIELD(cloud, FIELD_NUMBER_32, true),
	FIELD(workspace_id, FIELD_NUMBER_64, true),
	FIELD(databricks_user_id, FIELD_NUMBER_64, true),
	FIELD(email.key, FIELD_TEXT, true),
	FIELD(is_demo, FIELD_BOOL, true),
	FIELD(scope, FIELD_NUMBER_32, true),
	RESOURCE(hostname, FIELD_TEXT),
	RESOURCE(port, FIELD_NUMBER_32),
	RESOURCE(workspace_url, FIELD_TEXT),
	RESOURCE(cloud_provider_region, FIELD_TEXT),
	RESOURCE(http_path, FIELD_TEXT),
	RESOURCE(jdbc_url, FIELD_TEXT),
	RESOURCE(databricks_jdbc_url, FIELD_TEXT),
	RESOURCE(cluster_id, FIELD_TEXT),
	RESOURCE(destination_location, FIELD_TEXT),
	RESOURCE(catalog_name, FIELD_TEXT),
	RESOURCE(database_name, FIELD_TEXT),
	RESOURCE(data_source_connector, FIELD_TEXT),
	RESOURCE(service_principal_id, FIELD_TEXT),
	RESOURCE(oauth_u2m_app_id, FIELD_TEXT),
	RESOURCE(oauth_scope, FIELD_TEXT),
	RESOURCE(has_is_sql_warehouse, FIELD_BOOL),
	RESOURCE(is_sql_warehouse, FIELD_BOOL),
	RESOURCE(is_free_trial, FIELD_BOOL),
	FIELD(secrets[SECRET_PERSONAL_ACCESS_TOKEN], FIELD_SECRET, true),
	FIELD(secrets[SECRET_OAUTH_TOKEN], FIELD_SECRET, true),
	FIELD(secrets[SECRET_SERVICE_PRINCIPAL_OAUTH_SECRET], FIELD_SECRET, true),
	FIELD(secrets[SECRET_JDBC_URL], FIELD_SECRET, true),
	FIELD(secrets[SECRET_DATABRICKS_JDBC_URL], FIELD_SECRET, true),
	/* What a retry may spell differently, or what only a sign-in sends. */
	FIELD(email.text, FIELD_TEXT, false),
	FIELD(email.domain, FIELD_TEXT, false),
	FIELD(first_name, FIELD_TEXT, false),
	FIELD(last_name, FIELD_TEXT, false),
	FIELD(is_connection_established, FIELD_BOOL, false),
	FIELD(has_auth, FIELD_BOOL, false),
	FIELD(connection_id, FIELD_TEXT, false),
};

/* A request in which no field is empty, made anew each time, for sealing takes its secrets away. */
static struct connect_request
make_request(struct arena *arena)
{
	struct connect_request req = {
		.cloud = CLOUD_AZURE,
		.workspace_id = { 42 },
		.databricks_user_id = { 4711 },
		.scope = SCOPE_USER,
		.resources = { .port = 443 },
	};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		char *at = (char *)&req + fields[i].offset;

		if (fields[i].kind == FIELD_TEXT)
			*(struct str *)(void *)at = str_of(fields[i].name);
		else if (fields[i].kind == FIELD_SECRET)
			*(struct secret_text *)(void *)at = secret_of(arena, fields[i].name);
	}
	return req;
}

static void
change_field(struct arena *arena, struct connect_request *req, const struct field_row *row)
{
	char *at = (char *)req + row->offset;

	switch (row->kind) {
	case FIELD_TEXT:
		*(struct str *)(void *)at = STR("changed");
		break;
	case FIELD_NUMBER_32:
		*(int32_t *)(void *)at ^= 1;
		break;
	case FIELD_NUMBER_64:
		*(int64_t *)(void *)at ^= INT64_MIN;
		break;
	case FIELD_BOOL:
		*(bool *)(void *)at = !*(bool *)(void *)at;
		break;
	case FIELD_SECRET:
		*(struct secret_text *)(void *)at = secret_of(arena, "changed");
		break;
	}
}

static struct fingerprint
fingerprint_of(struct vault *vault, struct arena *arena, struct connect_request *req,
	       struct str connection_id)
{
	struct sealed_request sealed = { 0 };

	assert_int_equal(vault_seal_request(vault, arena, req,
					    (struct connection_id){ connection_id }, &sealed)
				 .code,
			 ERR_NONE);
	return sealed.fingerprint;
}

static bool
is_same(const struct fingerprint *a, const struct fingerprint *b)
{
	return memcmp(a->bytes, b->bytes, FINGERPRINT_SIZE) == 0;
}

static void
a_field_counts_or_not(void **state)
{
	const struct field_row *row = *state;
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct connect_request req = make_request(arena);
	struct fingerprint before = fingerprint_of(vault, arena, &req, STR(KEY_ID_1));
	struct fingerprint again;
	struct fingerprint after;

	/* The connection's id is ours and fresh: a retry has another one. */
	req = make_request(arena);
	again = fingerprint_of(vault, arena, &req, STR(KEY_ID_2));
	req = make_request(arena);
	change_field(arena, &req, row);
	after = fingerprint_of(vault, arena, &req, STR(KEY_ID_1));
	assert_true(is_same(&before, &again));
	assert_int_equal(is_same(&before, &after), !row->counts);
	vault_free(vault);
	arena_free(arena);
}

/* An absent text and an empty one are the same to the wire; an absent secret is not an empty one. */
struct pair_row {
	const char *name;
	struct str catalog[2];
	struct str database[2];
	const char *pat[2];
	const char *oauth[2];
	bool want_same;
};

static const struct pair_row pairs[] = {
	{ .name = "text_moves_to_its_neighbour",
	  .catalog = { STR_INIT("ab"), STR_INIT("a") },
	  .database = { STR_INIT("c"), STR_INIT("bc") } },
	{ .name = "text_changes_its_field",
	  .catalog = { STR_INIT("a"), { 0 } },
	  .database = { { 0 }, STR_INIT("a") } },
	{ .name = "text_with_a_nul_behind",
	  .catalog = { STR_INIT("a"), STR_INIT("a\0") },
	  .database = { { 0 } } },
	{ .name = "text_empty_and_absent",
	  .catalog = { STR_INIT(""), { 0 } },
	  .database = { { 0 } },
	  .want_same = true },
	{ .name = "secret_empty_and_absent", .pat = { "", NULL } },
	{ .name = "secret_changes_its_kind", .pat = { "a", NULL }, .oauth = { NULL, "a" } },
	{ .name = "secret_moves_to_its_neighbour", .pat = { "ab", "a" }, .oauth = { "c", "bc" } },
};

static void
pairs_are_told_apart(void **state)
{
	const struct pair_row *row = *state;
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault *vault = vault_new_unlocked(arena, &key);
	struct fingerprint prints[2];

	for (size_t i = 0; i < 2; i++) {
		struct connect_request req = { 0 };

		req.resources.catalog_name = row->catalog[i];
		req.resources.database_name = row->database[i];
		if (row->pat[i])
			req.secrets[SECRET_PERSONAL_ACCESS_TOKEN] = secret_of(arena, row->pat[i]);
		if (row->oauth[i])
			req.secrets[SECRET_OAUTH_TOKEN] = secret_of(arena, row->oauth[i]);
		prints[i] = fingerprint_of(vault, arena, &req, STR(KEY_ID_1));
	}
	assert_int_equal(is_same(&prints[0], &prints[1]), row->want_same);
	vault_free(vault);
	arena_free(arena);
}

/* Without the key nobody can try out which token a stored fingerprint was made of. */
static void
another_database_has_other_fingerprints(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct fingerprint prints[2];

	for (size_t i = 0; i < 2; i++) {
		struct vault_wrapped_key key;
		struct vault *vault = vault_new_unlocked(arena, &key);
		struct connect_request req = make_request(arena);

		prints[i] = fingerprint_of(vault, arena, &req, STR(KEY_ID_1));
		vault_free(vault);
	}
	assert_false(is_same(&prints[0], &prints[1]));
	arena_free(arena);
}

static void
a_restart_changes_nothing(_unused_ void **state)
{
	struct arena *arena = arena_create();
	struct vault_wrapped_key key;
	struct vault_wrapped_key minted;
	struct vault *before = vault_new_unlocked(arena, &key);
	struct vault *after = vault_from_text(arena, KEK_A);
	struct connect_request req = make_request(arena);
	struct fingerprint first = fingerprint_of(before, arena, &req, STR(KEY_ID_1));
	struct fingerprint second;

	assert_int_equal(vault_unlock(after, arena, &key, 1, STR(""), &minted).code, ERR_NONE);
	req = make_request(arena);
	second = fingerprint_of(after, arena, &req, STR(KEY_ID_1));
	assert_true(is_same(&first, &second));
	vault_free(before);
	vault_free(after);
	arena_free(arena);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, fields, a_field_counts_or_not);
	ROWS_ADD(&rows, pairs, pairs_are_told_apart);
	rows_add_one(&rows, "another_database_has_other_fingerprints",
		     another_database_has_other_fingerprints);
	rows_add_one(&rows, "a_restart_changes_nothing", a_restart_changes_nothing);
	return rows_run(&rows, argc, argv);
}
