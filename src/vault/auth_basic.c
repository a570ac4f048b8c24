/*
 * Reading an Authorization value. Strict: every user and password has one spelling, but for the
 * case of the scheme. What is not understood is refused, never repaired.
 */
#include "vault/auth_internal.h"

#include "vault/base64.h"

bool
basic_find_value(struct str authorization, struct str *ret_value)
{
	struct str scheme = STR("Basic ");

	if (authorization.len > AUTH_MAX_LEN || authorization.len <= scheme.len ||
	    !str_equal_ascii_nocase(str_slice(authorization, 0, scheme.len), scheme))
		return false;
	*ret_value = str_slice(authorization, scheme.len, authorization.len - scheme.len);
	return true;
}

static bool
has_control_byte(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c < 0x20 || c == 0x7f)
			return true;
	}
	return false;
}

static bool
read_into(struct str authorization, struct basic *basic)
{
	struct str text = { basic->text, 0 };
	struct str value;
	ptrdiff_t colon;

	if (!basic_find_value(authorization, &value) ||
	    !base64_read(value, BASE64_STANDARD, basic->text, sizeof(basic->text), &text.len))
		return false;
	colon = str_find(text, ':');
	if (colon < 0 || has_control_byte(text))
		return false;
	basic->user = str_slice(text, 0, (size_t)colon);
	basic->password = str_slice(text, (size_t)colon + 1, text.len - (size_t)colon - 1);
	return true;
}

bool
basic_read(struct str authorization, struct basic *ret_basic)
{
	bool is_read = read_into(authorization, ret_basic);

	if (!is_read)
		basic_release(ret_basic); /* half a password may be in it */
	return is_read;
}

void
basic_release(struct basic *basic)
{
	explicit_bzero(basic, sizeof(*basic));
}
