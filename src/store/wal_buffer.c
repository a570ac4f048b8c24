/*
 * The VFS that gathers writes to a WAL. Files of other kinds are opened by the system's VFS and
 * are its own from then on.
 */
#include "store/wal_buffer.h"

#include "base/base.h"

#include <pthread.h>
#include <sqlite3.h>

#define BUFFER_SIZE 65536

struct wal_file {
	sqlite3_file base;  /* first: SQLite knows only this */
	sqlite3_file *real; /* behind this struct, in the same memory */
	sqlite3_int64 at;   /* where in the file the buffer goes */
	int len;
	char *buffer;
};

static struct wal_file *
wal_of(sqlite3_file *file)
{
	return CONTAINER_OF(file, struct wal_file, base);
}

/*
 * What cannot be written is dropped: it belongs to a transaction that fails by this, and the next
 * one writes at the same place.
 */
static int
flush(struct wal_file *wal)
{
	int len = wal->len;

	wal->len = 0;
	if (len == 0)
		return SQLITE_OK;
	return wal->real->pMethods->xWrite(wal->real, wal->buffer, len, wal->at);
}

static int
wal_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
	struct wal_file *wal = wal_of(file);
	int rc = SQLITE_OK;

	if (at != wal->at + wal->len || len > BUFFER_SIZE - wal->len)
		rc = flush(wal);
	if (rc != SQLITE_OK)
		return rc;
	if (len > BUFFER_SIZE)
		return wal->real->pMethods->xWrite(wal->real, bytes, len, at);
	if (wal->len == 0)
		wal->at = at;
	memcpy(wal->buffer + wal->len, bytes, (size_t)len);
	wal->len += len;
	return SQLITE_OK;
}

static int
wal_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 at)
{
	struct wal_file *wal = wal_of(file);
	int rc = flush(wal);

	return rc != SQLITE_OK ? rc : wal->real->pMethods->xRead(wal->real, bytes, len, at);
}

static int
wal_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct wal_file *wal = wal_of(file);
	int rc = flush(wal);

	return rc != SQLITE_OK ? rc : wal->real->pMethods->xTruncate(wal->real, size);
}

static int
wal_sync(sqlite3_file *file, int flags)
{
	struct wal_file *wal = wal_of(file);
	int rc = flush(wal);

	return rc != SQLITE_OK ? rc : wal->real->pMethods->xSync(wal->real, flags);
}

static int
wal_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
	struct wal_file *wal = wal_of(file);
	int rc = flush(wal);

	return rc != SQLITE_OK ? rc : wal->real->pMethods->xFileSize(wal->real, ret_size);
}

static int
wal_close(sqlite3_file *file)
{
	struct wal_file *wal = wal_of(file);
	int rc = flush(wal);
	int close_rc = wal->real->pMethods->xClose(wal->real);

	sqlite3_free(wal->buffer);
	return rc != SQLITE_OK ? rc : close_rc;
}

static int
wal_lock(sqlite3_file *file, int level)
{
	struct wal_file *wal = wal_of(file);

	return wal->real->pMethods->xLock(wal->real, level);
}

static int
wal_unlock(sqlite3_file *file, int level)
{
	struct wal_file *wal = wal_of(file);

	return wal->real->pMethods->xUnlock(wal->real, level);
}

static int
wal_check_lock(sqlite3_file *file, int *ret_is_locked)
{
	struct wal_file *wal = wal_of(file);

	return wal->real->pMethods->xCheckReservedLock(wal->real, ret_is_locked);
}

static int
wal_control(sqlite3_file *file, int what, void *arg)
{
	struct wal_file *wal = wal_of(file);

	return wal->real->pMethods->xFileControl(wal->real, what, arg);
}

static int
wal_sector_size(sqlite3_file *file)
{
	struct wal_file *wal = wal_of(file);

	return wal->real->pMethods->xSectorSize(wal->real);
}

static int
wal_characteristics(sqlite3_file *file)
{
	struct wal_file *wal = wal_of(file);

	return wal->real->pMethods->xDeviceCharacteristics(wal->real);
}

static const sqlite3_io_methods wal_methods = {
	.iVersion = 1, /* shared memory belongs to the database's file, not to this one */
	.xClose = wal_close,
	.xRead = wal_read,
	.xWrite = wal_write,
	.xTruncate = wal_truncate,
	.xSync = wal_sync,
	.xFileSize = wal_size,
	.xLock = wal_lock,
	.xUnlock = wal_unlock,
	.xCheckReservedLock = wal_check_lock,
	.xFileControl = wal_control,
	.xSectorSize = wal_sector_size,
	.xDeviceCharacteristics = wal_characteristics,
};

/* SQLite links it into its list: the one thing here that is not constant, and only SQLite's. */
static sqlite3_vfs vfs;

/* What the process opens files with; the system's, should that have become ours. */
static sqlite3_vfs *
real_vfs(void)
{
	sqlite3_vfs *standard = sqlite3_vfs_find(NULL);

	return standard == &vfs ? sqlite3_vfs_find("unix") : standard;
}

static int
open_file(_unused_ sqlite3_vfs *self, const char *path, sqlite3_file *file, int flags,
	  int *ret_flags)
{
	sqlite3_vfs *real = real_vfs();
	struct wal_file *wal = wal_of(file);
	int rc;

	if (!(flags & SQLITE_OPEN_WAL))
		return real->xOpen(real, path, file, flags, ret_flags);
	*wal = (struct wal_file){ .real = (sqlite3_file *)(wal + 1) };
	wal->real->pMethods = NULL;
	wal->buffer = sqlite3_malloc(BUFFER_SIZE);
	if (!wal->buffer)
		return SQLITE_NOMEM;
	rc = real->xOpen(real, path, wal->real, flags, ret_flags);
	if (rc == SQLITE_OK)
		wal->base.pMethods = &wal_methods;
	else
		sqlite3_free(wal->buffer);
	return rc;
}

static void
register_vfs(void)
{
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);

	if (!real)
		return;
	vfs = *real;
	vfs.zName = "partner-connect";
	vfs.szOsFile = (int)sizeof(struct wal_file) + real->szOsFile;
	vfs.xOpen = open_file;
	if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
		vfs.zName = NULL;
}

const char *
wal_buffer_vfs(void)
{
	static pthread_once_t is_registered = PTHREAD_ONCE_INIT;

	(void)pthread_once(&is_registered, register_vfs);
	return vfs.zName;
}
