//! A drawing so small that only its cards are seen, as blocks in their colours: the minimap and the
//! thumbnails.

use egui::{Mesh, Pos2, Rect, vec2};
use rustc_hash::FxHashSet;

use crate::layout::Layout;
use crate::model::{Model, WorldPoint, WorldRect};
use crate::scene::colouring::Colouring;
use crate::scene::{ColourBy, Rgba, Theme};

use super::paint::color;

/// The blocks of a drawing.
#[derive(Clone, Debug)]
pub struct Blocks {
    /// Around all of them.
    pub bounds: WorldRect,
    blocks: Vec<(WorldRect, Rgba)>,
}

/// How a drawing lies in a rectangle of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Where it lies.
    pub inner: Rect,
    bounds: WorldRect,
    zoom: f64,
}

impl Scale {
    /// Fits a drawing into a rectangle, in its middle.
    pub fn fit(bounds: WorldRect, room: Rect) -> Self {
        let zoom = (f64::from(room.width()) / bounds.width().max(1.0))
            .min(f64::from(room.height()) / bounds.height().max(1.0));
        let size = vec2(
            (bounds.width() * zoom) as f32,
            (bounds.height() * zoom) as f32,
        );
        Self {
            inner: Rect::from_center_size(room.center(), size),
            bounds,
            zoom,
        }
    }

    /// Returns where a point of the drawing lies.
    pub fn pos(self, at: WorldPoint) -> Pos2 {
        let along = |at: f64, from: f64| ((at - from) * self.zoom) as f32;
        self.inner.min
            + vec2(
                along(at.x, self.bounds.min.x),
                along(at.y, self.bounds.min.y),
            )
    }

    /// Returns where a rectangle of the drawing lies.
    pub fn rect(self, rect: WorldRect) -> Rect {
        Rect::from_min_max(self.pos(rect.min), self.pos(rect.max))
    }

    /// Returns the point of the drawing that lies there.
    pub fn world(self, at: Pos2) -> WorldPoint {
        let off = at - self.inner.min;
        let along = |off: f32, from: f64| f64::from(off) / self.zoom + from;
        WorldPoint::new(
            along(off.x, self.bounds.min.x),
            along(off.y, self.bounds.min.y),
        )
    }
}

impl Blocks {
    /// Makes blocks of the cards and notes of a drawing.
    pub fn of(model: &Model, layout: &Layout, by: ColourBy, theme: Theme) -> Self {
        let palette = theme.palette();
        let colouring = Colouring::new(model, by, palette);
        // The strip tells more than a card that is white.
        let stages = model.stages.iter().zip(&layout.stages);
        let stages = stages.map(|(stage, &rect)| (rect, colouring.strip(model, stage)));
        let paper = palette.sticky.mixed(palette.text, 0.2);
        let notes = layout.notes.iter().map(|&rect| (rect, paper));
        let blocks: Vec<(WorldRect, Rgba)> = stages.chain(notes).collect();
        let all = blocks.iter().map(|(rect, _)| *rect);
        Self {
            bounds: all.fold(layout.bounds, WorldRect::union),
            blocks,
        }
    }

    /// Draws them. What falls on the same two points is drawn once, so that however many there are,
    /// it costs no more than there is room for.
    pub fn mesh(&self, scale: Scale) -> Mesh {
        const CELL: f32 = 2.0;
        let mut mesh = Mesh::default();
        let mut taken = FxHashSet::default();
        for &(rect, fill) in &self.blocks {
            let place = scale.rect(rect);
            let place = Rect::from_min_size(place.min, place.size().max(vec2(1.5, 1.5)));
            let cell = |at: f32| (at / CELL).floor() as i32;
            let is_tiny = place.width() < CELL && place.height() < CELL;
            if !is_tiny || taken.insert((cell(place.min.x), cell(place.min.y))) {
                mesh.add_colored_rect(place, color(fill));
            }
        }
        mesh
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WorldSize;

    #[test]
    fn points_go_there_and_back() {
        let bounds =
            WorldRect::from_min_size(WorldPoint::new(-40.0, 8.0), WorldSize::new(800.0, 120.0));
        let room = Rect::from_min_size(Pos2::new(10.0, 20.0), vec2(200.0, 100.0));
        let scale = Scale::fit(bounds, room);
        assert!(room.contains_rect(scale.rect(bounds)));
        assert_eq!(scale.rect(bounds).center(), room.center());
        let at = WorldPoint::new(123.0, 45.0);
        let back = scale.world(scale.pos(at));
        assert!((back.x - at.x).abs() < 0.01 && (back.y - at.y).abs() < 0.01);
    }

    #[test]
    fn ten_thousand_cards_on_a_thumbnail_are_few_blocks() {
        let card = |n: usize| {
            let corner = WorldPoint::new((n % 100) as f64 * 264.0, (n / 100) as f64 * 128.0);
            WorldRect::from_min_size(corner, WorldSize::new(176.0, 88.0))
        };
        let blocks = Blocks {
            bounds: card(0).union(card(9_999)),
            blocks: (0..10_000).map(|n| (card(n), Rgba::BLACK)).collect(),
        };
        let room = Rect::from_min_size(Pos2::ZERO, vec2(96.0, 56.0));
        let mesh = blocks.mesh(Scale::fit(blocks.bounds, room));
        // Four corners a block.
        assert!(
            mesh.vertices.len() / 4 <= 49 * 29,
            "{}",
            mesh.vertices.len()
        );
    }
}
