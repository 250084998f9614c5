//! What the list of users shows, as the address has it.

use serde::{Deserialize, Serialize};

use crate::paths::encode;

/// Users on a page.
pub(super) const PER_PAGE: u64 = 50;

/// What the list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UsersState {
    pub(super) q: String,
    pub(super) show: String,
    pub(super) sort: String,
    pub(super) page: u64,
}

/// Each choice of users, with its name on screen.
pub(super) const SHOW: &[(&str, &str)] = &[
    ("", "Everyone"),
    ("confirmed", "Confirmed"),
    ("unconfirmed", "Not confirmed"),
    ("banned", "Banned"),
    ("anonymous", "Anonymous"),
    ("studio", "Works in the Studio"),
    ("owner", "Owners"),
    ("builder", "Builders"),
    ("member", "Members"),
    ("deleted", "Deleted"),
];

/// Each order, with its name on screen.
pub(super) const SORT: &[(&str, &str)] = &[
    ("", "Newest first"),
    ("created", "Oldest first"),
    ("email", "By e-mail"),
    ("-email", "By e-mail, from the end"),
    ("-sign-in", "Last signed in first"),
    ("sign-in", "Longest not signed in"),
];

impl UsersState {
    /// What a query says, without its question mark. What it does not know it leaves out.
    #[cfg(any(feature = "ssr", test))]
    pub(super) fn parse(query: &str) -> Self {
        let mut state = Self { page: 1, ..Self::default() };
        for (name, value) in url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
            let known = |all: &[(&str, &str)]| all.iter().any(|(key, _)| *key == value);
            match &*name {
                "q" => state.q = value.chars().take(200).collect(),
                "show" if known(SHOW) => state.show = value.into_owned(),
                "sort" if known(SORT) => state.sort = value.into_owned(),
                "page" => state.page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
                _ => {}
            }
        }
        state
    }

    /// The address of another page of the same.
    pub(super) fn at(&self, page: u64) -> String {
        let mut parts = Vec::new();
        for (name, value) in [("q", &self.q), ("show", &self.show), ("sort", &self.sort)] {
            if !value.is_empty() {
                parts.push(format!("{name}={}", encode(value)));
            }
        }
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        if parts.is_empty() { "/users".to_owned() } else { format!("/users?{}", parts.join("&")) }
    }

    /// What the engine is asked.
    #[cfg(feature = "ssr")]
    pub(super) fn query(&self) -> tenon_engine::identity::UserQuery {
        use tenon_engine::identity::{UserQuery, UserSort, UserState};
        let state = match self.show.as_str() {
            "confirmed" => UserState::Confirmed,
            "unconfirmed" => UserState::Unconfirmed,
            "banned" => UserState::Banned,
            "anonymous" => UserState::Anonymous,
            "studio" => UserState::Studio,
            "deleted" => UserState::Deleted,
            other => tenon_model::StudioRole::parse(other).map_or(UserState::Any, UserState::Role),
        };
        let sort = match self.sort.trim_start_matches('-') {
            "email" => UserSort::Email,
            "sign-in" => UserSort::LastSignIn,
            _ => UserSort::Created,
        };
        UserQuery {
            search: self.q.clone(),
            state,
            sort,
            descending: self.sort.is_empty() || self.sort.starts_with('-'),
            page: u32::try_from(self.page).unwrap_or(1),
            per_page: u32::try_from(PER_PAGE).unwrap_or(50),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_what_is_shown() {
        let state = UsersState::parse("q=a%40b+c&show=banned&sort=-email&page=3&x=y");
        assert_eq!(state, UsersState { q: "a@b c".into(), show: "banned".into(), sort: "-email".into(), page: 3 });
        assert_eq!(state.at(4), "/users?q=a%40b%20c&show=banned&sort=-email&page=4");
        assert_eq!(UsersState::parse("show=all&sort=x&page=0").at(1), "/users");
    }
}
