//! Deleting what is selected; the flow heals over stages that go.
//!
//! Healing keeps to what the Model meant. Where a stage has one way in and one way out, what came
//! before it leads on to what came after. Where it splits or joins, its neighbours take its exit or
//! entry over; a neighbour that splits or joins otherwise by itself cannot, and the gap stays.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::graph::StageGraph;
use crate::model::{
    Change, DemandField, Entry, Exit, Group, GroupId, Handoff, HandoffChange, HandoffKind, Model,
    NoteChange, Only, Share, Stage, StageChange, StageField, StageId, StreamChange,
};

use super::draw::may_lead;
use super::{FreshIds, Selection, apply_all, groups_of, ungroup, with_members};

/// Most stages in the middle of the flow that are healed over in one go: each looks at the whole model.
const MOST_HEALED: usize = 200;

/// What is to be deleted, with the Changes that do it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Removal {
    /// What to apply, in order.
    pub changes: Vec<Change>,
    /// The handoffs that are made over the gaps: from which stage to which.
    pub joined: Vec<(StageId, StageId)>,
    /// Where a gap stays, and why; sentences.
    pub gaps: Vec<String>,
}

/// Prepares deleting the selected stages, handoffs, notes and groups, these with their stages. Groups
/// that are left empty go.
///
/// When the flow is to heal, the stages before a deleted stage are connected with those after it by
/// forward handoffs that keep the fields of those that led into it. Rework and feedback go with
/// their stages. Where items arrived at a deleted stage, they arrive at the next one, if nothing
/// else leads there.
pub fn remove(model: &Model, selection: &Selection, heals: bool) -> Removal {
    let groups = groups_of(model, selection);
    let selection = &with_members(model, selection);
    let mut changes = Vec::new();
    let handoffs = selection.handoffs();
    if !handoffs.is_empty() {
        changes.push(Change::Handoff(HandoffChange::Remove { handoffs }));
    }
    let mut removal = Removal::default();
    let stages = selection.stages();
    if heals && !stages.is_empty() {
        let mut before = model.clone();
        // What cannot be applied is said when it is tried.
        if apply_all(&mut before, &changes).is_ok() {
            removal = heal(&before, &stages);
            changes.append(&mut removal.changes);
        }
    }
    let gone: FxHashSet<StageId> = stages.iter().copied().collect();
    let is_left_empty = |group: &&Group| group.stages.iter().all(|one| gone.contains(one));
    let found = groups.iter().filter_map(|&id| model.groups.find(id));
    let emptied: Vec<GroupId> = found.filter(is_left_empty).map(|group| group.id).collect();
    changes.extend(ungroup(&emptied));
    if !stages.is_empty() {
        changes.push(Change::Stage(StageChange::Remove { stages }));
    }
    let notes = selection.notes();
    if !notes.is_empty() {
        changes.push(Change::Note(NoteChange::Remove { notes }));
    }
    removal.changes = changes;
    removal
}

/// Finds what closes the gaps that stages leave, without removing them.
fn heal(model: &Model, stages: &[StageId]) -> Removal {
    let mut removal = Removal::default();
    let mut after = model.clone();
    let (between, beside) = between(model, stages);
    if between.len() > MOST_HEALED {
        let gap = "So many stages are not healed over at once; the gaps stay.";
        removal.gaps.push(gap.to_owned());
        return removal;
    }
    let beside = Change::Stage(StageChange::Remove { stages: beside });
    if apply_all(&mut after, &[beside]).is_err() {
        // Such a stage is not there, which is said when the Changes are applied.
        return removal;
    }
    for stage in between {
        let mut changes = over(&after, stage, &mut removal.gaps);
        changes.push(Change::Stage(StageChange::Remove {
            stages: vec![stage],
        }));
        if apply_all(&mut after, &changes).is_err() {
            return Removal::default();
        }
    }
    // Stages in a row are healed one after the other; only what is left in the end is made.
    for stream in after.streams.iter() {
        let before = model.streams.find(stream.id);
        for demand in &stream.demands {
            let was = before.and_then(|stream| {
                let mut demands = stream.demands.iter();
                demands.find(|one| one.id == demand.id)
            });
            let is_same = |was: &[StageId]| {
                let mut left = was.iter().filter(|stage| !stages.contains(stage));
                demand.at.iter().all(|stage| left.next() == Some(stage)) && left.next().is_none()
            };
            if was.is_some_and(|was| !is_same(&was.at)) {
                removal
                    .changes
                    .push(Change::Stream(StreamChange::SetDemand {
                        stream: stream.id,
                        demand: demand.id,
                        field: DemandField::At(demand.at.clone()),
                    }));
            }
        }
    }
    for stage in after.stages.iter() {
        let Some(before) = model.stages.find(stage.id) else {
            continue;
        };
        let mut set = |field: StageField| {
            removal.changes.push(Change::Stage(StageChange::Set {
                stages: vec![stage.id],
                field,
            }));
        };
        if stage.entry != before.entry {
            set(StageField::Entry(stage.entry));
        }
        if stage.exit != before.exit {
            set(StageField::Exit(stage.exit));
        }
    }
    let made = after.handoffs.iter();
    for handoff in made.filter(|handoff| !model.handoffs.contains(handoff.id)) {
        removal.joined.push((handoff.from, handoff.to));
        removal.changes.push(Change::Handoff(HandoffChange::Add {
            handoff: Arc::new(handoff.clone()),
            position: None,
        }));
    }
    removal
}

/// Divides stages into those over which something leads from and to others, and the rest.
fn between(model: &Model, stages: &[StageId]) -> (Vec<StageId>, Vec<StageId>) {
    let graph = StageGraph::of_model(model, Handoff::is_forward);
    let place = |&stage: &StageId| model.stages.position(stage).map(|at| at as u32);
    let going: FxHashSet<u32> = stages.iter().filter_map(place).collect();
    let starts: FxHashSet<StageId> = model
        .streams
        .iter()
        .flat_map(|stream| &stream.demands)
        .flat_map(|demand| demand.at.iter().copied())
        .collect();
    // What is reached from outside, and what leads outside, by way of stages that go.
    let spread = |neighbours: &dyn Fn(u32) -> Vec<u32>, is_first: &dyn Fn(u32) -> bool| {
        let mut found: FxHashSet<u32> = going.iter().copied().filter(|&at| is_first(at)).collect();
        let mut open: Vec<u32> = found.iter().copied().collect();
        while let Some(at) = open.pop() {
            for next in neighbours(at) {
                if going.contains(&next) && found.insert(next) {
                    open.push(next);
                }
            }
        }
        found
    };
    let before = |at: u32| {
        graph
            .ways_in(at)
            .iter()
            .map(|way| way.stage)
            .collect::<Vec<_>>()
    };
    let after = |at: u32| {
        graph
            .ways_out(at)
            .iter()
            .map(|way| way.stage)
            .collect::<Vec<_>>()
    };
    let is_outside = |at: &u32| !going.contains(at);
    let reached = spread(&after, &|at| {
        starts.contains(&graph.id(at)) || before(at).iter().any(is_outside)
    });
    let leading = spread(&before, &|at| after(at).iter().any(is_outside));
    stages.iter().partition(|stage| {
        let at = place(stage);
        at.is_some_and(|at| reached.contains(&at) && leading.contains(&at))
    })
}

/// The forward handoffs at a stage: those that lead there from others, and those that leave it.
fn ways(model: &Model, stage: StageId) -> (Vec<&Handoff>, Vec<&Handoff>) {
    let forward = || {
        let handoffs = model.handoffs.iter();
        handoffs.filter(|handoff| handoff.is_forward() && handoff.from != handoff.to)
    };
    (
        forward().filter(|handoff| handoff.to == stage).collect(),
        forward().filter(|handoff| handoff.from == stage).collect(),
    )
}

fn distinct(stages: impl Iterator<Item = StageId>) -> Vec<StageId> {
    let mut found = Vec::new();
    for stage in stages {
        if !found.contains(&stage) {
            found.push(stage);
        }
    }
    found
}

/// Finds what leads over one stage that is about to go.
fn over(model: &Model, id: StageId, gaps: &mut Vec<String>) -> Vec<Change> {
    let Some(stage) = model.stages.find(id) else {
        return Vec::new();
    };
    let (ways_in, ways_out) = ways(model, id);
    let before = distinct(ways_in.iter().map(|way| way.from));
    let after = distinct(ways_out.iter().map(|way| way.to));
    let mut changes = arrivals(model, stage, &after, gaps);
    if before.is_empty() || after.is_empty() {
        return changes;
    }
    let name = |id: StageId| {
        let stage = model.stages.find(id);
        stage.map_or_else(|| id.to_string(), |stage| stage.name.clone())
    };
    // Who can lead on, and where to.
    let mut senders = Vec::new();
    for &one in &before {
        let others = ways(model, one).1.iter().filter(|way| way.to != id).count();
        let exit = model
            .stages
            .find(one)
            .map_or(Exit::default(), |one| one.exit);
        if after.len() > 1 && others == 0 && exit != stage.exit {
            changes.push(set(one, StageField::Exit(stage.exit)));
        } else if after.len() > 1 && exit != stage.exit {
            let (here, there) = (split(stage.exit), split(exit));
            gaps.push(format!(
                "{} is not connected onward: the ways out of {} were {here}, its own are {there}.",
                name(one),
                stage.name
            ));
            continue;
        }
        senders.push((one, others));
    }
    let mut receivers = Vec::new();
    for &one in &after {
        let others = ways(model, one)
            .0
            .iter()
            .filter(|way| way.from != id)
            .count();
        let entry = model
            .stages
            .find(one)
            .map_or(Entry::default(), |one| one.entry);
        if before.len() > 1 && others == 0 && entry != stage.entry {
            changes.push(set(one, StageField::Entry(stage.entry)));
        } else if before.len() > 1 && entry != stage.entry {
            gaps.push(format!(
                "Nothing new leads to {}: {} waited for {}, it waits for {}.",
                name(one),
                stage.name,
                join(stage.entry),
                join(entry)
            ));
            continue;
        }
        receivers.push(one);
    }
    let mut ids = FreshIds::new(model);
    let mut made: Vec<(StageId, StageId)> = Vec::new();
    for way_in in &ways_in {
        let Some(&(from, others)) = senders.iter().find(|(one, _)| *one == way_in.from) else {
            continue;
        };
        let total: f64 = ways_out.iter().map(|way| weight(way)).sum();
        for way_out in ways_out.iter().filter(|way| receivers.contains(&way.to)) {
            let to = way_out.to;
            let ends = (from, to);
            let is_there =
                made.contains(&ends) || ways(model, from).1.iter().any(|way| way.to == to);
            let Some(only) = both(&way_in.only, &way_out.only) else {
                continue;
            };
            // Only where the model goes round in a circle already.
            let is_refused = may_lead(model, from, to, HandoffKind::Forward, None).is_err();
            if is_there || is_refused {
                continue;
            }
            let is_first = !made.iter().any(|(one, _)| *one == from);
            let mut handoff = Handoff {
                id: ids.handoff(from, to),
                from,
                to,
                only,
                is_relaxed: way_in.is_relaxed && way_out.is_relaxed,
                // What was counted there was counted once.
                inventory: way_in.inventory.filter(|_| is_first),
                bends: Vec::new(),
                is_tidied: false,
                ..(*way_in).clone()
            };
            if ways_out.len() > 1 && stage.exit == Exit::ChooseOne {
                handoff.share = if others == 0 {
                    way_out.share
                } else {
                    Share::new(weight(way_in) * weight(way_out) / total.max(f64::MIN_POSITIVE))
                };
            }
            made.push(ends);
            changes.push(Change::Handoff(HandoffChange::Add {
                handoff: Arc::new(handoff),
                position: None,
            }));
        }
    }
    changes
}

/// Lets items that arrive at a stage arrive at what comes after it.
fn arrivals(
    model: &Model,
    stage: &Stage,
    after: &[StageId],
    gaps: &mut Vec<String>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for stream in model.streams.iter() {
        for demand in &stream.demands {
            if !demand.at.contains(&stage.id) || after.is_empty() {
                continue;
            }
            if after.len() > 1 && stage.exit == Exit::ChooseOne {
                gaps.push(format!(
                    "Items of {} no longer arrive at {}: its ways out were {}.",
                    stream.name,
                    stage.name,
                    split(stage.exit)
                ));
                continue;
            }
            let is_left_alone =
                |&one: &StageId| ways(model, one).0.iter().all(|way| way.from == stage.id);
            let starts = demand.at.iter().flat_map(|&at| {
                if at == stage.id {
                    after.iter().copied().filter(is_left_alone).collect()
                } else {
                    vec![at]
                }
            });
            changes.push(Change::Stream(StreamChange::SetDemand {
                stream: stream.id,
                demand: demand.id,
                field: DemandField::At(distinct(starts)),
            }));
        }
    }
    changes
}

fn set(stage: StageId, field: StageField) -> Change {
    Change::Stage(StageChange::Set {
        stages: vec![stage],
        field,
    })
}

fn split(exit: Exit) -> &'static str {
    match exit {
        Exit::ChooseOne => "alternatives",
        Exit::TakeAll => "all taken",
    }
}

fn join(entry: Entry) -> &'static str {
    match entry {
        Entry::Any => "any of its ways in",
        Entry::All => "all of its ways in",
    }
}

fn weight(handoff: &Handoff) -> f64 {
    handoff.share.map_or(1.0, Share::get)
}

/// Returns to whom a way over two handoffs is open; nothing when that is nobody.
fn both(first: &[Only], second: &[Only]) -> Option<Vec<Only>> {
    match (first, second) {
        ([], only) | (only, []) => Some(only.to_vec()),
        _ => {
            let common: Vec<Only> = first
                .iter()
                .filter(|only| second.contains(only))
                .copied()
                .collect();
            (!common.is_empty()).then_some(common)
        }
    }
}
