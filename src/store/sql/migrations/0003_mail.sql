-- Mail that waits, and that went out or was given up not long ago. A link's token is not in here:
-- it is made when the mail is sent.

CREATE TABLE mail (
	id TEXT NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('sign_up_link', 'invitation_request')),
	recipient TEXT NOT NULL,
	recipient_key TEXT NOT NULL,
	subject TEXT NOT NULL,
	account_id TEXT NOT NULL,
	-- What the mail is about.
	user_id TEXT, -- whom a link is for; NULL: nobody yet, who opens it joins the account
	connection_id TEXT,
	page TEXT, -- that a link leads to
	person TEXT, -- the address of who asks to be let in
	person_name TEXT,
	created_ms BIGINT NOT NULL,
	due_ms BIGINT NOT NULL, -- the first try
	next_try_ms BIGINT, -- NULL: it was sent, or given up
	n_tries BIGINT NOT NULL,
	sent_ms BIGINT,
	last_error TEXT
);
CREATE INDEX mail_waiting ON mail (next_try_ms) WHERE next_try_ms IS NOT NULL;
CREATE INDEX mail_over ON mail (created_ms) WHERE next_try_ms IS NULL;
CREATE INDEX mail_recipient ON mail (recipient_key, kind, due_ms);
CREATE INDEX mail_account ON mail (account_id);
