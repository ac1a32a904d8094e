//! The express way: replications that need no records, of plans in which nothing can hold an item
//! but a team that takes first who comes first.
//!
//! What a run reports in records costs more than what happens in it. Most plans, and most runs of
//! every study, need only sums; where besides every team is always open and first come first, and
//! no stage has a limit, a batch, copies or a setup, there is much less that can happen to an item.
//! This engine does just that. It keeps one line of memory for each token and one for each stage,
//! adds up on the way, and gives a [`Totals`] at the end.
//!
//! It follows `run` step by step (one agenda, one order, the same draws), and gives the very same
//! sums: tests run both and compare. `run` says what simulating means; where something comes up
//! that only it can do, the express run gives up, and the study takes `run` instead.
//!
//! ```text
//!   Plan --Express::of--> lanes (what stages and handoffs are to the items of one demand)
//!        --run-->  Totals by lane, QuickItem for each item --> QuickSink
//! ```

mod draw;
mod lanes;
mod run;
mod totals;

pub use totals::{
    DemandTotals, HandoffSums, Marks, PathTotals, QuickItem, QuickSink, StageSums, Totals,
    VisitTotals,
};

pub(super) use lanes::Lanes;

use super::control::Control;
use super::plan::Plan;
use super::record::{RunSummary, Window};

/// Runs one replication of a plan for its sums, where that can be done on the express way.
///
/// Returns nothing where it cannot; what `sink` was told then means nothing, and [`super::run`] has
/// to be taken instead. Whether it can depends only on what it is given, and so do the numbers:
/// they are those that [`super::run`] gives records of.
pub fn run_express<S: QuickSink>(
    plan: &Plan,
    seed: u64,
    replication: u32,
    window: Window,
    control: &Control,
    sink: &mut S,
) -> Option<RunSummary> {
    let lanes = plan.express.as_ref()?;
    run::run(plan, lanes, seed, replication, window, control, sink)
}
