/*
 * Bringing the schema up to date: forward only, each migration in a transaction of its own.
 */
#include "store/tx.h"

static struct err
read_version(struct db *db, int64_t *ret_version)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query_values(db, STMT_SCHEMA_VERSION_NEWEST, &rows, NULL, 0);

	if (!err.code && rows.has_row)
		*ret_version = db_get_int(&rows, 0);
	return err;
}

static struct err
migrate_one(struct db *db, const struct db_migration *migration, struct instant now)
{
	struct err err = db_begin(db);

	for (const char *const *sql = migration->statements; !err.code && *sql; sql++)
		err = db_run_text(db, *sql);
	if (!err.code)
		err = db_exec(db, STMT_SCHEMA_VERSION_ADD, db_int(migration->version),
			      db_text(str_of(migration->name)), db_int(now.ms));
	if (!err.code)
		err = db_commit(db);
	db_rollback(db);
	return err;
}

struct err
store_migrate(struct arena *arena, struct db *db, struct instant now)
{
	int64_t version = 0;
	struct err err = OK_NONE;

	if (!db_is_empty(db)) {
		err = read_version(db, &version);
		if (err.code)
			return err_format(arena, ERR_STORE, "store: the schema's version: %s",
					  err.detail);
	}
	if (version > N_DB_MIGRATIONS)
		return err_format(arena, ERR_CONFIG,
				  "store: the database has schema version %lld, this program knows "
				  "up to %d: use a newer program",
				  (long long)version, N_DB_MIGRATIONS);
	/* Only now: a database that is refused is left as it was. */
	err = db_start(db, arena);
	for (int64_t i = version; !err.code && i < N_DB_MIGRATIONS; i++) {
		err = migrate_one(db, &db_migrations[i], now);
		if (err.code)
			err = err_format(arena, ERR_STORE, "store: migration %s: %s",
					 db_migrations[i].name, err.detail);
	}
	return err;
}
