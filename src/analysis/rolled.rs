//! Rolled %C&A: how likely an item gets through without anybody having to correct anything.

use std::collections::BTreeMap;

use crate::graph::Flow;
use crate::model::{Exit, Model, Share, StreamId};

use super::network::{Arriving, Network};

/// Most sets of stages in progress that are looked at; beyond, the figure is not computed.
const MOST_STATES: usize = 20_000;

/// Returns the rolled %C&A of a stream: the expected product of the %C&A of the stages that an item
/// visits when nothing goes back (fine print "Rolled %C&A").
///
/// Choose-one exits are weighted by share, the branches of take-all exits multiply, and each stage
/// counts once. A stage's %C&A is the one given, else 1 − the rework shares that lead back to it.
/// Demands are weighted by the items they bring. Nothing when the stream has no demand with a place
/// to arrive, when forward handoffs have a cycle, or when the drawing is so entangled that more than
/// 20,000 sets of stages could be in progress at once.
pub fn rolled_ca(model: &Model, flow: &Flow, stream: StreamId) -> Option<f64> {
    let network = Network::of(model, flow)?;
    of_stream(&network, &accuracies(&network), &network.arriving(), stream)
}

/// Returns the rolled %C&A of every stream, in the Model's order.
pub(super) fn rolled_ca_of_streams(model: &Model, flow: &Flow) -> Vec<Option<f64>> {
    let Some(network) = Network::of(model, flow) else {
        return vec![None; model.streams.len()];
    };
    let (accuracies, arriving) = (accuracies(&network), network.arriving());
    let streams = model.streams.iter();
    streams
        .map(|stream| of_stream(&network, &accuracies, &arriving, stream.id))
        .collect()
}

fn of_stream(
    network: &Network<'_>,
    accuracies: &[f64],
    arriving: &[Arriving],
    stream: StreamId,
) -> Option<f64> {
    let own = |demand: &&Arriving| demand.who.stream == stream && !demand.at.is_empty();
    let demands: Vec<&Arriving> = arriving.iter().filter(own).collect();
    // Lists bring a number of items and the others a rate; the two cannot be weighed together.
    let has_rates = demands.iter().any(|demand| demand.rate.is_some());
    let mut sum = 0.0;
    let mut weights = 0.0;
    for demand in demands {
        let weight = if has_rates {
            demand.rate.unwrap_or(0.0)
        } else {
            demand.listed as f64
        };
        if weight > 0.0 {
            sum += weight * expected_product(network, accuracies, demand)?;
            weights += weight;
        }
    }
    (weights > 0.0).then(|| sum / weights)
}

/// Returns the %C&A of each stage, 0 to 1, in the Model's order: the one given, else 1 − the rework
/// shares that lead back to it (definitions 4.3: the share of what it hands on that the receiver can
/// use as it is). Nothing when forward handoffs have a cycle.
pub fn complete_and_accurate(model: &Model, flow: &Flow) -> Option<Vec<f64>> {
    Network::of(model, flow).map(|network| accuracies(&network))
}

fn accuracies(network: &Network<'_>) -> Vec<f64> {
    let mut back = vec![0.0; network.model.stages.len()];
    for &handoff in network.rework_out.iter().flatten() {
        back[network.ends[handoff].1] += network.share(handoff, 1.0);
    }
    let stages = network.model.stages.iter();
    stages
        .zip(back)
        .map(|(stage, back)| stage.ca.map_or((1.0 - back).max(0.0), Share::get))
        .collect()
}

/// Sums the products over all ways through.
///
/// A state is the set of stages that a token has reached and not left yet; the first of it in
/// forward order is visited next, so no stage is visited twice, and two histories that lead to the
/// same state go on as one. States come up in the order of their first stage, which is that of a
/// sorted map.
fn expected_product(network: &Network<'_>, accuracies: &[f64], demand: &Arriving) -> Option<f64> {
    let as_state = |mut ranks: Vec<usize>| {
        ranks.sort_unstable();
        ranks.dedup();
        ranks
    };
    let start = as_state(demand.at.iter().map(|&stage| network.rank[stage]).collect());
    let mut states = BTreeMap::from([(start, 1.0)]);
    let mut product = 0.0;
    for _ in 0..MOST_STATES {
        let Some((state, weight)) = states.pop_first() else {
            return Some(product);
        };
        let (&first, rest) = state.split_first().expect("no state is empty");
        let stage = network.order[first];
        let weight = weight * accuracies[stage];
        let ways = network.ways(stage, demand.who);
        let mut go_on = |ways: &[(usize, f64)], share: f64| {
            let mut next = rest.to_vec();
            next.extend(
                ways.iter()
                    .map(|&(way, _)| network.rank[network.ends[way].1]),
            );
            let next = as_state(next);
            if next.is_empty() {
                product += weight * share;
            } else {
                *states.entry(next).or_insert(0.0) += weight * share;
            }
        };
        if ways.is_empty() || network.flow.stages[stage].exit == Exit::TakeAll {
            go_on(&ways, 1.0);
        } else {
            for way in &ways {
                go_on(std::slice::from_ref(way), way.1);
            }
        }
    }
    None
}
