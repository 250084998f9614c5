//! What SQLite's planner knows of the data.

use diesel::{SqliteConnection, connection::SimpleConnection, prelude::*, sql_types};
use tenon_model::Result;

use super::errors::Translate;

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = sql_types::Text)]
    text: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = sql_types::BigInt)]
    number: i64,
}

/// Looks at tables that changed much since the last look, and lets every connection know what came of it.
///
/// A connection reads the statistics together with the schema. So that open readers do not go on planning with those of an
/// empty table, the schema's version is counted up, which makes them read both again.
pub(super) fn refresh(conn: &mut SqliteConnection) -> Result<()> {
    let before = known(conn);
    // 0x10002: look at all tables, also those this connection has not read.
    conn.batch_execute("PRAGMA optimize = 0x10002").translate()?;
    if known(conn) == before {
        return Ok(());
    }
    let version: Number =
        diesel::sql_query("SELECT schema_version AS number FROM pragma_schema_version").get_result(conn).translate()?;
    conn.batch_execute(&format!("PRAGMA schema_version = {}", version.number + 1)).translate()
}

/// The statistics as one text; none before the first look.
fn known(conn: &mut SqliteConnection) -> Option<String> {
    let all = "SELECT coalesce(group_concat(tbl || ' ' || coalesce(idx, '') || ' ' || stat, ';'), '') AS text FROM sqlite_stat1";
    diesel::sql_query(all).get_result::<Text>(conn).ok().map(|row| row.text)
}
