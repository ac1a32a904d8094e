//! Visits, and the teams that work.

use super::{Flags, GivesUp, MOST_COMPARED, Piece, Run, State, precedes};
use crate::sim::agenda::Rank;
use crate::sim::express::totals::QuickSink;
use crate::sim::luck::Luck;
use crate::sim::plan::{Later, NONE};

impl<S: QuickSink> Run<'_, S> {
    /// A token is ready at a stage.
    #[inline(always)]
    pub(super) fn begin_visit(&mut self, token: u32, stage: u32, is_across: bool) {
        let now = self.now;
        let lane = &self.stages[stage as usize];
        let own = &mut self.tokens[token as usize];
        own.at = stage;
        own.ready = now;
        own.flags.set(Flags::ACROSS, is_across);
        if own.item != NONE {
            let (pass, is_rework) = self.memory.begin_visit(own.item, lane.memory);
            own.pass = pass.min(u32::from(u16::MAX)) as u16;
            own.flags.set(Flags::REWORK, is_rework);
        }
        if lane.team == NONE {
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
            return;
        }
        own.state = State::Queued;
        own.next = NONE;
        let place = lane.team;
        let team = &mut self.teams[place as usize];
        let last = std::mem::replace(&mut team.last, token);
        if team.first == NONE {
            team.first = token;
            if !team.is_stirred {
                team.is_stirred = true;
                self.stirred.push(place);
            }
        } else {
            self.tokens[last as usize].next = token;
        }
    }

    /// Draws the work of a visit.
    #[inline(always)]
    pub(super) fn work_of(&self, token: u32) -> u64 {
        let own = &self.tokens[token as usize];
        let lane = &self.stages[own.at as usize];
        let luck = Luck::new(own.key, lane.work_key, u32::from(own.pass), 0);
        match lane.work.draw(&self.tables, luck) {
            Some(work) => work,
            None => self.other_work(token, luck),
        }
    }

    #[inline(never)]
    fn other_work(&self, token: u32, luck: Luck) -> u64 {
        let own = &self.tokens[token as usize];
        self.drawn_by_plan(own.at, own.flags.has(Flags::REWORK), luck)
    }

    /// Draws the work of a visit as the plan says.
    pub(super) fn drawn_by_plan(&self, lane: u32, is_rework: bool, luck: Luck) -> u64 {
        let lane = &self.stages[lane as usize];
        let stage = &self.plan.stages[lane.place as usize];
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
        if head == NONE {
            return None;
        }
        if state.free < state.most_crew {
            let stage = self.tokens[head as usize].at;
            if self.stages[stage as usize].crew > state.free {
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
        state.free -= self.stages[own.at as usize].crew;
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
            sums.working += working;
            sums.wait += wait;
            sums.had_to_wait += u64::from(wait > 0);
            if own.flags.has(Flags::ACROSS) {
                self.demands[lane.demand as usize].wait_across_teams += wait;
            }
        }
        if let Some(team) = self.teams.get_mut(lane.team as usize) {
            team.free += lane.crew;
            if team.first != NONE && !team.is_stirred {
                team.is_stirred = true;
                self.stirred.push(lane.team);
            }
        }
        if let Some(marks) = &self.marks {
            self.token_marks[token as usize] |= marks.stages[lane.place as usize];
        }
        let hop = lane.hop;
        if !is_measured || now > self.window.horizon.0 {
            self.count_at_the_edge(token);
        }
        if hop != NONE {
            return self.hop(token, at as u32);
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
        let lane = &mut self.stages[own.at as usize];
        let (working, wait) = (now - own.started, own.started - own.ready);
        let is_rework = own.flags.has(Flags::REWORK);
        let item = &mut self.items[own.item as usize];
        if own.flags.has(Flags::MEASURED) {
            let had_to_wait = u64::from(wait > 0);
            if own.pass == 0 {
                let sums = &mut lane.sums;
                sums.count += 1;
                sums.working += working;
                sums.wait += wait;
                sums.had_to_wait += had_to_wait;
            } else {
                let later = &mut self.later[own.at as usize];
                let sums = &mut later.by[usize::from(is_rework)];
                sums.count += 1;
                sums.working += working;
                sums.wait += wait;
                sums.had_to_wait += had_to_wait;
                if let Some(count) = later.by_pass.get_mut(usize::from(own.pass)) {
                    *count += 1;
                }
                item.has_gone_back |= is_rework;
            }
            if let Some(marks) = &self.marks {
                item.marks |= marks.stages[lane.place as usize];
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
        self.memory.finish_visit(own.item, lane.memory);
        if !own.flags.has(Flags::MEASURED) || now > self.window.horizon.0 {
            self.count_at_the_edge(token);
        }
    }

    /// Frees the people of a visit that is over.
    #[inline(always)]
    pub(super) fn release(&mut self, at: u32) {
        let lane = &self.stages[at as usize];
        if lane.team == NONE {
            return;
        }
        let (place, team) = (lane.team, &mut self.teams[lane.team as usize]);
        team.free += lane.crew;
        if team.first != NONE && !team.is_stirred {
            team.is_stirred = true;
            self.stirred.push(place);
        }
    }
}
