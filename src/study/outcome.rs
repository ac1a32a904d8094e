//! What a study has found.

use std::time::Duration;

use super::options::Bound;
use crate::analysis::{Estimate, Figures, Load, StreamFigures};
use crate::model::{Problem, Span, StreamId};
use crate::sim::Window;

/// The result of simulating a Model (or a Scenario of one).
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The stream whose mean lead time decided when to stop.
    pub stream: StreamId,
    /// Where all luck came from.
    pub seed: u64,
    /// Replications that the figures are means over.
    pub replications: u32,
    /// Measured items that are done, of all streams and replications.
    pub items: u64,
    /// Completed services and handoff delays in those replications.
    pub events: u64,
    /// How long it took on the wall. Not part of what two equal studies have in common.
    pub wall: Duration,
    /// Whether every demand is a list, so that each replication ends by itself.
    pub is_terminating: bool,
    /// Whether the model settles: false when a team cannot keep up, when the beginning never ended,
    /// or when items of a steady study did not get done. Then there are no figures.
    pub is_stable: bool,
    /// Measured items that were not done at the cap of ten times the horizon, or in a deadlock.
    pub unfinished: u64,
    /// How long at the beginning nothing was measured.
    pub warm_up: Span,
    /// Until when items were measured; of a terminating study, when the last was done, at the
    /// latest of all replications.
    pub horizon: Span,
    /// What each replication was asked to measure, for [`record`](super::record).
    pub window: Window,
    /// Whether these are first numbers: found while looking for the warm-up, or before the
    /// precision was reached. Their intervals are half as wide again, because they are looked at
    /// several times; how often later numbers leave them all the same is said in `docs/studies.md`.
    pub is_interim: bool,
    /// The bound that stopped it before the precision was reached.
    pub stopped_by: Option<Bound>,
    /// What each team is asked for in the long run.
    pub load: Load,
    /// The figures; none when nothing was measured or the model does not settle.
    pub figures: Option<Figures>,
    /// What is wrong or doubtful about the run. Problems of the model are found by `check`.
    pub problems: Vec<Problem>,
}

impl Study {
    /// Returns the figures of the stream that was studied.
    pub fn stream_figures(&self) -> Option<&StreamFigures> {
        self.figures.as_ref()?.stream(self.stream)
    }

    /// Returns the mean lead time of the stream that was studied, in seconds.
    pub fn mean_lead_time(&self) -> Option<Estimate> {
        self.stream_figures()?.lead_time.mean.estimate()
    }
}

/// Two models under the same luck.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The first.
    pub before: Study,
    /// The second.
    pub after: Study,
    /// Mean lead time after − before, in seconds, from the differences of paired replications;
    /// none when one of the two has no mean.
    pub difference: Option<Estimate>,
}

impl Comparison {
    /// Returns whether the interval of the difference lies on one side of 0. Otherwise there is
    /// "no clear difference".
    pub fn is_clear(&self) -> bool {
        self.difference.is_some_and(|d| d.excludes_zero())
    }
}
