//! What the advisor finds in a schema and its data.

use serde::{Deserialize, Serialize};

use crate::Ident;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Strangers reach what they should not.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The severity's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdviceKind {
    /// A table is granted to a role while row level security is off.
    OpenTable,
    /// A table has policies, and row level security is off.
    IdlePolicies,
    /// Row level security is on, and no policy allows anything that is granted.
    NoPolicy,
    /// A policy's condition holds for every row.
    AlwaysTrue,
    /// A policy's condition holds for no row.
    NeverTrue,
    /// A signed-in stranger passes a policy.
    Stranger,
    /// A policy compares columns that no index finds.
    PolicyIndex,
    /// A policy compares what no index can find.
    Unindexable,
    /// A column that is probably secret can be read.
    Secret,
    /// A foreign key whose columns no index finds.
    ForeignKeyIndex,
}

impl AdviceKind {
    /// The kind's name, with which keys begin.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenTable => "open_table",
            Self::IdlePolicies => "idle_policies",
            Self::NoPolicy => "no_policy",
            Self::AlwaysTrue => "always_true",
            Self::NeverTrue => "never_true",
            Self::Stranger => "stranger",
            Self::PolicyIndex => "policy_index",
            Self::Unindexable => "unindexable",
            Self::Secret => "secret",
            Self::ForeignKeyIndex => "foreign_key_index",
        }
    }
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// What it is known by from one look to the next: its kind, the table and what of it.
    pub key: String,
    /// What it is about.
    pub kind: AdviceKind,
    /// How much it matters.
    pub severity: Severity,
    /// The table.
    pub table: Ident,
    /// The policy, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Ident>,
    /// The columns, if it is about some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Ident>,
    /// What was found, in a sentence.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// The index over `columns` of `table` would mend it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wants_index: bool,
    /// Somebody has looked at it and let it be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<Dismissal>,
}

/// Why a finding is let be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissal {
    /// The reason given.
    pub reason: String,
    /// Who gave it.
    pub who: String,
    /// When, in RFC 3339, UTC.
    pub at: String,
}

/// What the advisor found at one look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advised {
    /// The findings, worst first, those let be among them.
    pub findings: Vec<Advice>,
    /// Tables whose rows there was no time to look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Ident>,
}

impl Advised {
    /// The findings that nobody has let be.
    pub fn open(&self) -> impl Iterator<Item = &Advice> {
        self.findings.iter().filter(|advice| advice.dismissed.is_none())
    }
}
