//! What the page shows that explains.

use serde::{Deserialize, Serialize};
use tenon_model::{Error, Explanation};

use super::choose::Choices;

/// A question about one record, and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WhyModel {
    /// The table.
    pub(crate) table: String,
    /// The record's key as in its address; empty for a new one.
    pub(crate) key: String,
    /// What the record is called.
    pub(crate) title: String,
    /// What would be done.
    pub(crate) command: String,
    /// Who would do it, as `?as=` has it; empty if nobody is chosen yet.
    pub(crate) who: String,
    /// What they are called.
    pub(crate) name: String,
    /// The words that people are looked for with.
    pub(crate) words: String,
    /// Who can be chosen.
    pub(crate) choices: Choices,
    /// The columns, and the new values that the question gives.
    pub(crate) fields: Vec<(String, String)>,
    /// The answer.
    pub(crate) explanation: Option<Explanation>,
    /// Why there is none.
    pub(crate) problem: Option<Error>,
}
