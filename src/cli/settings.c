/*
 * The table of settings and the three places they come from.
 */
#include "cli/settings.h"

#include "base/buf.h"
#include "cli/environment.h"
#include "cli/settings_table.h"

#include <getopt.h>
#include <ini.h>

#define AT(member) offsetof(struct settings, member)
#define TEXT(key, member, standard, help)                                                          \
	{                                                                                          \
		key, SETTING_TEXT, AT(member), standard, 0, 0, NULL, 0, help                       \
	}
#define NUMBER(key, member, standard, min, max, help)                                              \
	{                                                                                          \
		key, SETTING_NUMBER, AT(member), standard, min, max, NULL, 0, help                 \
	}
#define SWITCH(key, member, help)                                                                  \
	{                                                                                          \
		key, SETTING_SWITCH, AT(member), "off", 0, 0, NULL, 0, help                        \
	}
#define WORD(key, member, standard, list, has, help)                                               \
	{                                                                                          \
		key, SETTING_WORD, AT(member), standard, 0, 0, &(list), has, help                  \
	}

static const struct setting table[] = {
	TEXT("config", config, NULL, "the partner config (JSON); needed"),
	TEXT("settings", settings, NULL, "a file of these settings"),
	TEXT("listen", listen, NULL,
	     "HOST:PORT; 127.0.0.1 and the port of base_url; port 0 picks one"),
	TEXT("state_dir", state_dir, NULL,
	     "where the database, the key and the first credential live; "
	     "$STATE_DIRECTORY, else ~/.local/state/partner-connect"),
	TEXT("admin_socket", admin_socket, NULL,
	     "the socket of the commands account, audit, connection and credential; admin.sock in "
	     "the state directory"),
	TEXT("admin_listen", admin_listen, NULL,
	     "HOST:PORT of /healthz, /readyz and /metrics; they are on the socket, too"),
	TEXT("store", store, NULL, "sqlite:FILE; partner.db in the state directory"),
	TEXT("ready_file", ready_file, NULL,
	     "written when ready: one JSON line with the addresses"),
	NUMBER("ready_fd", ready_fd, "-1", -1, 1023, "the same line to this descriptor"),
	TEXT("tls_cert", tls_cert, NULL, "PEM certificate chain: serves https; goes with tls_key"),
	TEXT("tls_key", tls_key, NULL, "PEM private key"),
	SWITCH("allow_plain_http", allow_plain_http,
	       "listen without TLS off loopback, for a proxy on a private network"),
	TEXT("public_url", public_url, NULL, "what links begin with; base_url"),
	TEXT("mount", mount, NULL,
	     "the path prefix here when a proxy strips the path of base_url; \"/\" for none"),
	TEXT("key_file", key_file, NULL,
	     "the key-encryption key: 64 hex digits, mode 0400; "
	     "$CREDENTIALS_DIRECTORY/key wins, `key` in the state directory comes last"),
	{ "key", SETTING_SECRET, AT(key), NULL, 0, 0, NULL, 0,
	  "the same, from the environment alone; overwritten after reading" },

	TEXT("connectors", connectors, NULL,
	     "CSV or JSON of the connectors: identifier,name,type,description"),
	NUMBER("page_size", page_size, "100", 1, 1000, "connectors a page"),
	SWITCH("test_hooks", test_hooks,
	       "serve delete-account and expire-account, for the test domains"),
	SWITCH("strict_cloud", strict_cloud, "a sign-in from another cloud: connection_not_found"),
	SWITCH("strict_resources", strict_resources,
	       "refuse a connect whose resources do not fit resources_to_provision"),
	NUMBER("trial_days", trial_days, "0", 0, 36500, "length of a trial; 0 never ends"),
	WORD("expired_action", expired_action, "purchase_product", expired_action_words, 0,
	     "where an expired account is sent: purchase_product or create_trial"),
	WORD("join_action", join_action, NULL, join_action_words, AT(has_join_action),
	     "a new user of a known account connects: add, trial, contact or verified; "
	     "add under new_user_action auto_add, else trial"),
	WORD("superseded_action", superseded_action, "keep", superseded_action_words, 0,
	     "the connection before a new one of the same workspace: keep or delete"),
	WORD("naming", naming, "workspace_id", naming_words, 0,
	     "names of connections: workspace_id, counter, workspace_name or ask"),
	TEXT("public_mail_domains", public_mail_domains, NULL,
	     "more mail providers whose users share no account; comma-separated"),
	TEXT("redirect_create_trial", redirect[REDIRECT_CREATE_TRIAL], NULL,
	     "your page instead of the hosted one; {launch} {connection_id} {locale} are filled "
	     "in"),
	TEXT("redirect_purchase_product", redirect[REDIRECT_PURCHASE_PRODUCT], NULL, "the same"),
	TEXT("redirect_sign_in", redirect[REDIRECT_SIGN_IN], NULL, "the same"),
	TEXT("redirect_contact_admin", redirect[REDIRECT_CONTACT_ADMIN], NULL, "the same"),
	TEXT("redirect_not_applicable", redirect[REDIRECT_NOT_APPLICABLE], NULL, "the same"),
	TEXT("oauth_redirect_uri", oauth_redirect_uri, NULL,
	     "needed with AUTH_OAUTH_U2M of an app that is not published"),
	TEXT("test_connection_hosts", test_connection_hosts, NULL,
	     "hosts that test-connection may dial beyond Databricks' own, wherever their address "
	     "is: HOST or HOST:PORT, comma-separated"),
	TEXT("test_connection_ca", test_connection_ca, NULL,
	     "PEM certificates that those hosts are trusted by, instead of the system's"),
	TEXT("brand_color", brand_color, "#2f5d8a",
	     "#rrggbb: buttons and links of the hosted pages; shades are chosen to be readable"),

	TEXT("smtp_url", smtp_url, NULL,
	     "smtp://HOST[:PORT] (STARTTLS, but on loopback) or smtps://HOST[:PORT]: where sign-up "
	     "links and invitation requests go out; goes with mail_from"),
	TEXT("mail_from", mail_from, NULL, "the address that mail comes from"),
	TEXT("smtp_user", smtp_user, NULL, "who we are to the mail server; with a password only"),
	{ "smtp_password", SETTING_SECRET, AT(smtp_password), NULL, 0, 0, NULL, 0,
	  "from the environment alone, overwritten after reading; the credential smtp-password in "
	  "$CREDENTIALS_DIRECTORY wins" },
	TEXT("smtp_ca", smtp_ca, NULL,
	     "PEM certificates that the mail server is trusted by, instead of the system's; with "
	     "them STARTTLS on loopback too"),

	NUMBER("store_cache_mib", store_cache_mib, "1024", 1, 1048576,
	       "upper bound of the database's page cache"),
	NUMBER("max_connections", max_connections, "1024", 2, 100000, "open connections"),
	TEXT("log_format", log_format, "auto", "json, text, or auto: text on a terminal"),
	TEXT("log_level", log_level, "info", "debug, info, warning or error"),
};

/* ---- One value ---- */

static bool
switch_read(struct str text, bool *ret_value)
{
	if (str_equal(text, STR("on")) || str_equal(text, STR("true"))) {
		*ret_value = true;
		return true;
	}
	*ret_value = false;
	return str_equal(text, STR("off")) || str_equal(text, STR("false"));
}

static struct err
number_read(struct arena *arena, const struct setting *setting, const char *origin, struct str text,
	    void *place)
{
	int64_t number;

	if (!str_to_int64(text, &number) || number < setting->min || number > setting->max)
		return err_format(arena, ERR_CONFIG, "%s: %s is not a number from %lld to %lld",
				  origin, setting->key, (long long)setting->min,
				  (long long)setting->max);
	*(int64_t *)place = number;
	return OK_NONE;
}

static struct err
word_read(struct arena *arena, const struct setting *setting, const char *origin, struct str text,
	  void *place)
{
	struct buf buf;

	if (word_find(setting->words, text, place))
		return OK_NONE;
	buf_init(&buf, arena, 400);
	for (size_t i = 0; i < setting->words->n; i++)
		buf_addf(&buf, "%s %s", i ? "," : "", setting->words->words[i].text);
	return err_format(arena, ERR_CONFIG, "%s: %s is none of%s", origin, setting->key,
			  buf_cstr(&buf));
}

/* @origin says where the value stands: a flag, a variable, a line of a file. */
static struct err
setting_take(struct arena *arena, const struct setting *setting, const char *origin,
	     struct str text, struct settings *settings)
{
	char *place = (char *)settings + setting->offset;
	struct err err = OK_NONE;

	switch (setting->kind) {
	case SETTING_TEXT:
		*(struct str *)(void *)place = arena_str(arena, text);
		break;
	case SETTING_NUMBER:
		err = number_read(arena, setting, origin, text, place);
		break;
	case SETTING_SWITCH:
		if (!switch_read(text, (bool *)place))
			err = err_format(arena, ERR_CONFIG, "%s: %s is neither on nor off", origin,
					 setting->key);
		break;
	case SETTING_WORD:
		err = word_read(arena, setting, origin, text, place);
		break;
	case SETTING_SECRET:
		err = err_format(arena, ERR_CONFIG, "%s: %s comes from the environment alone",
				 origin, setting->key);
		break;
	}
	if (!err.code && setting->has_offset)
		*(bool *)((char *)settings + setting->has_offset) = true;
	return err;
}

static const struct setting *
setting_find(struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (str_equal(str_of(table[i].key), key))
			return &table[i];
	}
	return NULL;
}

/* ---- Defaults ---- */

static struct err
read_defaults(struct arena *arena, struct settings *settings)
{
	*settings = (struct settings){ 0 };
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct err err;

		if (!table[i].standard)
			continue;
		err = setting_take(arena, &table[i], "default", str_of(table[i].standard),
				   settings);
		if (err.code)
			return err;
	}
	return OK_NONE;
}

/* ---- The file ---- */

struct file_reader {
	struct arena *arena;
	const char *path;
	struct settings *settings;
	struct err err;
	bool is_seen[ARRAY_LEN(table)];
};

static int
take_line(void *arg, const char *section, const char *key, const char *value)
{
	struct file_reader *reader = arg;
	const struct setting *setting = setting_find(str_of(key));

	if (reader->err.code)
		return 1;
	if (section[0] != '\0' && !str_equal(str_of(section), STR("serve")))
		reader->err = err_format(reader->arena, ERR_CONFIG,
					 "%s: [%s] is no section of ours", reader->path, section);
	else if (!setting)
		reader->err = err_format(reader->arena, ERR_CONFIG, "%s: %s is no setting",
					 reader->path, key);
	else if (reader->is_seen[setting - table])
		/* An indented line comes as a second value of the key above it. */
		reader->err = err_format(reader->arena, ERR_CONFIG,
					 "%s: %s stands twice, or goes on in a second line",
					 reader->path, key);
	else
		reader->err = setting_take(reader->arena, setting, reader->path, str_of(value),
					   reader->settings);
	if (setting)
		reader->is_seen[setting - table] = true;
	return 1;
}

static struct err
read_file(struct arena *arena, struct str path, struct settings *settings)
{
	struct file_reader reader = {
		.arena = arena,
		.path = arena_cstr(arena, path),
		.settings = settings,
	};
	int line;

	ini_max_line = 4096; /* a redirect template is longer than the library's 200 */
	line = ini_parse(reader.path, take_line, &reader);
	if (line < 0)
		return err_errno(arena, ERR_CONFIG, reader.path);
	if (reader.err.code)
		return reader.err;
	if (line > 0)
		return err_format(arena, ERR_CONFIG, "%s: line %d is not key = value", reader.path,
				  line);
	return OK_NONE;
}

/* ---- The environment ---- */

static const char *
env_name(struct arena *arena, const struct setting *setting)
{
	char *name = arena_cstr(arena, str_of(arena_printf(arena, ENV_PREFIX "%s", setting->key)));

	for (char *c = name; *c; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	}
	return name;
}

static struct err
read_environment(struct arena *arena, struct settings *settings)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const char *name = env_name(arena, &table[i]);
		const char *value;
		struct err err;

		if (table[i].kind == SETTING_SECRET) {
			char **secret = (char **)(void *)((char *)settings + table[i].offset);

			*secret = environment_take(arena, name);
			continue;
		}
		value = environment_get(name);
		if (!value)
			continue;
		err = setting_take(arena, &table[i], name, str_of(value), settings);
		if (err.code)
			return err;
	}
	return OK_NONE;
}

/* ---- Flags ---- */

#define FLAG_HELP 'h'
#define FLAG_FIRST 1000 /* long flags are FLAG_FIRST + their row */

/* trial_days is --trial-days. A switch may stand alone: then it is on. */
static struct option *
make_options(struct arena *arena)
{
	struct option *options = arena_new_array(arena, ARRAY_LEN(table) + 2, struct option);

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		char *name = arena_cstr(arena, str_of(table[i].key));

		for (char *c = name; *c; c++) {
			if (*c == '_')
				*c = '-';
		}
		options[i] = (struct option){
			.name = name,
			.has_arg = table[i].kind == SETTING_SWITCH ? optional_argument
								   : required_argument,
			.val = FLAG_FIRST + (int)i,
		};
	}
	options[ARRAY_LEN(table)] = (struct option){ .name = "help", .val = FLAG_HELP };
	return options;
}

static struct err
take_flag(struct arena *arena, const struct option *option, int flag, struct settings *settings)
{
	const struct setting *setting = &table[flag - FLAG_FIRST];
	struct str value = optarg ? str_of(optarg) : STR("on");

	return setting_take(arena, setting, arena_printf(arena, "--%s", option->name), value,
			    settings);
}

/* The flag without its value: that may be a secret, meant for another flag. */
static struct err
bad_flag(struct arena *arena, const char *flag, const char *what)
{
	struct str rest = str_of(flag);
	struct str name = str_cut(&rest, '=');

	return err_format(arena, ERR_USAGE, "%.*s: %s", STR_ARG(name), what);
}

static struct err
read_flags(struct arena *arena, int argc, char **argv, struct settings *settings)
{
	struct option *options = make_options(arena);
	int flag;

	optind = 1;
	opterr = 0;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread, before the others start */
	while ((flag = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		struct err err = OK_NONE;

		if (flag == FLAG_HELP)
			settings->wants_help = true;
		else if (flag >= FLAG_FIRST)
			err = take_flag(arena, &options[flag - FLAG_FIRST], flag, settings);
		else
			err = bad_flag(arena, argv[optind - 1],
				       flag == ':' ? "a value is missing" : "no such flag");
		if (err.code)
			return err;
	}
	if (optind < argc)
		return err_format(arena, ERR_USAGE, "%s: nothing is expected here", argv[optind]);
	return OK_NONE;
}

struct err
settings_read(struct arena *arena, int argc, char **argv, struct settings *ret_settings)
{
	struct settings *settings = arena_new(arena, struct settings);
	struct err err;

	/* Twice: the first time for --settings alone, whose file the flags then win over. */
	err = read_defaults(arena, settings);
	if (!err.code && environment_get(ENV_PREFIX "SETTINGS"))
		settings->settings = str_of(environment_get(ENV_PREFIX "SETTINGS"));
	if (!err.code)
		err = read_flags(arena, argc, argv, settings);
	if (err.code || settings->wants_help) {
		*ret_settings = *settings;
		return err;
	}
	if (!str_is_empty(settings->settings)) {
		struct str path = settings->settings;

		err = read_defaults(arena, settings);
		if (!err.code)
			err = read_file(arena, path, settings);
	}
	if (!err.code)
		err = read_environment(arena, settings);
	if (!err.code)
		err = read_flags(arena, argc, argv, settings);
	if (!err.code)
		*ret_settings = *settings;
	return err;
}

const struct setting *
settings_table(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(table);
	return table;
}
