//! Roles in the Studio.

/// Each choice of a role, with its meaning.
pub(super) const ROLES: &[(&str, &str)] = &[
    ("", "none: does not come in"),
    ("member", "member: works with records"),
    ("builder", "builder: shapes tables too"),
    ("owner", "owner: manages users and keys too"),
];

/// The choices as a field takes them.
pub(super) fn options() -> Vec<(String, String)> {
    ROLES.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
}

/// The role that a form names; empty is none.
#[cfg(feature = "ssr")]
pub(super) fn parse(name: &str) -> crate::errors::Result<Option<tenon_model::StudioRole>> {
    let unknown = || crate::AppError::field("role", "Choose a role.");
    if name.is_empty() {
        return Ok(None);
    }
    tenon_model::StudioRole::parse(name).map(Some).ok_or_else(unknown)
}
