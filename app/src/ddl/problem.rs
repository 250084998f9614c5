//! Failures of changes, said to somebody who has filled in a form and seen no SQL.

use tenon_model::Error;

/// A failure as the person at the form needs it: no place in SQL that they did not write, and what to do in the form.
#[must_use]
pub fn for_form(mut error: Error) -> Error {
    error = without_place(error);
    if error.hint.as_deref().is_some_and(|hint| hint.starts_with("add: using ")) {
        error.hint = Some("Go back and check “Convert the values”.".to_owned());
    }
    error
}

/// The failure without the place that its details begin with, `line L, column C`.
#[must_use]
pub fn without_place(mut error: Error) -> Error {
    error.details = error.details.and_then(|details| behind_place(&details).map(str::to_owned));
    error
}

/// What stands behind the place, if anything does.
fn behind_place(details: &str) -> Option<&str> {
    let digits = |text: &str| text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let place = details.strip_prefix("line ").and_then(|rest| rest.get(rest.len() - digits(rest)..)?.strip_prefix(", column "));
    let Some(rest) = place.and_then(|rest| rest.get(rest.len() - digits(rest)..)) else { return Some(details) };
    if rest.is_empty() { None } else { rest.strip_prefix(": ").or(Some(details)) }
}

#[cfg(test)]
mod tests {
    use super::behind_place;

    #[test]
    fn a_place_is_left_out_and_nothing_else() {
        assert_eq!(behind_place("line 1, column 13"), None);
        assert_eq!(behind_place("line 12, column 1: Key (a)=(x)"), Some("Key (a)=(x)"));
        for other in ["", "line", "line 1", "line a, column b", "line 1, column 2 or so", "Key (line 1, column 2: x)"] {
            assert_eq!(behind_place(other), Some(other));
        }
    }
}
