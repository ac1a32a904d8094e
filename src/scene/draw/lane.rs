//! Lanes: what lies behind everything else.

use super::Canvas;
use crate::scene::font::Weight;
use crate::scene::geom::{Point, Rect};
use crate::scene::list::{Layer, Painter, Shape, Target};
use crate::scene::{BODY, NAMES_FROM_ZOOM};

/// From the corner of a lane to its name.
const NAME_AT: Point = Point::new(16.0, 19.0);

/// Draws the lanes, every other one tinted.
pub fn lanes(canvas: &Canvas<'_>, painter: &mut Painter) {
    for (at, lane) in canvas.layout.lanes.iter().enumerate() {
        let rect = Rect::from(lane.rect);
        let fill = if at % 2 == 0 {
            canvas.palette.lane
        } else {
            canvas.palette.background
        };
        painter.on(Layer::Lanes, Target::Lane(at));
        painter.draw(Shape::filled(rect, 0.0, fill));
        let room = rect.width() - 2.0 * NAME_AT.x;
        let name = canvas
            .fonts
            .fitted(&lane.name, Weight::SemiBold, BODY, room);
        let place = rect.min.moved(NAME_AT.x, NAME_AT.y);
        painter.on(Layer::LaneNames, Target::Lane(at));
        painter.from_zoom(NAMES_FROM_ZOOM);
        let behind = Rect::new(
            place.x - 4.0,
            place.y - BODY,
            name.width * BODY + 8.0,
            BODY + 4.0,
        );
        painter.draw(Shape::filled(behind, 4.0, fill));
        painter.text(name, BODY, place, canvas.palette.muted);
    }
}
