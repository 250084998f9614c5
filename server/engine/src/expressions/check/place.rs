//! Where an expression stands, and what it may not have there.

use tenon_model::Code;

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

    /// Passes a column.
    pub(super) fn may_name(&self, at: Position) -> Checked<()> {
        if self.place == Place::Default && self.scopes.is_empty() {
            return refuse(Code::Unsupported, "cannot use column reference in DEFAULT expression", at);
        }
        Ok(())
    }
}
