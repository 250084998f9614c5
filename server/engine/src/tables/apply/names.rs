//! Which names may be given, and the names that PostgreSQL makes up where none is given.

use tenon_model::{Code, Error, Ident, Result, Role, Schema, Table};

use super::already_exists;
use crate::sql::UNKNOWN_TYPES;

/// PostgreSQL's own columns of every table, and SQLite's name for a row's number.
const SYSTEM_COLUMNS: [&str; 7] = ["tableoid", "cmax", "xmax", "cmin", "xmin", "ctid", "_rowid_"];

const BUILT_IN_TYPES: [&str; 25] = [
    "text",
    "varchar",
    "smallint",
    "int2",
    "integer",
    "int",
    "int4",
    "bigint",
    "int8",
    "real",
    "float",
    "float4",
    "float8",
    "numeric",
    "decimal",
    "boolean",
    "bool",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "uuid",
    "json",
    "jsonb",
    "bytea",
];

/// Refuses names that belong to Tenon or to the engines.
fn check_reserved(name: &Ident) -> Result<()> {
    if name.is_system() {
        let message = format!("\"{name}\" cannot be used: names that begin with \"{}\" are Tenon's own", Ident::SYSTEM_PREFIX);
        return Err(Error::new(Code::InvalidName, message));
    }
    let lower = name.as_str().to_ascii_lowercase();
    if lower.starts_with("sqlite_") || lower.starts_with("pg_") {
        let message = format!("\"{name}\" cannot be used: names that begin with \"sqlite_\" or \"pg_\" are the database's own");
        return Err(Error::new(Code::InvalidName, message));
    }
    Ok(())
}

/// Checks the name of a new table or index. Tables, indexes, primary keys and unique constraints share their names, in which
/// case does not matter (it does not on SQLite).
pub(super) fn check_relation(schema: &Schema, name: &Ident) -> Result<()> {
    check_reserved(name)?;
    match relation_of(schema, name) {
        Some(what) => Err(already_exists(&format!("{what} \"{name}\""))),
        None => Ok(()),
    }
}

/// Checks the name of a new table, which becomes a type's name too.
pub(super) fn check_table(schema: &Schema, name: &Ident) -> Result<()> {
    check_relation(schema, name)?;
    if schema.enums.contains_key(name) {
        return Err(already_exists(&format!("a type \"{name}\"")));
    }
    Ok(())
}

/// Checks the name of a new enum type.
pub(super) fn check_type(schema: &Schema, name: &Ident) -> Result<()> {
    check_reserved(name)?;
    let known = BUILT_IN_TYPES.contains(&name.as_str()) || UNKNOWN_TYPES.contains(&name.as_str());
    if known || schema.enums.contains_key(name) {
        return Err(already_exists(&format!("type \"{name}\"")));
    }
    if schema.tables.contains_key(name) {
        return Err(already_exists(&format!("a table \"{name}\"")));
    }
    if schema.views.contains_key(name) {
        return Err(already_exists(&format!("a view \"{name}\"")));
    }
    Ok(())
}

/// Checks the name of a new role.
pub(super) fn check_role(schema: &Schema, name: &Ident) -> Result<()> {
    check_reserved(name)?;
    if *name == Role::PUBLIC || *name == "none" {
        return Err(Error::new(Code::InvalidName, format!("role name \"{name}\" is reserved")));
    }
    if schema.has_role(&Role::from(name.clone())) {
        return Err(already_exists(&format!("role \"{name}\"")));
    }
    Ok(())
}

/// Checks the name of a new column.
pub(super) fn check_column(table: &Table, name: &Ident) -> Result<()> {
    if SYSTEM_COLUMNS.iter().any(|c| name.as_str().eq_ignore_ascii_case(c)) {
        let message = format!("column \"{name}\" cannot be used: the name is the database's own");
        return Err(Error::new(Code::InvalidName, message));
    }
    match table.columns.iter().find(|c| c.name.as_str().eq_ignore_ascii_case(name.as_str())) {
        Some(other) if other.name == *name => Err(already_exists(&format!("column \"{name}\" of \"{}\"", table.name))),
        Some(other) => {
            let what = format!("column \"{}\" of \"{}\", which differs in case alone,", other.name, table.name);
            Err(already_exists(&what))
        }
        None => Ok(()),
    }
}

/// Checks the name of a new constraint of a table.
pub(super) fn check_constraint(table: &Table, name: &Ident) -> Result<()> {
    if has_constraint(table, name.as_str()) {
        return Err(already_exists(&format!("constraint \"{name}\" of \"{}\"", table.name)));
    }
    Ok(())
}

pub(super) fn has_constraint(table: &Table, name: &str) -> bool {
    let same = |other: &Ident| other.as_str().eq_ignore_ascii_case(name);
    table.primary_key.iter().chain(&table.uniques).any(|u| same(&u.name))
        || table.foreign_keys.iter().any(|k| same(&k.name))
        || table.checks.iter().any(|c| same(&c.name))
}

/// What carries a relation's name already.
fn relation_of(schema: &Schema, name: &Ident) -> Option<&'static str> {
    let same = |other: &Ident| other.as_str().eq_ignore_ascii_case(name.as_str());
    if schema.views.keys().any(same) {
        return Some("view");
    }
    schema.tables.values().find_map(|table| {
        if same(&table.name) {
            Some("table")
        } else if table.primary_key.iter().chain(&table.uniques).any(|u| same(&u.name)) {
            Some("constraint")
        } else if table.indexes.iter().any(|i| same(&i.name)) {
            Some("index")
        } else {
            None
        }
    })
}

/// `table_a_b_label`, shortened as PostgreSQL does, numbered where it is taken.
pub(super) fn choose<'a>(
    schema: &Schema,
    table: &Table,
    columns: impl IntoIterator<Item = &'a Ident>,
    label: &str,
) -> Result<Ident> {
    let columns = columns.into_iter().map(Ident::as_str).collect::<Vec<_>>().join("_");
    let taken = |name: &Ident| {
        relation_of(schema, name).is_some()
            || has_constraint(table, name.as_str())
            || schema.tables.values().any(|t| has_constraint(t, name.as_str()))
    };
    for number in 0_u32.. {
        let label = if number == 0 { label.to_owned() } else { format!("{label}{number}") };
        let name = Ident::new(join(table.name.as_str(), &columns, &label))?;
        if !taken(&name) && name != table.name {
            return Ok(name);
        }
    }
    Err(Error::internal("no name is left"))
}

/// Joins the parts with `_`, cutting the longer of the first two until all fit.
fn join(first: &str, second: &str, label: &str) -> String {
    let room = Ident::MAX_BYTES - label.len() - 1 - usize::from(!second.is_empty());
    let (mut a, mut b) = (first.len(), second.len());
    while a + b > room {
        if a > b {
            a -= 1;
        } else {
            b -= 1;
        }
    }
    let cut = |text: &str, mut end: usize| {
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].to_owned()
    };
    let (first, second) = (cut(first, a), cut(second, b));
    if second.is_empty() { format!("{first}_{label}") } else { format!("{first}_{second}_{label}") }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn names_are_made_as_postgresql_makes_them() {
        assert_eq!(join("t", "", "pkey"), "t_pkey");
        assert_eq!(join("t", "a_b", "key"), "t_a_b_key");
        let long = join(&"t".repeat(63), &"c".repeat(40), "fkey");
        assert_eq!(long, format!("{}_{}_fkey", "t".repeat(29), "c".repeat(28)));
        assert_eq!(long.len(), 63);
    }
}
