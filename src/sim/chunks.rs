//! What a rule of the civil calendar says, worked out for a stretch of time when it is first asked.
//!
//! Simulated time is cut into chunks of about a year (2³⁵ ms, 398 days). Each is built once, by
//! whoever comes first, and then shared by all threads; what it holds depends on the rule alone.

use std::sync::OnceLock;

/// Chunks: 2,400 of them reach beyond ten times the longest time that can be written.
const COUNT: usize = 2_400;
const BITS: u32 = 35;

/// Values for each chunk of simulated time, built when asked for.
#[derive(Debug)]
pub(super) struct Chunks<T>(Box<[OnceLock<Box<T>>]>);

impl<T> Chunks<T> {
    pub fn new() -> Self {
        Self((0..COUNT).map(|_| OnceLock::new()).collect())
    }

    /// Returns the number of the chunk that an instant (ms since time 0) lies in.
    pub fn index(at: u64) -> usize {
        usize::try_from(at >> BITS).unwrap_or(usize::MAX)
    }

    /// Returns the first instant of a chunk.
    pub fn start(index: usize) -> u64 {
        (index as u64) << BITS
    }

    /// Returns a chunk, or nothing past the last one. `build` is given the chunk before.
    ///
    /// Those before are built first, so that values can be carried from one to the next.
    pub fn at(&self, index: usize, build: impl Fn(usize, Option<&T>) -> T) -> Option<&T> {
        let cell = self.0.get(index)?;
        if let Some(chunk) = cell.get() {
            return Some(chunk);
        }
        let first = self.0[..index]
            .iter()
            .rposition(|before| before.get().is_some())
            .map_or(0, |last| last + 1);
        for at in first..=index {
            let before = at.checked_sub(1).and_then(|before| self.0[before].get());
            self.0[at].get_or_init(|| Box::new(build(at, before.map(AsRef::as_ref))));
        }
        cell.get().map(AsRef::as_ref)
    }
}
