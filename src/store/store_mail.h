/**
 * What is remembered of mail, and what a mailed link changes. Inside a job, as store.h says; strings
 * live in @arena; all may fail with ERR_STORE.
 */
#ifndef PC_STORE_STORE_MAIL_H
#define PC_STORE_STORE_MAIL_H

#include "core/mail.h"
#include "store/store.h"

struct stored_mail {
	struct str id; /* a UUID of ours; empty: there is no such mail */
	enum mail_kind kind;
	struct str recipient;
	struct str recipient_key; /* lower-cased */
	struct str subject;	  /* as text */
	struct account_id account_id;
	struct user_id user_id;
	struct connection_id connection_id;
	struct str page;	/* that a link leads to */
	struct str person;	/* the address of who asks */
	struct str person_name; /* as Databricks sent it */
	struct instant next_try;
	int64_t n_tries; /* that are over */
};

/** What waits, or was due lately, of @mail's kind and recipient; "same" is of mail->person. */
_must_use_ struct err store_load_recent_mail(struct store_tx *tx, const struct stored_mail *mail,
					     struct instant now, struct mail_recent *ret_recent);
/** How many wait; not counted past @max. */
_must_use_ struct err store_count_waiting_mail(struct store_tx *tx, int64_t max, int64_t *ret_n);
/** Due at mail->next_try. Forgets what is long over, too. */
_must_use_ struct err store_add_mail(struct store_tx *tx, const struct stored_mail *mail,
				     struct instant now);
_must_use_ struct err store_load_mail(struct store_tx *tx, struct arena *arena, struct str id,
				      struct stored_mail *ret_mail);
/** The one that is due first of those that wait. */
_must_use_ struct err store_load_first_mail(struct store_tx *tx, struct arena *arena,
					    struct stored_mail *ret_mail);
_must_use_ struct err store_note_mail_sent(struct store_tx *tx, struct str id, int64_t n_tries,
					   struct instant now);
/** @next_try unset: it is given up. */
_must_use_ struct err store_note_mail_failed(struct store_tx *tx, struct str id, int64_t n_tries,
					     struct str why, struct instant next_try);
/** All that waits is due so much later; with a negative number sooner. */
_must_use_ struct err store_shift_mail(struct store_tx *tx, int64_t by_ms);
/** What is due after @horizon is due @now. */
_must_use_ struct err store_pull_in_mail(struct store_tx *tx, struct instant now,
					 struct instant horizon);

/** Who made the account; *ret_user_id is empty when they are gone. */
_must_use_ struct err store_load_creator(struct store_tx *tx, struct arena *arena,
					 struct account_id id, struct user_id *ret_user_id,
					 struct email *ret_email);
/** Keeps the moment of the first time. */
_must_use_ struct err store_verify_email(struct store_tx *tx, struct user_id id,
					 struct instant now);
/** A user who comes in by a mailed link; ERR_CONSTRAINT: one of this address is there. */
_must_use_ struct err store_add_member(struct store_tx *tx, struct user_id id,
				       struct account_id account_id, struct str email,
				       struct str email_key, struct instant trial_expires,
				       struct instant now);
/** The account and its user of that address; is_known tells. */
_must_use_ struct err store_load_user_of(struct store_tx *tx, struct arena *arena,
					 struct account_id id, struct str email_key,
					 struct known_account *ret_account,
					 struct known_user *ret_user);

#endif
