-- What the operator's side keeps: credentials, data keys, the audit trail.

-- name: audit_add
INSERT INTO audit (id, at_ms, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5, $6);

-- name: credential_list
SELECT slot, login, password_hash, created_ms, last_used_ms FROM credential ORDER BY slot;

-- name: credential_put
INSERT INTO credential (slot, login, password_hash, created_ms, last_used_ms)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (slot) DO UPDATE SET login = excluded.login,
	password_hash = excluded.password_hash, created_ms = excluded.created_ms,
	last_used_ms = excluded.last_used_ms;

-- name: credential_delete
DELETE FROM credential WHERE slot = $1;

-- name: credential_touch
UPDATE credential SET last_used_ms = $2 WHERE slot = $1;

-- name: data_key_list
SELECT id, wrapped, is_active, created_ms FROM data_key ORDER BY id;

-- name: data_key_deactivate_others
UPDATE data_key SET is_active = 0 WHERE id <> $1 AND is_active = 1;

-- name: data_key_put
INSERT INTO data_key (id, wrapped, is_active, created_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET wrapped = excluded.wrapped, is_active = excluded.is_active,
	created_ms = excluded.created_ms;
