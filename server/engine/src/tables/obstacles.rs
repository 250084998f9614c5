//! Why a step would fail on the data that is there. Looked for before the step on both engines, so that both say the same.

use tenon_model::{Code, DataType, Error, ForeignKey, Ident, Result, ScalarType, Table};

use super::{
    convert::convert,
    sql::{self, list},
    step::{Step, Transition},
};
use crate::database::{Conn, EngineKind};

/// The obstacles to a step, at most one for each rule that would be broken. The database is as `transition.before` says.
pub(super) fn find(conn: &mut Conn, transition: &Transition) -> Result<Vec<Error>> {
    let table = |name: &Ident| transition.before.require_table(name.as_str()).cloned();
    let found = match &transition.step {
        Step::AddColumn { table, column } if column.not_null && column.default.is_none() && column.identity.is_none() => {
            filled(conn, table, &column.name)?
        }
        Step::SetNotNull { table, column, not_null: true } => nulls(conn, table, column)?,
        Step::AddPrimaryKey { table: name, key } => {
            for column in &key.columns {
                if let Some(obstacle) = nulls(conn, name, column)? {
                    return Ok(vec![obstacle]);
                }
            }
            duplicates(conn, &*table(name)?, &key.name, &key.columns)?
        }
        Step::AddUnique { table: name, unique } => duplicates(conn, &*table(name)?, &unique.name, &unique.columns)?,
        Step::CreateIndex { table: name, index } if index.unique => {
            let columns: Vec<_> = index.columns.iter().map(|c| c.column.clone()).collect();
            duplicates(conn, &*table(name)?, &index.name, &columns)?
        }
        Step::AddForeignKey { table: name, key } => orphans(conn, &*table(name)?, key)?,
        // The number of a row is unique on SQLite, and so it is everywhere.
        Step::SetIdentity { table: name, column } if transition.after.table(name.as_str()).is_some_and(|t| numbers(t, column)) => {
            duplicates(conn, &*table(name)?, column, std::slice::from_ref(column))?
        }
        Step::SetType { table, column, explicit } => unconvertible(conn, transition, table, column, *explicit)?,
        _ => None,
    };
    Ok(found.into_iter().collect())
}

fn numbers(table: &Table, column: &Ident) -> bool {
    table.column(column.as_str()).is_some_and(|c| c.identity.is_some())
}

fn filled(conn: &mut Conn, table: &Ident, column: &Ident) -> Result<Option<Error>> {
    let rows = sql::count(conn, &format!("select count(*) as n from {}", table.quoted()))?;
    Ok((rows > 0).then(|| {
        let message = format!("column \"{column}\" of \"{table}\" would be null in {} and is not to be null", count_of(rows));
        Error::new(Code::NotNullViolation, message).with_hint("give it a default, or let it be null")
    }))
}

fn count_of(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

fn nulls(conn: &mut Conn, table: &Ident, column: &Ident) -> Result<Option<Error>> {
    let rows = sql::count(conn, &format!("select count(*) as n from {} where {} is null", table.quoted(), column.quoted()))?;
    Ok((rows > 0).then(|| {
        let message = format!("column \"{column}\" of \"{table}\" is null in {}", count_of(rows));
        Error::new(Code::NotNullViolation, message).with_hint("fill these rows first")
    }))
}

/// A column as text for a message.
fn shown(table: &Table, column: &Ident, alias: &str, kind: EngineKind) -> String {
    let name = format!("{alias}{}", column.quoted());
    match (kind, table.column(column.as_str()).and_then(|c| c.data_type.scalar())) {
        (EngineKind::Sqlite, Some(ScalarType::Boolean)) => format!("case {name} when 1 then 'true' when 0 then 'false' end"),
        (EngineKind::Sqlite, Some(ScalarType::Bytea)) => format!("'\\x' || lower(hex({name}))"),
        _ => format!("cast({name} as text)"),
    }
}

/// The texts of several columns with commas between.
fn all_shown(table: &Table, columns: &[Ident], alias: &str, kind: EngineKind) -> String {
    columns.iter().map(|c| shown(table, c, alias, kind)).collect::<Vec<_>>().join(" || ', ' || ")
}

fn duplicates(conn: &mut Conn, table: &Table, name: &Ident, columns: &[Ident]) -> Result<Option<Error>> {
    let (own, keys) = (table.name.quoted(), list(columns));
    let there = columns.iter().map(|c| format!("{} is not null", c.quoted())).collect::<Vec<_>>().join(" and ");
    let query = format!(
        "select {} as v from {own} where {there} group by {keys} having count(*) > 1 order by {keys} limit 1",
        all_shown(table, columns, "", conn.kind())
    );
    Ok(sql::texts(conn, &query)?.into_iter().flatten().next().map(|key| {
        let message = format!("could not create unique index \"{name}\"");
        Error::new(Code::UniqueViolation, message).with_details(format!("Key ({})=({key}) is duplicated.", plain(columns)))
    }))
}

fn plain(columns: &[Ident]) -> String {
    columns.iter().map(Ident::as_str).collect::<Vec<_>>().join(", ")
}

fn orphans(conn: &mut Conn, table: &Table, key: &ForeignKey) -> Result<Option<Error>> {
    let there = key.columns.iter().map(|c| format!("o.{} is not null", c.quoted())).collect::<Vec<_>>().join(" and ");
    let pairs = key.columns.iter().zip(&key.referenced_columns);
    let same = pairs.map(|(from, to)| format!("p.{} = o.{}", to.quoted(), from.quoted())).collect::<Vec<_>>().join(" and ");
    let query = format!(
        "select {} as v from {} as o where {there} and not exists (select 1 from {} as p where {same}) order by 1 limit 1",
        all_shown(table, &key.columns, "o.", conn.kind()),
        table.name.quoted(),
        key.references.quoted()
    );
    Ok(sql::texts(conn, &query)?.into_iter().flatten().next().map(|value| {
        let message = format!("insert or update on table \"{}\" violates foreign key constraint \"{}\"", table.name, key.name);
        let columns = plain(&key.columns);
        let details = format!("Key ({columns})=({value}) is not present in table \"{}\".", key.references);
        Error::new(Code::ForeignKeyViolation, message).with_details(details)
    }))
}

/// The first value (in the order of texts) that does not convert.
fn unconvertible(conn: &mut Conn, t: &Transition, table: &Ident, name: &Ident, explicit: bool) -> Result<Option<Error>> {
    let found = |schema: &tenon_model::Schema| -> Result<DataType> {
        Ok(schema.require_table(table.as_str())?.require_column(name.as_str())?.data_type.clone())
    };
    let (from, to) = (found(&t.before)?, found(&t.after)?);
    let column = name.quoted();
    let shown = match conn.kind() {
        EngineKind::Sqlite => super::sqlite::shown(&column, &from),
        EngineKind::Postgres => format!("{column}::text"),
    };
    let query = format!("select distinct {shown} as v from {} where {column} is not null order by 1", table.quoted());
    for value in sql::texts(conn, &query)?.into_iter().flatten() {
        if let Err(e) = convert(&value, (&from, &to), explicit, (&t.before, &t.after)) {
            let message = format!("column \"{name}\" of \"{table}\" cannot be converted to {to}: {}", e.message);
            return Ok(Some(Error { message, ..e }.with_details(value.chars().take(200).collect::<String>())));
        }
    }
    Ok(None)
}
