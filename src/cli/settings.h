/**
 * Settings: one table of keys (settings.c) makes flags, environment variables and file keys, and
 * the text of --help. A flag wins over the environment, the environment over the file, the file
 * over the default. A key that is unknown, or a value that does not fit, is an error that names
 * where it stands.
 *
 *	flag   --trial-days 14
 *	env    PARTNER_CONNECT_TRIAL_DAYS=14
 *	file   trial_days = 14        (INI: lines of key = value, in no section or in [serve])
 */
#ifndef PC_CLI_SETTINGS_H
#define PC_CLI_SETTINGS_H

#include "base/err.h"
#include "core/words.h"

struct settings {
	struct str config; /* paths and texts; empty: not set */
	struct str settings;
	struct str listen;
	struct str state_dir;
	struct str admin_socket;
	struct str admin_listen;
	struct str store;
	struct str ready_file;
	int64_t ready_fd; /* -1: none */
	struct str tls_cert;
	struct str tls_key;
	bool allow_plain_http;
	struct str public_url;
	struct str mount;
	struct str key_file;
	char *key; /* the environment's only; wiped there */

	struct str connectors;
	int64_t page_size;
	bool test_hooks;
	bool strict_cloud;
	bool strict_resources;
	int64_t trial_days;
	enum expired_action expired_action;
	bool has_join_action;
	enum join_action join_action;
	enum superseded_action superseded_action;
	enum naming naming;
	struct str public_mail_domains; /* comma-separated */
	struct str redirect[N_REDIRECT_VALUES];
	struct str oauth_redirect_uri;
	struct str test_connection_hosts; /* comma-separated */
	struct str test_connection_ca;
	struct str brand_color;

	struct str smtp_url;
	struct str smtp_user;
	char *smtp_password; /* the environment's only; wiped there */
	struct str smtp_ca;
	struct str mail_from;

	int64_t store_cache_mib;
	int64_t max_connections;
	struct str log_format; /* json, text or auto */
	struct str log_level;

	bool wants_help;
};

/**
 * Reads flags (argv[0] is the subcommand), environment and the file that `settings` names.
 * Strings live in the arena. What held a secret in the environment is overwritten.
 *
 * ERR_USAGE  an unknown flag or a stray argument
 * ERR_CONFIG an unknown key, or a value that does not fit; the detail says of where
 */
_must_use_ struct err settings_read(struct arena *arena, int argc, char **argv,
				    struct settings *ret_settings);

enum manual_format { MANUAL_TEXT, MANUAL_MARKDOWN, MANUAL_ROFF };

/** The table on standard output: for --help, for docs/settings.md, for the manual page. */
void settings_print(enum manual_format format);

#endif
