//! The display list: one picture for screen, SVG, PNG and PDF.
//!
//! A [`Scene`] is made whole by a pure function of plain values ([`draw`], or one of [`chart`]) and
//! never changed. Text in it is shaped, measured and broken with the [`Fonts`] given, so all back
//! ends show the same letters in the same places; nobody downstream wraps or measures again.
//!
//! ```text
//!   Model, Flow, Layout --draw--\                 /--> window: egui shapes (app)
//!                                >---> Scene ----+---> SVG, PNG, PDF (export)
//!   figures ------------chart---/     items,      \--> hit(point), visible(part)
//!                                     back to front
//! ```
//!
//! Invariants: items lie in the order in which they are drawn; filled paths consist of convex
//! parts; three text sizes ([`NAME`], [`BODY`], [`SMALL`]); places and sizes keep to a grid of 8.
//! Nothing here knows zoom or pixels: [`Item::from_zoom`] only says what is too small to be read.

pub mod caption;
pub mod chart;
pub mod colouring;
mod draw;
mod font;
mod fonts;
mod geom;
pub mod heat;
mod icon;
mod index;
mod itemize;
mod list;
mod missing;
mod path;
mod spoken;
mod system;
mod text;
mod theme;

pub use colouring::ColourBy;
pub use draw::{
    CARD_RADIUS, DrawOptions, LivePicture, draw, label_size, lay_out, note_size, picture,
    stage_size, tidy,
};
pub use font::{FAMILY, Face, FontFile, Weight};
pub use fonts::{FontSource, Fonts};
pub use geom::{Point, Rect};
pub use heat::Heat;
pub use icon::Icon;
pub use list::{Item, Layer, Painter, Scene, Shape, Stroke, Target, Text};
pub use missing::missing_letters;
pub use path::{Path, Segment};
pub use spoken::Spoken;
pub use text::{Glyph, Line, Run};
pub use theme::{Palette, Rgba, Theme};

/// Font size of names.
pub const NAME: f32 = 15.0;
/// Font size of what is read.
pub const BODY: f32 = 13.0;
/// Font size of what explains.
pub const SMALL: f32 = 11.0;

/// How much of a stage's own colour is in its card: so little that text keeps its contrast.
const OWN_TINT: f32 = 0.08;

/// The grid that places and sizes keep to.
pub const GRID: f32 = 8.0;

/// Below this zoom names are too small to be read.
pub const NAMES_FROM_ZOOM: f32 = 0.28;
/// Below this zoom everything else written is too small to be read.
pub const TEXT_FROM_ZOOM: f32 = 0.4;
