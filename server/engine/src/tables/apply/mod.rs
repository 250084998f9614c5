//! What a [`Change`] makes of a schema: a pure function that resolves and checks every name and yields elementary steps.

mod alter;
mod cast;
mod check;
mod column;
mod constraint;
mod create;
mod default;
mod drop;
mod enums;
mod function;
mod generated;
mod grant;
mod meta;
mod names;
mod policy;
mod role;
mod rules;
mod transition;
mod view;

use std::sync::Arc;

use tenon_model::{Code, Error, Ident, Result, Schema, Table};

pub(crate) use self::{cast::compatible, check::choose as name_check, policy::Misfit};
use super::{
    change::Change,
    step::{Step, Transition},
};

/// The steps that a change takes, none if there is nothing to do (`if not exists`).
///
/// # Errors
/// Whatever makes the change impossible whatever the data: unknown or taken names, types that do not fit, dependents.
pub(crate) fn apply(schema: &Arc<Schema>, change: &Change) -> Result<Vec<Transition>, Misfit> {
    let mut draft = Draft { schema: schema.clone(), transitions: Vec::new() };
    match change {
        Change::CreateTable { name, if_not_exists, columns, constraints } => {
            return draft.create_table(name, *if_not_exists, columns, constraints).map(|()| draft.transitions);
        }
        Change::AlterTable { name, if_exists, actions } => {
            return draft.alter_table(name, *if_exists, actions).map(|()| draft.transitions);
        }
        Change::DropTables(drop) => draft.drop_tables(drop),
        Change::CreateIndex { name, if_not_exists, table, columns, unique } => {
            draft.create_index(name.as_ref(), *if_not_exists, table, columns, *unique)
        }
        Change::DropIndexes(drop) => draft.drop_indexes(drop),
        Change::CreateEnum { name, values } => draft.create_enum(name, values),
        Change::AddEnumValue { name, value, if_not_exists, place } => {
            draft.add_enum_value(name, value, *if_not_exists, place.as_ref())
        }
        Change::RenameEnumValue { name, from, to } => draft.rename_enum_value(name, from, to),
        Change::RenameEnum { name, to } => draft.rename_enum(name, to),
        Change::DropEnums(drop) => draft.drop_enums(drop),
        Change::Comment { on, text } => draft.comment(on, text.as_ref()),
        Change::CreatePolicy(def) => return draft.create_policy(def).map(|()| draft.transitions),
        Change::AlterPolicy(alter) => return draft.alter_policy(alter).map(|()| draft.transitions),
        Change::DropPolicy(drop) => return draft.drop_policy(drop).map(|()| draft.transitions),
        Change::CreateTransition(def) => return draft.create_transition(def).map(|()| draft.transitions),
        Change::AlterTransition(alter) => draft.alter_transition(alter),
        Change::DropTransition(drop) => draft.drop_transition(drop),
        Change::CreateRole(def) => draft.create_role(def),
        Change::AlterRole { name, inherit } => draft.alter_role(name, *inherit),
        Change::DropRoles(drop) => draft.drop_roles(drop),
        Change::GrantRoles { give, roles, members } => draft.grant_roles(*give, roles, members),
        Change::Grant { give, granted, tables, roles } => draft.grant(*give, granted, tables, roles),
        Change::CreateView(def) => return draft.create_view(def).map(|()| draft.transitions),
        Change::DropViews(drop) => draft.drop_views(drop),
        Change::CreateFunction(def) => return draft.create_function(def).map(|()| draft.transitions),
        Change::DropFunctions(drop) => draft.drop_functions(drop),
        Change::GrantExecute { give, functions, roles } => draft.grant_execute(*give, functions, roles),
        Change::DefaultPrivileges { give, tables, functions, roles } => {
            draft.set_default_privileges(*give, *tables, *functions, roles)
        }
        Change::Nothing | Change::LateFunctions => Ok(()),
    }?;
    Ok(draft.transitions)
}

/// A schema on its way, and the steps taken so far.
struct Draft {
    schema: Arc<Schema>,
    transitions: Vec<Transition>,
}

impl Draft {
    /// Takes a step: `edit` makes the schema that results.
    fn step(&mut self, step: Step, edit: impl FnOnce(&mut Schema)) {
        let mut next = (*self.schema).clone();
        edit(&mut next);
        let after = Arc::new(next);
        self.transitions.push(Transition { before: std::mem::replace(&mut self.schema, after.clone()), step, after });
    }

    /// Takes a step that concerns one table.
    fn table_step(&mut self, name: &Ident, step: Step, edit: impl FnOnce(&mut Table)) {
        self.step(step, |schema| edit_table(schema, name, edit));
    }

    fn table(&self, name: &Ident) -> Result<Arc<Table>> {
        self.schema.require_table(name.as_str()).cloned()
    }
}

/// Changes a table in place and puts its constraints and indexes in order of their names.
fn edit_table(schema: &mut Schema, name: &Ident, edit: impl FnOnce(&mut Table)) {
    if let Some(table) = schema.tables.get_mut(name) {
        let table = Arc::make_mut(table);
        edit(table);
        sort_parts(table);
    }
}

fn sort_parts(table: &mut Table) {
    table.uniques.sort_by(|a, b| a.name.cmp(&b.name));
    table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
    table.checks.sort_by(|a, b| a.name.cmp(&b.name));
    table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    table.policies.sort_by(|a, b| a.name.cmp(&b.name));
    table.transitions.sort_by(|a, b| a.name.cmp(&b.name));
}

/// Every table, to be changed in place.
fn edit_all(schema: &mut Schema, mut edit: impl FnMut(&mut Table)) {
    for table in schema.tables.values_mut() {
        let mut changed = (**table).clone();
        edit(&mut changed);
        if changed != **table {
            *table = Arc::new(changed);
        }
    }
}

/// The failure that others need what should go.
fn dependent(what: &str, dependents: &[String]) -> Error {
    let verb = if dependents.len() == 1 { "depends" } else { "depend" };
    let list = dependents.join(", ");
    Error::new(Code::Dependent, format!("cannot drop {what} because {list} {verb} on it"))
        .with_details(list)
        .with_hint("drop what depends on it first, or add \"cascade\"")
}

fn already_exists(what: &str) -> Error {
    Error::new(Code::AlreadyExists, format!("{what} already exists"))
}
