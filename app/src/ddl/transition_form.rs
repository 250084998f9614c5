//! A transition as a form describes it.

use serde::{Deserialize, Serialize};

use super::Params;

/// A transition as a form describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransitionForm {
    /// Its name.
    pub name: String,
    /// The column whose state it changes.
    pub column: String,
    /// The states that it leads from; none for one by which a new row begins.
    pub from: Vec<String>,
    /// The state that it leads to.
    pub to: String,
    /// Who may take it; everybody if empty.
    pub roles: Vec<String>,
    /// Of the row as it is, in SQL.
    pub using: String,
    /// Of the row as it will be, in SQL.
    pub check: String,
    /// What its button says; the name if empty.
    pub label: String,
}

impl TransitionForm {
    /// The transition that was typed.
    #[must_use]
    pub fn read(params: &Params) -> Self {
        // Forms send line ends as two characters.
        let text = |name: &str| params.get(name).replace("\r\n", "\n");
        let all = |name: &str| params.all(name).into_iter().map(str::to_owned).collect();
        Self {
            name: text("name"),
            column: text("column"),
            from: all("from"),
            to: text("to"),
            roles: all("role"),
            using: text("using"),
            check: text("check"),
            label: text("label"),
        }
    }
}
