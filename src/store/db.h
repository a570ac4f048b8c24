/**
 * The seam between what we remember and an engine that remembers it. A few functions; a driver
 * implements them (db_sqlite.c; db_pg.c when PostgreSQL comes). Statements are named in the
 * files of sql/, of which the build makes enum db_stmt; there is no SQL in C.
 *
 * A struct db is one connection to the database: one thread at a time. Errors:
 *
 * ERR_CONSTRAINT  a row collides with another, misses its parent or breaks a CHECK; only this
 *                 statement is undone. The detail names the statement.
 * ERR_STORE       all else. The transaction may be gone: ask db_has_transaction().
 */
#ifndef PC_STORE_DB_H
#define PC_STORE_DB_H

#include "base/clock.h"
#include "base/err.h"
#include "store/db_stmt.h"

struct db;

/** A parameter, in the order of $1, $2... Its bytes outlive the statement's run. */
struct db_value {
	enum { DB_NULL, DB_INT, DB_TEXT, DB_BYTES } kind;
	int64_t number;
	struct str bytes;
};

#define db_int(v) ((struct db_value){ .kind = DB_INT, .number = (v) })
#define db_text(s) ((struct db_value){ .kind = DB_TEXT, .bytes = (s) })
#define db_bytes(s) ((struct db_value){ .kind = DB_BYTES, .bytes = (s) })
#define db_null() ((struct db_value){ .kind = DB_NULL })

/** NULL when it is empty. */
static inline struct db_value
db_text_or_null(struct str s)
{
	return str_is_empty(s) ? db_null() : db_text(s);
}

/** NULL when it is unset. */
static inline struct db_value
db_instant(struct instant t)
{
	return instant_is_set(t) ? db_int(t.ms) : db_null();
}

/* ---- Opening. ---- */

struct db_options {
	const char *url;   /* "sqlite:FILE", "sqlite::memory:" */
	int64_t cache_mib; /* upper bound of the page cache */
};

/**
 * Takes the lock that keeps a second process out and looks at what is there, changing nothing.
 *
 * ERR_CONFIG  no such engine; another process holds the lock; the file is not ours or damaged
 */
_must_use_ struct err db_open(struct arena *arena, const struct db_options *options,
			      struct db **ret_db);
void db_close(struct db *db);
/** Nothing was there when it was opened. */
bool db_is_empty(const struct db *db);
/** Makes it ours and durable, and an earlier crash good. Before anything is written. */
_must_use_ struct err db_start(struct db *db, struct arena *arena);
/** Prepares every statement, so that a wrong one shows now. After the migrations. */
_must_use_ struct err db_prepare_all(struct db *db);
/** Runs a migration's statement. */
_must_use_ struct err db_run_text(struct db *db, const char *sql);

/* ---- Transactions. ---- */

_must_use_ struct err db_begin(struct db *db);
/** On failure nothing was committed, as far as we know: see db_must_stop(). */
_must_use_ struct err db_commit(struct db *db);
/** Ends the transaction if there is one. */
void db_rollback(struct db *db);
bool db_has_transaction(const struct db *db);
/** A savepoint; not nested. */
_must_use_ struct err db_save(struct db *db);
/** Keeps what was done since db_save(). */
_must_use_ struct err db_release(struct db *db);
/** Undoes what was done since db_save(). */
_must_use_ struct err db_undo(struct db *db);
/**
 * A sync failed: what was committed may not be on disk, what was refused may be. Only opening the
 * database anew settles that. Stays true.
 */
bool db_must_stop(const struct db *db);
/** Between transactions: does upkeep when it is due (SQLite: the checkpoint). */
_must_use_ struct err db_maintain(struct db *db);

/* ---- Statements. ---- */

struct db_rows {
	struct db *db;
	enum db_stmt stmt;
	bool is_open;
	bool has_row; /* there is a row to look at */
};

/** Runs a statement and stands on its first row. One run of a statement at a time. */
_must_use_ struct err db_query_values(struct db *db, enum db_stmt stmt, struct db_rows *rows,
				      const struct db_value *values, int n_values);
#define db_query(db, stmt, rows, ...)                                                              \
	db_query_values((db), (stmt), (rows), (const struct db_value[]){ __VA_ARGS__ },            \
			(int)ARRAY_LEN(((const struct db_value[]){ __VA_ARGS__ })))
/** The next row. A statement with RETURNING is stepped to its end. */
_must_use_ struct err db_next(struct db_rows *rows);
/** For _cleanup_. */
void db_rows_done(struct db_rows *rows);

/** Runs a statement to its end. */
_must_use_ struct err db_exec_values(struct db *db, enum db_stmt stmt,
				     const struct db_value *values, int n_values);
#define db_exec(db, stmt, ...)                                                                     \
	db_exec_values((db), (stmt), (const struct db_value[]){ __VA_ARGS__ },                     \
		       (int)ARRAY_LEN(((const struct db_value[]){ __VA_ARGS__ })))
/** How many rows the last INSERT, UPDATE or DELETE touched. */
int64_t db_n_changed(const struct db *db);

/* Columns count from 0. NULL reads as zero, as the empty str, as the unset instant. */
bool db_is_null(const struct db_rows *rows, int column);
int64_t db_get_int(const struct db_rows *rows, int column);
/** Borrows from the row: until the next step. */
struct str db_peek_text(const struct db_rows *rows, int column);
struct str db_get_text(const struct db_rows *rows, int column, struct arena *arena);
struct str db_get_bytes(const struct db_rows *rows, int column, struct arena *arena);

static inline bool
db_get_bool(const struct db_rows *rows, int column)
{
	return db_get_int(rows, column) != 0;
}

static inline struct instant
db_get_instant(const struct db_rows *rows, int column)
{
	return (struct instant){ db_get_int(rows, column) };
}

/** For tests: the @n-th call from now fails as if the disk had; 0 disarms. */
void db_fail_call(struct db *db, int64_t n);

#endif
