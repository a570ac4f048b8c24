/**
 * JSON (RFC 8259), strict, in one pass, into the arena. Made for input from strangers.
 *
 * Refused while reading: anything the RFC does not allow, invalid UTF-8, a byte-order mark, lone
 * surrogates, \u0000 (in names and in strings), a name that stands twice in one object (compared
 * after unescaping), more than the limits allow. Numbers are kept as their characters: a value of
 * any size passes, and json_int64() reads those that are an int64 exactly, so that 63-bit ids keep
 * every digit.
 */
#ifndef PC_BASE_JSON_H
#define PC_BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_type type;
	bool boolean;	    /* of JSON_BOOL */
	size_t offset;	    /* of the value's first byte in the text */
	struct str name;    /* of an object's member; unescaped */
	size_t name_offset; /* of the name's opening quote */
	struct str text;    /* JSON_STRING: unescaped; JSON_NUMBER: its characters as they stand */
	size_t n_children;  /* of JSON_ARRAY and JSON_OBJECT */
	const struct json *first;
	const struct json *next; /* the next child of the same parent */
};

struct json_limits {
	size_t max_bytes;
	size_t max_depth;    /* containers inside each other; 1 allows [] and {} */
	size_t max_children; /* of one array or object */
	size_t max_name;     /* bytes of a member's name, unescaped */
	size_t max_string;   /* bytes of a string, unescaped */
};

/** What the Connect API accepts: 64 KiB, 8 deep, 128 members, names of 64 bytes. */
extern const struct json_limits json_limits_request;
/** For files of the operator: 1 MiB, 32 deep. */
extern const struct json_limits json_limits_file;

/** Where reading stopped; filled on failure when given. */
struct json_fault {
	size_t offset;
	size_t line;   /* from 1 */
	size_t column; /* from 1, in bytes */
};

/**
 * Reads the whole of @text.
 *
 * @ret_root   in the arena; its strings borrow from @text or from the arena
 * @ret_fault  may be NULL
 *
 * ERR_BAD_REQUEST  with what is wrong and at which byte ("the body is no JSON: ... at byte 17");
 *                  never a piece of the text
 */
_must_use_ struct err json_read(struct arena *arena, struct str text,
				const struct json_limits *limits, const struct json **ret_root,
				struct json_fault *ret_fault);

/** Line and column of a byte of @text, for messages about a file. */
struct json_fault json_position(struct str text, size_t offset);

/** The member of an object by its name, byte for byte; NULL when absent or @object is no object. */
const struct json *json_member(const struct json *object, struct str name);

/**
 * A number that is written as a whole int64: digits with an optional minus; no fraction, no
 * exponent, no leading zero, no -0.
 */
_must_use_ bool json_int64(const struct json *number, int64_t *ret_value);

/** Adds @value as a JSON string, quotes included. Well-formed UTF-8 comes out as it is. */
void json_add_string(struct buf *buf, struct str value);

/** Writes objects and arrays with the commas in the right places. */
struct json_writer {
	struct buf *buf;
	bool needs_comma;
};

void json_write_begin_object(struct json_writer *writer);
void json_write_end_object(struct json_writer *writer);
void json_write_begin_array(struct json_writer *writer);
void json_write_end_array(struct json_writer *writer);
/** @name is one of our own literals. */
void json_write_name(struct json_writer *writer, const char *name);
void json_write_string(struct json_writer *writer, struct str value);
void json_write_int64(struct json_writer *writer, int64_t value);
void json_write_bool(struct json_writer *writer, bool value);
void json_write_null(struct json_writer *writer);

#endif
