//! Keys, unique constraints and references, looked up and checked.

use tenon_model::{
    Check, Code, Column, Default, Error, ForeignKey, Ident, ReferentialAction, Result, ScalarType, Schema, Table, Unique,
};

use super::{Misfit, check, compatible, generated, names};
use crate::tables::change::{ConstraintDef, ConstraintKind};

/// The most columns of a key or an index (PostgreSQL's).
const MAX_KEY_COLUMNS: usize = 32;

/// A constraint as it will be.
pub(super) enum Resolved {
    PrimaryKey(Unique),
    Unique(Unique),
    ForeignKey(ForeignKey),
    Check(Check),
}

/// Looks a constraint of `table` up; the table may not be in the schema yet.
pub(super) fn resolve(schema: &Schema, table: &Table, def: &ConstraintDef) -> Result<Resolved, Misfit> {
    match &def.kind {
        ConstraintKind::PrimaryKey(columns) => {
            if table.primary_key.is_some() {
                let message = format!("table \"{}\" has a primary key already", table.name);
                return Err(Error::new(Code::AlreadyExists, message).into());
            }
            generated::refuse_in_key(table, columns, "a primary key")?;
            Ok(Resolved::PrimaryKey(unique(schema, table, def, columns, &[], "pkey")?))
        }
        ConstraintKind::Unique(columns) => {
            generated::refuse_from_others(table, columns)?;
            Ok(Resolved::Unique(unique(schema, table, def, columns, columns, "key")?))
        }
        ConstraintKind::Check(check) => check::resolve(schema, table, def, check).map(Resolved::Check),
        ConstraintKind::ForeignKey { columns, references, referenced, on_delete, on_update } => {
            check_columns(table, columns)?;
            generated::refuse_in_key(table, columns, "a reference")?;
            if *references == *ForeignKey::USERS {
                return Ok(to_users(schema, table, def).map(Resolved::ForeignKey)?);
            }
            let target = if *references == table.name { table } else { schema.require_table(references.as_str())? };
            let referenced_columns = referenced_columns(target, columns, referenced)?;
            check_types(table, columns, target, &referenced_columns)?;
            check_actions(table, columns, [*on_delete, *on_update])?;
            let name = match &def.name {
                Some(name) => {
                    names::check_constraint(table, name)?;
                    name.clone()
                }
                None => names::choose(schema, table, columns, "fkey")?,
            };
            let (references, columns) = (references.clone(), columns.clone());
            let (on_delete, on_update) = (*on_delete, *on_update);
            Ok(Resolved::ForeignKey(ForeignKey { name, columns, references, referenced_columns, on_delete, on_update }))
        }
    }
}

/// A reference to `auth.users (id)`.
fn to_users(schema: &Schema, table: &Table, def: &ConstraintDef) -> Result<ForeignKey> {
    let ConstraintKind::ForeignKey { columns, references, referenced, on_delete, on_update } = &def.kind else {
        return Err(Error::internal("a reference that is none"));
    };
    let id = Ident::new("id")?;
    let [column] = columns.as_slice() else {
        return Err(Error::new(Code::InvalidSyntax, "one column refers to a user"));
    };
    if !(referenced.is_empty() || *referenced == [id.clone()]) {
        return Err(Error::new(Code::NotFound, "users are referred to by their id: references auth.users (id)"));
    }
    let data_type = &table.require_column(column.as_str())?.data_type;
    if *data_type != ScalarType::Uuid.into() {
        let message = format!("\"{column}\" ({data_type}) cannot refer to a user's id (uuid): the types differ");
        return Err(Error::new(Code::InvalidValue, message));
    }
    check_actions(table, columns, [*on_delete, *on_update])?;
    let name = match &def.name {
        Some(name) => {
            names::check_constraint(table, name)?;
            name.clone()
        }
        None => names::choose(schema, table, columns, "fkey")?,
    };
    Ok(ForeignKey {
        name,
        columns: columns.clone(),
        references: references.clone(),
        referenced_columns: vec![id],
        on_delete: *on_delete,
        on_update: *on_update,
    })
}

/// A key over `columns`; `named` are those that its made-up name tells.
fn unique(schema: &Schema, table: &Table, def: &ConstraintDef, columns: &[Ident], named: &[Ident], label: &str) -> Result<Unique> {
    check_key_columns(table, columns)?;
    let name = match &def.name {
        Some(name) => own_name(schema, table, name)?,
        None => names::choose(schema, table, named, label)?,
    };
    Ok(Unique { name, columns: columns.to_vec() })
}

fn own_name(schema: &Schema, table: &Table, name: &Ident) -> Result<Ident> {
    names::check_constraint(table, name)?;
    names::check_relation(schema, name)?;
    if name.as_str().eq_ignore_ascii_case(table.name.as_str()) {
        return Err(super::already_exists(&format!("table \"{name}\"")));
    }
    Ok(name.clone())
}

/// Columns exist, none twice.
pub(super) fn check_columns(table: &Table, columns: &[Ident]) -> Result<()> {
    if columns.len() > MAX_KEY_COLUMNS {
        return Err(Error::new(Code::TooComplex, format!("at most {MAX_KEY_COLUMNS} columns are taken here")));
    }
    for (i, column) in columns.iter().enumerate() {
        table.require_column(column.as_str())?;
        if columns[..i].contains(column) {
            return Err(Error::new(Code::InvalidSyntax, format!("column \"{column}\" appears twice")));
        }
    }
    Ok(())
}

/// As [`check_columns`], and the columns' types can be compared.
pub(super) fn check_key_columns(table: &Table, columns: &[Ident]) -> Result<()> {
    check_columns(table, columns)?;
    generated::refuse_virtual(table, columns)?;
    for column in columns.iter().filter_map(|c| table.column(c.as_str())) {
        if *column.data_type.element() == ScalarType::Json {
            let message = format!("column \"{}\" is of type json, which cannot be compared or indexed", column.name);
            return Err(Error::new(Code::Unsupported, message).with_hint("use jsonb"));
        }
    }
    Ok(())
}

fn referenced_columns(target: &Table, columns: &[Ident], referenced: &[Ident]) -> Result<Vec<Ident>> {
    let referenced = if referenced.is_empty() { target.key_columns() } else { referenced };
    if referenced.is_empty() {
        let message = format!("table \"{}\" has no primary key to refer to", target.name);
        return Err(Error::new(Code::NotFound, message));
    }
    check_columns(target, referenced)?;
    generated::refuse_in_key(target, referenced, "a reference")?;
    if referenced.len() != columns.len() {
        let message = format!("{} referring columns do not match {} referenced ones", columns.len(), referenced.len());
        return Err(Error::new(Code::InvalidSyntax, message));
    }
    if unique_sets(target, None).any(|(_, set)| same_set(&set, referenced)) {
        return Ok(referenced.to_vec());
    }
    let list = referenced.iter().map(Ident::as_str).collect::<Vec<_>>().join(", ");
    let message = format!("there is no unique constraint on \"{}\" ({list}) to refer to", target.name);
    let hint = "a reference needs a primary key or a unique constraint over exactly its columns";
    Err(Error::new(Code::NotFound, message).with_hint(hint))
}

/// The column sets of a table that are unique, with the name of what makes them so; without the one called `except`.
fn unique_sets<'a>(table: &'a Table, except: Option<&'a Ident>) -> impl Iterator<Item = (&'a Ident, Vec<&'a Ident>)> {
    let keys = table.primary_key.iter().chain(&table.uniques).map(|u| (&u.name, u.columns.iter().collect()));
    let indexes = table.indexes.iter().filter(|i| i.unique).map(|i| (&i.name, i.columns.iter().map(|c| &c.column).collect()));
    keys.chain(indexes).filter(move |(name, _)| Some(*name) != except)
}

fn same_set(set: &[&Ident], columns: &[Ident]) -> bool {
    set.len() == columns.len() && columns.iter().all(|c| set.contains(&c))
}

fn check_types(table: &Table, columns: &[Ident], target: &Table, referenced: &[Ident]) -> Result<()> {
    for (from, to) in columns.iter().zip(referenced) {
        let (from, to) = (table.require_column(from.as_str())?, target.require_column(to.as_str())?);
        if !compatible(&from.data_type, &to.data_type) {
            let (name, other) = (&from.name, &to.name);
            let (from, to) = (&from.data_type, &to.data_type);
            let message = format!("\"{name}\" ({from}) cannot refer to \"{other}\" ({to}): the types differ");
            return Err(Error::new(Code::InvalidValue, message));
        }
    }
    Ok(())
}

/// `set null` needs columns that may be null.
fn check_actions(table: &Table, columns: &[Ident], actions: [ReferentialAction; 2]) -> Result<()> {
    if actions.contains(&ReferentialAction::SetDefault) {
        columns.iter().filter_map(|c| table.column(c.as_str())).try_for_each(check_set_default)?;
    }
    if !actions.contains(&ReferentialAction::SetNull) {
        return Ok(());
    }
    match columns.iter().filter_map(|c| table.column(c.as_str())).find(|c| c.not_null) {
        Some(column) => {
            let message = format!("column \"{}\" is not null, so a reference cannot set it to null", column.name);
            Err(Error::new(Code::InvalidValue, message))
        }
        None => Ok(()),
    }
}

/// `set default` is the database's doing, which does not know calculated defaults.
pub(super) fn check_set_default(column: &Column) -> Result<()> {
    if !matches!(column.default, Some(Default::Expression(_))) {
        return Ok(());
    }
    let message = format!("the default of column \"{}\" is calculated, so a reference cannot set the column to it", column.name);
    Err(Error::new(Code::Unsupported, message).with_hint("use set null, or a default that is a value"))
}

/// The foreign keys (table, name) that rest on the unique thing called `name` of `table` alone.
pub(super) fn resting_on(schema: &Schema, table: &Table, name: &Ident) -> Vec<(Ident, Ident)> {
    let own = |columns: &[Ident]| unique_sets(table, None).any(|(other, set)| other == name && same_set(&set, columns));
    let others = |columns: &[Ident]| unique_sets(table, Some(name)).any(|(_, set)| same_set(&set, columns));
    schema
        .references_to(table.name.as_str())
        .filter(|(_, key)| own(&key.referenced_columns) && !others(&key.referenced_columns))
        .map(|(holder, key)| (holder.name.clone(), key.name.clone()))
        .collect()
}
