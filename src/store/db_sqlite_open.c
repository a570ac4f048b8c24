/*
 * Opening a SQLite database: the lock, the look at what is there, the settings that make it
 * durable. Running statements is db_sqlite.c; migrations are migrate.c.
 */
#include "store/db_sqlite.h"

#include "store/wal_buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>

/* "pcDB": what SQLite keeps in the header of a file to tell whose it is. */
#define APPLICATION_ID "1885553730"
/* Up to here a whole check costs less than 100 ms, above it start-up would wait for it. */
#define CHECK_WHOLE_BYTES ((int64_t)16 * 1024 * 1024)

/*
 * For the process, before its first use of SQLite. A savepoint's old pages stay in memory: past
 * 64 KiB they would go to a file in /tmp, with people's addresses. And nobody asks how much memory
 * SQLite uses, which costs a lock at each of its allocations.
 */
static void
configure_sqlite(void)
{
	/* Refused when SQLite is in use already; then it was a test that used it. */
	(void)sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static void
closep(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* nothing was written through it */
}

/* The lock is the kernel's and ends with the process, however it ends; the file stays. */
static struct err
take_lock(struct arena *arena, const char *path, int *ret_fd)
{
	const char *lock_path = arena_printf(arena, "%s.lock", path);
	_cleanup_(closep) int fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_errno(arena, ERR_CONFIG, lock_path);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			return err_format(arena, ERR_CONFIG,
					  "%s: another process is using this database", path);
		return err_errno(arena, ERR_CONFIG, lock_path);
	}
	*ret_fd = fd;
	fd = -1;
	return OK_NONE;
}

/*
 * SQLite would make the file readable by all that umask lets; what it makes beside it (-wal, -shm)
 * gets the mode of the file. The descriptor is closed before SQLite opens the file: closing one
 * later would drop SQLite's locks.
 */
static struct err
make_private_file(struct arena *arena, const char *path)
{
	_cleanup_(closep) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return err_errno(arena, ERR_CONFIG, path);
	if (!S_ISREG(st.st_mode))
		return err_format(arena, ERR_CONFIG, "%s: not a regular file", path);
	if ((st.st_mode & 077) != 0 && fchmod(fd, 0600) != 0)
		return err_errno(arena, ERR_CONFIG, path);
	return OK_NONE;
}

static int
read_number(void *ret_number, int n, char **texts, _unused_ char **names)
{
	int64_t *number = ret_number;

	return n == 1 && texts[0] && str_to_int64(str_of(texts[0]), number) ? 0 : 1;
}

static int
query_number(struct db *db, const char *sql, int64_t *ret_number)
{
	return sqlite3_exec(db->handle, sql, read_number, ret_number, NULL);
}

static int
is_ok(void *ret_is_ok, int n, char **texts, _unused_ char **names)
{
	bool *ok = ret_is_ok;

	*ok = n == 1 && texts[0] && str_equal(str_of(texts[0]), STR("ok"));
	return 0;
}

static int
check_whole(struct db *db, bool *ret_is_ok)
{
	int64_t n_pages = 0;
	int64_t page_size = 0;
	int rc = query_number(db, "PRAGMA page_count", &n_pages);

	*ret_is_ok = true;
	if (rc == SQLITE_OK)
		rc = query_number(db, "PRAGMA page_size", &page_size);
	if (rc == SQLITE_OK && n_pages * page_size <= CHECK_WHOLE_BYTES)
		rc = sqlite3_exec(db->handle, "PRAGMA quick_check(1)", is_ok, ret_is_ok, NULL);
	return rc;
}

/* Reads only: a file that is refused is left as it was. */
static struct err
look(struct db *db, struct arena *arena, const char *path)
{
	int64_t application_id = 0;
	int64_t n_objects = 0;
	bool is_whole = true;
	int rc = query_number(db, "PRAGMA application_id", &application_id);

	if (rc == SQLITE_OK)
		rc = query_number(db, "SELECT count(*) FROM sqlite_master", &n_objects);
	if (rc == SQLITE_OK)
		rc = check_whole(db, &is_whole);
	if (rc == SQLITE_NOTADB)
		return err_format(arena, ERR_CONFIG, "%s: is not a database", path);
	if ((rc & 0xff) == SQLITE_CORRUPT || !is_whole)
		return err_format(arena, ERR_CONFIG,
				  "%s: the database is damaged; restore a backup", path);
	if (rc != SQLITE_OK)
		return err_format(arena, ERR_STORE, "%s: %s", path, db_sqlite_err(db, rc).detail);
	db->is_empty = n_objects == 0;
	if (application_id != (db->is_empty ? 0 : strtoll(APPLICATION_ID, NULL, 10)) &&
	    application_id != strtoll(APPLICATION_ID, NULL, 10))
		return err_format(arena, ERR_CONFIG, "%s: is a database of another program", path);
	return OK_NONE;
}

static struct err
open_handle(struct db *db, struct arena *arena, const char *path)
{
	int rc = sqlite3_open_v2(path, &db->handle,
				 SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
					 SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
				 wal_buffer_vfs());
	static const struct {
		int option;
		int value;
	} settings[] = {
		{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 }, { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },	 { SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },		 { SQLITE_DBCONFIG_DQS_DML, 0 },
	};

	for (size_t i = 0; rc == SQLITE_OK && i < ARRAY_LEN(settings); i++) {
		int value = -1;

		rc = sqlite3_db_config(db->handle, settings[i].option, settings[i].value, &value);
		if (rc == SQLITE_OK && value != settings[i].value)
			rc = SQLITE_ERROR;
	}
	/* Only somebody's shell could hold it for a moment. */
	if (rc == SQLITE_OK)
		rc = sqlite3_busy_timeout(db->handle, 500);
	if (rc != SQLITE_OK)
		return err_format(arena, ERR_STORE, "%s: %s", path, db_sqlite_err(db, rc).detail);
	return OK_NONE;
}

static struct err
open_file(struct db *db, struct arena *arena, const char *path)
{
	struct err err = OK_NONE;

	if (!str_equal(str_of(path), STR(":memory:"))) {
		err = take_lock(arena, path, &db->lock_fd);
		if (!err.code)
			err = make_private_file(arena, path);
	}
	if (!err.code)
		err = open_handle(db, arena, path);
	return err.code ? err : look(db, arena, path);
}

struct err
db_open(struct arena *arena, const struct db_options *options, struct db **ret_db)
{
	struct str url = str_of(options->url);
	static pthread_once_t is_configured = PTHREAD_ONCE_INIT;
	struct str engine;
	struct db *db;
	struct err err;

	if (!str_starts_with(url, STR("sqlite:")) || url.len == strlen("sqlite:")) {
		/* What follows may hold a password: only the engine's name is repeated. */
		engine = str_slice(str_cut(&url, ':'), 0, 32);
		return err_format(arena, ERR_CONFIG, "store: no such engine: %.*s; use sqlite:FILE",
				  STR_ARG(engine));
	}
	(void)pthread_once(&is_configured, configure_sqlite);
	db = calloc(1, sizeof(*db));
	if (!db)
		abort();
	db->lock_fd = -1;
	db->cache_mib = options->cache_mib;
	db->checkpoint_at = DB_CHECKPOINT_PAGES;
	err = open_file(db, arena, options->url + strlen("sqlite:"));
	if (err.code) {
		db_close(db);
		return err;
	}
	*ret_db = db;
	return OK_NONE;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < N_DB_CONTROLS; i++)
		(void)sqlite3_finalize(db->controls[i]); /* repeats an old code */
	for (size_t i = 0; i < N_DB_STMTS; i++)
		(void)sqlite3_finalize(db->prepared[i].handle);
	(void)sqlite3_close(db->handle); /* cannot be busy: no statement is left */
	closep(&db->lock_fd);
	free(db);
}

bool
db_is_empty(const struct db *db)
{
	return db->is_empty;
}

static int
count_wal_pages(void *arg, _unused_ sqlite3 *handle, _unused_ const char *name, int n_pages)
{
	struct db *db = arg;

	db->n_wal_pages = n_pages;
	return SQLITE_OK;
}

static int
is_wal(void *ret_is_wal, int n, char **texts, _unused_ char **names)
{
	bool *wal = ret_is_wal;

	*wal = n == 1 && texts[0] &&
	       (str_equal(str_of(texts[0]), STR("wal")) ||
		str_equal(str_of(texts[0]), STR("memory")));
	return 0;
}

/*
 * The switch to WAL may fail and leave the rollback journal in use, where our reasoning about syncs
 * does not hold: the value that the pragma gives back decides.
 */
static struct err
switch_to_wal(struct db *db)
{
	bool wal = false;
	int rc = sqlite3_exec(db->handle, "PRAGMA journal_mode=WAL", is_wal, &wal, NULL);

	if (rc != SQLITE_OK)
		return db_sqlite_err(db, rc);
	return wal ? OK_NONE : err_make(ERR_STORE, "the database cannot be switched to WAL");
}

static struct err
apply_settings(struct db *db)
{
	/* Personal data and sealed secrets are wiped when deleted, and never go to a temporary
	 * file. The checkpoints are ours: db_maintain(). */
	static const char settings[] = "PRAGMA synchronous=FULL;"
				       "PRAGMA wal_autocheckpoint=0;"
				       "PRAGMA journal_size_limit=16777216;"
				       "PRAGMA secure_delete=ON;"
				       "PRAGMA temp_store=MEMORY;"
				       "PRAGMA cell_size_check=ON;"
				       "PRAGMA mmap_size=0;";
	char cache[64];
	int rc = sqlite3_exec(db->handle, settings, NULL, NULL, NULL);

	/* Negative: KiB instead of pages. A number fits. */
	(void)snprintf(cache, sizeof(cache), "PRAGMA cache_size=-%lld",
		       (long long)db->cache_mib * 1024);
	if (rc == SQLITE_OK && db->cache_mib > 0)
		rc = sqlite3_exec(db->handle, cache, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return db_sqlite_err(db, rc);
	(void)sqlite3_wal_hook(db->handle, count_wal_pages, db); /* gives back the hook before */
	return OK_NONE;
}

struct err
db_start(struct db *db, struct arena *arena)
{
	struct err err = switch_to_wal(db);
	int rc = SQLITE_OK;

	if (!err.code)
		err = apply_settings(db);
	/* After a failed sync the disk may hold less than was read: write and sync it all anew. */
	if (!err.code)
		rc = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
					       NULL);
	if (!err.code && rc == SQLITE_OK && db->is_empty)
		rc = sqlite3_exec(db->handle, "PRAGMA application_id=" APPLICATION_ID, NULL, NULL,
				  NULL);
	if (rc != SQLITE_OK)
		err = db_sqlite_err(db, rc);
	if (err.code)
		return err_format(arena, err.code, "store: %s", err.detail);
	return OK_NONE;
}
