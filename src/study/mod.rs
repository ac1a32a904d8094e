//! Studies: runs for a purpose.
//!
//! [`simulate`] finds the warm-up, then adds replications in parallel until the mean lead time is
//! known well enough; [`compare`] does so for two Models under the same luck. Both report progress
//! and first numbers on the way and can be cancelled within milliseconds. [`record`] gives the
//! records behind a study's figures, [`leverage`] finds what a tenth less of each stage would do.
//!
//! What is promised: a study is the same for any number of threads, because replications are counted
//! in their order and what was computed beyond the end is thrown away; and a model that does not
//! settle has no figures.

mod case;
mod control;
mod gathered;
mod leverage;
mod options;
mod outcome;
mod parallel;
mod record;
mod simulate;
mod warm_up;

pub use control::{Progress, StudyControl};
pub use leverage::{Leverage, SHORTER, leverage};
pub use options::{Bound, Bounds, Effort, FIRST_REPLICATIONS, StudyOptions};
pub use outcome::{Comparison, Study};
pub use record::{Recorder, record};
pub use simulate::{compare, simulate};

use crate::model::StreamId;
use crate::sim::PlanError;

/// What a [`Recorder`] is told, for those above who do not know the engine.
pub use crate::sim::{
    ItemRecord, ItemRef, PassageRecord, Plan, RunSummary, SimTime, Sink, VisitEnd, VisitRecord,
};

/// Why there is no study. Nothing is left running.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StudyError {
    /// The model has no stream. Draw one.
    #[error("the model has no stream")]
    NoStream,
    /// There is no such stream. Name one of the model's.
    #[error("the model has no stream {0}")]
    NoSuchStream(StreamId),
    /// The warm-up takes all of the horizon. Give a shorter warm-up or a longer horizon.
    #[error("the warm-up is as long as the horizon: nothing is left to be measured")]
    NothingMeasured,
    /// The model cannot be run. `check` says what to mend.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Somebody cancelled it.
    #[error("cancelled")]
    Cancelled,
}
