//! How many cases a property is tried with, and which.

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// Returns what a property is tried with: so many cases, and the same ones wherever and whenever
/// the tests run, so that a change passes or fails by itself alone.
///
/// With `PROPTEST_RNG_SEED` in the environment they are others.
pub fn cases(count: u32) -> ProptestConfig {
    let config = ProptestConfig::with_cases(count);
    match config.rng_seed {
        RngSeed::Random => ProptestConfig {
            rng_seed: RngSeed::Fixed(1),
            ..config
        },
        RngSeed::Fixed(_) => config,
    }
}
