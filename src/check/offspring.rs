//! Feedback that starts more items than there were.
//!
//! Items started by feedback may cause feedback themselves. If each has on average one or more
//! children, their number grows without end (Galton and Watson 1875; for items that begin at
//! different stages: when the largest eigenvalue of the matrix of mean children is 1 or more).

use crate::graph::{ItemKind, StageGraph, Way};
use crate::model::{At, Entry, Exit, Problem};

use super::code;
use super::facts::Facts;

/// The most visits that are worked out, all together, so that a strange model takes no second.
const MOST_STEPS: usize = 20_000_000;

/// Mean visits are worked out until a round changes them by less than this.
const PRECISION: f64 = 1e-9;

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    if facts.order.is_none() {
        return;
    }
    let mut feedback: Vec<(u32, Way)> = Vec::new();
    for (handoff, at) in facts.flow.handoffs.iter().zip(0_u32..) {
        let place = |stage| facts.model.stages.position(stage).map(|at| at as u32);
        if let (true, Some(from), Some(stage)) = (
            handoff.is_feedback(),
            place(handoff.from),
            place(handoff.to),
        ) {
            feedback.push((from, Way { stage, handoff: at }));
        }
    }
    if feedback.is_empty() {
        return;
    }
    let loops = StageGraph::of_flow(&facts.flow, facts.model, |handoff| !handoff.is_feedback());
    let mut loops = loops.strong_parts();
    // Inside a loop along the forward ways, so that a round carries as far as it can.
    let order = facts.order.iter().flatten().zip(0_u32..);
    let mut rank = vec![0_u32; facts.forward.len()];
    for (&stage, at) in order {
        rank[stage as usize] = at;
    }
    for stages in &mut loops {
        stages.sort_unstable_by_key(|&stage| rank[stage as usize]);
    }
    let mut steps = 0;
    for kind in &facts.kinds {
        let open: Vec<(u32, Way)> = feedback
            .iter()
            .copied()
            .filter(|(_, way)| kind.may_use(facts.handoff(*way)))
            .collect();
        if open.is_empty() {
            continue;
        }
        let mut targets: Vec<u32> = open.iter().map(|(_, way)| way.stage).collect();
        targets.sort_unstable();
        targets.dedup();
        // Row by row: the mean children at each target of an item that begins at one.
        let children: Vec<Vec<f64>> = targets
            .iter()
            .map(|&target| {
                let visits = mean_visits(facts, kind, &loops, target, &mut steps);
                let mut children = vec![0.0; targets.len()];
                for (from, way) in &open {
                    if let Ok(at) = targets.binary_search(&way.stage) {
                        children[at] += visits[*from as usize] * facts.share(*way, 0.0);
                    }
                }
                children
            })
            .collect();
        let growth = largest_eigenvalue(&children);
        if growth < 1.0 - 1e-6 {
            continue;
        }
        // The handoff to blame: the one over which most children come, counted from its target.
        let worst = open.iter().map(|(_, way)| *way).max_by(|a, b| {
            let own = |way: &Way| {
                let at = targets.binary_search(&way.stage);
                at.map_or(0.0, |at| children[at][at]) * facts.share(*way, 0.0)
            };
            own(a).total_cmp(&own(b))
        });
        if let Some(worst) = worst {
            let handoff = facts.handoff(worst);
            let (from, to) = (facts.stage_name(handoff.from), facts.stage_name(handoff.to));
            let message = format!(
                "Feedback {from} → {to} has no end: each item that feedback starts causes {growth:.2} \
                 more on average"
            );
            problems.push(
                Problem::error(code::OFFSPRING, At::Handoff(handoff.id), message)
                    .field("share")
                    .hint("Lower its share until each item causes less than one other"),
            );
        }
    }
}

/// The mean visits to each stage of an item that begins at one, rework included.
///
/// At a join the way with the most tokens counts, and what rework withdraws is not taken off, so
/// this is an estimate where work runs side by side *and* goes back; without either it is exact.
/// Each loop is worked out by itself, after those before it, so that many loops one behind the
/// other take no longer than as many side by side.
fn mean_visits(
    facts: &Facts<'_>,
    kind: &ItemKind,
    loops: &[Vec<u32>],
    begin: u32,
    steps: &mut usize,
) -> Vec<f64> {
    let mut visits = vec![0.0; facts.forward.len()];
    let mut over = vec![0.0; facts.flow.handoffs.len()];
    for stages in loops {
        loop {
            let mut change = 0.0_f64;
            for &stage in stages {
                let forward = facts.forward.ways_in(stage).iter();
                let came = forward.map(|way| over[way.handoff as usize]);
                let came = match facts.flow.stages[stage as usize].entry {
                    Entry::Any => came.sum(),
                    Entry::All => came.fold(0.0, f64::max),
                };
                let back = facts.rework.ways_in(stage).iter();
                let back: f64 = back.map(|way| over[way.handoff as usize]).sum();
                let now = came + back + if stage == begin { 1.0 } else { 0.0 };
                let known = &mut visits[stage as usize];
                change = change.max((now - *known).abs() / now.max(1.0));
                *known = now;
                if now > 0.0 {
                    leave(facts, kind, stage, now, &mut over);
                }
            }
            *steps += stages.len();
            if change < PRECISION || *steps > MOST_STEPS {
                break;
            }
        }
    }
    visits
}

/// Sends the visits of a stage over the ways that items may take from it.
fn leave(facts: &Facts<'_>, kind: &ItemKind, stage: u32, visits: f64, over: &mut [f64]) {
    let mut rest = visits;
    for &way in facts.rework.ways_out(stage) {
        if kind.may_use(facts.handoff(way)) {
            let goes = visits * facts.share(way, 0.0);
            over[way.handoff as usize] = goes;
            rest -= goes;
        }
    }
    let chooses = facts.flow.stages[stage as usize].exit == Exit::ChooseOne;
    let usable = || kind.usable(&facts.flow, &facts.forward, stage);
    let sum: f64 = usable().map(|way| facts.share(way, 1.0)).sum();
    for way in usable() {
        let part = if chooses {
            facts.share(way, 1.0) / sum
        } else {
            1.0
        };
        over[way.handoff as usize] = rest.max(0.0) * part;
    }
}

/// The largest eigenvalue of a matrix without negative entries, by von Mises' iteration on the
/// matrix plus the identity, which cannot swing between two vectors.
fn largest_eigenvalue(matrix: &[Vec<f64>]) -> f64 {
    let mut vector = vec![1.0; matrix.len()];
    let mut growth = 1.0;
    for _ in 0..2000 {
        let next: Vec<f64> = matrix
            .iter()
            .zip(&vector)
            .map(|(row, own)| own + row.iter().zip(&vector).map(|(a, b)| a * b).sum::<f64>())
            .collect();
        growth = next.iter().fold(0.0, |most: f64, &one| most.max(one));
        if !growth.is_finite() {
            return growth;
        }
        vector = next.into_iter().map(|one| one / growth).collect();
    }
    growth - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_eigenvalue_is_found() {
        let check = |matrix: &[&[f64]], expected: f64| {
            let matrix: Vec<Vec<f64>> = matrix.iter().map(|row| row.to_vec()).collect();
            let found = largest_eigenvalue(&matrix);
            assert!((found - expected).abs() < 2e-3, "{found}, not {expected}");
        };
        check(&[&[0.5]], 0.5);
        check(&[&[0.0, 2.0], &[0.3, 0.0]], 0.6_f64.sqrt());
        check(&[&[0.0, 1.0], &[0.0, 0.0]], 0.0);
        check(&[&[0.2, 0.1], &[0.0, 1.5]], 1.5);
    }
}
