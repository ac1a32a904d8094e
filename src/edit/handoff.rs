//! Changes of handoffs.

use crate::model::{
    At, Handoff, HandoffChange, HandoffField, HandoffId, HandoffKind, Model, Needs, StageId,
};

use super::element::{add, remove, reorder, set, there};
use super::{EditError, Effect};

pub(super) fn apply(model: &mut Model, change: &HandoffChange) -> Result<Effect, EditError> {
    match change {
        HandoffChange::Add { handoff, position } => add(model, handoff, *position),
        HandoffChange::Remove { handoffs } => remove::<Handoff>(model, handoffs),
        HandoffChange::Set { handoffs, field } => {
            set(model, handoffs, |handoff| put(handoff, field))
        }
        HandoffChange::Reconnect { handoff, from, to } => reconnect(model, *handoff, *from, *to),
        HandoffChange::Relax {
            handoffs,
            is_relaxed,
        } => relax(model, handoffs, *is_relaxed),
        HandoffChange::Reorder { handoff, position } => {
            reorder::<Handoff>(model, *handoff, *position)
        }
    }
}

fn put(handoff: &mut Handoff, field: &HandoffField) {
    match field {
        HandoffField::Kind(kind) => {
            handoff.kind = *kind;
            handoff.is_relaxed &= *kind == HandoffKind::Forward;
        }
        HandoffField::Trigger(trigger) => handoff.trigger.clone_from(trigger),
        HandoffField::Share(share) => handoff.share = *share,
        HandoffField::Only(only) => handoff.only.clone_from(only),
        HandoffField::Needs(needs) => {
            handoff.needs = *needs;
            // What is required orders its two stages.
            handoff.is_relaxed &= *needs == Needs::Customary;
        }
        HandoffField::Artifact(artifact) => handoff.artifact.clone_from(artifact),
        HandoffField::Inventory(pieces) => handoff.inventory = *pieces,
        HandoffField::AutomationCost(cost) => handoff.automation_cost = *cost,
        HandoffField::Evidence(evidence) => handoff.evidence.clone_from(evidence),
        HandoffField::Notes(notes) => handoff.notes.clone_from(notes),
        HandoffField::Bends(bends) => {
            handoff.bends.clone_from(bends);
            handoff.is_tidied = false;
        }
        HandoffField::Way(bends) => {
            handoff.bends.clone_from(bends);
            handoff.is_tidied = !bends.is_empty();
        }
    }
}

fn reconnect(
    model: &mut Model,
    handoff: HandoffId,
    from: StageId,
    to: StageId,
) -> Result<Effect, EditError> {
    let before = there::<Handoff>(model, handoff)?;
    if (before.from, before.to) == (from, to) {
        return Ok(Effect::Unchanged);
    }
    set(model, &[handoff], |handoff: &mut Handoff| {
        handoff.from = from;
        handoff.to = to;
        handoff.bends.clear();
        handoff.is_tidied = false;
    })
}

fn relax(model: &mut Model, handoffs: &[HandoffId], is_relaxed: bool) -> Result<Effect, EditError> {
    for &id in handoffs {
        let handoff = there::<Handoff>(model, id)?;
        let may_be = handoff.is_forward() && handoff.needs == Needs::Customary;
        if is_relaxed && !may_be {
            let message = "only a customary forward handoff can be relaxed";
            return Err(EditError::invalid(At::Handoff(id), "relaxed", message));
        }
    }
    set(model, handoffs, |handoff: &mut Handoff| {
        handoff.is_relaxed = is_relaxed;
    })
}
