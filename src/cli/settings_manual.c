/*
 * The table of settings as people read it: help, a page of docs/, a manual page.
 */
#include "cli/settings.h"

#include "cli/settings_table.h"

static bool
has_printable_default(const struct setting *setting)
{
	return setting->standard && setting->kind != SETTING_SWITCH &&
	       !str_equal(str_of(setting->standard), STR("-1"));
}

/* trial_days is --trial-days; in roff a hyphen that is to be copied is \\-. */
static void
print_flag(const struct setting *setting, const char *hyphen)
{
	(void)printf("%s%s", hyphen, hyphen);
	for (const char *c = setting->key; *c; c++) {
		if (*c == '_')
			(void)fputs(hyphen, stdout);
		else
			(void)putchar(*c);
	}
}

static void
print_variable(const struct setting *setting)
{
	(void)fputs(ENV_PREFIX, stdout);
	for (const char *c = setting->key; *c; c++)
		(void)putchar(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
}

static const char *
value_of(const struct setting *setting)
{
	return setting->kind == SETTING_SWITCH ? "[on|off]" : "VALUE";
}

static void
print_text(const struct setting *setting)
{
	(void)fputs("  ", stdout);
	if (setting->kind == SETTING_SECRET) {
		print_variable(setting);
		(void)puts(", in the environment");
	} else {
		print_flag(setting, "-");
		(void)printf(" %s\n", value_of(setting));
	}
	(void)printf("      %s", setting->help);
	if (has_printable_default(setting))
		(void)printf(" [%s]", setting->standard);
	(void)putchar('\n');
}

static void
print_markdown(const struct setting *setting)
{
	(void)printf("| `%s` | ", setting->key);
	if (setting->kind == SETTING_SWITCH)
		(void)fputs("`off`", stdout);
	else if (has_printable_default(setting))
		(void)printf("`%s`", setting->standard);
	(void)printf(" | ");
	for (const char *c = setting->help; *c; c++)
		(void)printf(*c == '|' ? "\\|" : "%c", *c);
	(void)puts(" |");
}

static void
print_roff(const struct setting *setting)
{
	(void)puts(".TP");
	(void)fputs(".B ", stdout);
	if (setting->kind == SETTING_SECRET)
		print_variable(setting);
	else
		print_flag(setting, "\\-");
	(void)printf("%s%s\n", setting->kind == SETTING_SECRET ? "" : " ",
		     setting->kind == SETTING_SECRET ? "" : value_of(setting));
	(void)fputs(setting->help, stdout);
	if (has_printable_default(setting))
		(void)printf(" [%s]", setting->standard);
	(void)putchar('\n');
}

void
settings_print(enum manual_format format)
{
	size_t n;
	const struct setting *table = settings_table(&n);

	for (size_t i = 0; i < n; i++) {
		switch (format) {
		case MANUAL_TEXT:
			print_text(&table[i]);
			break;
		case MANUAL_MARKDOWN:
			print_markdown(&table[i]);
			break;
		case MANUAL_ROFF:
			print_roff(&table[i]);
			break;
		}
	}
}
