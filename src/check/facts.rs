//! What several checks need to know, worked out once.

use crate::graph::{Flow, FlowHandoff, ItemKind, StageGraph, Way, item_kinds};
use crate::model::{At, ClassId, Handoff, Model, StageId, StreamId};

/// A Model, what flows in it, and who comes where.
pub(super) struct Facts<'a> {
    pub(super) model: &'a Model,
    pub(super) flow: Flow,
    /// The forward handoffs of the Flow.
    pub(super) forward: StageGraph,
    /// Its topological order; none when the forward handoffs run in a circle.
    pub(super) order: Option<Vec<u32>>,
    /// The rework handoffs of the Flow.
    pub(super) rework: StageGraph,
    /// Who comes.
    pub(super) kinds: Vec<ItemKind>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        let flow = Flow::of(model);
        let forward = StageGraph::of_flow(&flow, model, FlowHandoff::is_forward);
        let rework = StageGraph::of_flow(&flow, model, FlowHandoff::is_rework);
        Self {
            model,
            order: forward.topological_order(),
            kinds: item_kinds(model, &flow, &forward),
            forward,
            rework,
            flow,
        }
    }

    pub(super) fn handoff(&self, way: Way) -> &FlowHandoff {
        &self.flow.handoffs[way.handoff as usize]
    }

    /// The probability or weight of a way that says one, else what is given.
    pub(super) fn share(&self, way: Way, left_out: f64) -> f64 {
        self.handoff(way)
            .share
            .map_or(left_out, |share| share.get())
    }

    /// The name of a stage as people call it.
    pub(super) fn stage_name(&self, id: StageId) -> &str {
        let stage = self.model.stages.find(id);
        named(stage.map_or("", |stage| &stage.name), id.as_str())
    }

    /// The name of a stage by place.
    pub(super) fn name_at(&self, stage: u32) -> &str {
        self.stage_name(self.forward.id(stage))
    }

    /// `Script → Edit`.
    pub(super) fn handoff_name(&self, handoff: &Handoff) -> String {
        let (from, to) = (self.stage_name(handoff.from), self.stage_name(handoff.to));
        format!("{from} → {to}")
    }

    /// The name of a stream as people call it.
    pub(super) fn stream_name(&self, id: StreamId) -> &str {
        let stream = self.model.streams.find(id);
        named(stream.map_or("", |stream| &stream.name), id.as_str())
    }

    /// The name of a class as the first Demand that brings it calls it.
    pub(super) fn class_name(&self, id: ClassId) -> &str {
        let mut demands = self.model.streams.iter().flat_map(|stream| &stream.demands);
        let class = demands.find_map(|demand| demand.class.as_ref().filter(|class| class.id == id));
        named(class.map_or("", |class| &class.name), id.as_str())
    }

    /// Which items are meant, for a sentence: `Items`, and where there are several kinds
    /// `Items of the class Trailer`.
    pub(super) fn items(&self, stream: StreamId, class: Option<ClassId>) -> String {
        match class {
            _ if self.kinds.len() < 2 => "Items".to_owned(),
            Some(class) => format!("Items of the class {}", self.class_name(class)),
            None => format!("Items of the stream {}", self.stream_name(stream)),
        }
    }
}

/// A name, or the id where there is none.
pub(super) fn named<'a>(name: &'a str, id: &'a str) -> &'a str {
    if name.trim().is_empty() { id } else { name }
}

/// The place of a stage as Problems say it.
pub(super) fn at_stage(facts: &Facts<'_>, stage: u32) -> At {
    At::Stage(facts.forward.id(stage))
}
