//! What roles may do with a table and its columns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Command;
use crate::{Ident, Role};

/// Commands that are granted or named (`select, insert …`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privileges {
    /// Read rows.
    pub select: bool,
    /// Add rows.
    pub insert: bool,
    /// Change rows.
    pub update: bool,
    /// Remove rows.
    pub delete: bool,
}

impl Privileges {
    /// All of them.
    pub const ALL: Self = Self { select: true, insert: true, update: true, delete: true };

    /// Whether a command is among them.
    #[must_use]
    pub fn has(self, command: Command) -> bool {
        match command {
            Command::Select => self.select,
            Command::Insert => self.insert,
            Command::Update => self.update,
            Command::Delete => self.delete,
        }
    }

    /// Adds a command or takes it away.
    pub fn set(&mut self, command: Command, is: bool) {
        *match command {
            Command::Select => &mut self.select,
            Command::Insert => &mut self.insert,
            Command::Update => &mut self.update,
            Command::Delete => &mut self.delete,
        } = is;
    }

    /// The commands in order.
    pub fn commands(self) -> impl Iterator<Item = Command> {
        Command::ALL.into_iter().filter(move |command| self.has(*command))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// These and others.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            select: self.select || other.select,
            insert: self.insert || other.insert,
            update: self.update || other.update,
            delete: self.delete || other.delete,
        }
    }
}

/// What was granted to one role: on the table, and beside it on single columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// On the table, and so on every column (`grant select on …`).
    #[serde(flatten)]
    pub table: Privileges,
    /// On columns (`grant select (a, b) on …`); never `delete`. Only columns with any.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<Ident, Privileges>,
}

impl Grants {
    /// All that can be granted.
    #[must_use]
    pub fn all() -> Self {
        Self { table: Privileges::ALL, columns: BTreeMap::new() }
    }

    /// Whether nothing is granted.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.table.is_none() && self.columns.is_empty()
    }

    /// Whether the command is granted on the table or on any column: for what needs no column in particular.
    #[must_use]
    pub fn may(&self, command: Command) -> bool {
        self.table.has(command) || self.columns.values().any(|held| held.has(command))
    }

    /// Whether the command is granted on a column.
    #[must_use]
    pub fn may_column(&self, command: Command, column: &str) -> bool {
        self.table.has(command) || self.columns.get(column).is_some_and(|held| held.has(command))
    }

    /// What may be done with the table as a whole or with some of its columns.
    #[must_use]
    pub fn any(&self) -> Privileges {
        self.columns.values().fold(self.table, |all, held| all.or(*held))
    }

    fn add(&mut self, other: &Self) {
        self.table = self.table.or(other.table);
        for (column, held) in &other.columns {
            let own = self.columns.entry(column.clone()).or_default();
            *own = own.or(*held);
        }
    }
}

/// What was granted on a table, by the name of the role or [`Role::PUBLIC`]. The secret key and the Studio's builders are past
/// it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Access(BTreeMap<Ident, Grants>);

impl Access {
    /// What was granted to one role itself.
    #[must_use]
    pub fn granted(&self, grantee: &str) -> Option<&Grants> {
        self.0.get(grantee).filter(|grants| !grants.is_none())
    }

    /// The grants, by the name of the role.
    pub fn all(&self) -> impl Iterator<Item = (&Ident, &Grants)> {
        self.0.iter().filter(|(_, grants)| !grants.is_none())
    }

    /// Whether nothing was granted to anybody.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.all().next().is_none()
    }

    /// Changes what was granted to a role.
    pub fn change(&mut self, grantee: &Ident, edit: impl FnOnce(&mut Grants)) {
        let mut grants = self.0.remove(grantee).unwrap_or_default();
        edit(&mut grants);
        grants.columns.retain(|_, held| !held.is_none());
        if !grants.is_none() {
            self.0.insert(grantee.clone(), grants);
        }
    }

    /// What holders of these roles may do: all that was granted to any of them, and to everybody.
    #[must_use]
    pub fn of(&self, held: &[Role]) -> Grants {
        let mut all = Grants::default();
        for name in held.iter().map(Role::as_str).chain(std::iter::once(Role::PUBLIC)) {
            if let Some(grants) = self.0.get(name) {
                all.add(grants);
            }
        }
        all
    }

    /// A column got another name.
    pub fn rename_column(&mut self, from: &Ident, to: &Ident) {
        for grants in self.0.values_mut() {
            if let Some(held) = grants.columns.remove(from) {
                grants.columns.insert(to.clone(), held);
            }
        }
    }

    /// A column goes.
    pub fn drop_column(&mut self, name: &Ident) {
        let grantees: Vec<Ident> = self.0.keys().cloned().collect();
        for grantee in &grantees {
            self.change(grantee, |grants| grants.columns.retain(|column, _| column != name));
        }
    }
}
