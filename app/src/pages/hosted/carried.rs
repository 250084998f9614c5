//! What every step hands to the next: where the browser returns to, and with what.

use crate::{data::urls, paths};

/// Where the browser returns to once its person is signed in, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Carried(Vec<(&'static str, String)>);

/// The parameters that are carried. `then` names a step that comes before the return, `link` a link to a provider that waits
/// for its person's word.
const NAMES: [&str; 5] = ["redirect_to", "code_challenge", "code_challenge_method", "then", "link"];

impl Carried {
    /// What a query, or a form's hidden field, carries.
    pub(super) fn parse(query: &str) -> Self {
        let pairs = urls::pairs(query);
        let value = |name: &str| pairs.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.clone());
        Self(NAMES.into_iter().filter_map(|name| Some((name, value(name)?))).collect())
    }

    /// The parameter of this name, if it is there.
    #[cfg(any(test, feature = "ssr"))]
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// Without the link that waited.
    pub(super) fn without_link(mut self) -> Self {
        self.0.retain(|(name, _)| *name != "link");
        self
    }

    /// With a step that comes before the return.
    pub(super) fn then(mut self, step: &str) -> Self {
        self.0.retain(|(name, _)| *name != "then");
        if !step.is_empty() {
            self.0.push(("then", step.to_owned()));
        }
        self
    }

    /// As a query, without the question mark.
    pub(super) fn query(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={}", paths::encode(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// An address of this site with what is carried; it may have a query of its own.
    pub(super) fn to(&self, path: &str) -> String {
        let query = self.query();
        match (query.is_empty(), path.contains('?')) {
            (true, _) => path.to_owned(),
            (false, false) => format!("{path}?{query}"),
            (false, true) => format!("{path}&{query}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_carried_survives_and_nothing_else_does() {
        let carried = Carried::parse("?redirect_to=https%3A%2F%2Fapp.example%2F%3Fa%3D1%26b&x=y&code_challenge=abc&then=");
        assert_eq!(carried.get("redirect_to"), Some("https://app.example/?a=1&b"));
        assert_eq!(carried.get("then"), None);
        assert_eq!(carried.query(), "redirect_to=https%3A%2F%2Fapp.example%2F%3Fa%3D1%26b&code_challenge=abc");
        assert_eq!(Carried::parse(&carried.query()), carried);
        assert_eq!(Carried::default().to("/auth/code"), "/auth/code");
        assert!(carried.to("/auth/code?type=email").starts_with("/auth/code?type=email&redirect_to="));
    }
}
