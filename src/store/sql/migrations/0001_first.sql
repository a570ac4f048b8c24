-- The first shape. Portable: the same text runs on SQLite 3.40 and PostgreSQL 15.
--
-- Ids of ours are UUIDv7 text, so new rows land at the end of their indexes. Times are milliseconds
-- since 1970 (UTC), NULL when unset; is_ columns are 0 or 1; closed sets hold the API's words.
--
-- Indexes decide what a connect costs once there are a million rows: each index that a random key
-- hits dirties a page of its own. A connect of a new user, account and workspace hits two such
-- (account.key, workspace); all others lead with something that grows with time. That is why
-- identity leads with the account and connection_slot with the time its workspace was first seen.
--
-- A CHECK of more than two words is a chain of OR: SQLite would make a temporary tree of an IN list
-- at every run of the statement, which costs a connect more than all the rest.
--
-- Foreign keys stand where the child has an index that begins with them; deleting a parent would
-- read the whole child table elsewhere. What is left without (identity.user_id,
-- connection.creator_user_id, account.creator_user_id, launch, outbox) goes with its account, in
-- one transaction: account.sql.

CREATE TABLE schema_version (
	version BIGINT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	applied_ms BIGINT NOT NULL
);

CREATE TABLE account (
	id TEXT NOT NULL PRIMARY KEY,
	key TEXT NOT NULL UNIQUE, -- the domain; the address at a public mail provider; demo:ID
	domain TEXT NOT NULL,
	is_demo SMALLINT NOT NULL CHECK (is_demo IN (0, 1)),
	state TEXT NOT NULL CHECK (state = 'trial' OR state = 'active' OR state = 'suspended'
			OR state = 'expired'),
	trial_expires_ms BIGINT,
	creator_user_id TEXT,
	created_ms BIGINT NOT NULL
);

-- Most accounts are found by their domain through the key; only the others need this.
CREATE INDEX account_domain ON account (domain) WHERE key <> domain;

CREATE TABLE account_user (
	id TEXT NOT NULL PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES account (id),
	email TEXT NOT NULL,
	email_key TEXT NOT NULL,
	first_name TEXT,
	last_name TEXT,
	origin TEXT NOT NULL CHECK (origin = 'creator' OR origin = 'added' OR origin = 'trial'),
	signed_up_ms BIGINT,
	email_verified_ms BIGINT,
	trial_expires_ms BIGINT,
	created_ms BIGINT NOT NULL,
	UNIQUE (account_id, email_key)
);

-- Who a user is to Databricks: one person may have several ids per cloud.
CREATE TABLE identity (
	account_id TEXT NOT NULL REFERENCES account (id),
	cloud TEXT NOT NULL CHECK (cloud = 'aws' OR cloud = 'azure' OR cloud = 'gcp'),
	databricks_user_id BIGINT NOT NULL,
	user_id TEXT NOT NULL,
	created_ms BIGINT NOT NULL,
	PRIMARY KEY (account_id, cloud, databricks_user_id, user_id)
);

CREATE TABLE workspace (
	cloud TEXT NOT NULL CHECK (cloud = 'aws' OR cloud = 'azure' OR cloud = 'gcp'),
	workspace_id BIGINT NOT NULL,
	hostname TEXT,
	url TEXT,
	region TEXT,
	name TEXT,
	created_ms BIGINT NOT NULL,
	PRIMARY KEY (cloud, workspace_id)
);

CREATE TABLE connection (
	id TEXT NOT NULL PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES account (id),
	creator_user_id TEXT NOT NULL,
	cloud TEXT NOT NULL CHECK (cloud = 'aws' OR cloud = 'azure' OR cloud = 'gcp'),
	workspace_id BIGINT NOT NULL,
	workspace_since_ms BIGINT NOT NULL, -- workspace.created_ms
	scope TEXT NOT NULL CHECK (scope IN ('workspace', 'user')),
	slot_email_key TEXT NOT NULL, -- the creator's when the scope is user, else empty
	is_demo SMALLINT NOT NULL CHECK (is_demo IN (0, 1)),
	state TEXT NOT NULL CHECK (state = 'live' OR state = 'superseded' OR state = 'deleted'),
	name TEXT,
	is_confirmed SMALLINT NOT NULL CHECK (is_confirmed IN (0, 1)),
	created_ms BIGINT NOT NULL,
	superseded_ms BIGINT,
	deleted_ms BIGINT,
	-- What the request said of it.
	hostname TEXT,
	port BIGINT,
	workspace_url TEXT,
	cloud_provider_region TEXT,
	http_path TEXT,
	jdbc_url TEXT, -- NULL when it holds a password: then it is in secret
	databricks_jdbc_url TEXT,
	cluster_id TEXT,
	destination_location TEXT,
	catalog_name TEXT,
	database_name TEXT,
	data_source_connector TEXT,
	service_principal_id TEXT,
	oauth_u2m_app_id TEXT,
	oauth_scope TEXT,
	is_sql_warehouse SMALLINT CHECK (is_sql_warehouse IN (0, 1)),
	is_free_trial SMALLINT NOT NULL CHECK (is_free_trial IN (0, 1)),
	-- The answer it got, for a retry gets the same.
	fingerprint BYTEA NOT NULL,
	answer_user_status TEXT NOT NULL
		CHECK (answer_user_status = 'new' OR answer_user_status = 'existing'
			OR answer_user_status = 'not_applicable'),
	answer_account_status TEXT NOT NULL
		CHECK (answer_account_status = 'new' OR answer_account_status = 'active'
			OR answer_account_status = 'expired'
			OR answer_account_status = 'not_applicable'),
	answer_redirect_value TEXT NOT NULL
		CHECK (answer_redirect_value = 'create_trial'
			OR answer_redirect_value = 'purchase_product'
			OR answer_redirect_value = 'sign_in'
			OR answer_redirect_value = 'contact_admin'
			OR answer_redirect_value = 'not_applicable'),
	answer_is_configured SMALLINT NOT NULL CHECK (answer_is_configured IN (0, 1)),
	answer_connection_id TEXT,
	answer_launch_connection_id TEXT,
	answer_launch_user_id TEXT,
	answered_ms BIGINT NOT NULL,
	is_delivered SMALLINT NOT NULL CHECK (is_delivered IN (0, 1)),
	FOREIGN KEY (cloud, workspace_id) REFERENCES workspace (cloud, workspace_id)
);

-- A workspace has one live connection per scope and demo flag (and creator). A retry has the same
-- workspace, scope and creator as the connection it repeats, so its twin is found here too, and
-- the fingerprint needs no index.
CREATE UNIQUE INDEX connection_slot ON connection
	(workspace_since_ms, workspace_id, cloud, scope, is_demo, slot_email_key)
	WHERE state = 'live';

CREATE INDEX connection_account ON connection
	(account_id, workspace_since_ms, workspace_id, cloud);

CREATE TABLE secret (
	connection_id TEXT NOT NULL REFERENCES connection (id),
	kind TEXT NOT NULL CHECK (kind = 'personal_access_token' OR kind = 'oauth_token'
			OR kind = 'service_principal_oauth_secret' OR kind = 'jdbc_url'
			OR kind = 'databricks_jdbc_url'),
	key_id TEXT NOT NULL,
	blob BYTEA NOT NULL,
	PRIMARY KEY (connection_id, kind)
);

CREATE TABLE invitation (
	account_id TEXT NOT NULL REFERENCES account (id),
	email_key TEXT NOT NULL,
	email TEXT NOT NULL,
	first_name TEXT,
	last_name TEXT,
	cloud TEXT NOT NULL CHECK (cloud = 'aws' OR cloud = 'azure' OR cloud = 'gcp'),
	databricks_user_id BIGINT NOT NULL,
	connection_id TEXT,
	created_ms BIGINT NOT NULL,
	asked_ms BIGINT NOT NULL,
	PRIMARY KEY (account_id, email_key)
);

-- Launch tokens that were used. Both ids may be unset.
CREATE TABLE launch (
	token_hash BYTEA NOT NULL PRIMARY KEY,
	connection_id TEXT,
	user_id TEXT,
	used_ms BIGINT NOT NULL,
	expires_ms BIGINT NOT NULL
);
CREATE INDEX launch_expires ON launch (expires_ms);
CREATE INDEX launch_connection ON launch (connection_id);
CREATE INDEX launch_user ON launch (user_id);

CREATE TABLE outbox (
	id TEXT NOT NULL PRIMARY KEY,
	connection_id TEXT NOT NULL,
	type TEXT NOT NULL,
	payload TEXT NOT NULL,
	created_ms BIGINT NOT NULL
);
CREATE INDEX outbox_connection ON outbox (connection_id);

CREATE TABLE audit (
	id TEXT NOT NULL PRIMARY KEY,
	at_ms BIGINT NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	object TEXT NOT NULL,
	detail TEXT
);

CREATE TABLE credential (
	slot TEXT NOT NULL PRIMARY KEY CHECK (slot IN ('current', 'next')),
	login TEXT NOT NULL,
	password_hash TEXT NOT NULL,
	created_ms BIGINT NOT NULL,
	last_used_ms BIGINT
);

CREATE TABLE data_key (
	id TEXT NOT NULL PRIMARY KEY,
	wrapped BYTEA NOT NULL,
	is_active SMALLINT NOT NULL CHECK (is_active IN (0, 1)),
	created_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX data_key_active ON data_key (is_active) WHERE is_active = 1;
