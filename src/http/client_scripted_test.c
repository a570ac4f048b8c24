/*
 * The scripted network and the server of client_test.c.
 */
#include "http/client_scripted_test.h"

#include "support/rows.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/x509.h>
#include <netdb.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- The network ---- */

struct scripted_net net;

static void
fill_address(struct addrinfo *info, const char *text, uint16_t port)
{
	struct sockaddr_in *ipv4 = (void *)info->ai_addr;
	struct sockaddr_in6 *ipv6 = (void *)info->ai_addr;

	if (inet_pton(AF_INET, text, &ipv4->sin_addr) == 1) {
		ipv4->sin_port = htons(port);
		info->ai_family = AF_INET;
		info->ai_addrlen = sizeof(*ipv4);
	} else {
		assert_int_equal(inet_pton(AF_INET6, text, &ipv6->sin6_addr), 1);
		ipv6->sin6_port = htons(port);
		info->ai_family = AF_INET6;
		info->ai_addrlen = sizeof(*ipv6);
	}
	info->ai_addr->sa_family = (sa_family_t)info->ai_family;
}

static struct addrinfo *
info_new(const char *text, uint16_t port, int socktype, struct addrinfo *next)
{
	struct addrinfo *info = calloc(1, sizeof(*info) + sizeof(struct sockaddr_storage));

	assert_non_null(info);
	info->ai_addr = (void *)(info + 1);
	info->ai_socktype = socktype;
	info->ai_next = next;
	fill_address(info, text, port);
	return info;
}

void
freeaddrinfo(struct addrinfo *info)
{
	while (info) {
		struct addrinfo *next = info->ai_next;

		free(info);
		info = next;
	}
}

int
getaddrinfo(_unused_ const char *restrict name, const char *restrict service,
	    const struct addrinfo *restrict hints, struct addrinfo **restrict ret_info)
{
	bool is_first = atomic_fetch_add(&net.n_lookups, 1) == 0;
	const char **addresses =
		is_first || !net.later_addresses[0] ? net.addresses : net.later_addresses;
	int64_t port = 0;
	char byte;

	if (net.is_slow)
		(void)!read(net.lookup_may_end[0], &byte, 1);
	if (!addresses[0])
		return EAI_NONAME;
	assert_true(str_to_int64(str_of(service), &port));
	*ret_info = NULL;
	for (size_t i = MAX_ADDRESSES; i-- > 0;) {
		if (addresses[i])
			*ret_info = info_new(addresses[i], (uint16_t)port,
					     hints ? hints->ai_socktype : SOCK_STREAM, *ret_info);
	}
	return 0;
}

static bool
is_scripted(const struct sockaddr *address)
{
	char text[INET6_ADDRSTRLEN] = "";
	const void *bytes =
		address->sa_family == AF_INET
			? (const void *)&((const struct sockaddr_in *)(const void *)address)
				  ->sin_addr
			: (const void *)&((const struct sockaddr_in6 *)(const void *)address)
				  ->sin6_addr;

	(void)inet_ntop(address->sa_family, bytes, text, sizeof(text));
	for (size_t i = 0; i < MAX_ADDRESSES && net.addresses[i]; i++) {
		if (strcmp(net.addresses[i], text) == 0)
			return true;
	}
	return false;
}

/* Whatever was dialled, the server here takes it: with a socket of its own family. */
int
connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t len)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
				    .sin_port = htons(net.port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int local;

	atomic_fetch_add(&net.n_connects, 1);
	if (!is_scripted(address.__sockaddr__))
		atomic_fetch_add(&net.n_other_connects, 1);
	if (net.port == 0) {
		errno = ECONNREFUSED;
		return -1;
	}
	memcpy(&net.dialled, address.__sockaddr__, len);
	local = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(local >= 0);
	assert_int_equal(syscall(SYS_connect, local, &here, sizeof(here)), 0);
	assert_true(dup3(local, fd, O_CLOEXEC) >= 0);
	(void)close(local);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return 0;
}

int
getpeername(int fd, __SOCKADDR_ARG address, socklen_t *restrict len)
{
	socklen_t size = net.dialled.ss_family == AF_INET ? sizeof(struct sockaddr_in)
							  : sizeof(struct sockaddr_in6);

	if (net.is_peer_shown)
		return (int)syscall(SYS_getpeername, fd, address.__sockaddr__, len);
	if (size > *len) {
		errno = ENOBUFS;
		return -1;
	}
	memcpy(address.__sockaddr__, &net.dialled, size);
	*len = size;
	return 0;
}

/* ---- The server ---- */

static gnutls_x509_privkey_t
make_key(void)
{
	gnutls_x509_privkey_t key;

	assert_int_equal(gnutls_x509_privkey_init(&key), 0);
	assert_int_equal(
		gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
					     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
		0);
	return key;
}

/* A certificate for NAME that trusts itself. */
static gnutls_x509_crt_t
make_cert(gnutls_x509_privkey_t key)
{
	time_t now = clock_now(&clock_system).ms / 1000;
	gnutls_x509_crt_t cert;

	assert_int_equal(gnutls_x509_crt_init(&cert), 0);
	assert_int_equal(gnutls_x509_crt_set_version(cert, 3), 0);
	assert_int_equal(gnutls_x509_crt_set_serial(cert, "\x01", 1), 0);
	assert_int_equal(gnutls_x509_crt_set_dn(cert, "CN=" NAME, NULL), 0);
	assert_int_equal(gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_DNSNAME, NAME,
							      sizeof(NAME) - 1, GNUTLS_FSAN_SET),
			 0);
	assert_int_equal(gnutls_x509_crt_set_activation_time(cert, now - 60), 0);
	assert_int_equal(gnutls_x509_crt_set_expiration_time(cert, now + 3600), 0);
	assert_int_equal(gnutls_x509_crt_set_key(cert, key), 0);
	assert_int_equal(gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0), 0);
	return cert;
}

static void
write_cert(gnutls_x509_crt_t cert, const char *path)
{
	FILE *file = fopen(path, "we");
	gnutls_datum_t pem;

	assert_non_null(file);
	assert_int_equal(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &pem), 0);
	assert_int_equal(fwrite(pem.data, 1, pem.size, file), pem.size);
	assert_int_equal(fclose(file), 0);
	gnutls_free(pem.data);
}

static void
read_request(struct server *server, gnutls_session_t tls)
{
	server->request_len = 0;
	while (server->request_len < sizeof(server->request) - 1) {
		ssize_t n = gnutls_record_recv(tls, server->request + server->request_len,
					       sizeof(server->request) - 1 - server->request_len);

		if (n <= 0)
			return;
		server->request_len += (size_t)n;
		server->request[server->request_len] = '\0';
		/* Bodies of these tests come with the head's record or end in '$'. */
		if (strstr(server->request, "\r\n\r\n") &&
		    (server->request[0] != 'P' || server->request[server->request_len - 1] == '$'))
			return;
	}
}

static void
answer(struct server *server, gnutls_session_t tls)
{
	char byte;

	/* An empty record would be one more thing than nothing. */
	for (size_t i = 0; server->answer.len > 0 && i < server->repeat; i++) {
		if (gnutls_record_send(tls, server->answer.ptr, server->answer.len) < 0)
			return;
	}
	if (server->is_silent)
		(void)gnutls_record_recv(tls, &byte, 1); /* until it goes */
	else
		(void)gnutls_bye(tls, GNUTLS_SHUT_WR); /* it may have gone */
}

static void
serve_one(struct server *server, int fd)
{
	gnutls_session_t tls;

	assert_int_equal(gnutls_init(&tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL), 0);
	assert_int_equal(gnutls_set_default_priority(tls), 0);
	assert_int_equal(gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, server->credentials),
			 0);
	gnutls_handshake_set_timeout(tls, PATIENCE_MS);
	gnutls_transport_set_int(tls, fd);
	if (gnutls_handshake(tls) == 0) {
		read_request(server, tls);
		if (server->request_len > 0)
			answer(server, tls);
	}
	gnutls_deinit(tls);
}

static void *
serve(void *arg)
{
	struct server *server = arg;
	int fd;

	while ((fd = accept4(server->fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		atomic_fetch_add(&server->n_accepted, 1);
		serve_one(server, fd);
		(void)close(fd);
	}
	return NULL;
}

struct server *
server_start(void)
{
	struct server *server = calloc(1, sizeof(*server));
	gnutls_x509_privkey_t key = make_key();
	gnutls_x509_crt_t cert = make_cert(key);
	struct sockaddr_in here = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(here);

	assert_non_null(server);
	(void)snprintf(server->dir, sizeof(server->dir), "/tmp/client_test.XXXXXX");
	assert_non_null(mkdtemp(server->dir));
	(void)snprintf(server->ca_path, sizeof(server->ca_path), "%s/ca.pem", server->dir);
	write_cert(cert, server->ca_path);
	assert_int_equal(gnutls_certificate_allocate_credentials(&server->credentials), 0);
	assert_int_equal(gnutls_certificate_set_x509_key(server->credentials, &cert, 1, key), 0);
	gnutls_x509_crt_deinit(cert);
	gnutls_x509_privkey_deinit(key);
	server->answer = STR("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
	server->repeat = 1;
	server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server->fd, (struct sockaddr *)&here, sizeof(here)), 0);
	assert_int_equal(listen(server->fd, 16), 0);
	assert_int_equal(getsockname(server->fd, (struct sockaddr *)&here, &len), 0);
	memset(&net, 0, sizeof(net));
	net.port = ntohs(here.sin_port);
	net.addresses[0] = "8.8.8.8";
	assert_int_equal(pipe2(net.lookup_may_end, O_CLOEXEC), 0);
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
	return server;
}

void
server_finish(struct server *server)
{
	if (server->fd < 0)
		return;
	(void)shutdown(server->fd, SHUT_RDWR); /* ends accept() */
	assert_int_equal(pthread_join(server->thread, NULL), 0);
	(void)close(server->fd);
	server->fd = -1;
}

void
server_stop(struct server *server)
{
	server_finish(server);
	(void)close(net.lookup_may_end[0]);
	(void)close(net.lookup_may_end[1]);
	gnutls_certificate_free_credentials(server->credentials);
	assert_int_equal(unlink(server->ca_path), 0);
	assert_int_equal(rmdir(server->dir), 0);
	free(server);
}

struct http_client_request
a_request(const struct server *server)
{
	return (struct http_client_request){
		.method = HTTP_GET,
		.host = STR(NAME),
		.port = 443,
		.target = STR("/a/b?c=d"),
		.reach = HTTP_CLIENT_GLOBAL,
		.ca_path = server->ca_path,
		.max_body = 1000,
		.clock = &clock_system,
		.deadline = tick_add_ms(clock_tick(&clock_system), PATIENCE_MS),
	};
}

void
send_it(const struct http_client_request *request, struct http_client_answer *ret_answer)
{
	http_client_send(request, ret_answer);
	/* Whatever happened: nothing but what the first look-up gave was connected to. */
	assert_int_equal(net.n_other_connects, 0);
	assert_true(net.n_lookups <= 1);
}
