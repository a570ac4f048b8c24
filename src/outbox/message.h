/**
 * What a mail says: its fields and its two bodies, text and HTML. All that a stranger had a hand in
 * (names, addresses) is text here and cannot begin a field: see mail_field_text().
 */
#ifndef PC_OUTBOX_MESSAGE_H
#define PC_OUTBOX_MESSAGE_H

#include "store/store_mail.h"

/** Fields as they go out, each "Name: value", folded; bodies in UTF-8 with LF. */
struct message {
	struct str to; /* the envelope's */
	const char *fields[8];
	size_t n_fields;
	struct str text;
	struct str html;
};

/** Who sends, and where links lead. */
struct message_sender {
	struct str partner;    /* the vendor's name */
	struct str from;       /* an address that email_read() takes; of the relay */
	struct str public_url; /* no '/' at the end */
};

/** The subject as text; what it holds of the vendor's name is its own. */
struct str message_subject(struct arena *arena, enum mail_kind kind, struct str partner);

/** @launch_token  of a link; empty for the other kind */
void message_build(struct arena *arena, const struct message_sender *sender,
		   const struct stored_mail *mail, struct str launch_token, struct instant now,
		   struct message *ret_message);

/**
 * Text as a field's value: as it is where it is short and visible ASCII, else encoded by RFC 2047,
 * folded. Control characters are left out first.
 */
struct str mail_field_text(struct arena *arena, struct str text);
/** RFC 5322, section 3.3, in UTC. */
struct str mail_date(struct arena *arena, struct instant now);

#endif
