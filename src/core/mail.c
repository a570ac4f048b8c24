/*
 * The rules of mail.
 */
#include "core/mail.h"

#define MINUTE_MS ((int64_t)60 * 1000)
#define HOUR_MS (60 * MINUTE_MS)

static const struct word mail_kinds[] = {
	{ "sign_up_link", MAIL_SIGN_UP_LINK },
	{ "invitation_request", MAIL_INVITATION_REQUEST },
};
const struct word_list mail_kind_words = { "mail kind", mail_kinds, ARRAY_LEN(mail_kinds) };

int64_t
mail_retry_delay_ms(int64_t n_tries)
{
	static const int64_t delays_ms[MAIL_MAX_TRIES - 1] = {
		MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, MAIL_MAX_DELAY_MS,
	};

	if (n_tries < 1 || n_tries >= MAIL_MAX_TRIES)
		return -1;
	return delays_ms[n_tries - 1];
}

bool
mail_due_decide(enum mail_kind kind, const struct mail_recent *recent, struct instant now,
		struct instant *ret_due)
{
	struct instant next = instant_add_ms(recent->latest, MAIL_PAUSE_MS);

	*ret_due = now;
	if (recent->n_waiting >= MAIL_MAX_WAITING || recent->is_same_waiting)
		return false;
	if (!instant_is_set(recent->latest) || !instant_is_before(now, next))
		return true;
	*ret_due = next;
	return kind == MAIL_INVITATION_REQUEST;
}

bool
account_is_open_to_mail(const struct known_account *account, const struct connect_policy *policy)
{
	return account->is_known && account->is_creator_verified &&
	       account->state != ACCOUNT_SUSPENDED && policy->new_user_action != NEW_USER_INVITE &&
	       policy->join_action != JOIN_CONTACT;
}
