//! Feeds every parser of outside text with changed input: a fixed number of inputs, always the same ones, or for
//! TENON_FUZZ_SECONDS with new ones.

#![allow(clippy::expect_used)]

use std::{
    panic::{self, AssertUnwindSafe},
    time::{Duration, Instant},
};

use tenon_fuzz::{Mutator, TARGETS, Target};

/// Inputs a target in the short run.
const INPUTS: u32 = 5_000;
/// No input of the most 64 KiB may take longer, even on a slow build.
const LONGEST: Duration = Duration::from_secs(10);

fn feed(target: &Target, input: &[u8]) {
    let started = Instant::now();
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    let took = started.elapsed();
    let shown = String::from_utf8_lossy(&input[..input.len().min(2_000)]);
    assert!(outcome.is_ok(), "{} panics at {} bytes: {shown:?}", target.name, input.len());
    assert!(took < LONGEST, "{} took {took:?} for {} bytes: {shown:?}", target.name, input.len());
}

/// The seconds a target, and a seed of this run.
fn long_run() -> Option<(Duration, u64)> {
    let seconds = std::env::var("TENON_FUZZ_SECONDS").ok()?.parse().ok()?;
    let seed =
        std::env::var("TENON_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| u64::from(std::process::id()));
    Some((Duration::from_secs(seconds), seed))
}

fn run(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of this name");
    for seed in target.seeds {
        feed(target, seed.as_bytes());
    }
    let Some((duration, seed)) = long_run() else {
        let mut mutator = Mutator::new(target, 1);
        return (0..INPUTS).for_each(|_| feed(target, &mutator.input()));
    };
    let (mut mutator, started, mut count) = (Mutator::new(target, seed), Instant::now(), 0_u64);
    while started.elapsed() < duration {
        feed(target, &mutator.input());
        count += 1;
    }
    println!("{name}: {count} inputs, seed {seed}");
}

/// One test a target, so that they run beside each other, and a check that none is forgotten.
macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                run(stringify!($name));
            }
        )*

        #[test]
        fn every_target_has_a_test() {
            let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
        }
    };
}

targets!(value, name, filter, select, order, url, ddl, expression, json_body, csv_body, csv_file, key);
