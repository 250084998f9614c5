//! What is asked.

use indexmap::IndexMap;
use tenon_model::{Command, Ident, Value};

use crate::records::{Missing, RecordSet};

/// May somebody do that to that row?
#[derive(Clone, Debug)]
pub struct Question {
    /// The table.
    pub table: Ident,
    /// What would be done.
    pub command: Command,
    /// To which row.
    pub row: RowQuestion,
    /// For an update: the new values.
    pub set: IndexMap<Ident, Value>,
    /// Whether an insert also answers with the row, which is reading it. Updates and deletes look at rows anyway.
    pub reads: bool,
}

impl Question {
    /// The columns that would be written.
    pub(super) fn written(&self) -> Vec<Ident> {
        match &self.row {
            RowQuestion::New(records, _) => records.columns.clone(),
            RowQuestion::Key(_) => self.set.keys().cloned().collect(),
        }
    }
}

/// Which row a question is about.
#[derive(Clone, Debug)]
pub enum RowQuestion {
    /// The one with these values of the primary key's columns.
    Key(Vec<Value>),
    /// One that an insert would make: the first of these.
    New(RecordSet, Missing),
}
