//! Who is asking.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Role, view_as::SeenAs};

/// An account's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub Uuid);

impl std::fmt::Display for UserId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A session's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub Uuid);

impl std::fmt::Display for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// How surely a session's user was identified (NIST SP 800-63B's levels, as GoTrue names them).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aal {
    /// By one factor.
    #[default]
    Aal1,
    /// By two.
    Aal2,
}

impl Aal {
    /// The level's name in tokens.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aal1 => "aal1",
            Self::Aal2 => "aal2",
        }
    }
}

/// What a user's access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The session it belongs to; tokens of another issuer may have none.
    pub session: Option<SessionId>,
    /// How surely the user was identified.
    pub aal: Aal,
    /// The user's address.
    pub email: Option<String>,
    /// Everything the token says, for rules.
    pub all: serde_json::Value,
}

/// What an account may do in the Studio; later ones include earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StudioRole {
    /// Works with records.
    Member,
    /// Shapes tables and rules too.
    Builder,
    /// Manages accounts, keys and settings too.
    Owner,
}

impl StudioRole {
    /// The role's name in the database and on screen.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Builder => "builder",
            Self::Owner => "owner",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Member, Self::Builder, Self::Owner].into_iter().find(|role| role.as_str() == name)
    }
}

/// Who is asking. Every public call of the engine takes one and decides by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Caller {
    /// The operator at the command line: past everything.
    Operator,
    /// A program or an application's user, by key or token.
    Api {
        /// The role its key or token carries.
        role: Role,
        /// The signed-in user, if any.
        user: Option<UserId>,
        /// What the user's token says; keys say nothing more.
        claims: Option<Arc<Claims>>,
    },
    /// A person signed in to the Studio.
    Studio {
        /// The account.
        user: UserId,
        /// What it may do.
        role: StudioRole,
        /// Its address, for the record of who did what.
        email: String,
        /// The application's role, by which members are bound.
        acts_as: Role,
    },
    /// Somebody who sees as somebody else, and may do what both may.
    As(Box<SeenAs>),
}

impl Caller {
    /// A program with the secret key.
    #[must_use]
    pub fn service() -> Self {
        Self::Api { role: Role::ServiceRole, user: None, claims: None }
    }

    /// A program with the publishable key.
    #[must_use]
    pub fn anon() -> Self {
        Self::Api { role: Role::Anon, user: None, claims: None }
    }

    /// Whether the caller may change the schema.
    #[must_use]
    pub fn may_build(&self) -> bool {
        match self {
            Self::Operator => true,
            Self::Api { role: Role::ServiceRole, .. } => true,
            Self::Api { .. } => false,
            Self::Studio { role, .. } => *role >= StudioRole::Builder,
            Self::As(_) => false,
        }
    }

    /// Whether the caller may manage accounts, keys and settings.
    #[must_use]
    pub fn may_own(&self) -> bool {
        match self {
            Self::Operator => true,
            Self::Api { .. } | Self::As(_) => false,
            Self::Studio { role, .. } => *role == StudioRole::Owner,
        }
    }

    /// The role by which privileges and policies know the caller; none for those who are past them. Members of the Studio are
    /// users like any other; builders, owners, the operator and the secret key see everything.
    #[must_use]
    pub fn bound_by(&self) -> Option<&Role> {
        match self {
            Self::Operator | Self::Api { role: Role::ServiceRole, .. } => None,
            Self::Api { role, .. } => Some(role),
            Self::Studio { role: StudioRole::Member, acts_as, .. } => Some(acts_as),
            Self::Studio { .. } => None,
            Self::As(view) => view.seen.bound_by(),
        }
    }

    /// As whom everything is seen: somebody else, or oneself.
    #[must_use]
    pub fn seen(&self) -> &Self {
        match self {
            Self::As(view) => &view.seen,
            own => own,
        }
    }

    /// A name for the record of who did what.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Operator => "operator",
            Self::Api { role, .. } => role.as_str(),
            Self::Studio { email, .. } => email,
            Self::As(view) => view.by.label(),
        }
    }
}
