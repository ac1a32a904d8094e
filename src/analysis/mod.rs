//! Figures: from the records of runs, and from a Model alone.
//!
//! - [`Tally`] counts one replication; its [`Figures`] are absorbed, replication by replication and
//!   in their order, into those of a study. Each [`Figure`] is a mean over replications with a
//!   Student interval.
//! - [`Load`] solves the traffic equations before anything runs: what each team would need.
//! - [`Ladder`] adds up the steps of a classic map, without queues.
//! - [`mser5`] says where the beginning of a run ends.
//! - [`rolled_ca`] and [`complete_and_accurate`] are computed from the Model alone.
//! - [`Scorecard`] and [`Investment`] say whether a change is acceptable and what it is worth.
//! - [`findings`] says what matters, as values.
//!
//! Nothing here runs anything, and nothing here is a sentence: `study` runs, `words` speaks.

mod figure;
mod figures;
mod findings;
mod histogram;
mod ladder;
mod legend;
mod linear;
mod load;
mod money;
mod network;
mod rolled;
mod sample;
mod scorecard;
mod student;
mod tally;
mod traffic;
mod warm_up;

pub use figure::{Estimate, Figure};
pub use figures::{
    AutomationCoverage, Breakdown, Checks, ClassFigures, DOUBTFUL_GAP, Figures, HandoffFigures,
    LeadTime, Occupancy, Part, PartFigures, Passes, Percentiles, Rework, StageFigures,
    StreamFigures, TeamFigures, TeamShare, VISITS_TOLD_APART,
};
pub use findings::{Finding, Reached, Worst, findings};
pub use histogram::{Bar, Histogram};
pub use ladder::{Ladder, Rung, Step};
pub use legend::{Legend, is_terminating};
pub use load::{Load, SlotLoad, StreamLoad, TeamLoad};
pub use money::{Investment, manual_hours_saved, saving_per_item};
pub use rolled::{complete_and_accurate, rolled_ca};
pub use scorecard::{Measure, Measured, Perspective, Scorecard};
pub use student::{CONFIDENCE, t_975, two_sided_quantile};
pub use tally::Tally;
pub use warm_up::{Truncation, mser5};

/// What an item's time is spent on, for those above who do not know the engine.
pub use crate::sim::Slice;

impl Figures {
    /// Takes in the figures of the next replication of the same Plan.
    pub fn absorb(&mut self, next: &Self) {
        figure::Absorb::absorb(self, next);
    }

    /// Makes every interval so many times as wide around its figure.
    pub fn widen(&mut self, by: f64) {
        figure::Absorb::widen(self, by);
    }
}
