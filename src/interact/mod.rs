//! Tools as state machines in world coordinates: events in, Changes out.
//!
//! Nothing here draws or knows of a window, so what a gesture does can be tested without one.

mod pointer;
mod viewport;

pub use pointer::{Event, Feedback, GRID, Keys, On, Output, Pointer, Sight, make_stage};
pub use viewport::{ScreenPoint, Viewport};
