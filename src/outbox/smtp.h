/**
 * Hands one mail to the relay, on the thread that calls. libcurl is behind it: SMTP, MIME, TLS.
 *
 * Always: the relay's certificate verified, STARTTLS wanted where the relay is not on this machine
 * (or smtp_ca is set), one deadline for all of it, no proxy, no netrc.
 */
#ifndef PC_OUTBOX_SMTP_H
#define PC_OUTBOX_SMTP_H

#include "outbox/message.h"

#include <stdatomic.h>

#define SMTP_DEADLINE_MS 15000

/** Where mail goes. All strings are the caller's and outlive what uses them. */
struct smtp_relay {
	const char *url; /* smtp[s]://HOST:PORT, without more */
	bool wants_starttls;
	struct str from;
	const char *user;     /* NULL: none is asked for */
	const char *password; /* goes with user */
	const char *ca_path;  /* trusted instead of the system's authorities; NULL: the system's */
};

/**
 * Fills in url and wants_starttls (for which ca_path counts).
 *
 * ERR_CONFIG  not smtp:// or smtps://; one with a user, password, path, query or fragment. The
 *             detail names the setting, never the value: it may hold a password
 */
_must_use_ struct err smtp_relay_read(struct arena *arena, struct str url,
				      struct smtp_relay *ret_relay);

enum smtp_outcome {
	SMTP_SENT,
	SMTP_REFUSED,	 /* for good: the relay said 5xx about this mail */
	SMTP_PUT_OFF,	 /* it said 4xx, or something else */
	SMTP_NO_ADDRESS, /* its name does not resolve */
	SMTP_NO_CONNECTION,
	SMTP_TLS_FAILED,   /* no TLS, or a certificate that is not its own */
	SMTP_LOGIN_FAILED, /* of ours */
	SMTP_TIMED_OUT,
	SMTP_STOPPED, /* by us: it is no try */
};

/** Its word, for the log and the store. */
const char *smtp_outcome_name(enum smtp_outcome outcome);

/** @is_stopping  ends it within a second once it is true */
enum smtp_outcome smtp_send(const struct smtp_relay *relay, const struct message *message,
			    const atomic_bool *is_stopping);

#endif
