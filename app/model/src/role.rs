//! The roles by which privileges and policies know who asks.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Ident;

/// The role that a program's key or a signed-in user carries.
///
/// Written as its name. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Ident", into = "String")]
pub enum Role {
    /// The publishable key.
    Anon,
    /// A signed-in user of the application.
    Authenticated,
    /// The secret key: past every policy.
    ServiceRole,
    /// A role of the application's own (`create role`). Made by [`Role::from`], so never one of the names above.
    Named(Ident),
}

impl Role {
    /// The roles that every instance has.
    pub const BUILT_IN: [Self; 3] = [Self::Anon, Self::Authenticated, Self::ServiceRole];
    /// The word for everybody, in grants and policies. No role carries this name.
    pub const PUBLIC: &'static str = "public";

    /// The role's name in tokens and in SQL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Anon => "anon",
            Self::Authenticated => "authenticated",
            Self::ServiceRole => "service_role",
            Self::Named(name) => name.as_str(),
        }
    }

    /// Whether every instance has it.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        !matches!(self, Self::Named(_))
    }

    /// The name as one writes it in SQL.
    #[must_use]
    pub fn to_sql(&self) -> String {
        match self {
            Self::Named(name) => name.to_sql(),
            built_in => built_in.as_str().to_owned(),
        }
    }
}

impl From<Ident> for Role {
    fn from(name: Ident) -> Self {
        let built_in = Self::BUILT_IN.into_iter().find(|role| role.as_str() == name.as_str());
        built_in.unwrap_or(Self::Named(name))
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.as_str().to_owned()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
