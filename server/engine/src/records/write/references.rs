//! Which reference a refused write broke. PostgreSQL says it; SQLite only says that there is one, so it is looked up, inside
//! the same unit of work, after the statement was undone.

use diesel::result::Error as DieselError;
use tenon_model::{Code, Error, Expr, ForeignKey, Ident, ReferentialAction, Result, Table, Value};

use crate::{
    database::{Conn, errors},
    records::{
        block::Context,
        run::{self, Failure},
        sql::{Alias, Builder},
    },
};

/// The failure of a write of a row of `table`; `find` looks for the broken reference where the database does not tell it.
pub(super) fn explain(
    conn: &mut Conn,
    context: Context<'_>,
    table: &Table,
    failure: Failure,
    value: &dyn Fn(&Ident) -> Option<String>,
    find: impl FnOnce(&mut Conn) -> Result<Option<Error>>,
) -> Error {
    let error = match failure {
        Failure::Sink(error) => return error,
        Failure::Database(error) => error,
    };
    if context.is_sqlite() && is_broken_reference(&error) {
        return match find(conn) {
            Ok(Some(found)) => found,
            Ok(None) => errors::translate(error),
            Err(other) => other,
        };
    }
    errors::translate_for(error, context.schema, table, value)
}

fn is_broken_reference(error: &DieselError) -> bool {
    errors::violation(error).is_some_and(|violation| violation.code == Code::ForeignKeyViolation)
}

/// The reference of a row that points nowhere.
pub(super) fn broken_by_row(
    conn: &mut Conn,
    context: Context<'_>,
    table: &Table,
    value: &dyn Fn(&Ident) -> Option<Value>,
) -> Result<Option<Error>> {
    for key in &table.foreign_keys {
        let values: Option<Vec<Value>> = key.columns.iter().map(|name| value(name).filter(|value| !value.is_null())).collect();
        let Some(values) = values else { continue };
        let is_own = key.references == table.name
            && key.referenced_columns.iter().zip(&values).all(|(name, wanted)| value(name).as_ref() == Some(wanted));
        if is_own {
            continue;
        }
        let mut b = Builder::new(context.engine, context.schema);
        b.push("select count(*) from ").table(&key.references, Alias::ROOT).push(" where ");
        for (index, ((name, own), value)) in referenced(context, key).iter().zip(&key.columns).zip(&values).enumerate() {
            b.push(if index > 0 { " and " } else { "" });
            let data_type = match b.schema.table(key.references.as_str()) {
                Some(target) => &target.require_column(name.as_str())?.data_type,
                None => &table.require_column(own.as_str())?.data_type,
            };
            b.column(Alias::ROOT, name).push(" = ").value(value, data_type);
        }
        if run::number(conn, &b.finish()?)? == 0 {
            let texts = key.columns.iter().zip(&values).map(|(name, value)| text_of(table, name, value)).collect::<Vec<_>>();
            return Ok(Some(points_nowhere(table, key, &texts)));
        }
    }
    Ok(None)
}

/// The reference that a change of the rows that a filter meets would leave pointing nowhere.
pub(super) fn broken_by_change(
    conn: &mut Conn,
    context: Context<'_>,
    table: &Table,
    filter: &Expr,
    set: &dyn Fn(&Ident) -> Option<Value>,
) -> Result<Option<Error>> {
    for key in &table.foreign_keys {
        if !key.columns.iter().any(|name| set(name).is_some()) {
            continue;
        }
        let other = Alias(1_000);
        let mut b = Builder::new(context.engine, context.schema);
        b.push("select ");
        value_list(&mut b, table, &key.columns, set)?;
        b.push(" from ").table(&table.name, Alias::ROOT).push(" where true");
        b.and_filter(Alias::ROOT, filter)?;
        for name in &key.columns {
            b.push(" and ");
            changed(&mut b, table, name, set)?;
            b.push(" is not null");
        }
        b.push(" and not exists (select 1 from ").table(&key.references, other).push(" where ");
        for (index, (name, referenced)) in key.columns.iter().zip(&referenced(context, key)).enumerate() {
            b.push(if index > 0 { " and " } else { "" });
            b.column(other, referenced).push(" = ");
            changed(&mut b, table, name, set)?;
        }
        b.push(") limit 1");
        if let Some(texts) = run::texts(conn, &b.finish()?, key.columns.len())? {
            return Ok(Some(points_nowhere(table, key, &shown(texts))));
        }
    }
    Ok(None)
}

/// The columns that the database knows a key to refer to.
fn referenced(context: Context<'_>, key: &ForeignKey) -> Vec<Ident> {
    if context.is_sqlite() { key.referenced_columns.clone() } else { crate::tables::postgres::referenced_columns(key) }
}

/// The reference to rows that a filter meets, and that are to go or to get another key.
pub(super) fn still_referenced(
    conn: &mut Conn,
    context: Context<'_>,
    table: &Table,
    filter: &Expr,
    concerns: &dyn Fn(&ForeignKey) -> Option<ReferentialAction>,
) -> Result<Option<Error>> {
    for (referring, key) in context.schema.references_to(table.name.as_str()) {
        if !matches!(concerns(key), Some(ReferentialAction::NoAction | ReferentialAction::Restrict)) {
            continue;
        }
        let other = Alias(1_000);
        let mut b = Builder::new(context.engine, context.schema);
        b.push("select ");
        value_list(&mut b, table, &key.referenced_columns, &|_| None)?;
        b.push(" from ").table(&table.name, Alias::ROOT).push(" where true");
        b.and_filter(Alias::ROOT, filter)?;
        b.push(" and exists (select 1 from ").table(&referring.name, other).push(" where ");
        b.join_columns(other, &key.columns, Alias::ROOT, &key.referenced_columns);
        b.push(") limit 1");
        if let Some(texts) = run::texts(conn, &b.finish()?, key.referenced_columns.len())? {
            return Ok(Some(is_referenced(table, referring, key, &shown(texts))));
        }
    }
    Ok(None)
}

/// The first row's values of columns as a change would leave them.
fn value_list(b: &mut Builder<'_>, table: &Table, columns: &[Ident], set: &dyn Fn(&Ident) -> Option<Value>) -> Result<()> {
    for (index, name) in columns.iter().enumerate() {
        b.push(if index > 0 { ", " } else { "" });
        changed(b, table, name, set)?;
    }
    Ok(())
}

fn changed(b: &mut Builder<'_>, table: &Table, name: &Ident, set: &dyn Fn(&Ident) -> Option<Value>) -> Result<()> {
    let column = table.require_column(name.as_str())?;
    match set(name) {
        Some(value) => b.value(&value, &column.data_type),
        None => b.column(Alias::ROOT, name),
    };
    Ok(())
}

fn shown(texts: Vec<Option<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.unwrap_or_else(|| "null".to_owned())).collect()
}

fn text_of(table: &Table, name: &Ident, value: &Value) -> String {
    table.column(name.as_str()).and_then(|column| value.to_pg_text(&column.data_type)).unwrap_or_default()
}

fn points_nowhere(table: &Table, key: &ForeignKey, values: &[String]) -> Error {
    let message = format!("insert or update on table \"{}\" violates foreign key constraint \"{}\"", table.name, key.name);
    let error = Error::new(Code::ForeignKeyViolation, message).with_fields(errors::points_nowhere(key));
    error.with_details(format!(
        "Key ({})=({}) is not present in table \"{}\".",
        names(&key.columns),
        values.join(", "),
        key.target_name()
    ))
}

fn is_referenced(table: &Table, referring: &Table, key: &ForeignKey, values: &[String]) -> Error {
    let message = format!(
        "update or delete on table \"{}\" violates foreign key constraint \"{}\" on table \"{}\"",
        table.name, key.name, referring.name
    );
    Error::new(Code::ForeignKeyViolation, message).with_details(format!(
        "Key ({})=({}) is still referenced from table \"{}\".",
        names(&key.referenced_columns),
        values.join(", "),
        referring.name
    ))
}

/// Names as PostgreSQL lists them: quoted where they must be.
fn names(columns: &[Ident]) -> String {
    let plain = |name: &Ident| {
        name.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && !name.as_str().starts_with(|c: char| c.is_ascii_digit())
    };
    columns.iter().map(|name| if plain(name) { name.to_string() } else { name.quoted() }).collect::<Vec<_>>().join(", ")
}
