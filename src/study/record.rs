//! The records behind the figures: the replications of a study, run again.

use std::ops::ControlFlow;

use super::StudyError;
use super::control::StudyControl;
use super::outcome::Study;
use crate::graph::Flow;
use crate::model::Model;
use crate::sim::{
    ItemRecord, ItemRef, PassageRecord, Plan, RunEnd, RunSummary, SimTime, Sink, VisitRecord, run,
};

/// Takes the records of replications, one replication after another.
pub trait Recorder: Sink {
    /// A replication begins. Breaking leaves out this one and all that follow.
    fn begin(&mut self, replication: u32, plan: &Plan) -> ControlFlow<()>;

    /// The replication has ended. Items that are not done are still inside.
    fn end(&mut self, summary: &RunSummary);
}

/// Passes records on, so that the engine is not compiled again for every recorder.
struct Passing<'a>(&'a mut dyn Recorder);

impl Sink for Passing<'_> {
    fn visit(&mut self, visit: &VisitRecord) {
        self.0.visit(visit);
    }
    fn passage(&mut self, passage: &PassageRecord) {
        self.0.passage(passage);
    }
    fn arrived(&mut self, item: ItemRef, at: SimTime) {
        self.0.arrived(item, at);
    }
    fn done(&mut self, item: &ItemRecord<'_>) {
        self.0.done(item);
    }
}

/// Runs the replications that a study's figures are means over once more, and gives every record
/// of them to `recorder`, in order.
///
/// A replication is a pure function of the Model, the seed and its number, so these are the very
/// records that the figures were made of. Nothing has to be kept while a study runs that does not
/// know yet which replications will count: memory does not grow with their number or length.
///
/// # Errors
/// When the Model cannot be run (it is not the one that was studied), or somebody cancelled.
pub fn record(
    model: &Model,
    study: &Study,
    control: &StudyControl,
    recorder: &mut dyn Recorder,
) -> Result<(), StudyError> {
    let plan = Plan::compile(model, &Flow::of(model))?;
    for replication in 0..study.replications {
        if recorder.begin(replication, &plan).is_break() {
            break;
        }
        let runs = control.begin_runs();
        let summary = run(
            &plan,
            study.seed,
            replication,
            study.window,
            &runs,
            &mut Passing(recorder),
        );
        if summary.end == RunEnd::Cancelled {
            return Err(StudyError::Cancelled);
        }
        recorder.end(&summary);
    }
    Ok(())
}
