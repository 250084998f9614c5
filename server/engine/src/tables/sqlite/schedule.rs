//! Which operations are run at which step, so that a table is written anew once for several steps, and not at all if it is
//! dropped in the end.

use super::operation::{Operation, operations};
use crate::tables::step::{Step, Transition};

/// For each step, what is to be run once its obstacles were looked for.
pub(crate) fn schedule(transitions: &[Transition]) -> Vec<Vec<Operation>> {
    let mut all: Vec<Vec<Operation>> = Vec::with_capacity(transitions.len());
    for (i, transition) in transitions.iter().enumerate() {
        let mut now = if is_in_vain(transition, &transitions[i + 1..]) { Vec::new() } else { operations(transition) };
        if let [Operation::Rebuild(rebuild)] = now.as_mut_slice()
            && let Some(earlier) = all.iter_mut().rev().find(|operations| !operations.is_empty())
            && let [Operation::Rebuild(first)] = earlier.as_slice()
            // As long as rows are only copied, what is looked for in them may be looked for before.
            && first.only_copies()
            && first.name() == &rebuild.old.name
        {
            rebuild.old = first.old.clone();
            earlier.clear();
        }
        all.push(now);
    }
    all
}

/// Whether a step loosens a table that goes anyway.
fn is_in_vain(transition: &Transition, later: &[Transition]) -> bool {
    let Step::DropForeignKey { table, .. } = &transition.step else { return false };
    let mut rest = later.iter().map(|t| &t.step);
    let end = rest.find(|step| match step {
        Step::DropTable(name) => name == table,
        Step::DropForeignKey { .. } => false,
        _ => true,
    });
    matches!(end, Some(Step::DropTable(name)) if name == table)
}
