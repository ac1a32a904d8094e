//! The figures of a Study, as data.
//!
//! Times are in seconds, shares from 0 to 1, money in the Model's currency. Every [`Figure`] is a
//! mean over replications with a Student interval; within a replication a share is a ratio of sums
//! and a quantile is by nearest rank. Unless said otherwise they are about the *measured* items:
//! those of a Demand that arrive between warm-up and horizon (in a terminating study: all).
//! Definitions: design §5, fine print "Figures".

use crate::model::{ClassId, HandoffId, HandoffKind, Phase, StageId, StreamId, TeamId};
use crate::sim::Slice;

use super::figure::{Estimate, Figure, absorb};
use super::histogram::Histogram;

/// Everything that replications of one Plan have found.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// By stream, in the Model's order.
    pub streams: Vec<StreamFigures>,
    /// By team, in the Model's order, over all streams.
    pub teams: Vec<TeamFigures>,
    /// Whether the run agrees with itself.
    pub checks: Checks,
}

absorb!(Figures { streams, teams, checks } same {});

impl Figures {
    /// Returns the figures of a stream.
    pub fn stream(&self, id: StreamId) -> Option<&StreamFigures> {
        self.streams.iter().find(|stream| stream.id == id)
    }

    /// Returns the figures of a team.
    pub fn team(&self, id: TeamId) -> Option<&TeamFigures> {
        self.teams.iter().find(|team| team.id == id)
    }
}

/// How long items take.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LeadTime {
    /// Mean of done − arrived, waiting at a WIP limit's door included.
    pub mean: Figure,
    /// Half of the items take at most this long.
    pub p50: Figure,
    /// 85 % of the items take at most this long.
    pub p85: Figure,
    /// 95 % of the items take at most this long.
    pub p95: Figure,
    /// Share of the items within the stream's target; not computed without one.
    pub within_target: Figure,
}

absorb!(LeadTime { mean, p50, p85, p95, within_target } same {});

/// First pass and rework.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Passes {
    /// Before the item went back.
    pub first_pass: Figure,
    /// At a stage where the item had finished a visit before, or over a handoff it had gone over
    /// before, or over a rework handoff.
    pub rework: Figure,
}

absorb!(Passes { first_pass, rework } same {});

impl Passes {
    /// Returns the mean of both together, or nothing when it was not computed.
    pub fn total(&self) -> Option<f64> {
        Some(self.first_pass.value()? + self.rework.value()?)
    }

    /// Returns the mean of both together with an interval, or nothing when it was not computed.
    /// The widths of the two add up, so it is at least as wide as it need be.
    pub fn estimate(&self) -> Option<Estimate> {
        let (first_pass, rework) = (self.first_pass.estimate()?, self.rework.estimate()?);
        Some(Estimate {
            value: first_pass.value + rework.value,
            low: first_pass.low + rework.low,
            high: first_pass.high + rework.high,
        })
    }
}

/// Where the time goes: mean seconds per item by slice, along each item's critical path.
///
/// The twelve parts add up to the mean lead time; in every item exactly, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Breakdown(pub [Passes; 6]);

impl super::figure::Absorb for Breakdown {
    fn absorb(&mut self, next: &Self) {
        self.0.absorb(&next.0);
    }
}

impl std::ops::Index<Slice> for Breakdown {
    type Output = Passes;
    fn index(&self, slice: Slice) -> &Passes {
        &self.0[slice as usize]
    }
}

impl Breakdown {
    /// Returns the sum of all parts, or nothing when they were not computed.
    pub fn total(&self) -> Option<f64> {
        self.0.iter().map(Passes::total).sum()
    }

    /// Returns the sum of the rework parts, or nothing when they were not computed.
    pub fn rework(&self) -> Option<f64> {
        self.0.iter().map(|slice| slice.rework.value()).sum()
    }
}

/// What going back costs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rework {
    /// Visits per item at a stage where it had finished one before.
    pub visits_beyond_first: Figure,
    /// Lead time per item that is rework: the rework parts of the breakdown together.
    pub time: Figure,
    /// Work time per item of visits that were withdrawn in work or blocked; not on the critical
    /// path, so no part of the lead time.
    pub wasted_work: Figure,
}

absorb!(Rework { visits_beyond_first, time, wasted_work } same {});

/// The items of one class in a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassFigures {
    /// Which class.
    pub id: ClassId,
    /// Measured items that are done, over all replications.
    pub items: u64,
    /// How long they take.
    pub lead_time: LeadTime,
}

absorb!(ClassFigures { items, lead_time } same { id });

/// One stage, for the items of one stream.
#[derive(Clone, Debug, PartialEq)]
pub struct StageFigures {
    /// Which stage.
    pub id: StageId,
    /// Visits begun per item, withdrawn ones included.
    pub visits_per_item: Figure,
    /// Work time per visit that was started: all copies, setup included, not times crew.
    pub work: Figure,
    /// Waiting for the team per job that was started, in opening hours.
    pub team_wait: Figure,
    /// Share of the items whose critical path has the stage on it (criticality index, Dodin and
    /// Elmaghraby 1985).
    pub criticality: Figure,
    /// What the stage is of the lead time, per item.
    pub on_path: Breakdown,
}

absorb!(StageFigures { visits_per_item, work, team_wait, criticality, on_path } same { id });

/// One handoff of the Flow, for the items of one stream.
#[derive(Clone, Debug, PartialEq)]
pub struct HandoffFigures {
    /// Which handoff; a derived one has the id that the Flow gives it.
    pub id: HandoffId,
    /// The stage it leaves.
    pub from: StageId,
    /// The stage it leads to.
    pub to: StageId,
    /// Forward, rework or feedback.
    pub kind: HandoffKind,
    /// Passages per item, withdrawn ones included. For feedback: those of the new items, that set
    /// out between warm-up and horizon, per item of a Demand.
    pub passages_per_item: Figure,
    /// Mean delay of a passage that arrived.
    pub delay: Figure,
    /// Share of the items whose critical path goes over it.
    pub criticality: Figure,
    /// What it is of the lead time, per item.
    pub on_path: Passes,
}

absorb!(HandoffFigures { passages_per_item, delay, criticality, on_path } same { id, from, to, kind });

/// What a part of the lead time belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Visits to stages of this phase, and handoffs between two of them. Without a phase: those
    /// that have none.
    Phase(Option<Phase>),
    /// Visits to stages of this team, and handoffs between two of them. Without a team: those that
    /// need none.
    Team(Option<TeamId>),
    /// Handoffs from one to another, and waiting at the stream's door.
    Between,
}

/// A part of the lead time. The parts of one division add up to the lead time.
#[derive(Clone, Debug, PartialEq)]
pub struct PartFigures {
    /// What it belongs to.
    pub part: Part,
    /// Mean seconds per item.
    pub on_path: Breakdown,
}

absorb!(PartFigures { on_path } same { part });

/// The figures of one stream.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamFigures {
    /// Which stream.
    pub id: StreamId,
    /// Measured items that are done, over all replications.
    pub items: u64,
    /// How long they take.
    pub lead_time: LeadTime,
    /// Where that time goes.
    pub breakdown: Breakdown,
    /// Share of the lead time that is the slice *handoff*.
    pub handoff_share: Figure,
    /// (handoff + batching + blocked + waiting and closed time before work on a visit begins at a
    /// stage whose team is not the sender's) / (lead time − working), on the critical path.
    pub interface_delay_share: Figure,
    /// Share of the lead time that is delay of manual handoffs.
    pub coordination_share: Figure,
    /// What going back costs.
    pub rework: Rework,
    /// Items turned away because the stage where they arrive was full, in a replication. Over all
    /// streams.
    pub turned_away: Figure,
    /// Items that feedback started between warm-up and horizon, in a replication.
    pub feedback_items: Figure,
    /// Items of Demands done per day of 24 h, between warm-up and horizon.
    pub throughput_per_day: Figure,
    /// Items inside, on average over time, those at the door included.
    pub wip: Figure,
    /// Working time on the critical path / lead time (flow efficiency).
    pub activity_ratio: Figure,
    /// Percent complete and accurate of a whole way through; from the Model alone, see
    /// [`rolled_ca`](super::rolled_ca).
    pub rolled_ca: Option<f64>,
    /// Share of visits and passages that need no person.
    pub automation_coverage: Figure,
    /// Crew × work time per item at stages that need a person, in hours.
    pub manual_hours_per_item: Figure,
    /// Σ crew × work time × cost per hour + cost per visit, per item; not computed when nothing has
    /// a price.
    pub cost_per_item: Figure,
    /// Distinct pairs of stakeholder and stage on the critical path, per item.
    pub touchpoints: Figure,
    /// Distinct systems on the critical path, per item.
    pub systems: Figure,
    /// By class, in the order of the demands that name them.
    pub classes: Vec<ClassFigures>,
    /// By stage, in the Model's order; those of other streams too.
    pub stages: Vec<StageFigures>,
    /// By handoff, in the Flow's order; those of other streams too.
    pub handoffs: Vec<HandoffFigures>,
    /// The lead time by phase.
    pub by_phase: Vec<PartFigures>,
    /// The lead time by team.
    pub by_team: Vec<PartFigures>,
    /// How lead times are spread.
    pub histogram: Histogram,
}

absorb!(StreamFigures {
    items, lead_time, breakdown, handoff_share, interface_delay_share, coordination_share, rework,
    turned_away, feedback_items, throughput_per_day, wip, activity_ratio, automation_coverage,
    manual_hours_per_item, cost_per_item, touchpoints, systems, classes, stages, handoffs, by_phase,
    by_team, histogram,
} same { id, rolled_ca });

/// One team, over all streams.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamFigures {
    /// Which team.
    pub id: TeamId,
    /// Working person-time / (people × open time); paused and blocked people do not work.
    pub utilisation: Figure,
    /// Person-time of people held by blocked items / (people × open time).
    pub blocked: Figure,
    /// Jobs waiting for the team, on average over time.
    pub queue_length: Figure,
    /// From ready to start per job started for measured items, closed hours included.
    pub wait: Figure,
}

absorb!(TeamFigures { utilisation, blocked, queue_length, wait } same { id });

/// Whether a run agrees with itself. Each is computed in every replication.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checks {
    /// Little's law, L = λW (Little 1961): relative gap between the items inside, integrated over
    /// the window, and the sum of their lead times, corrected for what lies outside the window at
    /// both ends. 0 but for items that never get done.
    pub littles_law: Figure,
    /// The utilisation identity: relative gap between the busy person-time of all teams and the
    /// work of the visits started in the window. Work that reaches over its ends keeps it from 0.
    pub utilisation: Figure,
    /// Items that are neither done nor known to be unfinished: always 0.
    pub items_lost: u64,
    /// Items whose slices do not add up to their lead time: always 0.
    pub items_not_adding_up: u64,
}

absorb!(Checks { littles_law, utilisation, items_lost, items_not_adding_up } same {});

/// A gap of the self-checks above this is doubtful (definitions 4.4).
pub const DOUBTFUL_GAP: f64 = 0.02;

impl Checks {
    /// Returns whether every check holds: counts exactly, gaps within 2 % or within their interval.
    pub fn hold(&self) -> bool {
        let is_fine = |gap: Figure| {
            gap.estimate()
                .is_none_or(|gap| gap.value.abs() <= DOUBTFUL_GAP || !gap.excludes_zero())
        };
        self.items_lost == 0
            && self.items_not_adding_up == 0
            && is_fine(self.littles_law)
            && is_fine(self.utilisation)
    }
}
