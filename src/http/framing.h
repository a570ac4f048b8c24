/**
 * Is this head well-formed, and does it say in one way only where the request ends? Judges what the
 * HTTP library lets pass. Pure: looks at what it is given, knows no library and no connection.
 */
#ifndef PC_HTTP_FRAMING_H
#define PC_HTTP_FRAMING_H

#include "http/listener.h"

/** A field line of a request. */
struct head_field {
	struct str name;
	struct str value; /* as sent behind the blanks that follow the colon */
};

struct head {
	struct str method;
	struct str target; /* as sent */
	struct str version;
	/*
	 * Where the target lies in the memory that holds the head (a copy of it is in `target`), and
	 * how long the head is, from the method's first byte to the end of the empty line.
	 */
	const char *target_at;
	size_t size;
	const struct head_field *fields;
	size_t n_fields;
};

enum head_verdict {
	HEAD_IS_FINE,
	HEAD_IS_MALFORMED,
	HEAD_HAS_BAD_HOST,
};

/**
 * The whole judgement.
 *
 * @ret_body_len   what Content-Length says, 0 without one
 * @ret_is_chunked the body comes in chunks
 * Both are set when the head is fine or only its Host is not.
 */
enum head_verdict head_judge(const struct head *head, int64_t *ret_body_len, bool *ret_is_chunked);

/** The value of the first such field; a NULL pointer when absent. */
struct str head_field(const struct head *head, struct str name);
size_t head_n_fields(const struct head *head, struct str name);

#endif
