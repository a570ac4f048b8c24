-- What the hosted pages need: who enters, what they see, who is signed in.

-- name: entrant_by_id
SELECT id, origin, signed_up_ms, email_verified_ms, trial_expires_ms,
	account_id, email, created_ms, password_hash, is_password_proven
FROM account_user WHERE id = $1;

-- name: entrants_by_email
-- One address may have a user in several accounts: of its domain, of others that added it, of demos.
SELECT id, origin, signed_up_ms, email_verified_ms, trial_expires_ms,
	account_id, email, created_ms, password_hash, is_password_proven
FROM account_user WHERE email_key = $1 AND password_hash IS NOT NULL
ORDER BY id LIMIT $2;

-- name: user_set_password
UPDATE account_user SET password_hash = $2, is_password_proven = $3 WHERE id = $1;

-- name: connection_details
SELECT id, account_id, creator_user_id, cloud, workspace_id, scope, state, is_demo, is_confirmed,
	created_ms, name, hostname, workspace_url, cloud_provider_region, http_path, cluster_id,
	is_sql_warehouse, catalog_name, destination_location
FROM connection WHERE id = $1;

-- name: connections_of_user
-- The live ones, newest first; of a member ($3) all that the workspaces of the account share.
SELECT id, account_id, creator_user_id, cloud, workspace_id, scope, state, is_demo, is_confirmed,
	created_ms, name, hostname, workspace_url, cloud_provider_region, http_path, cluster_id,
	is_sql_warehouse, catalog_name, destination_location
FROM connection
WHERE account_id = $1 AND state = 'live'
	AND (creator_user_id = $2 OR (CAST($3 AS BIGINT) = 1 AND scope = 'workspace'))
ORDER BY id DESC LIMIT $4;

-- name: connection_confirm
UPDATE connection SET is_confirmed = 1 WHERE id = $1 AND is_confirmed = 0;

-- name: launch_is_used
SELECT EXISTS (SELECT 1 FROM launch WHERE token_hash = $1);

-- name: session_add
INSERT INTO session (token_hash, user_id, connection_id, created_ms, expires_ms)
VALUES ($1, $2, $3, $4, $5);

-- name: session_by_hash
SELECT user_id, connection_id FROM session WHERE token_hash = $1 AND expires_ms > $2;

-- name: session_purge
DELETE FROM session WHERE expires_ms <= $1;

-- name: session_delete
DELETE FROM session WHERE token_hash = $1;

-- name: session_delete_by_user
DELETE FROM session WHERE user_id = $1;

-- name: session_delete_by_account
DELETE FROM session WHERE user_id IN (SELECT id FROM account_user WHERE account_id = $1);
