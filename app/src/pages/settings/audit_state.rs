//! What of the audit log is shown, as the address has it.

use serde::{Deserialize, Serialize};

use crate::paths::encode;

/// What of the audit log is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AuditState {
    pub(super) action: String,
    pub(super) user: String,
    /// Days, both of them among what is shown.
    pub(super) since: String,
    pub(super) until: String,
    pub(super) before: Option<u64>,
    pub(super) verify: bool,
}

impl AuditState {
    /// What a query says, without its question mark.
    #[cfg(any(feature = "ssr", test))]
    pub(super) fn parse(query: &str) -> Self {
        let mut state = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
            let short = || value.trim().chars().take(100).collect::<String>();
            let is_day = value.len() == 10 && value.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            match &*name {
                "action" => state.action = short(),
                "user" => state.user = short().to_lowercase(),
                "since" if is_day => state.since = value.into_owned(),
                "until" if is_day => state.until = value.into_owned(),
                "before" => state.before = value.parse().ok(),
                "verify" => state.verify = value == "1",
                _ => {}
            }
        }
        state
    }

    fn href(&self, path: &str, more: &[(&str, &str)]) -> String {
        let own = [("action", &*self.action), ("user", &*self.user), ("since", &*self.since), ("until", &*self.until)];
        let parts = own.iter().chain(more).filter(|(_, value)| !value.is_empty());
        let query = parts.map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&");
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The address of the entries before one.
    pub(super) fn before(&self, number: u64) -> String {
        self.href("/settings/audit", &[("before", &number.to_string())])
    }

    /// The address of the newest.
    pub(super) fn newest(&self) -> String {
        self.href("/settings/audit", &[])
    }

    /// The address that looks at every entry.
    pub(super) fn verified(&self) -> String {
        self.href("/settings/audit", &[("verify", "1")])
    }

    /// The address of a file of all that is shown.
    pub(super) fn export(&self, format: &str) -> String {
        self.href("/settings/audit/export", &[("format", format)])
    }

    /// What the engine is asked.
    #[cfg(feature = "ssr")]
    pub(super) fn filter(&self) -> tenon_engine::audit::AuditFilter {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        tenon_engine::audit::AuditFilter {
            action: given(&self.action),
            user: given(&self.user),
            since: given(&self.since),
            // Every moment of a day is its date and a T.
            until: given(&self.until).map(|day| format!("{day}U")),
            before: self.before.and_then(|number| i64::try_from(number).ok()),
            limit: 50,
            ..tenon_engine::audit::AuditFilter::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_what_is_shown() {
        let state = AuditState::parse("?action=user.&user=ABC&since=2026-01-01&until=tomorrow&before=7&verify=1");
        assert_eq!((state.action.as_str(), state.user.as_str(), state.until.as_str()), ("user.", "abc", ""));
        assert!(state.verify && state.before == Some(7));
        assert_eq!(state.before(3), "/settings/audit?action=user.&user=abc&since=2026-01-01&before=3");
        assert_eq!(AuditState::default().newest(), "/settings/audit");
    }
}
