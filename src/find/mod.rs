//! Finding: what a few typed letters may mean, and where a text occurs in a Model.
//!
//! [`Pattern`] ranks names by how well they match letters typed in a hurry; [`replace`] finds a text
//! exactly in names and notes, and puts another in its place as Changes. Nothing here alters a Model.

mod elements;
mod fold;
mod fuzzy;
pub mod replace;

pub use elements::{Element, elements};
pub use fold::{Folded, folded};
pub use fuzzy::{Pattern, Scratch};
