/**
 * The server's certificate and key for TLS. Handed to each handshake by a callback, so that they can
 * be swapped while connections live.
 */
#ifndef PC_HTTP_TLS_H
#define PC_HTTP_TLS_H

#include "base/err.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

/** TLS 1.2 and 1.3, nothing older. */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

struct tls;

/**
 * ERR_CONFIG  a file cannot be read or used, or the key is of another certificate; the detail names
 *             the file
 */
_must_use_ struct err tls_load(struct arena *arena, const char *cert_path, const char *key_path,
			       struct tls **ret_tls);
/** NULL is fine. */
void tls_free(struct tls *tls);
/** The same chain, and so the same key. */
bool tls_is_same(const struct tls *a, const struct tls *b);

/** Before the handshake of @session, which will ask tls_retrieve(). */
void tls_attach(struct tls *tls, gnutls_session_t session);
/** GnuTLS's gnutls_certificate_retrieve_function2. */
int tls_retrieve(gnutls_session_t session, const gnutls_datum_t *ca_names, int n_ca_names,
		 const gnutls_pk_algorithm_t *algorithms, int n_algorithms,
		 gnutls_pcert_st **ret_certs, unsigned int *ret_n_certs, gnutls_privkey_t *ret_key);

#endif
