//! Every parser of outside text as a function of bytes, with seeds and the words of its language, so that one list
//! drives the short run of the tests, the long run of `make fuzz`, and any coverage-guided fuzzer.

mod mutate;
mod targets;

pub use mutate::Mutator;

/// One parser. `run` must neither panic nor take long, whatever it is given; what it returns is of no interest.
pub struct Target {
    /// Its name, as in `make fuzz TARGET=filter`.
    pub name: &'static str,
    /// Good input to start from.
    pub seeds: &'static [&'static str],
    /// Pieces of its language, to put in at random places.
    pub words: &'static [&'static str],
    /// Feeds the parser, and checks the laws that hold of what it accepts.
    pub run: fn(&[u8]),
}

/// All parsers of outside text.
pub use targets::TARGETS;
