//! Enum types on PostgreSQL.

use tenon_model::{Check, Column, DataType, Ident, Result, ScalarType, Table};

use super::column;
use crate::tables::{
    dump::text,
    step::{Step, Transition},
};

pub(super) fn create(name: &Ident, values: &[String]) -> String {
    let values = values.iter().map(|v| text(v)).collect::<Vec<_>>().join(", ");
    format!("create type {} as enum ({values})", name.quoted())
}

/// Adds a value. PostgreSQL does not let a transaction use a value that it added itself; if a later step of the same
/// transaction might, the type is made anew and its columns are moved to it.
pub(super) fn add_value(
    t: &Transition,
    later: &[Transition],
    name: &Ident,
    value: &str,
    before: Option<&String>,
) -> Result<Vec<String>> {
    if !later.iter().any(|l| touches(l, name)) {
        let place = before.map(|b| format!(" before {}", text(b))).unwrap_or_default();
        return Ok(vec![format!("alter type {} add value {}{place}", name.quoted(), text(value))]);
    }
    let old = "_tenon_old_enum";
    let mut all = vec![format!("alter type {} rename to {old}", name.quoted()), create(name, t.after.enum_values(name.as_str()))];
    let asking = |table: &Table| -> Vec<Check> {
        table.checks.iter().filter(|check| check.expr.uses(&table.name).enums.contains(name)).cloned().collect()
    };
    for table in t.after.tables.values() {
        all.extend(
            asking(table).iter().map(|c| format!("alter table {} drop constraint {}", table.name.quoted(), c.name.quoted())),
        );
    }
    for table in t.after.tables.values() {
        for column in table.columns.iter().filter(|c| *c.data_type.element() == ScalarType::Enum(name.clone())) {
            all.push(move_column(&table.name, column));
        }
    }
    for table in t.after.tables.values() {
        for check in asking(table) {
            all.extend(super::statement::add_check(&t.after, table, &check)?);
        }
    }
    all.push(format!("drop type {old}"));
    if let Some(comment) = t.after.enums.get(name).and_then(|e| e.comment.as_ref()) {
        all.push(format!("comment on type {} is {}", name.quoted(), text(comment)));
    }
    Ok(all)
}

fn move_column(table: &Ident, c: &Column) -> String {
    let name = c.name.quoted();
    let through = if c.data_type.scalar().is_some() { "text" } else { "text[]" };
    let mut sql = format!("alter table {} ", table.quoted());
    if c.default.is_some() {
        sql.push_str(&format!("alter column {name} drop default, "));
    }
    sql.push_str(&format!("alter column {name} type {0} using {name}::{through}::{0}", c.data_type));
    if let Some(default) = c.default.as_ref().and_then(|default| column::default_sql(c, default)) {
        sql.push_str(&format!(", alter column {name} set default {default}"));
    }
    sql
}

/// Whether a step may use values of the enum.
fn touches(t: &Transition, name: &Ident) -> bool {
    let of_enum = |data_type: &DataType| *data_type.element() == ScalarType::Enum(name.clone());
    let column = |table: &Ident, column: &Ident| {
        t.after.table(table.as_str()).and_then(|t| t.column(column.as_str())).is_some_and(|c| of_enum(&c.data_type))
    };
    let asks = |table: &Ident, check: &Check| check.expr.uses(table).enums.contains(name);
    match &t.step {
        Step::CreateTable(table) => {
            table.columns.iter().any(|c| of_enum(&c.data_type)) || table.checks.iter().any(|c| asks(&table.name, c))
        }
        Step::AddCheck { table, check } | Step::ValidateCheck { table, check } => asks(table, check),
        Step::AddColumn { column, .. } => of_enum(&column.data_type),
        Step::SetDefault { table, column: name } | Step::SetType { table, column: name, .. } => column(table, name),
        Step::RenameEnum { .. } => true,
        _ => false,
    }
}
