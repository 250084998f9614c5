//! What the server tells the browser of a record's states.

use serde::{Deserialize, Serialize};

/// A record's states.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatesModel {
    /// One for each column that is a state.
    pub now: Vec<StateView>,
    /// How the record came there, newest first.
    pub history: Vec<Came>,
    /// Whether there are older changes than these.
    pub more: bool,
}

/// Where a record is, by one of its columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateView {
    /// The column.
    pub column: String,
    /// Its state.
    pub state: String,
    /// The ways from here that this person may take.
    pub ways: Vec<Way>,
    /// The drawing of all ways.
    pub svg: String,
}

/// A way on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// The transition's name.
    pub transition: String,
    /// What its button says.
    pub label: String,
    /// Where it leads.
    pub to: String,
    /// Why it is closed just now.
    pub closed: Option<String>,
}

/// How a record came to a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Came {
    /// The column, where the table has several states.
    pub column: Option<String>,
    /// From where; it began otherwise.
    pub from: Option<String>,
    /// Where to.
    pub to: String,
    /// By which transition.
    pub by: Option<String>,
    /// Who it was.
    pub who: String,
    /// When, in RFC 3339, UTC.
    pub at: String,
}
