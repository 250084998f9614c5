//! User tokens that were verified: their signature costs more than most requests.

use std::collections::HashMap;

use tenon_model::{Caller, Result};

use super::keys::expired;

/// Remembered user tokens; beyond, the memory starts afresh.
const MAX_REMEMBERED: usize = 10_000;
/// What remembered tokens may weigh in all. Users make theirs larger by their metadata. Bytes.
const MAX_WEIGHT: usize = 24 << 20;
/// So many bytes at the end of a token, which is the end of its signature, tell it from others: as telling as the whole, and
/// much faster to look up.
const END: usize = 32;

/// Tokens that were verified, and until when they last.
#[derive(Default)]
pub(super) struct Remembered {
    tokens: HashMap<[u8; END], Known>,
    weight: usize,
    /// How often all were forgotten: what was verified by the keys before must not be remembered after them.
    age: u64,
}

struct Known {
    token: Box<str>,
    caller: Caller,
    /// When it ends, in seconds since 1970.
    ends: i64,
}

impl Remembered {
    /// How often all were forgotten.
    pub(super) fn age(&self) -> u64 {
        self.age
    }

    /// Who a token is, if it is remembered.
    pub(super) fn get(&self, token: &str, now: i64) -> Option<Result<Caller>> {
        let known = self.tokens.get(token.as_bytes().last_chunk::<END>()?)?;
        (*known.token == *token).then(|| if known.ends > now { Ok(known.caller.clone()) } else { Err(expired()) })
    }

    /// Remembers a token that was verified at this age.
    pub(super) fn note(&mut self, age: u64, token: &str, caller: Caller, ends: i64) {
        let Some(end) = token.as_bytes().last_chunk::<END>() else { return };
        if self.age != age || self.tokens.contains_key(end) {
            return;
        }
        if self.tokens.len() >= MAX_REMEMBERED || self.weight + token.len() > MAX_WEIGHT {
            self.clear();
        }
        self.weight += token.len();
        self.tokens.insert(*end, Known { token: token.into(), caller, ends });
    }

    /// Forgets all of them, because what makes them valid has changed.
    pub(super) fn forget(&mut self) {
        self.clear();
        self.age += 1;
    }

    fn clear(&mut self) {
        self.tokens.clear();
        self.weight = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_bounded_and_outlives_no_change_of_keys() {
        let mut remembered = Remembered::default();
        let note = |remembered: &mut Remembered, token: &str| remembered.note(0, token, Caller::anon(), 0);
        let large = |n: usize| format!("{n:0>16384}");
        for n in 0..MAX_WEIGHT / 16_384 {
            note(&mut remembered, &large(n));
            note(&mut remembered, &large(n));
        }
        assert_eq!((remembered.tokens.len(), remembered.weight), (1536, MAX_WEIGHT));
        note(&mut remembered, &large(1_000_000));
        assert_eq!(remembered.tokens.len(), 1);
        (0..MAX_REMEMBERED).for_each(|n| note(&mut remembered, &format!("{n:0>32}")));
        assert!(remembered.tokens.len() <= MAX_REMEMBERED);
        remembered.forget();
        note(&mut remembered, &large(0));
        assert!(remembered.tokens.is_empty());
    }
}
