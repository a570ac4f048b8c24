/**
 * The fields of the config files, listed: what lint checks, explain tells, init writes and
 * docs/config.md shows is these two tables.
 *
 * Source: contract section 7. The self-test partner's file is another one, of the same partner.
 */
#ifndef PC_LINT_CONFIG_FIELDS_H
#define PC_LINT_CONFIG_FIELDS_H

#include "core/words.h"

enum config_type {
	CONFIG_OBJECT,
	CONFIG_LIST,
	CONFIG_TEXT,
	CONFIG_WORD,
	CONFIG_URL,  /* absolute, no query and no fragment: something is appended to it */
	CONFIG_PAGE, /* absolute: opened as it stands */
	CONFIG_ENDPOINT,
	CONFIG_HOSTNAME,
	CONFIG_HOSTNAMES, /* several in one text, with commas */
	CONFIG_FILE,
	CONFIG_BOOL,
	CONFIG_PORT,
};

enum config_need {
	CONFIG_REQUIRED,
	CONFIG_HOOK, /* optional, but certification cases need it: `cases` */
	CONFIG_OPTIONAL,
};

struct config_field {
	const char *path; /* "endpoints.connect_path"; "hostnames[]" is each entry of the list */
	enum config_type type;
	enum config_need need;
	size_t max_len;		       /* of texts, in bytes */
	const struct word_list *words; /* of CONFIG_WORD */
	const char *alias;	       /* another name for it that public documents use; NULL */
	const char *cases;	       /* certification cases that need it; NULL */
	const char *meaning;
	const char *source;
	const char *example; /* JSON; NULL of an object whose members have theirs */
};

struct config_form {
	const char *title;
	const struct config_field *fields;
	size_t n;
};

/** The partner config: what the server and the certification take. */
extern const struct config_form certification_form;
/** {"partner": {...}}: what a workspace takes to show a self-test partner. */
extern const struct config_form self_test_form;

/** NULL: no such field. */
const struct config_field *config_field_find(const struct config_form *form, struct str path);

/** The member of the object at @parent ("" at the root) with this name; NULL: none. */
const struct config_field *config_field_member(const struct config_form *form, const char *parent,
					       struct str name);

/** True when @field is a member of the object at @parent, and then its name alone. */
bool config_field_is_in(const struct config_field *field, const char *parent,
			const char **ret_name);

/** "text", "list", "true or false", ... */
const char *config_type_name(enum config_type type);

#endif
