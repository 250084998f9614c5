//! A table.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Access, Check, Column, ForeignKey, Index, Policy, Shown, StateTransition, Unique, nearest};
use crate::{Code, Error, Ident, ScalarType};

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The table's name.
    pub name: Ident,
    /// The columns in their order.
    pub columns: Vec<Column>,
    /// The primary key, if the table has one.
    pub primary_key: Option<Unique>,
    /// Unique constraints besides the primary key.
    pub uniques: Vec<Unique>,
    /// References to other tables (or to itself).
    pub foreign_keys: Vec<ForeignKey>,
    /// Check constraints in order of their names, which is the order they are asked in.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Indexes besides those that constraints bring.
    pub indexes: Vec<Index>,
    /// `comment on table`.
    pub comment: Option<String>,
    /// Which roles may read and write the table. Nobody by default.
    pub access: Access,
    /// `enable row level security`: rows are seen and written as policies allow, by default not at all.
    #[serde(default)]
    pub row_security: bool,
    /// Policies in order of their names.
    #[serde(default)]
    pub policies: Vec<Policy>,
    /// The ways that state columns may go, in order of their names.
    #[serde(default)]
    pub transitions: Vec<StateTransition>,
    /// What it shows, if it stands for a view or for what a function answers with. Only [`Schema::readable`] has such tables.
    #[serde(skip)]
    pub shows: Option<Arc<Shown>>,
}

impl Table {
    /// A table of that name with nothing in it, open to nobody.
    #[must_use]
    pub fn new(name: Ident) -> Self {
        Self {
            name,
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            indexes: Vec::new(),
            comment: None,
            access: Access::default(),
            row_security: false,
            policies: Vec::new(),
            transitions: Vec::new(),
            shows: None,
        }
    }

    /// The column of that name, if there is one.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == *name)
    }

    /// The column of that name.
    ///
    /// # Errors
    /// [`Code::UnknownColumn`], with the nearest name as a hint.
    pub fn require_column(&self, name: &str) -> Result<&Column, Error> {
        self.column(name).ok_or_else(|| {
            let error = Error::new(Code::UnknownColumn, format!("column {}.{name} does not exist", self.name)).with_details(name);
            match nearest(name, self.columns.iter().map(|c| &c.name)) {
                Some(other) => error.with_hint(format!("did you mean \"{other}\"?")),
                None => error,
            }
        })
    }

    /// The primary key's columns, in order; empty for a table without one.
    #[must_use]
    pub fn key_columns(&self) -> &[Ident] {
        self.primary_key.as_ref().map_or(&[], |k| &k.columns)
    }

    /// The column by which a person recognises a row: the first text column that is named like a label (`name`, `title`,
    /// `label`, `email` …), else the first free-text column outside the key that refers to nothing, else the first column of the key.
    #[must_use]
    pub fn label_column(&self) -> Option<&Column> {
        const LABELS: [&str; 8] = ["name", "title", "label", "full_name", "display_name", "subject", "email", "slug"];
        let is_text = |c: &&Column| c.data_type.scalar().is_some_and(ScalarType::is_text);
        // The key of another row says little about this one.
        let is_reference = |c: &Column| self.foreign_keys.iter().any(|key| key.columns.contains(&c.name));
        LABELS
            .iter()
            .find_map(|label| self.columns.iter().filter(is_text).find(|c| c.name.as_str().eq_ignore_ascii_case(label)))
            .or_else(|| self.columns.iter().filter(is_text).find(|c| !self.key_columns().contains(&c.name) && !is_reference(c)))
            .or_else(|| self.key_columns().first().and_then(|name| self.column(name.as_str())))
            .or_else(|| self.columns.first())
    }
}
