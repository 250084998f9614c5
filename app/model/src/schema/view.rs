//! A view.

use serde::{Deserialize, Serialize};

use super::Access;
use crate::{Ident, Select};

/// `create view`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// The view's name.
    pub name: Ident,
    /// What it shows.
    pub select: Select,
    /// Its text behind `as`, as it was written.
    pub sql: String,
    /// `security_invoker`: its tables are read with the eyes of who asks. Without it, past their policies.
    pub invoker: bool,
    /// `comment on view`.
    pub comment: Option<String>,
    /// Which roles may read it. Nobody by default.
    pub access: Access,
}

impl View {
    /// The statement that makes it, without a semicolon.
    #[must_use]
    pub fn to_sql(&self) -> String {
        let columns: Vec<String> = self.select.columns.iter().map(|(name, _)| name.to_sql()).collect();
        let invoker = if self.invoker { " with (security_invoker = true)" } else { "" };
        format!("create view {} ({}){invoker} as\n{}", self.name.to_sql(), columns.join(", "), self.sql)
    }
}
