/*
 * SMTP through libcurl.
 */
#include "outbox/smtp.h"

#include "core/hostname.h"

#include <curl/curl.h>

const char *
smtp_outcome_name(enum smtp_outcome outcome)
{
	switch (outcome) {
	case SMTP_SENT:
		return "sent";
	case SMTP_REFUSED:
		return "refused";
	case SMTP_PUT_OFF:
		return "put_off";
	case SMTP_NO_ADDRESS:
		return "no_address";
	case SMTP_NO_CONNECTION:
		return "no_connection";
	case SMTP_TLS_FAILED:
		return "tls_failed";
	case SMTP_LOGIN_FAILED:
		return "login_failed";
	case SMTP_TIMED_OUT:
		return "timed_out";
	case SMTP_STOPPED:
		return "stopped";
	}
	return "unknown";
}

/* ---- Where to ---- */

static void
url_done(CURLU **url)
{
	curl_url_cleanup(*url);
}

static bool
has_part(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return has;
}

static struct str
part_of(struct arena *arena, CURLU *url, CURLUPart part, unsigned int flags)
{
	char *text = NULL;
	struct str copy = { 0 };

	if (curl_url_get(url, part, &text, flags) == CURLUE_OK)
		copy = arena_str(arena, str_of(text));
	curl_free(text);
	return copy;
}

static bool
is_bare(struct arena *arena, CURLU *url)
{
	static const CURLUPart parts[] = { CURLUPART_USER,  CURLUPART_PASSWORD, CURLUPART_OPTIONS,
					   CURLUPART_QUERY, CURLUPART_FRAGMENT, CURLUPART_ZONEID };

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (has_part(url, parts[i]))
			return false;
	}
	return part_of(arena, url, CURLUPART_PATH, 0).len <= 1;
}

/* libcurl's parser takes blanks and control characters in a host for its own. */
static bool
is_written_cleanly(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] <= ' ' || text.ptr[i] > '~' || text.ptr[i] == '@' ||
		    text.ptr[i] == '\\')
			return false;
	}
	return text.len <= 300;
}

struct err
smtp_relay_read(struct arena *arena, struct str text, struct smtp_relay *ret_relay)
{
	static const char wrong[] = "smtp_url is not smtp://HOST[:PORT] or smtps://HOST[:PORT]; "
				    "a user goes into smtp_user, the password into "
				    "PARTNER_CONNECT_SMTP_PASSWORD";
	_cleanup_(url_done) CURLU *url = curl_url();
	struct str scheme;
	struct str host;
	struct str port;

	if (!url)
		abort(); /* out of memory */
	if (!is_written_cleanly(text) ||
	    curl_url_set(url, CURLUPART_URL, arena_cstr(arena, text), 0) != CURLUE_OK ||
	    !is_bare(arena, url))
		return err_make(ERR_CONFIG, wrong);
	scheme = part_of(arena, url, CURLUPART_SCHEME, 0);
	host = part_of(arena, url, CURLUPART_HOST, 0);
	port = part_of(arena, url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if ((!str_equal(scheme, STR("smtp")) && !str_equal(scheme, STR("smtps"))) ||
	    str_is_empty(host) || str_is_empty(port) || str_equal(port, STR("0")))
		return err_make(ERR_CONFIG, wrong);
	ret_relay->url = arena_printf(arena, "%.*s://%.*s:%.*s", STR_ARG(scheme), STR_ARG(host),
				      STR_ARG(port));
	ret_relay->wants_starttls = str_equal(scheme, STR("smtp")) &&
				    (ret_relay->ca_path || !hostname_is_loopback(host));
	return OK_NONE;
}

/* ---- One transfer ---- */

#define SET(curl, option, value)                                                                   \
	do {                                                                                       \
		if (curl_easy_setopt((curl), (option), (value)) != CURLE_OK)                       \
			abort(); /* out of memory, or another library than we were built with */   \
	} while (0)

/* libcurl's lists and parts of one transfer. */
struct transfer {
	CURL *curl;
	curl_mime *mime;
	struct curl_slist *fields;
	struct curl_slist *recipients;
};

static void
transfer_done(struct transfer *transfer)
{
	curl_easy_cleanup(transfer->curl);
	curl_mime_free(transfer->mime);
	curl_slist_free_all(transfer->fields);
	curl_slist_free_all(transfer->recipients);
}

static void
list_add(struct curl_slist **list, const char *text)
{
	struct curl_slist *longer = curl_slist_append(*list, text);

	if (!longer)
		abort(); /* out of memory */
	*list = longer;
}

/* Called once a second at least. */
static int
is_to_be_ended(void *context, _unused_ curl_off_t a, _unused_ curl_off_t b, _unused_ curl_off_t c,
	       _unused_ curl_off_t d)
{
	const atomic_bool *is_stopping = context;

	return atomic_load(is_stopping) ? 1 : 0;
}

/* What the relay says is read and not kept. */
static size_t
ignore(_unused_ char *bytes, size_t size, size_t n, _unused_ void *context)
{
	return size * n;
}

static void
set_connection(CURL *curl, const struct smtp_relay *relay, const atomic_bool *is_stopping)
{
	SET(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(curl, CURLOPT_PROXY, ""); /* no proxy, whatever the environment says */
	SET(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(curl, CURLOPT_NOSIGNAL, 1L);
	SET(curl, CURLOPT_TIMEOUT_MS, (long)SMTP_DEADLINE_MS);
	SET(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)SMTP_DEADLINE_MS);
	SET(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)SMTP_DEADLINE_MS / 1000);
	SET(curl, CURLOPT_QUICK_EXIT, 1L);
	SET(curl, CURLOPT_NOPROGRESS, 0L);
	SET(curl, CURLOPT_XFERINFOFUNCTION, is_to_be_ended);
	SET(curl, CURLOPT_XFERINFODATA, (void *)(uintptr_t)is_stopping); /* read only */
	SET(curl, CURLOPT_WRITEFUNCTION, ignore);
	SET(curl, CURLOPT_USE_SSL,
	    (long)(relay->wants_starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	SET(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (relay->ca_path) {
		SET(curl, CURLOPT_CAINFO, relay->ca_path);
		SET(curl, CURLOPT_CAPATH, NULL); /* instead of the system's, not with them */
	}
	if (relay->user) {
		SET(curl, CURLOPT_USERNAME, relay->user);
		SET(curl, CURLOPT_PASSWORD, relay->password);
	}
}

static void
add_part(curl_mime *mime, struct str content, const char *type)
{
	curl_mimepart *part = curl_mime_addpart(mime);

	if (!part || curl_mime_data(part, content.ptr, content.len) != CURLE_OK ||
	    curl_mime_type(part, type) != CURLE_OK ||
	    curl_mime_encoder(part, "quoted-printable") != CURLE_OK)
		abort(); /* out of memory */
}

/* One part that has two: clients show the last that they can. */
static void
set_message(struct transfer *transfer, const struct message *message)
{
	curl_mime *both = curl_mime_init(transfer->curl);
	curl_mimepart *part;

	transfer->mime = curl_mime_init(transfer->curl);
	if (!both || !transfer->mime)
		abort(); /* out of memory */
	add_part(both, message->text, "text/plain; charset=utf-8");
	add_part(both, message->html, "text/html; charset=utf-8");
	part = curl_mime_addpart(transfer->mime);
	if (!part || curl_mime_subparts(part, both) != CURLE_OK ||
	    curl_mime_type(part, "multipart/alternative") != CURLE_OK)
		abort(); /* out of memory */
	for (size_t i = 0; i < message->n_fields; i++)
		list_add(&transfer->fields, message->fields[i]);
	SET(transfer->curl, CURLOPT_HTTPHEADER, transfer->fields);
	SET(transfer->curl, CURLOPT_MIMEPOST, transfer->mime);
}

/* The name that we say hello with is the sender's domain, not this machine's. */
static void
set_envelope(struct transfer *transfer, struct arena *arena, const struct smtp_relay *relay,
	     const struct message *message)
{
	ptrdiff_t at = str_find_last(relay->from, '@');

	SET(transfer->curl, CURLOPT_URL,
	    arena_printf(arena, "%s/%.*s", relay->url,
			 STR_ARG(str_slice(relay->from, (size_t)at + 1, relay->from.len))));
	SET(transfer->curl, CURLOPT_MAIL_FROM, arena_printf(arena, "<%.*s>", STR_ARG(relay->from)));
	list_add(&transfer->recipients, arena_printf(arena, "<%.*s>", STR_ARG(message->to)));
	SET(transfer->curl, CURLOPT_MAIL_RCPT, transfer->recipients);
}

/* By libcurl's word where the relay has said nothing; @status is the last thing that it said. */
static enum smtp_outcome
outcome_of(CURLcode code, long status)
{
	switch ((int)code) {
	case CURLE_OK:
		return SMTP_SENT;
	case CURLE_ABORTED_BY_CALLBACK:
		return SMTP_STOPPED;
	case CURLE_OPERATION_TIMEDOUT:
		return SMTP_TIMED_OUT;
	case CURLE_COULDNT_RESOLVE_HOST:
		return SMTP_NO_ADDRESS;
	case CURLE_COULDNT_CONNECT:
		return SMTP_NO_CONNECTION;
	case CURLE_LOGIN_DENIED:
		return SMTP_LOGIN_FAILED;
	case CURLE_USE_SSL_FAILED:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return SMTP_TLS_FAILED;
	default:
		break;
	}
	return status >= 500 && status <= 599 ? SMTP_REFUSED : SMTP_PUT_OFF;
}

enum smtp_outcome
smtp_send(const struct smtp_relay *relay, const struct message *message,
	  const atomic_bool *is_stopping)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	_cleanup_(transfer_done) struct transfer transfer = { .curl = curl_easy_init() };
	CURLcode code;
	long status = 0;

	if (!transfer.curl)
		abort(); /* out of memory */
	set_connection(transfer.curl, relay, is_stopping);
	set_envelope(&transfer, arena, relay, message);
	set_message(&transfer, message);
	code = curl_easy_perform(transfer.curl);
	(void)curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status); /* else 0 */
	return outcome_of(code, status);
}
