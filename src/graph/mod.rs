//! Graphs of stages: the derived Flow, reachability, order, reduction. petgraph behind our ids.
//!
//! [`Flow`] is the one reading of a Model's handoffs that everybody shares. [`StageGraph`] is a
//! graph to compute on: it is made when an algorithm needs it, knows stages and handoffs by their
//! places, and gives ids back.

mod arrivals;
mod derive;
mod flow;
mod kinds;
mod links;
mod order;
mod reach;
mod tokens;

pub use arrivals::of as arrivals;
pub use flow::{
    Flow, FlowArrival, FlowFault, FlowHandoff, FlowStage, Origin, is_open_to, is_relaxed,
};
pub use kinds::{Begin, ItemKind, item_kinds};
pub use links::{StageGraph, Way};
pub use reach::StageSet;
pub use tokens::{TokenFault, TokenFaultKind, token_faults};
