/**
 * From the settings smtp_url, smtp_user, mail_from and smtp_ca to a running mail queue.
 */
#ifndef PC_CLI_MAILING_H
#define PC_CLI_MAILING_H

#include "api/app.h"
#include "cli/settings.h"

struct mailing {
	bool is_set_up; /* smtp_url is given */
	struct smtp_relay relay;
};

/**
 * Checks what is set. The password comes from the environment, or from the file smtp-password of
 * $CREDENTIALS_DIRECTORY, which wins.
 *
 * ERR_CONFIG  the detail names the setting, never its value
 */
_must_use_ struct err mailing_load(struct arena *arena, const struct settings *settings,
				   struct mailing *ret_mailing);

/** A warning for what the partner config wants of mail, where there is none. */
void mailing_warn(const struct mailing *mailing, const struct partner *partner, struct log *log);

/** Starts app->mail, where it is set up. After the store, the vault and the links' public_url. */
_must_use_ struct err mailing_start(const struct mailing *mailing, struct app *app);

#endif
