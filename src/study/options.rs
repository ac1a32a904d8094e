//! What a study is asked for.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::model::{ElapsedTime, Share, StreamId};

/// Replications with which every study begins.
pub const FIRST_REPLICATIONS: u32 = 10;

/// What a study is asked for. What is left out is the Model's setting, or the default.
#[derive(Clone, Debug, Default)]
pub struct StudyOptions {
    /// The stream whose mean lead time decides when to stop; the first when left out.
    pub stream: Option<StreamId>,
    /// Where all luck comes from.
    pub seed: Option<u64>,
    /// How many replications.
    pub effort: Effort,
    /// How long items are taken in. It is doubled when the beginning takes more than half of it.
    pub horizon: Option<ElapsedTime>,
    /// How long at the beginning nothing is measured; found automatically when left out.
    pub warm_up: Option<ElapsedTime>,
    /// Threads to run on; as many as there are cores when left out. They change no figure.
    pub threads: Option<NonZeroUsize>,
    /// Where to stop in any case.
    pub bounds: Bounds,
}

/// How many replications a study makes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Effort {
    /// Ten, then one more at a time until the half width of the mean lead time's 95 % interval is
    /// at most the Model's `precision` of the mean.
    #[default]
    AsTheModelSays,
    /// The same with another precision.
    Precision(Share),
    /// Exactly so many, at least one.
    Replications(u32),
}

/// Where a study that has not reached its precision stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Most replications.
    pub replications: u32,
    /// Most events (completed services and handoff delays), summed over the replications counted;
    /// the first ten are made in any case. Unlike a bound in seconds it gives the same figures on
    /// every machine.
    pub events: u64,
    /// Longest time on the wall, from two replications on. None by default: with it, figures
    /// depend on the machine.
    pub wall: Option<Duration>,
}

impl Default for Bounds {
    /// 1,000 replications or 500 million events, whatever comes first.
    fn default() -> Self {
        Self {
            replications: 1_000,
            events: 500_000_000,
            wall: None,
        }
    }
}

/// Which bound stopped a study before its precision was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are the fields of `Bounds`")]
pub enum Bound {
    Replications,
    Events,
    Wall,
}
