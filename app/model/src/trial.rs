//! An expression while it is being written: what is wrong with it, what it could go on with, and what it says of rows.

use serde::{Deserialize, Serialize};

use crate::DataType;

/// A stretch of a text, in UTF-16 code units as browsers count them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Where it begins.
    pub from: u32,
    /// Where it ends, exclusively.
    pub to: u32,
}

impl Span {
    /// Whether the other stands in it.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where, if that can be told.
    pub span: Option<Span>,
    /// What.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What would stand in place of the span.
    pub fix: Option<String>,
}

/// What an expression comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A value, as text.
    Value(String),
    /// Null.
    Null,
    /// It fails, with this message.
    Failed(String),
}

/// A part of an expression, and what it comes to for one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Where it stands.
    pub span: Span,
    /// How many other parts it stands in.
    pub depth: u32,
    /// The type of its value.
    pub data_type: String,
    /// Its value.
    pub outcome: Outcome,
}

/// A row, and what the expression comes to for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedRow {
    /// The shown columns' values; none for null.
    pub cells: Vec<Option<String>>,
    /// The expression's value.
    pub outcome: Outcome,
}

/// Which rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Show {
    /// All.
    #[default]
    All,
    /// Those for which the condition holds.
    Holds,
    /// Those for which it fails.
    Fails,
    /// Those of which it says nothing.
    Unknown,
}

impl Show {
    /// All of them, each with its name in forms.
    pub const NAMED: [(Self, &'static str); 4] =
        [(Self::All, "all"), (Self::Holds, "true"), (Self::Fails, "false"), (Self::Unknown, "null")];

    /// The one of that name; all rows for any other.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::NAMED.iter().find(|(_, own)| *own == name).map_or(Self::All, |(show, _)| *show)
    }

    /// Its name in forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(show, _)| *show == self).map_or("all", |(_, name)| name)
    }
}

/// What is asked about an expression.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The table over whose rows it is.
    pub table: String,
    /// What was written.
    pub text: String,
    /// The type that it must have; any if absent.
    pub wanted: Option<DataType>,
    /// For whom: `anon`, `stranger`, `service_role`, a role of the application's, an id or an address of a user.
    pub who: String,
    /// Which rows.
    pub show: Show,
    /// Which page of them, from 0.
    pub page: u32,
    /// For which of the page's rows the parts' values are wanted, from 0.
    pub row: u32,
}

/// How many rows a condition holds for, fails for, says nothing of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// It is true.
    pub holds: u64,
    /// It is false.
    pub fails: u64,
    /// It is null.
    pub unknown: u64,
    /// Whether there are more rows than were looked at.
    pub partial: bool,
}

/// What an expression says of rows, or what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// What is wrong.
    pub problem: Option<Problem>,
    /// The type of its value.
    pub data_type: String,
    /// Whether it is a condition: true, false or null.
    pub condition: bool,
    /// For whom it was tried, as a person reads it.
    pub who: String,
    /// How many rows of each kind; absent if it is no condition or cannot be counted.
    pub counts: Option<Counts>,
    /// Why there are no counts or no rows, if something keeps them away.
    pub note: Option<String>,
    /// The shown columns' names.
    pub columns: Vec<String>,
    /// The page's rows.
    pub rows: Vec<TriedRow>,
    /// Whether there is a page after this one.
    pub more: bool,
    /// Which of the rows the parts' values are of.
    pub row: u32,
    /// The parts, outermost first.
    pub parts: Vec<Part>,
}

/// What a suggestion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    /// A column.
    Column,
    /// A table, or the name it has in a query.
    Table,
    /// A function.
    Function,
    /// Who asks.
    Context,
    /// A value.
    Value,
    /// A word of SQL.
    Word,
}

/// Something that the text could go on with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What it is.
    pub kind: SuggestionKind,
    /// Its name.
    pub label: String,
    /// Its type, or its signature.
    pub detail: String,
    /// What it does, in a line.
    pub help: String,
    /// What is written in its place.
    pub insert: String,
    /// So many characters before the end of it, one goes on writing.
    pub back: u32,
}

/// What the text could go on with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestions {
    /// What they stand in place of.
    pub span: Span,
    /// The likeliest first.
    pub items: Vec<Suggestion>,
}
