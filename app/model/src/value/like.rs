//! `like` and `ilike`: patterns with `%` and `_`, `\` as the escape. `ilike` compares lower case, Unicode's full mapping, as
//! PostgreSQL does with an ICU collation.

/// How many comparisons pass between two looks at whether to stop.
const COMPARISONS_PER_LOOK: u32 = 20_000;

/// Whether `text` fits `pattern`.
#[must_use]
pub fn like(text: &str, pattern: &str) -> bool {
    like_until(text, pattern, &mut || false).unwrap_or(false)
}

/// As [`like`], whatever the case of either.
#[must_use]
pub fn ilike(text: &str, pattern: &str) -> bool {
    like(&text.to_lowercase(), &pattern.to_lowercase())
}

/// As [`like`], for long texts: asks `stop` now and then, and is `None` if it said so before the answer was known.
pub fn like_until(text: &str, pattern: &str, stop: &mut dyn FnMut() -> bool) -> Option<bool> {
    let text: Vec<char> = text.chars().collect();
    matches(&text, &parse(pattern), stop)
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
fn matches(text: &[char], pieces: &[Piece], stop: &mut dyn FnMut() -> bool) -> Option<bool> {
    let (mut t, mut p) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    let mut comparisons = 0_u32;
    while t < text.len() {
        comparisons += 1;
        if comparisons.is_multiple_of(COMPARISONS_PER_LOOK) && stop() {
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
