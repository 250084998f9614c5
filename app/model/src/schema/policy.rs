//! Which rows a role may see and write.

use serde::{Deserialize, Serialize};

use crate::{Expr, Ident, Role};

/// `create policy`: which rows some roles may see or write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Its name, unique in the table.
    pub name: Ident,
    /// Permissive policies add to each other, restrictive ones all have to hold.
    pub permissive: bool,
    /// What it is about; all commands if absent.
    pub command: Option<Command>,
    /// Whom it is about; everybody if empty.
    pub roles: Vec<Role>,
    /// `using`: of rows that are there.
    pub using: Option<Expr>,
    /// `with check`: of rows as they will be.
    pub check: Option<Expr>,
    /// `comment on policy`: what those are told whom it refuses.
    #[serde(default)]
    pub comment: Option<String>,
}

/// What is done to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Reading them.
    Select,
    /// Adding them.
    Insert,
    /// Changing them.
    Update,
    /// Removing them.
    Delete,
}

impl Command {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Select, Self::Insert, Self::Update, Self::Delete];

    /// The command's name in SQL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl Policy {
    /// Whether it is about that command of who holds these roles.
    #[must_use]
    pub fn is_for(&self, command: Command, held: &[Role]) -> bool {
        let is_about = || self.roles.is_empty() || self.roles.iter().any(|role| held.contains(role));
        self.command.is_none_or(|own| own == command) && is_about()
    }
}
