//! Where things stand in the drawing: positions, lanes, routes of handoffs, places of labels.
//!
//! Pure functions of the Model, its Flow and the sizes of boxes and labels, which are passed in.

use crate::graph::Flow;
use crate::model::{Model, Stage, WorldPoint, WorldRect, WorldSize};

/// What a layout is made from.
#[derive(Clone, Copy)]
pub struct LayoutInput<'a> {
    /// The model: positions set by hand, bends, lane mode.
    pub model: &'a Model,
    /// What flows.
    pub flow: &'a Flow,
    /// The size of a stage's card, where the stage has none of its own.
    pub stage_size: &'a dyn Fn(&Stage) -> WorldSize,
    /// The size of the label (pill) of a handoff of the Flow, by its place in the Flow; none
    /// without a label.
    pub label_size: &'a dyn Fn(usize) -> Option<WorldSize>,
}

/// The way of a handoff through the drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// Corners, from the border of the sender to the border of the receiver.
    pub points: Vec<WorldPoint>,
    /// Where its label lies, when it has one.
    pub label: Option<WorldRect>,
}

/// A lane of the drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// What it is called.
    pub name: String,
    /// The whole lane, name included.
    pub rect: WorldRect,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The cards, in the order of the Model's stages.
    pub stages: Vec<WorldRect>,
    /// The ways of the Flow's handoffs, in its order.
    pub routes: Vec<Route>,
    /// The ways of the relaxed handoffs, in the order of `Flow::relaxed`.
    pub ghosts: Vec<Route>,
    /// The lanes, from top to bottom.
    pub lanes: Vec<Lane>,
    /// The smallest rectangle around all of it.
    pub bounds: WorldRect,
}
