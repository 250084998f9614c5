//! `ilike`: patterns with `%` and `_`, `\` as the escape, case folded as Unicode's simple mapping does.

/// Whether `text` fits `pattern`, whatever the case of either.
pub(super) fn ilike(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().map(fold).collect();
    matches(&text, &parse(pattern))
}

/// One character's lower case, if that is one character; itself otherwise.
fn fold(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(folded), None) => folded,
        _ => c,
    }
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
            '\\' => Piece::Exactly(fold(chars.next().unwrap_or('\\'))),
            c => Piece::Exactly(fold(c)),
        };
        // Runs in a row are one.
        if piece != Piece::AnyRun || pieces.last() != Some(&Piece::AnyRun) {
            pieces.push(piece);
        }
    }
    pieces
}

/// Going back to the latest run alone is enough: time grows with the product of the lengths, never exponentially.
fn matches(text: &[char], pieces: &[Piece]) -> bool {
    let (mut t, mut p) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
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
                None => return false,
            },
        }
    }
    pieces[p..].iter().all(|piece| *piece == Piece::AnyRun)
}

#[cfg(test)]
mod tests {
    use super::ilike;

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
        ] {
            assert_eq!(ilike(text, pattern), fits, "{text} ilike {pattern}");
        }
    }

    #[test]
    fn many_runs_cost_no_more_than_their_product() {
        assert!(!ilike(&"a".repeat(5_000), &("%a".repeat(50) + "%b")));
    }
}
