//! Tenon's own tables, the same on both engines; `migrations/` makes them.
#![allow(missing_docs, reason = "Diesel's macro makes public items without docs")]

diesel::table! {
    _tenon_meta (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    _tenon_tables (name) {
        name -> Text,
        definition -> Text,
    }
}

diesel::table! {
    _tenon_enums (name) {
        name -> Text,
        definition -> Text,
    }
}

diesel::table! {
    _tenon_schema_changes (version) {
        version -> BigInt,
        who -> Text,
        at -> Text,
        sql -> Text,
        file -> Nullable<Text>,
        duration_us -> BigInt,
    }
}

diesel::table! {
    _tenon_migrations_applied (name) {
        name -> Text,
        checksum -> Text,
        at -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    _tenon_accounts (id) {
        id -> Text,
        email -> Text,
        role -> Text,
        password_hash -> Text,
        created_at -> Text,
        last_sign_in_at -> Nullable<Text>,
    }
}

diesel::table! {
    _tenon_sessions (token_hash) {
        token_hash -> Text,
        account_id -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    _tenon_keys (kind) {
        kind -> Text,
        id -> Text,
        value -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    _tenon_throttle (subject) {
        subject -> Text,
        failures -> BigInt,
        last_at -> BigInt,
    }
}

diesel::joinable!(_tenon_sessions -> _tenon_accounts (account_id));
diesel::allow_tables_to_appear_in_same_query!(_tenon_sessions, _tenon_accounts);
