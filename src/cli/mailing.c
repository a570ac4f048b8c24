/*
 * Setting up mail, and telling the log what becomes of it.
 */
#include "cli/mailing.h"

#include "base/file.h"
#include "cli/environment.h"

#define CA_MAX_LEN ((size_t)16 * 1024 * 1024)
#define PASSWORD_FILE_MAX_LEN ((size_t)4096)

/* ---- Settings ---- */

static struct err
read_password(struct arena *arena, const struct settings *settings, const char **ret_password)
{
	const char *directory = environment_get("CREDENTIALS_DIRECTORY");
	const char *path;
	struct str text;
	struct err err;

	*ret_password = settings->smtp_password;
	if (!directory)
		return OK_NONE;
	path = arena_printf(arena, "%s/smtp-password", directory);
	if (access(path, F_OK) != 0)
		return OK_NONE; /* systemd was given no such credential */
	err = file_read(arena, path, PASSWORD_FILE_MAX_LEN, &text);
	if (err.code)
		return err_format(arena, ERR_CONFIG, "smtp-password: %s", err.detail);
	if (str_ends_with(text, STR("\n")))
		text.len--;
	if (str_find(text, '\0') >= 0 || str_find(text, '\n') >= 0)
		return err_format(arena, ERR_CONFIG, "%s is not one line", path);
	*ret_password = arena_cstr(arena, text);
	return OK_NONE;
}

static struct err
read_login(struct arena *arena, const struct settings *settings, struct smtp_relay *relay)
{
	struct err err = read_password(arena, settings, &relay->password);

	if (err.code)
		return err;
	if (str_is_empty(settings->smtp_user) != !relay->password)
		return err_make(ERR_CONFIG, "smtp_user and PARTNER_CONNECT_SMTP_PASSWORD go "
					    "together");
	if (relay->password)
		relay->user = arena_cstr(arena, settings->smtp_user);
	return OK_NONE;
}

static struct err
read_ca(struct arena *arena, const struct settings *settings, struct smtp_relay *relay)
{
	struct str text;
	struct err err;

	if (str_is_empty(settings->smtp_ca))
		return OK_NONE;
	relay->ca_path = arena_cstr(arena, settings->smtp_ca);
	err = file_read(arena, relay->ca_path, CA_MAX_LEN, &text);
	if (err.code)
		return err_format(arena, ERR_CONFIG, "smtp_ca: %s", err.detail);
	return OK_NONE;
}

static struct err
check_no_rest(const struct settings *settings)
{
	if (!str_is_empty(settings->mail_from) || !str_is_empty(settings->smtp_user) ||
	    settings->smtp_password || !str_is_empty(settings->smtp_ca))
		return err_make(ERR_CONFIG, "mail_from, smtp_user, smtp_ca and the password are "
					    "for smtp_url, and there is none");
	return OK_NONE;
}

struct err
mailing_load(struct arena *arena, const struct settings *settings, struct mailing *ret_mailing)
{
	struct smtp_relay *relay = &ret_mailing->relay;
	struct email from;
	struct err err;

	*ret_mailing = (struct mailing){ .is_set_up = !str_is_empty(settings->smtp_url) };
	if (!ret_mailing->is_set_up)
		return check_no_rest(settings);
	if (!email_read(arena, settings->mail_from, &from))
		return err_make(ERR_CONFIG,
				"mail_from is no e-mail address; smtp_url wants one to send from");
	relay->from = from.text;
	err = read_ca(arena, settings, relay);
	if (!err.code)
		err = read_login(arena, settings, relay);
	return err.code ? err : smtp_relay_read(arena, settings->smtp_url, relay);
}

void
mailing_warn(const struct mailing *mailing, const struct partner *partner, struct log *log)
{
	if (mailing->is_set_up)
		return;
	if (partner->policy.new_user_action == NEW_USER_INVITE)
		log_warning(log, "no_mail",
			    F_CSTR("detail", "new_user_action is invite, and without smtp_url "
					     "nobody is told who asks to be let in"));
	if (partner->policy.require_manual_signup)
		log_warning(log, "no_mail",
			    F_CSTR("detail", "require_manual_signup is on, and without smtp_url "
					     "the sign-up page can send no link"));
}

/* ---- What becomes of it ---- */

static void
log_try(struct log *log, enum log_level level, const char *event, const struct mail_report *report)
{
	log_event(log, level, event,
		  F_TEXT("name", word_of(&mail_kind_words, (int)report->kind))
			  F_EMAIL("email", report->recipient) F_NUM("n", report->n_tries)
				  F_CSTR("detail", report->why));
}

static void
on_report(void *context, const struct mail_report *report)
{
	struct app *app = context;

	switch (report->what) {
	case MAIL_REPORT_SENT:
		log_try(app->log, LOG_LEVEL_INFO, "mail_sent", report);
		return;
	case MAIL_REPORT_FAILED:
		log_try(app->log, LOG_LEVEL_WARNING, "mail_failed", report);
		return;
	case MAIL_REPORT_GIVEN_UP:
		log_try(app->log, LOG_LEVEL_ERROR, "mail_given_up", report);
		return;
	case MAIL_REPORT_FULL:
		log_try(app->log, LOG_LEVEL_ERROR, "mail_queue_full", report);
		return;
	case MAIL_REPORT_FAULT:
		log_error(app->log, "mail_fault", F_CSTR("detail", report->why));
		return;
	}
}

/* As a reload left it. */
static void
fill_sender(void *context, struct arena *arena, struct message_sender *ret_sender)
{
	struct app *app = context;
	const struct partner *partner = partner_hold(&app->partner);

	*ret_sender = (struct message_sender){
		.partner = arena_str(arena, partner->config.name),
		.public_url = arena_str(arena, partner->settings.public_url),
	};
	partner_drop(&app->partner, partner);
}

struct err
mailing_start(const struct mailing *mailing, struct app *app)
{
	struct mail_options options = {
		.store = app->store,
		.vault = app->vault,
		.clock = app->clock,
		.rng = app->rng,
		.relay = mailing->relay,
		.sender = fill_sender,
		.report = on_report,
		.context = app,
	};

	if (!mailing->is_set_up)
		return OK_NONE;
	app->mail = mail_queue_new(&options);
	if (!app->mail)
		return err_make(ERR_IO, "the system gives no more threads");
	return OK_NONE;
}
