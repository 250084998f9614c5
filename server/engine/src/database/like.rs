//! `like` and `ilike` within the limits of the thread; the meaning is [`tenon_model::value::like`]'s.

use tenon_model::value::like::like_until;

use super::watch;

/// Whether `text` fits `pattern`; `None` if a limit of this thread was reached before that was known (see [`watch::stopped`]).
pub(super) fn like(text: &str, pattern: &str) -> Option<bool> {
    like_until(text, pattern, &mut watch::tick)
}

/// As [`like`], whatever the case of either.
pub(super) fn ilike(text: &str, pattern: &str) -> Option<bool> {
    like(&text.to_lowercase(), &pattern.to_lowercase())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{ilike, like, watch};

    #[test]
    fn fits_as_in_postgresql() {
        for (text, pattern, fits) in [
            ("Zürich", "zÜ%", true),
            ("abc", "a_c", true),
            ("abc", "a_", false),
            ("100%", "100\\%", true),
            ("1000", "100\\%", false),
            ("", "%", true),
            ("", "_", false),
            ("aXbXc", "%x%x%", true),
            ("ΑΒΓ", "αβγ", true),
            ("a\\b", "a\\\\b", true),
            ("ΣΊΣΥΦΟΣ", "σίσυφος", true),
            ("İstanbul", "i̇stanbul", true),
        ] {
            assert_eq!(ilike(text, pattern), Some(fits), "{text} ilike {pattern}");
        }
    }

    #[test]
    fn many_runs_cost_no_more_than_their_product() {
        assert_eq!(ilike(&"a".repeat(5_000), &("%a".repeat(50) + "%b")), Some(false));
    }

    #[test]
    fn limits_hold_inside_a_comparison() {
        let _watching = watch::watch(watch::Limits { time: Some(Duration::ZERO), ..watch::Limits::default() });
        assert_eq!(like(&"a".repeat(100_000), &format!("%{}b", "a".repeat(1_000))), None);
        assert_eq!(watch::stopped(), Some(watch::Stop::Deadline));
    }
}
