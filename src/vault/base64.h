/**
 * Base64 as strict as it can be: every run of bytes has one spelling.
 */
#ifndef PC_VAULT_BASE64_H
#define PC_VAULT_BASE64_H

#include "base/str.h"

enum base64_alphabet {
	BASE64_STANDARD, /* with padding */
	BASE64_URL_SAFE, /* without */
};

/** False: another character, padding that is missing or too much, spare bits, or over @size. */
_must_use_ bool base64_read(struct str text, enum base64_alphabet alphabet, void *bytes,
			    size_t size, size_t *ret_len);

#endif
