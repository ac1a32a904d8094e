//! What goes into a tool and what comes out of it.

use crate::edit::{Gesture, Selected, Selection};
use crate::graph::Flow;
use crate::layout::{Axis, Guide, Layout};
use crate::model::{
    Change, GroupId, HandoffId, Model, NoteId, NoteKind, StageId, WorldPoint, WorldRect, WorldSize,
};

/// What the pointer is used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// Selecting, moving, connecting.
    #[default]
    Select,
    /// Drawing a note, once.
    Note(NoteKind),
    /// Moving everything beyond a line, once.
    Room,
}

/// An end of a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Where it leaves its sender.
    From,
    /// Where it reaches its receiver.
    To,
}

/// A corner of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corner {
    /// Right, not left.
    pub is_right: bool,
    /// Lower, not upper.
    pub is_lower: bool,
}

impl Corner {
    /// All four.
    pub const ALL: [Self; 4] = [
        Self::new(false, false),
        Self::new(true, false),
        Self::new(false, true),
        Self::new(true, true),
    ];

    const fn new(is_right: bool, is_lower: bool) -> Self {
        Self { is_right, is_lower }
    }

    /// Returns where it is.
    pub fn of(self, rect: WorldRect) -> WorldPoint {
        WorldPoint::new(
            if self.is_right {
                rect.max.x
            } else {
                rect.min.x
            },
            if self.is_lower {
                rect.max.y
            } else {
                rect.min.y
            },
        )
    }
}

/// What lies under the pointer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum On {
    /// The empty canvas.
    #[default]
    Nothing,
    /// A stage's card.
    Stage(StageId),
    /// The edge of a stage, from which it can be connected.
    Port(StageId),
    /// A drawn handoff, relaxed or not.
    Handoff(HandoffId),
    /// The end of a handoff that is selected.
    End(HandoffId, End),
    /// The middle of a piece of the way of a handoff that is selected, counted from its sender.
    Piece(HandoffId, usize),
    /// A derived handoff.
    Derived(HandoffId),
    /// The outline of a group, or its card.
    Group(GroupId),
    /// A note.
    Note(NoteId),
    /// A corner of what is selected, at which its size is changed.
    Corner(Selected, Corner),
}

impl On {
    /// Returns the element of the Model that it belongs to.
    pub fn element(self) -> Option<Selected> {
        match self {
            Self::Stage(stage) | Self::Port(stage) => Some(Selected::Stage(stage)),
            Self::Handoff(handoff) | Self::End(handoff, _) | Self::Piece(handoff, _) => {
                Some(Selected::Handoff(handoff))
            }
            Self::Note(note) => Some(Selected::Note(note)),
            Self::Group(group) => Some(Selected::Group(group)),
            Self::Corner(element, _) => Some(element),
            Self::Nothing | Self::Derived(_) => None,
        }
    }

    pub(super) fn stage(self) -> Option<StageId> {
        match self.element() {
            Some(Selected::Stage(stage)) => Some(stage),
            _ => None,
        }
    }
}

/// Keys held while the pointer acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Add to the selection, or take from it.
    pub shift: bool,
    /// The same; while a stage is dragged: put it into a handoff even if it has some of its own.
    pub command: bool,
    /// Suspend snapping.
    pub alt: bool,
}

impl Keys {
    pub(super) fn adds(self) -> bool {
        self.shift || self.command
    }
}

/// What the pointer did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The button went down.
    Press(WorldPoint, On, Keys),
    /// It moved with the button down.
    Drag(WorldPoint, On, Keys),
    /// The button came up.
    Release(WorldPoint, On, Keys),
    /// It was pressed twice.
    DoubleClick(WorldPoint, On),
    /// Esc, or the window lost the pointer.
    Cancel,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Select these.
    Select(Selection),
    /// A derived handoff is to be looked at; nothing else is selected then.
    SelectDerived(HandoffId),
    /// An edit.
    Edit {
        /// What the history calls it.
        label: &'static str,
        /// What changes.
        changes: Vec<Change>,
        /// The drag that it belongs to.
        gesture: Option<Gesture>,
    },
    /// Take back what the gesture under way has done.
    Abandon(Gesture),
    /// Name this stage in place.
    Rename(StageId),
    /// Name a new stage in place, then make it with [`super::make_stage`].
    NameNew {
        /// Its upper left corner.
        corner: WorldPoint,
        /// The stage that is connected to it.
        from: Option<StageId>,
    },
    /// Write on this note in place.
    Write(NoteId),
    /// Write on a new note in place, then make it with [`crate::edit::new_note`].
    WriteNew {
        /// Its kind.
        kind: NoteKind,
        /// Its upper left corner.
        corner: WorldPoint,
        /// Its size, when it was drawn with one.
        size: Option<WorldSize>,
    },
    /// Say why something is not done.
    Say(String),
}

/// What the canvas shows of a gesture under way.
#[derive(Clone, Debug, PartialEq)]
pub enum Feedback {
    /// A line from a stage to the pointer.
    Connecting {
        /// The stage at the end that stays.
        from: StageId,
        /// Which end of the line the pointer has.
        end: End,
        /// Where the pointer is.
        to: WorldPoint,
        /// The stage that it would lead to, and why it may not.
        onto: Option<(StageId, Option<String>)>,
    },
    /// A frame that selects what it touches, or the outline of what is drawn.
    Frame(WorldRect),
    /// What is moved is in line with something, or would go into a handoff.
    Moving {
        /// Lines to be shown.
        guides: [Option<Guide>; 2],
        /// The stage and the handoff that it would go into, and why it may not.
        into: Option<(StageId, HandoffId, Option<String>)>,
    },
    /// Everything beyond a line is moved.
    Room {
        /// The direction in which it is moved.
        axis: Axis,
        /// Where the line was, along that direction.
        line: f64,
        /// How far it has been moved.
        by: f64,
    },
}

/// What a tool can see.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// The document's model.
    pub model: &'a Model,
    /// What flows.
    pub flow: &'a Flow,
    /// What is selected.
    pub selection: &'a Selection,
    /// Where things stand.
    pub layout: &'a Layout,
    /// World units of a stage's card, for making one.
    pub stage_size: WorldSize,
    /// Screen points per world unit.
    pub zoom: f64,
    /// The part of the canvas that is seen.
    pub view: WorldRect,
}

impl Sight<'_> {
    /// Returns where a stage or a note stands.
    pub fn rect_of(&self, element: Selected) -> Option<WorldRect> {
        let (rects, position) = match element {
            Selected::Stage(id) => (&self.layout.stages, self.model.stages.position(id)),
            Selected::Note(id) => (&self.layout.notes, self.model.notes.position(id)),
            _ => return None,
        };
        rects.get(position?).copied()
    }

    /// Returns the corners of the way of a handoff that flows, from border to border.
    pub fn way_of(&self, id: HandoffId) -> Option<&[WorldPoint]> {
        let flowing = self.flow.handoffs.iter();
        let at = flowing.clone().position(|handoff| handoff.id == id)?;
        let route = self.layout.routes.get(at)?;
        Some(&route.points)
    }
}
