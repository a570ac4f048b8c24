-- Mail: what waits, what became of it.

-- name: mail_add
INSERT INTO mail
	(id, kind, recipient, recipient_key, subject, account_id, user_id, connection_id, page,
	person, person_name, created_ms, due_ms, next_try_ms, n_tries)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, 0);

-- name: mail_recent
-- Of one kind to one address: when the latest was due, within what is near enough to now that the
-- clock had not been wrong; how many wait; how many of these are about the same person.
SELECT MAX(CASE WHEN due_ms > $3 AND due_ms < $4 THEN due_ms END),
	COUNT(next_try_ms),
	COUNT(CASE WHEN next_try_ms IS NOT NULL AND person = CAST($5 AS TEXT) THEN 1 END)
FROM mail WHERE recipient_key = $1 AND kind = $2;

-- name: mail_n_waiting
-- Not more than it matters.
SELECT COUNT(*) FROM (SELECT 1 FROM mail WHERE next_try_ms IS NOT NULL LIMIT $1) AS waiting;

-- name: mail_by_id
SELECT id, kind, recipient, recipient_key, subject, account_id, user_id, connection_id, page,
	person, person_name, next_try_ms, n_tries
FROM mail WHERE id = $1;

-- name: mail_first
SELECT id, kind, recipient, recipient_key, subject, account_id, user_id, connection_id, page,
	person, person_name, next_try_ms, n_tries
FROM mail WHERE next_try_ms IS NOT NULL ORDER BY next_try_ms LIMIT 1;

-- name: mail_sent
UPDATE mail SET sent_ms = $2, n_tries = $3, next_try_ms = NULL, last_error = NULL WHERE id = $1;

-- name: mail_failed
UPDATE mail SET last_error = $2, n_tries = $3, next_try_ms = $4 WHERE id = $1;

-- name: mail_shift
-- After the clock was set back.
UPDATE mail SET next_try_ms = next_try_ms + CAST($1 AS BIGINT) WHERE next_try_ms IS NOT NULL;

-- name: mail_pull_in
-- What no schedule of ours put so far off.
UPDATE mail SET next_try_ms = $1 WHERE next_try_ms > $2;

-- name: mail_purge
DELETE FROM mail WHERE next_try_ms IS NULL AND created_ms < $1;

-- name: mail_delete_by_account
DELETE FROM mail WHERE account_id = $1;

-- name: account_creator
SELECT c.id, c.email, c.email_key
FROM account a JOIN account_user c ON c.id = a.creator_user_id
WHERE a.id = $1;

-- name: user_verify_email
UPDATE account_user SET email_verified_ms = $2 WHERE id = $1 AND email_verified_ms IS NULL;
