//! What items remember of their own: visits, ways gone over, counted ways back, joins.
//!
//! Flat tables with one row for each item inside. Rows are used again; a plan in which no item can
//! come to a place twice has no rows at all.

use super::plan::{NONE, Plan};

/// A join way over which nothing valid has come.
pub(super) const ABSENT: u32 = NONE;
/// A join way over which something has come that has gone on.
pub(super) const PASSED: u32 = NONE - 1;

/// Fills the `at`-th piece of a list. Nothing is not filled at all: filling no bytes at an address
/// that is none costs some processors a hundred cycles.
fn fill<T: Copy>(list: &mut [T], piece: usize, at: usize, value: T) {
    if piece > 0 {
        list[at * piece..(at + 1) * piece].fill(value);
    }
}

/// The rows of all items.
#[derive(Debug)]
pub(super) struct Memory {
    /// How many rows there are.
    rows: usize,
    /// By item and remembered stage: visits begun · 2 + whether one was finished.
    visits: Vec<u32>,
    /// By item and remembered handoff, one bit: gone over.
    passed: Vec<u64>,
    /// By item and counted handoff: how often it went back over it.
    counts: Vec<u32>,
    /// By item and join way: a token, `ABSENT` or `PASSED`.
    joins: Vec<u32>,
    stages: usize,
    handoff_words: usize,
    counted: usize,
    join_ways: usize,
    /// Whether items remember anything.
    remembers: bool,
}

impl Memory {
    /// Makes room for what the items of a plan remember.
    pub fn new(plan: &Plan) -> Self {
        let join_ways = plan.routings.iter().map(|routing| routing.join_ways).max();
        let join_ways = join_ways.unwrap_or(0) as usize;
        let (stages, handoffs) = (plan.memory_stages, plan.memory_handoffs);
        let counted = plan.counted_handoffs;
        Self {
            rows: 0,
            visits: Vec::new(),
            passed: Vec::new(),
            counts: Vec::new(),
            joins: Vec::new(),
            stages,
            handoff_words: handoffs.div_ceil(64),
            counted,
            join_ways,
            remembers: stages + handoffs + counted + join_ways > 0,
        }
    }

    /// Adds the row of one more item.
    pub fn grow(&mut self) {
        self.rows += 1;
        let n = self.rows;
        self.visits.resize(n * self.stages, 0);
        self.passed.resize(n * self.handoff_words, 0);
        self.counts.resize(n * self.counted, 0);
        self.joins.resize(n * self.join_ways, ABSENT);
    }

    /// Forgets everything of a row, for the next item.
    #[inline]
    pub fn forget(&mut self, row: u32) {
        if self.remembers {
            self.clear(row as usize);
        }
    }

    fn clear(&mut self, at: usize) {
        fill(&mut self.visits, self.stages, at, 0);
        fill(&mut self.passed, self.handoff_words, at, 0);
        fill(&mut self.counts, self.counted, at, 0);
        fill(&mut self.joins, self.join_ways, at, ABSENT);
    }

    /// Counts a visit begun. Returns its pass, and whether one was finished before.
    #[inline]
    pub fn begin_visit(&mut self, item: u32, memory: u32) -> (u32, bool) {
        if memory == NONE {
            return (0, false);
        }
        let visits = &mut self.visits[item as usize * self.stages + memory as usize];
        let before = *visits;
        *visits += 2;
        (before >> 1, before & 1 == 1)
    }

    #[inline]
    pub fn finish_visit(&mut self, item: u32, memory: u32) {
        if memory != NONE {
            self.visits[item as usize * self.stages + memory as usize] |= 1;
        }
    }

    #[inline]
    pub fn has_passed(&self, item: u32, memory: u32) -> bool {
        memory != NONE
            && self.passed[item as usize * self.handoff_words + memory as usize / 64]
                >> (memory % 64)
                & 1
                == 1
    }

    #[inline]
    pub fn pass(&mut self, item: u32, memory: u32) {
        if memory != NONE {
            self.passed[item as usize * self.handoff_words + memory as usize / 64] |=
                1 << (memory % 64);
        }
    }

    /// Counts how often an item goes back over a counted handoff.
    pub fn count(&mut self, item: u32, memory: u32) -> &mut u32 {
        &mut self.counts[item as usize * self.counted + memory as usize]
    }

    pub fn join(&mut self, item: u32, way: u32) -> &mut u32 {
        &mut self.joins[item as usize * self.join_ways + way as usize]
    }
}
