//! Why somebody may do something to a row, or may not: which privileges and policies were asked, and what each saw.

use serde::{Deserialize, Serialize};

use crate::Command;

/// The answer to one question: may this one do that to this row, and why?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The table.
    pub table: String,
    /// What would be done.
    pub command: Command,
    /// The role of whom it is about.
    pub role: String,
    /// The id of the user whom it is about, if it is a user.
    pub user: Option<String>,
    /// Whether it is allowed.
    pub allowed: bool,
    /// What decided, in a sentence.
    pub reason: String,
    /// The privileges on the table that it takes.
    pub privileges: Vec<Granted>,
    /// Whether policies are asked: row level security is on, and the role is not past it.
    pub bound: bool,
    /// What policies were asked, in order; empty where they are not.
    pub steps: Vec<Step>,
}

/// A privilege on the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// Which one.
    pub privilege: Command,
    /// Whether the role has it.
    pub granted: bool,
}

/// What the policies for one command say of one state of the row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The command whose policies are asked; besides the one that is done that is `select`, where it looks at the row.
    pub command: Command,
    /// Which state of the row.
    pub row: RowState,
    /// Whether they let it through: a permissive one does, and all restrictive ones do.
    pub passed: bool,
    /// Those that are about the role and the command: permissive ones first.
    pub policies: Vec<PolicyAnswer>,
}

/// A state of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// As it is there: `using` is asked.
    Before,
    /// As it would be written: `with check` is asked.
    After,
}

/// What one policy says of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyAnswer {
    /// Its name.
    pub policy: String,
    /// Whether it allows, or restricts what others allow.
    pub permissive: bool,
    /// Which of its clauses was asked.
    pub clause: Clause,
    /// What it came to; none is null, which does not pass. Also none if it could not be computed.
    pub result: Option<bool>,
    /// What it tells those whom it refuses (`comment on policy`).
    pub message: Option<String>,
    /// The condition, taken apart.
    pub condition: Term,
}

/// A clause of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clause {
    /// `using`.
    Using,
    /// `with check`.
    Check,
}

/// A condition, or a part of one between `and`, `or` and `not`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// How it is put together.
    pub kind: TermKind,
    /// It, in SQL.
    pub sql: String,
    /// What it came to; none is null.
    pub result: Option<bool>,
    /// Whether it is what made the whole come to what it did.
    pub decides: bool,
    /// Why it could not be computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What it looked at, and the values it saw; of a single condition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Seen>,
    /// Its parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<Term>,
}

/// How a term is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// All of its parts.
    And,
    /// Any of its parts.
    Or,
    /// Its part does not hold.
    Not,
    /// A single condition.
    Condition,
}

/// A value that a condition saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// What it is of: a column, or `auth.uid()` and the like.
    pub of: String,
    /// The value as text; none is null.
    pub value: Option<String>,
}

impl Step {
    /// The policies that kept the row from passing: restrictive ones that do not hold, or else all permissive ones if none does.
    #[must_use]
    pub fn refusing(&self) -> Vec<&PolicyAnswer> {
        let failing = |permissive: bool| self.policies.iter().filter(move |p| p.permissive == permissive && p.result != Some(true));
        let restrictive: Vec<_> = failing(false).collect();
        let opened = self.policies.iter().any(|p| p.permissive && p.result == Some(true));
        if !restrictive.is_empty() {
            restrictive
        } else if opened {
            Vec::new()
        } else {
            failing(true).collect()
        }
    }
}

impl Term {
    /// The single conditions that decided.
    #[must_use]
    pub fn deciding(&self) -> Vec<&Self> {
        if !self.decides {
            return Vec::new();
        }
        if self.terms.is_empty() { vec![self] } else { self.terms.iter().flat_map(Self::deciding).collect() }
    }

    /// Marks what made it come to what it did.
    pub fn mark(&mut self) {
        self.decides = true;
        let result = self.result;
        for term in &mut self.terms {
            if self.kind == TermKind::Not || term.result == result {
                term.mark();
            }
        }
    }
}

impl Explanation {
    /// What decided, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        if let Some(missing) = self.privileges.iter().find(|p| !p.granted) {
            return format!("{} has not been granted {} on {}.", self.role, missing.privilege.as_str(), self.table);
        }
        if !self.bound {
            return format!("No policy is asked: row level security of {} is off, or {} is past it.", self.table, self.role);
        }
        match self.steps.iter().find(|step| !step.passed) {
            Some(step) => refusal(step),
            None => {
                let opens = |step: &Step| {
                    let names = step.policies.iter().filter(|p| p.permissive && p.result == Some(true)).map(|p| p.policy.as_str());
                    names.map(|name| format!("“{name}”")).collect::<Vec<_>>()
                };
                let mut names: Vec<String> = self.steps.iter().flat_map(opens).collect();
                names.sort();
                names.dedup();
                format!("Allowed by {}.", names.join(", "))
            }
        }
    }
}

fn refusal(step: &Step) -> String {
    let (command, what) = match step.row {
        RowState::Before => (step.command.as_str(), "the row as it is"),
        RowState::After => (step.command.as_str(), "the row as it would be written"),
    };
    let refusing = step.refusing();
    if refusing.is_empty() {
        return format!("No policy for {command} is about this role, and without one nothing is allowed.");
    }
    let names: Vec<String> = refusing.iter().map(|policy| format!("“{}”", policy.policy)).collect();
    let deciding = refusing.iter().flat_map(|policy| policy.condition.deciding());
    let conditions: Vec<String> = deciding.map(|term| format!("{} {}", term.sql, said(term))).collect();
    let (names, conditions) = (names.join(", "), conditions.join("; "));
    if refusing.iter().all(|policy| policy.permissive) {
        format!("No policy for {command} lets {what} through ({names}): {conditions}.")
    } else {
        format!("{names} restricts {command} and does not let {what} through: {conditions}.")
    }
}

fn said(term: &Term) -> &'static str {
    match (term.result, &term.error) {
        (_, Some(_)) => "cannot be computed",
        (Some(true), _) => "is true",
        (Some(false), _) => "is false",
        (None, _) => "is null",
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn leaf(sql: &str, result: Option<bool>) -> Term {
        Term {
            kind: TermKind::Condition,
            sql: sql.to_owned(),
            result,
            decides: false,
            error: None,
            seen: Vec::new(),
            terms: Vec::new(),
        }
    }

    fn node(kind: TermKind, result: Option<bool>, terms: Vec<Term>) -> Term {
        Term { kind, terms, ..leaf("", result) }
    }

    fn deciding(mut term: Term) -> String {
        term.mark();
        term.deciding().iter().map(|term| term.sql.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_decides_is_what_came_to_the_same() {
        let (yes, no, null) = (Some(true), Some(false), None);
        let and = node(TermKind::And, no, vec![leaf("a", yes), leaf("b", no), leaf("c", null), leaf("d", no)]);
        assert_eq!(deciding(and), "b d");
        let or = node(TermKind::Or, null, vec![leaf("a", no), leaf("b", null)]);
        assert_eq!(deciding(or), "b");
        let not = node(TermKind::Not, no, vec![node(TermKind::Or, yes, vec![leaf("a", yes), leaf("b", no)])]);
        assert_eq!(deciding(not), "a");
        assert_eq!(deciding(leaf("x", null)), "x");
    }

    #[test]
    fn a_restriction_refuses_before_what_allows() {
        let policy = |name: &str, permissive, result| PolicyAnswer {
            policy: name.to_owned(),
            permissive,
            clause: Clause::Using,
            result,
            message: None,
            condition: leaf("x", result),
        };
        let refusing = |policies: Vec<PolicyAnswer>| {
            let step = Step { command: Command::Select, row: RowState::Before, passed: false, policies };
            step.refusing().iter().map(|policy| policy.policy.clone()).collect::<Vec<_>>().join(" ")
        };
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(refusing(vec![policy("a", true, no), policy("b", true, None), policy("c", false, yes)]), "a b");
        assert_eq!(refusing(vec![policy("a", true, no), policy("b", true, yes)]), "");
        assert_eq!(refusing(vec![policy("a", true, no), policy("c", false, None)]), "c");
    }
}
