/*
 * Putting the partner config and the settings together.
 */
#include "cli/partner.h"

#include "api/pages/pages.h"
#include "api/redirect.h"
#include "api/routes.h"
#include "base/file.h"
#include "cli/connectors_file.h"
#include "core/hostname.h"
#include "http/url.h"
#include "wire/wire_partner_config.h"

#define CONFIG_MAX_LEN ((size_t)1024 * 1024)

static struct err
read_config(struct arena *arena, const struct settings *settings, struct partner_config *ret_config)
{
	const char *path = arena_cstr(arena, settings->config);
	struct str text;
	struct err err;

	if (str_is_empty(settings->config))
		return err_make(ERR_USAGE, "--config is needed: the partner config, a JSON file");
	err = file_read(arena, path, CONFIG_MAX_LEN, &text);
	if (err.code)
		return err_make(ERR_CONFIG, err.detail);
	err = wire_read_partner_config(arena, text, ret_config);
	if (err.code)
		return err_format(arena, ERR_CONFIG, "%s: %s", path, err.detail);
	return OK_NONE;
}

static struct connect_policy
policy_of(const struct settings *settings, const struct partner_config *config)
{
	enum join_action join_action =
		config->new_user_action == NEW_USER_AUTO_ADD ? JOIN_ADD : JOIN_TRIAL;

	return (struct connect_policy){
		.new_user_action = config->new_user_action,
		.require_manual_signup = config->require_manual_signup,
		.trial_type = config->trial_type,
		.expired_action = settings->expired_action,
		.join_action = settings->has_join_action ? settings->join_action : join_action,
		.superseded_action = settings->superseded_action,
		.naming = settings->naming,
		.trial_days = settings->trial_days,
		.is_strict_cloud = settings->strict_cloud,
		.is_strict_resources = settings->strict_resources,
		.wants_sql_warehouse = config_has(config->resources, RESOURCE_SQL_WAREHOUSE),
		.wants_cluster = config_has(config->resources, RESOURCE_INTERACTIVE_CLUSTER),
		.uses_personal_access_token = config_has(config->auth_options, AUTH_OPTION_PAT),
	};
}

/* ---- Addresses ---- */

static struct err
url_of(struct arena *arena, const char *name, struct str text, struct url *ret_url)
{
	struct err err = url_read(arena, text, ret_url);

	if (err.code)
		return err_format(arena, ERR_CONFIG, "%s is %s", name, err.detail);
	return OK_NONE;
}

bool
partner_read_address(struct arena *arena, struct str text, struct partner_address *ret_address)
{
	ptrdiff_t colon = str_find_last(text, ':');
	int64_t port;

	if (colon <= 0 || !str_to_int64(str_slice(text, (size_t)colon + 1, text.len), &port) ||
	    port < 0 || port > UINT16_MAX)
		return false;
	ret_address->host = arena_cstr(arena, str_slice(text, 0, (size_t)colon));
	ret_address->port = (uint16_t)port;
	ret_address->is_loopback = hostname_is_loopback(str_of(ret_address->host));
	return true;
}

static struct err
find_address(struct arena *arena, const struct settings *settings, const struct url *base,
	     struct partner_address *ret_address)
{
	bool is_tls = !str_is_empty(settings->tls_cert);
	struct partner_address address = { "127.0.0.1", base->port, true };

	if (is_tls != !str_is_empty(settings->tls_key))
		return err_make(ERR_CONFIG, "tls_cert and tls_key go together: one is missing");
	if (!str_is_empty(settings->listen)) {
		if (!partner_read_address(arena, settings->listen, &address))
			return err_make(ERR_CONFIG, "listen is not HOST:PORT");
	} else if (base->is_https && !is_tls) {
		return err_make(ERR_CONFIG,
				"base_url is https: give tls_cert and tls_key, or listen where "
				"the proxy in front finds this server");
	}
	if (!is_tls && !address.is_loopback && !settings->allow_plain_http)
		return err_make(ERR_CONFIG,
				"listen is not loopback: credentials would cross the network in "
				"the clear. Give tls_cert and tls_key, or allow_plain_http behind "
				"a proxy on a private network");
	*ret_address = address;
	return OK_NONE;
}

static struct err
check_mount(const struct settings *settings)
{
	struct str mount = settings->mount;

	if (str_is_empty(mount) ||
	    (mount.ptr[0] == '/' && str_find(mount, '?') < 0 && str_find(mount, '#') < 0))
		return OK_NONE;
	return err_make(ERR_CONFIG, "mount must begin with / and have no ? or #");
}

static struct str
prefix_of(const struct settings *settings, const struct url *base)
{
	struct str prefix = str_is_empty(settings->mount) ? base->path : settings->mount;

	while (str_ends_with(prefix, STR("/")))
		prefix.len--;
	return prefix;
}

struct str
partner_public_url(struct arena *arena, const struct settings *settings,
		   const struct partner_config *config, uint16_t bound_port)
{
	struct str text =
		str_is_empty(settings->public_url) ? config->base_url : settings->public_url;
	struct url url;

	while (str_ends_with(text, STR("/")))
		text.len--;
	if (!str_is_empty(settings->public_url) || url_read(arena, text, &url).code ||
	    !hostname_is_loopback(url.host) || url.port == bound_port)
		return text;
	return str_of(arena_printf(arena, "%s://%.*s:%u%.*s", url.is_https ? "https" : "http",
				   STR_ARG(url.host), bound_port, STR_ARG(url.path)));
}

/* ---- Redirects ---- */

/* The longest address of a hosted page. */
static struct str
hosted_template(struct arena *arena, const struct settings *settings,
		const struct partner_config *config)
{
	struct str url =
		str_is_empty(settings->public_url) ? config->base_url : settings->public_url;

	return str_of(arena_printf(arena, "%.*s" LAUNCH_PATH "purchase_product?launch={launch}",
				   STR_ARG(url)));
}

static struct err
check_redirects(struct arena *arena, const struct settings *settings,
		const struct partner_config *config)
{
	struct str hosted = hosted_template(arena, settings, config);

	for (int i = 0; i < N_REDIRECT_VALUES; i++) {
		bool is_hosted = str_is_empty(settings->redirect[i]);
		struct str target = is_hosted ? hosted : settings->redirect[i];
		struct err err = redirect_check_template(arena, target, config);

		if (err.code && is_hosted)
			return err_format(arena, ERR_CONFIG, "%s, where the hosted pages are, %s",
					  str_is_empty(settings->public_url) ? "base_url"
									     : "public_url",
					  err.detail);
		if (err.code)
			return err_format(arena, ERR_CONFIG, "redirect_%.*s %s",
					  STR_ARG(word_of(&redirect_value_words, i)), err.detail);
	}
	if (config_wants_oauth_redirect(config) && str_is_empty(settings->oauth_redirect_uri))
		return err_make(ERR_CONFIG, "oauth_redirect_uri is needed: the partner config has "
					    "AUTH_OAUTH_U2M and no published app");
	return OK_NONE;
}

/* "a.example, b.example" as lower-cased pieces. */
static void
split_domains(struct arena *arena, struct str list, struct app_settings *ret_settings)
{
	size_t n_max = 1;
	struct str *domains;

	if (str_is_empty(list))
		return;
	for (size_t i = 0; i < list.len; i++)
		n_max += list.ptr[i] == ',';
	domains = arena_new_array(arena, n_max, struct str);
	while (list.ptr) {
		struct str domain = arena_str_lower(arena, str_trim(str_cut(&list, ',')));

		if (!str_is_empty(domain))
			domains[ret_settings->n_public_mail_domains++] = domain;
	}
	ret_settings->public_mail_domains = domains;
}

struct err
partner_load(const struct settings *settings, struct partner *partner,
	     struct partner_address *ret_address)
{
	struct arena *arena = partner->arena;
	struct url base;
	struct url public_url;
	struct err err;

	err = read_config(arena, settings, &partner->config);
	if (!err.code)
		err = url_of(arena, "base_url", partner->config.base_url, &base);
	if (!err.code && !str_is_empty(settings->public_url))
		err = url_of(arena, "public_url", settings->public_url, &public_url);
	if (!err.code)
		err = find_address(arena, settings, &base, ret_address);
	if (!err.code)
		err = check_mount(settings);
	if (!err.code)
		err = check_redirects(arena, settings, &partner->config);
	if (!err.code && !str_is_empty(settings->connectors))
		err = connectors_file_read(arena, arena_cstr(arena, settings->connectors),
					   &partner->connectors, &partner->n_connectors);
	if (err.code)
		return err;
	partner->policy = policy_of(settings, &partner->config);
	partner->settings.test_hooks = settings->test_hooks;
	partner->settings.page_size = settings->page_size;
	for (int i = 0; i < N_REDIRECT_VALUES; i++)
		partner->settings.redirect_templates[i] = settings->redirect[i];
	partner->settings.oauth_redirect_uri = settings->oauth_redirect_uri;
	partner->settings.prefix = prefix_of(settings, &base);
	split_domains(arena, settings->public_mail_domains, &partner->settings);
	partner->routes = routes_new(arena, &partner->config.endpoints, partner->settings.prefix);
	return OK_NONE;
}
