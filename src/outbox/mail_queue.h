/**
 * Mail on its way: kept in the store with the change that it tells of, sent by one thread.
 *
 * At least once: one that the relay took just before a crash goes out again, with the same
 * Message-ID. A link's token is made when it is sent and stands nowhere else. Nobody waits for mail.
 */
#ifndef PC_OUTBOX_MAIL_QUEUE_H
#define PC_OUTBOX_MAIL_QUEUE_H

#include "base/rng.h"
#include "outbox/smtp.h"
#include "vault/vault.h"

struct mail_queue;

/** What became of a try; strings live during the call. */
struct mail_report {
	enum {
		MAIL_REPORT_SENT,
		MAIL_REPORT_FAILED,   /* it is tried again */
		MAIL_REPORT_GIVEN_UP, /* it is kept, and not tried again */
		MAIL_REPORT_FULL,     /* too much waits: it was not taken */
		MAIL_REPORT_FAULT,    /* the store is not there: `why` is its detail */
	} what;
	enum mail_kind kind;
	struct str recipient;
	int64_t n_tries;
	const char *why;
};

/** All that it points to outlives the queue. */
struct mail_options {
	struct store *store;
	struct vault *vault;
	struct clock *clock;
	struct rng *rng;
	struct smtp_relay relay;
	/* What the sender is called now, for a reload changes it; strings go into @arena. On any
	 * thread. */
	void (*sender)(void *context, struct arena *arena, struct message_sender *ret_sender);
	/* On a thread of ours, or the store's. */
	void (*report)(void *context, const struct mail_report *report);
	void *context;
};

/** NULL: the system gives no more threads. */
struct mail_queue *mail_queue_new(const struct mail_options *options);
/** Ends the transfer that runs, within a second; what waits goes on at the next start. */
void mail_queue_free(struct mail_queue *queue);

/** A mail to be sent. What is empty is left out. */
struct mail_order {
	enum mail_kind kind;
	struct email recipient; /* text and key */
	struct account_id account_id;
	struct user_id user_id; /* of a link: empty: who opens it joins the account */
	struct connection_id connection_id;
	struct str page; /* of a link: "create_trial" or "sign_in" */
	struct str person;
	struct str person_name;
};

/**
 * Inside a job, in the transaction of the change. One that core/mail.h puts off or drops is no
 * error. ERR_STORE.
 */
_must_use_ struct err mail_enqueue(struct mail_queue *queue, struct store_tx *tx,
				   struct arena *arena, const struct mail_order *order);

#endif
