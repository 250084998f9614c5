//! The application's roles, and which of them have the rights of others.

use serde::{Deserialize, Serialize};

use super::{Schema, nearest_name};
use crate::{Code, Error, Ident, Role};

/// A role as the schema keeps it: one of the application's own, or a built-in one that is a member of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDefinition {
    /// Its name.
    pub role: Role,
    /// Whether it has the rights of the roles that it is a member of (`inherit`).
    pub inherit: bool,
    /// The roles that it is a member of, in order of their names.
    pub member_of: Vec<Role>,
    /// `comment on role`.
    pub comment: Option<String>,
}

impl RoleDefinition {
    /// A role that is a member of none.
    #[must_use]
    pub fn new(role: Role) -> Self {
        Self { role, inherit: true, member_of: Vec::new(), comment: None }
    }

    /// Whether it says no more of a built-in role than every instance knows.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.role.is_built_in() && *self == Self::new(self.role.clone())
    }
}

impl Schema {
    /// The definition of a role; a built-in one may have none.
    #[must_use]
    pub fn role(&self, role: &Role) -> Option<&RoleDefinition> {
        self.roles.get(role.as_str()).map(AsRef::as_ref)
    }

    /// Whether there is such a role.
    #[must_use]
    pub fn has_role(&self, role: &Role) -> bool {
        role.is_built_in() || self.roles.contains_key(role.as_str())
    }

    /// Passes roles that there are.
    ///
    /// # Errors
    /// [`Code::UnknownRole`], with the nearest name as a hint.
    pub fn require_role(&self, role: &Role) -> Result<(), Error> {
        if self.has_role(role) {
            return Ok(());
        }
        let error = Error::new(Code::UnknownRole, format!("role \"{role}\" does not exist"));
        Err(match nearest_name(role.as_str(), self.all_roles().map(Role::as_str)) {
            Some(other) => error.with_hint(format!("did you mean \"{other}\"?")),
            None => error,
        })
    }

    /// Every role: the built-in ones, then the application's own by name.
    pub fn all_roles(&self) -> impl Iterator<Item = &Role> {
        Role::BUILT_IN.iter().chain(self.own_roles().map(|definition| &definition.role))
    }

    /// The application's own roles by name.
    pub fn own_roles(&self) -> impl Iterator<Item = &RoleDefinition> {
        self.roles.values().map(AsRef::as_ref).filter(|definition| !definition.role.is_built_in())
    }

    /// The roles whose rights a role has: itself first, then those it is a member of, and so on; without those behind one
    /// that does not inherit. None for a role that does not exist.
    #[must_use]
    pub fn held_by(&self, role: &Role) -> Vec<Role> {
        if !self.has_role(role) {
            return Vec::new();
        }
        let mut held = vec![role.clone()];
        let mut next = 0;
        while let Some(role) = held.get(next) {
            if let Some(definition) = self.role(role).filter(|definition| definition.inherit) {
                let more: Vec<Role> = definition.member_of.iter().filter(|role| !held.contains(role)).cloned().collect();
                held.extend(more);
            }
            next += 1;
        }
        held
    }

    /// Whether a role is a member of another, at any remove, whether or not it inherits.
    #[must_use]
    pub fn is_member(&self, role: &Role, of: &Role) -> bool {
        let mut seen = vec![role];
        let mut next = 0;
        while let Some(role) = seen.get(next).copied() {
            if role == of {
                return true;
            }
            let groups = self.role(role).into_iter().flat_map(|definition| &definition.member_of);
            for group in groups {
                if !seen.contains(&group) {
                    seen.push(group);
                }
            }
            next += 1;
        }
        false
    }

    /// The roles that are members of a role themselves, by name.
    pub fn members_of<'a>(&'a self, role: &'a Role) -> impl Iterator<Item = &'a Role> {
        self.roles.values().filter(move |definition| definition.member_of.contains(role)).map(|definition| &definition.role)
    }

    /// The grants to a role or, for [`Role::PUBLIC`], to everybody: the tables that have any.
    pub fn tables_granted_to<'a>(&'a self, grantee: &'a Ident) -> impl Iterator<Item = &'a Ident> {
        self.tables.values().filter(move |table| table.access.granted(grantee.as_str()).is_some()).map(|table| &table.name)
    }
}
