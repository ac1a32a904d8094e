//! The engine: a Plan compiled from a Model's Flow, run with keyed draws.

mod record;

pub use record::{
    ItemRecord, ItemRef, PassageRecord, Place, RunEnd, RunSummary, Segment, SimTime, Sink, Slice,
    Slices, StageTotals, TeamTotals, VisitEnd, VisitRecord, Window,
};
