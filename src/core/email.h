/**
 * E-mail addresses and domains: who is one company, who may be touched by a test hook.
 *
 * Rules: CONNECT-20, CONNECT-21, ACCOUNT-2 (docs/rules.md)
 */
#ifndef PC_CORE_EMAIL_H
#define PC_CORE_EMAIL_H

#include "base/arena.h"

struct email {
	struct str text;   /* as it was sent */
	struct str key;	   /* lower-cased: two addresses are one when their keys are equal */
	struct str domain; /* lower-cased */
};

/**
 * One dot-atom local part of at most 64 bytes, one '@', a domain of LDH labels; at most 254 bytes.
 * No quoted local part, no comment, no address literal.
 */
_must_use_ bool email_read(struct arena *arena, struct str text, struct email *ret_email);

/** Labels of letters, digits and inner hyphens, 1 to 63 bytes each, no trailing dot; 253 bytes. */
bool domain_is_valid(struct str domain);

/** @domain is @parent or ends in "." + @parent; letters compare without case. */
bool domain_is_within(struct str domain, struct str parent);

/** databricks-test.com, databricks-demo.com and their sub-domains. */
bool domain_is_for_tests(struct str domain);

/** A provider where strangers share the domain, of our list or of @more (lower-cased). */
bool domain_is_public_mail(struct str domain, const struct str *more, size_t n_more);

/** The account key: the domain, or the whole address at a public mail provider. */
struct str email_account_key(const struct email *email, const struct str *more_public,
			     size_t n_more_public);

#endif
