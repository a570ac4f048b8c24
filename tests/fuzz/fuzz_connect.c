/*
 * Fuzz target: POST /connect. What is read is written and read again to the same request, holds
 * its limits and leaves no password in a plain field; a refusal names a path and no NUL, newline
 * or byte above ASCII, whatever was sent.
 */
#include "wire/wire_connect.h"

#include "support/connect_equal.h"
#include "wire/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

/* ERROR-3: our own words are ASCII in one line. */
static void
check_detail(const char *detail)
{
	check(detail && detail[0]);
	for (; *detail; detail++)
		check(*detail >= ' ' && *detail <= '~');
}

static void
check_text(struct str text, size_t limit)
{
	check(text.len <= limit && str_is_utf8(text) && str_find(text, '\0') < 0);
}

static bool
has_password(struct str url)
{
	for (size_t i = 0; i + 4 <= url.len; i++) {
		if (str_equal_ascii_nocase(str_slice(url, i, 4), STR("pwd=")))
			return true;
	}
	return false;
}

static void
check_request(const struct connect_request *req)
{
	const struct resources *resources = &req->resources;

	check_text(req->email.text, WIRE_MAX_EMAIL);
	check(domain_is_valid(req->email.domain));
	check_text(req->first_name, WIRE_MAX_NAME);
	check_text(req->last_name, WIRE_MAX_NAME);
	check_text(req->connection_id.value, WIRE_MAX_NAME);
	check_text(resources->hostname, WIRE_MAX_HOSTNAME);
	check(resources->hostname.len > 0 && resources->port >= 0);
	check_text(resources->jdbc_url, WIRE_MAX_URL);
	check_text(resources->databricks_jdbc_url, WIRE_MAX_URL);
	check(!has_password(resources->jdbc_url) && !has_password(resources->databricks_jdbc_url));
	for (size_t i = 0; i < N_SECRET_KINDS; i++)
		check(req->secrets[i].len <= WIRE_MAX_TOKEN &&
		      (req->secrets[i].len > 0) == (req->secrets[i].ptr != NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str body = { (const char *)data, size };
	struct connect_request req = { 0 };
	struct connect_request again = { 0 };
	struct err err = wire_read_connect_request(arena, body, &req);
	struct json_writer writer = { 0 };
	struct buf buf;

	if (err.code) {
		check(err.code == ERR_BAD_REQUEST);
		check_detail(err.detail);
		return 0;
	}
	check_request(&req);
	/* An is_sql_endpoint alone is written under both names, a missing scope as "workspace". */
	buf_init(&buf, arena, size + 256);
	writer.buf = &buf;
	wire_write_connect_request(&writer, &req);
	check(!buf.is_full);
	err = wire_read_connect_request(arena, buf_str(&buf), &again);
	if (buf.len > json_limits_request.max_bytes) /* grown by what the comment above says */
		return 0;
	check(!err.code && connect_requests_are_equal(&req, &again));
	return 0;
}
