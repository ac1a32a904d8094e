//! Where items arrive stays where it is while stages are added.

use std::collections::BTreeSet;

use crate::graph;
use crate::model::{Change, DemandField, Model, StreamChange, StreamId};

/// Returns Changes that say where the items of some streams arrive, for every demand of which only
/// the drawing says it.
///
/// A demand that names no stage has its items arrive where no handoff leads to. So a stage that is
/// added and not connected yet would draw all of them to itself: whoever adds one says first where
/// they arrive now. Where that is open (no stage, or several) nothing is said.
pub fn keep_arrivals(model: &Model, streams: &BTreeSet<StreamId>) -> Vec<Change> {
    let is_left_out = |stream: &StreamId| {
        let stream = model.streams.find(*stream);
        stream.is_some_and(|stream| stream.demands.iter().any(|demand| demand.at.is_empty()))
    };
    if !streams.iter().any(is_left_out) {
        return Vec::new();
    }
    let found = graph::arrivals(model).into_iter();
    let wanted = found.filter(|arrival| streams.contains(&arrival.stream));
    wanted
        .filter(|arrival| arrival.at.len() == 1)
        .filter(|arrival| {
            let stream = model.streams.find(arrival.stream);
            let mut demands = stream.iter().flat_map(|stream| &stream.demands);
            demands.any(|demand| demand.id == arrival.demand && demand.at.is_empty())
        })
        .map(|arrival| {
            Change::Stream(StreamChange::SetDemand {
                stream: arrival.stream,
                demand: arrival.demand,
                field: DemandField::At(arrival.at),
            })
        })
        .collect()
}
