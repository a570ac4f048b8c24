/*
 * Authorization values: nothing crashes, and what is read has one spelling only: written again, it
 * is the value that came in, but for the case of the scheme.
 */
#include "vault/auth_internal.h"

#include <sodium.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_is_one_spelling(struct str authorization, const struct basic *basic)
{
	char written[AUTH_MAX_LEN + 1];
	char text[BASIC_MAX_LEN];
	size_t len = basic->user.len + 1 + basic->password.len;
	struct str value;

	check(len <= sizeof(text));
	memcpy(text, basic->user.ptr, basic->user.len);
	text[basic->user.len] = ':';
	memcpy(text + basic->user.len + 1, basic->password.ptr, basic->password.len);
	check(str_find((struct str){ text, len }, '\0') < 0);
	check(str_find(basic->user, ':') < 0);
	check(sodium_bin2base64(written, sizeof(written), (const uint8_t *)text, len,
				sodium_base64_VARIANT_ORIGINAL) != NULL);
	check(basic_find_value(authorization, &value));
	check(str_equal(value, str_of(written)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str authorization = { (const char *)data, size };
	struct basic basic;

	if (basic_read(authorization, &basic)) {
		check_is_one_spelling(authorization, &basic);
		basic_release(&basic);
	}
	check(sodium_is_zero((const uint8_t *)&basic, sizeof(basic)));
	return 0;
}
