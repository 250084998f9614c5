//! Many rows into a table, and which of them do not fit.

use tenon_model::{Code, Error, Ident, Result, Schema, Table, value::array::write_literal};

use super::convert::Target;
use crate::{
    database::{Conn, EngineKind, errors::translate_for},
    records::{
        block::Context,
        run::{Failure, execute},
        sql::{Bind, Statement},
        write::insert::move_past,
    },
};

/// What is wrong with a refused row, in one sentence.
pub(super) fn why(error: &Error) -> String {
    match &error.details {
        Some(details) => format!("{} ({details})", error.message),
        None => error.message.clone(),
    }
}

/// About how many values one statement binds on SQLite.
const BINDS: usize = 1_200;

/// A row of a file, on its way.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) binds: Vec<Bind>,
    pub(super) record: csv::ByteRecord,
}

/// Inserts rows; `refused` is told of each that does not fit, the others are in.
pub(super) fn insert(
    conn: &mut Conn,
    schema: &Schema,
    table: &Table,
    targets: &[Target],
    rows: &[Row],
    refused: &mut dyn FnMut(&Row, &Error),
) -> Result<u64> {
    let step = match conn.kind() {
        EngineKind::Sqlite => (BINDS / targets.len()).clamp(1, 500),
        EngineKind::Postgres => rows.len().max(1),
    };
    let mut done = 0;
    for part in rows.chunks(step) {
        done += insert_or_split(conn, (schema, table), targets, part, part.len() == step || part.len() == 1, refused)?;
    }
    if conn.kind() == EngineKind::Postgres {
        advance_identities(conn, schema, table, targets, rows)?;
    }
    Ok(done)
}

/// The next identity that PostgreSQL gives comes after those of the file; SQLite sees to that by itself.
fn advance_identities(conn: &mut Conn, schema: &Schema, table: &Table, targets: &[Target], rows: &[Row]) -> Result<()> {
    for (at, target) in targets.iter().enumerate().filter(|(_, target)| target.column.identity.is_some()) {
        let given = rows.iter().filter_map(|row| if let Bind::Text(text) = &row.binds[at] { text.parse().ok() } else { None });
        if let Some(largest) = given.max().filter(|largest: &i64| *largest > 0) {
            let context = Context { engine: EngineKind::Postgres, schema };
            move_past(conn, context, table, &target.column, largest)?;
        }
    }
    Ok(())
}

/// One statement; if it fails for a row's sake, its halves, down to that row.
fn insert_or_split(
    conn: &mut Conn,
    (schema, table): (&Schema, &Table),
    targets: &[Target],
    rows: &[Row],
    usual: bool,
    refused: &mut dyn FnMut(&Row, &Error),
) -> Result<u64> {
    let value = |name: &Ident| match rows {
        [row] => text_of(row, targets, name),
        _ => None,
    };
    let translate = |failure| match failure {
        Failure::Database(error) => translate_for(error, schema, table, &value),
        Failure::Sink(error) => error,
    };
    match attempt(conn, &statement(conn.kind(), table, targets, rows, usual), translate) {
        Ok(()) => Ok(rows.len() as u64),
        Err(error) if !is_about_a_row(error.code) => Err(error),
        Err(error) => match rows {
            [row] => {
                refused(row, &error);
                Ok(0)
            }
            rows => {
                let (left, right) = rows.split_at(rows.len() / 2);
                let done = insert_or_split(conn, (schema, table), targets, left, left.len() == 1, refused)?;
                Ok(done + insert_or_split(conn, (schema, table), targets, right, right.len() == 1, refused)?)
            }
        },
    }
}

/// The text of a row's value in a column.
fn text_of(row: &Row, targets: &[Target], name: &Ident) -> Option<String> {
    let at = targets.iter().position(|target| target.column.name == *name)?;
    match row.binds.get(at)? {
        Bind::Null => None,
        Bind::Int(number) => Some(number.to_string()),
        Bind::Float(number) => Some(number.to_string()),
        Bind::Text(text) => Some(text.clone()),
        Bind::Bytes(bytes) => Some(format!("\\x{}", hex::encode(bytes))),
    }
}

/// Runs a statement whole or not at all. SQLite undoes a failed statement by itself.
fn attempt(conn: &mut Conn, statement: &Statement, translate: impl Fn(Failure) -> Error) -> Result<()> {
    if conn.kind() == EngineKind::Sqlite {
        return execute(conn, statement).map(drop).map_err(translate);
    }
    plain(conn, "savepoint tenon_import")?;
    match execute(conn, statement) {
        Ok(_) => plain(conn, "release savepoint tenon_import"),
        Err(failure) => {
            let error = translate(failure);
            plain(conn, "rollback to savepoint tenon_import")?;
            Err(error)
        }
    }
}

fn plain(conn: &mut Conn, text: &str) -> Result<()> {
    Ok(execute(conn, &Statement { text: text.to_owned(), cacheable: true, ..Statement::default() }).map(drop)?)
}

fn is_about_a_row(code: Code) -> bool {
    matches!(
        code,
        Code::UniqueViolation
            | Code::ForeignKeyViolation
            | Code::CheckViolation
            | Code::NotNullViolation
            | Code::InvalidValue
            | Code::OutOfRange
            | Code::InvalidRecord
    )
}

fn statement(engine: EngineKind, table: &Table, targets: &[Target], rows: &[Row], cacheable: bool) -> Statement {
    let names: Vec<String> = targets.iter().map(|target| target.column.name.quoted()).collect();
    let mut out = Statement {
        text: format!("insert into {} ({}) ", table.name.quoted(), names.join(", ")),
        cacheable,
        ..Statement::default()
    };
    match engine {
        EngineKind::Sqlite => values(&mut out, rows),
        EngineKind::Postgres => unnest(&mut out, targets, rows),
    }
    out
}

fn values(out: &mut Statement, rows: &[Row]) {
    out.text.push_str("values ");
    for (i, row) in rows.iter().enumerate() {
        out.text.push_str(if i > 0 { ", (" } else { "(" });
        for (j, bind) in row.binds.iter().enumerate() {
            if j > 0 {
                out.text.push(',');
            }
            out.places.push(out.text.len());
            out.binds.push(bind.clone());
        }
        out.text.push(')');
    }
}

/// One array of texts for each column, cast to its type.
fn unnest(out: &mut Statement, targets: &[Target], rows: &[Row]) {
    let casts: Vec<String> = targets.iter().enumerate().map(|(i, t)| format!("c{i}::{}", t.column.data_type)).collect();
    out.text.push_str(&format!("select {} from unnest(", casts.join(", ")));
    for at in 0..targets.len() {
        out.text.push_str(if at > 0 { ", " } else { "" });
        out.places.push(out.text.len());
        out.text.push_str("::text[]");
        let texts = rows.iter().map(|row| match &row.binds[at] {
            Bind::Text(text) => Some(text.as_str().into()),
            _ => None,
        });
        out.binds.push(Bind::Text(write_literal(texts)));
    }
    let names: Vec<String> = (0..targets.len()).map(|i| format!("c{i}")).collect();
    out.text.push_str(&format!(") as rows ({})", names.join(", ")));
}
