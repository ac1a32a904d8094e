//! Stages and the ways between them as places and numbers: what algorithms on graphs work on.

use crate::model::{Handoff, Model, StageId};

use super::flow::{Flow, FlowHandoff};

/// A way out of a stage or into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The stage at the other end, by its place in the Model.
    pub stage: u32,
    /// The handoff, by its place among those that the graph was made from.
    pub handoff: u32,
}

/// A graph of stages, each known by its place in the Model's order (which is also the Flow's).
///
/// The ways of a stage come in file order, so whatever walks the graph gives the same answer each
/// time. Two handoffs between the same stages are two ways.
#[derive(Clone, Debug)]
pub struct StageGraph {
    ids: Vec<StageId>,
    out: Adjacency,
    into: Adjacency,
}

/// For each stage its ways, in one vector.
#[derive(Clone, Debug)]
struct Adjacency {
    /// Where the ways of each stage begin; one more than there are stages.
    starts: Vec<u32>,
    ways: Vec<Way>,
}

impl Adjacency {
    /// Sorts ways, given as (stage, way), by stage; those of one stage stay in order.
    fn new(stages: usize, ways: impl Iterator<Item = (u32, Way)> + Clone) -> Self {
        let mut starts = vec![0_u32; stages + 1];
        for (stage, _) in ways.clone() {
            starts[stage as usize + 1] += 1;
        }
        for stage in 0..stages {
            starts[stage + 1] += starts[stage];
        }
        let nowhere = Way {
            stage: 0,
            handoff: 0,
        };
        let mut sorted = vec![nowhere; starts[stages] as usize];
        let mut next = starts.clone();
        for (stage, way) in ways {
            let place = &mut next[stage as usize];
            sorted[*place as usize] = way;
            *place += 1;
        }
        Self {
            starts,
            ways: sorted,
        }
    }

    fn of(&self, stage: u32) -> &[Way] {
        let stage = stage as usize;
        &self.ways[self.starts[stage] as usize..self.starts[stage + 1] as usize]
    }
}

/// A link as the builders collect it: from, to, handoff.
type Link = (u32, u32, u32);

impl StageGraph {
    fn new(ids: Vec<StageId>, links: &[Link]) -> Self {
        let stages = ids.len();
        let out = links
            .iter()
            .map(|&(from, stage, handoff)| (from, Way { stage, handoff }));
        let into = links
            .iter()
            .map(|&(stage, to, handoff)| (to, Way { stage, handoff }));
        Self {
            ids,
            out: Adjacency::new(stages, out),
            into: Adjacency::new(stages, into),
        }
    }

    /// Makes the graph of those handoffs of a Model that `which` picks; ways say the place in
    /// `model.handoffs`.
    pub fn of_model(model: &Model, which: impl Fn(&Handoff) -> bool) -> Self {
        let place = |stage: StageId| model.stages.position(stage).map(|at| at as u32);
        let links: Vec<Link> = model
            .handoffs
            .iter()
            .zip(0..)
            .filter(|(handoff, _)| which(handoff))
            // A handoff that leads nowhere is against the invariants of the Model; no algorithm
            // here has to fall over it.
            .filter_map(|(handoff, at)| Some((place(handoff.from)?, place(handoff.to)?, at)))
            .collect();
        Self::new(model.stages.iter().map(|stage| stage.id).collect(), &links)
    }

    /// Makes the graph of those handoffs of a Flow that `which` picks; ways say the place in
    /// `flow.handoffs`.
    pub fn of_flow(flow: &Flow, model: &Model, which: impl Fn(&FlowHandoff) -> bool) -> Self {
        let place = |stage: StageId| model.stages.position(stage).map(|at| at as u32);
        let links: Vec<Link> = flow
            .handoffs
            .iter()
            .zip(0..)
            .filter(|(handoff, _)| which(handoff))
            .filter_map(|(handoff, at)| Some((place(handoff.from)?, place(handoff.to)?, at)))
            .collect();
        Self::new(flow.stages.iter().map(|stage| stage.id).collect(), &links)
    }

    /// Returns how many stages there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Returns whether there is no stage.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Returns the places of all stages.
    pub fn stages(&self) -> std::ops::Range<u32> {
        0..self.ids.len() as u32
    }

    /// Returns the stage at a place.
    pub fn id(&self, stage: u32) -> StageId {
        self.ids[stage as usize]
    }

    /// Returns the ids of stages given by place.
    pub fn ids(&self, stages: &[u32]) -> Vec<StageId> {
        stages.iter().map(|&stage| self.id(stage)).collect()
    }

    /// Returns the ways out of a stage, in file order.
    pub fn ways_out(&self, stage: u32) -> &[Way] {
        self.out.of(stage)
    }

    /// Returns the ways into a stage, in file order; each says the stage it comes from.
    pub fn ways_in(&self, stage: u32) -> &[Way] {
        self.into.of(stage)
    }
}
