//! The steps of many statements, one after the other. Dumps write functions before the tables that these speak of, behind
//! `set check_function_bodies = false`: such a function waits until it can be understood.

use std::sync::Arc;

use tenon_model::{Code, Schema};

use super::{
    apply::{self, Misfit},
    change::{Change, Statement},
    step::Transition,
};

/// The steps that each statement takes from a schema on.
///
/// # Errors
/// The statement that does not fit, and why.
pub(super) fn resolve<'s>(
    schema: &Arc<Schema>,
    statements: &'s [Statement],
) -> Result<Vec<Vec<Transition>>, (&'s Statement, Misfit)> {
    let mut current = schema.clone();
    let mut all = Vec::with_capacity(statements.len());
    let (mut late, mut waiting) = (false, Vec::new());
    for statement in statements {
        late |= statement.change == Change::LateFunctions;
        let mut steps = match apply::apply(&current, &statement.change) {
            Ok(steps) => steps,
            Err(misfit) if late && may_wait(statement, &misfit) => {
                waiting.push(statement);
                Vec::new()
            }
            Err(misfit) => return Err((statement, misfit)),
        };
        current = steps.last().map_or(current, |last| last.after.clone());
        if !steps.is_empty() {
            retry(&mut current, &mut waiting, &mut steps)?;
        }
        all.push(steps);
    }
    match waiting.first() {
        None => Ok(all),
        Some(statement) => match apply::apply(&current, &statement.change) {
            Err(misfit) => Err((statement, misfit)),
            Ok(_) => Ok(all),
        },
    }
}

/// Takes those that wait and can be understood now; one may be what another waits for.
fn retry<'s>(
    current: &mut Arc<Schema>,
    waiting: &mut Vec<&'s Statement>,
    steps: &mut Vec<Transition>,
) -> Result<(), (&'s Statement, Misfit)> {
    loop {
        let before = waiting.len();
        let mut still = Vec::new();
        for statement in waiting.drain(..) {
            match apply::apply(current, &statement.change) {
                Ok(made) => {
                    if let Some(last) = made.last() {
                        *current = last.after.clone();
                    }
                    steps.extend(made);
                }
                Err(misfit) if may_wait(statement, &misfit) => still.push(statement),
                Err(misfit) => return Err((statement, misfit)),
            }
        }
        *waiting = still;
        if waiting.len() == before || waiting.is_empty() {
            return Ok(());
        }
    }
}

/// Whether it is a function that speaks of what is not there yet.
fn may_wait(statement: &Statement, misfit: &Misfit) -> bool {
    let code = match misfit {
        Misfit::Somewhere(error) => error.code,
        Misfit::At(located) => located.error.code,
    };
    let missing = matches!(code, Code::UnknownTable | Code::UnknownColumn | Code::UnknownFunction | Code::NotFound);
    missing && matches!(statement.change, Change::CreateFunction(_))
}
