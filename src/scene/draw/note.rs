//! Notes: pieces of paper, and bursts for what is to be improved.

use std::sync::Arc;

use super::Canvas;
use crate::layout::NoteSize;
use crate::model::{Note, NoteKind, WorldSize};
use crate::scene::font::Weight;
use crate::scene::fonts::Fonts;
use crate::scene::geom::{Point, Rect};
use crate::scene::list::{Layer, Painter, Shape, Stroke, Target};
use crate::scene::path::Path;
use crate::scene::text::Line;
use crate::scene::theme::Rgba;
use crate::scene::{BODY, GRID, TEXT_FROM_ZOOM};

const WIDTH: f32 = 176.0;
const PADDING: f32 = 12.0;
const LEADING: f32 = 18.0;
/// Most lines of a note that has no size of its own.
const MOST_LINES: usize = 8;
/// How far the points of a burst reach beyond its text.
const POINTS: f32 = 2.0 * GRID;
/// Points of a burst.
const BURST_POINTS: usize = 20;
/// How far the hollows of a burst reach, of its points.
const BURST_HOLLOW: f64 = 0.86;

/// Returns the size of a note, for the layout.
pub fn size(note: &Note, fonts: &Fonts) -> NoteSize {
    let size = match note.at.size {
        Some(size) => size,
        None => {
            let lines = lines(note, WIDTH, MOST_LINES, fonts).len().max(1);
            let height = 2.0 * PADDING + LEADING * lines as f32;
            let height = (height / GRID).ceil() * GRID;
            WorldSize::new(f64::from(WIDTH), f64::from(height))
        }
    };
    let reach = match note.kind {
        NoteKind::Sticky => 0.0,
        NoteKind::Kaizen => POINTS,
    };
    NoteSize {
        size,
        reach: f64::from(reach),
    }
}

/// What is written on a note, in lines that fit.
fn lines(note: &Note, width: f32, most: usize, fonts: &Fonts) -> Vec<Arc<Line>> {
    let room = width - 2.0 * PADDING;
    let mut lines = Vec::new();
    for paragraph in note.text.trim_end().lines() {
        let left = most - lines.len();
        if left == 0 {
            break;
        }
        lines.extend(fonts.wrapped(paragraph, Weight::Regular, BODY, room, left));
    }
    lines
}

/// Draws the notes.
pub fn notes(canvas: &Canvas<'_>, painter: &mut Painter) {
    for (note, &rect) in canvas.model.notes.iter().zip(&canvas.layout.notes) {
        let rect = Rect::from(rect);
        let most = match note.at.size {
            Some(_) => ((rect.height() - 2.0 * PADDING) / LEADING).max(1.0) as usize,
            None => MOST_LINES,
        };
        let lines = lines(note, rect.width(), most, canvas.fonts);
        painter.on(Layer::Notes, Target::Note(note.id));
        let ink = paper(canvas, painter, note, rect);
        painter.from_zoom(TEXT_FROM_ZOOM);
        let block = LEADING * lines.len() as f32;
        let first = rect.center().y - block / 2.0 + LEADING * 0.74;
        for (n, line) in lines.into_iter().enumerate() {
            let x = match note.kind {
                NoteKind::Sticky => rect.left() + PADDING,
                NoteKind::Kaizen => rect.center().x - line.width * BODY / 2.0,
            };
            let base = first + LEADING * n as f32;
            painter.text(line, BODY, Point::new(x, base), ink);
        }
    }
}

/// Draws what a note is written on. Returns the colour of its text.
fn paper(canvas: &Canvas<'_>, painter: &mut Painter, note: &Note, rect: Rect) -> Rgba {
    let palette = canvas.palette;
    let (fill, ink) = match note.kind {
        NoteKind::Sticky => (palette.sticky, palette.on_sticky),
        NoteKind::Kaizen => (palette.kaizen, palette.on_kaizen),
    };
    let own = note.at.colour.map(Rgba::from);
    let (fill, ink) = own.map_or((fill, ink), |own| (own, own.ink()));
    let border = Stroke::new(fill.mixed(ink, 0.25), 1.0);
    match note.kind {
        NoteKind::Sticky => painter.draw(Shape::Rect {
            rect,
            radii: [3.0; 4],
            fill: Some(fill),
            stroke: Some(border),
        }),
        NoteKind::Kaizen => {
            // The points reach out of the rectangle, so that text has all of it.
            let outer = rect.grown(POINTS);
            painter.draw(Shape::filled_path(burst_parts(outer), fill));
            painter.draw(Shape::stroked(burst_outline(outer), border));
        }
    }
    ink
}

/// A point of an oval that fills a rectangle, a little squared off so that text has room in it
/// (a superellipse of exponent 3), at a share of its size.
fn on_burst(rect: Rect, turn: f64, reach: f64) -> Point {
    let angle = turn * std::f64::consts::TAU;
    let (sin, cos) = (libm::sin(angle), libm::cos(angle));
    let cubes = |x: f64| (x * x * x).abs();
    let radius = reach / libm::cbrt(cubes(cos) + cubes(sin));
    let middle = rect.center();
    Point::new(
        middle.x + (radius * cos) as f32 * rect.width() / 2.0,
        middle.y + (radius * sin) as f32 * rect.height() / 2.0,
    )
}

fn burst_outline(rect: Rect) -> Path {
    let points: Vec<Point> = (0..2 * BURST_POINTS)
        .map(|n| {
            let reach = if n % 2 == 0 { 1.0 } else { BURST_HOLLOW };
            on_burst(rect, n as f64 / (2 * BURST_POINTS) as f64, reach)
        })
        .collect();
    Path::polygon(&points)
}

/// The inside of a burst as convex parts: its points as triangles, and what is between the hollows.
fn burst_parts(rect: Rect) -> Path {
    let at = |n: usize, reach: f64| on_burst(rect, n as f64 / (2 * BURST_POINTS) as f64, reach);
    let hollows: Vec<Point> = (0..BURST_POINTS)
        .map(|n| at(2 * n + 1, BURST_HOLLOW))
        .collect();
    let mut path = Path::polygon(&hollows);
    for n in 0..BURST_POINTS {
        // From a bit inside, so that no seam shows.
        let (before, after) = (hollows[(n + BURST_POINTS - 1) % BURST_POINTS], hollows[n]);
        let inside = rect.center();
        path = path.and(Path::polygon(&[
            at(2 * n, 1.0),
            after,
            after.towards(inside, 0.1),
            before.towards(inside, 0.1),
            before,
        ]));
    }
    path
}
