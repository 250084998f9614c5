//! References that point nowhere, found before they hurt.

use std::collections::HashSet;

use tenon_model::{DataType, Ident, Result, ScalarType, Schema, Table, value::canonical_from_pg};

use super::{convert::Target, infer::hash};
use crate::{
    database::{Conn, EngineKind},
    records::{
        cell::{Cell, RawRow},
        run::{Sink, load},
        sql::{Bind, Statement},
    },
};

/// A foreign key that the import fills, with the keys there are.
pub(super) struct Reference {
    pub(super) name: Ident,
    /// Positions of its columns among the targets, and their types.
    columns: Vec<(usize, DataType)>,
    keys: HashSet<u64>,
    /// For a table that refers to itself: the positions of the referred columns.
    own: Option<Vec<(usize, DataType)>>,
    pub(super) broken: u64,
}

/// The foreign keys whose columns are all filled, with the keys they may refer to.
pub(super) fn references(conn: &mut Conn, schema: &Schema, table: &Table, targets: &[Target]) -> Result<Vec<Reference>> {
    let mut out = Vec::new();
    for key in &table.foreign_keys {
        let Some(columns) = positions(targets, &key.columns) else { continue };
        // Whether a user is there, the database will tell.
        if key.is_to_users() {
            continue;
        }
        let referred = schema.require_table(key.references.as_str())?;
        // Equal decimals and floats may be written differently; the database will tell.
        let comparable =
            columns.iter().all(|(_, t)| !matches!(t.element(), ScalarType::Numeric(_) | ScalarType::Real | ScalarType::Double));
        if !comparable {
            continue;
        }
        let types: Vec<DataType> =
            key.referenced_columns.iter().filter_map(|name| referred.column(name.as_str())).map(|c| c.data_type.clone()).collect();
        let keys = existing(conn, &key.references, &key.referenced_columns, types)?;
        let own = if key.references == table.name { positions(targets, &key.referenced_columns) } else { None };
        out.push(Reference { name: key.name.clone(), columns, keys, own, broken: 0 });
    }
    Ok(out)
}

fn positions(targets: &[Target], names: &[Ident]) -> Option<Vec<(usize, DataType)>> {
    let one = |name: &Ident| {
        let at = targets.iter().position(|target| target.column.name == *name)?;
        Some((at, targets[at].column.data_type.clone()))
    };
    names.iter().map(one).collect()
}

impl Reference {
    /// Whether the row refers to something that is there; its own key is there from now on.
    pub(super) fn check(&mut self, row: &[Bind]) -> Result<(), String> {
        if let Some(own) = &self.own
            && let Some(key) = key_of(row, own)
        {
            self.keys.insert(hash(&key));
        }
        match key_of(row, &self.columns) {
            Some(key) if !self.keys.contains(&hash(&key)) => {
                self.broken += 1;
                Err(format!("\"{}\": nothing is there for ({})", self.name, key.replace('\u{1f}', ", ")))
            }
            _ => Ok(()),
        }
    }
}

/// The key's canonical texts in one; `None` if one is null.
fn key_of(row: &[Bind], columns: &[(usize, DataType)]) -> Option<String> {
    let mut out = String::new();
    for (i, (at, data_type)) in columns.iter().enumerate() {
        if i > 0 {
            out.push('\u{1f}');
        }
        match row.get(*at)? {
            Bind::Null => return None,
            Bind::Int(number) => out.push_str(itoa::Buffer::new().format(*number)),
            Bind::Float(number) => out.push_str(&number.to_string()),
            Bind::Text(text) => out.push_str(&canonical_from_pg(text, data_type)),
            Bind::Bytes(bytes) => out.push_str(&format!("\\x{}", hex::encode(bytes))),
        }
    }
    Some(out)
}

/// The hashes of all keys of a table.
fn existing(conn: &mut Conn, table: &Ident, columns: &[Ident], types: Vec<DataType>) -> Result<HashSet<u64>> {
    struct Keys(Vec<DataType>, HashSet<u64>);
    impl Sink for Keys {
        fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
            let mut key = String::new();
            for (i, data_type) in self.0.iter().enumerate() {
                if i > 0 {
                    key.push('\u{1f}');
                }
                row.cell(i, |cell| match cell {
                    Cell::Null => {}
                    Cell::Int(number) => key.push_str(itoa::Buffer::new().format(number)),
                    Cell::Real(number) => key.push_str(&number.to_string()),
                    Cell::Text(text) => key.push_str(&canonical_from_pg(text, data_type)),
                    Cell::Blob(bytes) => key.push_str(&format!("\\x{}", hex::encode(bytes))),
                });
            }
            self.1.insert(hash(&key));
            Ok(())
        }
    }
    let suffix = if conn.kind() == EngineKind::Postgres { "::text" } else { "" };
    let list: Vec<String> = columns.iter().map(|column| column.quoted() + suffix).collect();
    let text = format!("select {} from {}", list.join(", "), table.quoted());
    let mut keys = Keys(types, HashSet::new());
    load(conn, &Statement { text, ..Statement::default() }, &mut keys)?;
    Ok(keys.1)
}
