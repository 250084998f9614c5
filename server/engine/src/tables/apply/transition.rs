//! Transitions of states.

use std::collections::BTreeSet;

use tenon_model::{Code, Error, Expr, Ident, Result, ScalarType, StateTransition, Table, expression::Uses};

use super::{Draft, Misfit, already_exists, dependent};
use crate::{
    sql::Located,
    tables::{
        change::{AlterTransition, DropTransition, TransitionDef},
        step::Step,
    },
};

/// Transitions that one table may have.
const MAX_TRANSITIONS: usize = 200;

impl Draft {
    pub(super) fn create_transition(&mut self, def: &TransitionDef) -> Result<(), Misfit> {
        let table = self.table(&def.table)?;
        if table.transitions.iter().any(|t| t.name == def.name) {
            return Err(already_exists(&described(&def.name, &def.table)).into());
        }
        if table.transitions.len() >= MAX_TRANSITIONS {
            return Err(Error::new(Code::TooComplex, format!("a table has at most {MAX_TRANSITIONS} transitions")).into());
        }
        self.known_roles(&def.roles)?;
        self.check_states(&table, def)?;
        check_edges(&table, def)?;
        if def.from.is_empty() && def.using.is_some() {
            let message = "a transition without from has with check alone: no row is there yet";
            return Err(Located::new(Error::new(Code::InvalidSyntax, message), def.at).into());
        }
        let made = StateTransition {
            name: def.name.clone(),
            column: def.column.clone(),
            from: def.from.clone(),
            to: def.to.clone(),
            roles: def.roles.clone(),
            using: self.rule(&def.table, def.using.as_ref())?,
            check: self.rule(&def.table, def.check.as_ref())?,
            comment: None,
        };
        self.table_step(&def.table, Step::SetTransitions(def.table.clone()), |t| t.transitions.push(made));
        Ok(())
    }

    /// The column must be one that always has a state, and the states must be values of its type.
    fn check_states(&self, table: &Table, def: &TransitionDef) -> Result<()> {
        let column = table.require_column(def.column.as_str())?;
        let Some(ScalarType::Enum(name)) = column.data_type.scalar() else {
            let message = format!(
                "column \"{}\" of \"{}\" is of type {}: states are the values of an enum",
                column.name, table.name, column.data_type
            );
            return Err(Error::new(Code::Unsupported, message)
                .with_hint("create type … as enum ('draft', …), and make the column of that type"));
        };
        if column.generated.is_some() {
            let message = format!(
                "column \"{}\" of \"{}\" is computed: it goes where what it is computed from does",
                column.name, table.name
            );
            return Err(Error::new(Code::Unsupported, message));
        }
        if !column.not_null {
            let message = format!("column \"{}\" of \"{}\" may be null, which is no state", column.name, table.name);
            let hint = format!("alter table {} alter column {} set not null;", table.name.to_sql(), column.name.to_sql());
            return Err(Error::new(Code::Unsupported, message).with_hint(hint));
        }
        let values = self.schema.enum_values(name.as_str());
        match def.from.iter().chain([&def.to]).find(|state| !values.contains(state)) {
            Some(state) => Err(Error::new(Code::InvalidValue, format!("type \"{name}\" has no value \"{state}\""))),
            None => Ok(()),
        }
    }

    pub(super) fn alter_transition(&mut self, alter: &AlterTransition) -> Result<()> {
        let table = self.table(&alter.table)?;
        if !table.transitions.iter().any(|t| t.name == alter.name) {
            return Err(no_transition(&alter.name, &alter.table));
        }
        if table.transitions.iter().any(|t| t.name == alter.to) {
            return Err(already_exists(&described(&alter.to, &alter.table)));
        }
        self.table_step(&alter.table, Step::SetTransitions(alter.table.clone()), |t| {
            t.transitions.iter_mut().filter(|t| t.name == alter.name).for_each(|t| t.name = alter.to.clone());
        });
        Ok(())
    }

    pub(super) fn drop_transition(&mut self, drop: &DropTransition) -> Result<()> {
        let known = self.schema.table(drop.table.as_str()).is_some_and(|t| t.transitions.iter().any(|p| p.name == drop.name));
        if !known && drop.if_exists {
            return Ok(());
        }
        self.table(&drop.table)?;
        if !known {
            return Err(no_transition(&drop.name, &drop.table));
        }
        self.remove_transition(&drop.table, &drop.name);
        Ok(())
    }

    fn remove_transition(&mut self, table: &Ident, name: &Ident) {
        self.table_step(table, Step::SetTransitions(table.clone()), |t| t.transitions.retain(|t| t.name != *name));
    }

    pub(super) fn comment_transition(&mut self, table: &Ident, name: &Ident, text: Option<&String>) -> Result<()> {
        if !self.table(table)?.transitions.iter().any(|t| t.name == *name) {
            return Err(no_transition(name, table));
        }
        self.table_step(table, Step::SetTransitions(table.clone()), |t| {
            t.transitions.iter_mut().filter(|t| t.name == *name).for_each(|t| t.comment = text.cloned());
        });
        Ok(())
    }

    /// Drops the transitions whose conditions use something that is to go, or refuses because of them. Those of `except` go
    /// anyway.
    ///
    /// # Errors
    /// [`Code::Dependent`].
    pub(super) fn release_transitions(
        &mut self,
        what: &str,
        cascade: bool,
        except: &[Ident],
        uses: impl Fn(&Uses) -> bool,
    ) -> Result<()> {
        self.release_each(what, cascade, |table, transition| {
            !except.contains(&table.name) && rules(transition).any(|rule| uses(&rule.uses(&table.name)))
        })
    }

    /// As [`Draft::release_transitions`], those whose conditions call a function that is to go.
    ///
    /// # Errors
    /// [`Code::Dependent`].
    pub(super) fn release_calling(&mut self, what: &str, cascade: bool, function: &Ident) -> Result<()> {
        self.release_each(what, cascade, |_, transition| calls(transition, function))
    }

    /// As [`Draft::release_transitions`], those of a column that is to go.
    ///
    /// # Errors
    /// [`Code::Dependent`].
    pub(super) fn release_states(&mut self, what: &str, cascade: bool, table: &Ident, column: &Ident) -> Result<()> {
        self.release_each(what, cascade, |holder, transition| holder.name == *table && transition.column == *column)
    }

    fn release_each(&mut self, what: &str, cascade: bool, goes: impl Fn(&Table, &StateTransition) -> bool) -> Result<()> {
        let of = |table: &Table| {
            let found = table.transitions.iter().filter(|transition| goes(table, transition));
            found.map(|transition| (table.name.clone(), transition.name.clone())).collect::<Vec<_>>()
        };
        let found: Vec<_> = self.schema.tables.values().flat_map(|table| of(table)).collect();
        if !cascade && !found.is_empty() {
            let names: Vec<String> = found.iter().map(|(table, name)| described(name, table)).collect();
            return Err(dependent(what, &names));
        }
        for (table, name) in found {
            self.remove_transition(&table, &name);
        }
        Ok(())
    }

    /// Refuses a change of a column that must stay as it is: the column of a state, or one that a condition uses.
    ///
    /// # Errors
    /// [`Code::Dependent`].
    pub(super) fn keep_for_transitions(&self, change: &str, table: &Ident, column: &Ident, conditions: bool) -> Result<()> {
        let used = |holder: &Table, t: &StateTransition| {
            let own = holder.name == *table && t.column == *column;
            own || (conditions && rules(t).any(|rule| rule.uses(&holder.name).columns.contains(&(table.clone(), column.clone()))))
        };
        let mut all = self.schema.tables.values().flat_map(|holder| holder.transitions.iter().map(move |t| (holder, t)));
        let Some((holder, transition)) = all.find(|(holder, t)| used(holder, t)) else { return Ok(()) };
        let what = described(&transition.name, &holder.name);
        Err(Error::new(Code::Dependent, format!("cannot {change} column \"{column}\" because {what} uses it"))
            .with_details(what)
            .with_hint("drop the transition, make the change, and create the transition again"))
    }
}

/// Two ways from one state to another would leave open which of them is taken.
fn check_edges(table: &Table, def: &TransitionDef) -> Result<()> {
    let wrong = |code: Code, message: String| Err(Error::new(code, message));
    if def.from.contains(&def.to) {
        return wrong(Code::InvalidValue, format!("\"{}\" leads from itself to itself: to stay is no transition", def.to));
    }
    if def.from.iter().collect::<BTreeSet<_>>().len() < def.from.len() {
        return wrong(Code::InvalidValue, format!("transition \"{}\" names a state twice", def.name));
    }
    let of_column = || table.transitions_of(&def.column);
    if def.from.is_empty() {
        return match of_column().find(|t| t.is_beginning() && t.to == def.to) {
            Some(other) => {
                wrong(Code::AlreadyExists, format!("by transition \"{}\" rows begin as \"{}\" already", other.name, def.to))
            }
            None => Ok(()),
        };
    }
    for from in &def.from {
        if let Some(other) = table.transition_between(&def.column, from, &def.to) {
            let message = format!("transition \"{}\" leads from \"{from}\" to \"{}\" already", other.name, def.to);
            let hint = "one way has one transition; who may take it when is said by \"for\" and its conditions";
            return Err(Error::new(Code::AlreadyExists, message).with_hint(hint));
        }
    }
    Ok(())
}

fn rules(transition: &StateTransition) -> impl Iterator<Item = &Expr> {
    transition.using.iter().chain(&transition.check)
}

/// Whether a condition of a transition calls a function.
pub(super) fn calls(transition: &StateTransition, function: &Ident) -> bool {
    rules(transition).any(|rule| rule.calls(function))
}

/// `transition "…" on "…"`.
pub(super) fn described(name: &Ident, table: &Ident) -> String {
    format!("transition \"{name}\" on \"{table}\"")
}

fn no_transition(name: &Ident, table: &Ident) -> Error {
    Error::new(Code::NotFound, format!("{} does not exist", described(name, table)))
}
