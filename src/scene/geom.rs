//! Points, rectangles and paths in the units of a picture (one unit is one pixel at 100 %), y down.
//!
//! Single precision is enough to draw with; the layout and the model keep double precision.

use crate::model::{WorldPoint, WorldRect, WorldSize};

/// A place in a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Point {
    /// Makes a point.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Returns the distance to another point.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// Returns the point so far on the way to another: 0 is here, 1 is there.
    #[must_use]
    pub fn towards(self, other: Self, share: f32) -> Self {
        Self::new(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
        )
    }

    /// Returns the point moved.
    #[must_use]
    pub fn moved(self, dx: f32, dy: f32) -> Self {
        Self::new(self.x + dx, self.y + dy)
    }
}

/// Nothing is drawn further out than this: single precision still tells pixels apart there.
const FARTHEST: f64 = 4_000_000.0;

impl From<WorldPoint> for Point {
    /// Converts; what is further out than pixels can be told apart is moved to where they can.
    fn from(point: WorldPoint) -> Self {
        let near = |x: f64| x.clamp(-FARTHEST, FARTHEST) as f32;
        Self::new(near(point.x), near(point.y))
    }
}

impl From<Point> for WorldPoint {
    fn from(point: Point) -> Self {
        Self::new(f64::from(point.x), f64::from(point.y))
    }
}

/// A rectangle of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Upper left corner.
    pub min: Point,
    /// Lower right corner.
    pub max: Point,
}

impl Rect {
    /// Contains nothing; the union with it changes nothing.
    pub const NOTHING: Self = Self {
        min: Point::new(f32::INFINITY, f32::INFINITY),
        max: Point::new(f32::NEG_INFINITY, f32::NEG_INFINITY),
    };

    /// Makes a rectangle from its left, top, width and height.
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self {
            min: Point::new(x, y),
            max: Point::new(x + width, y + height),
        }
    }

    /// Makes a rectangle from two corners.
    pub const fn from_corners(min: Point, max: Point) -> Self {
        Self { min, max }
    }

    /// Makes a rectangle around a point.
    pub fn around(center: Point, width: f32, height: f32) -> Self {
        Self::new(
            center.x - width / 2.0,
            center.y - height / 2.0,
            width,
            height,
        )
    }

    /// Returns the left border.
    pub fn left(self) -> f32 {
        self.min.x
    }

    /// Returns the upper border.
    pub fn top(self) -> f32 {
        self.min.y
    }

    /// Returns the right border.
    pub fn right(self) -> f32 {
        self.max.x
    }

    /// Returns the lower border.
    pub fn bottom(self) -> f32 {
        self.max.y
    }

    /// Returns the width.
    pub fn width(self) -> f32 {
        self.max.x - self.min.x
    }

    /// Returns the height.
    pub fn height(self) -> f32 {
        self.max.y - self.min.y
    }

    /// Returns the middle.
    pub fn center(self) -> Point {
        self.min.towards(self.max, 0.5)
    }

    /// Returns whether there is nothing in it.
    pub fn is_empty(self) -> bool {
        !(self.min.x <= self.max.x && self.min.y <= self.max.y)
    }

    /// Returns whether the point lies inside or on the border.
    pub fn contains(self, point: Point) -> bool {
        (self.min.x..=self.max.x).contains(&point.x) && (self.min.y..=self.max.y).contains(&point.y)
    }

    /// Returns whether the other lies inside, borders included, give or take `slack`.
    pub fn holds(self, other: Self, slack: f32) -> bool {
        other.is_empty()
            || (other.min.x >= self.min.x - slack
                && other.min.y >= self.min.y - slack
                && other.max.x <= self.max.x + slack
                && other.max.y <= self.max.y + slack)
    }

    /// Returns whether the two have a point in common.
    pub fn meets(self, other: Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    /// Returns the smallest rectangle around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            min: Point::new(self.min.x.min(other.min.x), self.min.y.min(other.min.y)),
            max: Point::new(self.max.x.max(other.max.x), self.max.y.max(other.max.y)),
        }
    }

    /// Returns the rectangle grown on all four sides.
    #[must_use]
    pub fn grown(self, margin: f32) -> Self {
        if self.is_empty() {
            return self;
        }
        Self {
            min: self.min.moved(-margin, -margin),
            max: self.max.moved(margin, margin),
        }
    }

    /// Returns the rectangle moved.
    #[must_use]
    pub fn moved(self, dx: f32, dy: f32) -> Self {
        Self {
            min: self.min.moved(dx, dy),
            max: self.max.moved(dx, dy),
        }
    }

    /// Returns the smallest rectangle around some points.
    pub fn around_all(points: impl IntoIterator<Item = Point>) -> Self {
        points.into_iter().fold(Self::NOTHING, |rect, point| {
            rect.union(Self::from_corners(point, point))
        })
    }
}

impl From<WorldRect> for Rect {
    fn from(rect: WorldRect) -> Self {
        Self::from_corners(rect.min.into(), rect.max.into())
    }
}

impl From<Rect> for WorldRect {
    fn from(rect: Rect) -> Self {
        Self::from_min_size(
            rect.min.into(),
            WorldSize::new(f64::from(rect.width()), f64::from(rect.height())),
        )
    }
}
