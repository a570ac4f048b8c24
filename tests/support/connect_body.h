/**
 * Bodies of POST /connect for tests: one with every field that there is, in which single members
 * are changed, left out or added.
 */
#ifndef PC_TESTS_SUPPORT_CONNECT_BODY_H
#define PC_TESTS_SUPPORT_CONNECT_BODY_H

#include "support/rows.h"
#include "wire/wire_connect.h"

/* Stands in every text that is sent, so that an error which repeats one shows. */
#define MARK "zqx"
#define MARKED_NUMBER "909090909"

enum place { ROOT, USER_INFO, AUTH, N_PLACES };

struct member {
	const char *name;
	const char *json;
};

static const struct member root_members[] = {
	{ "hostname", "\"zqx.cloud.databricks.com\"" },
	{ "port", "443" },
	{ "workspace_url", "\"https://zqx.cloud.databricks.com\"" },
	{ "workspace_id", "7400000000000007" },
	{ "demo", "false" },
	{ "cloud_provider", "\"azure\"" },
	{ "cloud_provider_region", "\"zqx-west-2\"" },
	{ "is_free_trial", "true" },
	{ "connection_id", "\"zqx-connection\"" },
	{ "http_path", "\"/sql/1.0/warehouses/zqx\"" },
	{ "jdbc_url", "\"jdbc:spark://zqx:443/default\"" },
	{ "databricks_jdbc_url", "\"jdbc:databricks://zqx:443/default\"" },
	{ "cluster_id", "\"zqx-cluster\"" },
	{ "is_sql_endpoint", "true" },
	{ "is_sql_warehouse", "true" },
	{ "destination_location", "\"s3://zqx/location\"" },
	{ "catalog_name", "\"zqx catalog\"" },
	{ "database_name", "\"zqx database\"" },
	{ "data_source_connector", "\"zqx connector\"" },
	{ "service_principal_id", "\"zqx-principal\"" },
	{ "service_principal_oauth_secret", "\"zqx-secret\"" },
	{ "oauth_u2m_app_id", "\"zqx-app\"" },
	{ "connection_scope", "\"user\"" },
	{ NULL, NULL },
};

static const struct member user_info_members[] = {
	{ "email", "\"Zqx.ann@acme.com\"" },
	{ "first_name", "\"zqx Ann\"" },
	{ "last_name", "\"zqx Lee\"" },
	{ "databricks_user_id", "-42" },
	{ "databricks_organization_id", "7400000000000007" },
	{ "is_connection_established", "false" },
	{ NULL, NULL },
};

static const struct member auth_members[] = {
	{ "personal_access_token", "\"zqx-token\"" },
	{ "oauth_token", "\"zqx-oauth\"" },
	{ "oauth_scope", "\"zqx-scope\"" },
	{ NULL, NULL },
};

struct change {
	enum place place;
	const char *name;
	const char *json; /* NULL: the member is missing */
};

struct changes {
	struct change items[4];
	size_t n;
};

static inline const char *
changed(const struct changes *changes, enum place place, const struct member *member)
{
	for (size_t i = 0; i < changes->n; i++) {
		if (changes->items[i].place == place &&
		    strcmp(changes->items[i].name, member->name) == 0)
			return changes->items[i].json;
	}
	return member->json;
}

static inline void
add_member(struct buf *buf, const char *name, const char *json)
{
	if (!json)
		return;
	if (buf->ptr[buf->len - 1] != '{')
		buf_add_char(buf, ',');
	buf_addf(buf, "\"%s\":", name);
	buf_add(buf, str_of(json));
}

static inline void
add_members(struct buf *buf, const struct changes *changes, enum place place,
	    const struct member *members)
{
	for (; members->name; members++)
		add_member(buf, members->name, changed(changes, place, members));
}

/* What is changed and no member of the usual body is added to it. */
static inline void
add_extras(struct buf *buf, const struct changes *changes, enum place place,
	   const struct member *members)
{
	for (size_t i = 0; i < changes->n; i++) {
		const struct member *member = members;

		while (member->name && strcmp(member->name, changes->items[i].name) != 0)
			member++;
		if (changes->items[i].place == place && !member->name)
			add_member(buf, changes->items[i].name, changes->items[i].json);
	}
}

static inline const char *
object_of(struct arena *arena, const struct changes *changes, enum place place,
	  const struct member *members, const struct member *inner)
{
	struct buf buf;

	buf_init(&buf, arena, (size_t)1 << 20);
	buf_add_char(&buf, '{');
	add_members(&buf, changes, place, members);
	if (inner)
		add_member(&buf, inner->name, changed(changes, place, inner));
	add_extras(&buf, changes, place, members);
	buf_add_char(&buf, '}');
	assert_false(buf.is_full);
	return buf_cstr(&buf);
}

static inline struct str
body_with(struct arena *arena, const struct changes *changes)
{
	struct changes own = *changes;
	struct member auth = { "auth", object_of(arena, &own, AUTH, auth_members, NULL) };
	struct member user_info = { "user_info", NULL };
	struct changes inner = { .n = 0 };
	struct changes outer = { .n = 0 };

	/* "auth" and "user_info" themselves may be what is changed. */
	for (size_t i = 0; i < own.n; i++) {
		bool is_auth = strcmp(own.items[i].name, "auth") == 0;
		bool is_user_info = strcmp(own.items[i].name, "user_info") == 0;

		if (is_auth)
			auth.json = own.items[i].json;
		if (own.items[i].place == USER_INFO && !is_auth)
			inner.items[inner.n++] = own.items[i];
		if (own.items[i].place == ROOT && !is_user_info)
			outer.items[outer.n++] = own.items[i];
	}
	user_info.json = object_of(arena, &inner, USER_INFO, user_info_members, &auth);
	for (size_t i = 0; i < own.n; i++) {
		if (strcmp(own.items[i].name, "user_info") == 0)
			user_info.json = own.items[i].json;
	}
	return str_of(object_of(arena, &outer, ROOT, root_members, &user_info));
}

static inline struct str
body_with_one(struct arena *arena, enum place place, const char *name, const char *json)
{
	const struct changes changes = { { { place, name, json } }, 1 };

	return body_with(arena, &changes);
}

static inline struct connect_request
read_ok(struct arena *arena, struct str body)
{
	struct connect_request req;
	struct err err = wire_read_connect_request(arena, body, &req);

	if (err.code)
		fail_msg("refused: %s", err.detail);
	return req;
}

/* ERROR-3: the detail begins with the path and holds nothing that was sent. */
static inline void
assert_refused(struct arena *arena, struct str body, const char *path)
{
	struct connect_request before;
	struct connect_request req;
	struct err err;

	memset(&before, 0xa5, sizeof(before));
	memcpy(&req, &before, sizeof(req));
	err = wire_read_connect_request(arena, body, &req);
	if (err.code != ERR_BAD_REQUEST)
		fail_msg("accepted, or refused with %d: %.*s", (int)err.code,
			 (int)(body.len < 400 ? body.len : 400), body.ptr);
	assert_memory_equal(&req, &before, sizeof(req));
	assert_non_null(err.detail);
	if (path && strncmp(err.detail, path, strlen(path)) != 0)
		fail_msg("\"%s\" does not begin with %s", err.detail, path);
	assert_null(strcasestr(err.detail, MARK));
	assert_null(strstr(err.detail, MARKED_NUMBER));
	assert_null(strchr(err.detail, '\n'));
}

static inline const char *
repeated(struct arena *arena, const char *before, char c, size_t n, const char *after)
{
	struct buf buf;

	buf_init(&buf, arena, (size_t)1 << 20);
	buf_add(&buf, str_of(before));
	for (size_t i = 0; i < n; i++)
		buf_add_char(&buf, c);
	buf_add(&buf, str_of(after));
	return buf_cstr(&buf);
}

#endif
