//! What is asked for a command, in order: privileges, then the policies for each state of the row.

use std::sync::Arc;

use tenon_model::{
    Caller, Command, Expr, Ident, Policy, Result, Schema, Table,
    explanation::{Clause, Explanation, Granted, PolicyAnswer, RowState, Step},
    expression,
};

use super::{rows::States, terms};
use crate::{
    database::Reader,
    records::{
        access::Rights,
        block::Context,
        policies::{Guard, clause_of},
    },
};

/// A policy's clause, ready to be asked.
struct Asked {
    policy: Policy,
    clause: Clause,
    condition: terms::Taken,
}

/// The policies for one state of the row.
struct Prepared {
    command: Command,
    row: RowState,
    asked: Vec<Asked>,
}

/// All that is asked about a command of somebody on a table.
pub(super) struct Steps {
    table: Table,
    command: Command,
    role: String,
    user: Option<String>,
    context: expression::Context,
    privileges: Vec<Granted>,
    bound: bool,
    prepared: Vec<Prepared>,
}

impl Steps {
    pub(super) fn new(
        schema: &Arc<Schema>,
        table: &Table,
        whom: &Caller,
        context: expression::Context,
        command: Command,
        (reads, written): (bool, &[Ident]),
    ) -> Result<Self> {
        let guard = Guard::new(schema, whom, context.clone());
        let bound = guard.binds(&table.name);
        let states: &[(Command, RowState)] = match (command, reads) {
            _ if !bound => &[],
            (Command::Select, _) => &[(Command::Select, RowState::Before)],
            (Command::Insert, false) => &[(Command::Insert, RowState::After)],
            (Command::Insert, true) => &[(Command::Insert, RowState::After), (Command::Select, RowState::After)],
            (Command::Update, _) => &[
                (Command::Select, RowState::Before),
                (Command::Update, RowState::Before),
                (Command::Update, RowState::After),
                (Command::Select, RowState::After),
            ],
            (Command::Delete, _) => &[(Command::Select, RowState::Before), (Command::Delete, RowState::Before)],
        };
        let prepared = states.iter().map(|(command, row)| prepare(&guard, table, *command, *row)).collect::<Result<_>>()?;
        let role = context.role.to_string();
        let user = context.user.map(|user| user.to_string());
        let privileges = privileges(whom, schema, table, command, (reads, written));
        Ok(Self { table: table.clone(), command, role, user, context, privileges, bound, prepared })
    }

    /// The answer for no row in particular.
    pub(super) fn of_table(&self) -> Explanation {
        self.answer(Vec::new())
    }

    /// The answer for a row.
    pub(super) fn explain(&self, reader: &mut Reader, context: Context<'_>, states: &States) -> Result<Explanation> {
        let mut steps = Vec::with_capacity(self.prepared.len());
        for prepared in &self.prepared {
            let row = match prepared.row {
                RowState::Before => &states.before,
                RowState::After => &states.after,
            };
            let asker = terms::Asker { table: &self.table, row, context, who: &self.context };
            let policies = prepared.asked.iter().map(|asked| asked.answer(&asker, reader)).collect::<Result<Vec<_>>>()?;
            let holds = |policy: &&PolicyAnswer| policy.result == Some(true);
            let (permissive, restrictive): (Vec<_>, Vec<_>) = policies.iter().partition(|policy| policy.permissive);
            let passed = permissive.iter().any(holds) && restrictive.iter().all(holds);
            steps.push(Step { command: prepared.command, row: prepared.row, passed, policies });
        }
        Ok(self.answer(steps))
    }

    fn answer(&self, steps: Vec<Step>) -> Explanation {
        let mut explanation = Explanation {
            table: self.table.name.to_string(),
            command: self.command,
            role: self.role.clone(),
            user: self.user.clone(),
            allowed: self.privileges.iter().all(|p| p.granted) && steps.iter().all(|step| step.passed),
            reason: String::new(),
            privileges: self.privileges.clone(),
            bound: self.bound,
            steps,
        };
        explanation.reason = explanation.sentence();
        explanation
    }
}

impl Asked {
    fn answer(&self, asker: &terms::Asker<'_>, reader: &mut Reader) -> Result<PolicyAnswer> {
        let condition = asker.ask(&self.condition, reader)?;
        Ok(PolicyAnswer {
            policy: self.policy.name.to_string(),
            permissive: self.policy.permissive,
            clause: self.clause,
            result: condition.result,
            message: self.policy.comment.clone(),
            condition,
        })
    }
}

fn prepare(guard: &Guard<'_>, table: &Table, command: Command, row: RowState) -> Result<Prepared> {
    // Rows are written by `insert` and `update`; that others are read back is a question of `using`.
    let check = row == RowState::After && command != Command::Select;
    let mut asked = Vec::new();
    for policy in guard.policies(table, command) {
        let Some(expr) = clause_of(policy, check) else { continue };
        let clause = if check && policy.check.is_some() { Clause::Check } else { Clause::Using };
        let ready = |expr: &Expr| guard.ready(&table.name, expr.clone());
        asked.push(Asked { policy: policy.clone(), clause, condition: terms::Taken::apart(expr, &ready)? });
    }
    asked.sort_by_key(|asked| !asked.policy.permissive);
    Ok(Prepared { command, row, asked })
}

fn privileges(whom: &Caller, schema: &Schema, table: &Table, command: Command, (reads, written): (bool, &[Ident])) -> Vec<Granted> {
    let mut needed = vec![command];
    let looks = matches!(command, Command::Update | Command::Delete) || (command == Command::Insert && reads);
    if looks {
        needed.push(Command::Select);
    }
    let rights = Rights::of(whom, schema);
    let granted = |privilege: Command| {
        let granted = rights.as_ref().is_ok_and(|rights| {
            let columns: &[Ident] = if privilege == command { written } else { &[] };
            rights.require_columns(&table.name, privilege, columns).is_ok()
        });
        Granted { privilege, granted }
    };
    needed.into_iter().map(granted).collect()
}
