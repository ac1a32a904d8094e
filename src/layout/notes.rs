//! Notes among cards: those that lie on a card go with it, the others keep their place, and what has
//! no place gets one below the drawing.

use crate::model::{Model, WorldPoint, WorldRect, WorldVector};

use super::place::position;
use super::{GRID, LayoutInput, NoteSize, usable};

/// Between the drawing and the notes below it.
const BELOW: f64 = 3.0 * GRID;
/// Between two notes below the drawing.
const GAP: f64 = 2.0 * GRID;

/// The notes of a Model while cards are being placed. Rectangles are around all that is drawn of
/// a note.
pub(super) struct Notes {
    sizes: Vec<NoteSize>,
    /// Where each note is, when it has a place.
    rects: Vec<Option<WorldRect>>,
    /// The card that a note lies on, and where that stood.
    carriers: Vec<Option<(usize, WorldPoint)>>,
}

impl Notes {
    /// Looks at which notes lie on which cards, as the user has put both.
    pub(super) fn of(input: &LayoutInput<'_>, cards: &[Option<WorldRect>]) -> Self {
        let sizes: Vec<NoteSize> = input
            .model
            .notes
            .iter()
            .map(|note| {
                let NoteSize { size, reach } = (input.note_size)(note);
                NoteSize {
                    size: usable(size),
                    reach: if reach.is_finite() {
                        reach.clamp(0.0, 1_000.0)
                    } else {
                        0.0
                    },
                }
            })
            .collect();
        let rects: Vec<Option<WorldRect>> = input
            .model
            .notes
            .iter()
            .zip(&sizes)
            .map(|(note, size)| {
                let corner = position(note.at.position)?;
                Some(WorldRect::from_min_size(corner, size.size).grown(size.reach))
            })
            .collect();
        let carriers = rects.iter().map(|rect| carrier((*rect)?, cards)).collect();
        Self {
            sizes,
            rects,
            carriers,
        }
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.rects.len()
    }

    /// Returns those that lie on no card, in order; none for the others.
    pub(super) fn free(&self) -> impl Iterator<Item = Option<WorldRect>> + '_ {
        let all = self.rects.iter().zip(&self.carriers);
        all.map(|(rect, carrier)| rect.filter(|_| carrier.is_none()))
    }

    /// Takes in where those that lie on no card have been moved to.
    pub(super) fn take_moved(&mut self, moved: &[Option<WorldRect>]) {
        for ((rect, carrier), &moved) in self.rects.iter_mut().zip(&self.carriers).zip(moved) {
            if carrier.is_none() {
                *rect = moved;
            }
        }
    }

    /// Moves those that lie on cards along with them.
    pub(super) fn follow(&mut self, cards: &[Option<WorldRect>]) {
        for (rect, carrier) in self.rects.iter_mut().zip(&mut self.carriers) {
            if let (Some(rect), Some((node, stood))) = (rect, carrier)
                && let Some(card) = cards[*node]
            {
                *rect = rect.moved(card.min - *stood);
                *stood = card.min;
            }
        }
    }

    /// Returns what cards, ways and labels keep off.
    pub(super) fn in_the_way(&self) -> Vec<WorldRect> {
        self.rects.iter().copied().flatten().collect()
    }

    /// Gives the notes without a place one below the drawing. Returns where all are written.
    pub(super) fn finished(mut self, model: &Model, drawing: WorldRect) -> Vec<WorldRect> {
        let placed = self.rects.iter().copied().flatten();
        let all = placed.fold(drawing, WorldRect::union);
        let left = drawing.min.x;
        let mut corner = WorldPoint::new(left, all.max.y + BELOW);
        let mut lowest = corner.y;
        for (rect, size) in self.rects.iter_mut().zip(&self.sizes) {
            if rect.is_some() {
                continue;
            }
            let width = size.size.width + 2.0 * size.reach;
            if corner.x > left && corner.x + width > drawing.max.x {
                corner = WorldPoint::new(left, lowest + GAP);
            }
            let outer = WorldRect::from_min_size(corner, size.size)
                .grown(size.reach)
                .moved(WorldVector {
                    x: size.reach,
                    y: size.reach,
                });
            lowest = lowest.max(outer.max.y);
            corner.x = outer.max.x + GAP;
            *rect = Some(outer);
        }
        debug_assert_eq!(self.len(), model.notes.len());
        let all = self.rects.into_iter().zip(self.sizes);
        all.map(|(rect, size)| rect.unwrap_or_default().grown(-size.reach))
            .collect()
    }
}

/// The card that a note lies on most.
pub(super) fn carrier(note: WorldRect, cards: &[Option<WorldRect>]) -> Option<(usize, WorldPoint)> {
    let mut best: Option<(f64, usize, WorldPoint)> = None;
    for (node, card) in cards.iter().enumerate() {
        let Some(card) = card else { continue };
        if !card.overlaps(note) {
            continue;
        }
        let width = card.max.x.min(note.max.x) - card.min.x.max(note.min.x);
        let height = card.max.y.min(note.max.y) - card.min.y.max(note.min.y);
        if best.is_none_or(|(most, ..)| width * height > most) {
            best = Some((width * height, node, card.min));
        }
    }
    best.map(|(_, node, stood)| (node, stood))
}
