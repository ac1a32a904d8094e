//! Where things stand in the drawing: positions, lanes, routes of handoffs, places of labels.
//!
//! Pure functions of the Model, its Flow and the sizes of boxes and labels, which are passed in.
//!
//! ```text
//!   positions set by hand, notes ──> beside: what runs side by side now ──> place: what has none
//!        ──> fold: collapsed groups as one card ──> routing: sides, ports, ways one by one ──> labels ──> lanes ──> bounds
//! ```
//!
//! After an edit `live` does only so much of it anew as the edit concerns; what comes out is the
//! same.
//!
//! Invariants of a [`Layout`]:
//! - everything is finite, and the same input gives the same output on every platform;
//! - a stage with a position stands there, unless relaxing changed its ways or made others need
//!   room; without a position it overlaps no other card;
//! - no route passes through a card that is not one of its ends, as long as there is a way round,
//!   nor through a note as long as the way round is not much longer;
//! - a note stays where it was put, unless it must make room as cards do; one that was put on a
//!   card goes where the card goes; no card that is moved or given a place comes to lie under one;
//! - a change far away changes nothing here.

mod align;
mod beside;
mod detour;
mod fold;
mod given;
mod index;
mod labels;
mod lanes;
mod layered;
mod live;
mod notes;
mod place;
mod ports;
mod route;
mod routing;
mod snap;
mod tidy;

pub use align::{Alignment, Axis, aligned, distributed};
pub use live::{LayoutChange, LiveLayout};
pub use route::tidy as without_idle_corners;
pub use snap::{Guide, Snapped, Snapper};
pub use tidy::{Tidied, TidyControl, TidyTask, tidy};

use crate::graph::Flow;
use crate::model::{GroupId, HandoffKind, Model, Note, Stage, WorldPoint, WorldRect, WorldSize};

/// The grid on which cards stand, in units of the drawing.
pub const GRID: f64 = 8.0;
/// The gap between two columns of cards.
const COLUMN_GAP: f64 = 96.0;
/// The gap between two rows of cards.
const ROW_GAP: f64 = 44.0;
/// The strip at the top of a lane that its name has for itself.
pub const HEADER: f64 = 28.0;
/// The room below the cards of a lane.
const FOOT: f64 = 16.0;

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
    /// The size of a note.
    pub note_size: &'a dyn Fn(&Note) -> NoteSize,
}

/// How large a note is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NoteSize {
    /// What is written on; its upper left corner is the note's position.
    pub size: WorldSize,
    /// How far it reaches beyond that on all sides, like the points of a burst.
    pub reach: f64,
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
    /// The whole lane, name included; the name has the topmost [`HEADER`] units for itself.
    pub rect: WorldRect,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The cards, in the order of the Model's stages; that of the group where a stage is folded.
    pub stages: Vec<WorldRect>,
    /// For each stage the collapsed group whose card shows it; empty when none is collapsed.
    pub folded: Vec<Option<GroupId>>,
    /// The ways of the Flow's handoffs, in its order.
    pub routes: Vec<Route>,
    /// The ways of the relaxed handoffs, in the order of `Flow::relaxed`.
    pub ghosts: Vec<Route>,
    /// The lanes, from top to bottom.
    pub lanes: Vec<Lane>,
    /// Where notes are written, in the order of the Model's notes.
    pub notes: Vec<WorldRect>,
    /// The smallest rectangle around all of it, notes aside.
    pub bounds: WorldRect,
}

/// How a wire is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Forward,
    Rework,
    Feedback,
    /// A relaxed handoff.
    Ghost,
}

/// A handoff between two nodes (positions in the Model's stages).
#[derive(Clone, Copy, Debug, PartialEq)]
struct Wire {
    from: usize,
    to: usize,
    way: Way,
}

/// Finds a place for everything.
pub fn lay_out(input: &LayoutInput<'_>) -> Layout {
    LiveLayout::new(input).1
}

impl Layout {
    /// Returns the collapsed group whose card shows a stage, by the stage's place in the Model.
    pub fn folded(&self, stage: usize) -> Option<GroupId> {
        self.folded.get(stage).copied().flatten()
    }
}

/// Returns a wire for each handoff whose two stages exist, and its place: in the Flow's handoffs,
/// or, that many further on, in its relaxed ones.
fn wires(model: &Model, flow: &Flow) -> (Vec<Wire>, Vec<usize>) {
    (0..flow.handoffs.len() + flow.relaxed.len())
        .filter_map(|place| Some((wire_at(model, flow, place)?, place)))
        .unzip()
}

/// Returns the wire of a handoff by its place.
fn wire_at(model: &Model, flow: &Flow, place: usize) -> Option<Wire> {
    let (from, to, way) = match flow.handoffs.get(place) {
        Some(handoff) => {
            let way = match handoff.kind {
                HandoffKind::Forward => Way::Forward,
                HandoffKind::Rework { .. } => Way::Rework,
                HandoffKind::Feedback => Way::Feedback,
            };
            (handoff.from, handoff.to, way)
        }
        None => {
            let id = flow.relaxed.get(place - flow.handoffs.len())?;
            let handoff = model.handoffs.find(*id)?;
            (handoff.from, handoff.to, Way::Ghost)
        }
    };
    let from = model.stages.position(from)?;
    let to = model.stages.position(to)?;
    Some(Wire { from, to, way })
}

/// The corners that a wire has been given; none when its way is to be found.
#[derive(Clone, Copy, Default)]
struct Corners<'a> {
    points: &'a [WorldPoint],
    /// Whether tidying up gave them, and not a hand.
    is_tidied: bool,
}

/// Returns the corners of a wire, as long as both ends stand where the user put them.
fn corners<'a>(
    model: &'a Model,
    flow: &Flow,
    place: usize,
    wire: &Wire,
    cards: &[WorldRect],
) -> Corners<'a> {
    let stands = |node: usize| {
        model
            .stages
            .at(node)
            .is_some_and(|stage| stage.at.position == Some(cards[node].min))
    };
    let drawn = flow.handoffs.get(place).map(|handoff| handoff.id);
    match drawn.and_then(|id| model.handoffs.find(id)) {
        Some(handoff) if stands(wire.from) && stands(wire.to) => Corners {
            points: &handoff.bends,
            is_tidied: handoff.is_tidied,
        },
        _ => Corners::default(),
    }
}

/// Makes a size one that can be drawn.
fn usable(size: WorldSize) -> WorldSize {
    let side = |length: f64| {
        if length.is_finite() {
            length.clamp(1.0, 10_000.0)
        } else {
            GRID
        }
    };
    WorldSize::new(side(size.width), side(size.height))
}

/// Puts a coordinate on the grid, the nearest line.
fn snap(value: f64) -> f64 {
    (value / GRID).round() * GRID
}

/// Puts a coordinate on the grid, the next line.
fn snap_up(value: f64) -> f64 {
    (value / GRID).ceil() * GRID
}
