//! Which language a letter is in.

use tenon_model::{Code, Error, Result};

/// A language as templates are kept under it: `de`, `pt-br`.
pub(super) fn normal(tag: &str) -> Option<String> {
    let tag = tag.trim().replace('_', "-").to_ascii_lowercase();
    let mut parts = tag.split('-');
    let language = parts.next().is_some_and(|part| matches!(part.len(), 2 | 3) && part.bytes().all(|b| b.is_ascii_lowercase()));
    let rest = parts.all(|part| matches!(part.len(), 2..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    (language && rest && tag.len() <= 35).then_some(tag)
}

/// As [`normal`], of a language that somebody typed.
///
/// # Errors
/// [`Code::InvalidRecord`] if it is none.
pub(super) fn parse(tag: &str) -> Result<String> {
    let message = "a language is written like de or pt-BR";
    let field = tenon_model::FieldError { column: "locale".into(), code: Code::InvalidValue, message: message.into() };
    normal(tag).ok_or_else(|| Error::new(Code::InvalidRecord, message).with_fields(vec![field]))
}

/// The languages to try, best first: the user's, its language without region, the same of the default, and English.
pub(super) fn candidates(user: Option<&str>, default: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in user.into_iter().chain([default, "en"]) {
        let Some(tag) = normal(tag) else { continue };
        let language = tag.split('-').next().unwrap_or_default().to_owned();
        for candidate in [tag, language] {
            if !found.contains(&candidate) {
                found.push(candidate);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_language_comes_first_and_english_last() {
        assert_eq!(candidates(Some("de_AT"), "fr-CA"), ["de-at", "de", "fr-ca", "fr", "en"]);
        assert_eq!(candidates(Some("../../etc"), ""), ["en"]);
        assert_eq!(candidates(None, "en"), ["en"]);
    }
}
