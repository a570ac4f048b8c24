-- The database's own version; the migrations are in migrations/.

-- name: schema_version_newest
SELECT MAX(version) FROM schema_version;

-- name: schema_version_add
INSERT INTO schema_version (version, name, applied_ms) VALUES ($1, $2, $3);
