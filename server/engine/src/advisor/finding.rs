//! How findings are put together.

use tenon_model::{
    Ident, Table,
    advice::{Advice, AdviceKind, Severity},
};

/// A finding about a table; who finds it adds the rest.
pub(super) fn finding(kind: AdviceKind, severity: Severity, table: &Table, what: impl Into<String>) -> Advice {
    Advice {
        key: format!("{}:{}", kind.as_str(), table.name),
        kind,
        severity,
        table: table.name.clone(),
        policy: None,
        columns: Vec::new(),
        what: what.into(),
        why: String::new(),
        remedy: String::new(),
        wants_index: false,
        dismissed: None,
    }
}

/// Adds to a finding.
pub(super) trait Told: Sized {
    /// Why it matters.
    fn why(self, why: impl Into<String>) -> Self;
    /// What to do.
    fn remedy(self, remedy: impl Into<String>) -> Self;
    /// The policy that it is about.
    fn policy(self, name: &Ident) -> Self;
    /// The columns that it is about.
    fn columns(self, names: Vec<Ident>) -> Self;
    /// What tells it from others of its kind and table.
    fn part(self, part: &str) -> Self;
}

impl Told for Advice {
    fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    fn policy(mut self, name: &Ident) -> Self {
        self.policy = Some(name.clone());
        self.part(name.as_str())
    }

    fn columns(mut self, names: Vec<Ident>) -> Self {
        let all = names.iter().map(Ident::as_str).collect::<Vec<_>>().join(",");
        self.columns = names;
        self.part(&all)
    }

    fn part(mut self, part: &str) -> Self {
        self.key.push(':');
        self.key.push_str(part);
        self
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed<T: AsRef<str>>(parts: &[T]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [rest @ .., last] => format!("{} and {}", rest.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", "), last.as_ref()),
    }
}
