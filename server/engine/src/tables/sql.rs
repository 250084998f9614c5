//! Running SQL that was made from the schema, on either engine.

use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types};
use tenon_model::{Error, Ident, Result};

use crate::database::{Conn, Translate};

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = sql_types::BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    v: Option<String>,
}

/// Runs statements.
pub(super) fn run(conn: &mut Conn, sql: &str) -> Result<()> {
    conn.batch_execute(sql).translate().map_err(|e| name_statement(e, sql))
}

/// An internal failure says in the log which statement it was.
fn name_statement(mut error: Error, sql: &str) -> Error {
    if error.code == tenon_model::Code::Internal {
        error.message = format!("{}: {sql}", error.message);
    }
    error
}

/// The number `n` of a query's only row.
pub(super) fn count(conn: &mut Conn, sql: &str) -> Result<u64> {
    let row: Number = match conn {
        Conn::Sqlite(conn) => sql_query(sql).get_result(conn),
        Conn::Postgres(conn) => sql_query(sql).get_result(conn),
    }
    .translate()
    .map_err(|e| name_statement(e, sql))?;
    Ok(u64::try_from(row.n).unwrap_or(0))
}

/// The texts `v` of a query's rows.
pub(super) fn texts(conn: &mut Conn, sql: &str) -> Result<Vec<Option<String>>> {
    let rows: Vec<Words> = match conn {
        Conn::Sqlite(conn) => sql_query(sql).load(conn),
        Conn::Postgres(conn) => sql_query(sql).load(conn),
    }
    .translate()
    .map_err(|e| name_statement(e, sql))?;
    Ok(rows.into_iter().map(|row| row.v).collect())
}

/// `"a", "b"`.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a Ident>) -> String {
    names.into_iter().map(Ident::quoted).collect::<Vec<_>>().join(", ")
}
