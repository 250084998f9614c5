//! What a role may do with a whole table.

use serde::{Deserialize, Serialize};

use crate::Role;

/// What one role may do with a table (`grant … on … to …`).
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

/// What the roles of the wire may do with a table. The secret key and the Studio are past it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The publishable key.
    pub anon: Privileges,
    /// Signed-in users of the application.
    pub authenticated: Privileges,
}

impl Access {
    /// What a role may do.
    #[must_use]
    pub fn of(&self, role: Role) -> Privileges {
        match role {
            Role::Anon => self.anon,
            Role::Authenticated => self.authenticated,
            Role::ServiceRole => Privileges { select: true, insert: true, update: true, delete: true },
        }
    }
}
