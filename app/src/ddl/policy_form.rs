//! A policy as a form describes it.

use serde::{Deserialize, Serialize};
use tenon_model::Error;

use super::Params;

/// A policy as a form describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyForm {
    /// Its name.
    pub name: String,
    /// `select`, `insert`, `update` or `delete`; all of them if empty.
    pub command: String,
    /// The roles, as SQL lists them; everybody if empty.
    pub role: String,
    /// Whether it restricts what other policies allow, instead of allowing more.
    pub restrictive: bool,
    /// Which of the rows that are there, in SQL.
    pub using: String,
    /// How rows must be that are written, in SQL.
    pub check: String,
}

impl PolicyForm {
    /// The policy that was typed.
    #[must_use]
    pub fn read(params: &Params) -> Self {
        // Forms send line ends as two characters.
        let text = |name: &str| params.get(name).replace("\r\n", "\n");
        Self {
            name: text("name"),
            command: text("command"),
            role: params.all("role").join(", "),
            restrictive: params.get("kind") == "restrictive",
            using: text("using"),
            check: text("check"),
        }
    }
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// The field's name.
    pub field: String,
    /// What is wrong with it; for SQL with its place in `details`.
    pub error: Error,
}
