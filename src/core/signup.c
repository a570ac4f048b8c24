/*
 * Signing up.
 */
#include "core/signup.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

static bool
trial_has_ended(const struct known_account *account, const struct known_user *user,
		enum trial_type trial_type, struct instant now)
{
	struct instant expires =
		trial_type == TRIAL_TYPE_USER ? user->trial_expires : account->trial_expires;

	if (account->state == ACCOUNT_EXPIRED)
		return true;
	return account->state == ACCOUNT_TRIAL && instant_is_set(expires) &&
	       !instant_is_before(now, expires);
}

struct err
signup_decide(const struct known_account *account, const struct known_user *user,
	      const struct connect_policy *policy, struct instant now,
	      struct signup_decision *ret_decision)
{
	*ret_decision = (struct signup_decision){ 0 };
	if (!account->is_known || !user->is_known)
		return err_make(ERR_ACCOUNT_NOT_FOUND, NULL);
	if (policy->expired_action != EXPIRED_CREATE_TRIAL ||
	    !trial_has_ended(account, user, policy->trial_type, now))
		return OK_NONE;
	ret_decision->begins_trial = true;
	if (policy->trial_days > 0)
		ret_decision->trial_expires = instant_add_ms(now, policy->trial_days * DAY_MS);
	return OK_NONE;
}

enum standing
account_standing(const struct known_account *account, const struct known_user *user,
		 const struct connect_policy *policy, struct instant now)
{
	if (account->state == ACCOUNT_SUSPENDED)
		return STANDING_SUSPENDED;
	return trial_has_ended(account, user, policy->trial_type, now) ? STANDING_ENDED
								       : STANDING_GOOD;
}
