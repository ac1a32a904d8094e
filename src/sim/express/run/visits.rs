//! Visits, and the teams that work.

use super::{Flags, GivesUp, MOST_COMPARED, Piece, Run, State, Token, precedes};
use crate::sim::agenda::Rank;
use crate::sim::express::lanes::{Lanes, StageLane};
use crate::sim::express::totals::QuickSink;
use crate::sim::luck::Luck;
use crate::sim::plan::{Later, NONE};

impl<S: QuickSink> Run<'_, S> {
    /// A token is ready at a stage.
    #[inline(always)]
    pub(super) fn begin_visit(&mut self, token: u32, stage: u32, is_across: bool) {
        let is_quiet = self.is_quiet();
        self.begin_visit_when(is_quiet, token, stage, is_across);
    }

    /// The same, where it is known whether it is quiet.
    #[inline(always)]
    pub(super) fn begin_visit_when(
        &mut self,
        is_quiet: bool,
        token: u32,
        stage: u32,
        is_across: bool,
    ) {
        let now = self.now;
        let lane = &self.stages[stage as usize];
        let own = &mut self.tokens[token as usize];
        own.at = stage;
        own.ready = now;
        own.flags.set(Flags::ACROSS, is_across);
        if own.item != NONE {
            let (pass, is_rework) = self
                .memory
                .begin_visit(own.item, self.lanes.facts[stage as usize].memory);
            own.pass = pass.min(u32::from(u16::MAX)) as u16;
            own.flags.set(Flags::REWORK, is_rework);
        }
        let place = lane.team;
        let Some(team) = self.teams.get_mut(place as usize) else {
            return self.begin_without_team(token);
        };
        own.state = State::Queued;
        own.next = NONE;
        if team.first == NONE {
            if is_quiet
                && team.free >= u32::from(lane.crew)
                && let Some(work) = work_of(self.lanes, lane, own)
                && work > 0
            {
                // Nothing else happens at this instant, and nothing that starts now is done by now.
                own.state = State::InWork;
                own.started = now;
                team.free -= u32::from(lane.crew);
                let number = own.number;
                self.schedule(now + work, Rank::Finish, number, token);
                return;
            }
            team.first = token;
            team.last = token;
            if !team.is_stirred {
                team.is_stirred = true;
                self.stirred.push(place);
            }
        } else {
            let last = std::mem::replace(&mut team.last, token);
            self.tokens[last as usize].next = token;
        }
    }

    #[inline(never)]
    fn begin_without_team(&mut self, token: u32) {
        let now = self.now;
        let work = self.work_of(token);
        let own = &mut self.tokens[token as usize];
        let number = own.number;
        if work > 0 {
            own.state = State::InWork;
            own.started = now;
            self.schedule(now + work, Rank::Finish, number, token);
        } else {
            // Its start takes its turn among the others of this instant.
            own.state = State::Ready;
            self.schedule(now, Rank::Start, number, token);
        }
    }

    /// Draws the work of a visit.
    #[inline(always)]
    pub(super) fn work_of(&self, token: u32) -> u64 {
        let own = &self.tokens[token as usize];
        match work_of(self.lanes, &self.stages[own.at as usize], own) {
            Some(work) => work,
            None => self.other_work(token),
        }
    }

    #[inline(never)]
    fn other_work(&self, token: u32) -> u64 {
        let own = &self.tokens[token as usize];
        let lane = &self.stages[own.at as usize];
        let luck = Luck::new(own.key, lane.work_key, u32::from(own.pass), 0);
        self.drawn_by_plan(own.at, own.flags.has(Flags::REWORK), luck)
    }

    /// Draws the work of a visit as the plan says.
    pub(super) fn drawn_by_plan(&self, lane: u32, is_rework: bool, luck: Luck) -> u64 {
        let facts = &self.lanes.facts[lane as usize];
        let lane = &self.stages[lane as usize];
        let stage = &self.plan.stages[facts.place as usize];
        let demand = &self.plan.demands[lane.demand as usize];
        let work = stage.work_of(demand.class.unwrap_or(NONE));
        match stage.later.as_deref().filter(|_| is_rework) {
            None => work.draw_times(stage.stretch, luck),
            Some(Later::Factor(factor)) => work.draw_times(factor * stage.stretch, luck),
            Some(Later::Work(later)) => later.draw_times(stage.stretch, luck),
        }
    }

    #[inline]
    pub(super) fn stir(&mut self, team: u32) {
        let state = &mut self.teams[team as usize];
        if !state.is_stirred && state.first != NONE {
            state.is_stirred = true;
            self.stirred.push(team);
        }
    }

    #[inline(always)]
    pub(super) fn start_stirred(&mut self, is_alone: bool) {
        if is_alone && self.stirred.len() == 1 {
            // Nearly always: nobody to compare with.
            let team = self.stirred[0];
            while let Some(head) = self.head_that_can_start(team) {
                if self.start(team, head) == self.now {
                    return;
                }
            }
            self.teams[team as usize].is_stirred = false;
            self.stirred.clear();
            return;
        }
        if is_alone && self.stirred.len() <= MOST_COMPARED {
            while let Some((team, head)) = self.next_start() {
                if self.start(team, head) == self.now {
                    // It goes on from the front; the teams stay stirred.
                    return;
                }
            }
            return;
        }
        self.call_stirred();
    }

    #[inline(never)]
    pub(super) fn call_stirred(&mut self) {
        while let Some(team) = self.stirred.pop() {
            self.teams[team as usize].is_stirred = false;
            if let Some(head) = self.head_that_can_start(team)
                && !self.tokens[head as usize].flags.has(Flags::CALLED)
            {
                let own = &mut self.tokens[head as usize];
                own.flags.set(Flags::CALLED, true);
                let number = own.number;
                self.schedule(self.now, Rank::Start, number, head);
            }
        }
    }

    #[inline]
    pub(super) fn next_start(&mut self) -> Option<(u32, u32)> {
        let mut first: Option<(u32, u32, u32)> = None;
        let mut place = 0;
        while let Some(&team) = self.stirred.get(place) {
            let Some(head) = self.head_that_can_start(team) else {
                self.teams[team as usize].is_stirred = false;
                self.stirred.swap_remove(place);
                continue;
            };
            place += 1;
            let number = self.tokens[head as usize].number;
            let is_first = first.is_none_or(|(least, _, other)| {
                number < least || (number == least && precedes(&self.tokens, head, other))
            });
            if is_first {
                first = Some((number, team, head));
            }
        }
        first.map(|(_, team, head)| (team, head))
    }

    #[inline(always)]
    pub(super) fn head_that_can_start(&self, team: u32) -> Option<u32> {
        let state = &self.teams[team as usize];
        let head = state.first;
        if head == NONE || state.free == 0 {
            return None;
        }
        if state.free < state.most_crew {
            let stage = self.tokens[head as usize].at;
            if u32::from(self.stages[stage as usize].crew) > state.free {
                return None;
            }
        }
        Some(head)
    }

    pub(super) fn called(&mut self, token: u32) {
        let own = &mut self.tokens[token as usize];
        own.flags.set(Flags::CALLED, false);
        let number = own.number;
        if own.state == State::Ready {
            own.state = State::InWork;
            own.started = self.now;
            self.schedule(self.now, Rank::Finish, number, token);
            return;
        }
        let team = self.stages[own.at as usize].team;
        if self.teams[team as usize].first == token && self.head_that_can_start(team).is_some() {
            self.start(team, token);
        }
        self.stir(team);
    }

    /// Starts the head of a team's queue. Returns when it is done.
    #[inline(always)]
    pub(super) fn start(&mut self, team: u32, token: u32) -> u64 {
        let now = self.now;
        let work = self.work_of(token);
        let own = &mut self.tokens[token as usize];
        own.state = State::InWork;
        own.started = now;
        let state = &mut self.teams[team as usize];
        state.first = own.next;
        state.free -= u32::from(self.stages[own.at as usize].crew);
        let (due, number) = (now + work, own.number);
        self.schedule(due, Rank::Finish, number, token);
        due
    }

    /// The work of a visit is done: it is counted, its people are free, and its item goes on.
    #[inline(always)]
    pub(super) fn finish(&mut self, token: u32) -> Result<(), GivesUp> {
        self.counts.events += 1;
        let own = &self.tokens[token as usize];
        if own.item == NONE {
            return self.finish_direct(token);
        }
        let at = own.at;
        self.add_piece_of_visit(token);
        self.release(at);
        self.leave(token)
    }

    /// The same for an item without pieces.
    #[inline(always)]
    fn finish_direct(&mut self, token: u32) -> Result<(), GivesUp> {
        let now = self.now;
        let own = &mut self.tokens[token as usize];
        let at = own.at as usize;
        let lane = &mut self.stages[at];
        let (working, wait) = (now - own.started, own.started - own.ready);
        own.told += working + wait;
        let (is_measured, flags) = (own.flags.has(Flags::MEASURED), lane.flags);
        if is_measured {
            let sums = &mut lane.sums;
            sums.count += 1;
            sums.had_to_wait += u32::from(wait > 0);
            sums.working += working;
            sums.wait += wait;
            sums.wait_across += wait * u64::from(own.flags.has(Flags::ACROSS));
        }
        let hop = lane.hop;
        if let Some(marks) = &self.marks {
            let place = self.lanes.facts[at].place;
            self.token_marks[token as usize] |= marks.stages[place as usize];
        }
        let is_quiet = self.release(at as u32);
        if !is_measured || now > self.window.horizon.0 {
            self.count_at_the_edge(token);
        }
        if hop != NONE {
            return self.hop(is_quiet, token, at as u32);
        }
        if flags.ends {
            self.end_direct(token);
            return Ok(());
        }
        self.leave(token)
    }

    /// Corrects the time in the window for a visit that does not lie in it as a whole, or whose
    /// item is not measured.
    #[inline(never)]
    pub(super) fn count_at_the_edge(&mut self, token: u32) {
        let now = self.now;
        let own = self.tokens[token as usize];
        let (working, wait) = if own.flags.has(Flags::MEASURED) {
            (now - own.started, own.started - own.ready)
        } else {
            (0, 0)
        };
        let work_in_window = self.in_window(own.started, now);
        let wait_in_window = self.in_window(own.ready, own.started);
        let starts = own.started >= self.window.warm_up.0 && own.started < self.window.horizon.0;
        let started = if starts { now - own.started } else { 0 };
        let rest = &mut self.rest[own.at as usize];
        rest.work_in_window += work_in_window as i64 - working as i64;
        rest.wait_in_window += wait_in_window as i64 - wait as i64;
        rest.started_in_window += started as i64 - working as i64;
    }

    /// Adds a visit that is over to the sums and to its item's pieces.
    #[inline]
    pub(super) fn add_piece_of_visit(&mut self, token: u32) {
        let now = self.now;
        let own = &mut self.tokens[token as usize];
        let facts = &self.lanes.facts[own.at as usize];
        let lane = &mut self.stages[own.at as usize];
        let (working, wait) = (now - own.started, own.started - own.ready);
        let is_rework = own.flags.has(Flags::REWORK);
        let item = &mut self.items[own.item as usize];
        if own.flags.has(Flags::MEASURED) {
            let had_to_wait = wait > 0;
            if own.pass == 0 {
                let sums = &mut lane.sums;
                sums.count += 1;
                sums.working += working;
                sums.wait += wait;
                sums.had_to_wait += u32::from(had_to_wait);
            } else {
                let later = &mut self.later[own.at as usize];
                let sums = &mut later.by[usize::from(is_rework)];
                sums.count += 1;
                sums.working += working;
                sums.wait += wait;
                sums.had_to_wait += u64::from(had_to_wait);
                if let Some(count) = later.by_pass.get_mut(usize::from(own.pass)) {
                    *count += 1;
                }
                item.has_gone_back |= is_rework;
            }
            if let Some(marks) = &self.marks {
                item.marks |= marks.stages[facts.place as usize];
            }
            let is_across = own.flags.has(Flags::ACROSS);
            let before = std::mem::replace(&mut own.piece, item.pieces.len() as u32);
            item.pieces.push(Piece {
                before,
                place: own.at << 3
                    | if is_rework { Piece::REWORK } else { 0 }
                    | if is_across { Piece::ACROSS } else { 0 },
                working,
                wait,
            });
            self.counts.pieces += 1;
        }
        self.memory.finish_visit(own.item, facts.memory);
        if !own.flags.has(Flags::MEASURED) || now > self.window.horizon.0 {
            self.count_at_the_edge(token);
        }
    }

    /// Frees the people of a visit that is over, for whoever waits. Returns whether it is quiet then.
    #[inline(always)]
    pub(super) fn release(&mut self, at: u32) -> bool {
        let is_quiet = self.is_quiet();
        let lane = &self.stages[at as usize];
        let place = lane.team;
        let Some(team) = self.teams.get_mut(place as usize) else {
            return is_quiet;
        };
        team.free += u32::from(lane.crew);
        if team.first == NONE || team.is_stirred || (is_quiet && self.start_waiting(place)) {
            return is_quiet;
        }
        self.teams[place as usize].is_stirred = true;
        self.stirred.push(place);
        false
    }

    /// Returns whether nothing else happens at this instant: what can start may start at once, since
    /// nothing is left that would come before it.
    #[inline(always)]
    fn is_quiet(&self) -> bool {
        self.stirred.is_empty() && self.agenda.instant() > self.now
    }

    /// Starts whoever waits for a team and can. It returns false when somebody is left who can, but
    /// has to take turns with what else starts at this instant, since there is no work: then it is
    /// done at this instant.
    #[inline(always)]
    fn start_waiting(&mut self, place: u32) -> bool {
        let now = self.now;
        loop {
            let team = &mut self.teams[place as usize];
            let token = team.first;
            if token == NONE || team.free == 0 {
                return true;
            }
            let own = &mut self.tokens[token as usize];
            let lane = &self.stages[own.at as usize];
            if team.free < u32::from(lane.crew) {
                return true;
            }
            let Some(work) = work_of(self.lanes, lane, own).filter(|&work| work > 0) else {
                return false;
            };
            own.state = State::InWork;
            own.started = now;
            team.first = own.next;
            team.free -= u32::from(lane.crew);
            let number = own.number;
            self.schedule(now + work, Rank::Finish, number, token);
        }
    }
}

/// Draws the work of a visit, where that needs no look into the plan.
#[inline(always)]
fn work_of(lanes: &Lanes, lane: &StageLane, own: &Token) -> Option<u64> {
    let luck = Luck::new(own.key, lane.work_key, u32::from(own.pass), 0);
    lanes.works[lane.work as usize].draw(&lanes.tables, luck)
}
