/*
 * Fuzz target: the partner config. What is read holds what a server relies on; a refusal says
 * where, and repeats nothing.
 */
#include "wire/wire_partner_config.h"

#include "wire/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_detail(const char *detail)
{
	check(detail && detail[0]);
	for (; *detail; detail++)
		check(*detail >= ' ' && *detail <= '~');
}

static void
check_text(struct str text, size_t limit)
{
	check(text.len <= limit && str_is_utf8(text) && str_find(text, '\0') < 0);
}

static void
check_path(struct str path)
{
	check_text(path, WIRE_MAX_URL);
	if (!str_is_empty(path))
		check(path.ptr[0] == '/' && str_find(path, '?') < 0 && str_find(path, '#') < 0);
}

static void
check_config(const struct partner_config *config)
{
	check(config->name.len > 0 && config->base_url.len > 0);
	check(config->endpoints.connect_path.len > 0);
	check_path(config->endpoints.connect_path);
	check_path(config->endpoints.delete_connection_path);
	check_path(config->endpoints.test_connection_path);
	check_path(config->endpoints.delete_account_path);
	check_path(config->endpoints.expire_account_path);
	check_path(config->endpoints.get_connectors_path);
	for (size_t i = 0; i < config->n_hostnames; i++)
		check_text(config->hostnames[i], WIRE_MAX_HOSTNAME);
	check(config->resources >> resource_type_words.n == 0);
	check(config->auth_options >> auth_option_words.n == 0);
	check(config->supported_clouds >> (CLOUD_GCP + 1) == 0);
	/* Each word has a spelling: word_of() asserts it. */
	check(word_of(&category_words, (int)config->category).len > 0);
	check(word_of(&new_user_action_words, (int)config->new_user_action).len > 0);
	check(word_of(&trial_type_words, (int)config->trial_type).len > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str text = { (const char *)data, size };
	struct partner_config config = { 0 };
	struct err err = wire_read_partner_config(arena, text, &config);

	if (err.code) {
		check(err.code == ERR_CONFIG);
		check_detail(err.detail);
		return 0;
	}
	check_config(&config);
	return 0;
}
