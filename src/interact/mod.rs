//! Tools as state machines in world coordinates: events in, Changes out.
//!
//! Nothing here draws or knows of a window, so what a gesture does can be tested without one.

mod arrange;
mod capture;
mod event;
mod pattern;
mod pointer;
mod viewport;

pub use arrange::{align, bounds, distribute, duplicate, nudge, standing};
pub use capture::{Link, Owner, Walk, capture, owner_of, place_for, restate, walk};
pub use event::{Corner, End, Event, Feedback, Keys, On, Output, Sight, Tool};
pub use pattern::weave_in;
pub use pointer::{Pointer, make_stage};
pub use viewport::{PastViews, ScreenPoint, Viewport};

/// The grid that stages snap to while they are dragged, in world units.
pub use crate::layout::GRID;
