/*
 * Loading certificate and key, and giving them to handshakes. The protocol is GnuTLS's.
 */
#include "http/tls.h"

#define MAX_CHAIN 16
#define KEY_ID_SIZE 64

struct tls {
	gnutls_pcert_st certs[MAX_CHAIN];
	unsigned int n_certs;
	gnutls_privkey_t key;
};

static struct err
tls_error(struct arena *arena, const char *path, const char *what, int rc)
{
	return err_format(arena, ERR_CONFIG, "%s: %s: %s", path, what, gnutls_strerror(rc));
}

static void
free_datum(gnutls_datum_t *datum)
{
	if (datum->data)
		explicit_bzero(datum->data, datum->size);
	gnutls_free(datum->data);
}

static struct err
load_certs(struct arena *arena, const char *path, struct tls *tls)
{
	_cleanup_(free_datum) gnutls_datum_t pem = { 0 };
	unsigned int n = MAX_CHAIN;
	int rc = gnutls_load_file(path, &pem);

	if (rc < 0)
		return tls_error(arena, path, "cannot read the certificate", rc);
	rc = gnutls_pcert_list_import_x509_raw(tls->certs, &n, &pem, GNUTLS_X509_FMT_PEM,
					       GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
	if (rc < 0)
		return tls_error(arena, path, "no PEM certificate chain", rc);
	tls->n_certs = n;
	return OK_NONE;
}

static struct err
load_key(struct arena *arena, const char *path, struct tls *tls)
{
	_cleanup_(free_datum) gnutls_datum_t pem = { 0 };
	int rc = gnutls_load_file(path, &pem);

	if (rc < 0)
		return tls_error(arena, path, "cannot read the private key", rc);
	rc = gnutls_privkey_init(&tls->key);
	if (rc >= 0)
		rc = gnutls_privkey_import_x509_raw(tls->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
	if (rc < 0)
		return tls_error(arena, path, "no PEM private key without a password", rc);
	return OK_NONE;
}

static void
deinit_pubkeyp(gnutls_pubkey_t *pubkey)
{
	gnutls_pubkey_deinit(*pubkey);
}

/* A key of another certificate would fail every handshake, one by one, with nobody told. */
static struct err
check_match(struct arena *arena, const char *key_path, struct tls *tls)
{
	_cleanup_(deinit_pubkeyp) gnutls_pubkey_t pubkey = NULL;
	unsigned char key_id[KEY_ID_SIZE];
	unsigned char cert_id[KEY_ID_SIZE];
	size_t key_len = sizeof(key_id);
	size_t cert_len = sizeof(cert_id);
	int rc = gnutls_pubkey_init(&pubkey);

	if (rc >= 0)
		rc = gnutls_pubkey_import_privkey(pubkey, tls->key, 0, 0);
	if (rc >= 0)
		rc = gnutls_pubkey_get_key_id(pubkey, GNUTLS_KEYID_USE_SHA256, key_id, &key_len);
	if (rc >= 0)
		rc = gnutls_pubkey_get_key_id(tls->certs[0].pubkey, GNUTLS_KEYID_USE_SHA256,
					      cert_id, &cert_len);
	if (rc < 0)
		return tls_error(arena, key_path, "cannot compare with the certificate", rc);
	if (key_len != cert_len || memcmp(key_id, cert_id, key_len) != 0)
		return err_format(arena, ERR_CONFIG, "%s: is not the key of the first certificate",
				  key_path);
	return OK_NONE;
}

struct err
tls_load(struct arena *arena, const char *cert_path, const char *key_path, struct tls **ret_tls)
{
	struct tls *tls;
	struct err err;

	if (!key_path)
		return err_format(arena, ERR_CONFIG, "%s: has no key beside it", cert_path);
	tls = calloc(1, sizeof(*tls));
	if (!tls)
		abort();
	err = load_certs(arena, cert_path, tls);
	if (!err.code)
		err = load_key(arena, key_path, tls);
	if (!err.code)
		err = check_match(arena, key_path, tls);
	if (err.code) {
		tls_free(tls);
		return err;
	}
	*ret_tls = tls;
	return OK_NONE;
}

void
tls_free(struct tls *tls)
{
	if (!tls)
		return;
	for (unsigned int i = 0; i < tls->n_certs; i++)
		gnutls_pcert_deinit(&tls->certs[i]);
	if (tls->key)
		gnutls_privkey_deinit(tls->key);
	free(tls);
}

bool
tls_is_same(const struct tls *a, const struct tls *b)
{
	if (a->n_certs != b->n_certs)
		return false;
	for (unsigned int i = 0; i < a->n_certs; i++) {
		const gnutls_datum_t *left = &a->certs[i].cert;
		const gnutls_datum_t *right = &b->certs[i].cert;

		if (left->size != right->size || memcmp(left->data, right->data, left->size) != 0)
			return false;
	}
	return true;
}

void
tls_attach(struct tls *tls, gnutls_session_t session)
{
	gnutls_session_set_ptr(session, tls);
}

int
tls_retrieve(gnutls_session_t session, _unused_ const gnutls_datum_t *ca_names,
	     _unused_ int n_ca_names, _unused_ const gnutls_pk_algorithm_t *algorithms,
	     _unused_ int n_algorithms, gnutls_pcert_st **ret_certs, unsigned int *ret_n_certs,
	     gnutls_privkey_t *ret_key)
{
	struct tls *tls = gnutls_session_get_ptr(session);

	*ret_certs = tls->certs;
	*ret_n_certs = tls->n_certs;
	*ret_key = tls->key;
	return 0;
}
