//! The Plan: a Model's Flow compiled for running. Flat, indices instead of ids, no strings.
//!
//! Every stage, handoff, team, stream and demand is known by its place here, which is its place in
//! the Model or Flow it was compiled from; records refer to these places. A Plan never changes and
//! is shared by all threads; what calendars say is worked out in it when first asked for.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::express::Lanes;
use super::hours::OpenHours;
use super::record::SimTime;
use super::routing::Routing;
use super::sampler::Sampler;
use super::slots::Slots;
use crate::model::{
    At, ClassId, DateTime, DemandId, Discipline, HandoffId, HandoffKind, StageId, StreamId, TeamId,
};

/// Stands for "none" where an index is stored.
pub(super) const NONE: u32 = u32::MAX;

/// Why a Model cannot be run. Nothing was changed; the user has to mend the element.
///
/// `check` finds all of these with better words; this is what is left when nobody asked it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {message}")]
pub struct PlanError {
    /// The element that is wrong.
    pub at: At,
    /// What is wrong, without a full stop.
    pub message: String,
}

/// A stage of the Plan.
#[derive(Debug)]
pub struct PlanStage {
    /// Its id in the Model.
    pub id: StageId,
    /// Its team, by place; none when it runs around the clock for everybody.
    pub team: Option<u32>,
    /// People needed at once.
    pub crew: u32,
    pub(super) work: Sampler,
    /// Work of classes (by place in `Plan::classes`) that have their own.
    pub(super) class_work: Vec<(u32, Sampler)>,
    /// What later passes take.
    pub(super) later: Option<Box<Later>>,
    /// Multiplies the work: 1 / availability.
    pub(super) stretch: f64,
    pub(super) copies: u32,
    /// How many copies end the visit.
    pub(super) enough: u32,
    /// How many items start together; 1 without a batch.
    pub(super) batch: u32,
    /// After this wait an incomplete batch starts.
    pub(super) longest_wait: Option<u64>,
    /// Due when people come from another stage; only where there is a team.
    pub(super) setup: Option<Box<Sampler>>,
    /// Most visits at the stage, [`NONE`] without a limit.
    pub(super) limit: u32,
    pub(super) priority: i32,
    /// Whether a visit is one job: no copies, no batch.
    pub(super) is_plain: bool,
    /// Whether all items, on all passes, draw from `work` as it is.
    pub(super) has_one_work: bool,
    pub(super) work_key: u64,
    pub(super) setup_key: u64,
    pub(super) rework_key: u64,
    pub(super) route_key: u64,
    /// Where an item remembers its visits here; `NONE` when it can visit only once.
    pub(super) memory: u32,
}

impl PlanStage {
    pub(super) fn work_of(&self, class: u32) -> &Sampler {
        self.class_work
            .iter()
            .find(|(own, _)| *own == class)
            .map_or(&self.work, |(_, work)| work)
    }
}

/// What the work of a later pass is.
#[derive(Clone, Debug)]
pub(super) enum Later {
    /// The stage's own, times a factor.
    Factor(f64),
    /// Another.
    Work(Sampler),
}

/// What delays an item on a handoff.
#[derive(Debug)]
pub(super) enum Delay {
    Sampled(Sampler),
    Scheduled {
        slots: Box<Slots>,
        /// Most items per slot, with the place of the line in which items wait for one.
        places: Option<Places>,
    },
}

/// A limit on the items that a slot takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    pub per_slot: u32,
    pub line: u32,
}

/// A handoff of the Plan: one of the Flow's.
#[derive(Debug)]
pub struct PlanHandoff {
    /// Its id in the Flow.
    pub id: HandoffId,
    /// The stage it leaves, by place.
    pub from: u32,
    /// The stage it leads to, by place.
    pub to: u32,
    /// Forward, rework or feedback.
    pub kind: HandoffKind,
    /// Whether the two stages have different teams.
    pub is_across_teams: bool,
    pub(super) delay: Delay,
    pub(super) delay_key: u64,
    pub(super) feedback_key: u64,
    pub(super) item_key: u64,
    /// Where an item remembers that it has gone over it; `NONE` when it can go only once.
    pub(super) memory: u32,
    /// Whether items are at once where it leads, and nothing need be remembered of it.
    pub(super) is_instant: bool,
    /// Rework: how often an item goes over it at most, and where it remembers how often it did.
    pub(super) most: Option<Most>,
}

/// A limit on how often an item goes back over a handoff.
#[derive(Clone, Copy, Debug)]
pub(super) struct Most {
    pub times: u32,
    pub memory: u32,
}

/// A team of the Plan.
#[derive(Debug)]
pub struct PlanTeam {
    /// Its id in the Model.
    pub id: TeamId,
    /// How many there are.
    pub people: u32,
    /// Its calendar, by place in [`Plan::hours`]; none when it is always open.
    pub hours: Option<u32>,
    pub(super) discipline: Discipline,
    /// The largest crew that a stage of it needs.
    pub(super) most_crew: u32,
    /// Whether it matters which of them works: one of its stages has a setup.
    pub(super) knows_people: bool,
}

/// A stream of the Plan.
#[derive(Debug)]
pub struct PlanStream {
    /// Its id in the Model.
    pub id: StreamId,
    /// Most items inside; others wait at the door.
    pub(super) wip_limit: Option<u32>,
}

/// When the items of a demand arrive.
#[derive(Debug)]
pub(super) enum PlanArrivals {
    Every {
        gap: Sampler,
        batch: u32,
    },
    /// Instants in order.
    Dates(Vec<u64>),
    /// An item is always waiting, and arrives when it is let in.
    Backlog,
}

/// A demand of the Plan. All demands of all streams are in one list, in file order.
#[derive(Debug)]
pub struct PlanDemand {
    /// Its stream, by place.
    pub stream: u32,
    /// Its id in the stream.
    pub id: DemandId,
    /// The class of its items, by place in [`Plan::classes`].
    pub class: Option<u32>,
    /// The stages where its items arrive, by place.
    pub at: Vec<u32>,
    pub(super) arrivals: PlanArrivals,
    /// Lower first.
    pub(super) priority: i32,
    /// Which of the Plan's routings its items follow.
    pub(super) routing: u32,
    pub(super) gap_key: u64,
    pub(super) item_key: u64,
}

/// A Model compiled for running.
#[derive(Debug)]
pub struct Plan {
    pub(super) start: Timestamp,
    pub(super) zone: TimeZone,
    pub(super) stages: Vec<PlanStage>,
    pub(super) handoffs: Vec<PlanHandoff>,
    pub(super) teams: Vec<PlanTeam>,
    pub(super) streams: Vec<PlanStream>,
    pub(super) demands: Vec<PlanDemand>,
    pub(super) classes: Vec<ClassId>,
    pub(super) hours: Vec<OpenHours>,
    /// One for every set of handoffs that is open to some demand's items.
    pub(super) routings: Vec<Routing>,
    /// How many stages an item remembers.
    pub(super) memory_stages: usize,
    /// How many handoffs an item remembers.
    pub(super) memory_handoffs: usize,
    /// How many handoffs an item counts its ways over.
    pub(super) counted_handoffs: usize,
    /// How many handoffs have a limit on the items per slot.
    pub(super) lines: usize,
    /// Whether room can be short: a stage has a limit, or a stream a WIP limit.
    pub(super) has_limits: bool,
    /// What the express way needs, where the plan can take it.
    pub(super) express: Option<Lanes>,
}

impl Plan {
    /// Returns the stages, in the Model's order.
    pub fn stages(&self) -> &[PlanStage] {
        &self.stages
    }

    /// Returns the handoffs, in the Flow's order.
    pub fn handoffs(&self) -> &[PlanHandoff] {
        &self.handoffs
    }

    /// Returns the teams, in the Model's order.
    pub fn teams(&self) -> &[PlanTeam] {
        &self.teams
    }

    /// Returns the streams, in the Model's order.
    pub fn streams(&self) -> &[PlanStream] {
        &self.streams
    }

    /// Returns the demands of all streams, in file order.
    pub fn demands(&self) -> &[PlanDemand] {
        &self.demands
    }

    /// Returns the classes, in order of first mention by a demand.
    pub fn classes(&self) -> &[ClassId] {
        &self.classes
    }

    /// Returns the compiled calendars, in the Model's order.
    pub fn hours(&self) -> &[OpenHours] {
        &self.hours
    }

    /// Returns the compiled calendar of a team; none is always open.
    ///
    /// # Panics
    /// When there is no team at this place.
    pub fn hours_of(&self, team: u32) -> Option<&OpenHours> {
        let hours = self.teams[team as usize].hours?;
        Some(&self.hours[hours as usize])
    }

    /// Returns the instant of simulated time 0.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// Returns when a local time of the simulation's start zone is; nothing before time 0.
    pub fn instant_of(&self, local: DateTime) -> Option<SimTime> {
        instant_of(self.start, &self.zone, local).map(SimTime)
    }

    /// Returns the instant on the calendar of a simulated one; nothing past the year 9999.
    pub fn timestamp_of(&self, at: SimTime) -> Option<Timestamp> {
        let since = i64::try_from(at.0).ok()?;
        let instant = self.start.as_millisecond().checked_add(since)?;
        Timestamp::from_millisecond(instant).ok()
    }

    /// Returns whether [`super::run_express`] can be tried.
    pub fn can_go_express(&self) -> bool {
        self.express.is_some()
    }

    /// Returns whether the study ends by itself: every demand is a list of dates.
    ///
    /// Such a run takes no notice of the window it is given, apart from its cap: every item is
    /// measured, and the window it reports is from the first arrival to the last item done.
    pub fn is_terminating(&self) -> bool {
        !self.demands.is_empty()
            && self
                .demands
                .iter()
                .all(|demand| matches!(demand.arrivals, PlanArrivals::Dates(_)))
    }
}

/// Returns the milliseconds from the start to a local time; nothing when it lies before.
pub(super) fn instant_of(start: Timestamp, zone: &TimeZone, local: DateTime) -> Option<u64> {
    let instant = zone.to_timestamp(local).ok()?;
    u64::try_from(instant.as_millisecond() - start.as_millisecond()).ok()
}
