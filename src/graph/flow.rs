//! The Flow: what really flows, derived from a Model's handoffs and which of them are relaxed.

use crate::model::{
    DemandId, Entry, Exit, HandoffId, HandoffKind, Needs, Only, Share, StageId, StreamId, Trigger,
};

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
}
