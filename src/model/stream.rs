//! Streams and what flows in them.

use super::calendar::DateTime;
use super::distribution::Distribution;
use super::slug::{ClassId, DemandId, StageId, StreamId};
use super::table::Element;
use super::time::ElapsedTime;
use super::value::{Colour, Money};

/// What kind of Item a Demand brings.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Which class this is. Demands that name the same class bring the same kind of item.
    pub id: ClassId,
    /// What people call it.
    pub name: String,
    /// Lower first; that of the stream when left out.
    pub priority: Option<i32>,
    /// Money lost per item and day of lead time; that of the stream when left out.
    pub cost_of_delay: Option<Money>,
}

impl Class {
    /// Makes a class with everything else left out.
    pub fn new(id: ClassId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            priority: None,
            cost_of_delay: None,
        }
    }
}

/// When Items arrive.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// One batch after another.
    Every {
        /// Time between two arrivals.
        gap: Distribution<ElapsedTime>,
        /// Items that arrive together, 1 or more.
        batch: u32,
    },
    /// At given dates, local time in the zone of the simulation's start.
    Dates(Vec<DateTime>),
    /// An item is always waiting and arrives when there is room.
    Backlog,
}

/// How Items of a Class arrive in a Stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// Which demand this is; unique in its stream.
    pub id: DemandId,
    /// What kind of item it brings.
    pub class: Option<Class>,
    /// When.
    pub arrivals: Arrivals,
    /// The stages where it arrives; left out, see [`Stream`].
    pub at: Vec<StageId>,
}

/// What a lead time should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// At most this long, on the calendar.
    LeadTime(ElapsedTime),
    /// Done by this date, in the zone of the simulation's start.
    Date(DateTime),
}

/// A figure that the program cannot compute.
#[derive(Clone, Debug, PartialEq)]
pub struct ScorecardEntry {
    /// What it is, with its unit: `Subscriber growth, % a year`.
    pub name: String,
    /// What it is now.
    pub now: Option<f64>,
    /// What it should be.
    pub target: Option<f64>,
    /// What it must not fall below (or rise above, when the target is below it).
    pub floor: Option<f64>,
}

/// One content-to-consumer value stream. Streams may share teams and stages.
///
/// A Demand without `at` arrives at the stages of the stream that no handoff of any kind leads to;
/// if there is none, at those that no forward handoff leads to; exactly one must be left.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Which stream this is.
    pub id: StreamId,
    /// What people call it.
    pub name: String,
    /// What one item is called: `title`, `episode`.
    pub item: String,
    /// How items arrive.
    pub demands: Vec<Demand>,
    /// Lower first.
    pub priority: i32,
    /// Most items inside; others wait at the door.
    pub wip_limit: Option<u32>,
    /// What the lead time should be.
    pub target: Option<Target>,
    /// Money lost per item and day of lead time.
    pub cost_of_delay: Option<Money>,
    /// Figures that the program cannot compute.
    pub scorecard: Vec<ScorecardEntry>,
    /// Its colour.
    pub colour: Option<Colour>,
}

impl Stream {
    /// Makes a stream that nothing arrives in yet.
    pub fn new(id: StreamId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            item: String::new(),
            demands: Vec::new(),
            priority: 0,
            wip_limit: None,
            target: None,
            cost_of_delay: None,
            scorecard: Vec::new(),
            colour: None,
        }
    }
}

impl Element for Stream {
    type Id = StreamId;
    fn id(&self) -> StreamId {
        self.id
    }
}
