//! Tenon's own tables in a backup.

use diesel::{connection::SimpleConnection, prelude::*};
use tenon_model::{DataType, Ident, Result, ScalarType, Schema};

use super::rows::Copied;
use crate::{
    database::{Conn, EngineKind, Translate},
    system::schema::_tenon_meta as meta,
};

/// The tables that are copied as they are, in an order in which their references hold, with their columns: `n` marks those
/// that hold numbers. Failed sign-ins and sign-ins under way stay behind; the numbers of `_tenon_meta` are raised instead, so that every process
/// notices.
const TABLES: &[(&str, &[(&str, char)])] = &[
    ("_tenon_tables", &[("name", 't'), ("definition", 't')]),
    ("_tenon_enums", &[("name", 't'), ("definition", 't')]),
    ("_tenon_roles", &[("name", 't'), ("definition", 't')]),
    ("_tenon_objects", &[("kind", 't'), ("name", 't'), ("definition", 't')]),
    ("_tenon_schema_changes", &[("version", 'n'), ("who", 't'), ("at", 't'), ("sql", 't'), ("file", 't'), ("duration_us", 'n')]),
    ("_tenon_migrations_applied", &[("name", 't'), ("checksum", 't'), ("at", 't'), ("version", 'n')]),
    ("_tenon_keys", &[("kind", 't'), ("id", 't'), ("value", 't'), ("created_at", 'n')]),
    (
        "_tenon_users",
        &[
            ("id", 't'),
            ("role", 't'),
            ("email", 't'),
            ("email_confirmed_at", 't'),
            ("phone", 't'),
            ("phone_confirmed_at", 't'),
            ("password_hash", 't'),
            ("studio_role", 't'),
            ("is_anonymous", 'n'),
            ("app_metadata", 't'),
            ("user_metadata", 't'),
            ("new_email", 't'),
            ("email_change_confirmed", 't'),
            ("email_change_sent_at", 't'),
            ("invited_at", 't'),
            ("confirmation_sent_at", 't'),
            ("recovery_sent_at", 't'),
            ("reauthentication_sent_at", 't'),
            ("last_sign_in_at", 't'),
            ("banned_until", 't'),
            ("deleted_at", 't'),
            ("locale", 't'),
            ("created_at", 't'),
            ("updated_at", 't'),
        ],
    ),
    (
        "_tenon_identities",
        &[
            ("id", 't'),
            ("user_id", 't'),
            ("provider", 't'),
            ("provider_id", 't'),
            ("identity_data", 't'),
            ("email", 't'),
            ("last_sign_in_at", 't'),
            ("created_at", 't'),
            ("updated_at", 't'),
        ],
    ),
    (
        "_tenon_sessions",
        &[
            ("id", 't'),
            ("user_id", 't'),
            ("kind", 't'),
            ("token_hash", 't'),
            ("aal", 't'),
            ("amr", 't'),
            ("refresh_counter", 'n'),
            ("created_at", 'n'),
            ("refreshed_at_ms", 'n'),
            ("expires_at", 'n'),
            ("address", 't'),
            ("user_agent", 't'),
        ],
    ),
    ("_tenon_signing_keys", &[("id", 't'), ("status", 't'), ("private_key", 't'), ("created_at", 'n'), ("changed_at", 'n')]),
    (
        "_tenon_one_time_tokens",
        &[
            ("token_hash", 't'),
            ("code_hash", 't'),
            ("user_id", 't'),
            ("kind", 't'),
            ("email", 't'),
            ("failures", 'n'),
            ("flow_id", 't'),
            ("created_at", 'n'),
            ("expires_at", 'n'),
        ],
    ),
    (
        "_tenon_factors",
        &[
            ("id", 't'),
            ("user_id", 't'),
            ("kind", 't'),
            ("status", 't'),
            ("friendly_name", 't'),
            ("secret", 't'),
            ("credential", 't'),
            ("last_step", 'n'),
            ("last_challenged_at", 't'),
            ("created_at", 't'),
            ("updated_at", 't'),
        ],
    ),
    (
        "_tenon_passkeys",
        &[
            ("id", 't'),
            ("user_id", 't'),
            ("credential_id", 't'),
            ("credential", 't'),
            ("friendly_name", 't'),
            ("created_at", 't'),
            ("last_used_at", 't'),
        ],
    ),
    (
        "_tenon_transitions",
        &[
            ("id", 'n'),
            ("table_name", 't'),
            ("row_key", 't'),
            ("column_name", 't'),
            ("from_state", 't'),
            ("to_state", 't'),
            ("transition", 't'),
            ("who", 't'),
            ("who_id", 't'),
            ("at", 't'),
        ],
    ),
    ("_tenon_recovery_codes", &[("code_hash", 't'), ("user_id", 't'), ("used_at", 't')]),
    ("_tenon_dismissals", &[("key", 't'), ("reason", 't'), ("who", 't'), ("at", 't')]),
    ("_tenon_settings", &[("name", 't'), ("value", 't')]),
    ("_tenon_providers", &[("name", 't'), ("definition", 't'), ("updated_at", 't')]),
    (
        "_tenon_mail",
        &[
            ("id", 't'),
            ("kind", 't'),
            ("recipient", 't'),
            ("subject", 't'),
            ("text_body", 't'),
            ("html_body", 't'),
            ("status", 't'),
            ("attempts", 'n'),
            ("due_at", 'n'),
            ("last_error", 't'),
            ("created_at", 't'),
            ("sent_at", 't'),
        ],
    ),
    (
        "_tenon_mail_templates",
        &[("kind", 't'), ("locale", 't'), ("subject", 't'), ("html_body", 't'), ("text_body", 't'), ("updated_at", 't')],
    ),
    (
        "_tenon_audit",
        &[
            ("number", 'n'),
            ("at", 't'),
            ("actor_kind", 't'),
            ("actor_id", 't'),
            ("actor", 't'),
            ("action", 't'),
            ("target_kind", 't'),
            ("target_id", 't'),
            ("target", 't'),
            ("address", 't'),
            ("user_agent", 't'),
            ("details", 't'),
            ("previous_hash", 't'),
            ("hash", 't'),
        ],
    ),
];

/// The tables, as rows are copied.
pub(super) fn tables(schema: &Schema) -> Result<Vec<Copied<'_>>> {
    let data_type = |kind: char| DataType::Scalar(if kind == 'n' { ScalarType::BigInt } else { ScalarType::Text });
    let column = |(name, kind): &(&str, char)| Ok((Ident::new(name)?, data_type(*kind)));
    let table = |(name, columns): &(&str, &[(&str, char)])| {
        Ok(Copied { name: Ident::new(name)?, columns: columns.iter().map(column).collect::<Result<_>>()?, schema })
    };
    TABLES.iter().map(table).collect()
}

/// Empties them, for the copies to come.
pub(super) fn clear(conn: &mut Conn) -> Result<()> {
    for (name, _) in TABLES.iter().rev() {
        conn.batch_execute(&format!("DELETE FROM {name}")).translate()?;
    }
    Ok(())
}

/// The numbers by which processes notice changes.
pub(super) fn versions(conn: &mut Conn) -> Result<Vec<(String, i64)>> {
    meta::table.load(conn).translate()
}

/// Raises them above those of either instance.
pub(super) fn raise(conn: &mut Conn, others: &[(String, i64)]) -> Result<()> {
    for (name, own) in versions(conn)? {
        let other = others.iter().find(|(n, _)| *n == name).map_or(0, |(_, value)| *value);
        let raised = meta::value.eq(own.max(other) + 1);
        diesel::update(meta::table.find(name)).set(raised).execute(conn).translate()?;
    }
    count_on(conn)
}

/// The next entry of the history of states comes behind those that were copied; SQLite sees to that by itself.
fn count_on(conn: &mut Conn) -> Result<()> {
    if conn.kind() == EngineKind::Sqlite {
        return Ok(());
    }
    let last = "coalesce((SELECT max(id) FROM _tenon_transitions), 0) + 1";
    conn.batch_execute(&format!("SELECT setval(pg_get_serial_sequence('_tenon_transitions', 'id'), {last}, false)")).translate()
}

#[cfg(test)]
mod tests {
    /// A new system table has to be thought of here.
    #[test]
    fn every_system_table_is_copied_or_left_behind_on_purpose() {
        let migrations = concat!(
            include_str!("../../../../migrations/sqlite/00000000000001_system/up.sql"),
            include_str!("../../../../migrations/sqlite/00000000000002_identity/up.sql"),
            include_str!("../../../../migrations/sqlite/00000000000009_states/up.sql"),
            include_str!("../../../../migrations/sqlite/00000000000008_advice/up.sql"),
        );
        let named = |line: &'static str, before, after| line.strip_prefix(before)?.strip_suffix(after);
        let dropped: Vec<_> = migrations.lines().filter_map(|line| named(line, "DROP TABLE ", ";")).collect();
        let made = migrations.lines().filter_map(|line| named(line, "CREATE TABLE ", " ("));
        let left = ["_tenon_meta", "_tenon_throttle", "_tenon_flows", "_tenon_challenges", "_tenon_actor"];
        for name in made.filter(|name| *name != "_tenon_accounts" || !dropped.contains(name)) {
            assert!(left.contains(&name) || super::TABLES.iter().any(|(table, _)| *table == name), "{name}");
        }
    }
}
