//! The part of the canvas that is seen. Only this converts between world and screen.

use crate::model::{WorldPoint, WorldRect, WorldVector};

/// A point of the window, in points, y down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScreenPoint {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl ScreenPoint {
    /// Makes a point.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }
}

/// The part of the canvas that is seen: where it begins and how large it is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// The world point in the upper left corner.
    origin: WorldPoint,
    /// Screen points per world unit.
    zoom: f64,
    /// The upper left corner of the canvas in the window.
    corner: ScreenPoint,
    /// Width and height of the canvas, in points.
    size: (f32, f32),
}

impl Default for Viewport {
    fn default() -> Self {
        Self {
            origin: WorldPoint::new(-40.0, -40.0),
            zoom: 1.0,
            corner: ScreenPoint::default(),
            size: (800.0, 600.0),
        }
    }
}

impl Viewport {
    /// The smallest zoom.
    pub const LEAST: f64 = 0.005;
    /// The largest zoom.
    pub const MOST: f64 = 8.0;

    /// Returns screen points per world unit.
    pub fn zoom(&self) -> f64 {
        self.zoom
    }

    /// Takes note of where the canvas is in the window; what is in its middle stays there.
    pub fn place(&mut self, corner: ScreenPoint, width: f32, height: f32) {
        let is_first = self.size == (800.0, 600.0) && self.corner == ScreenPoint::default();
        if !is_first {
            self.origin.x += f64::from(self.size.0 - width) / 2.0 / self.zoom;
            self.origin.y += f64::from(self.size.1 - height) / 2.0 / self.zoom;
        }
        self.corner = corner;
        self.size = (width.max(1.0), height.max(1.0));
    }

    /// Returns the world point shown at a point of the window.
    pub fn world_from_screen(&self, at: ScreenPoint) -> WorldPoint {
        WorldPoint::new(
            self.origin.x + f64::from(at.x - self.corner.x) / self.zoom,
            self.origin.y + f64::from(at.y - self.corner.y) / self.zoom,
        )
    }

    /// Returns the point of the window where a world point is shown.
    pub fn screen_from_world(&self, at: WorldPoint) -> ScreenPoint {
        ScreenPoint::new(
            self.corner.x + ((at.x - self.origin.x) * self.zoom) as f32,
            self.corner.y + ((at.y - self.origin.y) * self.zoom) as f32,
        )
    }

    /// Returns the part of the world that is seen.
    pub fn visible(&self) -> WorldRect {
        let (width, height) = self.size;
        WorldRect {
            min: self.origin,
            max: self.world_from_screen(ScreenPoint::new(
                self.corner.x + width,
                self.corner.y + height,
            )),
        }
    }

    /// Returns whether all of a rectangle is seen.
    pub fn sees(&self, rect: WorldRect) -> bool {
        let seen = self.visible();
        seen.min.x <= rect.min.x
            && seen.min.y <= rect.min.y
            && seen.max.x >= rect.max.x
            && seen.max.y >= rect.max.y
    }

    /// Moves the picture by so many points of the window.
    pub fn pan(&mut self, x: f32, y: f32) {
        self.origin.x -= f64::from(x) / self.zoom;
        self.origin.y -= f64::from(y) / self.zoom;
    }

    /// Zooms by a factor; what is under `at` stays there.
    pub fn zoom_at(&mut self, at: ScreenPoint, factor: f64) {
        if !factor.is_finite() || factor <= 0.0 {
            return;
        }
        let fixed = self.world_from_screen(at);
        self.zoom = (self.zoom * factor).clamp(Self::LEAST, Self::MOST);
        let now = self.world_from_screen(at);
        self.origin = self.origin + WorldVector::new(fixed.x - now.x, fixed.y - now.y);
    }

    /// Zooms to a factor of the actual size; the middle stays.
    pub fn zoom_to(&mut self, zoom: f64) {
        let middle = ScreenPoint::new(
            self.corner.x + self.size.0 / 2.0,
            self.corner.y + self.size.1 / 2.0,
        );
        self.zoom_at(middle, zoom / self.zoom);
    }

    /// Shows a point of the world in the middle.
    pub fn look_at(&mut self, middle: WorldPoint, zoom: f64) {
        if !(middle.x.is_finite() && middle.y.is_finite() && zoom.is_finite()) {
            return;
        }
        self.zoom = zoom.clamp(Self::LEAST, Self::MOST);
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        self.origin = WorldPoint::new(
            middle.x - width / 2.0 / self.zoom,
            middle.y - height / 2.0 / self.zoom,
        );
    }

    /// Shows all of a rectangle with a margin, at most at the actual size.
    pub fn fit(&mut self, rect: WorldRect) {
        self.fit_up_to(rect, 1.0);
    }

    /// Shows all of a rectangle with a margin, enlarged at most so many times.
    pub fn fit_up_to(&mut self, rect: WorldRect, most: f64) {
        const MARGIN: f64 = 32.0;
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let room = (
            (width - 2.0 * MARGIN).max(16.0),
            (height - 2.0 * MARGIN).max(16.0),
        );
        let zoom = (room.0 / rect.width().max(1.0))
            .min(room.1 / rect.height().max(1.0))
            .min(most);
        self.zoom = zoom.clamp(Self::LEAST, Self::MOST);
        let middle = rect.center();
        self.origin = WorldPoint::new(
            middle.x - width / 2.0 / self.zoom,
            middle.y - height / 2.0 / self.zoom,
        );
    }

    /// Shows a drawing that has just been opened: all of it where it can be read then, else its
    /// beginning, at a size at which it can.
    pub fn begin_at(&mut self, rect: WorldRect) {
        const READABLE: f64 = 0.6;
        const MARGIN: f64 = 32.0;
        self.fit(rect);
        if self.zoom >= READABLE {
            return;
        }
        self.zoom = READABLE;
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let start = |low: f64, length: f64, room: f64| {
            let room = room / READABLE;
            let margin = MARGIN / READABLE;
            if length + 2.0 * margin <= room {
                low - (room - length) / 2.0
            } else {
                low - margin
            }
        };
        self.origin = WorldPoint::new(
            start(rect.min.x, rect.width(), width),
            start(rect.min.y, rect.height(), height),
        );
    }

    /// Moves as little as needed to show a rectangle.
    pub fn reveal(&mut self, rect: WorldRect) {
        let seen = self.visible();
        let rect = rect.grown(24.0);
        let shift = |low: f64, high: f64, from: f64, to: f64| {
            if low < from {
                low - from
            } else if high > to {
                (high - to).min(low - from)
            } else {
                0.0
            }
        };
        self.origin.x += shift(rect.min.x, rect.max.x, seen.min.x, seen.max.x);
        self.origin.y += shift(rect.min.y, rect.max.y, seen.min.y, seen.max.y);
    }
}

/// What was seen before each leap to another part of the drawing, to go back to.
#[derive(Clone, Debug, Default)]
pub struct PastViews {
    /// The middle and the zoom, the oldest first.
    views: Vec<(WorldPoint, f64)>,
}

impl PastViews {
    /// How many are kept.
    const MOST: usize = 64;

    /// Remembers what is seen, before it is left.
    pub fn leave(&mut self, viewport: &Viewport) {
        let now = (viewport.visible().center(), viewport.zoom());
        if self.views.last() == Some(&now) {
            return;
        }
        if self.views.len() == Self::MOST {
            self.views.remove(0);
        }
        self.views.push(now);
    }

    /// Goes back to what was seen before the last leap. Returns whether there was one.
    pub fn go_back(&mut self, viewport: &mut Viewport) -> bool {
        let now = (viewport.visible().center(), viewport.zoom());
        while let Some((middle, zoom)) = self.views.pop() {
            // A leap that led nowhere else is none.
            let is_here = (middle.x - now.0.x).abs() < 0.5
                && (middle.y - now.0.y).abs() < 0.5
                && (zoom - now.1).abs() < 1e-6;
            if !is_here {
                viewport.look_at(middle, zoom);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let mut viewport = Viewport::default();
        viewport.place(ScreenPoint::new(10.0, 50.0), 1000.0, 700.0);
        let pointer = ScreenPoint::new(333.0, 444.0);
        let before = viewport.world_from_screen(pointer);
        for factor in [1.1, 0.5, 3.0, 1000.0, 1e-9] {
            viewport.zoom_at(pointer, factor);
            let now = viewport.world_from_screen(pointer);
            assert!((before.x - now.x).abs() < 1e-6 && (before.y - now.y).abs() < 1e-6);
            assert!((Viewport::LEAST..=Viewport::MOST).contains(&viewport.zoom()));
        }
    }

    #[test]
    fn fitting_shows_all_and_enlarges_nothing() {
        let mut viewport = Viewport::default();
        viewport.place(ScreenPoint::new(0.0, 0.0), 800.0, 500.0);
        let wide = WorldRect {
            min: WorldPoint::new(-500.0, 0.0),
            max: WorldPoint::new(4000.0, 300.0),
        };
        viewport.fit(wide);
        let seen = viewport.visible();
        assert!(seen.min.x <= wide.min.x && seen.max.x >= wide.max.x);
        let small = WorldRect {
            min: WorldPoint::new(0.0, 0.0),
            max: WorldPoint::new(10.0, 10.0),
        };
        viewport.fit(small);
        assert_eq!(viewport.zoom(), 1.0);
    }

    #[test]
    fn a_wide_drawing_begins_where_it_begins_and_can_be_read() {
        let mut viewport = Viewport::default();
        viewport.place(ScreenPoint::new(0.0, 0.0), 800.0, 500.0);
        let wide = WorldRect {
            min: WorldPoint::new(-500.0, 0.0),
            max: WorldPoint::new(9000.0, 300.0),
        };
        viewport.begin_at(wide);
        let seen = viewport.visible();
        assert_eq!(viewport.zoom(), 0.6);
        assert!(seen.min.x < wide.min.x && seen.min.x > wide.min.x - 100.0);
        assert!(seen.min.y < wide.min.y && seen.max.y > wide.max.y);
    }

    #[test]
    fn leaps_are_gone_back_one_by_one() {
        let mut viewport = Viewport::default();
        viewport.place(ScreenPoint::new(0.0, 0.0), 800.0, 500.0);
        let mut past = PastViews::default();
        assert!(!past.go_back(&mut viewport));
        let far = |x: f64| WorldRect {
            min: WorldPoint::new(x, 0.0),
            max: WorldPoint::new(x + 300.0, 100.0),
        };
        let first = viewport.visible().center();
        past.leave(&viewport);
        viewport.fit_up_to(far(5000.0), 2.0);
        assert_eq!(viewport.zoom(), 2.0);
        // Leaping to where one is already is no leap.
        past.leave(&viewport);
        viewport.fit_up_to(far(5000.0), 2.0);
        assert!(past.go_back(&mut viewport));
        assert_eq!((viewport.visible().center(), viewport.zoom()), (first, 1.0));
        assert!(!past.go_back(&mut viewport));
        for n in 0..200 {
            past.leave(&viewport);
            viewport.look_at(WorldPoint::new(f64::from(n) * 10.0, 0.0), 1.0);
        }
        assert_eq!(past.views.len(), PastViews::MOST);
    }

    #[test]
    fn there_and_back_is_the_same_point() {
        let mut viewport = Viewport::default();
        viewport.place(ScreenPoint::new(7.0, 9.0), 640.0, 480.0);
        viewport.zoom_to(2.5);
        viewport.pan(13.0, -40.0);
        let world = WorldPoint::new(123.0, -45.0);
        let back = viewport.world_from_screen(viewport.screen_from_world(world));
        assert!((world.x - back.x).abs() < 1e-3 && (world.y - back.y).abs() < 1e-3);
    }
}
