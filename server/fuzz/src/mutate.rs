//! Random changes of good input.

use fastrand::Rng;

use crate::Target;

/// The longest input made, in bytes.
const LONGEST: usize = 64 << 10;

/// Makes inputs for one target; the same seed makes the same inputs.
pub struct Mutator<'a> {
    target: &'a Target,
    random: Rng,
}

impl<'a> Mutator<'a> {
    /// A source of inputs.
    #[must_use]
    pub fn new(target: &'a Target, seed: u64) -> Self {
        Self { target, random: Rng::with_seed(seed) }
    }

    /// The next input: a seed with a few changes.
    pub fn input(&mut self) -> Vec<u8> {
        let mut input = self.seed().to_vec();
        for _ in 0..self.random.usize(0..6) {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        input
    }

    fn seed(&mut self) -> &'a [u8] {
        self.random.choice(self.target.seeds.iter()).map_or(b"", |seed| seed.as_bytes())
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.random.usize(0..=input.len());
        match self.random.u8(0..8) {
            0 if at < input.len() => input[at] ^= 1 << self.random.u8(0..8),
            1 => insert(input, at, &[self.random.u8(..)]),
            2 | 3 => {
                let word = self.random.choice(self.target.words.iter()).map_or("", |word| *word);
                insert(input, at, word.as_bytes());
            }
            4 => {
                let end = self.random.usize(at..=input.len());
                input.drain(at..end);
            }
            5 => {
                let other = self.seed();
                let from = self.random.usize(0..=other.len());
                insert(input, at, &other[from..]);
            }
            6 => self.repeat(input, at),
            _ => insert(input, at, "\u{0}é\u{1F9F0}\u{202E}".as_bytes()),
        }
    }

    /// Repeats a stretch many times: depth and length are what parsers fall over.
    fn repeat(&mut self, input: &mut Vec<u8>, at: usize) {
        let end = self.random.usize(at..=input.len().min(at + 24));
        let times = 1 << self.random.u32(1..12);
        let stretch = input[at..end].repeat(times);
        insert(input, at, &stretch[..stretch.len().min(LONGEST)]);
    }
}

fn insert(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    input.splice(at..at, piece.iter().copied());
}
