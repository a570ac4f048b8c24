/**
 * JSON objects to and from structs, by a table of fields. Every shape of the API is such a table.
 *
 * Reading: a field that the table does not name is let pass whatever it holds; null is "absent";
 * a required field that is absent, a wrong type, a value past its limit or outside its words gives
 * ERR_BAD_REQUEST with the field's JSON path, never its value. Writing leaves out what is empty and
 * not required.
 *
 * Rules: CONNECT-21, TRANSPORT-1, TRANSPORT-2, ERROR-3
 */
#ifndef PC_WIRE_FIELDS_H
#define PC_WIRE_FIELDS_H

#include "base/json.h"
#include "core/words.h"

enum wire_type {
	WIRE_STRING, /* struct str, borrowed from the JSON */
	WIRE_INT64,  /* int64_t, or a one-field struct of it */
	WIRE_INT32,  /* int32_t, not negative */
	WIRE_BOOL,
	WIRE_WORD,    /* an enum, spelled by `words` */
	WIRE_WORDS,   /* unsigned: bits of an array of words; unknown words are an error */
	WIRE_SECRET,  /* struct secret_text: a copy that can be wiped */
	WIRE_OBJECT,  /* the members of `fields`, in the same struct */
	WIRE_STRINGS, /* struct wire_strings */
};

/* An array of texts. */
struct wire_strings {
	const struct str *items;
	size_t n;
};

enum wire_flags {
	WIRE_REQUIRED = 1 << 0,
	WIRE_NOT_EMPTY = 1 << 1, /* a string of no characters is as bad as none */
};

/** No place for "was it there". */
#define WIRE_NO_HAS ((size_t)-1)

struct wire_field {
	const char *name;
	enum wire_type type;
	unsigned flags;
	size_t offset;	   /* of the value in the struct */
	size_t has_offset; /* of a bool that says it was there; WIRE_NO_HAS */
	size_t max_len;	   /* of strings, in bytes */
	const struct word_list *words;
	const struct wire_field *fields; /* of WIRE_OBJECT */
	size_t n_fields;
	const char *member; /* WIRE_WORDS: of objects that hold the word under this name */
};

/** @path: of @object itself in messages, "" at the root. */
_must_use_ struct err wire_read_fields(struct arena *arena, const struct json *object,
				       const char *path, const struct wire_field *fields,
				       size_t n_fields, void *target);

/** Writes the members (not the braces). */
void wire_write_fields(struct json_writer *writer, const struct wire_field *fields, size_t n_fields,
		       const void *source);

/** Reads a request's body: JSON within the API's limits, an object, these fields. */
_must_use_ struct err wire_read_body(struct arena *arena, struct str body,
				     const struct wire_field *fields, size_t n_fields,
				     void *target);

/* The limits of design section 5. */
#define WIRE_MAX_NAME 256
#define WIRE_MAX_EMAIL 254
#define WIRE_MAX_HOSTNAME 255
#define WIRE_MAX_URL 2048
#define WIRE_MAX_TOKEN 4096

#endif
