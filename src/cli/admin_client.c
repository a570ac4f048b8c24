/*
 * One request over the admin socket, by libcurl.
 */
#include "cli/admin_client.h"

#include "cli/doors.h"
#include "cli/state.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/un.h>

#define MAX_ANSWER ((size_t)4 * 1024 * 1024)
#define TIMEOUT_S 30L

static const struct json_limits answer_limits = {
	.max_bytes = MAX_ANSWER,
	.max_depth = 16,
	.max_children = 10000,
	.max_name = 256,
	.max_string = 65536,
};

const char *
admin_escape(struct arena *arena, struct str value)
{
	struct buf buf;

	buf_init(&buf, arena, 3 * value.len + 1);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];
		bool is_plain = (c >= '0' && c <= '9') ||
				((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '_' ||
				c == '.' || c == '~';

		if (is_plain)
			buf_add_char(&buf, (char)c);
		else
			buf_addf(&buf, "%%%02X", (unsigned int)c);
	}
	return buf_cstr(&buf);
}

static size_t
take_answer(char *data, _unused_ size_t one, size_t len, void *arg)
{
	struct buf *answer = arg;

	buf_add(answer, (struct str){ data, len });
	return answer->is_full ? 0 : len;
}

static struct err
err_unreachable(struct arena *arena, const char *path, int why)
{
	if (why == ENOENT || why == ECONNREFUSED)
		return err_format(arena, ERR_UNREACHABLE,
				  "no server answers at %s: `partner-connect serve` does not run "
				  "with this state directory (--state-dir, --admin-socket)",
				  path);
	if (why == EACCES || why == EPERM)
		return err_format(arena, ERR_UNREACHABLE,
				  "%s: not permitted: be the user that the server runs as, or root",
				  path);
	return err_format(arena, ERR_UNREACHABLE, "%s: %s", path,
			  why ? strerrordesc_np(why) : "the server gave no answer");
}

/* The address of a socket has room for 107 bytes; a longer path is reached through its directory. */
static struct err
find_socket(struct arena *arena, const char *path, int *ret_dir, const char **ret_path)
{
	struct str text = str_of(path);
	ptrdiff_t slash = str_find_last(text, '/');

	*ret_path = path;
	if (text.len < sizeof(((struct sockaddr_un *)NULL)->sun_path) || slash <= 0)
		return OK_NONE;
	*ret_dir = open(arena_cstr(arena, str_slice(text, 0, (size_t)slash)),
			O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret_dir < 0)
		return err_unreachable(arena, path, errno);
	*ret_path = arena_printf(arena, "/proc/self/fd/%d/%s", *ret_dir, path + slash + 1);
	return OK_NONE;
}

static void
curl_cleanupp(CURL **curl)
{
	curl_easy_cleanup(*curl);
}

static void
slist_freep(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static void
closep(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* What setopt says is checked once, at the end: it fails on bugs and without memory only. */
static bool
set_up(CURL *curl, const char *socket, const char *method, const char *url, struct str body,
       struct curl_slist *fields, struct buf *answer)
{
	bool is_fine = curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket) == CURLE_OK;

	is_fine &= curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK;
	is_fine &= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http") == CURLE_OK;
	is_fine &= curl_easy_setopt(curl, CURLOPT_NOPROXY, "*") == CURLE_OK;
	is_fine &= curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK;
	is_fine &= curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields) == CURLE_OK;
	is_fine &= curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
	is_fine &= curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S) == CURLE_OK;
	is_fine &= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer) == CURLE_OK;
	is_fine &= curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer) == CURLE_OK;
	if (!str_equal(str_of(method), STR("GET"))) {
		is_fine &=
			curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body.len) == CURLE_OK;
		is_fine &= curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS,
					    body.ptr ? body.ptr : "") == CURLE_OK;
	}
	return is_fine;
}

static struct err
exchange(struct arena *arena, const char *path, const char *method, const char *target,
	 struct str body, struct buf *answer, long *ret_status)
{
	_cleanup_(closep) int dir = -1;
	_cleanup_(curl_cleanupp) CURL *curl = curl_easy_init();
	_cleanup_(slist_freep) struct curl_slist *fields =
		curl_slist_append(NULL, "Content-Type: application/json");
	const char *url = arena_printf(arena, "http://localhost%s", target);
	const char *socket = NULL;
	long why = 0;
	struct err err = find_socket(arena, path, &dir, &socket);

	if (err.code)
		return err;
	if (!curl || !fields || !set_up(curl, socket, method, url, body, fields, answer))
		return err_make(ERR_IO, "libcurl does not start");
	if (curl_easy_perform(curl) != CURLE_OK) {
		(void)curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &why); /* 0 when it fails */
		return err_unreachable(arena, path, (int)why);
	}
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status); /* 0 when it fails */
	return OK_NONE;
}

/* The server's words, in problem+json. */
static struct err
err_of_problem(struct arena *arena, long status, const struct json *problem)
{
	const struct json *detail = json_member(problem, STR("detail"));
	const char *text = "the server refused";

	if (detail && detail->type == JSON_STRING)
		text = arena_cstr(arena, detail->text);
	switch (status) {
	case 400:
		return err_make(ERR_USAGE, text);
	case 404:
	case 409:
		return err_make(ERR_CONFIG, text);
	case 403:
	case 503:
		return err_make(ERR_UNREACHABLE, text);
	default:
		return err_format(arena, ERR_IO, "the server answered %ld: %s", status, text);
	}
}

struct err
admin_ask(struct arena *arena, const struct settings *settings, const char *method,
	  const char *path, struct str body, const struct json **ret_root)
{
	const char *directory = "";
	const char *socket = NULL;
	const struct json *root = NULL;
	struct buf answer;
	long status = 0;
	struct err err = OK_NONE;

	if (str_is_empty(settings->admin_socket))
		err = state_find_directory(arena, settings, &directory);
	if (!err.code)
		err = doors_socket_path(arena, settings, directory, &socket);
	if (err.code)
		return err;
	buf_init(&answer, arena, MAX_ANSWER);
	err = exchange(arena, socket, method, path, body, &answer, &status);
	if (err.code)
		return err;
	if (json_read(arena, buf_str(&answer), &answer_limits, &root, NULL).code ||
	    root->type != JSON_OBJECT)
		return err_format(arena, ERR_IO, "%s: what answers there is no partner-connect",
				  socket);
	if (status != 200)
		return err_of_problem(arena, status, root);
	*ret_root = root;
	return OK_NONE;
}
