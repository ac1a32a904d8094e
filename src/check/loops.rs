//! Loops that items never leave.

use crate::graph::{ItemKind, StageSet};
use crate::model::{Exit, HandoffKind, Problem};

use super::code;
use super::facts::{Facts, at_stage};

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    if facts.order.is_none() {
        return;
    }
    let mut reported = StageSet::new(facts.forward.len());
    for kind in &facts.kinds {
        let reached = reached_with_rework(facts, kind);
        let leaving = leaving(facts, kind);
        // Of the stages that lead into a loop only those that cannot go on themselves say it.
        for stage in reached.iter() {
            let is_stuck = !leaving.contains(stage) && !goes_forward(facts, kind, stage);
            let at = at_stage(facts, stage);
            let is_said = |known: &Problem| known.code == code::REWORK_ABOVE_ONE && known.at == at;
            if is_stuck && reported.insert(stage) && !problems.iter().any(is_said) {
                let name = facts.name_at(stage);
                let items = facts.items(kind.stream, kind.class);
                let message = format!("{items} never get past {name}: all of them go back");
                problems.push(
                    Problem::error(code::NEVER_LEAVES, at, message)
                        .field("share")
                        .hint("Lower the shares of its rework below 100%"),
                );
            }
        }
    }
}

/// Whether an item that has finished a stage can ever go forward from it, or is done there.
///
/// Rework that is drawn a limited number of times stops being in the way.
fn goes_forward(facts: &Facts<'_>, kind: &ItemKind, stage: u32) -> bool {
    let unlimited = facts.rework.ways_out(stage).iter().filter(|way| {
        let handoff = facts.handoff(**way);
        handoff.kind == HandoffKind::Rework { at_most: None } && kind.may_use(handoff)
    });
    unlimited.map(|&way| facts.share(way, 0.0)).sum::<f64>() < 1.0 - 1e-9
}

fn reached_with_rework(facts: &Facts<'_>, kind: &ItemKind) -> StageSet {
    let mut reached = StageSet::new(facts.forward.len());
    let begins = kind.begins.iter().flat_map(|begin| &begin.stages);
    let mut open: Vec<u32> = begins.copied().collect();
    while let Some(stage) = open.pop() {
        if reached.insert(stage) {
            if goes_forward(facts, kind, stage) {
                let ways = kind.usable(&facts.flow, &facts.forward, stage);
                open.extend(ways.map(|way| way.stage));
            }
            let back = facts.rework.ways_out(stage).iter();
            open.extend(back.map(|way| way.stage));
        }
    }
    reached
}

/// The stages from which items can get to an end with all their tokens: the smallest set that
/// holds the ends and whatever leads into it.
fn leaving(facts: &Facts<'_>, kind: &ItemKind) -> StageSet {
    let mut leaving = StageSet::new(facts.forward.len());
    // At a take-all exit, how many ways do not lead out yet; elsewhere one is enough.
    let mut missing: Vec<usize> = Vec::with_capacity(facts.forward.len());
    let mut open = Vec::new();
    for stage in facts.forward.stages() {
        let usable = kind.usable(&facts.flow, &facts.forward, stage).count();
        let takes_all = facts.flow.stages[stage as usize].exit == Exit::TakeAll;
        missing.push(if takes_all { usable } else { usable.min(1) });
        if usable == 0 && goes_forward(facts, kind, stage) {
            open.push(stage);
        }
    }
    while let Some(stage) = open.pop() {
        if !leaving.insert(stage) {
            continue;
        }
        for back in facts.forward.ways_in(stage) {
            let mut ways = kind.usable(&facts.flow, &facts.forward, back.stage);
            if !ways.any(|way| way.handoff == back.handoff) {
                continue;
            }
            let missing = &mut missing[back.stage as usize];
            *missing = missing.saturating_sub(1);
            if *missing == 0 && goes_forward(facts, kind, back.stage) {
                open.push(back.stage);
            }
        }
        for back in facts.rework.ways_in(stage) {
            let handoff = facts.handoff(*back);
            if kind.may_use(handoff) && facts.share(*back, 0.0) > 0.0 {
                open.push(back.stage);
            }
        }
    }
    leaving
}
