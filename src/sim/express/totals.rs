//! What an express run reports: sums by demand and place, and a line for each item.

use crate::sim::record::SimTime;

/// Takes what an express run reports.
pub trait QuickSink {
    /// An item is done.
    fn done(&mut self, item: &QuickItem);
    /// The run is over, and every measured item is done.
    fn totals(&mut self, totals: &Totals);
    /// Up to 64 marks of every stage and handoff, by place in the plan, of which an item's own are
    /// wanted; none when they are of no interest.
    fn marks(&self) -> Option<&Marks>;
}

/// What is marked at every place: one bit each for whatever the sink wants to know of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// By stage of the plan.
    pub stages: Vec<u64>,
    /// By handoff of the plan.
    pub handoffs: Vec<u64>,
}

/// An item that is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuickItem {
    /// Number of the item in the run, in order of arrival, from 0.
    pub number: u32,
    /// Its demand, by place in the plan.
    pub demand: u32,
    /// Its stream, by place in the plan.
    pub stream: u32,
    /// Whether it is measured.
    pub is_measured: bool,
    /// Whether it came again to a stage where it had finished a visit.
    pub has_gone_back: bool,
    /// It arrived.
    pub arrived: SimTime,
    /// Its last token left.
    pub done: SimTime,
    /// What the pieces of its critical path add up to, in milliseconds; of measured items only.
    pub adds_up_to: u64,
    /// All marks of the places it came to, and those on its critical path; of measured items.
    pub marks: [u64; 2],
}

/// Sums of a run over its measured items, by demand and place, each place once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// By demand of the plan.
    pub demands: Vec<DemandTotals>,
    /// Stages where items of a demand can come.
    pub stages: Vec<StageSums>,
    /// Handoffs over which items of a demand can go.
    pub handoffs: Vec<HandoffSums>,
}

/// What is summed of all items of a demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DemandTotals {
    /// Its stream, by place in the plan.
    pub stream: u32,
    /// Measured items that arrived.
    pub measured: u64,
    /// Waiting on critical paths, in milliseconds, before work at a stage whose team is not the
    /// sender's.
    pub wait_across_teams: u64,
}

/// Visits, their times in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VisitTotals {
    /// How many.
    pub count: u64,
    /// Work time.
    pub working: u64,
    /// Waiting for the team.
    pub wait: u64,
    /// How many had to wait.
    pub had_to_wait: u64,
}

/// Pieces of critical paths, their times in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PathTotals {
    /// Work time, or the delay of a handoff.
    pub working: u64,
    /// Waiting for the team.
    pub wait: u64,
}

/// How many passes are told apart; those beyond are not counted by pass.
pub(super) const PASSES: usize = 5;

/// What is summed at a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageSums {
    /// By place in the plan.
    pub demand: u32,
    /// By place in the plan.
    pub stage: u32,
    /// People needed at once.
    pub crew: u32,
    /// First visits of an item.
    pub first: VisitTotals,
    /// Later visits, first pass and rework.
    pub later: [VisitTotals; 2],
    /// Later visits by pass, from 0.
    pub by_pass: [u64; PASSES],
    /// On critical paths: first pass and rework.
    pub path: [PathTotals; 2],
    /// Items whose critical path has it.
    pub items_on_path: u64,
    /// Work time of all visits with a team, of whatever item, that started in the window.
    pub started_in_window: u64,
}

/// What is summed at a handoff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandoffSums {
    /// By place in the plan.
    pub demand: u32,
    /// By place in the plan.
    pub handoff: u32,
    /// Passages.
    pub count: u64,
    /// Their delays in milliseconds: first pass and rework.
    pub delay: [u64; 2],
    /// The same on critical paths.
    pub path: [u64; 2],
    /// Items whose critical path has it.
    pub items_on_path: u64,
}
