//! Many values as one bound value: the distinct join keys of rows whose related rows are wanted, and columns of rows to write.

use std::collections::HashMap;

use tenon_model::{DataType, Value, value::write_json_string};

use super::cell::{Cell, RawRow};
use crate::database::EngineKind;

/// Distinct keys in order of first sight.
pub(crate) struct Keys {
    engine: EngineKind,
    /// By their JSON; PostgreSQL's texts beside them.
    positions: HashMap<Vec<u8>, usize>,
    ordered: Vec<Vec<u8>>,
    texts: Vec<Vec<String>>,
    scratch: Vec<u8>,
}

impl Keys {
    pub(crate) fn new(engine: EngineKind) -> Self {
        Self { engine, positions: HashMap::new(), ordered: Vec::new(), texts: Vec::new(), scratch: Vec::new() }
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.ordered.len()
    }

    /// Takes the key in those cells of a row and tells its position; `None` if a part of it is null.
    pub(crate) fn take<R: RawRow>(&mut self, row: &R, cells: &[usize]) -> Option<usize> {
        self.scratch.clear();
        let several = cells.len() > 1;
        if several {
            self.scratch.push(b'[');
        }
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.scratch.push(b',');
            }
            if !row.cell(*cell, |cell| write_stored(&mut self.scratch, cell)) {
                return None;
            }
        }
        if several {
            self.scratch.push(b']');
        }
        if let Some(position) = self.positions.get(&self.scratch) {
            return Some(*position);
        }
        let position = self.ordered.len();
        self.positions.insert(self.scratch.clone(), position);
        self.ordered.push(self.scratch.clone());
        if self.engine == EngineKind::Postgres {
            let text =
                |cell: &usize| row.cell(*cell, |cell| if let Cell::Text(text) = cell { text.to_owned() } else { String::new() });
            self.texts.push(cells.iter().map(text).collect());
        }
        Some(position)
    }

    /// All keys as a JSON array, for SQLite's `json_each`.
    pub(crate) fn as_json(&self) -> String {
        let mut out = vec![b'['];
        for (index, key) in self.ordered.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(key);
        }
        out.push(b']');
        String::from_utf8_lossy(&out).into_owned()
    }

    /// One column of the keys as PostgreSQL's array of texts.
    pub(crate) fn as_postgres_array(&self, column: usize) -> String {
        let mut out = String::from("{");
        for (index, key) in self.texts.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            push_array_element(&mut out, &key[column]);
        }
        out.push('}');
        out
    }
}

/// An element of PostgreSQL's array literal, quoted.
pub(crate) fn push_array_element(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}

/// Writes a cell as JSON of what is stored; whether there was a value.
fn write_stored(out: &mut Vec<u8>, cell: Cell<'_>) -> bool {
    match cell {
        Cell::Null => return false,
        Cell::Int(i) => out.extend_from_slice(itoa::Buffer::new().format(i).as_bytes()),
        Cell::Real(f) => out.extend_from_slice(format!("{f:e}").as_bytes()),
        Cell::Text(text) => write_json_string(out, text),
        Cell::Blob(bytes) => write_json_string(out, &hex::encode(bytes)),
    }
    true
}

/// Values of a column as PostgreSQL's array of texts.
pub(crate) fn text_array<'v>(values: impl Iterator<Item = Option<&'v Value>>, data_type: &DataType) -> String {
    let mut out = String::from("{");
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push(',');
        }
        match value.and_then(|value| value.to_pg_text(data_type)) {
            Some(text) => push_array_element(&mut out, &text),
            None => out.push_str("NULL"),
        }
    }
    out.push('}');
    out
}
