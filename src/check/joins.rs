//! Joins that wait for ever, merges that let an item through twice, stages without a way on.

use crate::graph::{TokenFault, TokenFaultKind, token_faults};
use crate::model::{
    At, Change, Entry, HandoffChange, HandoffId, Problem, StageChange, StageField, StageId,
};

use super::facts::Facts;
use super::{code, ways};

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    if facts.flow.fault.is_some() {
        // There is no order to judge by, and a Problem that says so.
        return;
    }
    for fault in token_faults(facts.model, &facts.flow) {
        problems.extend(problem(facts, &fault, problems));
    }
}

fn problem(facts: &Facts<'_>, fault: &TokenFault, known: &[Problem]) -> Option<Problem> {
    let name = facts.stage_name(fault.stage);
    let at = At::Stage(fault.stage);
    let mut items = facts.items(fault.stream, fault.class);
    if fault.feedback.is_some() {
        items.push_str(" that feedback starts");
    }
    let set_entry = |entry| {
        vec![Change::Stage(StageChange::Set {
            stages: vec![fault.stage],
            field: StageField::Entry(entry),
        })]
    };
    Some(match fault.kind {
        TokenFaultKind::NeverComes if fault.feedback.is_some() => {
            return starved_by_feedback(facts, fault);
        }
        TokenFaultKind::NeverComes => {
            let flows = &facts.flow.handoffs;
            let way = flows.iter().find(|handoff| Some(handoff.id) == fault.way);
            let from = way.map_or("one of its ways", |way| facts.stage_name(way.from));
            let message = format!(
                "{name} waits for {from} for ever: {} never come from there",
                lower(&items)
            );
            Problem::error(code::JOIN_INCOMPLETE, at, message)
                .field("entry")
                .hint(
                    "Let any way in be enough, say with `only` for whom that handoff is, or let \
                     items come there",
                )
                .fix(set_entry(Entry::Any))
        }
        TokenFaultKind::SomeOnly => {
            let message = format!(
                "{name} waits for all its ways in, but {} may take only some of them",
                lower(&items)
            );
            Problem::error(code::JOIN_INCOMPLETE, at, message)
                .field("entry")
                .hint(
                    "Let any way in be enough where items choose one of several ways before, or \
                     let them take all",
                )
                .fix(set_entry(Entry::Any))
        }
        TokenFaultKind::Twice => {
            let message = format!("{items} come through {name} twice, once over each way in");
            Problem::warning(code::MERGES_TWICE, at, message)
                .field("entry")
                .hint("Let it wait for all ways in, if the work is done once for all of them")
                .fix(set_entry(Entry::All))
        }
        TokenFaultKind::Closed => {
            let message = format!("{items} come to {name}, and no way on is open to them");
            Problem::error(code::NO_WAY_ON, at, message)
                .field("only")
                .hint("Open one of its handoffs to them, or draw one")
        }
        TokenFaultKind::NoShare => {
            let is_known = |problem: &Problem| problem.code == code::NO_SHARE && problem.at == at;
            if known.iter().any(is_known) {
                return None;
            }
            let place = facts.model.stages.position(fault.stage)?;
            ways::no_share(facts, place as u32, &lower(&items))
        }
    })
}

/// Feedback that starts items inside one of several branches, so that they wait for ever where
/// the branches meet. The join is right; where the feedback leads is not.
fn starved_by_feedback(facts: &Facts<'_>, fault: &TokenFault) -> Option<Problem> {
    let flows = &facts.flow.handoffs;
    let of = |id: Option<HandoffId>| flows.iter().find(|handoff| Some(handoff.id) == id);
    let (feedback, missing) = (of(fault.feedback)?, of(fault.way)?);
    let [to, join, from] = [feedback.to, fault.stage, missing.from].map(|id| facts.stage_name(id));
    let message = format!(
        "Feedback starts items at {to} that wait at {join} for ever: they never come to {from}"
    );
    let problem =
        Problem::error(code::FEEDBACK_STARVES, At::Handoff(feedback.id), message).field("to");
    Some(match parting(facts, feedback.to, missing.from) {
        Some(parting) => {
            let name = facts.stage_name(parting);
            problem
                .hint(format!("Lead it to {name}, from where items come to both"))
                .fix(vec![Change::Handoff(HandoffChange::Reconnect {
                    handoff: feedback.id,
                    from: feedback.from,
                    to: parting,
                })])
        }
        None => problem.hint("Lead it to a stage from which its items come over all ways in"),
    })
}

/// The last stage from which two others can be reached.
fn parting(facts: &Facts<'_>, a: StageId, b: StageId) -> Option<StageId> {
    let place = |stage| facts.model.stages.position(stage).map(|at| at as u32);
    let above = |stage| Some(facts.forward.upstream_of([place(stage)?]));
    let (above_a, above_b) = (above(a)?, above(b)?);
    let mut order = facts.order.iter().flatten().rev();
    let last = order.find(|&&stage| above_a.contains(stage) && above_b.contains(stage))?;
    Some(facts.forward.id(*last))
}

/// A noun phrase from the beginning of a sentence, for the middle of one.
fn lower(items: &str) -> String {
    items.replacen("Items", "items", 1)
}
