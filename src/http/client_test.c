/*
 * The client against a TLS server in the process. The names and the network are scripted: this
 * file has getaddrinfo(), connect() and getpeername() of its own, which libcurl finds before the
 * system's. No address outside this machine is ever connected to.
 */
#include "http/client.h"

#include "support/rows.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAME "workspace.example"
#define PATIENCE_MS 20000
#define MAX_ADDRESSES 20

/* ---- The network ---- */

static struct {
	const char *addresses[MAX_ADDRESSES];	    /* of every name, at the first look-up */
	const char *later_addresses[MAX_ADDRESSES]; /* at those after it; none: the same */
	atomic_int n_lookups;
	atomic_int n_connects;
	atomic_int n_other_connects; /* to an address that the first look-up did not give */
	uint16_t port;		     /* of the server: all connections end there */
	bool is_peer_shown;	     /* who asks for the peer learns where it really is */
	bool is_slow;		     /* a look-up waits for `lookup_may_end` */
	int lookup_may_end[2];	     /* a pipe */
	struct sockaddr_storage dialled;
} net;

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

struct server {
	char dir[64];
	char ca_path[96];
	int fd;
	pthread_t thread;
	gnutls_certificate_credentials_t credentials;
	struct str answer;
	bool is_silent; /* reads the request, then waits for the client to go */
	size_t repeat;	/* times that the answer goes out */
	atomic_int n_accepted;
	char request[8192]; /* of the last */
	size_t request_len;
};

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

static struct server *
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

/* Waits for the thread: what it counted is final then. */
static void
server_finish(struct server *server)
{
	if (server->fd < 0)
		return;
	(void)shutdown(server->fd, SHUT_RDWR); /* ends accept() */
	assert_int_equal(pthread_join(server->thread, NULL), 0);
	(void)close(server->fd);
	server->fd = -1;
}

static void
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

static struct http_client_request
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

static void
send_it(const struct http_client_request *request, struct http_client_answer *ret_answer)
{
	http_client_send(request, ret_answer);
	/* Whatever happened: nothing but what the first look-up gave was connected to. */
	assert_int_equal(net.n_other_connects, 0);
	assert_true(net.n_lookups <= 1);
}

/* ---- A good exchange ---- */

static void
a_get(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_field fields[] = { { "Authorization", "Bearer t" }, { NULL, NULL } };
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	request.fields = fields;
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, HTTP_CLIENT_ANSWERED);
	assert_true(answer.is_connected);
	assert_int_equal(answer.status, 200);
	assert_true(str_equal(answer.body, STR("ok")));
	assert_int_equal(server->n_accepted, 1);
	assert_string_equal(server->request, "GET /a/b?c=d HTTP/1.1\r\nHost: " NAME "\r\n"
					     "Accept: */*\r\nAuthorization: Bearer t\r\n\r\n");
	http_client_answer_done(&answer);
	assert_null(answer.body.ptr);
	server_stop(server);
}

static void
a_post(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	request.method = HTTP_POST;
	request.body = STR("a=b&c=d$");
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, HTTP_CLIENT_ANSWERED);
	assert_non_null(strstr(server->request, "POST /a/b?c=d HTTP/1.1\r\n"));
	assert_non_null(strstr(server->request, "Content-Length: 8\r\n"));
	assert_null(strstr(server->request, "Expect"));
	assert_non_null(strstr(server->request, "\r\n\r\na=b&c=d$"));
	http_client_answer_done(&answer);
	server_stop(server);
}

/* A proxy of the environment is not asked; neither is a netrc read. */
static void
the_environment_counts_for_nothing(_unused_ void **state)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "all_proxy",
					     "ALL_PROXY" };
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	/* NOLINTBEGIN(concurrency-mt-unsafe): the server's thread looks at no variable */
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(setenv(names[i], "http://proxy.example:3128", 1), 0);
	send_it(&request, &answer);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(unsetenv(names[i]), 0);
	/* NOLINTEND(concurrency-mt-unsafe) */
	assert_int_equal(answer.outcome, HTTP_CLIENT_ANSWERED);
	assert_int_equal(net.n_connects, 1);
	http_client_answer_done(&answer);
	server_stop(server);
}

/* ---- Names and addresses ---- */

struct lookup_row {
	const char *name;
	enum http_client_reach reach;
	const char *addresses[MAX_ADDRESSES];
	enum http_client_outcome want;
};

#define MANY                                                                                       \
	"8.8.8.1", "8.8.8.2", "8.8.8.3", "8.8.8.4", "8.8.8.5", "8.8.8.6", "8.8.8.7", "8.8.8.8",    \
		"8.8.8.9", "8.8.8.10", "8.8.8.11", "8.8.8.12", "8.8.8.13", "8.8.8.14", "8.8.8.15"

/* TEST-3 */
static const struct lookup_row lookups[] = {
	{ "global", HTTP_CLIENT_GLOBAL, { "8.8.8.8" }, HTTP_CLIENT_ANSWERED },
	{ "two_global", HTTP_CLIENT_GLOBAL, { "8.8.8.8", "1.1.1.1" }, HTTP_CLIENT_ANSWERED },
	{ "twice_the_same", HTTP_CLIENT_GLOBAL, { "8.8.8.8", "8.8.8.8" }, HTTP_CLIENT_ANSWERED },
	{ "sixteen", HTTP_CLIENT_GLOBAL, { MANY, "8.8.8.16" }, HTTP_CLIENT_ANSWERED },
	{ "seventeen",
	  HTTP_CLIENT_GLOBAL,
	  { MANY, "8.8.8.16", "8.8.8.17" },
	  HTTP_CLIENT_NOT_ALLOWED },
	{ "seventeenth_is_private",
	  HTTP_CLIENT_GLOBAL,
	  { MANY, "8.8.8.16", "10.0.0.1" },
	  HTTP_CLIENT_NOT_ALLOWED },
	{ "loopback", HTTP_CLIENT_GLOBAL, { "127.0.0.1" }, HTTP_CLIENT_NOT_ALLOWED },
	{ "metadata", HTTP_CLIENT_GLOBAL, { "169.254.169.254" }, HTTP_CLIENT_NOT_ALLOWED },
	{ "private_last", HTTP_CLIENT_GLOBAL, { "8.8.8.8", "10.1.2.3" }, HTTP_CLIENT_NOT_ALLOWED },
	{ "private_first",
	  HTTP_CLIENT_GLOBAL,
	  { "192.168.0.1", "8.8.8.8" },
	  HTTP_CLIENT_NOT_ALLOWED },
	{ "ipv6_loopback", HTTP_CLIENT_GLOBAL, { "::1" }, HTTP_CLIENT_NOT_ALLOWED },
	{ "ipv6_mapped", HTTP_CLIENT_GLOBAL, { "::ffff:127.0.0.1" }, HTTP_CLIENT_NOT_ALLOWED },
	{ "ipv6_private_beside_ipv4",
	  HTTP_CLIENT_GLOBAL,
	  { "8.8.8.8", "fd00::1" },
	  HTTP_CLIENT_NOT_ALLOWED },
	{ "ipv4_private_beside_ipv6",
	  HTTP_CLIENT_GLOBAL,
	  { "2606:4700::1111", "10.0.0.1" },
	  HTTP_CLIENT_NOT_ALLOWED },
	{ "none", HTTP_CLIENT_GLOBAL, { NULL }, HTTP_CLIENT_NO_ADDRESS },
	{ "anywhere_loopback", HTTP_CLIENT_ANYWHERE, { "127.0.0.1" }, HTTP_CLIENT_ANSWERED },
	{ "anywhere_private", HTTP_CLIENT_ANYWHERE, { "10.0.0.1" }, HTTP_CLIENT_ANSWERED },
	{ "anywhere_too_many",
	  HTTP_CLIENT_ANYWHERE,
	  { MANY, "8.8.8.16", "8.8.8.17" },
	  HTTP_CLIENT_NOT_ALLOWED },
};

static void
lookup_holds(void **state)
{
	const struct lookup_row *row = *state;
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	memcpy(net.addresses, row->addresses, sizeof(net.addresses));
	request.reach = row->reach;
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, row->want);
	if (row->want == HTTP_CLIENT_ANSWERED)
		assert_true(net.n_connects >= 1);
	else
		assert_int_equal(net.n_connects + server->n_accepted, 0);
	http_client_answer_done(&answer);
	server_stop(server);
}

/* The name says another address when it is asked again: it is not asked again. */
static void
rebinding(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	net.later_addresses[0] = "127.0.0.1";
	send_it(&request, &answer);
	assert_int_equal(answer.outcome, HTTP_CLIENT_ANSWERED);
	assert_int_equal(net.n_lookups, 1);
	http_client_answer_done(&answer);
	server_stop(server);
}

/* TLS stands, with the right certificate, but the socket's other end is not what was dialled. */
static void
another_peer_gets_no_request(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_field fields[] = { { "Authorization", "Bearer t" }, { NULL, NULL } };
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	net.is_peer_shown = true;
	request.fields = fields;
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, HTTP_CLIENT_NOT_ALLOWED);
	assert_false(answer.is_connected);
	assert_int_equal(server->n_accepted, 1);
	assert_int_equal(server->request_len, 0);
	http_client_answer_done(&answer);
	server_stop(server);
}

static void
a_slow_lookup_ends_at_the_deadline(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct tick start = clock_tick(&clock_system);
	struct http_client_answer answer;

	net.is_slow = true;
	request.deadline = tick_add_ms(start, 100);
	send_it(&request, &answer);
	assert_int_equal(answer.outcome, HTTP_CLIENT_TIMED_OUT);
	assert_true(tick_ms_between(start, clock_tick(&clock_system)) < PATIENCE_MS / 2);
	assert_int_equal(net.n_connects, 0);
	assert_int_equal(write(net.lookup_may_end[1], "x", 1), 1); /* its thread may go now */
	http_client_answer_done(&answer);
	server_stop(server);
}

/* ---- What may not be sent ---- */

struct unsendable_row {
	const char *name;
	struct str host;
	struct str target;
	const char *value;
};

#define HOST(text) .host = STR_INIT(text), .target = STR_INIT("/")
#define TARGET(text) .host = STR_INIT(NAME), .target = STR_INIT(text)

static const struct unsendable_row unsendables[] = {
	{ "no_host", HOST("") },
	{ "userinfo", HOST("a@" NAME) },
	{ "password", HOST("a:b@" NAME) },
	{ "port", HOST(NAME ":80") },
	{ "slash", HOST("evil.example/" NAME) },
	{ "question_mark", HOST("evil.example?" NAME) },
	{ "hash", HOST("evil.example#" NAME) },
	{ "backslash", HOST("evil.example\\" NAME) },
	{ "blank", HOST("evil.example " NAME) },
	{ "tab", HOST("evil.example\t" NAME) },
	{ "line", HOST("evil.example\r\n" NAME) },
	{ "nul", HOST("evil.example\0" NAME) },
	{ "percent", HOST("%65vil.example") },
	{ "decimal", HOST("2130706433") },
	{ "hex", HOST("0x7f000001") },
	{ "hex_parts", HOST("0x7f.0x0.0x0.0x1") },
	{ "octal", HOST("0177.0.0.1") },
	{ "short", HOST("127.1") },
	{ "zone", HOST("[fe80::1%25eth0]") },
	{ "zone_plain", HOST("[fe80::1%eth0]") },
	{ "bare_ipv6", HOST("::1") },
	{ "open_bracket", HOST("[::1") },
	{ "target_empty", TARGET("") },
	{ "target_of_a_host", TARGET("@evil.example/") },
	{ "target_blank", TARGET("/a b") },
	{ "target_line", TARGET("/a\r\nX: y") },
	{ "target_fragment", TARGET("/a#b") },
	{ "target_utf8", TARGET("/\xc3\xa4") },
	{ "value_line", TARGET("/"), "a\r\nX: y" },
	{ "value_lf", TARGET("/"), "a\n" },
	{ "value_empty", TARGET("/"), "" },
	{ "value_delete", TARGET("/"), "a\x7f" },
};

static void
unsendable_holds(void **state)
{
	const struct unsendable_row *row = *state;
	struct server *server = server_start();
	struct http_field fields[] = { { row->value ? "X-Value" : NULL, row->value },
				       { NULL, NULL } };
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	request.reach = HTTP_CLIENT_ANYWHERE;
	request.host = row->host;
	request.target = row->target;
	request.fields = fields;
	send_it(&request, &answer);
	assert_int_equal(answer.outcome, HTTP_CLIENT_NOT_ALLOWED);
	assert_int_equal(net.n_lookups + net.n_connects, 0);
	http_client_answer_done(&answer);
	server_stop(server);
}

/* ---- TLS ---- */

static void
nobody_listens(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	net.port = 0;
	send_it(&request, &answer);
	assert_int_equal(answer.outcome, HTTP_CLIENT_NO_CONNECTION);
	assert_false(answer.is_connected);
	http_client_answer_done(&answer);
	server_stop(server);
}

struct tls_row {
	const char *name;
	const char *host;
	const char *ca_path; /* NULL: the server's own */
};

static const struct tls_row tls_failures[] = {
	{ "another_name", "other.example", NULL },
	{ "name_below", "a." NAME, NULL },
	{ "untrusted", NAME, "/etc/ssl/certs/ca-certificates.crt" },
	{ "no_authorities", NAME, "/nonexistent/ca.pem" },
};

static void
tls_fails(void **state)
{
	const struct tls_row *row = *state;
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	request.host = str_of(row->host);
	if (row->ca_path)
		request.ca_path = row->ca_path;
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, HTTP_CLIENT_TLS_FAILED);
	assert_false(answer.is_connected);
	assert_int_equal(server->request_len, 0);
	http_client_answer_done(&answer);
	server_stop(server);
}

/* ---- Answers ---- */

struct answer_row {
	const char *name;
	const char *answer;
	size_t repeat; /* 0: once */
	bool is_silent;
	enum http_client_outcome want;
	int status;
	const char *body;
};

#define OK_LINE "HTTP/1.1 200 OK\r\n"
#define K "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct answer_row answers[] = {
	{ "chunked", OK_LINE "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 0, false,
	  HTTP_CLIENT_ANSWERED, 200, "ok" },
	{ "until_the_end", OK_LINE "\r\nok", 0, false, HTTP_CLIENT_ANSWERED, 200, "ok" },
	{ "empty", "HTTP/1.1 204 No Content\r\n\r\n", 0, false, HTTP_CLIENT_ANSWERED, 204, "" },
	{ "not_found", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 0, false,
	  HTTP_CLIENT_ANSWERED, 404, "no" },
	{ "redirect_is_not_followed",
	  "HTTP/1.1 302 Found\r\nLocation: https://" NAME "/elsewhere\r\nContent-Length: 0\r\n\r\n",
	  0, false, HTTP_CLIENT_ANSWERED, 302, "" },
	{ "wants_a_password",
	  "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", 0,
	  false, HTTP_CLIENT_ANSWERED, 401, "" },
	{ "gzip_stays_as_it_is",
	  OK_LINE "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08", 0, false,
	  HTTP_CLIENT_ANSWERED, 200, "\x1f\x8b\x08" },
	{ "interim", "HTTP/1.1 103 Early Hints\r\n\r\n" OK_LINE "Content-Length: 2\r\n\r\nok", 0,
	  false, HTTP_CLIENT_ANSWERED, 200, "ok" },
	{ "endless_interim", "HTTP/1.1 103 Early Hints\r\n\r\n", 1000, false,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "endless_head", OK_LINE "X-A: " K K K K "\r\n", 1000, false, HTTP_CLIENT_BAD_ANSWER, 0,
	  NULL },
	{ "no_http", "220 mail.example ESMTP\r\n", 0, false, HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "nothing", "", 0, false, HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "cut", OK_LINE "Content-Length: 10\r\n\r\nok", 0, false, HTTP_CLIENT_BAD_ANSWER, 0,
	  NULL },
	{ "cut_chunk", OK_LINE "Transfer-Encoding: chunked\r\n\r\n9\r\nok", 0, false,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "two_lengths", OK_LINE "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok", 0, false,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "length_and_chunks",
	  OK_LINE "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 0,
	  false, HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "announces_too_much", OK_LINE "Content-Length: 1001\r\n\r\n", 0, true,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "announces_very_much", OK_LINE "Content-Length: 99999999999999999999\r\n\r\n", 0, false,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
	{ "sends_too_much", OK_LINE "\r\n" K K K K K K K K K K K K K K K K, 0, false,
	  HTTP_CLIENT_BAD_ANSWER, 0, NULL },
};

static void
answer_holds(void **state)
{
	const struct answer_row *row = *state;
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	server->answer = str_of(row->answer);
	server->repeat = row->repeat ? row->repeat : 1;
	server->is_silent = row->is_silent;
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, row->want);
	assert_true(answer.is_connected);
	assert_int_equal(answer.status, row->status);
	if (row->body)
		assert_true(str_equal(answer.body, str_of(row->body)));
	assert_true(answer.body.len <= 1000);
	assert_int_equal(server->n_accepted, 1);
	http_client_answer_done(&answer);
	server_stop(server);
}

static const struct answer_row silences[] = {
	{ "silence", "", 0, true, HTTP_CLIENT_TIMED_OUT, 0, NULL },
	{ "silence_in_the_head", OK_LINE "X-A: ", 0, true, HTTP_CLIENT_TIMED_OUT, 0, NULL },
	{ "silence_in_the_body", OK_LINE "Content-Length: 9\r\n\r\n{", 0, true,
	  HTTP_CLIENT_TIMED_OUT, 0, NULL },
};

static void
silence_ends_at_the_deadline(void **state)
{
	const struct answer_row *row = *state;
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	server->answer = str_of(row->answer);
	server->is_silent = true;
	request.deadline = tick_add_ms(clock_tick(&clock_system), 400);
	send_it(&request, &answer);
	server_finish(server);
	assert_int_equal(answer.outcome, HTTP_CLIENT_TIMED_OUT);
	assert_true(answer.is_connected);
	http_client_answer_done(&answer);
	server_stop(server);
}

static void
a_deadline_that_has_passed(_unused_ void **state)
{
	struct server *server = server_start();
	struct http_client_request request = a_request(server);
	struct http_client_answer answer;

	request.deadline = clock_tick(&clock_system);
	send_it(&request, &answer);
	assert_int_equal(answer.outcome, HTTP_CLIENT_TIMED_OUT);
	assert_int_equal(net.n_lookups + net.n_connects, 0);
	http_client_answer_done(&answer);
	server_stop(server);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	if (!http_client_init())
		return 1;
	rows_add_one(&rows, "a_get", a_get);
	rows_add_one(&rows, "a_post", a_post);
	rows_add_one(&rows, "the_environment_counts_for_nothing",
		     the_environment_counts_for_nothing);
	ROWS_ADD(&rows, lookups, lookup_holds);
	rows_add_one(&rows, "rebinding", rebinding);
	rows_add_one(&rows, "another_peer_gets_no_request", another_peer_gets_no_request);
	rows_add_one(&rows, "a_slow_lookup_ends_at_the_deadline",
		     a_slow_lookup_ends_at_the_deadline);
	ROWS_ADD(&rows, unsendables, unsendable_holds);
	rows_add_one(&rows, "nobody_listens", nobody_listens);
	ROWS_ADD(&rows, tls_failures, tls_fails);
	ROWS_ADD(&rows, answers, answer_holds);
	ROWS_ADD(&rows, silences, silence_ends_at_the_deadline);
	rows_add_one(&rows, "a_deadline_that_has_passed", a_deadline_that_has_passed);
	return rows_run(&rows, argc, argv);
}
