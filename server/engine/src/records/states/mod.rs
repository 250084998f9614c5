//! States: what a write may do to the columns that have transitions, asked before it does it, so that who is refused learns
//! why. The triggers of `tables/states` let nothing pass that comes another way, or between question and write.
//!
//! The graph binds everybody; who may take a transition and its conditions bind those whom policies bind.

mod actor;
mod ask;
mod read;
mod take;
pub(crate) mod words;

pub(crate) use self::actor::Attribution;
pub use self::read::{RecordStates, StateChange, StateNow, StateWay};
pub(in crate::records) use self::take::leads_on;

use tenon_model::{Error, Expr, Ident, Result, StateTransition, Table};

use super::policies::Guard;

/// The transitions of a table as a caller may take them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moves {
    ways: Vec<Way>,
    /// Whether the caller may know what state a row is in that the write concerns.
    sees: bool,
    /// Columns that the caller may not read.
    unreadable: Vec<Ident>,
}

/// A transition, with what it asks of the caller: nothing of those who are past policies.
#[derive(Clone, Debug)]
struct Way {
    transition: StateTransition,
    /// Whether it is the caller's to take.
    may: bool,
    /// Of the row as it is.
    using: Expr,
    /// Of the row as it will be.
    check: Expr,
}

impl Guard<'_> {
    /// The transitions of a table; `reads` says whether the write looks at the table's columns.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn moves(&self, table: &Ident, reads: bool) -> Result<Moves> {
        let Some(table) = self.schema().table(table.as_str()) else { return Ok(Moves::default()) };
        let ways = table.transitions.iter().map(|transition| self.way(&table.name, transition)).collect::<Result<_>>()?;
        Ok(Moves { ways, sees: reads || !self.is_bound(), unreadable: Vec::new() })
    }

    fn way(&self, table: &Ident, transition: &StateTransition) -> Result<Way> {
        let condition = |rule: &Option<Expr>| match rule {
            Some(rule) if self.is_bound() => self.condition(table, rule),
            _ => Ok(Expr::always()),
        };
        Ok(Way {
            may: self.holds_any(&transition.roles),
            using: condition(&transition.using)?,
            check: self.of_proposed(table, condition(&transition.check)?),
            transition: transition.clone(),
        })
    }
}

impl Moves {
    /// Whether something is asked of the caller beyond the graph.
    pub(crate) fn bind(&self) -> bool {
        self.ways.iter().any(|way| !way.may || !way.using.is_always() || !way.check.is_always())
    }

    /// Without a word of the values of columns that the caller may not read.
    pub(crate) fn without(self, unreadable: Vec<Ident>) -> Self {
        Self { unreadable, ..self }
    }

    fn of<'w>(&'w self, column: &'w Ident) -> impl Iterator<Item = &'w Way> {
        self.ways.iter().filter(move |way| way.transition.column == *column)
    }

    /// Why a row may not go from one state to another.
    fn refusal(&self, table: &Table, column: &Ident, from: &str, to: &str) -> Error {
        let mut between = self.of(column).filter(|way| way.transition.to == to);
        match between.find(|way| way.transition.from.iter().any(|state| state == from)) {
            None => {
                let sees = self.sees && !self.unreadable.contains(column);
                words::cannot_go(table, column, sees.then_some(from), to)
            }
            Some(way) => way.refusal(table),
        }
    }
}

impl Way {
    fn refusal(&self, table: &Table) -> Error {
        if self.may { words::not_now(table, &self.transition) } else { words::not_for_you(table, &self.transition) }
    }
}
