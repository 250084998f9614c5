-- Tenon's own tables. Texts of times are RFC 3339 in UTC; other times are seconds since 1970.

-- Numbers that processes compare to learn what others changed: schema_version, keys_version.
CREATE TABLE _tenon_meta (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO _tenon_meta (name, value) VALUES ('schema_version', 0), ('keys_version', 0);

-- The schema: definitions are JSON.
CREATE TABLE _tenon_tables (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    definition TEXT COLLATE "C" NOT NULL
);
CREATE TABLE _tenon_enums (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    definition TEXT COLLATE "C" NOT NULL
);
CREATE TABLE _tenon_schema_changes (
    version BIGINT NOT NULL PRIMARY KEY,
    who TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    sql TEXT COLLATE "C" NOT NULL,
    file TEXT COLLATE "C",
    duration_us BIGINT NOT NULL
);
CREATE TABLE _tenon_migrations_applied (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    checksum TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL
);

-- Who may use the Studio.
CREATE TABLE _tenon_accounts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL UNIQUE,
    role TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    last_sign_in_at TEXT COLLATE "C"
);
CREATE TABLE _tenon_sessions (
    token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES _tenon_accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX _tenon_sessions_account_id_idx ON _tenon_sessions (account_id);
CREATE INDEX _tenon_sessions_expires_at_idx ON _tenon_sessions (expires_at);

-- The signing secret (kind signing, with its value in hexadecimal) and the two keys' ids (kinds publishable, secret).
CREATE TABLE _tenon_keys (
    kind TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C",
    created_at BIGINT NOT NULL
);

-- Failed sign-ins, by account and by address.
CREATE TABLE _tenon_throttle (
    subject TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
