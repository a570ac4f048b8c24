/*
 * Gathered writes: what is committed is in the files, what is not is seen by nobody else, and a
 * write that fails fails the commit.
 */
#include "store/wal_buffer.h"

#include "base/base.h"
#include "support/rows.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define ROW_BYTES 3000

struct bed {
	char directory[64];
	char path[96];
	char copy[96];
	sqlite3 *db;
};

static void
run(sqlite3 *db, const char *sql)
{
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int64_t
number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t value;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	value = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt); /* it ran without an error */
	return value;
}

static void
bed_open(struct bed *bed)
{
	/* cppcheck-suppress ctuuninitvar; it is what this fills */
	(void)snprintf(bed->directory, sizeof(bed->directory), "/tmp/wal-buffer-XXXXXX");
	assert_non_null(mkdtemp(bed->directory));
	(void)snprintf(bed->path, sizeof(bed->path), "%s/a", bed->directory);
	(void)snprintf(bed->copy, sizeof(bed->copy), "%s/b", bed->directory);
	assert_int_equal(sqlite3_open_v2(bed->path, &bed->db,
					 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
					 wal_buffer_vfs()),
			 SQLITE_OK);
	/* A small cache: pages go to the WAL before the commit, and are read from there again. */
	run(bed->db,
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=10;"
	    "PRAGMA wal_autocheckpoint=0; CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)");
}

static void
bed_close(struct bed *bed)
{
	static const char *const ends[] = { "a", "a-wal", "a-shm", "b", "b-wal", "b-shm" };
	char path[128];

	(void)sqlite3_close(bed->db);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", bed->directory, ends[i]);
		(void)unlink(path); /* not each test makes each */
	}
	(void)rmdir(bed->directory);
}

static void
add(struct bed *bed, int first, int n)
{
	char sql[256];

	(void)snprintf(sql, sizeof(sql),
		       "WITH RECURSIVE n (i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n"
		       " WHERE i < %d) INSERT INTO t SELECT i, randomblob(%d) FROM n",
		       first, first + n - 1, ROW_BYTES);
	run(bed->db, sql);
}

static void
copy_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "re");
	FILE *out = fopen(to, "we");
	char bytes[4096];
	size_t n;

	assert_non_null(in);
	assert_non_null(out);
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	assert_int_equal(fclose(out), 0);
	(void)fclose(in);
}

/* The rows that another process finds after this one was killed here: those of a copy. */
static int64_t
n_rows_after_a_kill(const struct bed *bed)
{
	char from[128];
	char to[128];
	sqlite3 *copy = NULL;
	int64_t n;

	(void)snprintf(from, sizeof(from), "%s-wal", bed->path);
	(void)snprintf(to, sizeof(to), "%s-wal", bed->copy);
	copy_file(bed->path, bed->copy);
	copy_file(from, to);
	assert_int_equal(sqlite3_open_v2(bed->copy, &copy, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(number(copy, "SELECT count(*) FROM pragma_integrity_check"
				      " WHERE integrity_check = 'ok'"),
			 1);
	n = number(copy, "SELECT count(*) FROM t");
	(void)sqlite3_close(copy);
	return n;
}

struct size_row {
	const char *name;
	int n_rows; /* a row takes most of a page of 4,096 bytes */
};

static const struct size_row size_rows[] = {
	{ "less_than_the_buffer", 3 },
	{ "about_the_buffer", 15 },
	{ "more_than_the_buffer", 17 },
	{ "many_times_the_buffer", 500 },
};

static void
commit_is_in_the_files(void **state)
{
	const struct size_row *row = *state;
	_cleanup_(bed_close) struct bed bed;

	bed_open(&bed);
	for (int turn = 0; turn < 3; turn++) {
		run(bed.db, "BEGIN");
		add(&bed, turn * row->n_rows, row->n_rows);
		assert_int_equal(n_rows_after_a_kill(&bed), turn * row->n_rows);
		run(bed.db, "COMMIT");
		assert_int_equal(n_rows_after_a_kill(&bed), (turn + 1) * row->n_rows);
	}
}

static void
pages_are_read_back_before_the_commit(_unused_ void **state)
{
	_cleanup_(bed_close) struct bed bed;

	bed_open(&bed);
	run(bed.db, "BEGIN");
	for (int i = 0; i < 300; i++) {
		add(&bed, i, 1);
		assert_int_equal(number(bed.db, "SELECT count(*) FROM t WHERE length(b) = 3000"),
				 i + 1);
	}
	run(bed.db, "ROLLBACK");
	assert_int_equal(number(bed.db, "SELECT count(*) FROM t"), 0);
	add(&bed, 0, 40);
	assert_int_equal(n_rows_after_a_kill(&bed), 40);
}

static void
a_checkpoint_empties_the_file(_unused_ void **state)
{
	_cleanup_(bed_close) struct bed bed;
	char wal[128];
	struct stat st;

	bed_open(&bed);
	(void)snprintf(wal, sizeof(wal), "%s-wal", bed.path);
	add(&bed, 0, 100);
	run(bed.db, "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(st.st_size, 0);
	add(&bed, 100, 100);
	run(bed.db, "PRAGMA wal_checkpoint(PASSIVE)");
	add(&bed, 200, 100); /* from the front of the file again */
	assert_int_equal(n_rows_after_a_kill(&bed), 300);
}

static void
limit_files(rlim_t size)
{
	struct rlimit limit = { size, RLIM_INFINITY };

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A full disk: the first part of the commit fits, a later one does not. */
static void
a_write_that_fails_fails_the_commit(_unused_ void **state)
{
	_cleanup_(bed_close) struct bed bed;
	char wal[128];
	struct stat st;
	int rc;

	(void)signal(SIGXFSZ, SIG_IGN);
	bed_open(&bed);
	(void)snprintf(wal, sizeof(wal), "%s-wal", bed.path);
	run(bed.db, "PRAGMA cache_size=10000");
	add(&bed, 0, 10);
	assert_int_equal(stat(wal, &st), 0);
	for (rlim_t room = 0; room < 300000; room += 50000) {
		run(bed.db, "BEGIN");
		add(&bed, 1000, 100);
		limit_files((rlim_t)st.st_size + room);
		rc = sqlite3_exec(bed.db, "COMMIT", NULL, NULL, NULL);
		limit_files(RLIM_INFINITY);
		assert_int_not_equal(rc, SQLITE_OK);
		if (!sqlite3_get_autocommit(bed.db))
			run(bed.db, "ROLLBACK");
		assert_int_equal(number(bed.db, "SELECT count(*) FROM t"), 10);
		assert_int_equal(n_rows_after_a_kill(&bed), 10);
	}
	add(&bed, 10, 100);
	assert_int_equal(n_rows_after_a_kill(&bed), 110);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, size_rows, commit_is_in_the_files);
	rows_add_one(&rows, "pages_are_read_back_before_the_commit",
		     pages_are_read_back_before_the_commit);
	rows_add_one(&rows, "a_checkpoint_empties_the_file", a_checkpoint_empties_the_file);
	rows_add_one(&rows, "a_write_that_fails_fails_the_commit",
		     a_write_that_fails_fails_the_commit);
	return rows_run(&rows, argc, argv);
}
