//! What a run reports: plain records, written to a [`Sink`] as things happen.
//!
//! Everything is in whole milliseconds since time 0 and refers to stages, handoffs, teams, streams
//! and demands by their place in the `Plan`. Statistics are made from these by `analysis`, never
//! by the engine.

/// An instant: milliseconds since time 0 of the simulation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

impl SimTime {
    /// Time 0.
    pub const ZERO: Self = Self(0);

    /// Returns the milliseconds since an earlier instant.
    pub fn since(self, earlier: Self) -> u64 {
        debug_assert!(self.0 >= earlier.0, "{self:?} is before {earlier:?}");
        self.0 - earlier.0
    }
}

/// What an item's time is spent on. The slices of an item add up to its lead time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the design")]
pub enum Slice {
    Working,
    TeamWait,
    Closed,
    Handoff,
    Batching,
    Blocked,
}

impl Slice {
    /// All six, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Working,
        Self::TeamWait,
        Self::Closed,
        Self::Handoff,
        Self::Batching,
        Self::Blocked,
    ];
}

/// Milliseconds by [`Slice`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slices(pub [u64; 6]);

impl Slices {
    /// Returns the sum: the length of what they divide.
    pub fn total(self) -> u64 {
        self.0.iter().sum()
    }
}

impl std::ops::Index<Slice> for Slices {
    type Output = u64;
    fn index(&self, slice: Slice) -> &u64 {
        &self.0[slice as usize]
    }
}

impl std::ops::IndexMut<Slice> for Slices {
    fn index_mut(&mut self, slice: Slice) -> &mut u64 {
        &mut self.0[slice as usize]
    }
}

impl std::ops::AddAssign for Slices {
    fn add_assign(&mut self, other: Self) {
        for (sum, part) in self.0.iter_mut().zip(other.0) {
            *sum += part;
        }
    }
}

/// Which item a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemRef {
    /// Number of the item in the run, in order of arrival, from 0.
    pub number: u32,
    /// Its stream, by place in the plan.
    pub stream: u32,
    /// Its demand, by place in the plan's list of all demands (of a feedback item: its ancestor's).
    pub demand: u32,
    /// Number among the arrivals of its demand, from 0.
    pub number_of_demand: u32,
    /// Whether feedback started it; such items count in queues and utilisation only.
    pub is_feedback: bool,
    /// Whether it is measured: of the Demand, and arrived between warm-up and horizon.
    pub is_measured: bool,
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitEnd {
    /// Its work was finished and the item went on (or was done).
    Left,
    /// Withdrawn while gathering or queued: nothing was wasted.
    WithdrawnWaiting,
    /// Withdrawn in work or blocked: its work is wasted.
    WithdrawnWorking,
}

/// One visit of an item to a stage (each of its copies, where there are several).
///
/// `ready ≤ queued ≤ started ≤ finished ≤ left`, and the slices divide `ready..left`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VisitRecord {
    /// The item.
    pub item: ItemRef,
    /// The stage, by place in the plan.
    pub stage: u32,
    /// The handoff it came over; none for an arrival.
    pub came_over: Option<u32>,
    /// Which visit of the item to this stage, from 0; withdrawn ones count.
    pub pass: u32,
    /// Which copy, from 0.
    pub copy: u32,
    /// Whether the item had finished a visit here before.
    pub is_rework: bool,
    /// All that was needed had arrived.
    pub ready: SimTime,
    /// It entered the team's queue (later than `ready` where a batch gathered).
    pub queued: SimTime,
    /// The first person began (a withdrawn visit that never began: when it was withdrawn).
    pub started: SimTime,
    /// The work was done (or withdrawn).
    pub finished: SimTime,
    /// The item went on (later than `finished` where it was blocked).
    pub left: SimTime,
    /// Work time, setup included, in open hours; up to the withdrawal for a withdrawn visit.
    pub work: u64,
    /// The part of `work` that was setup.
    pub setup: u64,
    /// People at work.
    pub crew: u32,
    /// How many items the job was for: its hours and cost are shared by so many. 1 without a batch.
    pub batch: u32,
    /// How `ready..left` divides.
    pub slices: Slices,
    /// The part of the slice *closed* that lies before `started`.
    pub closed_before: u64,
    /// How it ended.
    pub end: VisitEnd,
}

/// One way of an item over a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassageRecord {
    /// The item (for feedback: the new one).
    pub item: ItemRef,
    /// The handoff, by place in the plan.
    pub handoff: u32,
    /// It set out.
    pub set_out: SimTime,
    /// It arrived, or was withdrawn.
    pub arrived: SimTime,
    /// Whether it went over a rework handoff, or one the item had gone over before.
    pub is_rework: bool,
    /// Whether it was withdrawn on the way.
    pub is_withdrawn: bool,
}

/// What a piece of a critical path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Waiting at the door of the stream (blocked, at no stage).
    Door,
    /// A visit to a stage.
    Stage(u32),
    /// A way over a handoff. Its slice is *handoff*.
    Handoff(u32),
}

/// A piece of an item's critical path; the pieces lie end to end from arrival to done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What it is.
    pub place: Place,
    /// Whether it is rework or first pass.
    pub is_rework: bool,
    /// When it begins.
    pub from: SimTime,
    /// How it divides; its length is the total.
    pub slices: Slices,
    /// The part of *closed* before work began; for a visit only.
    pub closed_before: u64,
    /// For a visit: whether it came over a handoff from a stage with another team.
    pub is_across_teams: bool,
}

/// One item that is done.
#[derive(Clone, Copy, Debug)]
pub struct ItemRecord<'a> {
    /// The item.
    pub item: ItemRef,
    /// It arrived (at the door).
    pub arrived: SimTime,
    /// Its last token left.
    pub done: SimTime,
    /// Its critical path. The totals of its segments add up to `done − arrived` exactly.
    pub path: Path<'a>,
}

/// A piece of a path with what comes before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub segment: Segment,
    /// The piece before it on the path.
    pub before: u32,
    /// The piece of the same item made before it; in the free list the next free one.
    pub older: u32,
}

/// A critical path, as it lies in the engine's memory: from its last piece back to its first.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    nodes: &'a [Node],
    last: u32,
}

impl<'a> Path<'a> {
    pub(super) fn new(nodes: &'a [Node], last: u32) -> Self {
        Self { nodes, last }
    }

    /// Returns the pieces, the last first.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = &'a Segment> {
        let mut next = self.last;
        std::iter::from_fn(move || {
            let node = self.nodes.get(next as usize)?;
            next = node.before;
            Some(&node.segment)
        })
    }

    /// Returns the pieces in order.
    pub fn to_vec(self) -> Vec<Segment> {
        let mut pieces: Vec<Segment> = self.iter().copied().collect();
        pieces.reverse();
        pieces
    }
}

/// Takes records as they come. A method left out ignores its records, at no cost.
///
/// Records come in the order in which things end: a visit when the item leaves it, a passage when
/// it arrives, an item when it is done.
pub trait Sink {
    /// A visit has ended.
    fn visit(&mut self, _visit: &VisitRecord) {}
    /// A passage has ended.
    fn passage(&mut self, _passage: &PassageRecord) {}
    /// An item has arrived (before the door).
    fn arrived(&mut self, _item: ItemRef, _at: SimTime) {}
    /// An item is done.
    fn done(&mut self, _item: &ItemRecord<'_>) {}
}

/// Ignores everything.
impl Sink for () {}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Items that arrive from here on are measured.
    pub warm_up: SimTime,
    /// Items that arrive before this are measured; time averages end here.
    pub horizon: SimTime,
}

/// Time integrals of a team over the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TeamTotals {
    /// Milliseconds in which the calendar was open.
    pub open: u64,
    /// Person-milliseconds of work.
    pub busy: u64,
    /// Person-milliseconds of people held by blocked items.
    pub blocked: u64,
    /// Job-milliseconds in the queue.
    pub queue: u64,
}

/// Time integrals of a stage over the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageTotals {
    /// Visit-milliseconds waiting for the team.
    pub queue: u64,
    /// Visit-milliseconds at the stage, waiting or in work.
    pub inside: u64,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// Every measured item is done.
    Complete,
    /// Somebody cancelled it; its figures mean nothing.
    Cancelled,
    /// The cap came first.
    Capped,
    /// Nothing can happen any more; these stages wait for one another.
    Deadlocked(Vec<u32>),
}

/// What a run reports at its end.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    /// How it ended.
    pub end: RunEnd,
    /// When it ended.
    pub at: SimTime,
    /// What was measured.
    pub window: Window,
    /// Completed services, and completed handoff delays that are not 0.
    pub events: u64,
    /// Items of the demands that arrived, measured or not.
    pub arrived: u64,
    /// Measured items.
    pub measured: u64,
    /// Measured items that are done.
    pub done: u64,
    /// Measured items that are not.
    pub unfinished: u64,
    /// Items done within the window, of demands.
    pub done_in_window: u64,
    /// By stream: items turned away because a stage they arrive at was full, in the window.
    pub turned_away: Vec<u64>,
    /// Items that feedback started, in the window.
    pub feedback_items: u64,
    /// By team.
    pub teams: Vec<TeamTotals>,
    /// By stage.
    pub stages: Vec<StageTotals>,
    /// By stream: item-milliseconds inside, those at the door included, over the window.
    pub wip: Vec<u64>,
    /// By stream: items of demands done in the window.
    pub done_by_stream: Vec<u64>,
}
