//! What every element of a Model must keep to, whoever makes or changes it (see `model`).
//!
//! These are the invariants, not the Problems: a Model with a cycle is valid, one with a handoff
//! to a stage that is not there is not.

use rustc_hash::FxHashSet;

use crate::model::{
    Arrivals, At, Calendar, Demand, Distribution, Group, Handoff, Intervention, Model, Note, Only,
    Placement, ReworkWork, Rhythm, Scenario, Stage, StageId, Stream, Table, Team, Time, Trigger,
    View, WorldPoint,
};

use super::EditError;
use super::element::{Kept, named};

type Valid = Result<(), EditError>;

fn at_least_one(at: At, field: &'static str, count: Option<u32>) -> Valid {
    match count {
        Some(0) => Err(EditError::invalid(at, field, "it must be 1 or more")),
        _ => Ok(()),
    }
}

fn distribution<T: Time>(
    at: At,
    field: &'static str,
    distribution: Option<&Distribution<T>>,
) -> Valid {
    match distribution {
        Some(Distribution::Weibull { shape, .. }) if !(shape.is_finite() && *shape > 0.0) => Err(
            EditError::invalid(at, field, "the shape must be a number above 0"),
        ),
        Some(Distribution::Samples(values)) if values.is_empty() => {
            Err(EditError::invalid(at, field, "there is no measured value"))
        }
        _ => Ok(()),
    }
}

fn point(at: At, field: &'static str, point: WorldPoint) -> Valid {
    if point.x.is_finite() && point.y.is_finite() {
        Ok(())
    } else {
        Err(EditError::invalid(at, field, "a place must be finite"))
    }
}

fn placement(at: At, placement: &Placement) -> Valid {
    if let Some(position) = placement.position {
        point(at, "at", position)?;
    }
    match placement.size {
        Some(size)
            if !(size.width.is_finite()
                && size.width > 0.0
                && size.height.is_finite()
                && size.height > 0.0) =>
        {
            Err(EditError::invalid(at, "at", "a size must be above 0"))
        }
        _ => Ok(()),
    }
}

fn stages_there(model: &Model, stages: &[StageId]) -> Valid {
    stages
        .iter()
        .try_for_each(|&stage| named(&model.stages, Some(stage)))
}

/// What is wrong with an element, were it part of the Model: first what it names and is not there.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<EditError>);

impl Faults {
    fn see(&mut self, valid: Valid) {
        self.0.extend(valid.err());
    }

    fn invalid(&mut self, at: At, field: &'static str, message: impl Into<String>) {
        self.0.push(EditError::invalid(at, field, message));
    }
}

pub(super) fn stage(model: &Model, stage: &Stage, faults: &mut Faults) {
    let at = At::Stage(stage.id);
    faults.see(named(&model.streams, stage.stream));
    faults.see(named(&model.teams, stage.team));
    faults.see(at_least_one(at, "crew", Some(stage.crew)));
    faults.see(at_least_one(at, "copies", Some(stage.copies)));
    faults.see(at_least_one(at, "enough", stage.enough));
    faults.see(at_least_one(at, "limit", stage.limit));
    let batch = stage.batch.map(|batch| batch.size);
    faults.see(at_least_one(at, "batch", batch));
    faults.see(distribution(at, "work", stage.work.as_ref()));
    faults.see(distribution(at, "setup", stage.setup.as_ref()));
    let mut classes = FxHashSet::default();
    for (class, work) in &stage.class_work {
        faults.see(distribution(at, "class_work", Some(work)));
        if !classes.insert(*class) {
            let message = format!("there are two work times for the class {class}");
            faults.invalid(at, "class_work", message);
        }
    }
    match &stage.rework_work {
        Some(ReworkWork::Factor(factor)) if !(factor.is_finite() && *factor >= 0.0) => {
            let message = "the factor must be a number, 0 or above";
            faults.invalid(at, "rework_work", message);
        }
        Some(ReworkWork::Work(work)) => faults.see(distribution(at, "rework_work", Some(work))),
        _ => {}
    }
    if stage
        .satisfaction
        .is_some_and(|score| !(1..=5).contains(&score))
    {
        faults.invalid(at, "satisfaction", "satisfaction goes from 1 to 5");
    }
    faults.see(placement(at, &stage.at));
}

pub(super) fn handoff(model: &Model, handoff: &Handoff, faults: &mut Faults) {
    let at = At::Handoff(handoff.id);
    faults.see(stages_there(model, &[handoff.from, handoff.to]));
    for only in &handoff.only {
        if let Only::Stream(stream) = *only {
            faults.see(named(&model.streams, Some(stream)));
        }
    }
    match &handoff.trigger {
        Trigger::Manual(delay) => faults.see(distribution(at, "trigger", Some(delay))),
        Trigger::Scheduled { rhythm, slots, .. } => {
            let has_slots = match rhythm {
                Rhythm::Every(gap) => gap.span().0 > 0,
                Rhythm::Weekly(slots) => !slots.is_empty(),
            };
            if !has_slots {
                faults.invalid(at, "trigger", "the rhythm has no slots");
            }
            faults.see(at_least_one(at, "slots", *slots));
        }
        Trigger::Automatic(_) => {}
    }
    for &bend in &handoff.bends {
        faults.see(point(at, "bends", bend));
    }
}

pub(super) fn team(model: &Model, team: &Team, faults: &mut Faults) {
    faults.see(named(&model.calendars, team.calendar));
}

pub(super) fn calendar(_: &Model, _: &Calendar, _: &mut Faults) {}

fn demand(model: &Model, stream: &Stream, demand: &Demand, faults: &mut Faults) {
    let at = At::Demand(stream.id, demand.id);
    faults.see(stages_there(model, &demand.at));
    match &demand.arrivals {
        Arrivals::Every { gap, batch } => {
            faults.see(distribution(at, "gap", Some(gap)));
            faults.see(at_least_one(at, "batch", Some(*batch)));
        }
        Arrivals::Dates(_) | Arrivals::Backlog => {}
    }
}

pub(super) fn stream(model: &Model, stream: &Stream, faults: &mut Faults) {
    let at = At::Stream(stream.id);
    let mut ids = FxHashSet::default();
    for one in &stream.demands {
        if !ids.insert(one.id) {
            faults.0.push(EditError::taken(one.id));
        }
        demand(model, stream, one, faults);
    }
    faults.see(at_least_one(at, "wip_limit", stream.wip_limit));
    let is_finite = |figure: Option<f64>| figure.is_none_or(f64::is_finite);
    let are_finite = stream
        .scorecard
        .iter()
        .all(|entry| is_finite(entry.now) && is_finite(entry.target) && is_finite(entry.floor));
    if !are_finite {
        faults.invalid(at, "scorecard", "the figures must be numbers");
    }
}

pub(super) fn scenario(model: &Model, scenario: &Scenario, faults: &mut Faults) {
    faults.see(named(&model.scenarios, scenario.on));
    let mut on = scenario.on;
    // As many steps as there are scenarios end any chain that has no circle.
    for _ in 0..=model.scenarios.len() {
        match on {
            None => return,
            Some(id) if id == scenario.id => break,
            Some(id) => on = model.scenarios.find(id).and_then(|scenario| scenario.on),
        }
    }
    let message = "a scenario cannot build on itself";
    faults.invalid(At::Scenario(scenario.id), "on", message);
}

pub(super) fn intervention(_: &Model, _: &Intervention, _: &mut Faults) {}

pub(super) fn view(model: &Model, view: &View, faults: &mut Faults) {
    faults.see(named(&model.scenarios, view.scenario));
    for corner in view.frame.iter().flat_map(|frame| [frame.min, frame.max]) {
        faults.see(point(At::View(view.id), "frame", corner));
    }
}

pub(super) fn note(_: &Model, note: &Note, faults: &mut Faults) {
    faults.see(placement(At::Note(note.id), &note.at));
}

pub(super) fn group(model: &Model, group: &Group, faults: &mut Faults) {
    faults.see(stages_there(model, &group.stages));
}

/// Returns an invariant of the Model that does not hold, as a sentence; nothing when all hold.
///
/// For tests and debug builds: `store` and `edit` keep them.
pub fn broken_invariant(model: &Model) -> Option<String> {
    fn of<T: Kept>(model: &Model, table: &Table<T>) -> Option<String> {
        table.iter().enumerate().find_map(|(at, element)| {
            if table.position(element.id()) != Some(at) {
                return Some(format!("{} is twice in its table", element.id()));
            }
            let error = element.check(model).err()?;
            Some(format!("{}: {error}", element.id()))
        })
    }
    of(model, &model.calendars)
        .or_else(|| of(model, &model.teams))
        .or_else(|| of(model, &model.streams))
        .or_else(|| of(model, &model.stages))
        .or_else(|| of(model, &model.handoffs))
        .or_else(|| of(model, &model.interventions))
        .or_else(|| of(model, &model.scenarios))
        .or_else(|| of(model, &model.views))
        .or_else(|| of(model, &model.notes))
        .or_else(|| of(model, &model.groups))
}
