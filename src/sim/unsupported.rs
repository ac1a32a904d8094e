//! What the document can say and the engine does not obey yet: an error, never a silent number.

use super::compile::fault;
use super::plan::PlanError;
use crate::graph::FlowHandoff;
use crate::model::{At, HandoffKind, Stage, Stream, Trigger};

/// Returns the error for a thing that is not simulated yet.
pub(super) fn error(at: At, what: &str) -> PlanError {
    fault(at, format!("{what} is not simulated yet"))
}

fn first(at: At, fields: &[(bool, &str)]) -> Result<(), PlanError> {
    match fields.iter().find(|(is_used, _)| *is_used) {
        Some((_, what)) => Err(error(at, what)),
        None => Ok(()),
    }
}

/// Refuses a stage that says something the engine does not obey.
pub(super) fn check_stage(stage: &Stage) -> Result<(), PlanError> {
    first(
        At::Stage(stage.id),
        &[
            (stage.rework_work.is_some(), "rework_work"),
            (stage.copies > 1, "copies"),
            (stage.batch.is_some_and(|batch| batch.size > 1), "batch"),
            (stage.setup.is_some(), "setup"),
            (stage.limit.is_some(), "limit"),
            (
                stage.availability.is_some_and(|share| share.get() < 1.0),
                "availability",
            ),
        ],
    )
}

/// Refuses a handoff that says something the engine does not obey.
pub(super) fn check_handoff(handoff: &FlowHandoff) -> Result<(), PlanError> {
    let has_slots = matches!(handoff.trigger, Trigger::Scheduled { slots: Some(_), .. });
    let has_cap = matches!(handoff.kind, HandoffKind::Rework { at_most: Some(_) });
    first(
        At::Handoff(handoff.id),
        &[(has_slots, "slots"), (has_cap, "at_most")],
    )
}

/// Refuses a stream that says something the engine does not obey.
pub(super) fn check_stream(stream: &Stream) -> Result<(), PlanError> {
    first(
        At::Stream(stream.id),
        &[(stream.wip_limit.is_some(), "wip_limit")],
    )
}
