//! A Scene as SVG, PNG and PDF; the records of a study as CSV and XES.
//!
//! The three pictures show what the Scene holds and decide nothing themselves: same letters, same places.

mod font;
mod pdf;
mod png;
mod records;
mod svg;

pub use pdf::{PdfError, pdf};
pub use png::{PngError, png, write_png};
pub use records::{Case, CaseWriter, CsvLog, Log, PlanNames, XesLog};
pub use svg::svg;

use crate::scene::{Rect, Scene};

/// What is left free around a picture.
pub const MARGIN: f32 = 32.0;

/// The smallest part of a picture that is worth a file: an empty Scene makes one of this size.
const SMALLEST: f32 = 64.0;

/// Returns the part of the plane that a file shows: the picture and its margin, in whole units.
pub fn frame(scene: &Scene) -> Rect {
    let around = scene.bounds.grown(MARGIN);
    let min = (around.left().floor(), around.top().floor());
    Rect::new(
        min.0,
        min.1,
        (around.right().ceil() - min.0).max(SMALLEST),
        (around.bottom().ceil() - min.1).max(SMALLEST),
    )
}
