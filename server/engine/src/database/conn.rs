#![allow(missing_docs, reason = "Diesel's derive makes public items without docs")]

use super::EngineKind;

/// A connection of either engine. Typed Diesel queries over Tenon's own tables run on it as they are; for user tables
/// match the variant. A unit of work is in a transaction already: do not begin one on it.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// SQLite.
    Sqlite(diesel::SqliteConnection),
    /// PostgreSQL.
    Postgres(diesel::PgConnection),
}

impl Conn {
    /// Which engine the connection speaks to.
    #[must_use]
    pub fn kind(&self) -> EngineKind {
        match self {
            Self::Sqlite(_) => EngineKind::Sqlite,
            Self::Postgres(_) => EngineKind::Postgres,
        }
    }
}
