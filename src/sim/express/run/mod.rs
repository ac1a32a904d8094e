//! One express replication: clock, agenda, queues. The order of things is that of [`crate::sim::run`].

mod arrivals;
mod ends;
mod relay;
mod visits;
mod ways;

use super::draw::{Draw, Tables};
use super::lanes::{HandoffLane, Lanes, StageLane};
use super::totals::{DemandTotals, Marks, PASSES, PathTotals, QuickSink, VisitTotals};
use crate::sim::agenda::{Agenda, Entry, NEVER, NEW, Rank};
use crate::sim::control::Control;
use crate::sim::luck::{combine, run_key};
use crate::sim::memory::Memory;
use crate::sim::plan::{NONE, Plan, PlanArrivals};
use crate::sim::record::{RunEnd, RunSummary, SimTime, Window};
use crate::sim::run::{MOST_AT_ONE_INSTANT, MOST_PIECES, TURNS_BETWEEN_LOOKS};

/// With more teams than this that may start at one instant, the agenda puts them in order.
const MOST_COMPARED: usize = 8;

/// The run cannot go on in this way.
struct GivesUp;

/// Runs one replication; nothing when only the other engine can.
pub fn run<S: QuickSink>(
    plan: &Plan,
    lanes: &Lanes,
    seed: u64,
    replication: u32,
    window: Window,
    control: &Control,
    sink: &mut S,
) -> Option<RunSummary> {
    if lanes.has_given_up() {
        return None;
    }
    let marks = sink.marks().cloned();
    let mut run = Run::new(
        plan,
        lanes,
        run_key(seed, replication),
        window,
        control,
        marks,
        sink,
    );
    let end = match &lanes.relay {
        Some(line) if !run.is_terminating => run.relay(line),
        _ => run.go(),
    };
    match end {
        Ok(end) => Some(run.summary(end)),
        Err(GivesUp) => {
            lanes.give_up();
            None
        }
    }
}

/// What a token is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum State {
    /// Waiting in its team's queue, or in work, or ready where there is neither team nor work;
    /// `at` is the lane of the stage.
    Queued,
    InWork,
    Ready,
    /// On its way, or waiting at a join; `at` is the lane of the handoff.
    OnWay,
    AtJoin,
    Gone,
}

/// One of the places where an item is, and of an item that is only ever at one place all there is:
/// one line of memory.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Token {
    /// Its item's.
    key: u64,
    arrived: u64,
    /// When it became ready; on a handoff when it set out.
    ready: u64,
    started: u64,
    /// Of an item without pieces: what it has lived through so far.
    told: u64,
    number: u32,
    /// The lane, by `state`.
    at: u32,
    /// The next in the queue.
    next: u32,
    /// Its place among the items that have pieces and remember, `NONE` for one that needs neither.
    item: u32,
    /// The last piece of its path.
    piece: u32,
    /// Which visit to the stage; on a handoff that of the sender.
    pass: u16,
    state: State,
    flags: Flags,
}

const _: () = assert!(size_of::<Token>() == 64, "one line");

/// What is so of a token, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Flags(u8);

impl Flags {
    const MEASURED: u8 = 1;
    const REWORK: u8 = 2;
    /// It came over a handoff from another team.
    const ACROSS: u8 = 4;
    /// Its start stands in the agenda.
    const CALLED: u8 = 8;

    fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    #[inline(always)]
    fn set(&mut self, flag: u8, on: bool) {
        self.0 = (self.0 & !flag) | (flag * u8::from(on));
    }
}

/// An item that may be at several places, or come to one again.
#[derive(Debug, Default)]
struct Item {
    tokens: u32,
    at_joins: u32,
    arrived: u64,
    demand: u32,
    has_gone_back: bool,
    marks: u64,
    pieces: Vec<Piece>,
}

/// A piece of a path.
#[derive(Clone, Copy, Debug)]
struct Piece {
    before: u32,
    /// The lane · 8, and what it is.
    place: u32,
    working: u64,
    /// Waiting for the team, or the delay of a handoff.
    wait: u64,
}

impl Piece {
    const HANDOFF: u32 = 1;
    const REWORK: u32 = 2;
    const ACROSS: u32 = 4;
}

#[derive(Clone, Copy, Debug)]
struct Team {
    free: u32,
    most_crew: u32,
    first: u32,
    last: u32,
    is_stirred: bool,
}

/// What is added up at a stage beside the sums of its lane; times in milliseconds. Time in the
/// window is that of the visits of measured items, but for what is corrected here.
#[derive(Clone, Copy, Debug, Default)]
struct Rest {
    work_in_window: i64,
    wait_in_window: i64,
    started_in_window: i64,
}

/// Later visits at a stage.
#[derive(Clone, Copy, Debug, Default)]
struct LaterVisits {
    by: [VisitTotals; 2],
    by_pass: [u64; PASSES],
}

/// What is added up at a stage of critical paths: first pass and rework.
#[derive(Clone, Copy, Debug, Default)]
struct PathSums {
    by: [PathTotals; 2],
    items_on_path: u64,
    /// The last item that was counted there.
    stamp: u64,
}

/// The arrivals of a demand that are still to come: one line of memory.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Source {
    gap_key: u64,
    item_key: u64,
    gap: Draw,
    batches: u32,
    items: u32,
    /// The lane of the stage where they arrive.
    at: u32,
    /// How many arrive at once.
    members: u16,
    has_more: bool,
    /// Whether they come by `gap`.
    is_steady: bool,
    is_direct: bool,
    /// How many of those that came are measured.
    measured: u32,
}

const _: () = assert!(size_of::<Source>() == 64, "one line");

struct Run<'a, S> {
    plan: &'a Plan,
    lanes: &'a Lanes,
    tables: Tables,
    control: &'a Control,
    sink: &'a mut S,
    marks: Option<Marks>,
    /// By token: the marks of an item that has no pieces.
    token_marks: Vec<u64>,
    now: u64,
    agenda: Agenda,
    tokens: Vec<Token>,
    free_tokens: Vec<u32>,
    items: Vec<Item>,
    free_items: Vec<u32>,
    memory: Memory,
    teams: Vec<Team>,
    stirred: Vec<u32>,
    sources: Vec<Source>,
    stages: Vec<StageLane>,
    handoffs: Vec<HandoffLane>,
    rest: Vec<Rest>,
    /// By lane of a stage, where items come to places again.
    later: Vec<LaterVisits>,
    /// By lane of a stage, where items have pieces.
    paths: Vec<PathSums>,
    demands: Vec<DemandTotals>,
    scratch: Vec<u32>,
    window: Window,
    cap: u64,
    /// Before this instant the run is not over.
    may_end_from: u64,
    is_terminating: bool,
    counts: Counts,
    wip: Vec<u64>,
    done_by_stream: Vec<u64>,
}

#[derive(Debug, Default)]
struct Counts {
    events: u64,
    numbers: u32,
    measured: u64,
    done: u64,
    inside: usize,
    done_in_window: u64,
    sources: usize,
    /// Pieces of the paths of items inside, more or less.
    pieces: usize,
    /// Items with pieces that are done: the next stamp.
    stamp: u64,
    first_arrival: Option<u64>,
    told: (u64, u64),
}

impl<'a, S: QuickSink> Run<'a, S> {
    fn new(
        plan: &'a Plan,
        lanes: &'a Lanes,
        key: u64,
        window: Window,
        control: &'a Control,
        marks: Option<Marks>,
        sink: &'a mut S,
    ) -> Self {
        let is_terminating = plan.is_terminating();
        let cap = window.horizon.0.saturating_mul(10).min(NEVER - 1);
        let remembers = lanes.demands.iter().any(|demand| !demand.is_direct);
        let mut run = Self {
            plan,
            lanes,
            tables: lanes.tables,
            control,
            sink,
            marks,
            token_marks: Vec::new(),
            now: 0,
            agenda: Agenda::default(),
            tokens: Vec::new(),
            free_tokens: Vec::new(),
            items: Vec::new(),
            free_items: Vec::new(),
            memory: Memory::new(plan),
            teams: (plan.teams.iter())
                .map(|team| Team {
                    free: team.people,
                    most_crew: team.most_crew,
                    first: NONE,
                    last: NONE,
                    is_stirred: false,
                })
                .collect(),
            stirred: Vec::with_capacity(plan.teams.len()),
            sources: Vec::with_capacity(plan.demands.len()),
            stages: lanes.stages.clone(),
            handoffs: lanes.handoffs.clone(),
            rest: vec![Rest::default(); lanes.stages.len()],
            later: if remembers {
                vec![LaterVisits::default(); lanes.stages.len()]
            } else {
                Vec::new()
            },
            paths: if remembers {
                vec![PathSums::default(); lanes.stages.len()]
            } else {
                Vec::new()
            },
            demands: (plan.demands.iter())
                .map(|demand| DemandTotals {
                    stream: demand.stream,
                    ..DemandTotals::default()
                })
                .collect(),
            scratch: Vec::new(),
            window,
            cap,
            may_end_from: if is_terminating { 0 } else { window.horizon.0 },
            is_terminating,
            counts: Counts::default(),
            wip: vec![0; plan.streams.len()],
            done_by_stream: vec![0; plan.streams.len()],
        };
        if is_terminating {
            run.window = Window {
                warm_up: SimTime::ZERO,
                horizon: SimTime(NEVER),
            };
            let last = plan.demands.iter().filter_map(|demand| demand.last_date());
            run.cap = cap.saturating_add(last.max().unwrap_or(0)).min(NEVER - 1);
        }
        for (place, demand) in (0..).zip(&plan.demands) {
            let lane = &lanes.demands[place as usize];
            let (is_steady, members) = match &demand.arrivals {
                PlanArrivals::Every { batch, .. } => (true, *batch),
                PlanArrivals::Dates(_) | PlanArrivals::Backlog => (false, 1),
            };
            run.sources.push(Source {
                gap_key: combine(key, demand.gap_key),
                item_key: combine(key, demand.item_key),
                gap: lanes.gaps[place as usize],
                batches: 0,
                items: 0,
                at: lane.at,
                members: members as u16,
                has_more: false,
                is_steady,
                is_direct: lane.is_direct,
                measured: 0,
            });
            run.await_next(place);
        }
        run
    }

    #[inline]
    fn schedule(&mut self, at: u64, rank: Rank, order: u32, index: u32) {
        let tokens = &self.tokens;
        self.agenda
            .push(Entry::new(at, rank, order, index), |_, a, b| {
                precedes(tokens, a, b)
            });
    }

    fn go(&mut self) -> Result<RunEnd, GivesUp> {
        let mut turns = 0u32;
        let mut at_this_instant = 0u32;
        loop {
            turns = turns.wrapping_add(1);
            if turns.is_multiple_of(TURNS_BETWEEN_LOOKS) {
                self.tell();
                if self.control.is_cancelled() {
                    return Ok(RunEnd::Cancelled);
                }
                if self.counts.pieces > MOST_PIECES / 2 || self.now > self.cap {
                    return Err(GivesUp);
                }
            }
            let tokens = &self.tokens;
            let next = self.agenda.next(|_, a, b| precedes(tokens, a, b));
            let at = next.entry.at();
            let is_alone = at > self.now;
            if !self.stirred.is_empty() && (is_alone || next.entry.rank() == Rank::Start) {
                self.start_stirred(is_alone);
                continue;
            }
            if is_alone {
                at_this_instant = 0;
                if at >= self.may_end_from && self.is_over_before(at) {
                    return self.end_of_everything();
                }
                self.now = at;
            } else {
                at_this_instant += 1;
                if at_this_instant > MOST_AT_ONE_INSTANT {
                    return Err(GivesUp);
                }
            }
            let tokens = &self.tokens;
            self.agenda.take(next, |_, a, b| precedes(tokens, a, b));
            self.happen(next.entry)?;
        }
    }

    #[inline(always)]
    fn happen(&mut self, next: Entry) -> Result<(), GivesUp> {
        let index = next.index();
        if next.is_finish() {
            // By far the most, where handoffs take no time.
            return self.finish(index);
        }
        match next.rank() {
            Rank::Finish => Ok(()),
            Rank::Arrival if next.order() == NEW => self.arrivals(index),
            Rank::Slot | Rank::Arrival => self.arrive(index),
            Rank::Start => {
                self.called(index);
                Ok(())
            }
        }
    }

    /// Returns whether the run is over when nothing of it is left to happen before `at`.
    #[inline(never)]
    fn is_over_before(&self, at: u64) -> bool {
        let counts = &self.counts;
        let nothing_measured_comes = !self.is_terminating || counts.sources == 0;
        at > NEVER || (nothing_measured_comes && counts.measured == counts.done)
    }

    /// What waits for ever, and what may be capped, is for the other engine to say.
    fn end_of_everything(&mut self) -> Result<RunEnd, GivesUp> {
        let nothing_moves = self.agenda.len() == self.counts.sources;
        if self.now > self.cap || (nothing_moves && self.counts.inside > 0) {
            return Err(GivesUp);
        }
        if !self.is_terminating {
            self.now = self.now.max(self.window.horizon.0);
        }
        Ok(RunEnd::Complete)
    }

    fn tell(&mut self) {
        let counts = &mut self.counts;
        let (events, items) = counts.told;
        self.control
            .add(counts.events - events, counts.done - items);
        counts.told = (counts.events, counts.done);
    }

    #[inline]
    fn in_window(&self, from: u64, to: u64) -> u64 {
        let from = from.max(self.window.warm_up.0);
        let to = to.min(self.window.horizon.0);
        to.saturating_sub(from)
    }
}

/// An item that is done.
struct Done {
    demand: u32,
    number: u32,
    is_measured: bool,
    has_gone_back: bool,
    arrived: u64,
    adds_up_to: u64,
    marks: [u64; 2],
}

/// Decides between two tokens of one item with an event of one kind at one instant: file order of
/// the stage or handoff (which is that of their lanes), then pass.
fn precedes(tokens: &[Token], a: u32, b: u32) -> bool {
    let key = |token: u32| {
        let own = &tokens[token as usize];
        (own.at, own.pass, token)
    };
    key(a) < key(b)
}
