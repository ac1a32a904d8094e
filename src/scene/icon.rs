//! Small pictures that stand for words: drawn as lines and convex parts, in any size and colour.

use super::geom::{Point, Rect};
use super::list::{Shape, Stroke};
use super::path::{Path, Segment};
use super::theme::Rgba;

/// A small picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Icon {
    /// Envelope: handed over by somebody.
    Manual,
    /// Calendar: at the next slot of a rhythm.
    Scheduled,
    /// Bolt: by itself.
    Automatic,
    /// Hollow bolt: with a tool's help.
    Assisted,
    /// Arrow that turns back.
    Rework,
    /// Triangle: pieces that lie there.
    Inventory,
}

/// Side of the square that icons are drawn in.
const GRID: f32 = 12.0;

impl Icon {
    /// Returns what draws the icon in a square with this upper left corner and side.
    pub fn shapes(self, corner: Point, side: f32, colour: Rgba) -> Vec<Shape> {
        let scale = side / GRID;
        let place = |p: Point| Point::new(corner.x + p.x * scale, corner.y + p.y * scale);
        let at = |x: f32, y: f32| place(Point::new(x, y));
        let stroke = Stroke::new(colour, 1.2 * scale).round();
        let line = |points: &[Point]| Shape::stroked(Path::line(points), stroke);
        let frame = |x: f32, y: f32, width: f32, height: f32, radius: f32| Shape::Rect {
            rect: Rect::from_corners(at(x, y), at(x + width, y + height)),
            radii: [radius * scale; 4],
            fill: None,
            stroke: Some(stroke),
        };
        match self {
            Self::Manual => vec![
                frame(0.6, 2.0, 10.8, 8.2, 1.2),
                line(&[at(0.9, 2.8), at(6.0, 6.6), at(11.1, 2.8)]),
            ],
            Self::Scheduled => vec![
                frame(0.9, 1.9, 10.2, 9.3, 1.4),
                line(&[at(0.9, 5.0), at(11.1, 5.0)]),
                line(&[at(3.6, 0.7), at(3.6, 2.6)]),
                line(&[at(8.4, 0.7), at(8.4, 2.6)]),
            ],
            Self::Automatic => {
                vec![Shape::filled_path(
                    // Two triangles that overlap, so that each part is convex.
                    Path::polygon(&[at(7.4, 0.3), at(1.8, 6.9), at(6.4, 6.9)])
                        .and(Path::polygon(&[at(4.6, 11.7), at(10.2, 5.1), at(5.6, 5.1)])),
                    colour,
                )]
            }
            Self::Assisted => vec![Shape::stroked(
                Path::polygon(&[
                    at(7.2, 0.8),
                    at(2.2, 6.8),
                    at(5.8, 6.8),
                    at(4.8, 11.2),
                    at(9.8, 5.2),
                    at(6.2, 5.2),
                ]),
                stroke,
            )],
            Self::Rework => {
                let mut hook = Path::line(&[at(1.2, 4.6), at(7.9, 4.6)]);
                hook.segments
                    .push(Segment::Cubic(at(12.2, 4.6), at(12.2, 10.4), at(7.9, 10.4)));
                hook.segments.push(Segment::Line(at(5.4, 10.4)));
                vec![
                    Shape::stroked(hook, stroke),
                    line(&[at(3.9, 1.9), at(1.2, 4.6), at(3.9, 7.3)]),
                ]
            }
            Self::Inventory => vec![
                Shape::stroked(
                    Path::polygon(&[at(6.0, 1.0), at(11.4, 10.6), at(0.6, 10.6)]),
                    stroke,
                ),
                line(&[at(6.0, 5.4), at(6.0, 8.4)]),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icons_stay_in_their_square() {
        for icon in [
            Icon::Manual,
            Icon::Scheduled,
            Icon::Automatic,
            Icon::Assisted,
            Icon::Rework,
            Icon::Inventory,
        ] {
            let square = Rect::new(100.0, 50.0, 24.0, 24.0);
            let mut bounds = Rect::NOTHING;
            for shape in icon.shapes(square.min, 24.0, Rgba::BLACK) {
                let drawn = match &shape {
                    // Control points may lie outside.
                    Shape::Path { path, .. } => Rect::around_all(
                        path.flatten(0.1).into_iter().flat_map(|(points, _)| points),
                    ),
                    other => other.bounds(),
                };
                bounds = bounds.union(drawn);
            }
            assert!(square.holds(bounds, 0.1), "{icon:?} {bounds:?}");
            assert!(bounds.width().max(bounds.height()) > 18.0, "{icon:?}");
        }
    }
}
