//! Keys, references and indexes.

use serde::{Deserialize, Serialize};

use crate::Ident;

/// A primary key or a unique constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unique {
    /// The constraint's name, e.g. `flights_pkey`, `users_email_key`.
    pub name: Ident,
    /// The columns, in order; never empty.
    pub columns: Vec<Ident>,
}

/// A reference from columns of one table to the primary key or a unique constraint of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The constraint's name, e.g. `flights_carrier_fkey`.
    pub name: Ident,
    /// The referring columns, in order; never empty.
    pub columns: Vec<Ident>,
    /// The table referred to.
    pub references: Ident,
    /// Its columns, in the same order.
    pub referenced_columns: Vec<Ident>,
    /// What happens to referring rows when the referenced one goes.
    pub on_delete: ReferentialAction,
    /// What happens to referring rows when the referenced key changes.
    pub on_update: ReferentialAction,
}

impl ForeignKey {
    /// The table that `auth.users` is.
    pub const USERS: &'static str = "_tenon_users";

    /// Whether it refers to the application's users.
    #[must_use]
    pub fn is_to_users(&self) -> bool {
        self.references == *Self::USERS
    }

    /// The table that it refers to, as one writes it.
    #[must_use]
    pub fn target_sql(&self) -> String {
        if self.is_to_users() { "auth.users".to_owned() } else { self.references.to_sql() }
    }

    /// The table that it refers to, without a schema.
    #[must_use]
    pub fn target_name(&self) -> &str {
        if self.is_to_users() { "users" } else { self.references.as_str() }
    }
}

/// What a foreign key does to referring rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferentialAction {
    /// Refuse, at the end of the statement.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Follow.
    Cascade,
    /// Set the referring columns to null.
    SetNull,
    /// Set the referring columns to their defaults.
    SetDefault,
}

impl ReferentialAction {
    /// The action in SQL.
    #[must_use]
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::NoAction => "no action",
            Self::Restrict => "restrict",
            Self::Cascade => "cascade",
            Self::SetNull => "set null",
            Self::SetDefault => "set default",
        }
    }
}

/// `create index`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The index's name, unique in the schema.
    pub name: Ident,
    /// The columns, in order; never empty.
    pub columns: Vec<IndexColumn>,
    /// `create unique index`.
    pub unique: bool,
}

/// One column of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexColumn {
    /// The column's name.
    pub column: Ident,
    /// `desc`.
    pub descending: bool,
}
