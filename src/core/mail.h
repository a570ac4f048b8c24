/**
 * Mail: which kinds there are, how often one may go to an address, when a failed one is tried
 * again, and who may come in by a mailed link alone. Pure.
 *
 * Source: design section 3, "Who may join".
 */
#ifndef PC_CORE_MAIL_H
#define PC_CORE_MAIL_H

#include "core/connect.h"

enum mail_kind {
	MAIL_SIGN_UP_LINK,	 /* a link that proves the address it was sent to */
	MAIL_INVITATION_REQUEST, /* to who made the account: somebody asks to be let in */
};
extern const struct word_list mail_kind_words;

/** Tries of one mail, the first one with them. */
#define MAIL_MAX_TRIES 6
/** At most this long lies between two tries. */
#define MAIL_MAX_DELAY_MS ((int64_t)12 * 60 * 60 * 1000)
/** How long the next try waits after @n_tries that failed; -1: it is given up. */
int64_t mail_retry_delay_ms(int64_t n_tries);

/** One mail of a kind to an address in this time. */
#define MAIL_PAUSE_MS ((int64_t)5 * 60 * 1000)
/** So many of one kind may wait for one address. */
#define MAIL_MAX_WAITING 20

/** What was sent, or waits, of one kind and to one address. */
struct mail_recent {
	struct instant latest; /* when the latest was due first; unset: none lately */
	int64_t n_waiting;
	bool is_same_waiting; /* about the same person */
};
/**
 * When a new mail is due first. False: it is not sent. A link that was asked for again a moment
 * later is there already; a request to be let in is of another person and only waits.
 */
bool mail_due_decide(enum mail_kind kind, const struct mail_recent *recent, struct instant now,
		     struct instant *ret_due);

/**
 * Who has proved an address of the account may join it without a connection of their own: the
 * vendor leaves it to no administrator, and the account belongs to who proved its address too.
 */
bool account_is_open_to_mail(const struct known_account *account,
			     const struct connect_policy *policy);

#endif
