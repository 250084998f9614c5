//! What SQL on SQLite has from Tenon, on every connection, so that it means what it means on PostgreSQL.
//!
//! - collation `tenon_numeric`: exact order of decimal numbers kept as texts;
//! - collation `tenon_jsonb`: PostgreSQL's order and equality of `jsonb`;
//! - collation `tenon_array`: PostgreSQL's order and equality of arrays;
//! - `tenon_like(text, pattern)`: `like` with `\` as the escape, for patterns that are too long for SQLite's own `glob`;
//! - `tenon_ilike(text, pattern)`: `ilike`, folding case as Unicode does;
//! - `tenon_json_path(json, path, as_text)`: `->` (0) and `->>` (1) along a path, a JSON array of keys and places;
//! - `tenon_contains(operator, left, right)`: containment of `jsonb` and arrays, see [`json_containment`];
//! - `gen_random_uuid()`.
//!
//! A null argument gives null.

use diesel::SqliteConnection;
use tenon_model::{
    Result,
    value::{compare_decimals, compare_json_arrays, compare_jsonb, json_containment},
};
use uuid::Uuid;

use super::{errors::Translate, json_path, like};

#[allow(missing_docs, reason = "Diesel's macro makes items without docs")]
mod sql {
    use diesel::sql_types::{Integer, Nullable, Text};

    diesel::define_sql_function! {
        fn tenon_like(text: Nullable<Text>, pattern: Nullable<Text>) -> Nullable<Integer>;
    }
    diesel::define_sql_function! {
        fn tenon_ilike(text: Nullable<Text>, pattern: Nullable<Text>) -> Nullable<Integer>;
    }
    diesel::define_sql_function! {
        fn tenon_json_path(json: Nullable<Text>, path: Nullable<Text>, as_text: Nullable<Integer>) -> Nullable<Text>;
    }
    diesel::define_sql_function! {
        fn tenon_contains(operator: Nullable<Text>, left: Nullable<Text>, right: Nullable<Text>) -> Nullable<Integer>;
    }
    diesel::define_sql_function! {
        fn gen_random_uuid() -> Text;
    }

    pub(super) use self::{
        gen_random_uuid_utils as random_uuid, tenon_contains_utils as contains, tenon_ilike_utils as ilike,
        tenon_json_path_utils as json_path, tenon_like_utils as like,
    };
}

/// Registers everything on a connection.
pub(crate) fn register(conn: &mut SqliteConnection) -> Result<()> {
    // Diesel hands the operands over in reverse.
    conn.register_collation("tenon_numeric", |right, left| compare_decimals(left, right)).translate()?;
    conn.register_collation("tenon_jsonb", |right, left| compare_jsonb(left, right)).translate()?;
    conn.register_collation("tenon_array", |right, left| compare_json_arrays(left, right)).translate()?;
    sql::like::register_impl(conn, |text: Option<String>, pattern: Option<String>| -> Option<i32> {
        like::like(&text?, &pattern?).map(i32::from)
    })
    .translate()?;
    sql::ilike::register_impl(conn, |text: Option<String>, pattern: Option<String>| -> Option<i32> {
        like::ilike(&text?, &pattern?).map(i32::from)
    })
    .translate()?;
    sql::json_path::register_impl(conn, |json: Option<String>, path: Option<String>, as_text: Option<i32>| -> Option<String> {
        json_path::path(&json?, &path?, as_text? != 0)
    })
    .translate()?;
    sql::contains::register_impl(conn, |operator: Option<String>, left: Option<String>, right: Option<String>| -> Option<i32> {
        json_containment(&operator?, &left?, &right?).map(i32::from)
    })
    .translate()?;
    sql::random_uuid::register_nondeterministic_impl(conn, || Uuid::new_v4().to_string()).translate()
}
