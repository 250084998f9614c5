//! Tenon's own tables in a backup.

use diesel::{connection::SimpleConnection, prelude::*};
use tenon_model::{DataType, Ident, Result, ScalarType, Schema};

use super::rows::Copied;
use crate::{
    database::{Conn, Translate},
    system::schema::_tenon_meta as meta,
};

/// The tables that are copied as they are, in an order in which their references hold, with their columns: `n` marks those
/// that hold numbers. Failed sign-ins stay behind; the numbers of `_tenon_meta` are raised instead, so that every process
/// notices.
const TABLES: &[(&str, &[(&str, char)])] = &[
    ("_tenon_tables", &[("name", 't'), ("definition", 't')]),
    ("_tenon_enums", &[("name", 't'), ("definition", 't')]),
    ("_tenon_schema_changes", &[("version", 'n'), ("who", 't'), ("at", 't'), ("sql", 't'), ("file", 't'), ("duration_us", 'n')]),
    ("_tenon_migrations_applied", &[("name", 't'), ("checksum", 't'), ("at", 't'), ("version", 'n')]),
    (
        "_tenon_accounts",
        &[("id", 't'), ("email", 't'), ("role", 't'), ("password_hash", 't'), ("created_at", 't'), ("last_sign_in_at", 't')],
    ),
    ("_tenon_sessions", &[("token_hash", 't'), ("account_id", 't'), ("created_at", 'n'), ("expires_at", 'n')]),
    ("_tenon_keys", &[("kind", 't'), ("id", 't'), ("value", 't'), ("created_at", 'n')]),
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
    Ok(())
}

#[cfg(test)]
mod tests {
    /// A new system table has to be thought of here.
    #[test]
    fn every_system_table_is_copied_or_left_behind_on_purpose() {
        let migrations = include_str!("../../../../migrations/sqlite/00000000000001_system/up.sql");
        let made = migrations.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.strip_suffix(" ("));
        let left = ["_tenon_meta", "_tenon_throttle"];
        for name in made {
            assert!(left.contains(&name) || super::TABLES.iter().any(|(table, _)| *table == name), "{name}");
        }
    }
}
