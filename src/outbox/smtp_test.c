/*
 * Which relays are taken. What is said to one is tested with a real one: tests/e2e/test_mail.py.
 */
#include "outbox/smtp.h"

#include "support/rows.h"

struct url_row {
	const char *name;
	const char *in;
	const char *ca_path;
	const char *want; /* NULL: refused */
	bool wants_starttls;
};

static const struct url_row urls[] = {
	{ "smtp", "smtp://mail.kelp.example", NULL, "smtp://mail.kelp.example:25", true },
	{ "smtp_port", "smtp://mail.kelp.example:587", NULL, "smtp://mail.kelp.example:587", true },
	{ "smtps", "smtps://mail.kelp.example", NULL, "smtps://mail.kelp.example:465", false },
	{ "slash", "smtps://mail.kelp.example/", NULL, "smtps://mail.kelp.example:465", false },
	{ "loopback", "smtp://127.0.0.1:2525", NULL, "smtp://127.0.0.1:2525", false },
	{ "localhost", "smtp://localhost:2525", NULL, "smtp://localhost:2525", false },
	{ "loopback_6", "smtp://[::1]:2525", NULL, "smtp://[::1]:2525", false },
	{ "loopback_with_ca", "smtp://127.0.0.1:2525", "ca.pem", "smtp://127.0.0.1:2525", true },
	{ "looks_like_loopback", "smtp://localhost.evil.example", NULL,
	  "smtp://localhost.evil.example:25", true },
	{ "any_address", "smtp://0.0.0.0:2525", NULL, "smtp://0.0.0.0:2525", true },
	{ "empty", "", NULL, NULL, false },
	{ "no_scheme", "mail.kelp.example", NULL, NULL, false },
	{ "http", "http://mail.kelp.example", NULL, NULL, false },
	{ "user", "smtp://ann@mail.kelp.example", NULL, NULL, false },
	{ "user_and_password", "smtp://ann:x@mail.kelp.example", NULL, NULL, false },
	{ "options", "smtp://;AUTH=PLAIN@mail.kelp.example", NULL, NULL, false },
	{ "path", "smtp://mail.kelp.example/x", NULL, NULL, false },
	{ "query", "smtp://mail.kelp.example?x", NULL, NULL, false },
	{ "fragment", "smtp://mail.kelp.example#x", NULL, NULL, false },
	{ "no_host", "smtp://:25", NULL, NULL, false },
	{ "port_0", "smtp://mail.kelp.example:0", NULL, NULL, false },
	{ "port_too_high", "smtp://mail.kelp.example:65536", NULL, NULL, false },
	{ "blank", "smtp://mail kelp.example", NULL, NULL, false },
	{ "line_end", "smtp://mail.kelp.example\r\n", NULL, NULL, false },
};

static void
url_is_as_in_the_table(void **state)
{
	const struct url_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct smtp_relay relay = { .ca_path = row->ca_path };
	struct err err = smtp_relay_read(arena, str_of(row->in), &relay);

	assert_int_equal(err.code, row->want ? ERR_NONE : ERR_CONFIG);
	if (!row->want)
		return;
	assert_string_equal(relay.url, row->want);
	assert_int_equal(relay.wants_starttls, row->wants_starttls);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, urls, url_is_as_in_the_table);
	return rows_run(&rows, argc, argv);
}
