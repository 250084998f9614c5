CREATE TABLE _tenon_accounts (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_sign_in_at TEXT
);
INSERT INTO _tenon_accounts (id, email, role, password_hash, created_at, last_sign_in_at)
SELECT id, email, studio_role, password_hash, created_at, last_sign_in_at FROM _tenon_users
WHERE studio_role IS NOT NULL AND email IS NOT NULL AND password_hash IS NOT NULL;
DROP TABLE _tenon_audit;
DROP TABLE _tenon_mail_templates;
DROP TABLE _tenon_mail;
DROP TABLE _tenon_providers;
DROP TABLE _tenon_settings;
DROP TABLE _tenon_recovery_codes;
DROP TABLE _tenon_passkeys;
DROP TABLE _tenon_challenges;
DROP TABLE _tenon_factors;
DROP TABLE _tenon_flows;
DROP TABLE _tenon_one_time_tokens;
DROP TABLE _tenon_signing_keys;
DROP TABLE _tenon_sessions;
DROP TABLE _tenon_identities;
DROP TABLE _tenon_users;
CREATE TABLE _tenon_sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES _tenon_accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX _tenon_sessions_account_id_idx ON _tenon_sessions (account_id);
CREATE INDEX _tenon_sessions_expires_at_idx ON _tenon_sessions (expires_at);
DELETE FROM _tenon_meta WHERE name = 'settings_version';
