//! Records: reading and writing rows of the user's tables.

mod access;
mod answer;
pub(crate) mod block;
mod call;
pub(crate) mod cell;
mod count;
pub(crate) mod defaults;
mod embed;
pub mod explain;
pub mod foresee;
mod input;
mod keys;
mod load;
pub(crate) mod output;
mod plan;
pub(crate) mod policies;
mod read;
mod record;
pub(crate) mod run;
mod sample;
pub(crate) mod sql;
pub(crate) mod states;
mod stream;
mod trial;
mod values;
pub(crate) mod verdicts;
mod visible;
pub(crate) mod write;

pub use self::call::{Answering, Calling, Given};
pub(crate) use self::sample::sample;
pub use self::states::{RecordStates, StateChange, StateNow, StateWay};
pub use self::verdicts::Verdicts;

use std::pin::Pin;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use tenon_model::{Expr, Ident, OrderBy, Result, SelectItem, Table, Value};

/// How rows are written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// A JSON array of objects.
    #[default]
    Json,
    /// Exactly one JSON object; any other number of rows is [`tenon_model::Code::NotSingular`] (a write is undone).
    JsonObject,
    /// A JSON array of the bare values of the only column.
    Values,
    /// RFC 4180 with a header line, `\n` line ends, as PostgREST's.
    Csv,
}

/// How to count the rows that a filter meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// By counting.
    Exact,
    /// By the planner's guess (on SQLite: counted for small tables, else from statistics).
    Planned,
    /// Exact up to a threshold, planned beyond.
    Estimated,
}

/// How a read is answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions {
    /// How rows are written out.
    pub format: Format,
    /// Whether and how to count all rows that the filter meets.
    pub count: Option<Count>,
    /// Only count and check; the body stays empty (HEAD).
    pub head: bool,
}

/// The answer to a read or a write.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The rows in the asked-for format; empty if none were asked for.
    pub body: Vec<u8>,
    /// How many rows: those in the body for a read, those written for a write.
    pub rows: u64,
    /// How many rows the filter meets, if counting was asked for.
    pub total: Option<u64>,
}

/// Rows to write: typed, checked values under one list of columns.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordSet {
    /// The columns.
    pub columns: Vec<Ident>,
    /// The rows, each as long as `columns`; `None` is "not given".
    pub rows: Vec<Vec<Option<Value>>>,
}

/// What a column that a row does not give becomes, in inserts of rows with differing keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// Null (PostgREST's behaviour without a preference).
    #[default]
    Null,
    /// The column's default (`Prefer: missing=default`).
    Default,
}

/// What to do with a row whose key is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnConflict {
    /// The key's columns: the primary key's or those of a unique constraint or index.
    pub columns: Vec<Ident>,
    /// Whether to change the row that is there or leave it.
    pub resolution: Resolution,
}

/// See [`OnConflict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// `resolution=merge-duplicates`.
    Merge,
    /// `resolution=ignore-duplicates`.
    Ignore,
}

/// What a write answers with.
#[derive(Clone, Debug, Default)]
pub enum Returning {
    /// Nothing but the number of rows.
    #[default]
    Nothing,
    /// The written rows, as this select shows them (filter of the query itself is not looked at).
    Rows(Vec<SelectItem>, Format),
}

/// An insert or upsert of any number of rows, in one transaction.
#[derive(Clone, Debug)]
pub struct Insert {
    /// The table.
    pub table: Ident,
    /// The rows.
    pub records: RecordSet,
    /// What a column that a row does not give becomes.
    pub missing: Missing,
    /// What to do with a row whose key is taken; without it, [`tenon_model::Code::UniqueViolation`].
    pub on_conflict: Option<OnConflict>,
    /// What to answer with.
    pub returning: Returning,
    /// Whether to make all the checks and then undo it (`Prefer: tx=rollback`).
    pub rollback: bool,
    /// At most so many rows (`Prefer: max-affected`).
    pub max_affected: Option<u64>,
}

/// An update of the rows that a filter meets, in one transaction.
#[derive(Clone, Debug)]
pub struct Update {
    /// The table.
    pub table: Ident,
    /// The new values; empty changes nothing and answers with no rows.
    pub set: IndexMap<Ident, Value>,
    /// Which rows. One that holds for every row is [`tenon_model::Code::UnfilteredWrite`] unless `all` is set.
    pub filter: Expr,
    /// Whether every row may be meant.
    pub all: bool,
    /// With `limit`: which rows first.
    pub order: Vec<OrderBy>,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// What to answer with.
    pub returning: Returning,
    /// Whether to make all the checks and then undo it.
    pub rollback: bool,
    /// If more rows would change, none does ([`tenon_model::Code::TooLarge`]).
    pub max_affected: Option<u64>,
}

/// A delete of the rows that a filter meets, in one transaction. Fields as in [`Update`].
#[derive(Clone, Debug)]
pub struct Delete {
    /// The table.
    pub table: Ident,
    /// Which rows.
    pub filter: Expr,
    /// Whether every row may be meant.
    pub all: bool,
    /// With `limit`: which rows first.
    pub order: Vec<OrderBy>,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// What to answer with.
    pub returning: Returning,
    /// Whether to make all the checks and then undo it.
    pub rollback: bool,
    /// If more rows would go, none does.
    pub max_affected: Option<u64>,
}

/// One record as the Studio edits it, with a fingerprint of what was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The record as a JSON object of all columns.
    pub body: String,
    /// A fingerprint of all its values: the same while nobody changes the record.
    pub version: String,
}

/// A change of one record that must not overwrite somebody else's.
#[derive(Clone, Debug)]
pub struct RecordChange {
    /// The table.
    pub table: Ident,
    /// The values of the primary key's columns, in order.
    pub key: Vec<Value>,
    /// The new values.
    pub set: IndexMap<Ident, Value>,
    /// The fingerprint of the record as the person saw it; `None` overwrites.
    pub version: Option<String>,
}

/// Pieces of a streamed answer.
pub type ByteStream = Pin<Box<dyn futures_core::Stream<Item = Result<Vec<u8>>> + Send>>;

impl RecordSet {
    /// Reads a JSON object or an array of objects. Columns are those of `only` (`?columns=`; other keys are ignored), else
    /// the union of all keys in order of first sight.
    ///
    /// # Errors
    /// [`tenon_model::Code::InvalidSyntax`] for bad JSON, [`tenon_model::Code::UnknownColumn`], [`tenon_model::Code::InvalidRecord`] with every bad value of a
    /// record (of the first bad record, its number in `details`), [`tenon_model::Code::TooComplex`].
    pub fn from_json(schema: &tenon_model::Schema, table: &Table, json: &[u8], only: Option<&[Ident]>) -> Result<Self> {
        input::from_json(schema, table, json, only)
    }

    /// Reads CSV with a header line; the text `NULL` is null, an empty field the empty text.
    ///
    /// # Errors
    /// As [`RecordSet::from_json`].
    pub fn from_csv(schema: &tenon_model::Schema, table: &Table, csv: &[u8], only: Option<&[Ident]>) -> Result<Self> {
        input::from_csv(schema, table, csv, only)
    }
}
