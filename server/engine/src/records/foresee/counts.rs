//! How many rows are gained and lost.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tenon_model::{
    Caller, Code, Command, Error, Expr, Ident, Result, Schema,
    expression::{Context, IsTest},
};

use crate::{
    database::Reader,
    records::{access::Rights, policies::Guard, run, sql::select},
};

/// Rows that somebody reaches by a command, before a change and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The table.
    pub table: Ident,
    /// Who.
    pub who: String,
    /// By which command.
    pub command: Command,
    /// How many before.
    pub before: u64,
    /// How many of the others after.
    pub gained: u64,
    /// How many of these no more.
    pub lost: u64,
    /// Why it was not counted.
    pub problem: Option<String>,
}

/// Which rows a command reaches, before and after.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) command: Command,
    pub(super) before: Expr,
    pub(super) after: Expr,
}

/// What binds somebody under one schema.
type Bound = (Arc<Schema>, Caller, Context);

/// The commands that meet rows that are there, each with its rows before and after.
pub(super) fn rules(bound: &[Bound; 2], table: &Ident) -> Result<Vec<Rule>> {
    let [before, after] = bound;
    let rule = |command| Ok(Rule { command, before: reach(before, table, command)?, after: reach(after, table, command)? });
    [Command::Select, Command::Update, Command::Delete].into_iter().map(rule).collect()
}

fn reach((schema, caller, context): &Bound, table: &Ident, command: Command) -> Result<Expr> {
    let granted = Rights::of(caller, schema).and_then(|rights| rights.require(table, command)).is_ok();
    if !granted {
        return Ok(Expr::Or(Vec::new()));
    }
    // The moment differs between two looks, and must not make a difference here.
    Guard::new(schema, caller, context.clone()).filter(table, command, Expr::always())
}

/// Counts, unless it is too late for that.
pub(super) fn count(reader: &mut Reader, schema: &Schema, table: Ident, who: String, rule: &Rule, late: bool) -> Reached {
    let mut reached = Reached { table, who, command: rule.command, before: 0, gained: 0, lost: 0, problem: None };
    let counted =
        if late { Err(Error::new(Code::Timeout, "it would take too long")) } else { numbers(reader, schema, &reached.table, rule) };
    match counted {
        Ok([before, gained, lost]) => (reached.before, reached.gained, reached.lost) = (before, gained, lost),
        Err(error) if error.code == Code::Internal => reached.problem = Some("the database could not count".to_owned()),
        Err(error) => reached.problem = Some(error.message),
    }
    reached
}

fn numbers(reader: &mut Reader, schema: &Schema, table: &Ident, rule: &Rule) -> Result<[u64; 3]> {
    let mut number = |filter: Expr| {
        let statement = select::count(reader.conn.kind(), schema, table, &filter, None)?;
        run::number(&mut reader.conn, &statement).map(|n| u64::try_from(n).unwrap_or(0))
    };
    let not = |rule: &Expr| Expr::Not(Box::new(Expr::Is(Box::new(rule.clone()), IsTest::True)));
    let before = number(rule.before.clone())?;
    let gained = number(rule.after.clone().and(not(&rule.before)))?;
    let lost = number(rule.before.clone().and(not(&rule.after)))?;
    Ok([before, gained, lost])
}
