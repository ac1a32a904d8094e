//! Anabranch: draw a content-to-consumer value stream, annotate it, simulate it, and see where its
//! lead time goes.
//!
//! `ARCHITECTURE.md` shows how the modules fit together; a test (`tests/it/layering.rs`) keeps them
//! that way.

pub mod analysis;
#[cfg(feature = "gui")]
pub mod app;
#[cfg(test)]
#[path = "../tests/cases/mod.rs"]
mod cases;
pub mod check;
pub mod cli;
pub mod edit;
pub mod export;
pub mod find;
pub mod graph;
pub mod interact;
pub mod layout;
pub mod lists;
pub mod model;
pub mod patterns;
pub mod quick;
pub mod scene;
pub mod sim;
pub mod store;
pub mod study;
pub mod templates;
pub mod words;
