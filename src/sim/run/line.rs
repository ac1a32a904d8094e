//! Lines for slots that take so many items each.
//!
//! What sets out joins the line. At a slot the agenda lets the first of the line go, which arrive at
//! that instant; what comes later at the same instant goes with them while there are places.

use super::{NEVER, NEW, NONE, Rank, Run, Sink, State};
use crate::sim::plan::{Delay, Places};

/// The items that wait for the slots of one handoff.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    first: u32,
    last: u32,
    /// The slot that came last, and how many of its places are taken.
    slot: u64,
    taken: u32,
    /// The slot that stands in the agenda, `NEVER` when none does.
    due: u64,
}

impl Line {
    pub const EMPTY: Self = Self {
        first: NONE,
        last: NONE,
        slot: NEVER,
        taken: 0,
        due: NEVER,
    };
}

impl<S: Sink> Run<'_, S> {
    /// A token that sets out now waits in line for a place.
    pub(super) fn stand_in_line(&mut self, token: u32, handoff: u32, places: Places, order: u32) {
        let line = &mut self.lines[places.line as usize];
        if line.slot == self.now && line.taken < places.per_slot {
            line.taken += 1;
            self.take_slot(token, order);
            return;
        }
        let before = std::mem::replace(&mut line.last, token);
        let own = &mut self.tokens[token];
        own.state = State::InLine;
        own.before = before;
        own.after = NONE;
        if before == NONE {
            line.first = token;
            let is_over = line.slot == self.now;
            self.await_slot(handoff, places.line, self.now + u64::from(is_over));
        } else {
            self.tokens[before].after = token;
        }
    }

    /// A token goes with the slot of this instant.
    fn take_slot(&mut self, token: u32, order: u32) {
        let now = self.now;
        let own = &mut self.tokens[token];
        own.state = State::OnWay;
        own.due = now;
        self.schedule(now, Rank::Slot, order, token);
    }

    /// Puts the first slot from an instant on into the agenda, unless one stands there.
    fn await_slot(&mut self, handoff: u32, line: u32, from: u64) {
        let Delay::Scheduled { slots, .. } = &self.plan.handoffs[handoff as usize].delay else {
            return;
        };
        let due = slots.next_from(from).unwrap_or(NEVER);
        let state = &mut self.lines[line as usize];
        if state.due == NEVER && due < NEVER {
            state.due = due;
            // Behind all finishes of its instant, before what then arrives.
            self.schedule(due, Rank::Finish, NEW, handoff);
        }
    }

    /// It is time for a slot: the first in line go.
    pub(super) fn slot(&mut self, handoff: u32) {
        let Delay::Scheduled {
            places: Some(places),
            ..
        } = self.plan.handoffs[handoff as usize].delay
        else {
            return;
        };
        let line = &mut self.lines[places.line as usize];
        line.slot = self.now;
        line.taken = 0;
        line.due = NEVER;
        for _ in 0..places.per_slot {
            let token = self.lines[places.line as usize].first;
            if token == NONE {
                break;
            }
            self.leave_line(token, places.line);
            self.lines[places.line as usize].taken += 1;
            let order = self.order_of(token);
            self.take_slot(token, order);
        }
        if self.lines[places.line as usize].first != NONE {
            self.await_slot(handoff, places.line, self.now + 1);
        }
    }

    /// Takes a token out of its line; those behind it move up.
    pub(super) fn leave_line(&mut self, token: u32, line: u32) {
        let own = &self.tokens[token];
        let (before, after) = (own.before, own.after);
        let line = &mut self.lines[line as usize];
        if before == NONE {
            line.first = after;
        } else {
            self.tokens[before].after = after;
        }
        if after == NONE {
            line.last = before;
        } else {
            self.tokens[after].before = before;
        }
    }
}
