//! Quick entry: a line of text, several, or an indented outline becomes a drawing, and a drawing
//! such a text.
//!
//! ```text
//!   text --parse--> syntax tree with places --build--> Changes --edit::apply--> Model
//!                                                      error: line, column, hint
//!   Model --shape--> chains and branches --print--> text, tried out by building it again
//! ```
//!
//! `docs/quick-entry.md` says how it is written. Nothing is altered here: [`enter`] returns Changes
//! for whoever pastes, and [`new_model`] a Model of its own.

mod build;
mod error;
mod line;
mod parse;
mod print;
mod say;
mod shape;
mod syntax;

pub use build::{Entered, enter, new_model};
pub use error::QuickError;
pub use line::{LineOwner, StageLine, line_of_name, owner_at_end, owner_text, read_line};
pub use say::{Said, say, say_model};
