/*
 * The SQLite driver: what is refused when a database is opened, the settings that make it durable,
 * the plans of all statements, and a disk that fails: a VFS of the test's own stands before the
 * real one and counts.
 */
#include "store/db_sqlite.h"
#include "store/wal_buffer.h"
#include "support/store_fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

/* ---- A disk that fails: over SQLite's VFS, while `broken` says so. ---- */

enum disk_fault { DISK_IS_FINE, DISK_IS_FULL, SYNC_FAILS, WRITE_FAILS, READ_FAILS };

static struct {
	_Atomic int fault; /* enum disk_fault */
	sqlite3_vfs vfs;
	sqlite3_vfs *real;
	/* Of the main file, and of those beside it, which have no locks. */
	sqlite3_io_methods methods[2];
	const sqlite3_io_methods *real_methods[2];
} disk;

static const sqlite3_io_methods *
real_methods(const sqlite3_file *file)
{
	return disk.real_methods[file->pMethods - disk.methods];
}

static int
disk_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 offset)
{
	if (disk.fault == DISK_IS_FULL)
		return SQLITE_FULL;
	if (disk.fault == WRITE_FAILS)
		return SQLITE_IOERR_WRITE;
	return real_methods(file)->xWrite(file, bytes, n, offset);
}

static int
disk_sync(sqlite3_file *file, int flags)
{
	return disk.fault == SYNC_FAILS ? SQLITE_IOERR_FSYNC
					: real_methods(file)->xSync(file, flags);
}

static int
disk_read(sqlite3_file *file, void *bytes, int n, sqlite3_int64 offset)
{
	return disk.fault == READ_FAILS ? SQLITE_IOERR_READ
					: real_methods(file)->xRead(file, bytes, n, offset);
}

/* The real file's methods are swapped for ours: they take the file as it is. */
static int
disk_open(_unused_ sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
	  int *ret_flags)
{
	int which = (flags & SQLITE_OPEN_MAIN_DB) ? 0 : 1;
	int rc = disk.real->xOpen(disk.real, name, file, flags, ret_flags);

	if (rc != SQLITE_OK || !file->pMethods)
		return rc;
	disk.real_methods[which] = file->pMethods;
	disk.methods[which] = *file->pMethods;
	disk.methods[which].xWrite = disk_write;
	disk.methods[which].xSync = disk_sync;
	disk.methods[which].xRead = disk_read;
	file->pMethods = &disk.methods[which];
	return rc;
}

static void
disk_install(void)
{
	disk.real = sqlite3_vfs_find(NULL);
	disk.vfs = *disk.real;
	disk.vfs.pNext = NULL;
	disk.vfs.zName = "failing";
	disk.vfs.xOpen = disk_open;
	assert_int_equal(sqlite3_vfs_register(&disk.vfs, 1), SQLITE_OK);
	disk.fault = DISK_IS_FINE;
}

static void
disk_remove(void)
{
	disk.fault = DISK_IS_FINE;
	assert_int_equal(sqlite3_vfs_unregister(&disk.vfs), SQLITE_OK);
}

/* ---- A connect while the disk fails, and after it. ---- */

struct disk_row {
	const char *name;
	enum disk_fault fault;
	bool is_fatal;
};

static const struct disk_row disk_rows[] = {
	{ "a_full_disk_heals", DISK_IS_FULL, false },
	{ "a_failed_write_heals", WRITE_FAILS, false },
	{ "a_failed_sync_is_fatal", SYNC_FAILS, true },
};

struct fatality {
	_Atomic int n;
	_Atomic int n_done_before;
	_Atomic int n_done;
};

static void
on_fatal(void *context, struct err err)
{
	struct fatality *fatality = context;

	assert_int_equal(err.code, ERR_STORE);
	fatality->n_done_before = fatality->n_done;
	fatality->n++;
}

struct watched {
	struct store_job job;
	struct told told;
	struct fatality *fatality;
	struct err err;
	pthread_mutex_t lock;
	pthread_cond_t finished;
	bool is_finished;
};

static struct err
watched_run(struct store_job *job, struct store_tx *tx)
{
	return ask_run(&CONTAINER_OF(job, struct watched, job)->told, tx);
}

static void
watched_done(struct store_job *job, struct err err)
{
	struct watched *watched = CONTAINER_OF(job, struct watched, job);

	watched->fatality->n_done++;
	(void)pthread_mutex_lock(&watched->lock);
	watched->err = err;
	watched->is_finished = true;
	(void)pthread_cond_signal(&watched->finished);
	(void)pthread_mutex_unlock(&watched->lock);
}

static struct err
watched_connect(struct fixture *f, int64_t workspace_id, struct fatality *fatality)
{
	struct ask ask = { .email = "ada@example.com", .workspace_id = workspace_id };
	struct watched watched = { .job = { .run = watched_run, .done = watched_done },
				   .fatality = fatality,
				   .lock = PTHREAD_MUTEX_INITIALIZER,
				   .finished = PTHREAD_COND_INITIALIZER };

	ask_prepare(f, &ask, &watched.told);
	assert_ok(store_submit(f->store, &watched.job));
	(void)pthread_mutex_lock(&watched.lock);
	while (!watched.is_finished)
		(void)pthread_cond_wait(&watched.finished, &watched.lock);
	(void)pthread_mutex_unlock(&watched.lock);
	return watched.err;
}

static void
disk_holds(void **state)
{
	const struct disk_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct fatality fatality = { 0 };

	disk_install();
	fixture_open(&f);
	store_on_fatal(f.store, on_fatal, &fatality);
	assert_ok(watched_connect(&f, 1, &fatality));
	disk.fault = (int)row->fault;
	assert_int_equal(watched_connect(&f, 2, &fatality).code, ERR_STORE);
	disk.fault = DISK_IS_FINE;
	assert_int_equal(watched_connect(&f, 3, &fatality).code,
			 row->is_fatal ? ERR_STORE : ERR_NONE);
	store_close(f.store);
	f.store = NULL;
	assert_int_equal(fatality.n, row->is_fatal);
	if (row->is_fatal)
		assert_int_equal(fatality.n_done_before, 2);
	disk_remove();

	/* What was acknowledged is there; what was refused may be, after a failed sync only. */
	assert_ok(store_open(f.arena, &f.options, &f.store));
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM connection WHERE workspace_id = 1"), 1);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM connection WHERE workspace_id = 3"),
			 !row->is_fatal);
	if (!row->is_fatal)
		assert_int_equal(
			peek_int(&f, "SELECT count(*) FROM connection WHERE workspace_id = 2"), 0);
	assert_string_equal(peek(&f, "PRAGMA integrity_check"), "ok");
}

static void
a_failing_disk_stops_the_start(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;

	disk_install();
	fixture_init(&f);
	for (int fault = DISK_IS_FULL; fault <= WRITE_FAILS; fault++) {
		disk.fault = fault;
		assert_int_equal(store_open(f.arena, &f.options, &f.store).code, ERR_STORE);
		assert_null(f.store);
	}
	disk.fault = DISK_IS_FINE;
	assert_ok(store_open(f.arena, &f.options, &f.store));
	store_close(f.store);
	f.store = NULL;
	disk.fault = READ_FAILS;
	assert_int_equal(store_open(f.arena, &f.options, &f.store).code, ERR_STORE);
	disk_remove();
}

static struct err
limit_pages(_unused_ void *arg, struct store_tx *tx)
{
	/* SQLite takes it as the present size when it is less. */
	return db_run_text(tx->db, "PRAGMA max_page_count=1");
}

static struct err
unlimit_pages(_unused_ void *arg, struct store_tx *tx)
{
	return db_run_text(tx->db, "PRAGMA max_page_count=1000000");
}

static void
a_full_database_refuses_and_heals(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct fatality fatality = { 0 };
	int64_t n_stored = 0;
	int64_t i = 0;

	fixture_open(&f);
	assert_ok(store_run(f.store, limit_pages, NULL));
	for (; i < 1000; i++) {
		struct err err = watched_connect(&f, i, &fatality);

		if (err.code) {
			assert_int_equal(err.code, ERR_STORE);
			assert_string_equal(err.detail, "database or disk is full");
			break;
		}
		n_stored++;
	}
	assert_true(i < 1000);
	assert_ok(store_run(f.store, unlimit_pages, NULL));
	assert_ok(watched_connect(&f, 5000, &fatality));
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM connection"), n_stored + 1);
	assert_int_equal(fatality.n, 0);
}

/* ---- What is refused when it is opened: one line, and the file stays as it was. ---- */

struct refusal_row {
	const char *name;
	enum { BY_SQL, BY_BYTES, BY_URL } how;
	const char *what; /* SQL, bytes for the file, or the URL */
	size_t offset;	  /* where the bytes go in a database of ours; -1: they are the file */
	enum err_code want;
	const char *says;
};

static const struct refusal_row refusal_rows[] = {
	{ "a_newer_schema", BY_SQL, "INSERT INTO schema_version VALUES (9999, 'x', 0)", 0,
	  ERR_CONFIG, "schema version 9999" },
	{ "another_programs_database", BY_SQL, "PRAGMA application_id=0", 0, ERR_CONFIG,
	  "another program" },
	{ "no_database_at_all", BY_BYTES, "this is a text, and a rather long one for a text",
	  SIZE_MAX, ERR_CONFIG, "is not a database" },
	{ "a_damaged_header", BY_BYTES, "garbage!", 0, ERR_CONFIG, "is not a database" },
	{ "a_damaged_schema", BY_BYTES, "\xff\xff\xff\xff\xff\xff\xff\xff", 100, ERR_CONFIG,
	  "damaged" },
	{ "a_damaged_table", BY_BYTES, "\xff\xff\xff\xff\xff\xff\xff\xff", (size_t)4096 * 3,
	  ERR_CONFIG, "damaged" },
	{ "an_unknown_engine", BY_URL, "oracle:secret@host", 0, ERR_CONFIG,
	  "no such engine: oracle" },
	{ "an_engine_to_come", BY_URL, "postgresql://u:secret@host/db", 0, ERR_CONFIG,
	  "no such engine: postgresql" },
	{ "no_file", BY_URL, "sqlite:", 0, ERR_CONFIG, "no such engine: sqlite" },
	{ "no_directory", BY_URL, "sqlite:/nonexistent/store.db", 0, ERR_CONFIG,
	  "/nonexistent/store.db.lock: No such file" },
	{ "no_place_for_the_lock", BY_URL, "sqlite:/proc/self", 0, ERR_CONFIG, "/proc/self.lock" },
};

static void
write_bytes(const struct fixture *f, const struct refusal_row *row)
{
	bool is_whole = row->offset == SIZE_MAX;
	int fd = open(f->path, O_WRONLY | O_CLOEXEC | (is_whole ? O_TRUNC : 0));

	assert_true(fd >= 0);
	assert_int_equal(
		pwrite(fd, row->what, strlen(row->what), is_whole ? 0 : (off_t)row->offset),
		(ssize_t)strlen(row->what));
	assert_int_equal(close(fd), 0);
}

static uint64_t
hash_of_file(const struct fixture *f)
{
	FILE *file = fopen(f->path, "rbe");
	uint64_t hash = 14695981039346656037U;
	int c;

	assert_non_null(file);
	while ((c = getc(file)) != EOF)
		hash = (hash ^ (unsigned char)c) * 1099511628211U;
	assert_int_equal(fclose(file), 0);
	return hash;
}

static void
refusal_holds(void **state)
{
	const struct refusal_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct store *store = NULL;
	struct err err;
	uint64_t hash;

	fixture_open(&f);
	fixture_reopen(&f); /* all is in the file, nothing in the WAL */
	store_close(f.store);
	f.store = NULL;
	if (row->how == BY_SQL)
		(void)peek(&f,
			   arena_printf(f.arena, "%s; PRAGMA wal_checkpoint(TRUNCATE)", row->what));
	if (row->how == BY_BYTES)
		write_bytes(&f, row);
	if (row->how == BY_URL)
		f.options.url = row->what;
	hash = hash_of_file(&f);
	err = store_open(f.arena, &f.options, &store);
	assert_int_equal(err.code, row->want);
	assert_null(store);
	assert_non_null(strstr(err.detail, row->says));
	assert_null(strchr(err.detail, '\n'));
	assert_null(strstr(err.detail, "secret"));
	assert_true(hash_of_file(&f) == hash);
}

static void
a_second_process_is_refused(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct store *second = NULL;
	struct err err;

	fixture_open(&f);
	err = store_open(f.arena, &f.options, &second);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_null(second);
	assert_string_equal(
		err.detail,
		arena_printf(f.arena, "%s: another process is using this database", f.path));
	/* The refused one has left the lock to whom it belongs. */
	assert_int_equal(store_open(f.arena, &f.options, &second).code, ERR_CONFIG);
	fixture_reopen(&f);
}

static void
only_the_owner_reads_the_files(_unused_ void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { .email = "ada@example.com" };
	mode_t old = umask(0);
	int fd;

	fixture_init(&f);
	/* Somebody made it, readable by all. */
	fd = open(f.path, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
	assert_int_equal(close(fd), 0);
	assert_ok(store_open(f.arena, &f.options, &f.store));
	(void)connect_ask(&f, &ask);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct stat st;

		assert_int_equal(stat(arena_printf(f.arena, "%s%s", f.path, ends[i]), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	(void)umask(old);
}

/* ---- Settings. ---- */

struct setting_row {
	const char *name; /* of the pragma */
	int64_t want;
};

static const struct setting_row setting_rows[] = {
	{ "synchronous", 2 },
	{ "foreign_keys", 1 },
	{ "secure_delete", 1 },
	{ "trusted_schema", 0 },
	{ "wal_autocheckpoint", 0 },
	{ "mmap_size", 0 },
	{ "temp_store", 2 },
	{ "cache_size", (int64_t)-16 * 1024 },
	{ "journal_size_limit", 16777216 },
};

struct setting {
	const char *name;
	int64_t got;
};

static int
setting_read(void *ret_got, int n, char **texts, _unused_ char **names)
{
	return n == 1 && str_to_int64(str_of(texts[0]), ret_got) ? 0 : 1;
}

static struct err
setting_run(void *arg, struct store_tx *tx)
{
	struct setting *setting = arg;
	char sql[64];

	(void)snprintf(sql, sizeof(sql), "PRAGMA %s", setting->name);
	if (sqlite3_exec(tx->db->handle, sql, setting_read, &setting->got, NULL) != SQLITE_OK)
		return err_make(ERR_STORE, "the pragma gives no number");
	return OK_NONE;
}

static void
setting_holds(void **state)
{
	const struct setting_row *row = *state;
	_cleanup_(fixture_close) struct fixture f;
	struct setting setting = { row->name, -1 };
	struct err err;

	fixture_open(&f);
	err = store_run(f.store, setting_run, &setting);
	if (row->want == 0 && strcmp(row->name, "mmap_size") == 0 && err.code)
		return; /* built without mmap: nothing to switch off */
	assert_ok(err);
	assert_int_equal(setting.got, row->want);
	assert_string_equal(peek(&f, "PRAGMA journal_mode"), "wal");
}

/* ---- Checkpoints. ---- */

static off_t
size_of(struct fixture *f, const char *end)
{
	struct stat st;

	assert_int_equal(stat(arena_printf(f->arena, "%s%s", f->path, end), &st), 0);
	return st.st_size;
}

static void
the_wal_stays_small(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { .email = "ada@example.com" };

	fixture_open(&f);
	for (ask.workspace_id = 0; ask.workspace_id < 1500; ask.workspace_id++)
		(void)connect_ask(&f, &ask);
	/* Some 15 pages each: without checkpoints it were 90 MiB. */
	assert_true(size_of(&f, "-wal") < (off_t)12 * 1024 * 1024);
	assert_true(size_of(&f, "") > (off_t)256 * 1024);
	/* An end without a checkpoint leaves a WAL, the next start takes it in. */
	fixture_reopen(&f);
	assert_int_equal(size_of(&f, "-wal"), 0);
	assert_int_equal(peek_int(&f, "SELECT count(*) FROM connection"), 1500);
}

/* ---- Every statement finds its rows by an index. ---- */

static bool
may_scan(enum db_stmt stmt)
{
	/* Tables of a few rows, and the count of a sub-query that has a limit. */
	return stmt == STMT_CREDENTIAL_LIST || stmt == STMT_DATA_KEY_LIST ||
	       stmt == STMT_MAIL_N_WAITING;
}

static struct err
plans_run(_unused_ void *arg, struct store_tx *tx)
{
	int n_searches = 0;

	for (int i = 0; i < N_DB_STMTS; i++) {
		char sql[4200];
		sqlite3_stmt *plan = NULL;

		(void)snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s", db_stmt_texts[i].sql);
		if (sqlite3_prepare_v2(tx->db->handle, sql, -1, &plan, NULL) != SQLITE_OK)
			return err_make(ERR_STORE, db_stmt_texts[i].name);
		while (sqlite3_step(plan) == SQLITE_ROW) {
			const char *step = (const char *)sqlite3_column_text(plan, 3);

			n_searches += strncmp(step, "SEARCH", 6) == 0;
			if (strncmp(step, "SCAN", 4) == 0 && !strstr(step, "CONSTANT ROW") &&
			    !may_scan((enum db_stmt)i))
				fail_msg("%s: %s", db_stmt_texts[i].name, step);
		}
		(void)sqlite3_finalize(plan);
	}
	assert_true(n_searches > 30);
	return OK_NONE;
}

static void
every_statement_uses_an_index(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;

	fixture_open(&f);
	assert_ok(store_run(f.store, plans_run, NULL));
}

static void
memory_needs_no_file(_unused_ void **state)
{
	_cleanup_(fixture_close) struct fixture f;
	struct ask ask = { .email = "ada@example.com", .workspace_id = 1 };

	fixture_init(&f);
	f.options.url = "sqlite::memory:";
	assert_ok(store_open(f.arena, &f.options, &f.store));
	(void)connect_ask(&f, &ask);
	assert_true(look_ask(&f, &ask).state.twin.is_known);
	assert_int_equal(access(f.path, F_OK), -1);
	assert_int_equal(access(":memory:.lock", F_OK), -1);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	/* Before the failing disk takes the first place among SQLite's: it is put above ours. */
	assert_non_null(wal_buffer_vfs());
	ROWS_ADD(&rows, disk_rows, disk_holds);
	rows_add_one(&rows, "a_failing_disk_stops_the_start", a_failing_disk_stops_the_start);
	rows_add_one(&rows, "a_full_database_refuses_and_heals", a_full_database_refuses_and_heals);
	ROWS_ADD(&rows, refusal_rows, refusal_holds);
	rows_add_one(&rows, "a_second_process_is_refused", a_second_process_is_refused);
	rows_add_one(&rows, "only_the_owner_reads_the_files", only_the_owner_reads_the_files);
	ROWS_ADD(&rows, setting_rows, setting_holds);
	rows_add_one(&rows, "the_wal_stays_small", the_wal_stays_small);
	rows_add_one(&rows, "every_statement_uses_an_index", every_statement_uses_an_index);
	rows_add_one(&rows, "memory_needs_no_file", memory_needs_no_file);
	return rows_run(&rows, argc, argv);
}
