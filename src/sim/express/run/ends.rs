//! Items that are done, and the end of the run.

use super::{Done, Flags, GivesUp, PathSums, Piece, Run, State, Token};
use crate::sim::express::totals::{
    HandoffSums, PathTotals, QuickItem, QuickSink, StageSums, Totals, VisitTotals,
};
use crate::sim::plan::NONE;
use crate::sim::record::{RunEnd, RunSummary, SimTime, StageTotals, TeamTotals, Window};

impl<S: QuickSink> Run<'_, S> {
    /// An item without pieces is done.
    #[inline]
    pub(super) fn end_direct(&mut self, token: u32) {
        let own = &self.tokens[token as usize];
        let marks = match &self.marks {
            Some(_) => [self.token_marks[token as usize]; 2],
            None => [0; 2],
        };
        let done = Done {
            demand: self.stages[own.at as usize].demand,
            number: own.number,
            is_measured: own.flags.has(Flags::MEASURED),
            has_gone_back: false,
            arrived: own.arrived,
            adds_up_to: own.told,
            marks,
        };
        self.free_token(token);
        self.end_item(&done, self.now);
    }

    /// A token leaves the last stage of its way.
    pub(super) fn end_token(&mut self, token: u32) -> Result<(), GivesUp> {
        let own = self.tokens[token as usize];
        if own.item == NONE {
            self.end_direct(token);
            return Ok(());
        }
        self.free_token(token);
        let place = own.item;
        self.items[place as usize].tokens -= 1;
        if self.items[place as usize].tokens > 0 {
            return self.look_for_stuck(place);
        }
        let is_measured = own.flags.has(Flags::MEASURED);
        let (adds_up_to, path_marks) = if is_measured { self.walk(&own) } else { (0, 0) };
        let item = &mut self.items[place as usize];
        self.counts.pieces -= item.pieces.len();
        let done = Done {
            demand: item.demand,
            number: own.number,
            is_measured,
            has_gone_back: item.has_gone_back,
            arrived: own.arrived,
            adds_up_to,
            marks: [item.marks, path_marks],
        };
        item.pieces.clear();
        self.free_items.push(place);
        self.end_item(&done, self.now);
        Ok(())
    }

    /// Adds the critical path of an item to the sums, from its end. Returns what its pieces add up
    /// to, and the marks on it.
    #[inline]
    pub(super) fn walk(&mut self, last: &Token) -> (u64, u64) {
        self.counts.stamp += 1;
        let stamp = self.counts.stamp;
        let item = &self.items[last.item as usize];
        let (mut adds_up_to, mut wait_across, mut found) = (0, 0, 0);
        let mut next = last.piece;
        while let Some(piece) = item.pieces.get(next as usize) {
            next = piece.before;
            adds_up_to += piece.working + piece.wait;
            let lane = (piece.place >> 3) as usize;
            let is_rework = piece.place & Piece::REWORK != 0;
            if piece.place & Piece::HANDOFF != 0 {
                let lane = &mut self.handoffs[lane];
                let sums = &mut lane.sums;
                sums.path[usize::from(is_rework)] += piece.wait;
                sums.items_on_path += u64::from(sums.stamp != stamp);
                sums.stamp = stamp;
                if let Some(marks) = &self.marks {
                    found |= marks.handoffs[lane.place as usize];
                }
                continue;
            }
            if piece.place & Piece::ACROSS != 0 {
                wait_across += piece.wait;
            }
            let sums = &mut self.paths[lane];
            sums.items_on_path += u64::from(sums.stamp != stamp);
            sums.stamp = stamp;
            let path = &mut sums.by[usize::from(is_rework)];
            path.working += piece.working;
            path.wait += piece.wait;
            if let Some(marks) = &self.marks {
                found |= marks.stages[self.lanes.facts[lane].place as usize];
            }
        }
        self.demands[item.demand as usize].wait_across_teams += wait_across;
        (adds_up_to, found)
    }

    #[inline(always)]
    pub(super) fn end_item(&mut self, done: &Done, now: u64) {
        let stream = self.lanes.demands[done.demand as usize].stream;
        self.counts.inside -= 1;
        self.counts.done += u64::from(done.is_measured);
        self.wip[stream as usize] += self.in_window(done.arrived, now);
        let is_in_window = self.in_window(now, now + 1) > 0;
        self.counts.done_in_window += u64::from(is_in_window);
        self.done_by_stream[stream as usize] += u64::from(is_in_window);
        self.sink.done(&QuickItem {
            number: done.number,
            demand: done.demand,
            stream,
            is_measured: done.is_measured,
            has_gone_back: done.has_gone_back,
            arrived: SimTime(done.arrived),
            done: SimTime(now),
            adds_up_to: done.adds_up_to,
            marks: done.marks,
        });
    }

    /// Counts what still goes on, hands the sums over, and puts the summary together.
    pub(super) fn summary(mut self, end: RunEnd) -> RunSummary {
        self.tell();
        if self.is_terminating {
            let first = self.counts.first_arrival.unwrap_or(0);
            self.window = Window {
                warm_up: SimTime(first),
                horizon: SimTime(self.now.max(first)),
            };
        }
        self.count_what_goes_on();
        self.sink.totals(&self.totals());
        let Window { warm_up, horizon } = self.window;
        let seen = SimTime(horizon.0.min(self.now));
        let open = seen.0.saturating_sub(warm_up.0);
        let mut teams = vec![
            TeamTotals {
                open,
                ..TeamTotals::default()
            };
            self.plan.teams.len()
        ];
        let mut stages = vec![StageTotals::default(); self.plan.stages.len()];
        let lanes = self.stages.iter().zip(&self.lanes.facts).zip(&self.rest);
        for (place, ((lane, facts), rest)) in lanes.enumerate() {
            let visits = self.visits(place);
            let working = (visits.working as i64 + rest.work_in_window) as u64;
            let wait = (visits.wait as i64 + rest.wait_in_window) as u64;
            let stage = &mut stages[facts.place as usize];
            stage.queue += wait;
            stage.inside += wait + working;
            if let Some(team) = teams.get_mut(lane.team as usize) {
                team.busy += working * u64::from(lane.crew);
                team.queue += wait;
            }
        }
        let counts = &self.counts;
        RunSummary {
            end,
            at: SimTime(self.now),
            window: self.window,
            events: counts.events,
            arrived: u64::from(counts.numbers),
            measured: counts.measured,
            done: counts.done,
            unfinished: counts.measured - counts.done,
            done_in_window: counts.done_in_window,
            turned_away: vec![0; self.plan.streams.len()],
            feedback_items: 0,
            teams,
            stages,
            wip: self.wip,
            done_by_stream: self.done_by_stream,
        }
    }

    /// Returns the sums over all visits of measured items at a stage.
    pub(super) fn visits(&self, lane: usize) -> VisitTotals {
        let first = &self.stages[lane].sums;
        let mut all = VisitTotals {
            count: u64::from(first.count),
            working: first.working,
            wait: first.wait,
            had_to_wait: u64::from(first.had_to_wait),
        };
        if let Some(later) = self.later.get(lane) {
            for part in &later.by {
                all.count += part.count;
                all.working += part.working;
                all.wait += part.wait;
                all.had_to_wait += part.had_to_wait;
            }
        }
        all
    }

    /// Adds to the integrals what has begun and not ended.
    pub(super) fn count_what_goes_on(&mut self) {
        let now = self.now;
        for item in self.items.iter().filter(|item| item.tokens > 0) {
            let stream = self.lanes.demands[item.demand as usize].stream;
            self.wip[stream as usize] += self.in_window(item.arrived, now);
        }
        for own in &self.tokens {
            if own.state == State::Gone {
                continue;
            }
            let place = match own.state {
                State::Queued | State::InWork | State::Ready => own.at,
                _ => self.handoffs[own.at as usize].to,
            };
            if own.item == NONE {
                let demand = self.stages[place as usize].demand;
                let stream = self.lanes.demands[demand as usize].stream;
                self.wip[stream as usize] += self.in_window(own.arrived, now);
            }
            let (wait, work) = match own.state {
                State::Queued => (self.in_window(own.ready, now), 0),
                State::InWork => (
                    self.in_window(own.ready, own.started),
                    self.in_window(own.started, now),
                ),
                _ => (0, 0),
            };
            self.rest[place as usize].wait_in_window += wait as i64;
            self.rest[place as usize].work_in_window += work as i64;
        }
    }

    pub(super) fn totals(&self) -> Totals {
        let stages = self.stages.iter().enumerate().map(|(place, lane)| {
            let visits = self.visits(place);
            let is_direct = self.lanes.demands[lane.demand as usize].is_direct;
            let later = self.later.get(place).copied().unwrap_or_default();
            let sums = &lane.sums;
            let first = VisitTotals {
                count: u64::from(sums.count),
                working: sums.working,
                wait: sums.wait,
                had_to_wait: u64::from(sums.had_to_wait),
            };
            let paths = if is_direct {
                let all = PathTotals {
                    working: sums.working,
                    wait: sums.wait,
                };
                PathSums {
                    by: [all, PathTotals::default()],
                    items_on_path: u64::from(sums.count),
                    stamp: 0,
                }
            } else {
                self.paths[place]
            };
            let started = visits.working as i64 + self.rest[place].started_in_window;
            StageSums {
                demand: lane.demand,
                stage: self.lanes.facts[place].place,
                crew: u32::from(lane.crew),
                first,
                later: later.by,
                by_pass: later.by_pass,
                path: paths.by,
                items_on_path: paths.items_on_path,
                started_in_window: if lane.team == NONE { 0 } else { started as u64 },
            }
        });
        let mut handoffs: Vec<HandoffSums> = Vec::with_capacity(self.handoffs.len());
        for (demand, own) in (0..).zip(&self.lanes.demands) {
            let end = (self.lanes.demands.get(demand as usize + 1))
                .map_or(self.handoffs.len(), |next| next.handoffs as usize);
            let lanes = &self.handoffs[own.handoffs as usize..end];
            handoffs.extend(lanes.iter().map(|lane| HandoffSums {
                demand,
                handoff: lane.place,
                count: lane.sums.count,
                delay: lane.sums.delay,
                path: if own.is_direct {
                    lane.sums.delay
                } else {
                    lane.sums.path
                },
                items_on_path: if own.is_direct {
                    lane.sums.count
                } else {
                    lane.sums.items_on_path
                },
            }));
        }
        // Who hops over a handoff was counted where it left.
        let lanes = self.stages.iter().zip(&self.lanes.facts);
        for (lane, facts) in lanes.filter(|(lane, _)| lane.hop != NONE) {
            let way = &mut handoffs[facts.always as usize];
            way.count = u64::from(lane.sums.count);
            way.items_on_path = u64::from(lane.sums.count);
        }
        let mut demands = self.demands.clone();
        for (demand, source) in demands.iter_mut().zip(&self.sources) {
            demand.measured = u64::from(source.measured);
        }
        for lane in &self.stages {
            demands[lane.demand as usize].wait_across_teams += lane.sums.wait_across;
        }
        Totals {
            demands,
            stages: stages.collect(),
            handoffs,
        }
    }
}
