//! One replication: clock, agenda, queues.
//!
//! The loop takes what comes next from the agenda and lets it happen; what happens writes records
//! and puts new entries there. At one instant finishes come first (with what they withdraw), then
//! arrivals, then starts; a start that finishes at once goes back to the front. So starts are not
//! made on the spot: a team that something happened to is *stirred*, and stirred teams look at
//! their queues when nothing else is left at the instant.
//!
//! Invariants:
//! - a token is in exactly one state, and in the agenda only when `due` says so;
//! - an item's `tokens` is the number of its tokens that are not gone;
//! - the pieces of a path lie end to end, so that they add up to the lead time.

mod jobs;
mod line;
mod queue;
mod room;
mod source;
mod store;
mod team;
mod travel;
mod visit;

use jobs::Gathering;
use line::Line;
use room::Room;
use source::Source;
use store::{Items, Kind, Paths, State, Tokens};
use team::TeamState;

use super::agenda::{Agenda, BY_FEEDBACK, Entry, NEVER, NEW, Rank};
use super::control::Control;
use super::luck::run_key;
use super::memory::Memory;
use super::plan::{NONE, Plan};
use super::record::{RunEnd, RunSummary, SimTime, Sink, StageTotals, TeamTotals, Window};

/// A run looks for its cancellation, and tells its progress, every so many turns of its loop: some
/// tens of microseconds.
pub(super) const TURNS_BETWEEN_LOOKS: u32 = 1 << 10;

/// More turns at one instant than this, and the run ends as capped: items go round without time
/// passing. (An error of the model that `check` names.)
pub(super) const MOST_AT_ONE_INSTANT: u32 = 5_000_000;

/// More items inside at once than this, and the run ends as capped: demand is far above capacity.
pub(super) const MOST_INSIDE: usize = 4_000_000;

/// More pieces of paths than this (1.5 GB), and the run ends as capped: items go round for ever.
pub(super) const MOST_PIECES: usize = 1 << 24;

/// Runs one replication of a plan and reports what happens to `sink`.
///
/// The window says which items are measured: those of demands that arrive in
/// `[warm_up, horizon)`. The run goes on, with arrivals, until these are done, but not beyond ten
/// times the horizon. Where [`Plan::is_terminating`], every item is measured, the run ends when
/// the last one is done (at most ten times the horizon after the last date), and the window that
/// the summary reports is from the first arrival to that end.
///
/// The same plan, seed and replication give the same records, on every platform.
pub fn run<S: Sink>(
    plan: &Plan,
    seed: u64,
    replication: u32,
    window: Window,
    control: &Control,
    sink: &mut S,
) -> RunSummary {
    let mut run = Run::new(plan, run_key(seed, replication), window, control, sink);
    let end = run.go();
    run.summary(end)
}

/// The state of a replication.
struct Run<'a, S> {
    plan: &'a Plan,
    control: &'a Control,
    sink: &'a mut S,
    /// What all luck of this replication comes from.
    key: u64,
    now: u64,
    agenda: Agenda,
    tokens: Tokens,
    items: Items,
    paths: Paths,
    teams: Vec<TeamState>,
    /// Teams that something happened to at this instant.
    stirred: Vec<u32>,
    sources: Vec<Source>,
    /// By stage, where there are batches: visits that wait for others.
    gatherings: Vec<Gathering>,
    /// By limited handoff: those that wait for a slot.
    lines: Vec<Line>,
    room: Room,
    /// Tokens about to be sent out or withdrawn.
    scratch: Vec<u32>,
    window: Window,
    cap: u64,
    is_terminating: bool,
    counts: Counts,
    stages: Vec<StageTotals>,
    wip: Vec<u64>,
    done_by_stream: Vec<u64>,
    turned_away: Vec<u64>,
}

/// What the run has counted.
#[derive(Debug, Default)]
struct Counts {
    /// Completed services and completed handoff delays.
    events: u64,
    /// All items that arrived, those by feedback included: the next number.
    numbers: u32,
    arrived: u64,
    measured: u64,
    done: u64,
    /// Items inside, those by feedback included.
    inside: usize,
    /// Measured items inside that wait at joins with all their tokens: they never get on.
    stuck_measured: u64,
    /// All items that do.
    stuck: u64,
    done_in_window: u64,
    feedback_items: u64,
    /// Visits that wait for a batch to be complete.
    gathering: u64,
    /// Entries of the agenda that mean nothing any more.
    gone: usize,
    /// Demands that have arrivals to come; each has one entry in the agenda.
    sources: usize,
    first_arrival: Option<u64>,
    /// What was told to the control.
    told: (u64, u64),
}

impl<'a, S: Sink> Run<'a, S> {
    fn new(
        plan: &'a Plan,
        key: u64,
        window: Window,
        control: &'a Control,
        sink: &'a mut S,
    ) -> Self {
        let is_terminating = plan.is_terminating();
        let cap = window.horizon.0.saturating_mul(10).min(NEVER - 1);
        let mut run = Self {
            plan,
            control,
            sink,
            key,
            now: 0,
            agenda: Agenda::default(),
            tokens: Tokens::default(),
            items: Items::new(Memory::new(plan)),
            paths: Paths::new(),
            teams: plan.teams.iter().map(TeamState::new).collect(),
            stirred: Vec::with_capacity(plan.teams.len()),
            sources: Vec::with_capacity(plan.demands.len()),
            gatherings: if plan.stages.iter().any(|stage| stage.batch > 1) {
                vec![Gathering::EMPTY; plan.stages.len()]
            } else {
                Vec::new()
            },
            lines: vec![Line::EMPTY; plan.lines],
            room: Room::new(plan),
            scratch: Vec::new(),
            window,
            cap,
            is_terminating,
            counts: Counts::default(),
            stages: vec![StageTotals::default(); plan.stages.len()],
            wip: vec![0; plan.streams.len()],
            done_by_stream: vec![0; plan.streams.len()],
            turned_away: vec![0; plan.streams.len()],
        };
        if is_terminating {
            run.window = Window {
                warm_up: SimTime::ZERO,
                horizon: SimTime(NEVER),
            };
            let last = plan.demands.iter().filter_map(|demand| demand.last_date());
            run.cap = cap.saturating_add(last.max().unwrap_or(0)).min(NEVER - 1);
        }
        run.open_sources();
        run
    }

    /// Puts an entry into the agenda.
    #[inline]
    fn schedule(&mut self, at: u64, rank: Rank, order: u32, index: u32) {
        let tokens = &self.tokens;
        self.agenda
            .push(Entry::new(at, rank, order, index), |order, a, b| {
                tokens.tie(order, a, b)
            });
    }

    fn go(&mut self) -> RunEnd {
        let mut turns = 0u32;
        let mut at_this_instant = 0u32;
        loop {
            turns += 1;
            if turns.is_multiple_of(TURNS_BETWEEN_LOOKS) {
                self.tell();
                if self.control.is_cancelled() {
                    return RunEnd::Cancelled;
                }
                if self.paths.len() > MOST_PIECES {
                    return RunEnd::Capped;
                }
            }
            let tokens = &self.tokens;
            let next = self.agenda.peek(|order, a, b| tokens.tie(order, a, b));
            let at = next.map_or(NEVER, |next| next.entry.at());
            let starts_are_next =
                next.is_none_or(|next| at > self.now || next.entry.rank() == Rank::Start);
            let is_over = at > self.now;
            if starts_are_next && !self.stirred.is_empty() {
                self.start_stirred(is_over);
                continue;
            }
            if is_over && self.counts.gathering > 0 && self.nothing_else_happens() {
                self.start_an_incomplete_batch();
                continue;
            }
            let Some(next) = next else {
                if !self.is_terminating {
                    self.now = self.now.max(self.window.horizon.0);
                }
                return self.end_of_everything();
            };
            if is_over {
                // Everything of this instant has happened.
                at_this_instant = 0;
                if let Some(end) = self.end_before(at) {
                    return end;
                }
                self.now = at;
            } else {
                at_this_instant += 1;
                if at_this_instant > MOST_AT_ONE_INSTANT {
                    return RunEnd::Capped;
                }
            }
            let tokens = &self.tokens;
            self.agenda
                .take(next, |order, a, b| tokens.tie(order, a, b));
            self.happen(next.entry);
            if self.room.has_appeared() {
                self.use_room();
            }
        }
    }

    /// Lets one entry of the agenda happen.
    #[inline]
    fn happen(&mut self, next: Entry) {
        let index = next.index();
        if next.order() == NEW {
            match next.rank() {
                Rank::Finish | Rank::Slot => self.slot(index),
                Rank::Arrival => self.arrivals(index),
                Rank::Start => match index.checked_sub(self.teams.len() as u32) {
                    Some(stage) => self.look_at_longest_wait(stage),
                    None => {
                        self.teams[index as usize].is_waking = false;
                        self.stir(index);
                    }
                },
            }
            return;
        }
        if self.tokens[index].state == State::Gone {
            self.counts.gone -= 1;
            self.tokens.free(index);
            return;
        }
        match next.rank() {
            Rank::Finish => self.finish(index),
            Rank::Slot | Rank::Arrival if next.order() == BY_FEEDBACK => self.become_item(index),
            Rank::Slot | Rank::Arrival => self.arrive(index),
            Rank::Start => self.called(index),
        }
    }

    /// Returns whether nothing is left to happen but arrivals that would not get in.
    fn nothing_else_happens(&self) -> bool {
        self.only_arrivals_are_left() && !self.lets_arrivals_in()
    }

    /// Returns whether the agenda holds only arrivals, and entries that mean nothing any more.
    fn only_arrivals_are_left(&self) -> bool {
        self.agenda.len() == self.counts.sources + self.counts.gone
    }

    /// Returns how the run ends when nothing of it is left to happen before `at`.
    fn end_before(&mut self, at: u64) -> Option<RunEnd> {
        let counts = &self.counts;
        let is_over = if self.is_terminating {
            counts.sources == 0
        } else {
            at >= self.window.horizon.0
        };
        if is_over && counts.measured == counts.done + counts.stuck_measured {
            if !self.is_terminating {
                self.now = self.now.max(self.window.horizon.0);
            }
            return Some(self.end_of_everything());
        }
        // What gathers for a batch may be joined by an arrival.
        if counts.inside > 0 && counts.gathering == 0 && self.only_arrivals_are_left() {
            return Some(RunEnd::Deadlocked(self.waiting_stages(true)));
        }
        if at > self.cap || counts.inside > MOST_INSIDE {
            self.now = self.now.max(at.min(self.cap));
            return Some(RunEnd::Capped);
        }
        if counts.numbers > BY_FEEDBACK - (1 << 20) {
            return Some(RunEnd::Capped);
        }
        None
    }

    /// Returns how a run ended that got to its end.
    fn end_of_everything(&self) -> RunEnd {
        let counts = &self.counts;
        let nothing_moves = self.only_arrivals_are_left();
        if counts.stuck > 0 || (nothing_moves && counts.inside > 0) {
            RunEnd::Deadlocked(self.waiting_stages(nothing_moves))
        } else {
            RunEnd::Complete
        }
    }

    /// Returns the stages, in order, at which items wait for what never comes: joins, and when
    /// nothing moves at all also queues and work.
    fn waiting_stages(&self, nothing_moves: bool) -> Vec<u32> {
        let mut stages: Vec<u32> = self
            .tokens
            .iter()
            .filter_map(|(_, token)| match token.state {
                State::AtJoin => {
                    let item = &self.items[token.item];
                    (item.tokens == item.at_joins)
                        .then(|| self.plan.handoffs[token.place as usize].to)
                }
                State::Queued
                | State::InWork
                | State::Gathering
                | State::InBatch
                | State::InCopies
                | State::Blocked
                    if nothing_moves =>
                {
                    Some(token.place)
                }
                State::OnWay | State::InLine if nothing_moves => {
                    Some(self.plan.handoffs[token.place as usize].to)
                }
                _ => None,
            })
            .collect();
        stages.sort_unstable();
        stages.dedup();
        stages
    }

    fn tell(&mut self) {
        let counts = &mut self.counts;
        let (events, items) = counts.told;
        self.control
            .add(counts.events - events, counts.done - items);
        counts.told = (counts.events, counts.done);
    }

    /// Returns how much of `[from, to)` lies in the window.
    #[inline]
    fn in_window(&self, from: u64, to: u64) -> u64 {
        let from = from.max(self.window.warm_up.0);
        let to = to.min(self.window.horizon.0);
        to.saturating_sub(from)
    }

    /// Counts what still goes on, and puts the summary together.
    fn summary(mut self, end: RunEnd) -> RunSummary {
        self.tell();
        if self.is_terminating {
            self.window = Window {
                warm_up: SimTime(self.counts.first_arrival.unwrap_or(0)),
                horizon: SimTime(self.now.max(self.counts.first_arrival.unwrap_or(0))),
            };
        }
        self.count_what_goes_on();
        let counts = &self.counts;
        let Window { warm_up, horizon } = self.window;
        let seen = SimTime(horizon.0.min(self.now));
        let teams = self
            .teams
            .iter()
            .enumerate()
            .map(|(place, team)| TeamTotals {
                open: match self.plan.hours_of(place as u32) {
                    Some(hours) => hours.open_between(warm_up, seen),
                    None => seen.0.saturating_sub(warm_up.0),
                },
                ..team.totals
            })
            .collect();
        RunSummary {
            end,
            at: SimTime(self.now),
            window: self.window,
            events: counts.events,
            arrived: counts.arrived,
            measured: counts.measured,
            done: counts.done,
            unfinished: counts.measured - counts.done,
            done_in_window: counts.done_in_window,
            turned_away: self.turned_away,
            feedback_items: counts.feedback_items,
            teams,
            stages: self.stages,
            wip: self.wip,
            done_by_stream: self.done_by_stream,
        }
    }

    /// Adds to the integrals what has begun and not ended.
    fn count_what_goes_on(&mut self) {
        let now = self.now;
        let items: Vec<(u32, u64)> = self
            .items
            .places()
            .filter(|item| !item.who.is_feedback)
            .map(|item| (item.who.stream, item.arrived))
            .collect();
        for (stream, arrived) in items {
            self.wip[stream as usize] += self.in_window(arrived, now);
        }
        let tokens: Vec<(u32, store::Token)> = self.tokens.iter().collect();
        for (token, own) in tokens {
            let is_at_stage = matches!(
                own.state,
                State::Queued
                    | State::Ready
                    | State::InWork
                    | State::Gathering
                    | State::InBatch
                    | State::InCopies
                    | State::Blocked
            );
            if own.kind == Kind::Whole && is_at_stage {
                self.stages[own.place as usize].inside += self.in_window(own.ready, now);
            }
            let stage = &self.plan.stages[own.place.min(self.last_stage()) as usize];
            let finished = self.tokens.extra(token).finished;
            match (own.state, stage.team) {
                (State::Queued, Some(team)) => {
                    let waited = self.in_window(own.ready, now);
                    self.stages[own.place as usize].queue += waited;
                    self.teams[team as usize].totals.queue += waited;
                }
                (State::InWork, _) => self.count_work(own.place, own.started),
                (State::Blocked, _) if stage.batch == 1 => self.count_blocked(own.place, finished),
                (State::Finished, _) if own.kind == Kind::Batch => {
                    self.count_blocked(own.place, finished);
                }
                _ => {}
            }
        }
    }

    /// Returns the last stage of the plan; where there are tokens there is one.
    fn last_stage(&self) -> u32 {
        self.plan.stages.len() as u32 - 1
    }
}
