//! Why a step would fail on the data that is there. Looked for before the step on both engines, so that both say the same.

use tenon_model::{Code, DataType, Default, Error, ForeignKey, Ident, Result, ScalarType, Table};

use super::{
    FailingRows, calculated, checks,
    convert::convert,
    dump::text,
    new_columns::NewColumns,
    sql::{self, list},
    step::{Step, Transition},
};
use crate::database::{Conn, EngineKind};

/// The obstacles to a step, at most one for each rule that would be broken. The database is as `transition.before` says,
/// without the columns in `new`.
pub(super) fn find(conn: &mut Conn, transition: &Transition, new: &NewColumns) -> Result<Vec<Error>> {
    let table = |name: &Ident| transition.before.require_table(name.as_str()).cloned();
    let found = match &transition.step {
        Step::AddColumn { table, column } if column.not_null && column.identity.is_none() => match &column.default {
            None => filled(conn, table, &column.name)?,
            Some(Default::Expression(expr)) if calculated::value(&transition.after, column, expr)?.is_null() => {
                filled(conn, table, &column.name)?
            }
            Some(_) => None,
        },
        Step::AddColumn { column, .. } => {
            if let Some(Default::Expression(expr)) = &column.default {
                calculated::value(&transition.after, column, expr)?;
            }
            None
        }
        Step::SetNotNull { table, column, not_null: true } => nulls(conn, table, column, new)?,
        Step::AddPrimaryKey { table: name, key } => {
            for column in &key.columns {
                if let Some(obstacle) = nulls(conn, name, column, new)? {
                    return Ok(vec![obstacle]);
                }
            }
            duplicates(conn, &*table(name)?, &key.name, &key.columns, new)?
        }
        Step::AddUnique { table: name, unique } => duplicates(conn, &*table(name)?, &unique.name, &unique.columns, new)?,
        Step::CreateIndex { table: name, index } if index.unique => {
            let columns: Vec<_> = index.columns.iter().map(|c| c.column.clone()).collect();
            duplicates(conn, &*table(name)?, &index.name, &columns, new)?
        }
        Step::AddForeignKey { table: name, key } => orphans(conn, &*table(name)?, key, new)?,
        // The number of a row is unique on SQLite, and so it is everywhere.
        Step::SetIdentity { table: name, column } if transition.after.table(name.as_str()).is_some_and(|t| numbers(t, column)) => {
            duplicates(conn, &*table(name)?, column, std::slice::from_ref(column), new)?
        }
        Step::AddCheck { table: name, .. } | Step::ValidateCheck { table: name, .. } => {
            let table = table(name)?;
            failing(conn, transition)?.map(|rows| rows.obstacle(&table))
        }
        Step::SetType { table, column, explicit } => unconvertible(conn, transition, table, column, *explicit)?,
        Step::DropRole(role) => holders(conn, role)?,
        _ => None,
    };
    Ok(found.into_iter().collect())
}

/// The users who have a role.
fn holders(conn: &mut Conn, role: &Ident) -> Result<Option<Error>> {
    let users = sql::count(
        conn,
        &format!("select count(*) as n from _tenon_users where deleted_at is null and role = {}", text(role.as_str())),
    )?;
    Ok((users > 0).then(|| {
        let held = if users == 1 { "1 user has it".to_owned() } else { format!("{} users have it", grouped(users)) };
        Error::new(Code::Dependent, format!("cannot drop role \"{role}\" because {held}"))
            .with_details(role.as_str())
            .with_hint("give them another role first")
    }))
}

/// The rows that a check refuses that is to hold for all.
pub(super) fn failing(conn: &mut Conn, t: &Transition) -> Result<Option<FailingRows>> {
    match &t.step {
        Step::AddCheck { table, check } if !check.not_valid => {
            checks::failing(conn, &t.before, t.before.require_table(table.as_str())?, check)
        }
        Step::ValidateCheck { table, check } => checks::failing(conn, &t.before, t.before.require_table(table.as_str())?, check),
        _ => Ok(None),
    }
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

pub(super) fn count_of(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(rows)) }
}

/// A number with commas between thousands.
fn grouped(number: u64) -> String {
    match number / 1000 {
        0 => number.to_string(),
        thousands => format!("{},{:03}", grouped(thousands), number % 1000),
    }
}

fn nulls(conn: &mut Conn, table: &Ident, column: &Ident, new: &NewColumns) -> Result<Option<Error>> {
    let from = new.from(conn.kind(), table);
    let rows = sql::count(conn, &format!("select count(*) as n from {from} where {} is null", column.quoted()))?;
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

fn duplicates(conn: &mut Conn, table: &Table, name: &Ident, columns: &[Ident], new: &NewColumns) -> Result<Option<Error>> {
    let (own, keys) = (new.from(conn.kind(), &table.name), list(columns));
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

/// The rows that refer to nothing: how many, and one of their values.
fn orphans(conn: &mut Conn, table: &Table, key: &ForeignKey, new: &NewColumns) -> Result<Option<Error>> {
    let there = key.columns.iter().map(|c| format!("o.{} is not null", c.quoted())).collect::<Vec<_>>().join(" and ");
    let referenced = match conn.kind() {
        EngineKind::Postgres => super::postgres::referenced_columns(key),
        EngineKind::Sqlite => key.referenced_columns.clone(),
    };
    let pairs = key.columns.iter().zip(&referenced);
    let same = pairs.map(|(from, to)| format!("p.{} = o.{}", to.quoted(), from.quoted())).collect::<Vec<_>>().join(" and ");
    let (kind, target) = (conn.kind(), &key.references);
    let lost = format!(
        "from (select * from {}) as o where {there} and not exists (select 1 from {} as p where {same})",
        new.from(kind, &table.name),
        new.from(kind, target)
    );
    let rows = sql::count(conn, &format!("select count(*) as n {lost}"))?;
    if rows == 0 {
        return Ok(None);
    }
    let example = format!("select {} as v {lost} order by 1 limit 1", all_shown(table, &key.columns, "o.", kind));
    let example = sql::texts(conn, &example)?.into_iter().flatten().next().unwrap_or_default();
    let verb = if rows == 1 { "has" } else { "have" };
    let what = match key.columns.as_slice() {
        [column] => format!("\"{column}\""),
        columns => format!("({})", plain(columns)),
    };
    let target = key.target_name();
    let message =
        format!("{} of \"{}\" {verb} a {what} that is not in \"{target}\", for example {example}", count_of(rows), table.name);
    let hint = format!("change or empty these values, or add what is missing to \"{target}\" first");
    Ok(Some(Error::new(Code::ForeignKeyViolation, message).with_hint(hint)))
}

/// How many of the values that do not convert are named.
const NAMED: usize = 5;

/// The values that do not convert: what is wrong with the first (in the order of texts), and which there are.
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
    let (mut first, mut values) = (None, Vec::new());
    for value in sql::texts(conn, &query)?.into_iter().flatten() {
        if let Err(error) = convert(&value, (&from, &to), explicit, (&t.before, &t.after)) {
            first.get_or_insert(error);
            values.push(value);
        }
    }
    Ok(first.map(|e| {
        let message = format!("column \"{name}\" of \"{table}\" cannot be converted to {to}: {}", e.message);
        Error { message, ..e }.with_details(format!("values that do not convert: {}", some_of(&values)))
    }))
}

/// The first of some values, and how many more there are.
fn some_of(values: &[String]) -> String {
    let named: Vec<String> = values.iter().take(NAMED).map(|value| value.chars().take(200).collect()).collect();
    match values.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        1 => format!("{} and 1 more value", named.join(", ")),
        more => format!("{} and {} more values", named.join(", "), grouped(more as u64)),
    }
}
