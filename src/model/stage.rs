//! Stages: the steps where something is done to an item.

use super::calendar::{Rhythm, Zone};
use super::distribution::Distribution;
use super::slug::{ClassId, HandoffId, StageId, StreamId, TeamId};
use super::table::Element;
use super::time::{ElapsedTime, WorkTime};
use super::value::{Colour, Money, Share, WorldPoint, WorldSize};

/// The part of the value stream that a Stage belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Ideation & development.
    Ideation,
    /// Production & post.
    Production,
    /// Rights & compliance.
    Rights,
    /// Distribution.
    Distribution,
    /// Audience & analytics.
    Audience,
    /// Revenue.
    Revenue,
    /// The user's own.
    Own(String),
}

impl Phase {
    /// The six phases of a media value stream, in order.
    pub const STANDARD: [Self; 6] = [
        Self::Ideation,
        Self::Production,
        Self::Rights,
        Self::Distribution,
        Self::Audience,
        Self::Revenue,
    ];

    /// Returns what people call it.
    pub fn name(&self) -> &str {
        match self {
            Self::Ideation => "Ideation & development",
            Self::Production => "Production & post",
            Self::Rights => "Rights & compliance",
            Self::Distribution => "Distribution",
            Self::Audience => "Audience & analytics",
            Self::Revenue => "Revenue",
            Self::Own(name) => name,
        }
    }

    /// Returns the phase of this name, a standard one where it is that.
    pub fn from_name(name: &str) -> Self {
        Self::STANDARD
            .into_iter()
            .find(|phase| phase.name().eq_ignore_ascii_case(name.trim()))
            .unwrap_or_else(|| Self::Own(name.trim().to_owned()))
    }
}

/// What work on a later pass takes.
#[derive(Clone, Debug, PartialEq)]
pub enum ReworkWork {
    /// The stage's own work, times this factor (0 or above, finite).
    Factor(f64),
    /// Work of its own.
    Work(Distribution<WorkTime>),
}

/// A stage that starts only with several items together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// How many, 1 or more.
    pub size: u32,
    /// After this wait an incomplete batch starts.
    pub longest_wait: Option<ElapsedTime>,
}

/// Who does the work of a Stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Automation {
    /// A person.
    Manual,
    /// A person with a tool's help; counts as manual.
    Assisted,
    /// Nobody.
    Automatic,
}

/// Whether what a Stage does is worth something to the audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// It is.
    Adds,
    /// It is not, but has to be done.
    Necessary,
    /// It is not.
    Waste,
}

/// What must have arrived before a Stage is ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Entry {
    /// A token over any way.
    #[default]
    Any,
    /// A token over each way that is open to the item.
    All,
}

/// Where an item goes from a Stage with several ways out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Over one of them, by share.
    #[default]
    ChooseOne,
    /// Over all of them.
    TakeAll,
}

/// How a figure is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EvidenceKind {
    /// Read off a log or a clock.
    Measured,
    /// Said by somebody who knows.
    Estimated,
    /// Assumed.
    Guessed,
}

/// How the figures of an element are known, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How.
    pub kind: EvidenceKind,
    /// By whom, or where it was read.
    pub by: String,
}

/// Where an element stands in the drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Placement {
    /// The upper left corner; left out, the layout finds a place.
    pub position: Option<WorldPoint>,
    /// The size; left out, that of its kind.
    pub size: Option<WorldSize>,
    /// A colour of its own.
    pub colour: Option<Colour>,
    /// Whether dragging leaves it where it is.
    pub is_locked: bool,
}

/// A step where something is done to an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Which stage this is.
    pub id: StageId,
    /// What people call it.
    pub name: String,
    /// The stream it is drawn in; streams may share stages.
    pub stream: Option<StreamId>,
    /// The phase it belongs to.
    pub phase: Option<Phase>,
    /// Who owns it; none when nobody needs to be free for it.
    pub team: Option<TeamId>,
    /// People needed at once, 1 or more.
    pub crew: u32,
    /// Work time of one visit.
    pub work: Option<Distribution<WorkTime>>,
    /// Work time of items of a class, in place of `work`.
    pub class_work: Vec<(ClassId, Distribution<WorkTime>)>,
    /// Work time of later passes.
    pub rework_work: Option<ReworkWork>,
    /// Parallel instances inside one visit, 1 or more.
    pub copies: u32,
    /// How many copies end the visit; all when left out.
    pub enough: Option<u32>,
    /// Starts only with several items together.
    pub batch: Option<Batch>,
    /// Work before the work when people come from another stage.
    pub setup: Option<Distribution<WorkTime>>,
    /// Most items at the stage, in queue and work.
    pub limit: Option<u32>,
    /// Share of the time that the means of work are up; divides the work time.
    pub availability: Option<Share>,
    /// Who does the work; left out: automatic without a team, manual with one.
    pub automation: Option<Automation>,
    /// Whether it is worth something to the audience.
    pub value: Option<Value>,
    /// What must have arrived.
    pub entry: Entry,
    /// Where items go.
    pub exit: Exit,
    /// Lower first, among items of the same priority.
    pub priority: i32,
    /// Percent complete and accurate as found on a walk: the share of what this stage hands on
    /// that the receiver can use as it is.
    pub ca: Option<Share>,
    /// Money per visit.
    pub cost: Option<Money>,
    /// Systems touched.
    pub systems: Vec<String>,
    /// Stakeholders who must act: touchpoints.
    pub stakeholders: Vec<String>,
    /// How satisfied those who work here are, 1 to 5.
    pub satisfaction: Option<u8>,
    /// How its figures are known.
    pub evidence: Option<Evidence>,
    /// Anything else.
    pub notes: String,
    /// Where it is drawn.
    pub at: Placement,
}

impl Stage {
    /// Makes a stage with everything else left out.
    pub fn new(id: StageId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            stream: None,
            phase: None,
            team: None,
            crew: 1,
            work: None,
            class_work: Vec::new(),
            rework_work: None,
            copies: 1,
            enough: None,
            batch: None,
            setup: None,
            limit: None,
            availability: None,
            automation: None,
            value: None,
            entry: Entry::default(),
            exit: Exit::default(),
            priority: 0,
            ca: None,
            cost: None,
            systems: Vec::new(),
            stakeholders: Vec::new(),
            satisfaction: None,
            evidence: None,
            notes: String::new(),
            at: Placement::default(),
        }
    }

    /// Returns who does the work, said or left out: automatic without a team, manual with one.
    pub fn automation(&self) -> Automation {
        self.automation.unwrap_or(if self.team.is_some() {
            Automation::Manual
        } else {
            Automation::Automatic
        })
    }
}

impl Element for Stage {
    type Id = StageId;
    fn id(&self) -> StageId {
        self.id
    }
}

/// Which way a Handoff leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HandoffKind {
    /// The item moves on.
    #[default]
    Forward,
    /// With a probability the item goes back.
    Rework {
        /// After so many times it is not drawn any more and the item goes on.
        at_most: Option<u32>,
    },
    /// With a probability a new item starts at the target; the item itself is not delayed.
    Feedback,
}

/// What makes an item move over a Handoff.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Somebody: mail, waiting for somebody to notice. A delay in elapsed time.
    Manual(Distribution<ElapsedTime>),
    /// The next slot of a rhythm.
    Scheduled {
        /// When the slots are.
        rhythm: Rhythm,
        /// The zone of the times of day; left out, that of the receiving team's calendar.
        zone: Option<Zone>,
        /// Most items per slot.
        slots: Option<u32>,
    },
    /// An event; a fixed latency, usually 0.
    Automatic(ElapsedTime),
}

impl Default for Trigger {
    fn default() -> Self {
        Self::Manual(Distribution::default())
    }
}

/// Whether a receiver can start without the sender's result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Needs {
    /// It cannot.
    #[default]
    Required,
    /// It could: that is just the order they do it in.
    Customary,
}

/// Whom a Handoff is open to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Only {
    /// Items of this stream.
    Stream(StreamId),
    /// Items of this class.
    Class(ClassId),
}

/// The way from one Stage to the next, with its delay.
#[derive(Clone, Debug, PartialEq)]
pub struct Handoff {
    /// Which handoff this is.
    pub id: HandoffId,
    /// The stage it leaves.
    pub from: StageId,
    /// The stage it leads to.
    pub to: StageId,
    /// Forward, rework or feedback.
    pub kind: HandoffKind,
    /// What makes the item move, and the delay.
    pub trigger: Trigger,
    /// Probability of rework and feedback; weight among the forward ways of a choose-one exit,
    /// where it is 1 when left out.
    pub share: Option<Share>,
    /// Whom it is open to; everybody when empty.
    pub only: Vec<Only>,
    /// Whether the receiver could start without it.
    pub needs: Needs,
    /// A customary handoff that no longer orders its two stages.
    pub is_relaxed: bool,
    /// What is handed over.
    pub artifact: String,
    /// Pieces counted there on a walk.
    pub inventory: Option<u64>,
    /// What automating it would cost, once.
    pub automation_cost: Option<Money>,
    /// How its figures are known.
    pub evidence: Option<Evidence>,
    /// Anything else.
    pub notes: String,
    /// The corners of its way, from the sender to the receiver: set by hand, or given by tidying
    /// up. Without any its way is found from where everything stands.
    pub bends: Vec<WorldPoint>,
    /// Whether tidying up gave the corners. They count as long as the way leaves and arrives level
    /// there, and the next time others take their place.
    pub is_tidied: bool,
}

impl Handoff {
    /// Makes a forward handoff with everything else left out.
    pub fn new(id: HandoffId, from: StageId, to: StageId) -> Self {
        Self {
            id,
            from,
            to,
            kind: HandoffKind::default(),
            trigger: Trigger::default(),
            share: None,
            only: Vec::new(),
            needs: Needs::default(),
            is_relaxed: false,
            artifact: String::new(),
            inventory: None,
            automation_cost: None,
            evidence: None,
            notes: String::new(),
            bends: Vec::new(),
            is_tidied: false,
        }
    }

    /// Returns whether the item moves on over it.
    pub fn is_forward(&self) -> bool {
        self.kind == HandoffKind::Forward
    }

    /// Returns whether items go back over it.
    pub fn is_rework(&self) -> bool {
        matches!(self.kind, HandoffKind::Rework { .. })
    }

    /// Returns whether information flows back over it.
    pub fn is_feedback(&self) -> bool {
        self.kind == HandoffKind::Feedback
    }
}

impl Element for Handoff {
    type Id = HandoffId;
    fn id(&self) -> HandoffId {
        self.id
    }
}

/// In which order a Team takes what waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Discipline {
    /// By when it became ready.
    #[default]
    FirstCome,
    /// By priority, then first come.
    Priority,
    /// By work time, then first come.
    ShortestWork,
}

/// People (or machines) that own stages: a pool with a size and a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    /// Which team this is.
    pub id: TeamId,
    /// What people call it.
    pub name: String,
    /// How many there are.
    pub people: u32,
    /// When they work; always when left out.
    pub calendar: Option<super::CalendarId>,
    /// Money per person and hour of work.
    pub cost_per_hour: Option<Money>,
    /// In which order they take what waits.
    pub discipline: Discipline,
    /// The colour of its strip.
    pub colour: Option<Colour>,
}

impl Team {
    /// Makes a team of one that is always there.
    pub fn new(id: TeamId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            people: 1,
            calendar: None,
            cost_per_hour: None,
            discipline: Discipline::default(),
            colour: None,
        }
    }
}

impl Element for Team {
    type Id = TeamId;
    fn id(&self) -> TeamId {
        self.id
    }
}
