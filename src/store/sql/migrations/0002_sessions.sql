-- Users of the hosted pages: a password, and who is signed in.

ALTER TABLE account_user ADD COLUMN password_hash TEXT;
-- Set through a connection that is the account's beyond doubt: such a click outranks a password
-- that was set without one.
ALTER TABLE account_user ADD COLUMN is_password_proven SMALLINT NOT NULL DEFAULT 0
	CHECK (is_password_proven IN (0, 1));

-- A connect sets no password, so it does not touch this.
CREATE INDEX account_user_sign_in ON account_user (email_key) WHERE password_hash IS NOT NULL;

CREATE TABLE session (
	token_hash BYTEA NOT NULL PRIMARY KEY,
	user_id TEXT NOT NULL,
	connection_id TEXT, -- that the user came with
	created_ms BIGINT NOT NULL,
	expires_ms BIGINT NOT NULL
);
CREATE INDEX session_expires ON session (expires_ms);
CREATE INDEX session_user_id ON session (user_id);
