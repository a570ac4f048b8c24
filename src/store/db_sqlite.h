/**
 * What the two halves of the SQLite driver share: db_sqlite_open.c opens, db_sqlite.c runs.
 */
#ifndef PC_STORE_DB_SQLITE_H
#define PC_STORE_DB_SQLITE_H

#include "store/db.h"

#include <sqlite3.h>

/* The longest statement has 37. */
#define DB_MAX_PARAMS 40

struct db_prepared {
	sqlite3_stmt *handle;
	bool is_busy;
	/* SQLite takes $1 for a name and numbers names as they come: where $n stands. */
	uint8_t at[DB_MAX_PARAMS + 1];
};

enum db_control {
	DB_CONTROL_BEGIN,
	DB_CONTROL_COMMIT,
	DB_CONTROL_ROLLBACK,
	DB_CONTROL_SAVE,
	DB_CONTROL_RELEASE,
	DB_CONTROL_UNDO,
};
#define N_DB_CONTROLS 6

struct db {
	sqlite3 *handle;
	int lock_fd; /* -1: in memory */
	bool is_empty;
	bool must_stop;
	int64_t cache_mib;
	int n_wal_pages;   /* in the WAL, after the last commit */
	int checkpoint_at; /* the WAL's pages that make the next checkpoint due */
	int64_t fail_in;
	sqlite3_stmt *controls[N_DB_CONTROLS];
	struct db_prepared prepared[N_DB_STMTS];
};

/* Pages of 4 KiB: the WAL stays near 4 MiB. 500 to 8,000 cost the same CPU; of 64 connects at once the
 * slowest in a hundred waits 3 times the median with 1,000 and 5 times with 4,000. */
#define DB_CHECKPOINT_PAGES 1000

/** The error of a result code that is not a constraint; notes what must stop the process. */
struct err db_sqlite_err(struct db *db, int rc);

#endif
