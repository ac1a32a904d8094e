//! Ways: what is open to the items of a demand, at every stage.
//!
//! Demands whose items find the same handoffs open share one [`Routing`]; in a model that restricts
//! no handoff there is one.

use super::plan::NONE;

/// A range of a flat list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Range {
    pub from: u32,
    pub to: u32,
}

impl Range {
    pub fn is_empty(self) -> bool {
        self.from == self.to
    }

    pub fn of<T>(self, list: &[T]) -> &[T] {
        &list[self.from as usize..self.to as usize]
    }

    pub fn places(self) -> std::ops::Range<u32> {
        self.from..self.to
    }
}

/// A way out of a stage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub handoff: u32,
    /// Forward and rework: the end of its piece of the line on which the draw falls. Feedback: its
    /// probability.
    pub until: f64,
}

/// The ways in and out of a stage. Ranges are of [`Routing::ways`], the join's of the join ways.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ways {
    pub forward: Range,
    pub rework: Range,
    pub feedback: Range,
    pub takes_all: bool,
    /// Whether a way on leads to a stage with a limit.
    pub may_be_blocked: bool,
    /// The handoff over which every visit leaves, `NONE` where anything is drawn or looked at.
    pub always: u32,
    /// What must have come, where the entry is *all* and there are several ways in.
    pub join: Range,
}

/// What a rework withdraws.
#[derive(Clone, Debug)]
pub(super) struct Withdrawal {
    /// The target and all stages downstream of it, one bit each.
    downstream: Box<[u64]>,
    /// The join ways that leave one of those stages.
    pub join_ways: Vec<u32>,
}

impl Withdrawal {
    /// Makes one from the stages downstream of the target, itself included.
    pub fn new(stages: usize, downstream: &[u32], join_ways: Vec<u32>) -> Self {
        let mut bits = vec![0u64; stages.div_ceil(64)].into_boxed_slice();
        for &stage in downstream {
            bits[stage as usize / 64] |= 1 << (stage % 64);
        }
        Self {
            downstream: bits,
            join_ways,
        }
    }

    /// Returns whether a stage is the target or downstream of it.
    pub fn concerns(&self, stage: u32) -> bool {
        self.downstream[stage as usize / 64] >> (stage % 64) & 1 == 1
    }
}

/// The ways that are open to some demands' items.
#[derive(Debug)]
pub(super) struct Routing {
    /// By stage.
    pub stages: Vec<Ways>,
    pub ways: Vec<Way>,
    /// By handoff: its place among the join ways, `NONE` where it leads to no join.
    pub join_way: Vec<u32>,
    /// How many join ways there are.
    pub join_ways: u32,
    /// By handoff: what a rework over it withdraws; `NONE` for others, and where items never have
    /// several tokens.
    pub withdrawal: Vec<u32>,
    pub withdrawals: Vec<Withdrawal>,
}

impl Routing {
    /// Returns what going back over a handoff withdraws, when an item may have other tokens.
    pub fn withdrawal_of(&self, handoff: u32) -> Option<&Withdrawal> {
        match self.withdrawal[handoff as usize] {
            NONE => None,
            place => Some(&self.withdrawals[place as usize]),
        }
    }
}
