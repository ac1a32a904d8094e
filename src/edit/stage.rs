//! Changes of stages.

use rustc_hash::FxHashSet;

use crate::model::{Model, Stage, StageChange, StageField, StageId, WorldVector};

use super::element::{add, all_there, remove, reorder, set};
use super::{EditError, Effect};

pub(super) fn apply(model: &mut Model, change: &StageChange) -> Result<Effect, EditError> {
    match change {
        StageChange::Add { stage, position } => add(model, stage, *position),
        StageChange::Remove { stages } => {
            let effect = remove::<Stage>(model, stages)?;
            forget(model, stages);
            Ok(effect)
        }
        StageChange::Set { stages, field } => set(model, stages, |stage| put(stage, field)),
        StageChange::Move { stages, by } => shift(model, stages, *by),
        StageChange::Reorder { stage, position } => reorder::<Stage>(model, *stage, *position),
    }
}

/// Takes the handoffs of removed stages out, and every mention of them.
fn forget(model: &mut Model, stages: &[StageId]) {
    let gone: FxHashSet<StageId> = stages.iter().copied().collect();
    model
        .handoffs
        .retain(|handoff| !gone.contains(&handoff.from) && !gone.contains(&handoff.to));
    model.streams.update(
        |stream| {
            let mut at = stream.demands.iter().flat_map(|demand| &demand.at);
            at.any(|stage| gone.contains(stage))
        },
        |stream| {
            for demand in &mut stream.demands {
                demand.at.retain(|stage| !gone.contains(stage));
            }
        },
    );
    model.groups.update(
        |group| group.stages.iter().any(|stage| gone.contains(stage)),
        |group| group.stages.retain(|stage| !gone.contains(stage)),
    );
}

fn put(stage: &mut Stage, field: &StageField) {
    match field {
        StageField::Name(name) => stage.name.clone_from(name),
        StageField::Stream(stream) => stage.stream = *stream,
        StageField::Phase(phase) => stage.phase.clone_from(phase),
        StageField::Team(team) => stage.team = *team,
        StageField::Crew(crew) => stage.crew = *crew,
        StageField::Work(work) => stage.work.clone_from(work),
        StageField::ClassWork(work) => stage.class_work.clone_from(work),
        StageField::ReworkWork(work) => stage.rework_work.clone_from(work),
        StageField::Copies(copies) => stage.copies = *copies,
        StageField::Enough(enough) => stage.enough = *enough,
        StageField::Batch(batch) => stage.batch = *batch,
        StageField::Setup(setup) => stage.setup.clone_from(setup),
        StageField::Limit(limit) => stage.limit = *limit,
        StageField::Availability(share) => stage.availability = *share,
        StageField::Automation(automation) => stage.automation = *automation,
        StageField::Value(value) => stage.value = *value,
        StageField::Entry(entry) => stage.entry = *entry,
        StageField::Exit(exit) => stage.exit = *exit,
        StageField::Priority(priority) => stage.priority = *priority,
        StageField::Ca(ca) => stage.ca = *ca,
        StageField::Cost(cost) => stage.cost = *cost,
        StageField::Systems(systems) => stage.systems.clone_from(systems),
        StageField::Stakeholders(people) => stage.stakeholders.clone_from(people),
        StageField::Satisfaction(score) => stage.satisfaction = *score,
        StageField::Evidence(evidence) => stage.evidence.clone_from(evidence),
        StageField::Notes(notes) => stage.notes.clone_from(notes),
        StageField::At(placement) => stage.at = *placement,
    }
}

/// Moves stages that have a place of their own and are not locked; the corners of handoffs that
/// join two of them go along.
fn shift(model: &mut Model, stages: &[StageId], by: WorldVector) -> Result<Effect, EditError> {
    all_there::<Stage>(model, stages)?;
    let moves = |id: &StageId| {
        let stage = model.stages.find(*id);
        stage.is_some_and(|stage| stage.at.position.is_some() && !stage.at.is_locked)
    };
    let moving: Vec<StageId> = stages.iter().copied().filter(moves).collect();
    let effect = set(model, &moving, |stage: &mut Stage| {
        stage.at.position = stage.at.position.map(|position| position + by);
    })?;
    if effect == Effect::Changed {
        let moving: FxHashSet<StageId> = moving.into_iter().collect();
        model.handoffs.update(
            |handoff| {
                !handoff.bends.is_empty()
                    && moving.contains(&handoff.from)
                    && moving.contains(&handoff.to)
            },
            |handoff| {
                for bend in &mut handoff.bends {
                    *bend = *bend + by;
                }
            },
        );
    }
    Ok(effect)
}
