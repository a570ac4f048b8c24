-- Launch tokens that were used.

-- name: launch_use
-- No row is added when the token was used before.
INSERT INTO launch (token_hash, connection_id, user_id, used_ms, expires_ms)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (token_hash) DO NOTHING;

-- name: launch_purge
DELETE FROM launch WHERE expires_ms < $1;

-- name: launch_delete_by_account_connection
DELETE FROM launch WHERE connection_id IN (SELECT id FROM connection WHERE account_id = $1);

-- name: launch_delete_by_account_user
DELETE FROM launch WHERE user_id IN (SELECT id FROM account_user WHERE account_id = $1);
