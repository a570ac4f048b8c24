-- Accounts, their users, and who these are to Databricks.

-- name: account_with_user_by_key
-- The account, whether its creator is verified, and its user of that e-mail when there is one.
SELECT a.id, a.state, a.trial_expires_ms, c.email_verified_ms,
	u.id, u.origin, u.signed_up_ms, u.email_verified_ms, u.trial_expires_ms
FROM account a
LEFT JOIN account_user c ON c.id = a.creator_user_id
LEFT JOIN account_user u ON u.account_id = a.id AND u.email_key = $2
WHERE a.key = $1;

-- name: account_with_user_by_id
SELECT a.id, a.state, a.trial_expires_ms, c.email_verified_ms,
	u.id, u.origin, u.signed_up_ms, u.email_verified_ms, u.trial_expires_ms
FROM account a
LEFT JOIN account_user c ON c.id = a.creator_user_id
LEFT JOIN account_user u ON u.account_id = a.id AND u.email_key = $2
WHERE a.id = $1;

-- name: account_insert
INSERT INTO account
	(id, key, domain, is_demo, state, trial_expires_ms, creator_user_id, created_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: account_expire
UPDATE account SET state = 'expired', trial_expires_ms = $2 WHERE id = $1;

-- name: account_begin_trial
-- Not of an account that pays or is suspended: a sign-up ends neither.
UPDATE account SET state = 'trial', trial_expires_ms = $2
WHERE id = $1 AND state IN ('trial', 'expired');

-- name: account_ids_by_domain
SELECT id FROM account WHERE key = $1 AND domain = $1
UNION ALL
SELECT id FROM account WHERE domain = $1 AND key <> domain;

-- name: account_delete
DELETE FROM account WHERE id = $1;

-- name: user_by_id
SELECT id, origin, signed_up_ms, email_verified_ms, trial_expires_ms, account_id
FROM account_user WHERE id = $1;

-- name: user_by_identity
-- Several users may share a Databricks id, for the e-mail can be edited: who is fully in, first.
SELECT u.id, u.origin, u.signed_up_ms, u.email_verified_ms, u.trial_expires_ms
FROM identity i
JOIN account_user u ON u.id = i.user_id
WHERE i.account_id = $1 AND i.cloud = $2 AND i.databricks_user_id = $3
ORDER BY CASE WHEN u.origin = 'trial' THEN 1 ELSE 0 END, u.id
LIMIT 1;

-- name: user_insert
INSERT INTO account_user
	(id, account_id, email, email_key, first_name, last_name, origin, trial_expires_ms,
	created_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: user_accept
UPDATE account_user SET origin = 'added' WHERE id = $1 AND origin = 'trial';

-- name: user_expire
UPDATE account_user SET trial_expires_ms = $2 WHERE id = $1;

-- name: user_sign_up
UPDATE account_user SET signed_up_ms = $3 WHERE id = $1 AND account_id = $2;

-- name: user_begin_trial
UPDATE account_user SET trial_expires_ms = $2 WHERE id = $1;

-- name: user_delete_by_account
DELETE FROM account_user WHERE account_id = $1;

-- name: identity_exists
SELECT EXISTS (SELECT 1 FROM identity
	WHERE account_id = $1 AND cloud = $2 AND databricks_user_id = $3);

-- name: identity_add
INSERT INTO identity (account_id, cloud, databricks_user_id, user_id, created_ms)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (account_id, cloud, databricks_user_id, user_id) DO NOTHING;

-- name: identity_delete_by_account
DELETE FROM identity WHERE account_id = $1;

-- name: invitation_add
INSERT INTO invitation
	(account_id, email_key, email, first_name, last_name, cloud, databricks_user_id,
	connection_id, created_ms, asked_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
ON CONFLICT (account_id, email_key) DO UPDATE SET
	email = excluded.email, first_name = excluded.first_name,
	last_name = excluded.last_name, cloud = excluded.cloud,
	databricks_user_id = excluded.databricks_user_id,
	connection_id = excluded.connection_id, asked_ms = excluded.asked_ms;

-- name: invitation_delete_by_account
DELETE FROM invitation WHERE account_id = $1;
