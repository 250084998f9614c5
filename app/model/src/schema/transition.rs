//! States: the ways that an enum column may go.

use serde::{Deserialize, Serialize};

use super::Table;
use crate::{Column, Default, Expr, Ident, Role, Value};

/// `create transition`: from some states to another, for whom and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateTransition {
    /// Its name, unique in the table.
    pub name: Ident,
    /// The column whose state it changes.
    pub column: Ident,
    /// The states that it leads from; none for one by which a new row begins.
    pub from: Vec<String>,
    /// The state that it leads to.
    pub to: String,
    /// Who may take it; everybody if empty.
    pub roles: Vec<Role>,
    /// `using`: of the row as it is.
    pub using: Option<Expr>,
    /// `with check`: of the row as it will be.
    pub check: Option<Expr>,
    /// `comment on transition`: what its button says.
    pub comment: Option<String>,
}

impl StateTransition {
    /// What its button says: the comment, else the name with spaces.
    #[must_use]
    pub fn label(&self) -> String {
        if let Some(comment) = &self.comment {
            return comment.clone();
        }
        let words = self.name.as_str().replace('_', " ");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// Whether a row begins by it.
    #[must_use]
    pub fn is_beginning(&self) -> bool {
        self.from.is_empty()
    }
}

impl Table {
    /// The transitions of a column, in order of their names.
    pub fn transitions_of<'t>(&'t self, column: &'t Ident) -> impl Iterator<Item = &'t StateTransition> {
        self.transitions.iter().filter(move |transition| transition.column == *column)
    }

    /// Whether a column is a state: it has a transition, and goes nowhere but by one.
    #[must_use]
    pub fn is_state(&self, column: &Ident) -> bool {
        self.transitions.iter().any(|transition| transition.column == *column)
    }

    /// The columns that are states, in their order.
    pub fn state_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| self.is_state(&column.name))
    }

    /// The transition of a column from one state to another, of which there is one at most.
    #[must_use]
    pub fn transition_between(&self, column: &Ident, from: &str, to: &str) -> Option<&StateTransition> {
        self.transitions.iter().find(|t| t.column == *column && t.to == to && t.from.iter().any(|state| state == from))
    }

    /// Where a state may go from here, in the order of the transitions.
    pub fn states_after<'t>(&'t self, column: &'t Ident, from: &'t str) -> impl Iterator<Item = &'t StateTransition> {
        self.transitions_of(column).filter(move |transition| transition.from.iter().any(|state| state == from))
    }

    /// The states in which a new row may begin: those of the transitions without `from`; without any, the column's default;
    /// without one, every state (`None`).
    #[must_use]
    pub fn beginnings<'t>(&'t self, column: &'t Ident) -> Option<Vec<&'t str>> {
        let named: Vec<&str> = self.transitions_of(column).filter(|t| t.is_beginning()).map(|t| t.to.as_str()).collect();
        if !named.is_empty() {
            return Some(named);
        }
        match self.column(column.as_str()).and_then(|column| column.default.as_ref()) {
            Some(Default::Literal(Value::Text(state))) => Some(vec![state]),
            _ => None,
        }
    }
}
