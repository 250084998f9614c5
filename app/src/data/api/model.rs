//! What the server tells the browser of the API page.

use serde::{Deserialize, Serialize};

use super::{call::Call, snippets::Language};
use crate::data::column::ColumnInfo;

/// The API page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiModel {
    /// Every table.
    pub tables: Vec<ApiTable>,
    /// The call for the table and view in the address.
    pub call: Option<Call>,
    /// The language shown.
    pub language: Language,
    /// The view, as the grid's address has it.
    pub view: String,
    /// What running the call answered.
    pub answer: Option<Answer>,
}

/// A table in the reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiTable {
    /// Its name.
    pub name: String,
    /// Its comment.
    pub comment: Option<String>,
    /// Its columns.
    pub columns: Vec<ColumnInfo>,
    /// What the publishable key may do: read, add, change, remove.
    pub anon: [bool; 4],
    /// What signed-in users may do.
    pub authenticated: [bool; 4],
}

/// What a call answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// As whom it ran.
    pub role: String,
    /// The HTTP status.
    pub status: u16,
    /// The body, perhaps cut.
    pub body: String,
    /// How long it took, in microseconds.
    pub micros: u64,
}
