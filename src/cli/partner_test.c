/*
 * partner_load(): where config and settings do not fit together, and what follows when they do.
 */
#include "cli/partner.h"

#include "base/file.h"
#include "support/rows.h"

struct load_row {
	const char *name;
	const char *base_url;
	const char *more; /* members of the config */
	struct settings settings;
	enum err_code want_error;
	const char *want_detail;
	const char *want_host;
	uint16_t want_port;
};

static const struct load_row loads[] = {
	{ .name = "loopback",
	  .base_url = "http://localhost:8080",
	  .want_host = "127.0.0.1",
	  .want_port = 8080 },
	{ .name = "listen_elsewhere",
	  .base_url = "http://localhost:8080",
	  .settings.listen = STR_INIT("127.0.0.2:0"),
	  .want_host = "127.0.0.2",
	  .want_port = 0 },
	{ .name = "listen_ipv6",
	  .base_url = "http://localhost:8080",
	  .settings.listen = STR_INIT("[::1]:9000"),
	  .want_host = "[::1]",
	  .want_port = 9000 },
	{ .name = "plain_off_loopback",
	  .base_url = "http://localhost:8080",
	  .settings.listen = STR_INIT("0.0.0.0:8080"),
	  .want_error = ERR_CONFIG,
	  .want_detail = "allow_plain_http" },
	{ .name = "plain_off_loopback_allowed",
	  .base_url = "http://localhost:8080",
	  .settings.listen = STR_INIT("0.0.0.0:8080"),
	  .settings.allow_plain_http = true,
	  .want_host = "0.0.0.0",
	  .want_port = 8080 },
	{ .name = "https_needs_tls_or_listen",
	  .base_url = "https://localhost",
	  .want_error = ERR_CONFIG,
	  .want_detail = "tls_cert" },
	{ .name = "https_behind_a_proxy",
	  .base_url = "https://localhost",
	  .settings.listen = STR_INIT("127.0.0.1:8080"),
	  .want_host = "127.0.0.1",
	  .want_port = 8080 },
	{ .name = "https_with_tls",
	  .base_url = "https://localhost",
	  .settings.tls_cert = STR_INIT("a"),
	  .settings.tls_key = STR_INIT("b"),
	  .want_host = "127.0.0.1",
	  .want_port = 443 },
	{ .name = "half_tls",
	  .base_url = "https://localhost",
	  .settings.tls_cert = STR_INIT("a"),
	  .want_error = ERR_CONFIG,
	  .want_detail = "go together" },
	{ .name = "listen_without_port",
	  .base_url = "http://localhost:8080",
	  .settings.listen = STR_INIT("127.0.0.1"),
	  .want_error = ERR_CONFIG,
	  .want_detail = "HOST:PORT" },
	{ .name = "listen_port_too_big",
	  .base_url = "http://localhost:8080",
	  .settings.listen = STR_INIT("127.0.0.1:65536"),
	  .want_error = ERR_CONFIG,
	  .want_detail = "HOST:PORT" },
	{ .name = "mount_without_slash",
	  .base_url = "http://localhost:8080",
	  .settings.mount = STR_INIT("api"),
	  .want_error = ERR_CONFIG,
	  .want_detail = "mount" },
	{ .name = "base_url_is_none",
	  .base_url = "localhost:8080",
	  .want_error = ERR_CONFIG,
	  .want_detail = "base_url" },
	{ .name = "base_url_not_on_hostnames",
	  .base_url = "http://127.0.0.1:8080",
	  .want_error = ERR_CONFIG,
	  .want_detail = "hosted pages" },
	{ .name = "public_url_is_none",
	  .base_url = "http://localhost:8080",
	  .settings.public_url = STR_INIT("nowhere"),
	  .want_error = ERR_CONFIG,
	  .want_detail = "public_url" },
	{ .name = "redirect_not_on_hostnames",
	  .base_url = "http://localhost:8080",
	  .settings.redirect[REDIRECT_SIGN_IN] = STR_INIT("https://other.example/"),
	  .want_error = ERR_CONFIG,
	  .want_detail = "redirect_sign_in" },
	{ .name = "u2m_needs_its_redirect",
	  .base_url = "http://localhost:8080",
	  .more = "\"auth_options\":[\"AUTH_OAUTH_U2M\"],",
	  .want_error = ERR_CONFIG,
	  .want_detail = "oauth_redirect_uri" },
	{ .name = "published_u2m_needs_none",
	  .base_url = "http://localhost:8080",
	  .more = "\"auth_options\":[\"AUTH_OAUTH_U2M\"],\"is_published_app\":true,",
	  .want_host = "127.0.0.1",
	  .want_port = 8080 },
	{ .name = "config_names_the_field",
	  .base_url = "http://localhost:8080",
	  .more = "\"trial_type\":\"team\",",
	  .want_error = ERR_CONFIG,
	  .want_detail = "trial_type" },
	{ .name = "connectors_file_is_named",
	  .base_url = "http://localhost:8080",
	  .settings.connectors = STR_INIT("/nowhere.csv"),
	  .want_error = ERR_CONFIG,
	  .want_detail = "/nowhere.csv" },
};

struct fixture {
	struct arena *arena;
	struct partner *partner;
	struct partner_address address;
};

/* Loads a config of the given base_url; the file is gone afterwards. */
static struct err
load(struct fixture *fixture, const char *base_url, const char *more, struct settings settings)
{
	char path[] = "/tmp/pc-partner-test-XXXXXX";
	int fd = mkstemp(path);
	struct err err;

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(
		file_replace(
			fixture->arena, path, 0600,
			str_of(arena_printf(
				fixture->arena,
				"{\"name\":\"Sample\",\"category\":\"ML\",%s"
				"\"base_url\":\"%s\",\"endpoints\":{\"connect_path\":\"/c\"},"
				"\"hostnames\":[\"localhost\"],\"new_user_action\":\"invite\"}",
				more ? more : "", base_url)))
			.code,
		ERR_NONE);
	settings.config = str_of(path);
	err = partner_load(&settings, fixture->partner, &fixture->address);
	assert_int_equal(unlink(path), 0);
	return err;
}

static struct fixture
fixture_make(void)
{
	struct fixture fixture = { .partner = partner_new() };

	fixture.arena = fixture.partner->arena;
	return fixture;
}

static void
load_holds(void **state)
{
	const struct load_row *row = *state;
	struct fixture fixture = fixture_make();
	struct err err = load(&fixture, row->base_url, row->more, row->settings);

	assert_int_equal(err.code, row->want_error);
	if (row->want_detail)
		assert_non_null(strstr(err.detail, row->want_detail));
	if (row->want_host) {
		assert_string_equal(fixture.address.host, row->want_host);
		assert_int_equal(fixture.address.port, row->want_port);
	}
	partner_free(fixture.partner);
}

static void
join_action_follows_new_user_action(_unused_ void **state)
{
	struct fixture fixture = fixture_make();
	struct settings verified = { .has_join_action = true, .join_action = JOIN_VERIFIED };

	assert_int_equal(load(&fixture, "http://localhost:1", NULL, (struct settings){ 0 }).code,
			 ERR_NONE);
	assert_int_equal(fixture.partner->policy.join_action, JOIN_TRIAL);
	assert_int_equal(load(&fixture, "http://localhost:1", NULL, verified).code, ERR_NONE);
	assert_int_equal(fixture.partner->policy.join_action, JOIN_VERIFIED);
	partner_free(fixture.partner);
}

static void
config_is_needed(_unused_ void **state)
{
	struct fixture fixture = fixture_make();
	struct settings settings = { 0 };

	assert_int_equal(partner_load(&settings, fixture.partner, &fixture.address).code,
			 ERR_USAGE);
	partner_free(fixture.partner);
}

struct url_row {
	const char *name;
	const char *base_url;
	const char *public_url;
	uint16_t bound_port;
	const char *want;
};

static const struct url_row urls[] = {
	{ "base_url", "http://localhost:8080/", "", 8080, "http://localhost:8080" },
	{ "bound_port_on_loopback", "http://localhost:8080/api", "", 4711,
	  "http://localhost:4711/api" },
	{ "base_url_off_loopback", "https://vendor.example/api", "", 4711,
	  "https://vendor.example/api" },
	{ "public_url", "http://localhost:8080", "https://vendor.example/", 4711,
	  "https://vendor.example" },
};

static void
url_holds(void **state)
{
	const struct url_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct settings settings = { .public_url = str_of(row->public_url) };
	struct partner_config config = { .base_url = str_of(row->base_url) };

	assert_true(str_equal(partner_public_url(arena, &settings, &config, row->bound_port),
			      str_of(row->want)));
}

static void
prefix_is_mount_or_path(_unused_ void **state)
{
	struct fixture fixture = fixture_make();
	struct settings mounted = { .mount = STR_INIT("/inner/") };
	struct settings stripped = { .mount = STR_INIT("/") };

	assert_int_equal(
		load(&fixture, "http://localhost:1/api/", NULL, (struct settings){ 0 }).code,
		ERR_NONE);
	assert_true(str_equal(fixture.partner->settings.prefix, STR("/api")));
	assert_int_equal(load(&fixture, "http://localhost:1/api/", NULL, mounted).code, ERR_NONE);
	assert_true(str_equal(fixture.partner->settings.prefix, STR("/inner")));
	assert_int_equal(load(&fixture, "http://localhost:1/api/", NULL, stripped).code, ERR_NONE);
	assert_true(str_equal(fixture.partner->settings.prefix, STR("")));
	partner_free(fixture.partner);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, loads, load_holds);
	ROWS_ADD(&rows, urls, url_holds);
	rows_add_one(&rows, "join_action_follows_new_user_action",
		     join_action_follows_new_user_action);
	rows_add_one(&rows, "config_is_needed", config_is_needed);
	rows_add_one(&rows, "prefix_is_mount_or_path", prefix_is_mount_or_path);
	return rows_run(&rows, argc, argv);
}
