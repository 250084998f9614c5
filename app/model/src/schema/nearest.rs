//! What was probably meant by a mistyped name.

use crate::Ident;

/// The name nearest to a mistyped one, if any is near (at most a third of its letters wrong).
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a Ident>) -> Option<&'a Ident> {
    let all: Vec<&Ident> = candidates.collect();
    let found = nearest_name(name, all.iter().map(|c| c.as_str()))?;
    all.into_iter().find(|c| c.as_str() == found)
}

/// As for names of the schema, of any texts.
pub fn nearest_name<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.chars().take(64).flat_map(char::to_lowercase).collect();
    candidates
        .map(|c| (edit_distance(&wanted, &c.chars().flat_map(char::to_lowercase).collect::<Vec<_>>()), c))
        .filter(|(distance, _)| *distance <= (wanted.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

/// Levenshtein's distance.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut previous = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = previous + usize::from(x != y);
            previous = row[j + 1];
            row[j + 1] = replaced.min(previous + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
