//! What the server tells the browser of a record's page.

use serde::{Deserialize, Serialize};
use tenon_model::Error;

use crate::data::{
    column::{ColumnInfo, Kind},
    grid::model::GridPage,
    related::Choice,
    states::StatesModel,
};

/// A record's form, and what is related to the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordForm {
    /// The table.
    pub table: String,
    /// The record's encoded key; `None` for a new one.
    pub key: Option<String>,
    /// What the record is called.
    pub title: String,
    /// Its fingerprint when it was read.
    pub version: String,
    /// Its fields.
    pub fields: Vec<FieldModel>,
    /// Why the last attempt to save or delete it failed.
    pub error: Option<Error>,
    /// Where to look for what is in the way.
    pub links: Vec<Link>,
    /// Whether the record was deleted while the person had it open; the form then makes a new one.
    pub gone: bool,
    /// Whether the form holds what is saved nowhere.
    pub unsaved: bool,
    /// The table's checks, as text; empty without any.
    pub checks: String,
    /// What they tell people.
    pub check_messages: Vec<String>,
    /// Where it is and where it may go, if the table has states.
    pub states: Option<StatesModel>,
    /// Records that refer to it.
    pub related: Vec<RelatedList>,
    /// Whether the one who looks may be told why others see it or do not.
    pub may_build: bool,
    /// Whether nothing is written, because it is seen as somebody else.
    pub read_only: bool,
}

/// A link beside a failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: String,
}

/// A field of a record's form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldModel {
    /// Its column.
    pub column: ColumnInfo,
    /// What stands in it; `None` is null.
    pub value: Option<String>,
    /// The [`mark`] of the value in the database when the form was made.
    pub mark: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Somebody else's newer value, where both changed the field.
    pub theirs: Option<Theirs>,
    /// What the record referred to is called.
    pub label: Option<String>,
    /// Records it may refer to.
    pub choices: Vec<Choice>,
}

/// Somebody else's value; `None` is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theirs(pub Option<String>);

/// Records of another table that refer to this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RelatedList {
    /// The columns by which they refer to it.
    pub via: String,
    /// The grid that shows them all.
    pub href: String,
    /// The form for one more of them.
    pub new_href: String,
    /// Whether they keep the record from being deleted.
    pub keeps: bool,
    /// The first of them.
    pub page: GridPage,
}

impl RelatedList {
    /// How many there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.page.total.unwrap_or(self.page.rows.len() as u64)
    }
}

/// Whether a field takes any text, the empty one too. An empty key is a slip more often than a wish.
#[must_use]
pub fn is_free_text(column: &ColumnInfo) -> bool {
    column.kind == Kind::Text && column.reference.is_none() && !column.key
}

/// Whether a new record may leave a column out.
#[must_use]
pub fn may_be_missing(column: &ColumnInfo) -> bool {
    column.nullable || column.default.is_some()
}

/// A short print of a value, by which a form knows whether the person changed it.
#[must_use]
pub fn mark(value: Option<&str>) -> String {
    let Some(text) = value else { return "null".to_owned() };
    // FNV-1a: this guards nothing, it only spares the form a second copy of every value.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
