/*
 * The client: two passes of libcurl, the first for the addresses, the second for the request.
 * Where a connection may go is dial.c's.
 */
#include "http/client.h"

#include "http/dial.h"
#include "http/wiped.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS 8
#define MAX_ANSWER_HEAD ((size_t)64 * 1024)
#define LOOKUP_POLL_MS 5
#define MAX_INTERIM 8 /* answers of 1xx before the real one */

/* What is read of an answer. */
struct reading {
	struct http_client_answer *answer;
	size_t max_body;
	char *body;
	size_t len;
	size_t size;
	size_t n_head; /* bytes of heads so far, interim ones too */
	size_t n_status_lines;
	size_t n_lengths; /* fields that say where the body ends, in this head */
};

/* One request on its way. */
struct sending {
	const struct http_client_request *request;
	struct arena *arena;
	CURLU *url;
	const char *host;
	struct dial dial;
	struct reading reading;
	struct curl_slist fields[MAX_FIELDS + 1];
};

const char *
http_client_outcome_name(enum http_client_outcome outcome)
{
	switch (outcome) {
	case HTTP_CLIENT_ANSWERED:
		return "answered";
	case HTTP_CLIENT_NOT_ALLOWED:
		return "not_allowed";
	case HTTP_CLIENT_NO_ADDRESS:
		return "no_address";
	case HTTP_CLIENT_NO_CONNECTION:
		return "no_connection";
	case HTTP_CLIENT_TLS_FAILED:
		return "tls_failed";
	case HTTP_CLIENT_TIMED_OUT:
		return "timed_out";
	case HTTP_CLIENT_BAD_ANSWER:
		return "bad_answer";
	}
	return "unknown";
}

bool
http_client_init(void)
{
	return curl_global_init_mem(CURL_GLOBAL_DEFAULT, wiped_malloc, wiped_free, wiped_realloc,
				    wiped_strdup, wiped_calloc) == CURLE_OK;
}

void
http_client_answer_done(struct http_client_answer *answer)
{
	wiped_free((void *)(uintptr_t)answer->body.ptr); /* ours: const only towards the caller */
	answer->body = (struct str){ NULL, 0 };
}

/* ---- What may be sent ---- */

static void
curl_done(CURL **curl)
{
	curl_easy_cleanup(*curl);
}

static void
sending_done(struct sending *sending)
{
	curl_url_cleanup(sending->url);
	arena_free(sending->arena); /* wipes the copies of fields that hold secrets */
}

static bool
is_target(struct str target)
{
	for (size_t i = 0; i < target.len; i++) {
		if (target.ptr[i] <= ' ' || target.ptr[i] > '~' || target.ptr[i] == '#')
			return false;
	}
	return str_starts_with(target, STR("/"));
}

static bool
part_is(CURLU *url, CURLUPart part, const char *wanted)
{
	char *text = NULL;
	CURLUcode code = curl_url_get(url, part, &text, 0);
	bool is_same =
		wanted ? code == CURLUE_OK && strcasecmp(text, wanted) == 0 : code != CURLUE_OK;

	curl_free(text);
	return is_same;
}

/*
 * The parser that will connect must read from the URL what the caller means: a host that it reads
 * as user and host, or as a number, or cuts at some character, is none.
 */
static bool
read_url(struct sending *sending)
{
	const struct http_client_request *request = sending->request;
	char port[8];
	const char *text;

	if (memchr(request->host.ptr, '\0', request->host.len) || !is_target(request->target))
		return false;
	sending->host = arena_cstr(sending->arena, request->host);
	(void)snprintf(port, sizeof(port), "%u", request->port);
	text = arena_printf(sending->arena, "https://%s:%s%.*s", sending->host, port,
			    STR_ARG(request->target));
	return curl_url_set(sending->url, CURLUPART_URL, text, CURLU_PATH_AS_IS) == CURLUE_OK &&
	       part_is(sending->url, CURLUPART_SCHEME, "https") &&
	       part_is(sending->url, CURLUPART_HOST, sending->host) &&
	       part_is(sending->url, CURLUPART_PORT, port) &&
	       part_is(sending->url, CURLUPART_USER, NULL) &&
	       part_is(sending->url, CURLUPART_PASSWORD, NULL) &&
	       part_is(sending->url, CURLUPART_OPTIONS, NULL) &&
	       part_is(sending->url, CURLUPART_ZONEID, NULL) &&
	       part_is(sending->url, CURLUPART_FRAGMENT, NULL);
}

static bool
is_field_value(const char *value)
{
	for (const char *c = value; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	}
	return *value != '\0';
}

/* "Name: value" of each; the nodes are ours, so that libcurl makes no copy which it then frees. */
static bool
make_fields(struct sending *sending)
{
	const struct http_field *field = sending->request->fields;
	size_t n = 0;

	/* Not "100-continue" and a second of waiting. */
	sending->fields[n++].data = arena_cstr(sending->arena, STR("Expect:"));
	for (; field && field->name; field++) {
		assert(n <= MAX_FIELDS);
		if (!is_field_value(field->value))
			return false;
		sending->fields[n].data = arena_cstr(
			sending->arena,
			str_of(arena_printf(sending->arena, "%s: %s", field->name, field->value)));
		sending->fields[n - 1].next = &sending->fields[n];
		n++;
	}
	return true;
}

/* ---- What comes back ---- */

static size_t
take_body(char *bytes, _unused_ size_t one, size_t n, void *context)
{
	struct reading *reading = context;

	if (n > reading->max_body - reading->len)
		return 0; /* libcurl ends the transfer */
	if (reading->len + n > reading->size) {
		reading->size = (reading->len + n) * 2;
		reading->body = wiped_realloc(reading->body, reading->size);
		if (!reading->body)
			abort(); /* out of memory */
	}
	memcpy(reading->body + reading->len, bytes, n);
	reading->len += n;
	return n;
}

static bool
is_field(struct str line, struct str name)
{
	return line.len > name.len && line.ptr[name.len] == ':' &&
	       str_equal_ascii_nocase(str_slice(line, 0, name.len), name);
}

/* A line of the head, one a call. Two lengths are two ways to read the body. */
static size_t
take_head(char *bytes, _unused_ size_t one, size_t n, void *context)
{
	struct reading *reading = context;
	struct str line = { bytes, n };

	reading->n_head += n;
	if (str_starts_with(line, STR("HTTP/"))) {
		reading->n_status_lines++;
		reading->n_lengths = 0;
	}
	if (is_field(line, STR("Content-Length")) || is_field(line, STR("Transfer-Encoding")))
		reading->n_lengths++;
	if (reading->n_head > MAX_ANSWER_HEAD || reading->n_status_lines > MAX_INTERIM ||
	    reading->n_lengths > 1)
		return 0;
	return n;
}

/* ---- The two passes ---- */

#define SET(curl, option, value)                                                                   \
	do {                                                                                       \
		if (curl_easy_setopt((curl), (option), (value)) != CURLE_OK)                       \
			abort(); /* out of memory, or another library than we were built with */   \
	} while (0)

/* What holds in both passes. Returns false when the deadline has passed. */
static bool
set_limits(const struct sending *sending, CURL *curl)
{
	const struct http_client_request *request = sending->request;
	int64_t left_ms = tick_ms_between(clock_tick(request->clock), request->deadline);

	if (left_ms <= 0)
		return false;
	SET(curl, CURLOPT_CURLU, sending->url);
	SET(curl, CURLOPT_PATH_AS_IS, 1L);
	SET(curl, CURLOPT_PROTOCOLS_STR, "https");
	SET(curl, CURLOPT_FOLLOWLOCATION, 0L);
	SET(curl, CURLOPT_PROXY, ""); /* no proxy, whatever the environment says */
	SET(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(curl, CURLOPT_NOSIGNAL, 1L);
	SET(curl, CURLOPT_FRESH_CONNECT, 1L);
	SET(curl, CURLOPT_FORBID_REUSE, 1L);
	SET(curl, CURLOPT_TIMEOUT_MS, (long)left_ms);
	SET(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)left_ms);
	/* Else it waits for a look-up that outlasts the deadline. */
	SET(curl, CURLOPT_QUICK_EXIT, 1L);
	return true;
}

static CURL *
curl_new(void)
{
	CURL *curl = curl_easy_init();

	if (!curl)
		abort(); /* out of memory */
	return curl;
}

/*
 * curl_easy_perform() for a transfer that waits for nothing but its look-up: that one would wait a
 * second for each address whose socket is not opened.
 */
static CURLcode
perform_lookup(CURL *curl)
{
	CURLM *multi = curl_multi_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;
	const CURLMsg *message;
	int n_running = 1;
	int n_left;

	if (!multi || curl_multi_add_handle(multi, curl) != CURLM_OK)
		abort(); /* out of memory */
	while (n_running > 0 && curl_multi_perform(multi, &n_running) == CURLM_OK) {
		if (n_running > 0)
			(void)curl_multi_poll(multi, NULL, 0, LOOKUP_POLL_MS, NULL); /* a pause */
	}
	while ((message = curl_multi_info_read(multi, &n_left)))
		code = message->data.result;	     /* of the one transfer there is */
	(void)curl_multi_remove_handle(multi, curl); /* neither fails: both are ours and idle */
	(void)curl_multi_cleanup(multi);
	return code;
}

/* Anything but HTTP_CLIENT_ANSWERED ends it. */
static enum http_client_outcome
find_addresses(struct sending *sending)
{
	_cleanup_(curl_done) CURL *curl = curl_new();
	CURLcode code;

	if (!set_limits(sending, curl))
		return HTTP_CLIENT_TIMED_OUT;
	dial_collect(&sending->dial, curl);
	code = perform_lookup(curl); /* fails: no socket is opened */
	if (sending->dial.is_refused)
		return HTTP_CLIENT_NOT_ALLOWED;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return HTTP_CLIENT_TIMED_OUT;
	return sending->dial.n_addresses ? HTTP_CLIENT_ANSWERED : HTTP_CLIENT_NO_ADDRESS;
}

static void
set_tls(const struct http_client_request *request, CURL *curl)
{
	SET(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	if (request->ca_path) {
		SET(curl, CURLOPT_CAINFO, request->ca_path);
		SET(curl, CURLOPT_CAPATH, NULL); /* instead of the system's, not with them */
	}
}

static void
set_request(struct sending *sending, CURL *curl)
{
	const struct http_client_request *request = sending->request;

	SET(curl, CURLOPT_HTTPHEADER, sending->fields);
	if (request->method == HTTP_POST) {
		SET(curl, CURLOPT_POST, 1L);
		SET(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
		SET(curl, CURLOPT_POSTFIELDS, request->body.ptr ? request->body.ptr : "");
	}
	SET(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->max_body);
	SET(curl, CURLOPT_WRITEFUNCTION, take_body);
	SET(curl, CURLOPT_WRITEDATA, &sending->reading);
	SET(curl, CURLOPT_HEADERFUNCTION, take_head);
	SET(curl, CURLOPT_HEADERDATA, &sending->reading);
}

/* An answer's end that nobody announced is an answer that may be cut. */
static enum http_client_outcome
outcome_of(const struct sending *sending, CURLcode code)
{
	if (code == CURLE_OK)
		return HTTP_CLIENT_ANSWERED;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return HTTP_CLIENT_TIMED_OUT;
	if (sending->dial.is_connected)
		return HTTP_CLIENT_BAD_ANSWER;
	if (code == CURLE_ABORTED_BY_CALLBACK) /* the peer is not who was dialled */
		return HTTP_CLIENT_NOT_ALLOWED;
	if (code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION ||
	    code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM ||
	    code == CURLE_SSL_CIPHER || code == CURLE_SSL_ISSUER_ERROR)
		return HTTP_CLIENT_TLS_FAILED;
	return HTTP_CLIENT_NO_CONNECTION;
}

static enum http_client_outcome
send_pinned(struct sending *sending)
{
	_cleanup_(curl_done) CURL *curl = curl_new();
	struct curl_slist resolve = { 0 };
	CURLcode code;
	long status = 0;

	if (!set_limits(sending, curl))
		return HTTP_CLIENT_TIMED_OUT;
	resolve.data = arena_cstr(
		sending->arena, str_of(dial_resolve_entry(sending->arena, &sending->dial,
							  sending->host, sending->request->port)));
	/* An address in brackets is its own; dial.c holds the connection to it as well. */
	if (sending->host[0] != '[')
		SET(curl, CURLOPT_RESOLVE, &resolve);
	dial_pin(&sending->dial, curl);
	set_tls(sending->request, curl);
	set_request(sending, curl);
	code = curl_easy_perform(curl);
	if (code == CURLE_OK)
		code = curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	sending->reading.answer->status = code == CURLE_OK ? (int)status : 0;
	return outcome_of(sending, code);
}

static enum http_client_outcome
send_request(struct sending *sending)
{
	enum http_client_outcome outcome;

	if (!read_url(sending) || !make_fields(sending))
		return HTTP_CLIENT_NOT_ALLOWED;
	outcome = find_addresses(sending);
	if (outcome != HTTP_CLIENT_ANSWERED)
		return outcome;
	return send_pinned(sending);
}

void
http_client_send(const struct http_client_request *request, struct http_client_answer *ret_answer)
{
	_cleanup_(sending_done) struct sending sending = {
		.request = request,
		.arena = arena_create(),
		.url = curl_url(),
		.dial.reach = request->reach,
		.reading = { .answer = ret_answer, .max_body = request->max_body },
	};

	assert(request->method == HTTP_GET || request->method == HTTP_POST);
	if (!sending.url)
		abort(); /* out of memory */
	*ret_answer = (struct http_client_answer){ 0 };
	ret_answer->outcome = send_request(&sending);
	ret_answer->is_connected = sending.dial.is_connected;
	ret_answer->body = (struct str){ sending.reading.body, sending.reading.len };
}
