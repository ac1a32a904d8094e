//! Quick entry: a line of text, several, or an indented outline becomes a drawing.
//!
//! ```text
//!   text --parse--> syntax tree with places --build--> Changes --edit::apply--> Model
//!                                                      error: line, column, hint
//! ```
//!
//! `docs/quick-entry.md` says how it is written. Nothing is altered here: [`enter`] returns Changes
//! for whoever pastes, and [`new_model`] a Model of its own.

mod build;
mod error;
mod parse;
mod syntax;

pub use build::{Entered, enter, new_model};
pub use error::QuickError;
