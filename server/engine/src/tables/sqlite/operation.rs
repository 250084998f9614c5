//! What a step is on SQLite: a statement where SQLite has one, else a rebuild of the table.

use std::sync::Arc;

use tenon_model::{Column, DataType, Default, Ident, ScalarType, Schema, Table};

use super::{
    column,
    rebuild::{Rebuild, Source},
    table,
};
use crate::tables::{
    calculated,
    step::{Step, Transition},
};

/// One thing to do.
pub(crate) enum Operation {
    /// A statement.
    Sql(String),
    /// A table with its unique constraints and indexes.
    Create(Arc<Schema>, Arc<Table>),
    /// A table written anew.
    Rebuild(Rebuild),
}

/// What a step is on SQLite, in order. Nothing for what the catalog alone knows.
pub(crate) fn operations(t: &Transition) -> Vec<Operation> {
    match &t.step {
        Step::CreateTable(made) => vec![Operation::Create(t.after.clone(), made.clone())],
        Step::DropTable(name) => one(format!("DROP TABLE {}", name.quoted())),
        Step::RenameTable { from, to } => one(format!("ALTER TABLE {} RENAME TO {}", from.quoted(), to.quoted())),
        Step::RenameColumn { table, from, .. } if is_virtual(t, table, from) => Vec::new(),
        Step::RenameColumn { table, from, to } => {
            one(format!("ALTER TABLE {} RENAME COLUMN {} TO {}", table.quoted(), from.quoted(), to.quoted()))
        }
        Step::AddColumn { column, .. } if column.is_virtual() => Vec::new(),
        Step::DropColumn { table, column } if is_virtual(t, table, column) => Vec::new(),
        Step::SetExpression { table, column } if is_virtual(t, table, column) => Vec::new(),
        Step::AddColumn { table, column } if can_add(column) && all_valid(t, table) => {
            let definition = column::definition(&t.after, table, column, None);
            one(format!("ALTER TABLE {} ADD COLUMN {definition}", table.quoted()))
        }
        Step::AddColumn { table, column } => {
            let source = match &column.default {
                _ if column.identity.is_some() => Source::Numbered,
                Some(Default::Expression(expr)) => Source::Value(calculated::sqlite(&t.after, column, expr)),
                _ => Source::Default,
            };
            rebuild(t, table, |name| (*name == column.name).then(|| source.clone()))
        }
        Step::DropColumn { table, column } if is_row_number(t, table, column) => rebuild(t, table, |_| None),
        Step::DropColumn { table, column } => one(format!("ALTER TABLE {} DROP COLUMN {}", table.quoted(), column.quoted())),
        Step::SetType { table, column, explicit } => set_type(t, table, column, *explicit),
        Step::SetDefault { table, .. }
        | Step::SetNotNull { table, .. }
        | Step::SetIdentity { table, .. }
        | Step::SetExpression { table, .. }
        | Step::AddPrimaryKey { table, .. }
        | Step::DropPrimaryKey { table, .. }
        | Step::AddForeignKey { table, .. }
        | Step::DropForeignKey { table, .. }
        | Step::AddCheck { table, .. }
        | Step::DropCheck { table, .. }
        | Step::ValidateCheck { table, .. } => rebuild(t, table, |_| None),
        Step::AddUnique { table, unique } => find(&t.after, table).map_or_else(Vec::new, |table| one(table::unique(table, unique))),
        Step::DropUnique { name, .. } | Step::DropIndex { name, .. } => one(format!("DROP INDEX {}", name.quoted())),
        Step::CreateIndex { table, index } => one(table::index(table, index)),
        Step::RenameConstraint { table, from, to, unique: true } => rename_unique(t, table, from, to),
        Step::RenameConstraint { table, from, .. } => {
            let primary = find(&t.before, table).and_then(|t| t.primary_key.as_ref()).is_some_and(|k| k.name == *from);
            if primary { Vec::new() } else { rebuild(t, table, |_| None) }
        }
        Step::AddEnumValue { name, .. } => every_use(t, name, |_| None),
        Step::RenameEnumValue { name, from, to } => {
            every_use(t, name, |column| Some(Source::Replaced { column: column.name.clone(), from: from.clone(), to: to.clone() }))
        }
        Step::CreateEnum(_)
        | Step::RenameEnum { .. }
        | Step::DropEnum(_)
        | Step::CommentTable(_)
        | Step::CommentColumn { .. }
        | Step::CommentEnum(_)
        | Step::CommentCheck { .. }
        | Step::SetAccess(_)
        | Step::SetPolicies(_)
        | Step::SetTransitions(_)
        | Step::CommentPolicy { .. }
        | Step::CreateRole(_)
        | Step::ChangeRole(_)
        | Step::DropRole(_)
        | Step::SetView(_)
        | Step::DropView(_)
        | Step::SetFunction(_)
        | Step::DropFunction(_)
        | Step::SetDefaultPrivileges => Vec::new(),
    }
}

fn one(sql: String) -> Vec<Operation> {
    vec![Operation::Sql(sql)]
}

fn find<'a>(schema: &'a tenon_model::Schema, name: &Ident) -> Option<&'a Arc<Table>> {
    schema.table(name.as_str())
}

/// Whether a column is computed on read: the database knows nothing of it.
fn is_virtual(t: &Transition, table: &Ident, column: &Ident) -> bool {
    find(&t.before, table).and_then(|t| t.column(column.as_str())).is_some_and(Column::is_virtual)
}

/// Whether a column is the row's number, which `ALTER TABLE … DROP COLUMN` does not take.
fn is_row_number(t: &Transition, table: &Ident, column: &Ident) -> bool {
    find(&t.before, table).and_then(|t| table::row_number(t)).is_some_and(|number| number.name == *column)
}

/// Whether all rows pass all checks of the table: `ALTER TABLE … ADD COLUMN` asks.
fn all_valid(t: &Transition, table: &Ident) -> bool {
    find(&t.before, table).is_some_and(|table| table.checks.iter().all(|check| !check.not_valid))
}

/// What `ALTER TABLE … ADD COLUMN` takes.
fn can_add(column: &Column) -> bool {
    column.identity.is_none()
        && !column.generated.as_ref().is_some_and(|generated| generated.stored && !generated.reads_tables())
        && match &column.default {
            Some(default) => column::is_constant(default),
            None => !column.not_null,
        }
}

/// Writes a table anew; `source` says where columns come from that are not copied as they are.
fn rebuild(t: &Transition, table: &Ident, source: impl Fn(&Ident) -> Option<Source>) -> Vec<Operation> {
    let (Some(old), Some(new)) = (find(&t.before, table), find(&t.after, table)) else { return Vec::new() };
    let copy = |c: &Column| match &c.generated {
        Some(generated) if !generated.reads_tables() => Source::Default,
        _ => source(&c.name).unwrap_or_else(|| Source::Copied(c.name.clone())),
    };
    let columns = new.columns.iter().filter(|c| !c.is_virtual()).map(|c| (c.name.clone(), copy(c))).collect();
    vec![Operation::Rebuild(Rebuild {
        old: old.clone(),
        new: new.clone(),
        before: t.before.clone(),
        after: t.after.clone(),
        columns,
    })]
}

fn set_type(t: &Transition, table: &Ident, name: &Ident, explicit: bool) -> Vec<Operation> {
    let types = |schema| find(schema, table).and_then(|t| t.column(name.as_str())).map(|c| c.data_type.clone());
    let (Some(from), Some(to)) = (types(&t.before), types(&t.after)) else { return Vec::new() };
    rebuild(t, table, |column| {
        (column == name && !kept_as_is(&from, &to)).then(|| Source::Converted {
            column: name.clone(),
            from: from.clone(),
            to: to.clone(),
            explicit,
        })
    })
}

/// Whether every value of one type is kept by SQLite as the same value of the other.
fn kept_as_is(from: &DataType, to: &DataType) -> bool {
    use ScalarType as T;
    let (DataType::Scalar(from), DataType::Scalar(to)) = (from, to) else { return false };
    matches!(
        (from, to),
        (T::SmallInt, T::Integer | T::BigInt)
            | (T::Integer, T::BigInt)
            | (T::Varchar(_) | T::Date | T::Time | T::Uuid | T::Json | T::Jsonb | T::Enum(_) | T::Numeric(_), T::Text)
            | (T::Jsonb, T::Json)
            | (T::Real, T::Double)
            | (T::Timestamp, T::Timestamp)
    ) || matches!((from, to), (T::Varchar(a), T::Varchar(b)) if a <= b)
}

fn rename_unique(t: &Transition, table: &Ident, from: &Ident, to: &Ident) -> Vec<Operation> {
    let Some(after) = find(&t.after, table) else { return Vec::new() };
    let mut all = one(format!("DROP INDEX {}", from.quoted()));
    all.extend(after.uniques.iter().filter(|u| u.name == *to).map(|u| Operation::Sql(table::unique(after, u))));
    all
}

/// Writes every table anew that has columns of an enum, whose checks list the values.
fn every_use(t: &Transition, name: &Ident, source: impl Fn(&Column) -> Option<Source>) -> Vec<Operation> {
    let of_enum = DataType::Scalar(ScalarType::Enum(name.clone()));
    let asked = |table: &Table| table.checks.iter().any(|check| check.expr.uses(&table.name).enums.contains(name));
    let uses = t.after.tables.values().filter(|table| asked(table) || table.columns.iter().any(|c| c.data_type == of_enum));
    uses.flat_map(|table| {
        rebuild(t, &table.name, |column| table.column(column.as_str()).filter(|c| c.data_type == of_enum).and_then(&source))
    })
    .collect()
}
