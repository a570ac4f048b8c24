/**
 * The seam between what we remember and an engine that remembers it. A few functions; a driver
 * implements them (db_sqlite.c; db_pg.c when PostgreSQL comes). Statements are named in sql/*.sql,
 * of which the build makes enum db_stmt; there is no SQL in C.
 */
#ifndef PC_STORE_DB_H
#define PC_STORE_DB_H

#include "base/err.h"

struct db;
enum db_stmt; /* db_stmt.h, made from sql/*.sql */

/** A parameter, in the order of $1, $2... */
struct db_value {
	enum { DB_NULL, DB_INT, DB_TEXT, DB_BYTES } kind;
	int64_t number;
	struct str bytes;
};

#define db_int(v) ((struct db_value){ .kind = DB_INT, .number = (v) })
#define db_text(s) ((struct db_value){ .kind = DB_TEXT, .bytes = (s) })
#define db_bytes(s) ((struct db_value){ .kind = DB_BYTES, .bytes = (s) })
#define db_null() ((struct db_value){ .kind = DB_NULL })

#endif
