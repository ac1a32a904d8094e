//! Stages whose results are not always usable although nothing ever goes back to them.

use std::sync::Arc;

use crate::edit::FreshIds;
use crate::model::{At, Change, Exit, Handoff, HandoffChange, HandoffKind, Problem, Share, Stage};

use super::code;
use super::facts::Facts;

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let mut ids = FreshIds::new(facts.model);
    for (stage, place) in facts.model.stages.iter().zip(0_u32..) {
        let Some(ca) = stage.ca.filter(|ca| ca.get() < 1.0) else {
            continue;
        };
        let mut receivers: Vec<u32> = Vec::new();
        for way in facts.forward.ways_out(place) {
            if !receivers.contains(&way.stage) {
                receivers.push(way.stage);
            }
        }
        let goes_back = facts
            .rework
            .ways_in(place)
            .iter()
            .any(|way| receivers.contains(&way.stage));
        if receivers.is_empty() || goes_back {
            continue;
        }
        let name = facts.stage_name(stage.id);
        let share = Share::new(1.0 - ca.get()).unwrap_or(Share::NONE);
        let message =
            format!("{ca} of what {name} hands on is usable, but nothing goes back to it");
        problems.push(
            Problem::warning(code::CA_WITHOUT_REWORK, At::Stage(stage.id), message)
                .field("ca")
                .hint(format!(
                    "Add rework from its receivers with a share of {share}"
                ))
                .fix(rework(facts, &mut ids, stage, &receivers, share)),
        );
    }
}

/// The rework handoffs that a stage needs: one from each receiver where an item goes to one of
/// them, from the first where it goes to all; none when a receiver sends back too much already.
fn rework(
    facts: &Facts<'_>,
    ids: &mut FreshIds<'_>,
    stage: &Stage,
    receivers: &[u32],
    share: Share,
) -> Vec<Change> {
    let takes_all = stage.exit == Exit::TakeAll;
    let count = if takes_all { 1 } else { receivers.len() };
    let mut changes = Vec::new();
    for &receiver in &receivers[..count] {
        let ways = facts.rework.ways_out(receiver).iter();
        let sum: f64 = ways.map(|&way| facts.share(way, 0.0)).sum();
        if sum + share.get() > 1.0 {
            return Vec::new();
        }
        let from = facts.forward.id(receiver);
        let mut handoff = Handoff::new(ids.handoff(from, stage.id), from, stage.id);
        handoff.kind = HandoffKind::Rework { at_most: None };
        handoff.share = Some(share);
        changes.push(Change::Handoff(HandoffChange::Add {
            handoff: Arc::new(handoff),
            position: None,
        }));
    }
    changes
}
