//! The application's roles.

use std::sync::Arc;

use tenon_model::{Code, Error, Ident, Result, Role, RoleDefinition};

use super::{Draft, dependent, names, policy, transition};
use crate::tables::{
    change::{Drop, RoleDef},
    step::Step,
};

/// Roles that an application may have.
const MAX_ROLES: usize = 1_000;
/// The role by which the servers of others sign in to a database, to become the one that a request is of. Migrations make
/// every role a member-to-be of it; here no such step is between.
const AUTHENTICATOR: &str = "authenticator";

impl Draft {
    pub(super) fn create_role(&mut self, def: &RoleDef) -> Result<()> {
        names::check_role(&self.schema, &def.name)?;
        if self.schema.roles.len() >= MAX_ROLES {
            return Err(Error::new(Code::TooComplex, format!("there are at most {MAX_ROLES} roles")));
        }
        let role = Role::from(def.name.clone());
        let definition = RoleDefinition { inherit: def.inherit, ..RoleDefinition::new(role) };
        self.step(Step::CreateRole(def.name.clone()), |schema| {
            schema.roles.insert(def.name.clone(), Arc::new(definition));
            schema.roles.sort_keys();
        });
        self.grant_roles(true, &def.member_of, std::slice::from_ref(&def.name))?;
        self.grant_roles(true, std::slice::from_ref(&def.name), &def.members)
    }

    pub(super) fn alter_role(&mut self, name: &Ident, inherit: Option<bool>) -> Result<()> {
        let role = self.known_role(name)?;
        if let Some(inherit) = inherit {
            self.edit_role(&role, Step::ChangeRole(name.clone()), |definition| definition.inherit = inherit);
        }
        Ok(())
    }

    pub(super) fn grant_roles(&mut self, give: bool, roles: &[Ident], members: &[Ident]) -> Result<()> {
        for name in roles {
            let role = self.known_role(name)?;
            if role == Role::ServiceRole {
                let error = Error::new(Code::Unsupported, "service_role is past every rule: no role can be a member of it");
                return Err(error.with_hint("grant what the role is to do"));
            }
            for member in members {
                if *member == AUTHENTICATOR && !self.schema.roles.contains_key(member) {
                    continue;
                }
                let member = self.known_role(member)?;
                self.set_membership(give, &role, &member)?;
            }
        }
        Ok(())
    }

    fn set_membership(&mut self, give: bool, role: &Role, member: &Role) -> Result<()> {
        if give && self.schema.is_member(role, member) {
            let message = format!("role \"{role}\" is a member of role \"{member}\"");
            return Err(Error::new(Code::InvalidValue, message).with_hint("roles cannot be members of each other in a circle"));
        }
        let step = Step::ChangeRole(Ident::new(member.as_str())?);
        self.edit_role(member, step, |definition| {
            definition.member_of.retain(|other| other != role);
            if give {
                definition.member_of.push(role.clone());
                definition.member_of.sort_by(|a, b| a.as_str().cmp(b.as_str()));
            }
        });
        Ok(())
    }

    pub(super) fn drop_roles(&mut self, drop: &Drop) -> Result<()> {
        for name in &drop.names {
            if drop.if_exists && !self.schema.has_role(&Role::from(name.clone())) {
                continue;
            }
            let role = self.known_role(name)?;
            if role.is_built_in() {
                return Err(Error::new(Code::Unsupported, format!("role \"{name}\" cannot be dropped: every instance has it")));
            }
            let uses = self.uses_of_role(name, &role);
            if !uses.is_empty() {
                let error = dependent(&format!("role \"{name}\""), &uses);
                return Err(error.with_hint("revoke the privileges and drop or change the policies and transitions first"));
            }
            self.step(Step::DropRole(name.clone()), |schema| {
                schema.roles.shift_remove(name);
                for definition in schema.roles.values_mut().filter(|other| other.member_of.contains(&role)) {
                    Arc::make_mut(definition).member_of.retain(|other| *other != role);
                }
                schema.roles.retain(|_, definition| !definition.is_plain());
            });
        }
        Ok(())
    }

    /// The grants, policies and transitions that name a role.
    fn uses_of_role(&self, name: &Ident, role: &Role) -> Vec<String> {
        let granted = self.schema.tables_granted_to(name).map(|table| format!("a grant on table \"{table}\""));
        let policies = self.schema.tables.values().flat_map(|table| {
            let named = table.policies.iter().filter(|policy| policy.roles.contains(role));
            named.map(|policy| policy::described(&policy.name, &table.name))
        });
        let transitions = self.schema.tables.values().flat_map(|table| {
            let named = table.transitions.iter().filter(|transition| transition.roles.contains(role));
            named.map(|found| transition::described(&found.name, &table.name))
        });
        let views = self.schema.views.values().filter(|view| view.access.granted(name.as_str()).is_some());
        let views = views.map(|view| format!("a grant on view \"{}\"", view.name));
        let functions = self.schema.functions.values().filter(|function| function.execute.roles.contains(name));
        let functions = functions.map(|function| format!("a grant on function \"{}\"", function.name));
        let defaults = &self.schema.default_privileges;
        let by_default = defaults.tables.granted(name.as_str()).is_some() || defaults.functions.roles.contains(name);
        let by_default = by_default.then(|| "default privileges".to_owned());
        granted.chain(policies).chain(transitions).chain(views).chain(functions).chain(by_default).collect()
    }

    /// Changes a role; a built-in one that comes to say nothing is forgotten.
    pub(super) fn edit_role(&mut self, role: &Role, step: Step, edit: impl FnOnce(&mut RoleDefinition)) {
        let Ok(name) = Ident::new(role.as_str()) else { return };
        self.step(step, |schema| {
            let mut definition = schema.role(role).cloned().unwrap_or_else(|| RoleDefinition::new(role.clone()));
            edit(&mut definition);
            if definition.is_plain() {
                schema.roles.shift_remove(&name);
            } else {
                schema.roles.insert(name, Arc::new(definition));
                schema.roles.sort_keys();
            }
        });
    }
}
