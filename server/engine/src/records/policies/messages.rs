//! What policies tell those whom they refuse: the comments of those that do not hold.

use tenon_model::{Command, Error, Expr, Ident, Result};

use super::{Guard, clause_of};
use crate::{database::Conn, records::run, records::sql::Statement};

/// Conditions of a write that have something to say where they do not hold, those that restrict first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told(Vec<(Expr, String)>);

impl Guard<'_> {
    /// What the policies of a table for a command have to say; `check` means of rows as they will be.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(super) fn told(&self, name: &Ident, command: Command, check: bool) -> Result<Told> {
        let table = self.schema.require_table(name.as_str())?;
        if !self.policies(table, command).any(|policy| policy.comment.is_some()) {
            return Ok(Told::default());
        }
        let mut told = Vec::new();
        let (mut open, mut messages) = (Vec::new(), Vec::new());
        for policy in self.policies(table, command) {
            let Some(clause) = clause_of(policy, check) else { continue };
            let rule = self.ready(name, clause.clone())?;
            match (policy.permissive, &policy.comment) {
                (false, Some(message)) => told.push((rule, message.clone())),
                (false, None) => {}
                (true, message) => {
                    open.push(rule);
                    messages.extend(message.iter().filter(|message| !messages.contains(*message)).cloned().collect::<Vec<_>>());
                }
            }
        }
        if !messages.is_empty() {
            told.push((Expr::Or(open), messages.join(" ")));
        }
        Ok(Told(told))
    }
}

impl Told {
    /// These, and then those.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The failure, with what the first of the conditions that does not hold has to say; `failing` counts rows for which one
    /// does not.
    pub(super) fn add_to(&self, error: Error, conn: &mut Conn, failing: impl Fn(&Expr) -> Result<Statement>) -> Result<Error> {
        for (rule, message) in &self.0 {
            if run::number(conn, &failing(rule)?)? > 0 {
                return Ok(error.with_hint(message.clone()));
            }
        }
        Ok(error)
    }
}
