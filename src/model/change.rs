//! Changes: edits of the Model as values.
//!
//! A Change can be applied (`edit::apply`), named (`words`), saved (`store`), listed in a Scenario
//! and proposed by the advisor. It names what it acts on by id, never by selection or position, so
//! it can be replayed on the Model of another day. It carries no inverse: undo goes back to the
//! Model before it.

use std::sync::Arc;

use super::board::{Group, Intervention, LaneMode, Note, NoteKind, Overlay, Scenario, View};
use super::calendar::{Calendar, Date, SpecialDay, WeeklyHours, Zone};
use super::distribution::Distribution;
use super::settings::Start;
use super::slug::{
    CalendarId, ClassId, DemandId, GroupId, HandoffId, InterventionId, NoteId, ScenarioId, StageId,
    StreamId, TeamId, ViewId,
};
use super::stage::{
    Automation, Batch, Discipline, Entry, Evidence, Exit, Handoff, HandoffKind, Needs, Only, Phase,
    Placement, ReworkWork, Stage, Team, Trigger, Value,
};
use super::stream::{Arrivals, Class, Demand, ScorecardEntry, Stream, Target};
use super::time::{ElapsedTime, WorkTime};
use super::value::{Colour, Money, Share, WorldPoint, WorldRect, WorldVector};

/// One edit of the Model, by subject.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Change {
    Model(ModelChange),
    Stage(StageChange),
    Handoff(HandoffChange),
    Team(TeamChange),
    Calendar(CalendarChange),
    Stream(StreamChange),
    Scenario(ScenarioChange),
    Intervention(InterventionChange),
    View(ViewChange),
    Note(NoteChange),
    Group(GroupChange),
}

/// A change of the Model's own fields.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each variant sets the field of its name")]
pub enum ModelChange {
    Name(String),
    Description(String),
    Currency(String),
    Start(Start),
    Horizon(Option<ElapsedTime>),
    WarmUp(Option<ElapsedTime>),
    Seed(u64),
    Precision(Share),
    LaneMode(LaneMode),
}

/// A change of stages.
#[derive(Clone, Debug, PartialEq)]
pub enum StageChange {
    /// Adds a stage, at a place in the order (the end when left out).
    Add {
        /// The new stage; its id must be free.
        stage: Arc<Stage>,
        /// Where in the order.
        position: Option<usize>,
    },
    /// Takes stages out, with their handoffs and every mention of them.
    Remove {
        /// Which.
        stages: Vec<StageId>,
    },
    /// Sets one field of stages.
    Set {
        /// Which.
        stages: Vec<StageId>,
        /// The field and its new value.
        field: StageField,
    },
    /// Moves stages on the canvas, with the bends of the handoffs between them.
    Move {
        /// Which; those without a position, and locked ones, stay.
        stages: Vec<StageId>,
        /// How far.
        by: WorldVector,
    },
    /// Moves a stage to a place in the order.
    Reorder {
        /// Which.
        stage: StageId,
        /// Where to.
        position: usize,
    },
}

/// A field of a Stage with a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the field of its name in `Stage`"
)]
pub enum StageField {
    Name(String),
    Stream(Option<StreamId>),
    Phase(Option<Phase>),
    Team(Option<TeamId>),
    Crew(u32),
    Work(Option<Distribution<WorkTime>>),
    ClassWork(Vec<(ClassId, Distribution<WorkTime>)>),
    ReworkWork(Option<ReworkWork>),
    Copies(u32),
    Enough(Option<u32>),
    Batch(Option<Batch>),
    Setup(Option<Distribution<WorkTime>>),
    Limit(Option<u32>),
    Availability(Option<Share>),
    Automation(Option<Automation>),
    Value(Option<Value>),
    Entry(Entry),
    Exit(Exit),
    Priority(i32),
    Ca(Option<Share>),
    Cost(Option<Money>),
    Systems(Vec<String>),
    Stakeholders(Vec<String>),
    Satisfaction(Option<u8>),
    Evidence(Option<Evidence>),
    Notes(String),
    At(Placement),
}

/// A change of handoffs.
#[derive(Clone, Debug, PartialEq)]
pub enum HandoffChange {
    /// Adds a handoff, at a place in the order (the end when left out).
    Add {
        /// The new handoff; its id must be free and its two stages must exist.
        handoff: Arc<Handoff>,
        /// Where in the order.
        position: Option<usize>,
    },
    /// Takes handoffs out.
    Remove {
        /// Which.
        handoffs: Vec<HandoffId>,
    },
    /// Sets one field of handoffs.
    Set {
        /// Which.
        handoffs: Vec<HandoffId>,
        /// The field and its new value.
        field: HandoffField,
    },
    /// Leads the ends of a handoff to other stages; its id stays, its bends go.
    Reconnect {
        /// Which.
        handoff: HandoffId,
        /// The stage it leaves from now on.
        from: StageId,
        /// The stage it leads to from now on.
        to: StageId,
    },
    /// Relaxes customary handoffs, or takes that back. `edit::run_together` checks whether it may.
    Relax {
        /// Which.
        handoffs: Vec<HandoffId>,
        /// Whether they no longer order their stages.
        is_relaxed: bool,
    },
    /// Moves a handoff to a place in the order.
    Reorder {
        /// Which.
        handoff: HandoffId,
        /// Where to.
        position: usize,
    },
}

/// A field of a Handoff with a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the field of its name in `Handoff`"
)]
pub enum HandoffField {
    Kind(HandoffKind),
    Trigger(Trigger),
    Share(Option<Share>),
    Only(Vec<Only>),
    Needs(Needs),
    Artifact(String),
    Inventory(Option<u64>),
    AutomationCost(Option<Money>),
    Evidence(Option<Evidence>),
    Notes(String),
    /// Corners set by hand.
    Bends(Vec<WorldPoint>),
    /// Corners given by tidying up.
    Way(Vec<WorldPoint>),
}

/// A change of teams.
#[derive(Clone, Debug, PartialEq)]
pub enum TeamChange {
    /// Adds a team.
    Add {
        /// The new team; its id must be free.
        team: Arc<Team>,
        /// Where in the order.
        position: Option<usize>,
    },
    /// Takes a team out; its stages have no owner then.
    Remove {
        /// Which.
        team: TeamId,
    },
    /// Sets one field of a team.
    Set {
        /// Which.
        team: TeamId,
        /// The field and its new value.
        field: TeamField,
    },
}

/// A field of a Team with a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the field of its name in `Team`"
)]
pub enum TeamField {
    Name(String),
    People(u32),
    Calendar(Option<CalendarId>),
    CostPerHour(Option<Money>),
    Discipline(Discipline),
    Colour(Option<Colour>),
}

/// A change of calendars.
#[derive(Clone, Debug, PartialEq)]
pub enum CalendarChange {
    /// Adds a calendar.
    Add {
        /// The new calendar; its id must be free.
        calendar: Arc<Calendar>,
        /// Where in the order.
        position: Option<usize>,
    },
    /// Takes a calendar out; its teams are always open then.
    Remove {
        /// Which.
        calendar: CalendarId,
    },
    /// Sets one field of a calendar.
    Set {
        /// Which.
        calendar: CalendarId,
        /// The field and its new value.
        field: CalendarField,
    },
}

/// A field of a Calendar with a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the field of its name in `Calendar`"
)]
pub enum CalendarField {
    Name(String),
    Hours(WeeklyHours),
    Zone(Zone),
    Holidays(Vec<Date>),
    SpecialDays(Vec<SpecialDay>),
}

/// A change of streams and their demands.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamChange {
    /// Adds a stream.
    Add {
        /// The new stream; its id must be free.
        stream: Arc<Stream>,
        /// Where in the order.
        position: Option<usize>,
    },
    /// Takes a stream out; its stages belong to none then.
    Remove {
        /// Which.
        stream: StreamId,
    },
    /// Sets one field of a stream.
    Set {
        /// Which.
        stream: StreamId,
        /// The field and its new value.
        field: StreamField,
    },
    /// Adds a demand to a stream.
    AddDemand {
        /// Which stream.
        stream: StreamId,
        /// The new demand; its id must be free in the stream.
        demand: Arc<Demand>,
    },
    /// Takes a demand out of its stream.
    RemoveDemand {
        /// Which stream.
        stream: StreamId,
        /// Which demand.
        demand: DemandId,
    },
    /// Sets one field of a demand.
    SetDemand {
        /// Which stream.
        stream: StreamId,
        /// Which demand.
        demand: DemandId,
        /// The field and its new value.
        field: DemandField,
    },
}

/// A field of a Stream with a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the field of its name in `Stream`"
)]
pub enum StreamField {
    Name(String),
    Item(String),
    Priority(i32),
    WipLimit(Option<u32>),
    Target(Option<Target>),
    CostOfDelay(Option<Money>),
    Scorecard(Vec<ScorecardEntry>),
    Colour(Option<Colour>),
}

/// A field of a Demand with a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the field of its name in `Demand`"
)]
pub enum DemandField {
    Class(Option<Class>),
    Arrivals(Arrivals),
    At(Vec<StageId>),
}

/// A change of scenarios.
#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioChange {
    /// Adds a scenario.
    Add {
        /// The new scenario; its id must be free.
        scenario: Arc<Scenario>,
        /// Where in the order.
        position: Option<usize>,
    },
    /// Takes a scenario out; those that build on it build on what it built on, with its Changes.
    Remove {
        /// Which.
        scenario: ScenarioId,
    },
    /// Sets one field of a scenario.
    Set {
        /// Which.
        scenario: ScenarioId,
        /// The field and its new value.
        field: ScenarioField,
    },
}

/// A field of a Scenario with a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the field of its name in `Scenario`"
)]
pub enum ScenarioField {
    Name(String),
    Description(String),
    On(Option<ScenarioId>),
    Changes(Vec<Change>),
}

/// A change of interventions.
#[derive(Clone, Debug, PartialEq)]
pub enum InterventionChange {
    /// Adds an intervention.
    Add {
        /// The new intervention; its id must be free.
        intervention: Arc<Intervention>,
        /// Where in the order.
        position: Option<usize>,
    },
    /// Takes an intervention out.
    Remove {
        /// Which.
        intervention: InterventionId,
    },
    /// Sets one field of an intervention.
    Set {
        /// Which.
        intervention: InterventionId,
        /// The field and its new value.
        field: InterventionField,
    },
}

/// A field of an Intervention with a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the field of its name in `Intervention`"
)]
pub enum InterventionField {
    Name(String),
    Changes(Vec<Change>),
    Once(Option<Money>),
    Yearly(Option<Money>),
}

/// A change of views.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewChange {
    /// Adds a view.
    Add {
        /// The new view; its id must be free.
        view: Arc<View>,
        /// Where in the order.
        position: Option<usize>,
    },
    /// Takes a view out.
    Remove {
        /// Which.
        view: ViewId,
    },
    /// Sets one field of a view.
    Set {
        /// Which.
        view: ViewId,
        /// The field and its new value.
        field: ViewField,
    },
    /// Moves a view to a place in the order.
    Reorder {
        /// Which.
        view: ViewId,
        /// Where to.
        position: usize,
    },
}

/// A field of a View with a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the field of its name in `View`"
)]
pub enum ViewField {
    Name(String),
    Frame(Option<WorldRect>),
    Scenario(Option<ScenarioId>),
    Overlay(Option<Overlay>),
    Caption(String),
    Plays(bool),
}

/// A change of notes.
#[derive(Clone, Debug, PartialEq)]
pub enum NoteChange {
    /// Adds a note.
    Add {
        /// The new note; its id must be free.
        note: Arc<Note>,
    },
    /// Takes notes out.
    Remove {
        /// Which.
        notes: Vec<NoteId>,
    },
    /// Sets one field of a note.
    Set {
        /// Which.
        note: NoteId,
        /// The field and its new value.
        field: NoteField,
    },
}

/// A field of a Note with a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the field of its name in `Note`"
)]
pub enum NoteField {
    Kind(NoteKind),
    Text(String),
    At(Placement),
}

/// A change of groups.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupChange {
    /// Adds a group.
    Add {
        /// The new group; its id must be free.
        group: Arc<Group>,
    },
    /// Takes a group out; its stages stay.
    Remove {
        /// Which.
        group: GroupId,
    },
    /// Sets one field of a group.
    Set {
        /// Which.
        group: GroupId,
        /// The field and its new value.
        field: GroupField,
    },
}

/// A field of a Group with a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the field of its name in `Group`"
)]
pub enum GroupField {
    Name(String),
    Stages(Vec<StageId>),
    IsCollapsed(bool),
    Colour(Option<Colour>),
}
