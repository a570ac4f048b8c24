/*
 * The listener over TLS, with certificates made here, and certificates that cannot be used.
 */
#include "http/scripted.h"
#include "support/rows.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* A directory of a test, with a certificate, its key and the key of somebody else in it. */
struct fixture {
	char dir[64];
	char cert[96];
	char key[96];
	char other_key[96];
	char garbage[96];
	char missing[96];
};

static void
write_file(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static gnutls_x509_privkey_t
make_key(const char *path)
{
	gnutls_x509_privkey_t key;
	gnutls_datum_t pem;

	assert_int_equal(gnutls_x509_privkey_init(&key), 0);
	assert_int_equal(
		gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
					     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
		0);
	assert_int_equal(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), 0);
	write_file(path, pem.data, pem.size);
	gnutls_free(pem.data);
	return key;
}

static void
make_cert(const char *path, gnutls_x509_privkey_t key)
{
	time_t now = clock_now(&clock_system).ms / 1000;
	gnutls_x509_crt_t cert;
	gnutls_datum_t pem;

	assert_int_equal(gnutls_x509_crt_init(&cert), 0);
	assert_int_equal(gnutls_x509_crt_set_version(cert, 3), 0);
	assert_int_equal(gnutls_x509_crt_set_serial(cert, "\x01", 1), 0);
	assert_int_equal(gnutls_x509_crt_set_dn(cert, "CN=localhost", NULL), 0);
	assert_int_equal(gnutls_x509_crt_set_activation_time(cert, now - 60), 0);
	assert_int_equal(gnutls_x509_crt_set_expiration_time(cert, now + 3600), 0);
	assert_int_equal(gnutls_x509_crt_set_key(cert, key), 0);
	assert_int_equal(gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0), 0);
	assert_int_equal(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &pem), 0);
	write_file(path, pem.data, pem.size);
	gnutls_free(pem.data);
	gnutls_x509_crt_deinit(cert);
}

static void
name_file(char path[static 96], const struct fixture *fixture, const char *name)
{
	(void)snprintf(path, 96, "%s/%s", fixture->dir, name);
}

static void
fixture_make(struct fixture *fixture)
{
	gnutls_x509_privkey_t key;

	(void)snprintf(fixture->dir, sizeof(fixture->dir), "/tmp/tls_test.XXXXXX");
	assert_non_null(mkdtemp(fixture->dir));
	name_file(fixture->cert, fixture, "cert.pem");
	name_file(fixture->key, fixture, "key.pem");
	name_file(fixture->other_key, fixture, "other.pem");
	name_file(fixture->garbage, fixture, "garbage.pem");
	name_file(fixture->missing, fixture, "missing.pem");
	gnutls_x509_privkey_deinit(make_key(fixture->other_key));
	key = make_key(fixture->key);
	make_cert(fixture->cert, key);
	gnutls_x509_privkey_deinit(key);
	write_file(fixture->garbage, "no PEM\n", 7);
}

static void
fixture_remove(const struct fixture *fixture)
{
	assert_int_equal(unlink(fixture->cert), 0);
	assert_int_equal(unlink(fixture->key), 0);
	assert_int_equal(unlink(fixture->other_key), 0);
	assert_int_equal(unlink(fixture->garbage), 0);
	assert_int_equal(rmdir(fixture->dir), 0);
}

static struct scripted *
start(const struct fixture *fixture)
{
	struct listener_options options = { .host = "127.0.0.1",
					    .tls_cert_path = fixture->cert,
					    .tls_key_path = fixture->key };
	struct scripted *s = scripted_start(&options);

	assert_true(listener_is_tls(s->listener));
	return s;
}

/* A client's session; the certificate is not checked: who we are is not the matter here. */
struct session {
	struct client client;
	gnutls_session_t tls;
	gnutls_certificate_credentials_t credentials;
};

/* What the handshake says: 0 when it went well. */
static int
session_start(struct session *session, uint16_t port, const char *priorities)
{
	struct timeval patience = { .tv_sec = SCRIPTED_PATIENCE_MS / 1000 };
	int rc;

	assert_true(client_connect(&session->client, port));
	assert_int_equal(setsockopt(session->client.fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
				    sizeof(patience)),
			 0);
	assert_int_equal(gnutls_init(&session->tls, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL), 0);
	assert_int_equal(gnutls_certificate_allocate_credentials(&session->credentials), 0);
	assert_int_equal(gnutls_priority_set_direct(session->tls, priorities, NULL), 0);
	assert_int_equal(
		gnutls_credentials_set(session->tls, GNUTLS_CRD_CERTIFICATE, session->credentials),
		0);
	gnutls_transport_set_int(session->tls, session->client.fd);
	do
		rc = gnutls_handshake(session->tls);
	while (rc < 0 && !gnutls_error_is_fatal(rc));
	return rc;
}

static void
session_done(struct session *session)
{
	gnutls_deinit(session->tls);
	gnutls_certificate_free_credentials(session->credentials);
	client_done(&session->client);
}

/* One request, and how its response begins. */
static void
ask(struct session *session, const char *path, const char *want)
{
	char text[1024];
	size_t len = 0;
	int n = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);

	assert_int_equal(gnutls_record_send(session->tls, text, (size_t)n), n);
	do {
		ssize_t got = gnutls_record_recv(session->tls, text + len, sizeof(text) - len - 1);

		if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED)
			continue; /* a ticket came: no data yet */
		assert_true(got > 0);
		len += (size_t)got;
		text[len] = '\0';
	} while (!strstr(text, want));
	assert_int_equal(strncmp(text, "HTTP/1.1 200 ", 13), 0);
}

struct version_row {
	const char *name;
	const char *priorities;
	gnutls_protocol_t want; /* GNUTLS_VERSION_UNKNOWN: no handshake */
};

static const struct version_row version_rows[] = {
	{ "newest", "NORMAL", GNUTLS_TLS1_3 },
	{ "tls_1_3", "NORMAL:-VERS-ALL:+VERS-TLS1.3", GNUTLS_TLS1_3 },
	{ "tls_1_2", "NORMAL:-VERS-ALL:+VERS-TLS1.2", GNUTLS_TLS1_2 },
	{ "tls_1_1", "NORMAL:-VERS-ALL:+VERS-TLS1.1", GNUTLS_VERSION_UNKNOWN },
	{ "tls_1_0", "NORMAL:-VERS-ALL:+VERS-TLS1.0", GNUTLS_VERSION_UNKNOWN },
};

static void
version_holds(void **state)
{
	const struct version_row *row = *state;
	struct fixture fixture = { 0 };
	struct session session;
	struct scripted *s;
	int rc;

	fixture_make(&fixture);
	s = start(&fixture);
	rc = session_start(&session, listener_port(s->listener), row->priorities);
	if (row->want == GNUTLS_VERSION_UNKNOWN) {
		assert_true(rc < 0);
	} else {
		assert_int_equal(rc, 0);
		assert_int_equal(gnutls_protocol_get_version(session.tls), row->want);
		ask(&session, "/ok", "ok");
		ask(&session, "/suspend", "resumed");
		ask(&session, "/twice", "resumed");
		ask(&session, "/peer", "127.0.0.1");
	}
	session_done(&session);
	assert_true(scripted_wait(&s->n_done, atomic_load(&s->n_known)));
	scripted_stop(s);
	fixture_remove(&fixture);
}

/* The goodbye is a record before the end: it has to be looked behind. */
static void
handler_learns_that_the_client_left(_unused_ void **state)
{
	struct fixture fixture = { 0 };
	struct session session;
	struct scripted *s;
	static const char request[] = "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n";

	fixture_make(&fixture);
	s = start(&fixture);
	assert_int_equal(session_start(&session, listener_port(s->listener), "NORMAL"), 0);
	assert_int_equal(gnutls_record_send(session.tls, request, sizeof(request) - 1),
			 sizeof(request) - 1);
	assert_true(scripted_wait_held(s, 1));
	(void)gnutls_bye(session.tls, GNUTLS_SHUT_WR);
	session_done(&session);
	scripted_let_go(s);
	assert_true(scripted_wait(&s->n_done, 1));
	assert_int_equal(atomic_load(&s->n_told_gone), 1);
	scripted_stop(s);
	fixture_remove(&fixture);
}

static void
plain_request_is_not_answered(_unused_ void **state)
{
	struct fixture fixture = { 0 };
	struct client client;
	struct scripted *s;

	fixture_make(&fixture);
	s = start(&fixture);
	assert_true(client_connect(&client, listener_port(s->listener)));
	assert_true(client_send(&client, STR("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n")));
	assert_true(client_read_to_end(&client));
	assert_false(client_has(&client, "HTTP"));
	assert_int_equal(atomic_load(&s->n_known), 0);
	client_done(&client);
	scripted_stop(s);
	fixture_remove(&fixture);
}

/* A handshake that does not come to its end is under the same deadline as a head. */
static void
stalled_handshake_is_cut(_unused_ void **state)
{
	struct fixture fixture = { 0 };
	struct listener_options options = { .host = "127.0.0.1", .head_ms = 100 };
	struct client client;
	struct scripted *s;

	fixture_make(&fixture);
	options.tls_cert_path = fixture.cert;
	options.tls_key_path = fixture.key;
	s = scripted_start(&options);
	assert_true(client_connect(&client, listener_port(s->listener)));
	assert_true(client_send(&client, STR("\x16\x03\x01\x01\x00\x01")));
	assert_true(client_read_to_end(&client));
	client_done(&client);
	scripted_stop(s);
	fixture_remove(&fixture);
}

struct bad_files_row {
	const char *name;
	size_t cert; /* offsets into struct fixture */
	size_t key;
	size_t named; /* by the error */
};

#define FILE_OF(member) offsetof(struct fixture, member)

static const struct bad_files_row bad_files_rows[] = {
	{ "certificate_is_missing", FILE_OF(missing), FILE_OF(key), FILE_OF(missing) },
	{ "certificate_is_garbage", FILE_OF(garbage), FILE_OF(key), FILE_OF(garbage) },
	{ "certificate_is_a_key", FILE_OF(key), FILE_OF(key), FILE_OF(key) },
	{ "key_is_missing", FILE_OF(cert), FILE_OF(missing), FILE_OF(missing) },
	{ "key_is_garbage", FILE_OF(cert), FILE_OF(garbage), FILE_OF(garbage) },
	{ "key_is_a_certificate", FILE_OF(cert), FILE_OF(cert), FILE_OF(cert) },
	{ "key_of_somebody_else", FILE_OF(cert), FILE_OF(other_key), FILE_OF(other_key) },
};

static void
bad_files_hold(void **state)
{
	static const struct http_handler none = { 0 };
	const struct bad_files_row *row = *state;
	struct arena *arena = arena_create();
	struct listener *listener = NULL;
	struct fixture fixture = { 0 };
	struct listener_options options = { .host = "127.0.0.1" };
	struct err err;

	fixture_make(&fixture);
	options.tls_cert_path = (const char *)&fixture + row->cert;
	options.tls_key_path = (const char *)&fixture + row->key;
	err = listener_start(arena, &options, &none, &listener);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.detail, (const char *)&fixture + row->named));
	arena_free(arena);
	fixture_remove(&fixture);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, version_rows, version_holds);
	rows_add_one(&rows, "handler_learns_that_the_client_left",
		     handler_learns_that_the_client_left);
	rows_add_one(&rows, "plain_request_is_not_answered", plain_request_is_not_answered);
	rows_add_one(&rows, "stalled_handshake_is_cut", stalled_handshake_is_cut);
	ROWS_ADD(&rows, bad_files_rows, bad_files_hold);
	return rows_run(&rows, argc, argv);
}
