//! Kinds of items: those that find the same ways open, and where they begin.

use std::collections::BTreeSet;

use crate::model::{ClassId, Exit, HandoffId, Model, StageId, StreamId};

use super::flow::{Flow, FlowHandoff, is_open_to};
use super::links::{StageGraph, Way};
use super::reach::StageSet;

/// Items that find the same handoffs open, whatever stream and class they are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemKind {
    /// The stream of the first Demand that brings such items.
    pub stream: StreamId,
    /// The class of the items of that Demand.
    pub class: Option<ClassId>,
    /// The places where such items begin, each set of stages once.
    pub begins: Vec<Begin>,
}

/// Where some items begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// The feedback handoff that starts them; none for those of a Demand.
    pub feedback: Option<HandoffId>,
    /// The stages where a token begins, by place, in file order.
    pub stages: Vec<u32>,
}

impl ItemKind {
    /// Returns whether a handoff is open to such items.
    pub fn may_use(&self, handoff: &FlowHandoff) -> bool {
        is_open_to(&handoff.only, self.stream, self.class)
    }

    /// Returns the forward ways that such items may take from a stage: those open to them, and at
    /// a choose-one exit only those with a share.
    pub fn usable<'a>(
        &'a self,
        flow: &'a Flow,
        forward: &'a StageGraph,
        stage: u32,
    ) -> impl Iterator<Item = Way> + 'a {
        let chooses = flow.stages[stage as usize].exit == Exit::ChooseOne;
        forward.ways_out(stage).iter().copied().filter(move |way| {
            let handoff = &flow.handoffs[way.handoff as usize];
            let has_share = handoff.share.is_none_or(|share| share.get() > 0.0);
            self.may_use(handoff) && (!chooses || has_share)
        })
    }
}

/// Returns the kinds of items that a Flow knows, in the order of their first Demands, each with
/// everywhere it begins: where its Demands say, and where feedback starts new ones.
///
/// `forward` is the graph of the Flow's forward handoffs.
pub fn item_kinds(model: &Model, flow: &Flow, forward: &StageGraph) -> Vec<ItemKind> {
    let place = |stage: StageId| model.stages.position(stage).map(|at| at as u32);
    let restricted: Vec<&FlowHandoff> = flow
        .handoffs
        .iter()
        .filter(|handoff| !handoff.only.is_empty())
        .collect();
    let demands = model
        .streams
        .iter()
        .flat_map(|stream| stream.demands.iter().map(move |demand| (stream.id, demand)));
    let mut kinds: Vec<ItemKind> = Vec::new();
    let mut known: std::collections::BTreeMap<Vec<bool>, usize> = Default::default();
    for (arrival, (stream, demand)) in flow.arrivals.iter().zip(demands) {
        let class = demand.class.as_ref().map(|class| class.id);
        let open = restricted
            .iter()
            .map(|handoff| is_open_to(&handoff.only, stream, class))
            .collect();
        let kind = *known.entry(open).or_insert_with(|| {
            kinds.push(ItemKind {
                stream,
                class,
                begins: Vec::new(),
            });
            kinds.len() - 1
        });
        let stages: Vec<u32> = arrival
            .at
            .iter()
            .filter_map(|&stage| place(stage))
            .collect();
        let begin = Begin {
            feedback: None,
            stages,
        };
        if !begin.stages.is_empty() && !kinds[kind].begins.contains(&begin) {
            kinds[kind].begins.push(begin);
        }
    }
    let feedback: Vec<(&FlowHandoff, u32, u32)> = flow
        .handoffs
        .iter()
        .filter(|handoff| handoff.is_feedback())
        .filter_map(|handoff| Some((handoff, place(handoff.from)?, place(handoff.to)?)))
        .collect();
    for kind in &mut kinds {
        add_feedback(kind, flow, forward, &feedback);
    }
    kinds
}

/// Adds where feedback starts items: from the stages where others of the kind come, until there is
/// nothing new.
fn add_feedback(
    kind: &mut ItemKind,
    flow: &Flow,
    forward: &StageGraph,
    feedback: &[(&FlowHandoff, u32, u32)],
) {
    let mut rest: Vec<_> = feedback
        .iter()
        .filter(|(handoff, ..)| kind.may_use(handoff))
        .collect();
    let mut begun: BTreeSet<Vec<u32>> = kind
        .begins
        .iter()
        .map(|begin| begin.stages.clone())
        .collect();
    let mut reached = StageSet::new(forward.len());
    let mut open: Vec<u32> = begun.iter().flatten().copied().collect();
    while !rest.is_empty() {
        while let Some(stage) = open.pop() {
            if reached.insert(stage) {
                open.extend(kind.usable(flow, forward, stage).map(|way| way.stage));
            }
        }
        let before = rest.len();
        rest.retain(|&&(handoff, from, to)| {
            if !reached.contains(from) {
                return true;
            }
            if begun.insert(vec![to]) {
                kind.begins.push(Begin {
                    feedback: Some(handoff.id),
                    stages: vec![to],
                });
            }
            open.push(to);
            false
        });
        if rest.len() == before {
            return;
        }
    }
}
