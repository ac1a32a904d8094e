//! Graphs of stages: the derived Flow, reachability, order, reduction. petgraph behind our ids.

mod flow;

pub use flow::{Flow, FlowArrival, FlowHandoff, FlowStage, Origin};
