//! Where an expression stands, and what it may not have there.

use tenon_model::{Code, Expr};

use super::{Checked, Checker, refuse};
use crate::tables::change::Position;

/// Where an expression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a filter or a policy: all may be asked.
    Anywhere,
    /// In a check constraint: what holds once holds always, whoever asks.
    Check,
    /// Behind `default`: there is no row yet.
    Default,
}

impl Checker<'_> {
    /// Passes a query.
    pub(super) fn may_query(&self, at: Position) -> Checked<()> {
        match self.place {
            Place::Anywhere => Ok(()),
            Place::Check => refuse(Code::Unsupported, "cannot use subquery in check constraint", at),
            Place::Default => refuse(Code::Unsupported, "cannot use subquery in DEFAULT expression", at),
        }
    }

    /// Passes a question about who asks and when.
    pub(super) fn may_ask(&self, name: &str, at: Position) -> Checked<()> {
        if self.place != Place::Check {
            return Ok(());
        }
        let message = format!("a check constraint cannot ask for {name}: a row that passed must pass again later, whoever asks");
        refuse(Code::Unsupported, message, at)
            .map_err(|located| located.hint("what depends on who asks or when belongs into a policy".to_owned()))
    }

    /// Passes a call of an SQL function, whose body stands there as if it were written there.
    pub(super) fn may_call(&self, call: &Expr, at: Position) -> Checked<()> {
        let (mut queries, mut asked) = (false, None);
        call.visit(&mut |part| match part {
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::Related { .. } => queries = true,
            Expr::Context(value) => asked = Some(value.as_sql().to_owned()),
            _ => {}
        });
        if queries {
            self.may_query(at)?;
        }
        asked.map_or(Ok(()), |name| self.may_ask(&name, at))
    }

    /// Passes a column.
    pub(super) fn may_name(&self, at: Position) -> Checked<()> {
        if self.place == Place::Default && self.scopes.is_empty() {
            return refuse(Code::Unsupported, "cannot use column reference in DEFAULT expression", at);
        }
        Ok(())
    }
}
