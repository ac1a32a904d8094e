//! Where a pattern stands when it is put in, and what makes room for it.

use crate::edit::{self, Copies, Refusal, Seam, Selected, Shift};
use crate::model::{LaneMode, Model, WorldPoint, WorldRect, WorldVector};

use super::{GRID, Sight};

/// Between what stands there and the pattern.
const GAP: f64 = 96.0;
/// So much room is kept around its cards.
const CLEAR: f64 = 3.0 * GRID;

/// Prepares putting a pattern in at what is selected: behind a stage, into a handoff, else in the
/// middle of what is seen. `rects` is where its stages stand when it is drawn alone.
///
/// What stands to the right makes room; what is locked does not, and then the pattern stands below.
/// Where there are lanes, the layout finds places for its stages.
///
/// # Errors
/// When it cannot be connected there.
pub fn weave_in(
    sight: &Sight<'_>,
    part: &Model,
    rects: &[WorldRect],
    returns: bool,
) -> Result<Copies, Refusal> {
    let model = sight.model;
    let seam = seam(sight);
    let before = match seam {
        Seam::Nowhere => None,
        Seam::After(stage) => Some(stage),
        Seam::Into(handoff) => model.handoffs.find(handoff).map(|handoff| handoff.from),
    };
    let anchor = before.and_then(|stage| sight.rect_of(Selected::Stage(stage)));
    let around = rects.iter().copied().reduce(WorldRect::union);
    let around = around.unwrap_or_default();
    let first = rects.first().copied().unwrap_or_default();
    let wish = match anchor {
        Some(card) => WorldVector::new(
            card.max.x + GAP - around.min.x,
            card.center().y - first.center().y,
        ),
        None => sight.view.center() - around.center(),
    };
    let on_grid = |length: f64| (length / GRID).round() * GRID;
    let mut by = WorldVector::new(on_grid(wish.x), on_grid(wish.y));

    let mut part = part.clone();
    let mut shifts = Vec::new();
    if model.lane_mode == LaneMode::None || model.stages.is_empty() {
        let standing = standing(sight);
        if let Some(card) = anchor
            && is_taken(around.moved(by), standing.iter().map(|(_, rect)| *rect))
        {
            let room = WorldVector::new(on_grid(around.width() + GAP), 0.0);
            shifts = make_room(&standing, card.max.x, room);
        }
        let stands = |(element, rect): &(Selected, WorldRect)| {
            let shift = shifts.iter().find(|shift| shift.element == *element);
            let is_locked = edit::placement_of(model, *element).is_some_and(|at| at.is_locked);
            match shift {
                Some(shift) if !is_locked => rect.moved(shift.by),
                _ => *rect,
            }
        };
        let then: Vec<WorldRect> = standing.iter().map(stands).collect();
        while is_taken(around.moved(by), then.iter().copied()) {
            by.y += 6.0 * GRID;
        }
        let mut places = rects.iter();
        part.stages.update(
            |_| true,
            |stage| stage.at.position = places.next().map(|rect| rect.min),
        );
    } else {
        part.stages
            .update(|_| true, |stage| stage.at.position = None);
        part.notes.update(|_| true, |note| note.at.position = None);
    }
    let mut changes = edit::shift(model, &shifts);
    let mut copies = edit::weave(model, &part, by, seam, returns)?;
    changes.append(&mut copies.changes);
    copies.changes = changes;
    Ok(copies)
}

fn seam(sight: &Sight<'_>) -> Seam {
    match sight.selection.single() {
        Some(Selected::Stage(stage)) => Seam::After(stage),
        Some(Selected::Handoff(handoff)) => Seam::Into(handoff),
        _ => Seam::Nowhere,
    }
}

/// All stages and notes with where they stand.
fn standing(sight: &Sight<'_>) -> Vec<(Selected, WorldRect)> {
    let stages = sight.model.stages.iter().zip(&sight.layout.stages);
    let stages = stages.map(|(stage, &rect)| (Selected::Stage(stage.id), rect));
    let notes = sight.model.notes.iter().zip(&sight.layout.notes);
    let notes = notes.map(|(note, &rect)| (Selected::Note(note.id), rect));
    stages.chain(notes).collect()
}

fn is_taken(place: WorldRect, mut standing: impl Iterator<Item = WorldRect>) -> bool {
    let place = place.grown(CLEAR);
    standing.any(|rect| rect.overlaps(place))
}

/// Moves what stands to the right of a line; the rest keeps its place.
fn make_room(standing: &[(Selected, WorldRect)], line: f64, room: WorldVector) -> Vec<Shift> {
    let shifts = standing.iter().map(|&(element, rect)| Shift {
        element,
        from: WorldPoint::new(rect.min.x, rect.min.y),
        by: if rect.min.x >= line {
            room
        } else {
            WorldVector::default()
        },
    });
    shifts.collect()
}
