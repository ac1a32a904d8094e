//! The engine: a Plan compiled from a Model's Flow, run with keyed draws.
//!
//! ```text
//!   Model, Flow --Plan::compile--> Plan --run(seed, replication)--> records to a Sink, RunSummary
//! ```
//!
//! It knows nothing of documents, files, windows or statistics: it writes plain records
//! ([`VisitRecord`], [`PassageRecord`], [`ItemRecord`]) and integrals over time ([`RunSummary`]),
//! from which `analysis` makes figures. One call of [`run`] is one replication on one thread; many
//! run side by side on one shared [`Plan`]. `docs/engine.md` says what is simulated, and how.

mod agenda;
mod chunks;
mod compile;
mod control;
mod exp;
mod express;
mod hours;
mod luck;
mod memory;
mod plan;
mod record;
mod routing;
mod run;
mod sampler;
mod slots;
mod ways;
mod ziggurat;

pub use control::Control;
pub use express::{
    DemandTotals, HandoffSums, Marks, PathTotals, QuickItem, QuickSink, StageSums, Totals,
    VisitTotals, run_express,
};
pub use hours::OpenHours;
pub use plan::{Plan, PlanDemand, PlanError, PlanHandoff, PlanStage, PlanStream, PlanTeam};
pub use record::{
    ItemRecord, ItemRef, PassageRecord, Path, Place, RunEnd, RunSummary, Segment, SimTime, Sink,
    Slice, Slices, StageTotals, TeamTotals, VisitEnd, VisitRecord, Window,
};
pub use run::run;
