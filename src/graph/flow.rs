//! The Flow: what really flows, derived from a Model's handoffs and which of them are relaxed.

use rustc_hash::FxHashSet;

use crate::model::{
    ClassId, DemandId, Difference, Entry, Exit, Handoff, HandoffId, HandoffKind, Id, Model, Needs,
    Only, Share, Stage, StageId, StreamId, Trigger,
};

use super::arrivals;
use super::derive::{self, Derived};
use super::links::StageGraph;

/// Where a handoff of the Flow comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// It is one of the Model's.
    Drawn,
    /// It is derived, to keep the order that relaxed handoffs leave.
    Derived {
        /// The Model's handoff whose trigger, `needs` and `only` it has.
        like: HandoffId,
        /// The Model's handoffs on the path that it stands for, from sender to receiver.
        stands_for: Vec<HandoffId>,
    },
}

/// A handoff of the Flow.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowHandoff {
    /// The id of the Model's handoff; a derived one has `from--to`, made free of those of the Model.
    pub id: HandoffId,
    /// The stage it leaves.
    pub from: StageId,
    /// The stage it leads to.
    pub to: StageId,
    /// Forward, rework or feedback.
    pub kind: HandoffKind,
    /// What makes the item move, and the delay.
    pub trigger: Trigger,
    /// Probability or weight, as in the Model.
    pub share: Option<Share>,
    /// Whom it is open to.
    pub only: Vec<Only>,
    /// Whether the receiver could start without it.
    pub needs: Needs,
    /// Where it comes from.
    pub origin: Origin,
}

impl FlowHandoff {
    fn drawn(handoff: &Handoff) -> Self {
        Self {
            id: handoff.id,
            from: handoff.from,
            to: handoff.to,
            kind: handoff.kind,
            trigger: handoff.trigger.clone(),
            share: handoff.share,
            only: handoff.only.clone(),
            needs: handoff.needs,
            origin: Origin::Drawn,
        }
    }

    /// Returns whether the item moves on over it.
    pub fn is_forward(&self) -> bool {
        self.kind == HandoffKind::Forward
    }

    /// Returns whether items go back over it.
    pub fn is_rework(&self) -> bool {
        matches!(self.kind, HandoffKind::Rework { .. })
    }

    /// Returns whether information flows back over it.
    pub fn is_feedback(&self) -> bool {
        self.kind == HandoffKind::Feedback
    }

    /// Returns whether it is derived rather than drawn.
    pub fn is_derived(&self) -> bool {
        matches!(self.origin, Origin::Derived { .. })
    }
}

/// Returns whether an item of a stream and a class may go over a handoff that says `only`.
///
/// It may when nothing is said, or when its stream or its class is among those named.
pub fn is_open_to(only: &[Only], stream: StreamId, class: Option<ClassId>) -> bool {
    only.is_empty()
        || only.iter().any(|&only| match only {
            Only::Stream(named) => named == stream,
            Only::Class(named) => Some(named) == class,
        })
}

/// A stage of the Flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowStage {
    /// Which stage.
    pub id: StageId,
    /// What must have arrived; *all* where relaxing changed the ways in and there are several.
    pub entry: Entry,
    /// Where items go; *take all* where relaxing changed the ways out and there are several.
    pub exit: Exit,
}

impl FlowStage {
    fn drawn(stage: &Stage) -> Self {
        Self {
            id: stage.id,
            entry: stage.entry,
            exit: stage.exit,
        }
    }
}

/// Where the items of a Demand arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowArrival {
    /// The stream.
    pub stream: StreamId,
    /// The demand.
    pub demand: DemandId,
    /// The stages, in file order; empty when nothing says where (a Problem asks).
    pub at: Vec<StageId>,
}

/// Why nothing is derived although handoffs are relaxed; each is a Problem, and nothing is
/// simulated then. The relaxed handoffs are left out all the same, so that there is something to
/// draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowFault {
    /// The forward handoffs run in a circle, so there is no order to keep.
    Circle,
    /// So much is relaxed around one handoff that hundreds of thousands would have to be derived.
    TooMany,
}

/// What flows: the one reading of a Model that engine, analysis, layout and canvas share.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Every stage of the Model, in its order.
    pub stages: Vec<FlowStage>,
    /// The handoffs that are not relaxed, in the Model's order, then the derived ones, in the
    /// order of their ends.
    pub handoffs: Vec<FlowHandoff>,
    /// Every demand of every stream, in the Model's order.
    pub arrivals: Vec<FlowArrival>,
    /// The relaxed handoffs, in the Model's order.
    pub relaxed: Vec<HandoffId>,
    /// Why nothing could be derived, when that is so.
    pub fault: Option<FlowFault>,
}

/// Returns whether a handoff no longer orders its two stages: it is marked as relaxed, and is of
/// the kind that may be, forward and customary. The mark on any other is a Problem and no more.
pub fn is_relaxed(handoff: &Handoff) -> bool {
    handoff.is_relaxed && handoff.needs == Needs::Customary && handoff.is_forward()
}

impl Flow {
    /// Derives what flows in a Model.
    ///
    /// Stage a comes before b exactly when some forward path from a to b uses at least one handoff
    /// that is not relaxed (design §6). Handoffs that are not relaxed stay; where the transitive
    /// reduction of that order needs one that is not there, one is derived. With nothing relaxed
    /// this is a copy of the Model's handoffs, in time proportional to their number.
    pub fn of(model: &Model) -> Self {
        let mut flow = Self {
            stages: model.stages.iter().map(FlowStage::drawn).collect(),
            handoffs: Vec::with_capacity(model.handoffs.len()),
            arrivals: arrivals::of(model),
            relaxed: Vec::new(),
            fault: None,
        };
        for handoff in &model.handoffs {
            if is_relaxed(handoff) {
                flow.relaxed.push(handoff.id);
            } else {
                flow.handoffs.push(FlowHandoff::drawn(handoff));
            }
        }
        if !flow.relaxed.is_empty() {
            flow.relax(model);
        }
        flow
    }

    /// Has the Flow of a Model follow an edit: `model` differs from the Model `before` by
    /// `difference`. Returns false when all has to be derived anew, and then this is of no use;
    /// else it is what [`Self::of`] derives.
    pub fn follow(&mut self, before: &Model, model: &Model, difference: &Difference) -> bool {
        let mut has_more = false;
        for &at in &difference.stages {
            let Some(now) = model.stages.at(at) else {
                return false;
            };
            match before.stages.at(at) {
                Some(then) => {
                    let is_same =
                        (now.entry, now.exit, now.stream) == (then.entry, then.exit, then.stream);
                    if !is_same {
                        return false;
                    }
                }
                None => {
                    has_more = true;
                    self.stages.push(FlowStage::drawn(now));
                }
            }
        }
        for &at in &difference.handoffs {
            let Some(now) = model.handoffs.at(at) else {
                return false;
            };
            match before.handoffs.at(at) {
                Some(then) => {
                    let is_same = is_relaxed(now) == is_relaxed(then)
                        && FlowHandoff::drawn(now) == FlowHandoff::drawn(then);
                    if !is_same {
                        return false;
                    }
                }
                None if is_relaxed(now) => return false,
                None => {
                    has_more = true;
                    self.handoffs.push(FlowHandoff::drawn(now));
                }
            }
        }
        if has_more && !self.relaxed.is_empty() {
            return false;
        }
        if has_more {
            self.arrivals = arrivals::of(model);
        }
        true
    }

    /// Adds what keeps the order that the relaxed handoffs leave.
    fn relax(&mut self, model: &Model) {
        let forward = StageGraph::of_model(model, Handoff::is_forward);
        let derived = match derive::derive(model, &forward) {
            Ok(derived) => derived,
            Err(fault) => {
                self.fault = Some(fault);
                return;
            }
        };
        let mut taken: FxHashSet<HandoffId> = model.handoffs.iter().map(|h| h.id).collect();
        for derived in &derived {
            let handoff = derived_handoff(model, &forward, derived, &mut taken);
            self.handoffs.push(handoff);
        }
        self.adjust_entries_and_exits(model, &derived);
        arrivals::adjust(model, self);
    }

    /// Where ways were relaxed or derived and there are several now, all of them count.
    fn adjust_entries_and_exits(&mut self, model: &Model, derived: &[Derived]) {
        let stages = self.stages.len();
        let mut has_new_ways_in = vec![false; stages];
        let mut has_new_ways_out = vec![false; stages];
        let place = |stage: StageId| model.stages.position(stage);
        for handoff in model.handoffs.iter().filter(|handoff| is_relaxed(handoff)) {
            if let (Some(from), Some(to)) = (place(handoff.from), place(handoff.to)) {
                has_new_ways_out[from] = true;
                has_new_ways_in[to] = true;
            }
        }
        for derived in derived {
            has_new_ways_out[derived.from as usize] = true;
            has_new_ways_in[derived.to as usize] = true;
        }
        let now = StageGraph::of_flow(self, model, FlowHandoff::is_forward);
        for (at, stage) in now.stages().zip(&mut self.stages) {
            if has_new_ways_in[at as usize] && now.ways_in(at).len() > 1 {
                stage.entry = Entry::All;
            }
            if has_new_ways_out[at as usize] && now.ways_out(at).len() > 1 {
                stage.exit = Exit::TakeAll;
            }
        }
    }

    /// Returns where the items of a Demand arrive; nothing when there is no such Demand.
    pub fn arrival(&self, stream: StreamId, demand: DemandId) -> Option<&FlowArrival> {
        self.arrivals
            .iter()
            .find(|arrival| arrival.stream == stream && arrival.demand == demand)
    }
}

fn derived_handoff(
    model: &Model,
    forward: &StageGraph,
    derived: &Derived,
    taken: &mut FxHashSet<HandoffId>,
) -> FlowHandoff {
    let drawn = |at: u32| {
        model
            .handoffs
            .at(at as usize)
            .expect("a path is made of the Model's handoffs")
    };
    let like = drawn(derived.like);
    let (from, to) = (forward.id(derived.from), forward.id(derived.to));
    let base = HandoffId::between(from, to);
    let mut id = base;
    let mut n = 2;
    while !taken.insert(id) {
        id = HandoffId::from_slug(base.slug().numbered(n));
        n += 1;
    }
    FlowHandoff {
        id,
        from,
        to,
        kind: HandoffKind::Forward,
        trigger: like.trigger.clone(),
        share: None,
        only: like.only.clone(),
        needs: like.needs,
        origin: Origin::Derived {
            like: like.id,
            stands_for: derived.path.iter().map(|&at| drawn(at).id).collect(),
        },
    }
}
