//! What a form or an address holds.

use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

/// The fields of a form, in order; a name may stand several times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// The first value of that name without blanks around it; empty if there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// All values of that name that are not empty.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether a box of that name is checked.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.get(name) == "true"
    }

    /// These fields, if they are of the form for that change: a page may hold several forms.
    #[must_use]
    pub fn typed_for(&self, change: &str) -> Option<&Self> {
        (self.get("do") == change).then_some(self)
    }

    /// These fields and one more.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The fields as an address's query, without those named.
    #[must_use]
    pub fn query_without(&self, names: &[&str]) -> String {
        let kept = self.0.iter().filter(|(key, _)| !names.contains(&key.as_str()));
        let pairs: Vec<_> =
            kept.map(|(key, value)| format!("{}={}", crate::paths::encode(key), crate::paths::encode(value))).collect();
        pairs.join("&")
    }
}

impl From<&ParamsMap> for Params {
    fn from(map: &ParamsMap) -> Self {
        Self(map.clone().into_iter().map(|(key, value)| (key.into_owned(), value)).collect())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Params {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }
}
