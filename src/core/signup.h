/**
 * What finishing the create-trial page means.
 *
 * Source: design section 3 (a new trial on an expired account), contract section 3
 * (require_manual_signup).
 */
#ifndef PC_CORE_SIGNUP_H
#define PC_CORE_SIGNUP_H

#include "base/err.h"
#include "core/connect.h"

struct signup_decision {
	bool begins_trial;	      /* the trial that had ended begins anew */
	struct instant trial_expires; /* of the account, or the user by trial_type; unset: never */
};

/**
 * Pure. A suspended account stays suspended; where expired_action sends people to the purchase
 * page, no launch token starts another trial.
 *
 * ERR_ACCOUNT_NOT_FOUND  the account or the user is gone
 */
_must_use_ struct err signup_decide(const struct known_account *account,
				    const struct known_user *user,
				    const struct connect_policy *policy, struct instant now,
				    struct signup_decision *ret_decision);

enum standing { STANDING_GOOD, STANDING_ENDED, STANDING_SUSPENDED };
/** What a page says about the account; the trial is the user's own where trial_type says so. */
enum standing account_standing(const struct known_account *account, const struct known_user *user,
			       const struct connect_policy *policy, struct instant now);

#endif
