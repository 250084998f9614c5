//! Policies and row level security.

use tenon_model::{Code, Error, Expr, Ident, Policy, Role, expression::functions::BOOLEAN};

use super::{Draft, already_exists};
use crate::{
    expressions::{Node, check},
    sql::Located,
    tables::{
        change::{AlterPolicy, DropPolicy, PolicyDef},
        step::Step,
    },
};

/// Policies that one table may have.
const MAX_POLICIES: usize = 100;

/// Why a change does not fit the schema, and where if that is known.
#[derive(Debug)]
pub(crate) enum Misfit {
    Somewhere(Error),
    At(Located),
}

impl From<Error> for Misfit {
    fn from(error: Error) -> Self {
        Self::Somewhere(error)
    }
}

impl From<Located> for Misfit {
    fn from(located: Located) -> Self {
        Self::At(located)
    }
}

impl Draft {
    pub(super) fn row_security(&mut self, table: &Ident, on: bool) {
        self.table_step(table, Step::SetPolicies(table.clone()), |t| t.row_security = on);
    }

    pub(super) fn create_policy(&mut self, def: &PolicyDef) -> Result<(), Misfit> {
        let table = self.table(&def.table)?;
        if table.policies.iter().any(|p| p.name == def.name) {
            return Err(already_exists(&described(&def.name, &def.table)).into());
        }
        if table.policies.len() >= MAX_POLICIES {
            return Err(Error::new(Code::TooComplex, format!("a table has at most {MAX_POLICIES} policies")).into());
        }
        self.known_roles(&def.roles)?;
        let made = Policy {
            name: def.name.clone(),
            permissive: def.permissive,
            command: def.command,
            roles: def.roles.clone(),
            using: self.rule(&def.table, def.using.as_ref())?,
            check: self.rule(&def.table, def.check.as_ref())?,
            comment: None,
        };
        self.table_step(&def.table, Step::SetPolicies(def.table.clone()), |t| t.policies.push(made));
        Ok(())
    }

    pub(super) fn known_roles(&self, roles: &[Role]) -> Result<(), Error> {
        roles.iter().try_for_each(|role| self.schema.require_role(role))
    }

    /// The condition that a clause means over the table's rows.
    pub(super) fn rule(&self, table: &Ident, clause: Option<&Node>) -> Result<Option<Expr>, Located> {
        let readable = self.schema.readable();
        clause.map(|node| check(node, &readable, Some(table), Some(&BOOLEAN))).transpose()
    }

    pub(super) fn alter_policy(&mut self, alter: &AlterPolicy) -> Result<(), Misfit> {
        let table = self.table(&alter.table)?;
        if !table.policies.iter().any(|p| p.name == alter.name) {
            return Err(no_policy(&alter.name, &alter.table).into());
        }
        if let Some(to) = &alter.rename
            && table.policies.iter().any(|p| p.name == *to)
        {
            return Err(already_exists(&described(to, &alter.table)).into());
        }
        self.known_roles(alter.roles.as_deref().unwrap_or_default())?;
        let using = self.rule(&alter.table, alter.using.as_ref())?;
        let check = self.rule(&alter.table, alter.check.as_ref())?;
        self.table_step(&alter.table, Step::SetPolicies(alter.table.clone()), |t| {
            for policy in t.policies.iter_mut().filter(|p| p.name == alter.name) {
                policy.roles = alter.roles.clone().unwrap_or_else(|| policy.roles.clone());
                policy.using = using.clone().or_else(|| policy.using.take());
                policy.check = check.clone().or_else(|| policy.check.take());
                if let Some(to) = &alter.rename {
                    policy.name = to.clone();
                }
            }
        });
        Ok(())
    }

    pub(super) fn comment_policy(&mut self, name: &Ident, table: &Ident, text: Option<String>) -> Result<(), Error> {
        if !self.table(table)?.policies.iter().any(|policy| policy.name == *name) {
            return Err(no_policy(name, table));
        }
        let step = Step::CommentPolicy { table: table.clone(), policy: name.clone() };
        self.table_step(table, step, |t| {
            if let Some(policy) = t.policies.iter_mut().find(|policy| policy.name == *name) {
                policy.comment = text;
            }
        });
        Ok(())
    }

    pub(super) fn drop_policy(&mut self, drop: &DropPolicy) -> Result<(), Misfit> {
        let known = self.schema.table(drop.table.as_str()).is_some_and(|t| t.policies.iter().any(|p| p.name == drop.name));
        if !known && drop.if_exists {
            return Ok(());
        }
        self.table(&drop.table)?;
        if !known {
            return Err(no_policy(&drop.name, &drop.table).into());
        }
        let step = Step::SetPolicies(drop.table.clone());
        self.table_step(&drop.table, step, |t| t.policies.retain(|p| p.name != drop.name));
        Ok(())
    }
}

/// `policy "…" for table "…"`.
pub(super) fn described(name: &Ident, table: &Ident) -> String {
    format!("policy \"{name}\" for table \"{table}\"")
}

fn no_policy(name: &Ident, table: &Ident) -> Error {
    Error::new(Code::NotFound, format!("{} does not exist", described(name, table)))
}

impl From<Misfit> for Error {
    fn from(misfit: Misfit) -> Self {
        match misfit {
            Misfit::Somewhere(error) => error,
            Misfit::At(located) => located.into_error(None),
        }
    }
}
