-- Workspaces, connections, their secrets, and the events about them.

-- name: workspace_by_id
SELECT created_ms, hostname, url, region FROM workspace WHERE cloud = $1 AND workspace_id = $2;

-- name: workspace_insert
-- Not an upsert: for one, SQLite plans a walk through all connections, as if a parent were changed.
INSERT INTO workspace (cloud, workspace_id, hostname, url, region, created_ms)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: workspace_update
-- What the request leaves out stays as it is known.
UPDATE workspace SET hostname = COALESCE($3, hostname), url = COALESCE($4, url),
	region = COALESCE($5, region)
WHERE cloud = $1 AND workspace_id = $2;

-- name: connection_by_id
SELECT id, account_id, creator_user_id, cloud, workspace_id, scope, state, is_demo, is_confirmed
FROM connection WHERE id = $1;

-- name: connection_tested_by_id
SELECT hostname, port, cluster_id, is_sql_warehouse, service_principal_id
FROM connection WHERE id = $1;

-- name: connection_in_slot
SELECT id, account_id, creator_user_id, cloud, workspace_id, scope, state, is_demo, is_confirmed,
	fingerprint, answer_user_status, answer_account_status, answer_redirect_value,
	answer_is_configured, answer_connection_id, answer_launch_connection_id,
	answer_launch_user_id, answered_ms, is_delivered
FROM connection
WHERE workspace_since_ms = $1 AND workspace_id = $2 AND cloud = $3 AND scope = $4
	AND is_demo = $5 AND slot_email_key = $6 AND state = 'live';

-- name: connection_confirmed_in_workspace
SELECT EXISTS (SELECT 1 FROM connection
	WHERE account_id = $1 AND workspace_since_ms = $2 AND workspace_id = $3 AND cloud = $4
		AND is_confirmed = 1 AND state <> 'deleted');

-- name: connection_count_by_account
SELECT COUNT(*) FROM connection WHERE account_id = $1;

-- name: connection_insert
INSERT INTO connection (
	id, account_id, creator_user_id, cloud, workspace_id, workspace_since_ms,
	scope, slot_email_key, is_demo, name, is_confirmed, created_ms,
	hostname, port, workspace_url, cloud_provider_region, http_path,
	jdbc_url, databricks_jdbc_url, cluster_id, destination_location,
	catalog_name, database_name, data_source_connector, service_principal_id,
	oauth_u2m_app_id, oauth_scope, is_sql_warehouse, is_free_trial,
	fingerprint, answer_user_status, answer_account_status, answer_redirect_value,
	answer_is_configured, answer_connection_id, answer_launch_connection_id,
	answer_launch_user_id, answered_ms, state, is_delivered)
VALUES (
	$1, $2, $3, $4, $5, $6,
	$7, $8, $9, $10, $11, $12,
	$13, $14, $15, $16, $17,
	$18, $19, $20, $21,
	$22, $23, $24, $25,
	$26, $27, $28, $29,
	$30, $31, $32, $33,
	$34, $35, $36,
	$37, $12, 'live', 0);

-- name: connection_supersede
UPDATE connection SET state = $2, superseded_ms = $3, deleted_ms = $4
WHERE id = $1 AND state = 'live';

-- name: connection_answer_again
UPDATE connection SET answered_ms = $2, is_delivered = 0 WHERE id = $1;

-- name: connection_mark_delivered
UPDATE connection SET is_delivered = $2 WHERE id = $1;

-- name: connection_mark_deleted
UPDATE connection SET state = 'deleted', deleted_ms = $2 WHERE id = $1 AND state <> 'deleted';

-- name: connection_delete_by_account
DELETE FROM connection WHERE account_id = $1;

-- name: secret_insert
INSERT INTO secret (connection_id, kind, key_id, blob) VALUES ($1, $2, $3, $4);

-- name: secret_by_connection
SELECT kind, key_id, blob FROM secret WHERE connection_id = $1 ORDER BY kind;

-- name: secret_delete_by_connection
DELETE FROM secret WHERE connection_id = $1;

-- name: secret_delete_by_account
DELETE FROM secret WHERE connection_id IN (SELECT id FROM connection WHERE account_id = $1);

-- name: outbox_add
INSERT INTO outbox (id, connection_id, type, payload, created_ms) VALUES ($1, $2, $3, $4, $5);

-- name: outbox_delete_by_account
DELETE FROM outbox WHERE connection_id IN (SELECT id FROM connection WHERE account_id = $1);
