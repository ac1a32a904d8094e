//! The figures of a Study, as data.
//!
//! Times are in seconds, shares from 0 to 1, money in the Model's currency. Every [`Figure`] is a
//! mean over replications with a Student interval; within a replication a share is a ratio of sums
//! and a quantile is by nearest rank. Unless said otherwise they are about the *measured* items:
//! those of a Demand that arrive between warm-up and horizon (in a terminating study: all).
//! Definitions: design §5, fine print "Figures".

use crate::model::{ClassId, HandoffId, HandoffKind, Phase, StageId, StreamId, TeamId, Value};
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
    /// By stage, in the Model's order, over all streams.
    pub occupancy: Vec<Occupancy>,
    /// Whether the run agrees with itself.
    pub checks: Checks,
}

absorb!(Figures { streams, teams, occupancy, checks } same {});

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

/// Quantiles of lead times at every whole percent from 1 to 99, by nearest rank in a replication.
#[derive(Clone, Debug, PartialEq)]
pub struct Percentiles([Figure; 99]);

impl Default for Percentiles {
    fn default() -> Self {
        Self([Figure::default(); 99])
    }
}

impl super::figure::Absorb for Percentiles {
    fn absorb(&mut self, next: &Self) {
        self.0.absorb(&next.0);
    }

    fn widen(&mut self, by: f64) {
        self.0.widen(by);
    }
}

impl Percentiles {
    /// The shares of the items, rising.
    pub(super) fn shares() -> [f64; 99] {
        std::array::from_fn(|n| (n + 1) as f64 / 100.0)
    }

    /// Makes those of one replication, from milliseconds.
    pub(super) fn of_millis(millis: &[u64; 99]) -> Self {
        Self(millis.map(|ms| Figure::of(ms as f64 / 1e3)))
    }

    /// Returns the quantile: so many percent of the items take at most this long. Not computed for
    /// anything but 1 to 99.
    pub fn at(&self, percent: usize) -> Figure {
        let place = percent.checked_sub(1);
        let figure = place.and_then(|place| self.0.get(place));
        figure.copied().unwrap_or_default()
    }
}

/// How long items take.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeadTime {
    /// Mean of done − arrived, waiting at a WIP limit's door included.
    pub mean: Figure,
    /// Standard deviation between the items of a replication (with n − 1).
    pub sd: Figure,
    /// The longest of a replication.
    pub longest: Figure,
    /// Quantiles.
    pub percentiles: Percentiles,
    /// Share of the items within the stream's target; not computed without one.
    pub within_target: Figure,
}

absorb!(LeadTime { mean, sd, longest, percentiles, within_target } same {});

impl LeadTime {
    /// Returns what half of the items take at most.
    pub fn p50(&self) -> Figure {
        self.percentiles.at(50)
    }

    /// Returns what 85 % of the items take at most.
    pub fn p85(&self) -> Figure {
        self.percentiles.at(85)
    }

    /// Returns what 95 % of the items take at most.
    pub fn p95(&self) -> Figure {
        self.percentiles.at(95)
    }
}

/// First pass and rework.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Passes {
    /// Before the item went back.
    pub first_pass: Figure,
    /// At a stage where the item had finished a visit before, or over a handoff it had gone over
    /// before, or over a rework handoff.
    pub rework: Figure,
    /// Both together, with the interval of the sum.
    pub both: Figure,
}

absorb!(Passes { first_pass, rework, both } same {});

impl Passes {
    /// Returns the mean of both together, or nothing when it was not computed.
    pub fn total(&self) -> Option<f64> {
        self.both.value()
    }

    /// Returns the mean of both together with its interval, or nothing when it was not computed.
    pub fn estimate(&self) -> Option<Estimate> {
        self.both.estimate()
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

    fn widen(&mut self, by: f64) {
        self.0.widen(by);
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

/// What going back costs (definitions 4.5).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rework {
    /// Visits per item at a stage where it had finished one before.
    pub visits_beyond_first: Figure,
    /// Rework rate: share of the items that have at least one such visit.
    pub items: Figure,
    /// Rework load: share of all visits that are such visits.
    pub load: Figure,
    /// Lead time per item that is rework: the rework parts of the breakdown together.
    pub time: Figure,
    /// Work time per item of visits that were withdrawn in work or blocked; not on the critical
    /// path, so no part of the lead time. In a batch an item's share of it.
    pub wasted_work: Figure,
}

absorb!(Rework { visits_beyond_first, items, load, time, wasted_work } same {});

/// How much happens without a person (definitions 4.8, fine print "Automation").
///
/// A visit needs no person when its stage is automatic (assisted needs one), a passage when its
/// trigger is automatic. Withdrawn visits and passages count; feedback does not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AutomationCoverage {
    /// Share of visits and passages together: the coverage shown first.
    pub all: Figure,
    /// Share of the items that are done without any visit or passage that needs a person.
    pub items: Figure,
    /// Share of the visits.
    pub visits: Figure,
    /// Share of the passages.
    pub handoffs: Figure,
    /// Share of the work time, not times crew.
    pub time: Figure,
}

absorb!(AutomationCoverage { all, items, visits, handoffs, time } same {});

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

/// How many numbers of visits are told apart: none, one, … and this many less one or more.
pub const VISITS_TOLD_APART: usize = 6;

/// One stage, for the items of one stream.
#[derive(Clone, Debug, PartialEq)]
pub struct StageFigures {
    /// Which stage.
    pub id: StageId,
    /// Visits begun per item, withdrawn ones included.
    pub visits_per_item: Figure,
    /// Share of the items that begin no visit, one, two, three, four, and five or more.
    pub visits: [Figure; VISITS_TOLD_APART],
    /// Work time per visit that was started: all copies, setup included, not times crew.
    pub work: Figure,
    /// Work time per item, over all its visits.
    pub work_per_item: Figure,
    /// Waiting for the team per job that was started, in opening hours.
    pub team_wait: Figure,
    /// From queued to start per job that was started, closed hours included.
    pub wait: Figure,
    /// Share of the jobs started that had to wait at all, for the team or its opening.
    pub had_to_wait: Figure,
    /// From ready to left per visit that was not withdrawn, closed hours and blocked time included:
    /// the lead time of the stage (definitions 4.3).
    pub elapsed: Figure,
    /// Share of the items whose critical path has the stage on it (criticality index, Dodin and
    /// Elmaghraby 1985).
    pub criticality: Figure,
    /// What the stage is of the lead time, per item.
    pub lead_time: Figure,
    /// What that time goes to.
    pub on_path: Breakdown,
}

absorb!(StageFigures {
    visits_per_item, visits, work, work_per_item, team_wait, wait, had_to_wait, elapsed, criticality,
    lead_time, on_path,
} same { id });

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
    /// Visits to stages of this value. Without one: those of which nobody has said it.
    Value(Option<Value>),
    /// Handoffs from one to another, and waiting at the stream's door. When divided by value: all
    /// handoffs.
    Between,
}

/// A part of the lead time. The parts of one division add up to the lead time.
#[derive(Clone, Debug, PartialEq)]
pub struct PartFigures {
    /// What it belongs to.
    pub part: Part,
    /// Mean seconds per item.
    pub lead_time: Figure,
    /// What they go to.
    pub on_path: Breakdown,
}

absorb!(PartFigures { lead_time, on_path } same { part });

/// What one team does for the items of one stream.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamShare {
    /// Which team.
    pub id: TeamId,
    /// Crew × work time per item, in hours. Shared equally by the items of a batch.
    pub hours_per_item: Figure,
    /// What those hours cost per item; not computed when the team has no price.
    pub cost_per_item: Figure,
}

absorb!(TeamShare { hours_per_item, cost_per_item } same { id });

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
    /// The same slices summed over all visits and passages of an item, on the critical path or
    /// not, withdrawn ones included (the effort view of definitions 4.2). It does not add up to the
    /// lead time where branches run in parallel, and knows no door.
    pub effort: Breakdown,
    /// Items turned away because a stage where they arrive was full, in a replication.
    pub turned_away: Figure,
    /// Share of the arriving items that are turned away.
    pub turned_away_share: Figure,
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
    /// Working time at stages that add value / lead time, on the critical path (process cycle
    /// efficiency, PCE; definitions 4.3). Not computed when no stage says that it adds value.
    pub value_ratio: Figure,
    /// How much happens without a person.
    pub automation: AutomationCoverage,
    /// Crew × work time per item at stages that need a person, in hours.
    pub manual_hours_per_item: Figure,
    /// Σ crew × work time × cost per hour + cost per visit, per item; not computed when nothing has
    /// a price.
    pub cost_per_item: Figure,
    /// Cost of delay of the class, else of the stream, × lead time in days of 24 h, per item
    /// (linear; definitions 4.6). Not computed when there is none.
    pub cost_of_delay_per_item: Figure,
    /// Distinct pairs of stakeholder and stage on the critical path, per item.
    pub touchpoints: Figure,
    /// Distinct systems on the critical path, per item.
    pub systems: Figure,
    /// By class, in the order of the demands that name them.
    pub classes: Vec<ClassFigures>,
    /// By stage where its items can come, in the Model's order.
    pub stages: Vec<StageFigures>,
    /// By handoff where its items can come, in the Flow's order.
    pub handoffs: Vec<HandoffFigures>,
    /// The lead time by phase.
    pub by_phase: Vec<PartFigures>,
    /// The lead time by team.
    pub by_team: Vec<PartFigures>,
    /// The lead time by what stages are worth to the audience; waiting lies with the stage.
    pub by_value: Vec<PartFigures>,
    /// By team, in the Model's order.
    pub teams: Vec<TeamShare>,
    /// How lead times are spread.
    pub histogram: Histogram,
}

absorb!(StreamFigures {
    items, lead_time, breakdown, handoff_share, interface_delay_share, coordination_share, rework,
    effort, turned_away, turned_away_share, feedback_items, throughput_per_day, wip, activity_ratio,
    value_ratio, automation, manual_hours_per_item, cost_per_item, cost_of_delay_per_item,
    touchpoints, systems, classes, stages, handoffs, by_phase, by_team, by_value, teams, histogram,
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
    /// Person-time of people who have nothing to do / (people × open time): what is left.
    pub idle: Figure,
    /// Working person-time in a replication, in hours.
    pub hours: Figure,
    /// Jobs waiting for the team, on average over time.
    pub queue_length: Figure,
    /// From queued to start per job started for measured items, closed hours included.
    pub wait: Figure,
}

absorb!(TeamFigures { utilisation, blocked, idle, hours, queue_length, wait } same { id });

/// How full one stage is, over all streams, feedback items included.
#[derive(Clone, Debug, PartialEq)]
pub struct Occupancy {
    /// Which stage.
    pub id: StageId,
    /// Visits waiting for the team, on average over time.
    pub queue_length: Figure,
    /// Visits at the stage, on average over time: gathering, waiting, in work or blocked.
    pub inside: Figure,
}

absorb!(Occupancy { queue_length, inside } same { id });

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
