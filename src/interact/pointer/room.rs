//! Making room: everything to the right of a line, or below it, is moved by a drag.

use crate::edit::{self, Gesture, Selected, Shift};
use crate::layout::Axis;
use crate::model::{WorldPoint, WorldRect, WorldVector};

use super::snapped;
use crate::interact::event::{Feedback, Keys, Output, Sight};

/// A drag that makes room.
#[derive(Clone, Debug)]
pub(super) struct Room {
    from: WorldPoint,
    axis: Axis,
    moved: f64,
    /// What lies beyond the line.
    beyond: Vec<(Selected, WorldRect)>,
    /// What stays, where only the layout knows where it stands.
    staying: Vec<(Selected, WorldRect)>,
    gesture: Gesture,
}

impl Room {
    /// Begins at a line through `from`: upright when the pointer went to the side, else level.
    pub(super) fn begin(from: WorldPoint, at: WorldPoint, sight: &Sight<'_>) -> Self {
        let way = at - from;
        let axis = if way.x.abs() >= way.y.abs() {
            Axis::Horizontal
        } else {
            Axis::Vertical
        };
        let stages = sight.model.stages.iter();
        let stages = stages.map(|stage| (Selected::Stage(stage.id), stage.at.position));
        let notes = sight.model.notes.iter();
        let notes = notes.map(|note| (Selected::Note(note.id), note.at.position));
        let mut room = Self {
            from,
            axis,
            moved: 0.0,
            beyond: Vec::new(),
            staying: Vec::new(),
            gesture: Gesture::begin(),
        };
        for (element, position) in stages.chain(notes) {
            let Some(rect) = sight.rect_of(element) else {
                continue;
            };
            let middle = rect.center();
            let is_beyond = match axis {
                Axis::Horizontal => middle.x > from.x,
                Axis::Vertical => middle.y > from.y,
            };
            if is_beyond {
                room.beyond.push((element, rect));
            } else if position.is_none() {
                room.staying.push((element, rect));
            }
        }
        room
    }

    pub(super) fn gesture(&self) -> Gesture {
        self.gesture
    }

    pub(super) fn feedback(&self) -> Feedback {
        let line = match self.axis {
            Axis::Horizontal => self.from.x,
            Axis::Vertical => self.from.y,
        };
        Feedback::Room {
            axis: self.axis,
            line,
            by: self.moved,
        }
    }

    pub(super) fn drag(&mut self, at: WorldPoint, keys: Keys, sight: &Sight<'_>) -> Vec<Output> {
        let way = at - self.from;
        let way = match self.axis {
            Axis::Horizontal => way.x,
            Axis::Vertical => way.y,
        };
        let by = if keys.alt { way } else { snapped(way) };
        let step = by - self.moved;
        if step == 0.0 {
            return Vec::new();
        }
        let vector = |by: f64| match self.axis {
            Axis::Horizontal => WorldVector::new(by, 0.0),
            Axis::Vertical => WorldVector::new(0.0, by),
        };
        let shift = |(element, rect): &(Selected, WorldRect), moved: f64, step: f64| Shift {
            element: *element,
            from: rect.min + vector(moved),
            by: vector(step),
        };
        let staying = self.staying.iter().map(|one| shift(one, 0.0, 0.0));
        let beyond = self.beyond.iter().map(|one| shift(one, self.moved, step));
        let shifts: Vec<Shift> = staying.chain(beyond).collect();
        self.moved = by;
        vec![Output::Edit {
            label: "Make room",
            changes: edit::shift(sight.model, &shifts),
            gesture: Some(self.gesture),
        }]
    }
}
