/**
 * A VFS for SQLite that gathers what is written to a WAL.
 *
 * SQLite writes each page of a commit with two calls, its header of 24 bytes and the page itself:
 * for a group of 64 connects some 500 calls, one behind the other in the file. Here they become one
 * for each 64 KiB. Nothing else changes: a sync first writes what was gathered, and so does all
 * that looks at the file. Only with synchronous=FULL, where each commit ends in a sync: otherwise
 * a commit that was reported could still lie in our memory.
 */
#ifndef PC_STORE_WAL_BUFFER_H
#define PC_STORE_WAL_BUFFER_H

/** Registers it once for the process and gives its name, for sqlite3_open_v2(); NULL: cannot. */
const char *wal_buffer_vfs(void);

#endif
