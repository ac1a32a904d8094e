//! Handoffs: circles, shares, where rework leads, marks without effect.

use crate::graph::{FlowFault, Way, is_relaxed};
use crate::model::{
    At, Change, Exit, Handoff, HandoffChange, HandoffField, HandoffKind, Problem, Share,
};

use super::code;
use super::facts::{Facts, at_stage};

/// How often items go back over a handoff that is made rework by a ready Change.
const READY_SHARE: f64 = 0.1;

/// Shares as written may miss 1 by a rounding.
const ROUNDING: f64 = 1e-9;

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    circles(facts, problems);
    relaxed(facts, problems);
    missing_shares(facts, problems);
    forward_shares(facts, problems);
    rework_shares(facts, problems);
    rework_nowhere(facts, problems);
}

fn circles(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    for cycle in facts.forward.cycles() {
        let (first, last) = (cycle[0], cycle[cycle.len() - 1]);
        let mut ways = facts.forward.ways_out(last).iter();
        let Some(back) = ways.find(|way| way.stage == first) else {
            continue;
        };
        let back = facts.handoff(*back).id;
        let mut names: Vec<&str> = cycle.iter().map(|&stage| facts.name_at(stage)).collect();
        names.push(names[0]);
        // In a long circle the ends say enough.
        let path = if names.len() > 8 {
            let (front, end) = (&names[..4], &names[names.len() - 3..]);
            format!("{} → … → {}", front.join(" → "), end.join(" → "))
        } else {
            names.join(" → ")
        };
        let set = |field| {
            Change::Handoff(HandoffChange::Set {
                handoffs: vec![back],
                field,
            })
        };
        let message = format!("The forward handoffs run in a circle: {path}");
        problems.push(
            Problem::error(code::FORWARD_CIRCLE, At::Handoff(back), message)
                .field("kind")
                .hint("Mark the handoff that leads back as rework")
                .fix(vec![
                    set(HandoffField::Kind(HandoffKind::Rework { at_most: None })),
                    set(HandoffField::Share(Share::new(READY_SHARE))),
                ]),
        );
    }
}

fn relaxed(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    if facts.flow.fault == Some(FlowFault::TooMany) {
        problems.push(
            Problem::error(
                code::TOO_MANY_DERIVED,
                At::Model,
                "So many stages run together that their order cannot be worked out",
            )
            .hint("Relax fewer handoffs around one another"),
        );
    }
    let marked = facts
        .model
        .handoffs
        .iter()
        .filter(|handoff| handoff.is_relaxed);
    for handoff in marked.filter(|handoff| !is_relaxed(handoff)) {
        let name = facts.handoff_name(handoff);
        let message = format!("{name} is marked as relaxed, but it is not a customary way forward");
        problems.push(
            Problem::warning(code::NOT_RELAXED, At::Handoff(handoff.id), message)
                .field("relaxed")
                .hint("Mark it as customary, or take the mark away")
                .fix(vec![Change::Handoff(HandoffChange::Relax {
                    handoffs: vec![handoff.id],
                    is_relaxed: false,
                })]),
        );
    }
}

fn missing_shares(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let says_nothing = |handoff: &&Handoff| !handoff.is_forward() && handoff.share.is_none();
    for handoff in facts.model.handoffs.iter().filter(says_nothing) {
        let name = facts.handoff_name(handoff);
        let message = if handoff.is_rework() {
            format!("Nothing says how often items go back: {name}")
        } else {
            format!("Nothing says how often {name} gives feedback")
        };
        problems.push(
            Problem::error(code::SHARE_MISSING, At::Handoff(handoff.id), message)
                .field("share")
                .hint("Write a share, for instance 10%"),
        );
    }
}

/// Choose-one exits without any share. Where only some items find none, `joins` says so.
fn forward_shares(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    for stage in facts.forward.stages() {
        let ways = facts.forward.ways_out(stage);
        let chooses = facts.flow.stages[stage as usize].exit == Exit::ChooseOne;
        let sum: f64 = ways.iter().map(|&way| facts.share(way, 1.0)).sum();
        if chooses && !ways.is_empty() && sum <= 0.0 {
            problems.push(no_share(facts, stage, "items"));
        }
    }
}

/// The Problem of a choose-one exit whose shares sum to 0 for some items.
pub(super) fn no_share(facts: &Facts<'_>, stage: u32, items: &str) -> Problem {
    let name = facts.name_at(stage);
    let message = format!("The shares of the ways on from {name} sum to 0 for {items}");
    Problem::error(code::NO_SHARE, at_stage(facts, stage), message)
        .field("exit")
        .hint("Give at least one of these handoffs a share above 0")
}

fn rework_shares(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    for stage in facts.rework.stages() {
        let ways = facts.rework.ways_out(stage);
        let sum = |is_open: &dyn Fn(Way) -> bool| -> f64 {
            let open = ways.iter().copied().filter(|&way| is_open(way));
            open.map(|way| facts.share(way, 0.0)).sum()
        };
        if ways.is_empty() || sum(&|_| true) <= 1.0 + ROUNDING {
            continue;
        }
        let most = facts
            .kinds
            .iter()
            .map(|kind| sum(&|way| kind.may_use(facts.handoff(way))))
            .fold(0.0, f64::max);
        if most > 1.0 + ROUNDING {
            let name = facts.name_at(stage);
            let percent = (most * 1000.0).round() / 10.0;
            let message = format!("{percent}% of the items at {name} would go back");
            problems.push(
                Problem::error(code::REWORK_ABOVE_ONE, at_stage(facts, stage), message)
                    .field("share")
                    .hint("The shares of all rework from one stage may sum to 100% at most"),
            );
        }
    }
}

fn rework_nowhere(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let Some(order) = &facts.order else { return };
    let reworks: Vec<(u32, Way)> = facts
        .rework
        .stages()
        .flat_map(|from| {
            facts
                .rework
                .ways_out(from)
                .iter()
                .map(move |&way| (from, way))
        })
        .filter(|(from, way)| *from != way.stage)
        .collect();
    let questions: Vec<(u32, u32)> = reworks
        .iter()
        .map(|&(from, way)| (way.stage, from))
        .collect();
    let answers = facts.forward.can_reach(order, &questions);
    for ((from, way), _) in reworks.into_iter().zip(answers).filter(|(_, can)| !can) {
        let (from, to) = (facts.name_at(from), facts.name_at(way.stage));
        let message =
            format!("Rework leads from {from} to {to}, but {from} does not come after it");
        problems.push(
            Problem::error(
                code::REWORK_NOWHERE,
                At::Handoff(facts.handoff(way).id),
                message,
            )
            .field("to")
            .hint("Lead it to a stage from which the item comes back here, or make it feedback"),
        );
    }
}
