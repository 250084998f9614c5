//! Which statements are kept prepared. Diesel's caches have no bound, and clients choose the shapes of their requests: only
//! shapes that come again are kept, and only so many.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    sync::atomic::{AtomicU8, Ordering},
};

use parking_lot::RwLock;

/// So many shapes are kept prepared by each connection.
const MOST: usize = 256;
/// A shape is kept from its third coming on.
const COMINGS: u8 = 2;
/// Shapes are counted by a part of their hash: a few share a counter, which does no harm.
const COUNTERS: usize = 4_096;

static KEPT: RwLock<Option<HashSet<u64>>> = RwLock::new(None);
static SEEN: [AtomicU8; COUNTERS] = [const { AtomicU8::new(0) }; COUNTERS];

/// Whether a statement of this text is kept prepared.
pub(super) fn is_kept(text: &str) -> bool {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let hash = hasher.finish();
    if KEPT.read().as_ref().is_some_and(|kept| kept.contains(&hash)) {
        return true;
    }
    let counter = &SEEN[usize::try_from(hash % COUNTERS as u64).unwrap_or(0)];
    let seen = counter.load(Ordering::Relaxed);
    if seen < COMINGS {
        counter.store(seen + 1, Ordering::Relaxed);
        return false;
    }
    let mut kept = KEPT.write();
    let kept = kept.get_or_insert_with(HashSet::new);
    kept.len() < MOST && kept.insert(hash)
}

#[cfg(test)]
mod tests {
    use super::is_kept;

    #[test]
    fn only_what_comes_again_is_kept() {
        let kept: Vec<bool> = (0..4).map(|_| is_kept("select a shape of its own")).collect();
        assert_eq!(kept, [false, false, true, true]);
    }
}
