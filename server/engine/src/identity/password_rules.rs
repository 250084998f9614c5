//! What a user's password must be, by the settings.

use tenon_model::{AuthCode, Error, Result};

use super::passwords::MAX_BYTES;
use crate::settings::AuthSettings;

/// The passwords of at least six characters in the frequency list of zxcvbn 4.5.0 (<https://github.com/dwolfhub/zxcvbn-python>,
/// MIT; from Mark Burnett's ten million passwords, in the public domain), one a line, lower-cased, in the order of bytes.
const COMMON: &str = include_str!("common_passwords.txt");

/// What counts as a symbol, as GoTrue has it.
const SYMBOLS: &str = "!@#$%^&*()_+-=[]{};'\\:\"|<>?,./`~";

/// Checks a user's new password.
///
/// # Errors
/// [`AuthCode::WeakPassword`] with details `{"reasons": [..]}` of `length`, `characters` and `pwned`;
/// [`AuthCode::ValidationFailed`] for one that is empty or too long to hash.
pub(crate) fn check_password_rules(settings: &AuthSettings, password: &str) -> Result<()> {
    if password.is_empty() || password.len() > MAX_BYTES {
        return Err(Error::auth(AuthCode::ValidationFailed, "a password has between 1 and 1,024 bytes"));
    }
    let problems: Vec<(&str, String)> =
        [length(settings, password), characters(settings, password), common(settings, password)].into_iter().flatten().collect();
    if problems.is_empty() {
        return Ok(());
    }
    let (reasons, messages): (Vec<&str>, Vec<String>) = problems.into_iter().unzip();
    let details = serde_json::json!({ "reasons": reasons });
    Err(Error::auth(AuthCode::WeakPassword, messages.join(" ")).with_details(details.to_string()))
}

fn length(settings: &AuthSettings, password: &str) -> Option<(&'static str, String)> {
    let least = settings.password_min_length as usize;
    (password.chars().count() < least).then(|| ("length", format!("Password should be at least {least} characters.")))
}

fn characters(settings: &AuthSettings, password: &str) -> Option<(&'static str, String)> {
    let missing: Vec<&str> = settings.password_requires.iter().filter_map(|kind| lacks(kind, password)).collect();
    let message = || format!("Password should contain at least one {}.", missing.join(" and one "));
    (!missing.is_empty()).then(|| ("characters", message()))
}

fn lacks(kind: &str, password: &str) -> Option<&'static str> {
    let (found, name) = match kind {
        "lower" => (password.chars().any(char::is_lowercase), "lower-case letter"),
        "upper" => (password.chars().any(char::is_uppercase), "upper-case letter"),
        "digit" => (password.chars().any(|c| c.is_ascii_digit()), "digit"),
        "symbol" => (password.chars().any(|c| SYMBOLS.contains(c)), "symbol"),
        _ => return None,
    };
    (!found).then_some(name)
}

fn common(settings: &AuthSettings, password: &str) -> Option<(&'static str, String)> {
    let message = "Password is known to be weak and easy to guess, please choose a different one.";
    (settings.password_refuse_common && is_common(password)).then(|| ("pwned", message.to_owned()))
}

/// Whether attackers try it first, whatever its capitals. Looks the lines up where they stand: nothing is kept in memory.
fn is_common(password: &str) -> bool {
    let wanted = password.to_lowercase();
    let mut rest = COMMON;
    while let Some((before, line, after)) = middle_line(rest) {
        match wanted.as_str().cmp(line) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => rest = before,
            std::cmp::Ordering::Greater => rest = after,
        }
    }
    false
}

/// The line around the middle of a text of lines, with what stands before and after it.
fn middle_line(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.get(..text.len() / 2)?.rfind('\n').map_or(0, |at| at + 1);
    let end = text.get(start..)?.find('\n')? + start;
    Some((text.get(..start)?, text.get(start..end)?, text.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_common_password_is_found_and_no_other() {
        assert!(COMMON.lines().count() > 10_000);
        for line in COMMON.lines() {
            assert!(is_common(line), "{line}");
        }
        assert!(is_common("PassWord") && is_common("qwerty123"));
        for rare in ["", "a", "!", "zzzzzzzzzzzzz", "correct horse battery", "é", "passwor d"] {
            assert!(!is_common(rare), "{rare}");
        }
    }

    #[test]
    fn all_reasons_are_told_at_once() {
        let settings = AuthSettings { password_requires: vec!["upper".into(), "digit".into()], ..AuthSettings::default() };
        let error = check_password_rules(&settings, "dragon").unwrap_err();
        assert_eq!(error.code, tenon_model::Code::Auth(AuthCode::WeakPassword));
        assert_eq!(error.details.as_deref(), Some(r#"{"reasons":["length","characters","pwned"]}"#));
        insta::assert_snapshot!(error.message, @"Password should be at least 8 characters. Password should contain at least one upper-case letter and one digit. Password is known to be weak and easy to guess, please choose a different one.");
        check_password_rules(&settings, "Correct horse 1").unwrap();
        let free = AuthSettings { password_min_length: 6, password_refuse_common: false, ..AuthSettings::default() };
        check_password_rules(&free, "dragon").unwrap();
    }

    #[test]
    fn lengths_count_characters_and_symbols_are_gotrues() {
        let settings = AuthSettings { password_requires: vec!["symbol".into()], ..AuthSettings::default() };
        check_password_rules(&settings, "äöüßéèê~").unwrap();
        assert!(check_password_rules(&settings, "äöüßéèêx").is_err());
        for bad in [String::new(), "x".repeat(MAX_BYTES + 1)] {
            let error = check_password_rules(&settings, &bad).unwrap_err();
            assert_eq!(error.code, tenon_model::Code::Auth(AuthCode::ValidationFailed));
        }
    }
}
