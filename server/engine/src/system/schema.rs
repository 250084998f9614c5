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
    _tenon_roles (name) {
        name -> Text,
        definition -> Text,
    }
}

diesel::table! {
    _tenon_objects (kind, name) {
        kind -> Text,
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

diesel::table! {
    _tenon_users (id) {
        id -> Text,
        role -> Text,
        email -> Nullable<Text>,
        email_confirmed_at -> Nullable<Text>,
        phone -> Nullable<Text>,
        phone_confirmed_at -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        studio_role -> Nullable<Text>,
        is_anonymous -> BigInt,
        app_metadata -> Text,
        user_metadata -> Text,
        new_email -> Nullable<Text>,
        email_change_confirmed -> Nullable<Text>,
        email_change_sent_at -> Nullable<Text>,
        invited_at -> Nullable<Text>,
        confirmation_sent_at -> Nullable<Text>,
        recovery_sent_at -> Nullable<Text>,
        reauthentication_sent_at -> Nullable<Text>,
        last_sign_in_at -> Nullable<Text>,
        banned_until -> Nullable<Text>,
        deleted_at -> Nullable<Text>,
        locale -> Nullable<Text>,
        created_at -> Text,
        updated_at -> Text,
    }
}

diesel::table! {
    _tenon_identities (id) {
        id -> Text,
        user_id -> Text,
        provider -> Text,
        provider_id -> Text,
        identity_data -> Text,
        email -> Nullable<Text>,
        last_sign_in_at -> Nullable<Text>,
        created_at -> Text,
        updated_at -> Text,
    }
}

diesel::table! {
    _tenon_sessions (id) {
        id -> Text,
        user_id -> Text,
        kind -> Text,
        token_hash -> Nullable<Text>,
        aal -> Text,
        amr -> Text,
        refresh_counter -> BigInt,
        created_at -> BigInt,
        refreshed_at_ms -> BigInt,
        expires_at -> BigInt,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    _tenon_signing_keys (id) {
        id -> Text,
        status -> Text,
        private_key -> Text,
        created_at -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    _tenon_one_time_tokens (token_hash) {
        token_hash -> Text,
        code_hash -> Text,
        user_id -> Text,
        kind -> Text,
        email -> Text,
        failures -> BigInt,
        flow_id -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    _tenon_flows (id) {
        id -> Text,
        state_hash -> Nullable<Text>,
        code_hash -> Nullable<Text>,
        browser_hash -> Nullable<Text>,
        user_id -> Nullable<Text>,
        provider -> Text,
        method -> Text,
        code_challenge -> Nullable<Text>,
        code_challenge_method -> Nullable<Text>,
        data -> Text,
        redirect_to -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    _tenon_factors (id) {
        id -> Text,
        user_id -> Text,
        kind -> Text,
        status -> Text,
        friendly_name -> Nullable<Text>,
        secret -> Nullable<Text>,
        credential -> Nullable<Text>,
        last_step -> Nullable<BigInt>,
        last_challenged_at -> Nullable<Text>,
        created_at -> Text,
        updated_at -> Text,
    }
}

diesel::table! {
    _tenon_challenges (id) {
        id -> Text,
        user_id -> Nullable<Text>,
        factor_id -> Nullable<Text>,
        kind -> Text,
        state -> Text,
        failures -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    _tenon_passkeys (id) {
        id -> Text,
        user_id -> Text,
        credential_id -> Text,
        credential -> Text,
        friendly_name -> Nullable<Text>,
        created_at -> Text,
        last_used_at -> Nullable<Text>,
    }
}

diesel::table! {
    _tenon_recovery_codes (code_hash) {
        code_hash -> Text,
        user_id -> Text,
        used_at -> Nullable<Text>,
    }
}

diesel::table! {
    _tenon_settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    _tenon_providers (name) {
        name -> Text,
        definition -> Text,
        updated_at -> Text,
    }
}

diesel::table! {
    _tenon_mail (id) {
        id -> Text,
        kind -> Text,
        recipient -> Text,
        subject -> Nullable<Text>,
        text_body -> Nullable<Text>,
        html_body -> Nullable<Text>,
        status -> Text,
        attempts -> BigInt,
        due_at -> BigInt,
        last_error -> Nullable<Text>,
        created_at -> Text,
        sent_at -> Nullable<Text>,
    }
}

diesel::table! {
    _tenon_mail_templates (kind, locale) {
        kind -> Text,
        locale -> Text,
        subject -> Text,
        html_body -> Text,
        text_body -> Text,
        updated_at -> Text,
    }
}

diesel::table! {
    _tenon_audit (number) {
        number -> BigInt,
        at -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<Text>,
        actor -> Text,
        action -> Text,
        target_kind -> Nullable<Text>,
        target_id -> Nullable<Text>,
        target -> Nullable<Text>,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        details -> Text,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    _tenon_actor (who) {
        who -> Text,
        who_id -> Nullable<Text>,
        at -> Text,
    }
}

diesel::table! {
    _tenon_transitions (id) {
        id -> BigInt,
        table_name -> Text,
        row_key -> Nullable<Text>,
        column_name -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        transition -> Nullable<Text>,
        who -> Nullable<Text>,
        who_id -> Nullable<Text>,
        at -> Text,
    }
}

diesel::table! {
    _tenon_dismissals (key) {
        key -> Text,
        reason -> Text,
        who -> Text,
        at -> Text,
    }
}

diesel::joinable!(_tenon_sessions -> _tenon_users (user_id));
diesel::joinable!(_tenon_identities -> _tenon_users (user_id));
diesel::joinable!(_tenon_factors -> _tenon_users (user_id));
diesel::joinable!(_tenon_passkeys -> _tenon_users (user_id));
diesel::joinable!(_tenon_one_time_tokens -> _tenon_users (user_id));
diesel::allow_tables_to_appear_in_same_query!(
    _tenon_users,
    _tenon_sessions,
    _tenon_identities,
    _tenon_factors,
    _tenon_passkeys,
    _tenon_one_time_tokens,
);
