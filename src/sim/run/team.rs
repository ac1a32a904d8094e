//! Teams: people, queues and openings.

use super::{NEVER, NEW, NONE, Rank, Run, Sink, State};
use crate::sim::plan::PlanTeam;
use crate::sim::record::{SimTime, TeamTotals};

/// What a team is doing.
#[derive(Debug)]
pub(super) struct TeamState {
    /// People who are free.
    free: u32,
    /// The queue, first come first: its ends, and links in the tokens.
    first: u32,
    last: u32,
    is_stirred: bool,
    /// Whether its next opening stands in the agenda.
    pub is_waking: bool,
    /// The open span that was last looked at.
    open_from: u64,
    open_to: u64,
    pub totals: TeamTotals,
}

impl TeamState {
    pub fn new(team: &PlanTeam) -> Self {
        Self {
            free: team.people,
            first: NONE,
            last: NONE,
            is_stirred: false,
            is_waking: false,
            open_from: 0,
            open_to: if team.hours.is_some() { 0 } else { u64::MAX },
            totals: TeamTotals::default(),
        }
    }
}

impl<S: Sink> Run<'_, S> {
    /// Puts a token at the end of a team's queue.
    pub(super) fn enqueue(&mut self, team: u32, token: u32) {
        let state = &mut self.teams[team as usize];
        let last = std::mem::replace(&mut state.last, token);
        let own = &mut self.tokens[token];
        own.before = last;
        own.after = NONE;
        if last == NONE {
            state.first = token;
            self.stir(team);
        } else {
            self.tokens[last].after = token;
        }
    }

    /// Takes a token out of a team's queue.
    pub(super) fn dequeue(&mut self, team: u32, token: u32) {
        let (before, after) = {
            let own = &self.tokens[token];
            (own.before, own.after)
        };
        let state = &mut self.teams[team as usize];
        if before == NONE {
            state.first = after;
        }
        if after == NONE {
            state.last = before;
        }
        if before != NONE {
            self.tokens[before].after = after;
        }
        if after != NONE {
            self.tokens[after].before = before;
        }
    }

    /// Sees to it that a team looks at its queue when the starts of this instant come.
    pub(super) fn stir(&mut self, team: u32) {
        let state = &mut self.teams[team as usize];
        if !state.is_stirred && state.first != NONE {
            state.is_stirred = true;
            self.stirred.push(team);
        }
    }

    /// Frees people of a team.
    pub(super) fn release(&mut self, team: u32, crew: u32) {
        self.teams[team as usize].free += crew;
        self.stir(team);
    }

    /// Lets the stirred teams start what they can.
    ///
    /// One team alone takes its queue in order, until a start finishes at once. Several must take
    /// turns by item number: their heads are called through the agenda.
    pub(super) fn start_stirred(&mut self, is_alone: bool) {
        if let (true, [team]) = (is_alone, &self.stirred[..]) {
            let team = *team;
            while self.head_can_start(team) {
                let head = self.teams[team as usize].first;
                if self.start(team, head) == self.now {
                    // It goes on from the front; the team stays stirred.
                    return;
                }
            }
            self.teams[team as usize].is_stirred = false;
            self.stirred.clear();
            return;
        }
        while let Some(team) = self.stirred.pop() {
            self.teams[team as usize].is_stirred = false;
            let head = self.teams[team as usize].first;
            if self.head_can_start(team) && !self.tokens[head].is_called {
                self.tokens[head].is_called = true;
                let number = self.items[self.tokens[head].item].who.number;
                self.schedule(self.now, Rank::Start, number, head);
            }
        }
    }

    /// It is the turn of a token that was called, or that is ready at a stage without a team.
    pub(super) fn called(&mut self, token: u32) {
        self.tokens[token].is_called = false;
        let own = &self.tokens[token];
        if own.state == State::Ready {
            self.start_alone(token, 0);
            return;
        }
        let Some(team) = self.plan.stages[own.place as usize].team else {
            return;
        };
        if self.teams[team as usize].first == token && self.head_can_start(team) {
            self.start(team, token);
        }
        self.stir(team);
    }

    /// Returns whether the first in the queue can start now; when the team is closed, sees to its
    /// looking again at the next opening.
    fn head_can_start(&mut self, team: u32) -> bool {
        let now = self.now;
        let state = &mut self.teams[team as usize];
        if state.first == NONE {
            return false;
        }
        let stage = self.tokens[state.first].place;
        if self.plan.stages[stage as usize].crew > state.free {
            return false;
        }
        if now >= state.open_to {
            let span = self
                .plan
                .hours_of(team)
                .and_then(|hours| hours.span_from(now));
            (state.open_from, state.open_to) = span.unwrap_or((u64::MAX, u64::MAX));
        }
        if now >= state.open_from {
            return true;
        }
        if !state.is_waking && state.open_from != u64::MAX {
            state.is_waking = true;
            let at = state.open_from;
            self.schedule(at, Rank::Start, NEW, team);
        }
        false
    }

    /// Takes people for a crew. Returns when work of this length is done, when they start now.
    pub(super) fn take_people(&mut self, team: u32, crew: u32, work: u64) -> u64 {
        let now = self.now;
        let state = &mut self.teams[team as usize];
        state.free -= crew;
        if work <= state.open_to - now {
            return now + work;
        }
        self.plan
            .hours_of(team)
            .and_then(|hours| hours.add_work(SimTime(now), work))
            .map_or(NEVER, |end| end.0)
    }

    /// Divides `[from, to)` into open and closed milliseconds of a team.
    pub(super) fn split(&self, team: u32, from: u64, to: u64) -> (u64, u64) {
        let state = &self.teams[team as usize];
        if from >= state.open_from && to <= state.open_to {
            return (to - from, 0);
        }
        match self.plan.hours_of(team) {
            Some(hours) => hours.split(from, to),
            None => (to - from, 0),
        }
    }

    /// Returns the open milliseconds of a team in the part of `[from, to)` that is in the window.
    pub(super) fn busy(&self, team: u32, from: u64, to: u64) -> u64 {
        let from = from.max(self.window.warm_up.0);
        let to = to.min(self.window.horizon.0);
        if from < to {
            self.split(team, from, to).0
        } else {
            0
        }
    }
}
