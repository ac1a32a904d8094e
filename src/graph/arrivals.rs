//! Where the items of a Demand arrive.

use rustc_hash::FxHashMap;

use crate::model::{ClassId, Demand, Model, StageId, StreamId};

use super::flow::{Flow, FlowArrival, FlowHandoff, is_open_to, is_relaxed};
use super::links::StageGraph;

/// Returns where items arrive by what is drawn, before anything is relaxed: at the stages named, else at the one stage of the
/// stream that no handoff of any kind leads to, else at the one that no forward handoff leads to.
pub fn of(model: &Model) -> Vec<FlowArrival> {
    let is_said = |demand: &Demand| !demand.at.is_empty();
    let mut firsts = if model
        .streams
        .iter()
        .all(|stream| stream.demands.iter().all(is_said))
    {
        FxHashMap::default()
    } else {
        first_stages(model)
    };
    let mut arrivals = Vec::new();
    for stream in &model.streams {
        let left_out = firsts.remove(&stream.id).unwrap_or_default();
        for demand in &stream.demands {
            let at = if is_said(demand) {
                in_file_order(model, demand.at.clone())
            } else {
                left_out.only_one()
            };
            arrivals.push(FlowArrival {
                stream: stream.id,
                demand: demand.id,
                at,
            });
        }
    }
    arrivals
}

fn in_file_order(model: &Model, mut at: Vec<StageId>) -> Vec<StageId> {
    at.retain(|&stage| model.stages.contains(stage));
    at.sort_by_key(|&stage| model.stages.position(stage));
    at.dedup();
    at
}

/// The stages of a stream that nothing leads to.
#[derive(Default)]
struct Firsts {
    /// Those that no handoff of any kind leads to.
    untouched: Vec<StageId>,
    /// Those that no forward handoff leads to.
    foremost: Vec<StageId>,
}

impl Firsts {
    fn only_one(&self) -> Vec<StageId> {
        let found = if self.untouched.is_empty() {
            &self.foremost
        } else {
            &self.untouched
        };
        match found[..] {
            [stage] => vec![stage],
            _ => Vec::new(),
        }
    }
}

fn first_stages(model: &Model) -> FxHashMap<StreamId, Firsts> {
    let mut is_touched = vec![false; model.stages.len()];
    let mut is_led_to = vec![false; model.stages.len()];
    for handoff in &model.handoffs {
        if let Some(to) = model.stages.position(handoff.to) {
            is_touched[to] = true;
            is_led_to[to] |= handoff.is_forward();
        }
    }
    let mut firsts: FxHashMap<StreamId, Firsts> = FxHashMap::default();
    for (at, stage) in model.stages.iter().enumerate() {
        let Some(stream) = stage.stream.filter(|_| !is_led_to[at]) else {
            continue;
        };
        let firsts = firsts.entry(stream).or_default();
        firsts.foremost.push(stage.id);
        if !is_touched[at] {
            firsts.untouched.push(stage.id);
        }
    }
    firsts
}

/// Lets the items of a Demand arrive also at the stages that relaxing left without a predecessor,
/// where they were led before.
pub(super) fn adjust(model: &Model, flow: &mut Flow) {
    let now = StageGraph::of_flow(flow, model, FlowHandoff::is_forward);
    let relaxed = StageGraph::of_model(model, is_relaxed);
    let is_left_alone =
        |stage: u32| now.ways_in(stage).is_empty() && !relaxed.ways_in(stage).is_empty();
    if !now.stages().any(is_left_alone) {
        return;
    }
    let place = |stage: StageId| model.stages.position(stage).map(|at| at as u32);
    let demands = model
        .streams
        .iter()
        .flat_map(|stream| stream.demands.iter().map(move |demand| (stream.id, demand)));
    for (arrival, (stream, demand)) in flow.arrivals.iter_mut().zip(demands) {
        let class = demand.class.as_ref().map(|class| class.id);
        // A stage left alone is led to over relaxed handoffs only: were there another on the way,
        // the sender of that would still come before it.
        let starts: Vec<u32> = arrival
            .at
            .iter()
            .filter_map(|&stage| place(stage))
            .collect();
        for stage in led_over(model, &relaxed, &starts, stream, class) {
            if is_left_alone(stage) {
                arrival.at.push(relaxed.id(stage));
            }
        }
        let at = std::mem::take(&mut arrival.at);
        arrival.at = in_file_order(model, at);
    }
}

/// Returns the stages that items get to from `starts` over ways of `graph` that are open to them.
fn led_over(
    model: &Model,
    graph: &StageGraph,
    starts: &[u32],
    stream: StreamId,
    class: Option<ClassId>,
) -> Vec<u32> {
    let mut seen = rustc_hash::FxHashSet::from_iter(starts.iter().copied());
    let mut found = starts.to_vec();
    let mut next = 0;
    while let Some(&stage) = found.get(next) {
        next += 1;
        for way in graph.ways_out(stage) {
            let handoff = model.handoffs.at(way.handoff as usize);
            let is_open = handoff.is_some_and(|handoff| is_open_to(&handoff.only, stream, class));
            if is_open && seen.insert(way.stage) {
                found.push(way.stage);
            }
        }
    }
    found
}
