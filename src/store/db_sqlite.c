/*
 * The SQLite driver: transactions, statements, rows, checkpoints. How a file is opened, and with
 * which settings, is db_sqlite_open.c.
 *
 * One connection does everything, on one thread: SQLite before 3.51.3 can corrupt a WAL that two
 * connections write or checkpoint.
 */
#include "store/db_sqlite.h"

#include <assert.h>

static const char *const control_texts[N_DB_CONTROLS] = {
	[DB_CONTROL_BEGIN] = "BEGIN IMMEDIATE", [DB_CONTROL_COMMIT] = "COMMIT",
	[DB_CONTROL_ROLLBACK] = "ROLLBACK",	[DB_CONTROL_SAVE] = "SAVEPOINT job",
	[DB_CONTROL_RELEASE] = "RELEASE job",	[DB_CONTROL_UNDO] = "ROLLBACK TO job",
};

/* The codes whose own text says too little; SQLite names only the family. */
static const struct {
	int rc;
	const char *detail;
} details[] = {
	{ SQLITE_IOERR_READ, "disk I/O error: read" },
	{ SQLITE_IOERR_SHORT_READ, "disk I/O error: short read" },
	{ SQLITE_IOERR_WRITE, "disk I/O error: write" },
	{ SQLITE_IOERR_FSYNC, "disk I/O error: sync" },
	{ SQLITE_IOERR_DIR_FSYNC, "disk I/O error: sync of the directory" },
	{ SQLITE_IOERR_TRUNCATE, "disk I/O error: truncate" },
	{ SQLITE_IOERR_SHMMAP, "disk I/O error: map of the shared-memory file" },
	{ SQLITE_IOERR_SHMSIZE, "disk I/O error: growth of the shared-memory file" },
	{ SQLITE_BUSY, "the database is locked by another process" },
	{ SQLITE_BUSY_SNAPSHOT, "the database was written by another process" },
};

struct err
db_sqlite_err(struct db *db, int rc)
{
	if (rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC)
		db->must_stop = true;
	for (size_t i = 0; i < ARRAY_LEN(details); i++) {
		if (details[i].rc == rc)
			return err_make(ERR_STORE, details[i].detail);
	}
	return err_make(ERR_STORE, sqlite3_errstr(rc));
}

/* What a test asked for: this call fails. */
static bool
is_failing(struct db *db)
{
	return db->fail_in > 0 && --db->fail_in == 0;
}

void
db_fail_call(struct db *db, int64_t n)
{
	db->fail_in = n;
}

/* ---- Transactions. ---- */

static struct err
control(struct db *db, enum db_control which)
{
	int rc;

	if (is_failing(db))
		return db_sqlite_err(db, SQLITE_IOERR);
	if (!db->controls[which]) {
		rc = sqlite3_prepare_v3(db->handle, control_texts[which], -1,
					SQLITE_PREPARE_PERSISTENT, &db->controls[which], NULL);
		if (rc != SQLITE_OK)
			return db_sqlite_err(db, rc);
	}
	rc = sqlite3_step(db->controls[which]);
	(void)sqlite3_reset(db->controls[which]); /* repeats the code of the step */
	return rc == SQLITE_DONE ? OK_NONE : db_sqlite_err(db, rc);
}

struct err
db_begin(struct db *db)
{
	return control(db, DB_CONTROL_BEGIN);
}

struct err
db_commit(struct db *db)
{
	return control(db, DB_CONTROL_COMMIT);
}

void
db_rollback(struct db *db)
{
	/* A ROLLBACK that fails has ended the transaction all the same. */
	if (db_has_transaction(db))
		(void)sqlite3_exec(db->handle, control_texts[DB_CONTROL_ROLLBACK], NULL, NULL,
				   NULL);
}

bool
db_has_transaction(const struct db *db)
{
	return !sqlite3_get_autocommit(db->handle);
}

struct err
db_save(struct db *db)
{
	return control(db, DB_CONTROL_SAVE);
}

struct err
db_release(struct db *db)
{
	return control(db, DB_CONTROL_RELEASE);
}

struct err
db_undo(struct db *db)
{
	struct err err = control(db, DB_CONTROL_UNDO);

	/* SQLite keeps the savepoint that it went back to. */
	return err.code ? err : control(db, DB_CONTROL_RELEASE);
}

bool
db_must_stop(const struct db *db)
{
	return db->must_stop;
}

struct err
db_maintain(struct db *db)
{
	int n_pages = 0;
	int n_written = 0;
	int rc;

	if (db->n_wal_pages < db->checkpoint_at)
		return OK_NONE;
	if (is_failing(db))
		return db_sqlite_err(db, SQLITE_IOERR);
	rc = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &n_pages,
				       &n_written);
	/* A reader from outside may hold it back: then it is not tried at each commit. */
	db->checkpoint_at = DB_CHECKPOINT_PAGES;
	if (rc != SQLITE_OK || n_written < n_pages)
		db->checkpoint_at += db->n_wal_pages;
	else
		db->n_wal_pages = 0;
	return rc == SQLITE_OK || rc == SQLITE_BUSY ? OK_NONE : db_sqlite_err(db, rc);
}

/* ---- Statements. ---- */

static struct err
prepare(struct db *db, enum db_stmt stmt)
{
	struct db_prepared *prepared = &db->prepared[stmt];
	int rc = sqlite3_prepare_v3(db->handle, db_stmt_texts[stmt].sql, -1,
				    SQLITE_PREPARE_PERSISTENT, &prepared->handle, NULL);

	if (rc != SQLITE_OK)
		return db_sqlite_err(db, rc);
	for (int i = 1; i <= db_stmt_texts[stmt].n_params; i++) {
		char name[sizeof("$2147483647")];
		int at;

		(void)snprintf(name, sizeof(name), "$%d", i); /* the longest int fits */
		at = sqlite3_bind_parameter_index(prepared->handle, name);
		assert(at > 0 && at <= DB_MAX_PARAMS);
		prepared->at[i] = (uint8_t)at;
	}
	return OK_NONE;
}

struct err
db_prepare_all(struct db *db)
{
	for (int stmt = 0; stmt < N_DB_STMTS; stmt++) {
		struct err err;

		if (db->prepared[stmt].handle)
			continue;
		err = prepare(db, (enum db_stmt)stmt);
		if (err.code)
			return err;
	}
	return OK_NONE;
}

struct err
db_run_text(struct db *db, const char *sql)
{
	int rc;

	if (is_failing(db))
		return db_sqlite_err(db, SQLITE_IOERR);
	rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? OK_NONE : db_sqlite_err(db, rc);
}

/* The bytes are borrowed: they outlive the run, and the next one binds all anew. */
static int
bind(sqlite3_stmt *handle, int at, const struct db_value *value)
{
	const char *ptr = value->bytes.ptr ? value->bytes.ptr : "";

	switch (value->kind) {
	case DB_NULL:
		return sqlite3_bind_null(handle, at);
	case DB_INT:
		return sqlite3_bind_int64(handle, at, value->number);
	case DB_TEXT:
		return sqlite3_bind_text(handle, at, ptr, (int)value->bytes.len, SQLITE_STATIC);
	case DB_BYTES:
		return sqlite3_bind_blob(handle, at, ptr, (int)value->bytes.len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static struct err
step(struct db_rows *rows)
{
	int rc = is_failing(rows->db) ? SQLITE_IOERR
				      : sqlite3_step(rows->db->prepared[rows->stmt].handle);

	rows->has_row = rc == SQLITE_ROW;
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return OK_NONE;
	if ((rc & 0xff) == SQLITE_CONSTRAINT)
		return err_make(ERR_CONSTRAINT, db_stmt_texts[rows->stmt].collision);
	return db_sqlite_err(rows->db, rc);
}

struct err
db_query_values(struct db *db, enum db_stmt stmt, struct db_rows *rows,
		const struct db_value *values, int n_values)
{
	struct db_prepared *prepared = &db->prepared[stmt];
	struct err err;

	assert(n_values == db_stmt_texts[stmt].n_params);
	assert(!prepared->is_busy && !rows->is_open);
	if (!prepared->handle) {
		err = prepare(db, stmt);
		if (err.code)
			return err;
	}
	*rows = (struct db_rows){ .db = db, .stmt = stmt, .is_open = true };
	prepared->is_busy = true;
	for (int i = 0; i < n_values; i++) {
		int rc = bind(prepared->handle, prepared->at[i + 1], &values[i]);

		if (rc != SQLITE_OK)
			return db_sqlite_err(db, rc);
	}
	return step(rows);
}

struct err
db_next(struct db_rows *rows)
{
	assert(rows->has_row);
	return step(rows);
}

void
db_rows_done(struct db_rows *rows)
{
	struct db_prepared *prepared;

	if (!rows->is_open)
		return;
	prepared = &rows->db->prepared[rows->stmt];
	(void)sqlite3_reset(prepared->handle); /* repeats the code of the last step */
	prepared->is_busy = false;
	*rows = (struct db_rows){ 0 };
}

struct err
db_exec_values(struct db *db, enum db_stmt stmt, const struct db_value *values, int n_values)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query_values(db, stmt, &rows, values, n_values);

	while (!err.code && rows.has_row)
		err = db_next(&rows);
	return err;
}

int64_t
db_n_changed(const struct db *db)
{
	return sqlite3_changes64(db->handle);
}

/* ---- Columns. ---- */

static sqlite3_stmt *
handle_of(const struct db_rows *rows)
{
	assert(rows->has_row);
	return rows->db->prepared[rows->stmt].handle;
}

bool
db_is_null(const struct db_rows *rows, int column)
{
	return sqlite3_column_type(handle_of(rows), column) == SQLITE_NULL;
}

int64_t
db_get_int(const struct db_rows *rows, int column)
{
	return sqlite3_column_int64(handle_of(rows), column);
}

struct str
db_peek_text(const struct db_rows *rows, int column)
{
	sqlite3_stmt *handle = handle_of(rows);
	const void *text = sqlite3_column_text(handle, column);

	/* The length is right only after the text was asked for. */
	return (struct str){ text, (size_t)sqlite3_column_bytes(handle, column) };
}

struct str
db_get_text(const struct db_rows *rows, int column, struct arena *arena)
{
	struct str text = db_peek_text(rows, column);

	return text.ptr ? arena_str(arena, text) : text;
}

struct str
db_get_bytes(const struct db_rows *rows, int column, struct arena *arena)
{
	sqlite3_stmt *handle = handle_of(rows);
	const void *bytes = sqlite3_column_blob(handle, column);
	struct str borrowed = { bytes, (size_t)sqlite3_column_bytes(handle, column) };

	return bytes ? arena_str(arena, borrowed) : borrowed;
}
