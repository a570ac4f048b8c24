/*
 * Reading e-mail addresses, and what a domain means to us.
 */
#include "core/email.h"

#define EMAIL_MAX_LEN ((size_t)254)
#define LOCAL_PART_MAX_LEN ((size_t)64)
#define DOMAIN_MAX_LEN ((size_t)253)
#define LABEL_MAX_LEN ((size_t)63)

/* Where anybody can get an address: strangers there share nothing. Settings can add to it. */
static const char *const public_mail_domains[] = {
	"126.com",	  "163.com",	    "aol.com",	     "att.net",	       "bluewin.ch",
	"btinternet.com", "comcast.net",    "cox.net",	     "duck.com",       "email.com",
	"fastmail.com",	  "fastmail.fm",    "free.fr",	     "freenet.de",     "gmail.com",
	"gmx.at",	  "gmx.ch",	    "gmx.com",	     "gmx.de",	       "gmx.net",
	"googlemail.com", "hey.com",	    "hotmail.co.uk", "hotmail.com",    "hotmail.de",
	"hotmail.es",	  "hotmail.fr",	    "hotmail.it",    "hushmail.com",   "icloud.com",
	"inbox.com",	  "laposte.net",    "libero.it",     "live.co.uk",     "live.com",
	"live.fr",	  "live.nl",	    "mac.com",	     "mail.com",       "mail.ru",
	"mailbox.org",	  "me.com",	    "msn.com",	     "naver.com",      "orange.fr",
	"outlook.com",	  "outlook.de",	    "outlook.fr",    "pm.me",	       "posteo.de",
	"proton.me",	  "protonmail.com", "qq.com",	     "rediffmail.com", "rocketmail.com",
	"sina.com",	  "t-online.de",    "tutanota.com",  "uol.com.br",     "verizon.net",
	"web.de",	  "wp.pl",	    "yahoo.ca",	     "yahoo.co.in",    "yahoo.co.jp",
	"yahoo.co.uk",	  "yahoo.com",	    "yahoo.com.br",  "yahoo.de",       "yahoo.es",
	"yahoo.fr",	  "yahoo.it",	    "yandex.com",    "yandex.ru",      "ymail.com",
	"zoho.com",
};

static bool
is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 5322 atext: what stands in a dot-atom between the dots. */
static bool
is_atext(char c)
{
	return is_alphanumeric(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool
local_part_is_valid(struct str local)
{
	if (local.len == 0 || local.len > LOCAL_PART_MAX_LEN)
		return false;
	while (local.ptr) {
		struct str atom = str_cut(&local, '.');

		if (atom.len == 0)
			return false;
		for (size_t i = 0; i < atom.len; i++) {
			if (!is_atext(atom.ptr[i]))
				return false;
		}
	}
	return true;
}

static bool
label_is_valid(struct str label)
{
	if (label.len == 0 || label.len > LABEL_MAX_LEN)
		return false;
	if (label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
		return false;
	for (size_t i = 0; i < label.len; i++) {
		if (!is_alphanumeric(label.ptr[i]) && label.ptr[i] != '-')
			return false;
	}
	return true;
}

bool
domain_is_valid(struct str domain)
{
	if (domain.len == 0 || domain.len > DOMAIN_MAX_LEN)
		return false;
	while (domain.ptr) {
		if (!label_is_valid(str_cut(&domain, '.')))
			return false;
	}
	return true;
}

bool
email_read(struct arena *arena, struct str text, struct email *ret_email)
{
	ptrdiff_t at = str_find(text, '@');
	struct str key;

	if (at < 0 || text.len > EMAIL_MAX_LEN)
		return false;
	if (!local_part_is_valid(str_slice(text, 0, (size_t)at)) ||
	    !domain_is_valid(str_slice(text, (size_t)at + 1, text.len)))
		return false;
	key = arena_str_lower(arena, text);
	*ret_email = (struct email){
		.text = text,
		.key = key,
		.domain = str_slice(key, (size_t)at + 1, key.len),
	};
	return true;
}

bool
domain_is_within(struct str domain, struct str parent)
{
	size_t from = domain.len - parent.len;

	if (domain.len < parent.len || !domain_is_valid(domain))
		return false;
	if (!str_equal_ascii_nocase(str_slice(domain, from, parent.len), parent))
		return false;
	return from == 0 || domain.ptr[from - 1] == '.';
}

bool
domain_is_for_tests(struct str domain)
{
	return domain_is_within(domain, STR("databricks-test.com")) ||
	       domain_is_within(domain, STR("databricks-demo.com"));
}

bool
domain_is_public_mail(struct str domain, const struct str *more, size_t n_more)
{
	for (size_t i = 0; i < n_more; i++) {
		if (str_equal(domain, more[i]))
			return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(public_mail_domains); i++) {
		if (str_equal(domain, str_of(public_mail_domains[i])))
			return true;
	}
	return false;
}

struct str
email_account_key(const struct email *email, const struct str *more_public, size_t n_more_public)
{
	return domain_is_public_mail(email->domain, more_public, n_more_public) ? email->key
										: email->domain;
}
