#![allow(missing_docs, reason = "Diesel's derive makes public items without docs")]

/// A connection of either engine. Typed Diesel queries over Tenon's own tables run on it as they are; for user tables
/// match the variant.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// SQLite.
    Sqlite(diesel::SqliteConnection),
    /// PostgreSQL.
    Postgres(diesel::PgConnection),
}
