//! What is done with the selected stages and notes by a key: as Changes, with where things stand.

use crate::edit::{self, Copies, Selected, Shift};
use crate::layout::{Alignment, Axis, aligned, distributed};
use crate::model::{Change, WorldRect, WorldVector};

use super::{GRID, Sight};

/// How far a copy stands from what it is a copy of.
const BESIDE: f64 = 3.0 * GRID;

/// Returns the selected stages and notes with where they stand, in the order of the selection; for a
/// group its stages.
pub fn standing(sight: &Sight<'_>) -> Vec<(Selected, WorldRect)> {
    let selected = edit::with_members(sight.model, sight.selection);
    selected
        .iter()
        .filter_map(|element| Some((element, sight.rect_of(element)?)))
        .collect()
}

/// Returns a rectangle around what is selected, handoffs included; nothing when nothing of it is
/// drawn.
pub fn bounds(sight: &Sight<'_>) -> Option<WorldRect> {
    let boxes = standing(sight).into_iter().map(|(_, rect)| rect);
    let flowing = sight.flow.handoffs.iter().map(|handoff| handoff.id);
    let relaxed = sight.flow.relaxed.iter().copied();
    let flowing = flowing.zip(&sight.layout.routes);
    let ways = flowing
        .chain(relaxed.zip(&sight.layout.ghosts))
        .filter(|(id, _)| sight.selection.contains(Selected::Handoff(*id)))
        .flat_map(|(_, route)| &route.points)
        .map(|&corner| WorldRect {
            min: corner,
            max: corner,
        });
    boxes.chain(ways).reduce(WorldRect::union)
}

fn shifted(sight: &Sight<'_>, ways: impl Fn(&[WorldRect]) -> Vec<WorldVector>) -> Vec<Change> {
    let (elements, rects): (Vec<Selected>, Vec<WorldRect>) = standing(sight).into_iter().unzip();
    let shifts: Vec<Shift> = elements
        .into_iter()
        .zip(&rects)
        .zip(ways(&rects))
        .map(|((element, rect), by)| Shift {
            element,
            from: rect.min,
            by,
        })
        .collect();
    edit::shift(sight.model, &shifts)
}

/// Prepares moving what is selected.
pub fn nudge(sight: &Sight<'_>, by: WorldVector) -> Vec<Change> {
    shifted(sight, |rects| vec![by; rects.len()])
}

/// Prepares bringing what is selected into one line.
pub fn align(sight: &Sight<'_>, alignment: Alignment) -> Vec<Change> {
    shifted(sight, |rects| aligned(rects, alignment))
}

/// Prepares making the gaps between what is selected alike.
pub fn distribute(sight: &Sight<'_>, axis: Axis) -> Vec<Change> {
    shifted(sight, |rects| distributed(rects, axis))
}

/// Prepares copies of what is selected, a bit to the right and below.
pub fn duplicate(sight: &Sight<'_>) -> Copies {
    let place = |element| sight.rect_of(element).map(|rect| rect.min);
    let by = WorldVector::new(BESIDE, BESIDE);
    let chosen = edit::with_members(sight.model, sight.selection);
    edit::duplicate(sight.model, &chosen, &place, by)
}
