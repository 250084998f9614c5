-- One kind of user for the application and for the Studio. Texts of times are RFC 3339 in UTC with six digits of a second;
-- other times are seconds since 1970, but for those that say milliseconds (_ms). Metadata and other composite values are JSON.

INSERT INTO _tenon_meta (name, value) VALUES ('settings_version', 0);

CREATE TABLE _tenon_users (
    id TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    -- Lower-cased.
    email TEXT UNIQUE,
    email_confirmed_at TEXT,
    phone TEXT UNIQUE,
    phone_confirmed_at TEXT,
    password_hash TEXT,
    -- What the user may do in the Studio: member, builder, owner, or (null) not come in.
    studio_role TEXT,
    is_anonymous BIGINT NOT NULL DEFAULT 0,
    app_metadata TEXT NOT NULL,
    user_metadata TEXT NOT NULL,
    -- The address that a change of address is about.
    new_email TEXT,
    -- Which of the two addresses has confirmed the change so far: current, new.
    email_change_confirmed TEXT,
    email_change_sent_at TEXT,
    invited_at TEXT,
    confirmation_sent_at TEXT,
    recovery_sent_at TEXT,
    reauthentication_sent_at TEXT,
    last_sign_in_at TEXT,
    banned_until TEXT,
    deleted_at TEXT,
    -- The language of mails, as a BCP 47 tag.
    locale TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX _tenon_users_created_at_idx ON _tenon_users (created_at, id);
CREATE INDEX _tenon_users_last_sign_in_at_idx ON _tenon_users (last_sign_in_at, id);
CREATE INDEX _tenon_users_studio_role_idx ON _tenon_users (studio_role) WHERE studio_role IS NOT NULL;

INSERT INTO _tenon_users (id, role, email, email_confirmed_at, password_hash, studio_role, app_metadata, user_metadata,
    last_sign_in_at, created_at, updated_at)
SELECT id, 'authenticated', email, replace(created_at, 'Z', '.000000Z'), password_hash, role,
    '{"provider":"email","providers":["email"]}', '{}',
    replace(last_sign_in_at, 'Z', '.000000Z'), replace(created_at, 'Z', '.000000Z'), replace(created_at, 'Z', '.000000Z')
FROM _tenon_accounts;

-- How a user is known elsewhere; provider "email" is the address itself.
CREATE TABLE _tenon_identities (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES _tenon_users (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    identity_data TEXT NOT NULL,
    email TEXT,
    last_sign_in_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (provider, provider_id)
);
CREATE INDEX _tenon_identities_user_id_idx ON _tenon_identities (user_id);

INSERT INTO _tenon_identities (id, user_id, provider, provider_id, identity_data, email, last_sign_in_at, created_at, updated_at)
SELECT id, id, 'email', id, json_object('sub', id, 'email', email, 'email_verified', json('true')), email,
    last_sign_in_at, created_at, created_at
FROM _tenon_users;

DROP TABLE _tenon_sessions;
DROP TABLE _tenon_accounts;

CREATE TABLE _tenon_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES _tenon_users (id) ON DELETE CASCADE,
    -- studio, hosted (both by cookie) or app (by refresh token).
    kind TEXT NOT NULL,
    -- Of the cookie's token.
    token_hash TEXT UNIQUE,
    aal TEXT NOT NULL,
    -- How the user proved who they are: an array of {method, timestamp}.
    amr TEXT NOT NULL,
    -- How often the session was refreshed; the refresh token in force carries it.
    refresh_counter BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    refreshed_at_ms BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address TEXT,
    user_agent TEXT
);
CREATE INDEX _tenon_sessions_user_id_idx ON _tenon_sessions (user_id);
CREATE INDEX _tenon_sessions_expires_at_idx ON _tenon_sessions (expires_at);

-- What signs access tokens. At most one key each is standby and current; several may be previous.
CREATE TABLE _tenon_signing_keys (
    id TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL,
    -- The P-256 scalar in hexadecimal.
    private_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Codes and links that work once. Only hashes are kept.
CREATE TABLE _tenon_one_time_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    code_hash TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES _tenon_users (id) ON DELETE CASCADE,
    -- signup, invite, magiclink, recovery, email_change_current, email_change_new, reauthentication.
    kind TEXT NOT NULL,
    email TEXT NOT NULL,
    -- Wrong codes so far.
    failures BIGINT NOT NULL DEFAULT 0,
    flow_id TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (user_id, kind)
);

-- Sign-ins that go through a browser: PKCE and the way to a provider and back.
CREATE TABLE _tenon_flows (
    id TEXT NOT NULL PRIMARY KEY,
    -- Of the state that goes to the provider.
    state_hash TEXT UNIQUE,
    -- Of the code that the application exchanges.
    code_hash TEXT UNIQUE,
    -- Of the cookie that binds the flow to its browser.
    browser_hash TEXT,
    user_id TEXT REFERENCES _tenon_users (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    -- How the user will have proved who they are.
    method TEXT NOT NULL,
    code_challenge TEXT,
    code_challenge_method TEXT,
    -- What only this flow's way to the provider needs: nonce, verifier, scopes, user to link; afterwards the provider's tokens.
    data TEXT NOT NULL,
    redirect_to TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX _tenon_flows_expires_at_idx ON _tenon_flows (expires_at);

-- Second factors.
CREATE TABLE _tenon_factors (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES _tenon_users (id) ON DELETE CASCADE,
    -- totp, webauthn or recovery_code, which stands for all of them.
    kind TEXT NOT NULL,
    -- unverified or verified.
    status TEXT NOT NULL,
    friendly_name TEXT,
    -- TOTP: the shared secret. WebAuthn: the credential, as JSON.
    secret TEXT,
    credential TEXT,
    -- TOTP: the step of the code used last, which works once.
    last_step BIGINT,
    last_challenged_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX _tenon_factors_user_id_idx ON _tenon_factors (user_id);

-- Questions to authenticators that wait for their answer.
CREATE TABLE _tenon_challenges (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES _tenon_users (id) ON DELETE CASCADE,
    factor_id TEXT REFERENCES _tenon_factors (id) ON DELETE CASCADE,
    -- factor, passkey_registration or passkey_authentication.
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    failures BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX _tenon_challenges_expires_at_idx ON _tenon_challenges (expires_at);

CREATE TABLE _tenon_passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES _tenon_users (id) ON DELETE CASCADE,
    credential_id TEXT NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    friendly_name TEXT,
    created_at TEXT NOT NULL,
    last_used_at TEXT
);
CREATE INDEX _tenon_passkeys_user_id_idx ON _tenon_passkeys (user_id);

CREATE TABLE _tenon_recovery_codes (
    code_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES _tenon_users (id) ON DELETE CASCADE,
    used_at TEXT
);
CREATE INDEX _tenon_recovery_codes_user_id_idx ON _tenon_recovery_codes (user_id);

-- Settings, and the providers that users may sign in with; both JSON.
CREATE TABLE _tenon_settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE _tenon_providers (
    name TEXT NOT NULL PRIMARY KEY,
    definition TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- Mail on its way, and without a mail server the mailbox.
CREATE TABLE _tenon_mail (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    -- Null once a mail is sent that held a code or link.
    subject TEXT,
    text_body TEXT,
    html_body TEXT,
    -- queued, sent, failed or kept (in the mailbox).
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    -- When it is tried (again), and until when a process that tries it keeps others away.
    due_at BIGINT NOT NULL,
    last_error TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT
);
CREATE INDEX _tenon_mail_status_due_at_idx ON _tenon_mail (status, due_at);
CREATE INDEX _tenon_mail_created_at_idx ON _tenon_mail (created_at);

CREATE TABLE _tenon_mail_templates (
    kind TEXT NOT NULL,
    locale TEXT NOT NULL,
    subject TEXT NOT NULL,
    html_body TEXT NOT NULL,
    text_body TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (kind, locale)
);

-- Who did what: append-only, each entry with the hash of the one before.
CREATE TABLE _tenon_audit (
    number BIGINT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    -- operator, key, user, studio or anyone.
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target_kind TEXT,
    target_id TEXT,
    target TEXT,
    address TEXT,
    user_agent TEXT,
    details TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX _tenon_audit_target_id_idx ON _tenon_audit (target_id, number);
CREATE INDEX _tenon_audit_actor_id_idx ON _tenon_audit (actor_id, number);
CREATE INDEX _tenon_audit_action_idx ON _tenon_audit (action, number);

CREATE TRIGGER _tenon_audit_no_update BEFORE UPDATE ON _tenon_audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER _tenon_audit_no_delete BEFORE DELETE ON _tenon_audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
