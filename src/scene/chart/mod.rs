//! Charts: scenes like the drawing, from plain figures.
//!
//! - [`lead_time`]: how lead times are spread, with percentiles and the target;
//! - [`breakdown`]: where the time goes, one bar for each run to compare;
//! - [`ladder`]: the step line of the classic map;
//! - [`teams`]: how busy each team is.
//!
//! A chart begins at (0, 0), is as wide as asked, and says everything in it somewhere: a figure
//! that does not fit into its slice stands in the legend.

mod breakdown;
mod ladder;
mod lead_time;
mod scale;
mod teams;

pub use breakdown::{BreakdownBar, SLICE_NAMES, breakdown};
pub use ladder::{LadderChart, LadderRung, ladder};
pub use lead_time::{LeadTimeChart, lead_time};
pub use scale::Unit;
pub use teams::{TeamBar, teams};

use super::font::Weight;
use super::geom::{Point, Rect};
use super::list::{Layer, Painter, Shape};
use super::theme::Rgba;

/// The narrowest chart that is drawn; what is asked to be narrower becomes so wide.
pub const NARROWEST: f32 = 240.0;

/// Takes up the space of the chart, so that its bounds do not depend on what is in it.
fn paper(painter: &mut Painter, width: f32, height: f32, colour: Rgba) {
    painter.on(Layer::Lanes, None);
    painter.draw(Shape::filled(
        Rect::new(0.0, 0.0, width, height),
        0.0,
        colour,
    ));
}

/// Returns the baseline on which letters of a size stand in the middle of a height.
fn middle(y: f32, size: f32) -> f32 {
    y + Weight::Regular.face().cap_height * size / 2.0
}

/// A place right of `x` on the baseline `y`.
fn place(x: f32, y: f32) -> Point {
    Point::new(x, y)
}
