/**
 * A row of the table of settings, for what reads it and what prints it.
 */
#ifndef PC_CLI_SETTINGS_TABLE_H
#define PC_CLI_SETTINGS_TABLE_H

#include "core/words.h"

#define ENV_PREFIX "PARTNER_CONNECT_"

enum setting_kind {
	SETTING_TEXT,
	SETTING_NUMBER,
	SETTING_SWITCH, /* on, off, true, false */
	SETTING_WORD,
	SETTING_SECRET, /* from the environment alone */
};

struct setting {
	const char *key;
	enum setting_kind kind;
	size_t offset;
	const char *standard; /* the default; NULL: not set */
	int64_t min;
	int64_t max;
	const struct word_list *words;
	size_t has_offset; /* of a bool that says it was set; 0: none */
	const char *help;
};

/** The table of settings.c. */
const struct setting *settings_table(size_t *ret_n);

#endif
