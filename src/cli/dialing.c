/*
 * Reading test_connection_hosts and test_connection_ca.
 */
#include "cli/dialing.h"

#include "base/file.h"
#include "http/url.h"

#define CA_MAX_LEN ((size_t)16 * 1024 * 1024)

/* "HOST" is its port 443. libcurl's parser reads it, as it will when the host is dialled. */
static bool
host_read(struct arena *arena, struct str text, struct test_host *ret_host)
{
	struct url url;

	if (str_is_empty(text) || str_find(text, '/') >= 0 || str_find(text, '\\') >= 0)
		return false;
	if (url_read(arena, str_of(arena_printf(arena, "https://%.*s", STR_ARG(text))), &url).code)
		return false;
	*ret_host = (struct test_host){ url.host, url.port };
	return !str_is_empty(url.host) && url.port != 0;
}

static struct err
hosts_read(struct arena *arena, struct str list, struct app_settings *ret_settings)
{
	struct test_host *hosts;
	size_t n_max = 1;
	size_t n = 0;

	for (size_t i = 0; i < list.len; i++)
		n_max += list.ptr[i] == ',';
	hosts = arena_new_array(arena, n_max, struct test_host);
	while (list.ptr) {
		if (!host_read(arena, str_trim(str_cut(&list, ',')), &hosts[n]))
			return err_format(arena, ERR_CONFIG,
					  "test_connection_hosts: piece %zu is not HOST or "
					  "HOST:PORT",
					  n + 1);
		n++;
	}
	ret_settings->test_hosts = hosts;
	ret_settings->n_test_hosts = n;
	return OK_NONE;
}

struct err
dialing_load(struct arena *arena, const struct settings *settings,
	     struct app_settings *ret_settings)
{
	struct err err = OK_NONE;
	struct str text;

	if (!str_is_empty(settings->test_connection_hosts))
		err = hosts_read(arena, settings->test_connection_hosts, ret_settings);
	if (err.code || str_is_empty(settings->test_connection_ca))
		return err;
	if (str_is_empty(settings->test_connection_hosts))
		return err_make(ERR_CONFIG, "test_connection_ca is for the hosts of "
					    "test_connection_hosts, and there are none");
	ret_settings->test_ca_path = arena_cstr(arena, settings->test_connection_ca);
	err = file_read(arena, ret_settings->test_ca_path, CA_MAX_LEN, &text);
	if (err.code)
		return err_format(arena, ERR_CONFIG, "test_connection_ca: %s", err.detail);
	return OK_NONE;
}
