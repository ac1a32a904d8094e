//! Run together: relaxing customary handoffs, where that makes sense (design §6).

use rustc_hash::FxHashSet;

use crate::graph::{
    Flow, FlowFault, FlowHandoff, StageGraph, TokenFaultKind, is_relaxed, token_faults,
};
use crate::model::{
    At, Change, Entry, Exit, Handoff, HandoffChange, HandoffId, Model, Needs, StageId, StreamId,
};

use super::{Reason, Refusal, apply};

/// Prepares to run the stages that the selected customary handoffs order at the same time.
///
/// Rework and feedback among the selected are left alone. What is relaxed already may be selected
/// too.
///
/// # Errors
/// With the reason and what would make it possible, as design §6 lists them: nothing customary
/// selected, a required handoff selected, more than one stream touched, a choose-one exit in
/// between (or an entry for which one of several ways is enough), a rework loop that would enter
/// one branch only or no longer lead back; and when a join would wait for what never comes.
pub fn run_together(model: &Model, selected: &[HandoffId]) -> Result<Vec<Change>, Refusal> {
    let forward = selected_forward(model, selected)?;
    let name = |id: StageId| name_of(model, id);
    let required: Vec<&Handoff> = forward
        .iter()
        .copied()
        .filter(|handoff| handoff.needs == Needs::Required)
        .collect();
    if forward.is_empty() || required.len() == forward.len() {
        return Err(Refusal::new(
            Reason::NothingCustomary,
            "No customary handoff is selected",
            "Select handoffs that are only the order people are used to; mark such a handoff as \
             customary in the inspector",
            required
                .iter()
                .map(|handoff| At::Handoff(handoff.id))
                .collect(),
        ));
    }
    if let Some(first) = required.first() {
        return Err(Refusal::new(
            Reason::Required,
            format!("{} needs what {} makes", name(first.to), name(first.from)),
            "Take the required handoff out of the selection; or mark it as customary, if the \
             receiver could start without it",
            required
                .iter()
                .map(|handoff| At::Handoff(handoff.id))
                .collect(),
        ));
    }
    let streams = streams_of(model, &forward);
    if streams.len() > 1 {
        return Err(Refusal::new(
            Reason::SeveralStreams,
            "The selected handoffs belong to more than one stream",
            "Run the stages of one stream together, then those of the other",
            streams.into_iter().map(At::Stream).collect(),
        ));
    }
    let handoffs: Vec<HandoffId> = forward
        .iter()
        .filter(|handoff| !handoff.is_relaxed)
        .map(|handoff| handoff.id)
        .collect();
    if handoffs.is_empty() {
        return Err(Refusal::new(
            Reason::NothingToDo,
            "These stages run together already",
            "Select a handoff that still orders its stages",
            forward
                .iter()
                .map(|handoff| At::Handoff(handoff.id))
                .collect(),
        ));
    }
    let change = Change::Handoff(HandoffChange::Relax {
        handoffs,
        is_relaxed: true,
    });
    let mut relaxed = model.clone();
    apply(&mut relaxed, &change).expect("forward and customary handoffs that are there");
    let flow = Flow::of(&relaxed);
    refuse_faults(&flow)?;
    let drawn = StageGraph::of_model(model, Handoff::is_forward);
    let flows = StageGraph::of_flow(&flow, model, FlowHandoff::is_forward);
    refuse_choices(&relaxed, &flow, &drawn)?;
    refuse_broken_rework(model, &drawn, &flows)?;
    refuse_starved_joins(model, &relaxed, &flow)?;
    Ok(vec![change])
}

/// Prepares to let the selected handoffs order their stages again.
///
/// # Errors
/// When none of them is relaxed.
pub fn run_in_order(model: &Model, selected: &[HandoffId]) -> Result<Vec<Change>, Refusal> {
    let handoffs: Vec<HandoffId> = selected_forward(model, selected)?
        .into_iter()
        .filter(|handoff| handoff.is_relaxed)
        .map(|handoff| handoff.id)
        .collect();
    if handoffs.is_empty() {
        return Err(Refusal::new(
            Reason::NothingToDo,
            "None of the selected handoffs is relaxed",
            "Select handoffs that are drawn as ghosts",
            Vec::new(),
        ));
    }
    Ok(vec![Change::Handoff(HandoffChange::Relax {
        handoffs,
        is_relaxed: false,
    })])
}

fn name_of(model: &Model, id: StageId) -> &str {
    let stage = model.stages.find(id);
    stage.map_or(id.as_str(), |stage| stage.name.as_str())
}

/// The forward ones of the selected handoffs, each once, in file order.
fn selected_forward<'a>(
    model: &'a Model,
    selected: &[HandoffId],
) -> Result<Vec<&'a Handoff>, Refusal> {
    if let Some(gone) = selected.iter().find(|&&id| !model.handoffs.contains(id)) {
        return Err(Refusal::new(
            Reason::NoSuchElement,
            format!("There is no handoff {gone}"),
            "Select handoffs of the drawing",
            Vec::new(),
        ));
    }
    let ids: FxHashSet<HandoffId> = selected.iter().copied().collect();
    Ok(model
        .handoffs
        .iter()
        .filter(|handoff| ids.contains(&handoff.id) && handoff.is_forward())
        .collect())
}

fn streams_of(model: &Model, handoffs: &[&Handoff]) -> std::collections::BTreeSet<StreamId> {
    handoffs
        .iter()
        .flat_map(|handoff| [handoff.from, handoff.to])
        .filter_map(|stage| model.stages.find(stage)?.stream)
        .collect()
}

fn refuse_faults(flow: &Flow) -> Result<(), Refusal> {
    match flow.fault {
        None => Ok(()),
        Some(FlowFault::Circle) => Err(Refusal::new(
            Reason::Circle,
            "The forward handoffs run in a circle",
            "Mark the handoff that leads back as rework",
            Vec::new(),
        )),
        Some(FlowFault::TooMany) => Err(Refusal::new(
            Reason::TooMany,
            "So many stages cannot run together at once",
            "Select fewer handoffs",
            Vec::new(),
        )),
    }
}

/// Refuses when ways change at a stage where items take one of several ways, or where one of
/// several ways in is enough: afterwards all of them would count.
fn refuse_choices(relaxed: &Model, flow: &Flow, drawn: &StageGraph) -> Result<(), Refusal> {
    let mut changed_out = FxHashSet::default();
    let mut changed_in = FxHashSet::default();
    for handoff in relaxed
        .handoffs
        .iter()
        .filter(|handoff| is_relaxed(handoff))
    {
        changed_out.insert(handoff.from);
        changed_in.insert(handoff.to);
    }
    for handoff in flow.handoffs.iter().filter(|handoff| handoff.is_derived()) {
        changed_out.insert(handoff.from);
        changed_in.insert(handoff.to);
    }
    for (stage, at) in relaxed.stages.iter().zip(0_u32..) {
        let is_choice = stage.exit == Exit::ChooseOne && drawn.ways_out(at).len() > 1;
        if is_choice && changed_out.contains(&stage.id) {
            return Err(Refusal::new(
                Reason::ChooseOne,
                format!("After {} an item takes one of several ways", stage.name),
                format!(
                    "Let {} take all its ways, or choose before or after the stages that run \
                     together",
                    stage.name
                ),
                vec![At::Stage(stage.id)],
            ));
        }
        let is_merge = stage.entry == Entry::Any && drawn.ways_in(at).len() > 1;
        if is_merge && changed_in.contains(&stage.id) {
            return Err(Refusal::new(
                Reason::AnyWayIn,
                format!("Any one of several ways is enough to start {}", stage.name),
                format!("Let {} wait for all that leads to it first", stage.name),
                vec![At::Stage(stage.id)],
            ));
        }
    }
    Ok(())
}

/// Refuses when going back would not redo all that it redoes as drawn.
///
/// As drawn, rework from r to t redoes the stages from t to r. It still does when all of them are
/// still downstream of t, since going back to t withdraws what lies there.
fn refuse_broken_rework(
    model: &Model,
    drawn: &StageGraph,
    flows: &StageGraph,
) -> Result<(), Refusal> {
    let place = |stage: StageId| model.stages.position(stage).map(|at| at as u32);
    for rework in model.handoffs.iter().filter(|handoff| handoff.is_rework()) {
        let (Some(from), Some(to)) = (place(rework.from), place(rework.to)) else {
            continue;
        };
        let behind_target = drawn.downstream_of([to]);
        let before_sender = drawn.upstream_of([from]);
        if !behind_target.contains(from) {
            // It leads nowhere as drawn: a Problem of its own.
            continue;
        }
        let still_behind = flows.downstream_of([to]);
        let (from_name, to_name) = (name_of(model, rework.from), name_of(model, rework.to));
        if !still_behind.contains(from) {
            return Err(Refusal::new(
                Reason::ReworkLeadsNowhere,
                format!(
                    "{from_name} would run beside {to_name}, so rework could no longer lead back \
                     from one to the other"
                ),
                format!("Lead the rework from {from_name} to a stage before both, or take it out"),
                vec![At::Handoff(rework.id)],
            ));
        }
        let lost = drawn.stages().find(|&stage| {
            behind_target.contains(stage)
                && before_sender.contains(stage)
                && !still_behind.contains(stage)
        });
        if let Some(lost) = lost {
            let lost = drawn.id(lost);
            return Err(Refusal::new(
                Reason::ReworkEntersOneBranch,
                format!(
                    "Rework from {from_name} to {to_name} would no longer redo {}",
                    name_of(model, lost)
                ),
                format!("Lead the rework to a stage before {to_name} and those that run beside it"),
                vec![At::Handoff(rework.id), At::Stage(lost)],
            ));
        }
    }
    Ok(())
}

/// Refuses when a join would wait for ever that does not today: when items begin between the
/// stages that would run together, so that one branch never gets them.
fn refuse_starved_joins(model: &Model, relaxed: &Model, flow: &Flow) -> Result<(), Refusal> {
    let starves = |kind| matches!(kind, TokenFaultKind::NeverComes | TokenFaultKind::SomeOnly);
    let today: FxHashSet<StageId> = token_faults(model, &Flow::of(model))
        .into_iter()
        .filter(|fault| starves(fault.kind))
        .map(|fault| fault.stage)
        .collect();
    let fault = token_faults(relaxed, flow)
        .into_iter()
        .find(|fault| starves(fault.kind) && !today.contains(&fault.stage));
    match fault {
        None => Ok(()),
        Some(fault) => Err(Refusal::new(
            Reason::NeverComplete,
            format!(
                "{} would wait for all its ways in, and some items come over a part of them only",
                name_of(model, fault.stage)
            ),
            "Let these items begin before the stages that run together",
            vec![At::Stage(fault.stage)],
        )),
    }
}
