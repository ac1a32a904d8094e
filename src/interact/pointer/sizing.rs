//! Changing the size of a stage or a note at one of its corners.

use crate::edit::{self, Gesture, Selected};
use crate::model::{WorldPoint, WorldRect, WorldSize};

use super::snapped;
use crate::interact::event::{Corner, Keys, Output, Sight};

/// The smallest size of a stage: a name has room.
const LEAST_STAGE: WorldSize = WorldSize::new(96.0, 48.0);
/// The smallest size of a note: a word has room.
pub(super) const LEAST_NOTE: WorldSize = WorldSize::new(64.0, 40.0);

/// A change of size under way.
#[derive(Clone, Debug)]
pub(super) struct Sizing {
    element: Selected,
    corner: Corner,
    /// Where the pointer began.
    from: WorldPoint,
    start: WorldRect,
    gesture: Gesture,
}

impl Sizing {
    pub(super) fn begin(
        from: WorldPoint,
        element: Selected,
        corner: Corner,
        sight: &Sight<'_>,
    ) -> Option<Self> {
        let is_locked = edit::placement_of(sight.model, element)?.is_locked;
        let start = sight.rect_of(element)?;
        (!is_locked).then(|| Self {
            element,
            corner,
            from,
            start,
            gesture: Gesture::begin(),
        })
    }

    pub(super) fn gesture(&self) -> Gesture {
        self.gesture
    }

    pub(super) fn drag(&self, at: WorldPoint, keys: Keys, sight: &Sight<'_>) -> Vec<Output> {
        let mut held = self.corner.of(self.start) + (at - self.from);
        if !keys.alt {
            held = WorldPoint::new(snapped(held.x), snapped(held.y));
        }
        let (label, least) = match self.element {
            Selected::Note(_) => ("Resize note", LEAST_NOTE),
            _ => ("Resize stage", LEAST_STAGE),
        };
        let mut rect = self.start;
        if self.corner.is_right {
            rect.max.x = held.x.max(rect.min.x + least.width);
        } else {
            rect.min.x = held.x.min(rect.max.x - least.width);
        }
        if self.corner.is_lower {
            rect.max.y = held.y.max(rect.min.y + least.height);
        } else {
            rect.min.y = held.y.min(rect.max.y - least.height);
        }
        let changes = if rect == self.start {
            // Back where it began, it has no size of its own unless it had one before.
            Vec::new()
        } else {
            edit::resize(sight.model, self.element, rect)
        };
        if changes.is_empty() {
            return vec![Output::Abandon(self.gesture)];
        }
        vec![Output::Edit {
            label,
            changes,
            gesture: Some(self.gesture),
        }]
    }
}
