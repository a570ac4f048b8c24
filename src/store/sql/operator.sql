-- What the operator looks at and changes. Lists go from the newest to the oldest, for ids grow with
-- time; $1 is the id before which a page begins.

-- name: operator_connections
SELECT id, account_id, creator_user_id, cloud, workspace_id, scope, state, is_demo, is_confirmed,
	name, created_ms
FROM connection WHERE id < $1 ORDER BY id DESC LIMIT $2;

-- name: operator_connections_of_account
SELECT id, account_id, creator_user_id, cloud, workspace_id, scope, state, is_demo, is_confirmed,
	name, created_ms
FROM connection WHERE id < $1 AND account_id = $3 ORDER BY id DESC LIMIT $2;

-- name: operator_connection
SELECT c.id, c.account_id, c.creator_user_id, c.cloud, c.workspace_id, c.scope, c.state, c.is_demo,
	c.is_confirmed, c.name, c.created_ms, c.superseded_ms, c.deleted_ms, c.is_delivered,
	a.key, u.email,
	c.hostname, c.port, c.workspace_url, c.cloud_provider_region, c.http_path, c.jdbc_url,
	c.databricks_jdbc_url, c.cluster_id, c.destination_location, c.catalog_name,
	c.database_name, c.data_source_connector, c.service_principal_id, c.oauth_u2m_app_id,
	c.oauth_scope, c.is_sql_warehouse, c.is_free_trial
FROM connection c
JOIN account a ON a.id = c.account_id
LEFT JOIN account_user u ON u.id = c.creator_user_id
WHERE c.id = $1;

-- name: operator_accounts
SELECT id, key, domain, is_demo, state, trial_expires_ms, created_ms
FROM account WHERE id < $1 ORDER BY id DESC LIMIT $2;

-- name: operator_account_by_key
SELECT id, key, domain, is_demo, state, trial_expires_ms, created_ms
FROM account WHERE key = $1;

-- name: operator_account
SELECT id, key, domain, is_demo, state, trial_expires_ms, created_ms
FROM account WHERE id = $1;

-- name: operator_users
SELECT id, email, first_name, last_name, origin, signed_up_ms, email_verified_ms, trial_expires_ms,
	created_ms
FROM account_user WHERE account_id = $1 ORDER BY id LIMIT $2;

-- name: operator_account_set_state
UPDATE account SET state = $2, trial_expires_ms = $3 WHERE id = $1;

-- name: operator_users_end_trials
UPDATE account_user SET trial_expires_ms = NULL
WHERE account_id = $1 AND trial_expires_ms IS NOT NULL;

-- name: operator_audit
SELECT id, at_ms, actor, action, object, detail
FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2;

-- name: operator_probe
-- A row that is no version, and that changes each time: an UPDATE to what is there writes nothing.
INSERT INTO schema_version (version, name, applied_ms) VALUES (0, 'probe', 0)
ON CONFLICT (version) DO UPDATE SET applied_ms = 1 - schema_version.applied_ms;
