//! Ways: on, back, over forks and into joins.

use super::{Flags, GivesUp, Piece, Run, State, precedes};
use crate::sim::agenda::{Entry, NEVER, Rank};
use crate::sim::express::lanes::LaneWay;
use crate::sim::express::totals::QuickSink;
use crate::sim::luck::Luck;
use crate::sim::memory::{ABSENT, PASSED};
use crate::sim::plan::{Delay, NONE};

impl<S: QuickSink> Run<'_, S> {
    /// A token is at once where the only way on leads to, unless something of this instant goes
    /// before it.
    #[inline(always)]
    pub(super) fn hop(&mut self, is_quiet: bool, token: u32, at: u32) -> Result<(), GivesUp> {
        let lane = &self.stages[at as usize];
        let (hop, is_across) = (lane.hop, lane.flags.hops_across);
        if !is_quiet {
            let own = &mut self.tokens[token as usize];
            let entry = Entry::new(self.now, Rank::Arrival, own.number, token);
            if !self.agenda.is_after(entry) {
                own.state = State::OnWay;
                own.at = self.lanes.facts[at as usize].always;
                own.ready = self.now;
                let number = own.number;
                self.schedule(self.now, Rank::Arrival, number, token);
                return Ok(());
            }
        }
        if let Some(marks) = &self.marks {
            let always = self.lanes.facts[at as usize].always;
            let place = self.handoffs[always as usize].place;
            self.token_marks[token as usize] |= marks.handoffs[place as usize];
        }
        self.begin_visit_when(is_quiet, token, hop, is_across);
        Ok(())
    }

    /// A token whose visit is over goes back, or on, or ends here.
    #[inline]
    pub(super) fn leave(&mut self, token: u32) -> Result<(), GivesUp> {
        let own = &self.tokens[token as usize];
        let lane = &self.stages[own.at as usize];
        let facts = &self.lanes.facts[own.at as usize];
        if facts.always != NONE {
            return self.set_out(token, facts.always);
        }
        if lane.flags.ends {
            return self.end_token(token);
        }
        let plan = self.plan;
        let lanes = self.lanes;
        let (back, on) = lanes.ways_out(own.at);
        let stage = &plan.stages[facts.place as usize];
        let (takes_all, demand) = (lane.flags.takes_all, lane.demand);
        let (item, key, pass) = (own.item, own.key, u32::from(own.pass));
        if own.pass == u16::MAX {
            return Err(GivesUp);
        }
        if !back.is_empty() {
            let at = Luck::new(key, stage.rework_key, pass, 0).unit();
            if let Some(way) = drawn(back, at)
                && self.goes_back(item, way.handoff)
            {
                let demand = &lanes.demands[demand as usize];
                let routing = &plan.routings[demand.routing as usize];
                if let Some(withdrawal) = routing.withdrawal_of(way.handoff) {
                    if self.items[item as usize].tokens > 1 {
                        return Err(GivesUp);
                    }
                    for &way in &withdrawal.join_ways {
                        *self.memory.join(item, way) = ABSENT;
                    }
                }
                return self.set_out(token, way.lane);
            }
        }
        match on {
            [] => self.end_token(token),
            [way] => self.set_out(token, way.lane),
            all if takes_all => self.fork(token, all),
            several => {
                let total = several.last().map_or(0.0, |way| way.until);
                let at = Luck::new(key, stage.route_key, pass, 0).unit() * total;
                // Only a rounding of the product can lead to none.
                let way = drawn(several, at).unwrap_or(several[several.len() - 1]);
                self.set_out(token, way.lane)
            }
        }
    }

    /// Counts a way back over a handoff; returns whether the item may still take it.
    pub(super) fn goes_back(&mut self, item: u32, handoff: u32) -> bool {
        let Some(most) = self.plan.handoffs[handoff as usize].most else {
            return true;
        };
        let count = self.memory.count(item, most.memory);
        let may = *count < most.times;
        *count += u32::from(may);
        may
    }

    /// A token sets out over all ways on.
    pub(super) fn fork(&mut self, token: u32, all: &[LaneWay]) -> Result<(), GivesUp> {
        // All tokens first: none of them may take itself for the only one.
        let from = self.scratch.len();
        self.scratch.push(token);
        let own = self.tokens[token as usize];
        for _ in 1..all.len() {
            let another = self.add_token(own);
            self.scratch.push(another);
        }
        self.items[own.item as usize].tokens += all.len() as u32 - 1;
        for (n, way) in all.iter().enumerate() {
            let token = self.scratch[from + n];
            self.set_out(token, way.lane)?;
        }
        self.scratch.truncate(from);
        Ok(())
    }

    /// A token sets out over a handoff.
    #[inline]
    pub(super) fn set_out(&mut self, token: u32, handoff: u32) -> Result<(), GivesUp> {
        let now = self.now;
        let lane = &self.handoffs[handoff as usize];
        let own = &mut self.tokens[token as usize];
        own.at = handoff;
        own.ready = now;
        if lane.is_instant {
            own.flags.set(Flags::REWORK, false);
            if self
                .agenda
                .is_after(Entry::new(now, Rank::Arrival, own.number, token))
            {
                return self.arrive(token);
            }
        } else if own.item != NONE {
            let is_rework = !lane.is_forward || self.memory.has_passed(own.item, lane.memory);
            own.flags.set(Flags::REWORK, is_rework);
        }
        own.state = State::OnWay;
        if lane.is_steady {
            let entry = Entry::new(now + self.lanes.steady, Rank::Arrival, own.number, token);
            let tokens = &self.tokens;
            (self.agenda).push_steady(entry, |_, a, b| precedes(tokens, a, b));
            return Ok(());
        }
        let luck = Luck::new(own.key, lane.delay_key, u32::from(own.pass), 0);
        let (due, rank) = match lane.delay.draw(&self.tables, luck) {
            Some(delay) => (now + delay, Rank::Arrival),
            None => match &self.plan.handoffs[lane.place as usize].delay {
                Delay::Sampled(delay) => (now + delay.draw(luck), Rank::Arrival),
                Delay::Scheduled { slots, .. } => {
                    (slots.next_from(now).unwrap_or(NEVER), Rank::Slot)
                }
            },
        };
        let number = own.number;
        if due >= NEVER {
            return Err(GivesUp);
        }
        let is_next = due == now && self.agenda.is_after(Entry::new(now, rank, number, token));
        if is_next {
            // Nothing comes before it: it need not stand in the agenda.
            return self.arrive(token);
        }
        self.schedule(due, rank, number, token);
        Ok(())
    }

    /// A token arrives over a handoff.
    #[inline]
    pub(super) fn arrive(&mut self, token: u32) -> Result<(), GivesUp> {
        let now = self.now;
        let own = &mut self.tokens[token as usize];
        let lane = &mut self.handoffs[own.at as usize];
        let delay = now - own.ready;
        self.counts.events += u64::from(delay > 0);
        let (to, join_way, is_across) = (lane.to, lane.join_way, lane.is_across_teams);
        let is_measured = own.flags.has(Flags::MEASURED);
        if own.item == NONE {
            own.told += delay;
            if is_measured {
                lane.sums.count += 1;
                lane.sums.delay[0] += delay;
            }
            if let Some(marks) = &self.marks {
                self.token_marks[token as usize] |= marks.handoffs[lane.place as usize];
            }
            self.begin_visit(token, to, is_across);
            return Ok(());
        }
        self.memory.pass(own.item, lane.memory);
        if is_measured {
            let is_rework = own.flags.has(Flags::REWORK);
            lane.sums.count += 1;
            lane.sums.delay[usize::from(is_rework)] += delay;
            let item = &mut self.items[own.item as usize];
            let before = std::mem::replace(&mut own.piece, item.pieces.len() as u32);
            item.pieces.push(Piece {
                before,
                place: own.at << 3 | Piece::HANDOFF | if is_rework { Piece::REWORK } else { 0 },
                working: 0,
                wait: delay,
            });
            self.counts.pieces += 1;
            if let Some(marks) = &self.marks {
                item.marks |= marks.handoffs[lane.place as usize];
            }
        }
        if join_way == NONE {
            self.begin_visit(token, to, is_across);
            return Ok(());
        }
        self.come_to_join(token, to, is_across)
    }

    /// A token has come over one of the ways of a join. The join opens when all are valid.
    pub(super) fn come_to_join(
        &mut self,
        token: u32,
        stage: u32,
        is_across: bool,
    ) -> Result<(), GivesUp> {
        let own = &mut self.tokens[token as usize];
        let lane = &self.handoffs[own.at as usize];
        let item = own.item;
        let (way, from, to) = (lane.join_way, lane.join_from, lane.join_to);
        let waiting = *self.memory.join(item, way);
        if waiting != ABSENT && waiting != PASSED {
            // Two over one handoff before the join opens count as one, the one that came first.
            self.free_token(token);
            self.items[item as usize].tokens -= 1;
            return self.look_for_stuck(item);
        }
        *self.memory.join(item, way) = token;
        let is_complete = (from..to).all(|way| *self.memory.join(item, way) != ABSENT);
        if !is_complete {
            self.tokens[token as usize].state = State::AtJoin;
            self.items[item as usize].at_joins += 1;
            return self.look_for_stuck(item);
        }
        for way in from..to {
            let other = std::mem::replace(self.memory.join(item, way), PASSED);
            if other != PASSED && other != token {
                self.free_token(other);
                let item = &mut self.items[item as usize];
                item.at_joins -= 1;
                item.tokens -= 1;
            }
        }
        self.begin_visit(token, stage, is_across);
        Ok(())
    }

    /// An item all of whose tokens wait at joins never gets on: the other engine says so.
    pub(super) fn look_for_stuck(&self, item: u32) -> Result<(), GivesUp> {
        let item = &self.items[item as usize];
        if item.tokens == item.at_joins {
            return Err(GivesUp);
        }
        Ok(())
    }
}

/// Returns the way on whose piece of the line a draw falls, if any.
fn drawn(ways: &[LaneWay], at: f64) -> Option<LaneWay> {
    ways.iter().find(|way| at < way.until).copied()
}
