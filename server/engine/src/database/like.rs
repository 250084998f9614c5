//! `like` and `ilike`: patterns with `%` and `_`, `\` as the escape. `ilike` compares lower case, Unicode's full mapping, as
//! PostgreSQL does with an ICU collation.

use super::watch;

/// How many comparisons pass between two looks at the limits.
const COMPARISONS_PER_TICK: u32 = 20_000;

/// Whether `text` fits `pattern`; `None` if a limit of this thread was reached before that was known (see [`watch::stopped`]).
pub(super) fn like(text: &str, pattern: &str) -> Option<bool> {
    let text: Vec<char> = text.chars().collect();
    matches(&text, &parse(pattern))
}

/// As [`like`], whatever the case of either.
pub(super) fn ilike(text: &str, pattern: &str) -> Option<bool> {
    like(&text.to_lowercase(), &pattern.to_lowercase())
}

#[derive(PartialEq)]
enum Piece {
    Exactly(char),
    AnyOne,
    AnyRun,
}

fn parse(pattern: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let piece = match c {
            '%' => Piece::AnyRun,
            '_' => Piece::AnyOne,
            '\\' => Piece::Exactly(chars.next().unwrap_or('\\')),
            c => Piece::Exactly(c),
        };
        // Runs in a row are one.
        if piece != Piece::AnyRun || pieces.last() != Some(&Piece::AnyRun) {
            pieces.push(piece);
        }
    }
    pieces
}

/// Going back to the latest run alone is enough: time grows with the product of the lengths, never exponentially.
fn matches(text: &[char], pieces: &[Piece]) -> Option<bool> {
    let (mut t, mut p) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    let mut comparisons = 0_u32;
    while t < text.len() {
        comparisons += 1;
        if comparisons.is_multiple_of(COMPARISONS_PER_TICK) && watch::tick() {
            return None;
        }
        match pieces.get(p) {
            Some(Piece::AnyRun) => {
                retry = Some((t, p + 1));
                p += 1;
            }
            Some(Piece::AnyOne) => (t, p) = (t + 1, p + 1),
            Some(Piece::Exactly(c)) if *c == text[t] => (t, p) = (t + 1, p + 1),
            _ => match retry {
                Some((from, piece)) => {
                    retry = Some((from + 1, piece));
                    (t, p) = (from + 1, piece);
                }
                None => return Some(false),
            },
        }
    }
    Some(pieces[p..].iter().all(|piece| *piece == Piece::AnyRun))
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
