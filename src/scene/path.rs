//! Paths: lines with rounded corners, arrow heads, circles, and what hit testing asks of them.

use super::geom::{Point, Rect};

/// How far the control points of a cubic curve lie from the ends of a quarter circle of radius 1,
/// as a share of the radius: 4/3 · (√2 − 1).
const QUARTER: f32 = 0.552_284_8;

/// How exactly distances are measured.
const HIT: f32 = 0.1;

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Begins a new part here.
    Move(Point),
    /// A straight line to here.
    Line(Point),
    /// A quadratic curve: control point, end.
    Quad(Point, Point),
    /// A cubic curve: two control points, end.
    Cubic(Point, Point, Point),
    /// A straight line back to where the part began.
    Close,
}

/// Lines and curves.
///
/// A path that is filled consists of convex parts, each closed: a back end may fill part by part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// The steps, beginning with a `Move`.
    pub segments: Vec<Segment>,
}

impl Path {
    /// Makes an open line through some points.
    pub fn line(points: &[Point]) -> Self {
        let mut path = Self::default();
        for (n, &point) in points.iter().enumerate() {
            path.segments.push(if n == 0 {
                Segment::Move(point)
            } else {
                Segment::Line(point)
            });
        }
        path
    }

    /// Makes a closed polygon.
    pub fn polygon(points: &[Point]) -> Self {
        let mut path = Self::line(points);
        path.segments.push(Segment::Close);
        path
    }

    /// Makes an open line whose corners are rounded, with at most this radius.
    pub fn rounded(points: &[Point], radius: f32) -> Self {
        let mut path = Self::default();
        let [first, middle @ .., last] = points else {
            return Self::line(points);
        };
        path.segments.push(Segment::Move(*first));
        let mut before = *first;
        for (n, &corner) in middle.iter().enumerate() {
            let after = middle.get(n + 1).copied().unwrap_or(*last);
            let (to, from) = (corner.distance(before), corner.distance(after));
            let r = radius.min(to / 2.0).min(from / 2.0);
            if r > 0.01 {
                let enters = corner.towards(before, r / to);
                let leaves = corner.towards(after, r / from);
                // A quarter circle for a right angle; close to one for others.
                let k = 1.0 - QUARTER;
                path.segments.push(Segment::Line(enters));
                path.segments.push(Segment::Cubic(
                    corner.towards(enters, k),
                    corner.towards(leaves, k),
                    leaves,
                ));
            } else {
                path.segments.push(Segment::Line(corner));
            }
            before = corner;
        }
        path.segments.push(Segment::Line(*last));
        path
    }

    /// Makes a circle.
    pub fn circle(center: Point, radius: f32) -> Self {
        Self::round_rect(
            Rect::around(center, 2.0 * radius, 2.0 * radius),
            [radius; 4],
        )
    }

    /// Makes a rectangle with rounded corners: upper left, upper right, lower right, lower left.
    pub fn round_rect(rect: Rect, radii: [f32; 4]) -> Self {
        let most = rect.width().min(rect.height()) / 2.0;
        let [nw, ne, se, sw] = radii.map(|r| r.clamp(0.0, most.max(0.0)));
        let (l, t, r, b) = (rect.left(), rect.top(), rect.right(), rect.bottom());
        let mut segments = Vec::with_capacity(10);
        segments.push(Segment::Move(Point::new(l + nw, t)));
        let mut side = |to: Point, corner: Point, end: Point, radius: f32| {
            segments.push(Segment::Line(to));
            if radius > 0.0 {
                segments.push(Segment::Cubic(
                    corner.towards(to, 1.0 - QUARTER),
                    corner.towards(end, 1.0 - QUARTER),
                    end,
                ));
            }
        };
        side(
            Point::new(r - ne, t),
            Point::new(r, t),
            Point::new(r, t + ne),
            ne,
        );
        side(
            Point::new(r, b - se),
            Point::new(r, b),
            Point::new(r - se, b),
            se,
        );
        side(
            Point::new(l + sw, b),
            Point::new(l, b),
            Point::new(l, b - sw),
            sw,
        );
        side(
            Point::new(l, t + nw),
            Point::new(l, t),
            Point::new(l + nw, t),
            nw,
        );
        segments.push(Segment::Close);
        Self { segments }
    }

    /// Makes an arrow head whose tip is `tip`, coming from the direction of `from`.
    pub fn arrow_head(from: Point, tip: Point, length: f32, width: f32) -> Self {
        let reach = from.distance(tip).max(f32::MIN_POSITIVE);
        let (ux, uy) = ((tip.x - from.x) / reach, (tip.y - from.y) / reach);
        let back = tip.moved(-ux * length, -uy * length);
        let half = width / 2.0;
        Self::polygon(&[
            tip,
            back.moved(-uy * half, ux * half),
            back.moved(uy * half, -ux * half),
        ])
    }

    /// Adds the parts of another path.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.segments.extend(other.segments);
        self
    }

    /// Returns the path with every point changed.
    #[must_use]
    pub fn map(mut self, change: impl Fn(Point) -> Point) -> Self {
        for segment in &mut self.segments {
            *segment = match *segment {
                Segment::Move(p) => Segment::Move(change(p)),
                Segment::Line(p) => Segment::Line(change(p)),
                Segment::Quad(a, p) => Segment::Quad(change(a), change(p)),
                Segment::Cubic(a, b, p) => Segment::Cubic(change(a), change(b), change(p)),
                Segment::Close => Segment::Close,
            };
        }
        self
    }

    /// Returns a rectangle around all points, control points included.
    pub fn bounds(&self) -> Rect {
        Rect::around_all(self.segments.iter().flat_map(|segment| match *segment {
            Segment::Move(p) | Segment::Line(p) => [p; 3],
            Segment::Quad(a, p) => [a, p, p],
            Segment::Cubic(a, b, p) => [a, b, p],
            // Where the part began is in already.
            Segment::Close => [Point::new(f32::NAN, f32::NAN); 3],
        }))
    }

    /// Returns the parts as straight lines, none further than `tolerance` from the curve, each with
    /// whether it is closed.
    pub fn flatten(&self, tolerance: f32) -> Vec<(Vec<Point>, bool)> {
        let mut parts: Vec<(Vec<Point>, bool)> = Vec::new();
        for segment in &self.segments {
            if let Segment::Move(p) = *segment {
                parts.push((vec![p], false));
                continue;
            }
            let Some((points, is_closed)) = parts.last_mut() else {
                continue;
            };
            let from = points.last().copied().unwrap_or_default();
            match *segment {
                Segment::Move(_) => {}
                Segment::Line(p) => points.push(p),
                Segment::Quad(a, p) => {
                    let (a1, a2) = (from.towards(a, 2.0 / 3.0), p.towards(a, 2.0 / 3.0));
                    flatten_cubic(points, [from, a1, a2, p], tolerance);
                }
                Segment::Cubic(a, b, p) => flatten_cubic(points, [from, a, b, p], tolerance),
                Segment::Close => *is_closed = true,
            }
        }
        parts
    }

    /// Returns how far the point is from the line of the path (not from its inside).
    pub fn distance(&self, point: Point) -> f32 {
        let mut nearest = f32::INFINITY;
        for (points, is_closed) in self.flatten(HIT) {
            let back = is_closed
                .then(|| Some([*points.last()?, *points.first()?]))
                .flatten();
            for [a, b] in points.windows(2).map(|pair| [pair[0], pair[1]]).chain(back) {
                nearest = nearest.min(distance_to_line(point, a, b));
            }
        }
        nearest
    }

    /// Returns whether the point lies inside one of the closed parts.
    pub fn encloses(&self, point: Point) -> bool {
        self.flatten(HIT).iter().any(|(points, is_closed)| {
            *is_closed && {
                let mut is_inside = false;
                let mut before = points[points.len() - 1];
                for &here in points {
                    if (here.y > point.y) != (before.y > point.y)
                        && point.x
                            < (before.x - here.x) * (point.y - here.y) / (before.y - here.y)
                                + here.x
                    {
                        is_inside = !is_inside;
                    }
                    before = here;
                }
                is_inside
            }
        })
    }
}

/// The number of pieces bounds the error of a cubic: √(√3/36 · |d²| / tolerance) with d² the second
/// difference (Sederberg, Computer Aided Geometric Design, 10.6).
fn flatten_cubic(points: &mut Vec<Point>, [p0, p1, p2, p3]: [Point; 4], tolerance: f32) {
    let bend = |a: Point, b: Point, c: Point| (a.x - 2.0 * b.x + c.x).hypot(a.y - 2.0 * b.y + c.y);
    let most = bend(p0, p1, p2).max(bend(p1, p2, p3));
    let pieces = (0.75 * most / tolerance.max(1e-3))
        .sqrt()
        .ceil()
        .clamp(1.0, 64.0) as u32;
    for n in 1..=pieces {
        let t = n as f32 / pieces as f32;
        let (a, b, c) = (p0.towards(p1, t), p1.towards(p2, t), p2.towards(p3, t));
        points.push(a.towards(b, t).towards(b.towards(c, t), t));
    }
}

fn distance_to_line(point: Point, a: Point, b: Point) -> f32 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let square = dx * dx + dy * dy;
    let t = if square > 0.0 {
        (((point.x - a.x) * dx + (point.y - a.y) * dy) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    point.distance(a.towards(b, t))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_corner_stays_within_its_radius() {
        let corner = Point::new(100.0, 0.0);
        let path = Path::rounded(
            &[Point::new(0.0, 0.0), corner, Point::new(100.0, 100.0)],
            8.0,
        );
        // The middle of a quarter circle is (1 − 1/√2) r off the corner, in x and in y.
        let off = path.distance(corner);
        assert!((off - 8.0 * (2.0_f32.sqrt() - 1.0)).abs() < 0.1, "{off}");
        assert!(path.distance(Point::new(50.0, 3.0)) - 3.0 < 1e-3);
        assert_eq!(
            path.bounds(),
            Rect::from_corners(Point::new(0.0, 0.0), Point::new(100.0, 100.0))
        );
    }

    #[test]
    fn a_circle_encloses_its_points_and_no_others() {
        let circle = Path::circle(Point::new(10.0, 10.0), 5.0);
        assert!(circle.encloses(Point::new(13.0, 13.0)));
        assert!(!circle.encloses(Point::new(14.5, 14.5)));
        for (points, is_closed) in circle.flatten(0.05) {
            assert!(is_closed);
            for point in points {
                let off = (point.distance(Point::new(10.0, 10.0)) - 5.0).abs();
                assert!(off < 0.05, "{off}");
            }
        }
    }

    #[test]
    fn paths_of_no_or_one_point_do_no_harm() {
        assert!(Path::rounded(&[], 8.0).segments.is_empty());
        let dot = Path::rounded(&[Point::new(1.0, 1.0)], 8.0);
        assert_eq!(dot.segments.len(), 1);
        assert!(!dot.encloses(Point::new(1.0, 1.0)));
        let doubled = Path::rounded(&[Point::new(1.0, 1.0); 3], 8.0);
        assert!(doubled.distance(Point::new(1.0, 2.0)) <= 1.0);
    }
}
