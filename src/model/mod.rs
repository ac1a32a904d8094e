//! The document as data.
//!
//! A [`Model`] is what one file holds: streams of stages joined by handoffs, the teams that own the
//! stages, their calendars, and what people want to try ([`Scenario`]) or show ([`View`]). It is
//! plain data: it draws nothing, simulates nothing and reads no file.
//!
//! Invariants, kept by `store` and `edit` and relied on everywhere else:
//! - every id is unique in its table;
//! - every id that an element names exists, except inside the Changes of scenarios and
//!   interventions, which may name elements that are gone or that they add themselves;
//! - counts are 1 or more where the field says so, numbers are finite.
//!
//! What else may be wrong with a model (a cycle, a team without people) is found by `check`.
//!
//! ```text
//!   Stream --demands--> Stage ==Handoff==> Stage ==Handoff==> Stage
//!                         |                  |
//!                       Team -- Calendar   Team
//! ```

mod board;
mod calendar;
mod change;
mod difference;
mod distribution;
mod places;
mod problem;
mod settings;
mod slug;
mod stage;
mod stream;
mod table;
mod text;
mod time;
mod value;

pub use board::{Group, Intervention, LaneMode, Note, NoteKind, Overlay, Scenario, View};
pub use calendar::{
    Calendar, Date, DateTime, DaySpan, Rhythm, SpecialDay, TimeOfDay, Weekday, WeeklyHours,
    WeeklySlot, Zone, parse_date, parse_date_time, parse_day_spans, print_date_time,
    print_day_spans,
};
pub use change::{
    CalendarChange, CalendarField, Change, DemandField, GroupChange, GroupField, HandoffChange,
    HandoffField, InterventionChange, InterventionField, ModelChange, NoteChange, NoteField,
    ScenarioChange, ScenarioField, StageChange, StageField, StreamChange, StreamField, TeamChange,
    TeamField, ViewChange, ViewField,
};
pub use difference::Difference;
pub use distribution::{Distribution, NORMAL_P90};
pub use problem::{At, Problem, Severity};
pub use settings::{Settings, Start};
pub use slug::{
    CalendarId, ClassId, DemandId, GroupId, HandoffId, Id, InterventionId, LONGEST_SLUG, NoteId,
    ScenarioId, Slug, SlugError, StageId, StreamId, TeamId, ViewId,
};
pub use stage::{
    Automation, Batch, Discipline, Entry, Evidence, EvidenceKind, Exit, Handoff, HandoffKind,
    Needs, Only, Phase, Placement, ReworkWork, Stage, Team, Trigger, Value,
};
pub use stream::{Arrivals, Class, Demand, ScorecardEntry, Stream, Target};
pub use table::{Element, Table};
pub use text::TextError;
pub use time::{Clock, ElapsedTime, LONGEST, Span, Time, WorkTime};
pub use value::{Colour, Money, Share, WorldPoint, WorldRect, WorldSize, WorldVector};

/// The data of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What people call it.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// The currency of all money, for instance `EUR`.
    pub currency: String,
    /// How it is simulated when nothing else is said.
    pub settings: Settings,
    /// When teams work.
    pub calendars: Table<Calendar>,
    /// Who works.
    pub teams: Table<Team>,
    /// What flows.
    pub streams: Table<Stream>,
    /// Where something is done.
    pub stages: Table<Stage>,
    /// The ways between.
    pub handoffs: Table<Handoff>,
    /// What could be done, with its price.
    pub interventions: Table<Intervention>,
    /// What if.
    pub scenarios: Table<Scenario>,
    /// What to show, in order.
    pub views: Table<View>,
    /// Notes on the canvas.
    pub notes: Table<Note>,
    /// Stages that can be shown as one.
    pub groups: Table<Group>,
    /// How the canvas is divided into lanes.
    pub lane_mode: LaneMode,
}

impl Default for Model {
    /// An empty model, in euro.
    fn default() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            currency: "EUR".to_owned(),
            settings: Settings::default(),
            calendars: Table::default(),
            teams: Table::default(),
            streams: Table::default(),
            stages: Table::default(),
            handoffs: Table::default(),
            interventions: Table::default(),
            scenarios: Table::default(),
            views: Table::default(),
            notes: Table::default(),
            groups: Table::default(),
            lane_mode: LaneMode::default(),
        }
    }
}

impl Model {
    /// Returns the phases in order: the standard ones, then the user's own by first mention.
    pub fn phases(&self) -> Vec<Phase> {
        let mut phases = Phase::STANDARD.to_vec();
        for stage in &self.stages {
            if let Some(phase) = &stage.phase
                && !phases.contains(phase)
            {
                phases.push(phase.clone());
            }
        }
        phases
    }

    /// Returns the calendar of a stage's team; none is always open.
    pub fn calendar_of(&self, stage: &Stage) -> Option<&Calendar> {
        self.calendars.find(self.teams.find(stage.team?)?.calendar?)
    }

    /// Returns the working day and week in which the work of a stage is counted: those of its
    /// team's calendar; 8 and 40 hours without one; 24 and 168 hours without a team.
    pub fn day_and_week_of(&self, stage: &Stage) -> (Span, Span) {
        if stage.team.is_none() {
            return (Span::DAY, Span::WEEK);
        }
        match self.calendar_of(stage) {
            Some(calendar) => (calendar.day(), calendar.week()),
            None => (Span(8 * Span::HOUR.0), Span(40 * Span::HOUR.0)),
        }
    }

    /// Returns the zone of the simulation's start: as said, else that of the first calendar, else UTC.
    pub fn start_zone(&self) -> Zone {
        let first = || self.calendars.at(0).map(|calendar| calendar.zone.clone());
        self.settings
            .start
            .zone
            .clone()
            .or_else(first)
            .unwrap_or_default()
    }
}
