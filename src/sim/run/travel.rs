//! Ways: where items go when a visit is done, on the way, at joins, and back.

use super::{BY_FEEDBACK, Entry, NEVER, NONE, Rank, Run, Sink, State};
use crate::model::HandoffKind;
use crate::sim::luck::Luck;
use crate::sim::memory::{ABSENT, PASSED};
use crate::sim::plan::Delay;
use crate::sim::record::{PassageRecord, Place, SimTime, Slice, VisitEnd};
use crate::sim::routing::Way;

/// Returns the way on whose piece of the line a draw falls, if any.
fn drawn(ways: &[Way], at: f64) -> Option<u32> {
    ways.iter()
        .find(|way| at < way.until)
        .map(|way| way.handoff)
}

impl<S: Sink> Run<'_, S> {
    /// A token whose work is done leaves its stage: information flows back, and the item goes back
    /// or on, waits for room where it goes, or ends here.
    #[inline]
    pub(super) fn leave(&mut self, token: u32) {
        let plan = self.plan;
        let own = &self.tokens[token];
        let (of_item, stage, pass) = (own.item, own.place, own.pass);
        let item = &self.items[of_item];
        let item_key = item.key;
        let routing = &plan.routings[item.routing as usize];
        let ways = &routing.stages[stage as usize];
        if ways.always != NONE {
            self.depart(token);
            self.set_out(token, ways.always, pass);
            return;
        }
        for way in ways.feedback.of(&routing.ways) {
            let key = plan.handoffs[way.handoff as usize].feedback_key;
            if Luck::new(item_key, key, pass, 0).unit() < way.until {
                self.feed_back(of_item, way.handoff, pass);
            }
        }
        if !ways.rework.is_empty() {
            let key = plan.stages[stage as usize].rework_key;
            let at = Luck::new(item_key, key, pass, 0).unit();
            if let Some(handoff) = drawn(ways.rework.of(&routing.ways), at)
                && self.goes_back(of_item, handoff)
            {
                self.depart(token);
                self.withdraw_behind(token, handoff);
                self.set_out(token, handoff, pass);
                return;
            }
        }
        let choice = match ways.forward.of(&routing.ways) {
            [] => {
                self.depart(token);
                self.end_token(token);
                return;
            }
            [way] => way.handoff,
            _ if ways.takes_all => NONE,
            several => {
                let total = several.last().map_or(0.0, |way| way.until);
                let key = plan.stages[stage as usize].route_key;
                let at = Luck::new(item_key, key, pass, 0).unit() * total;
                drawn(several, at)
                    // Only a rounding of the product can lead here.
                    .unwrap_or(several[several.len() - 1].handoff)
            }
        };
        if ways.may_be_blocked {
            self.go_or_wait(token, choice);
        } else {
            self.depart(token);
            self.go_on(token, choice);
        }
    }

    /// Counts a way back over a handoff; returns whether the item may still take it.
    fn goes_back(&mut self, item: u32, handoff: u32) -> bool {
        let Some(most) = self.plan.handoffs[handoff as usize].most else {
            return true;
        };
        let count = self.items.memory.count(item, most.memory);
        let may = *count < most.times;
        *count += u32::from(may);
        may
    }

    /// Returns the ways on from the stage where a token is.
    pub(super) fn ways_on(&self, token: u32) -> &[Way] {
        let own = &self.tokens[token];
        let routing = &self.plan.routings[self.items[own.item].routing as usize];
        let ways = &routing.stages[own.place as usize];
        ways.forward.of(&routing.ways)
    }

    /// A token that has departed sets out over a handoff, or over all ways on (`NONE`).
    #[inline]
    pub(super) fn go_on(&mut self, token: u32, choice: u32) {
        let own = &self.tokens[token];
        let (of_item, pass, node) = (own.item, own.pass, own.node);
        if choice != NONE {
            self.set_out(token, choice, pass);
            return;
        }
        let routing = &self.plan.routings[self.items[of_item].routing as usize];
        let all = routing.stages[own.place as usize].forward.of(&routing.ways);
        // All tokens first: none of them may take itself for the only one.
        let from = self.scratch.len();
        self.scratch.push(token);
        for _ in 1..all.len() {
            let another = self.add_token(of_item, node);
            self.scratch.push(another);
        }
        for (n, way) in all.iter().enumerate() {
            let token = self.scratch[from + n];
            self.set_out(token, way.handoff, pass);
        }
        self.scratch.truncate(from);
    }

    /// A token sets out over a handoff, and takes room where it leads.
    #[inline]
    fn set_out(&mut self, token: u32, handoff: u32, pass: u32) {
        let own = &mut self.tokens[token];
        let of_item = own.item;
        let way = &self.plan.handoffs[handoff as usize];
        if way.is_instant && !self.room.has_appeared() {
            let number = self.items[of_item].who.number;
            let entry = Entry::new(self.now, Rank::Arrival, number, token);
            if self.agenda.is_after(entry) {
                own.place = handoff;
                own.ready = self.now;
                own.is_rework = false;
                self.occupy(way.to);
                self.arrive(token);
                return;
            }
        }
        let is_rework =
            way.kind != HandoffKind::Forward || self.items.memory.has_passed(of_item, way.memory);
        let key = self.items[of_item].key;
        self.tokens[token].is_rework = is_rework;
        self.occupy(way.to);
        self.travel(token, handoff, key, pass);
    }

    /// A token is on its way over a handoff from now on.
    #[inline]
    pub(super) fn travel(&mut self, token: u32, handoff: u32, item_key: u64, pass: u32) {
        let now = self.now;
        let way = &self.plan.handoffs[handoff as usize];
        let own = &mut self.tokens[token];
        own.state = State::OnWay;
        own.place = handoff;
        own.pass = pass;
        own.ready = now;
        own.due = NEVER;
        let order = self.order_of(token);
        let (due, rank) = match &way.delay {
            Delay::Sampled(delay) => {
                let luck = Luck::new(item_key, way.delay_key, pass, 0);
                (now + delay.draw(luck), Rank::Arrival)
            }
            Delay::Scheduled {
                places: Some(places),
                ..
            } => return self.stand_in_line(token, handoff, *places, order),
            Delay::Scheduled { slots, .. } => (slots.next_from(now).unwrap_or(NEVER), Rank::Slot),
        };
        self.tokens[token].due = due;
        let is_next = due == now
            && order != BY_FEEDBACK
            && !self.room.has_appeared()
            && self.agenda.is_after(Entry::new(now, rank, order, token));
        if is_next {
            // Nothing comes before it: it need not stand in the agenda.
            self.arrive(token);
        } else if due < NEVER {
            self.schedule(due, rank, order, token);
        }
    }

    /// Returns by which item number a token on its way arrives.
    pub(super) fn order_of(&self, token: u32) -> u32 {
        let own = &self.tokens[token];
        match self.plan.handoffs[own.place as usize].kind {
            HandoffKind::Feedback => BY_FEEDBACK,
            HandoffKind::Forward | HandoffKind::Rework { .. } => self.items[own.item].who.number,
        }
    }

    /// A token arrives over a handoff.
    #[inline]
    pub(super) fn arrive(&mut self, token: u32) {
        let now = self.now;
        let plan = self.plan;
        self.end_passage(token, false);
        let own = &mut self.tokens[token];
        let handoff = own.place;
        own.due = NEVER;
        own.came_over = handoff;
        let way = &plan.handoffs[handoff as usize];
        let delay = now - own.ready;
        self.counts.events += u64::from(delay > 0);
        let of_item = own.item;
        self.items.memory.pass(of_item, way.memory);
        let (node, segment) = self.paths.add(&mut self.items[of_item], own.node);
        // Field by field: what is put together elsewhere first is copied more slowly.
        segment.place = Place::Handoff(handoff);
        segment.is_rework = own.is_rework;
        segment.from = SimTime(own.ready);
        segment.slices.0.fill(0);
        segment.slices[Slice::Handoff] = delay;
        segment.closed_before = 0;
        segment.is_across_teams = false;
        own.node = node;
        let routing = &plan.routings[self.items[of_item].routing as usize];
        match routing.join_way[handoff as usize] {
            NONE => self.begin_visit(token, way.to),
            join_way => {
                let join = routing.stages[way.to as usize].join;
                self.come_to_join(token, way.to, join_way, join.places());
            }
        }
    }

    /// Writes the record of a passage that ends now.
    #[inline]
    pub(super) fn end_passage(&mut self, token: u32, is_withdrawn: bool) {
        let own = &self.tokens[token];
        self.sink.passage(&PassageRecord {
            item: self.items[own.item].who,
            handoff: own.place,
            set_out: SimTime(own.ready),
            arrived: SimTime(self.now),
            is_rework: own.is_rework,
            is_withdrawn,
        });
    }

    /// A token has come over one of the ways of a join. The join opens when all are valid.
    fn come_to_join(&mut self, token: u32, stage: u32, way: u32, all: std::ops::Range<u32>) {
        let item = self.tokens[token].item;
        let waiting = *self.items.memory.join(item, way);
        if waiting != ABSENT && waiting != PASSED {
            // Two over one handoff before the join opens count as one, the one that came first.
            self.drop_token(token);
            self.look_for_stuck(item);
            return;
        }
        *self.items.memory.join(item, way) = token;
        let is_complete = all
            .clone()
            .all(|way| *self.items.memory.join(item, way) != ABSENT);
        if !is_complete {
            self.tokens[token].state = State::AtJoin;
            self.items[item].at_joins += 1;
            self.look_for_stuck(item);
            return;
        }
        for way in all {
            let other = std::mem::replace(self.items.memory.join(item, way), PASSED);
            if other != PASSED && other != token {
                self.items[item].at_joins -= 1;
                self.drop_token(other);
            }
        }
        self.begin_visit(token, stage);
    }

    /// Withdraws what an item has built on the stage that a rework handoff leads to.
    #[inline(never)]
    fn withdraw_behind(&mut self, returning: u32, handoff: u32) {
        let plan = self.plan;
        let of_item = self.tokens[returning].item;
        let routing = &plan.routings[self.items[of_item].routing as usize];
        let Some(withdrawal) = routing.withdrawal_of(handoff) else {
            return;
        };
        let from = self.scratch.len();
        let mut next = self.items[of_item].newest;
        while next != NONE {
            let own = &self.tokens[next];
            let judged_by = match own.state {
                State::OnWay | State::InLine | State::AtJoin => {
                    plan.handoffs[own.place as usize].from
                }
                _ => own.place,
            };
            if next != returning && withdrawal.concerns(judged_by) {
                self.scratch.push(next);
            }
            next = own.older;
        }
        // Those made first go first.
        while self.scratch.len() > from {
            let token = self.scratch.pop().expect("just seen");
            self.withdraw(token);
        }
        for &way in &withdrawal.join_ways {
            *self.items.memory.join(of_item, way) = ABSENT;
        }
    }

    #[inline(never)]
    fn withdraw(&mut self, token: u32) {
        let own = self.tokens[token];
        match own.state {
            State::Queued => {
                if let Some(team) = self.plan.stages[own.place as usize].team {
                    self.dequeue(team, token);
                    self.stir(team);
                }
                self.end_visit(token, VisitEnd::WithdrawnWaiting);
            }
            State::Ready => {
                self.end_visit(token, VisitEnd::WithdrawnWaiting);
            }
            State::InWork => {
                self.count_work(own.place, own.started);
                self.end_visit(token, VisitEnd::WithdrawnWorking);
            }
            State::Blocked => {
                self.unwatch(token);
                self.end_visit(token, VisitEnd::WithdrawnWorking);
            }
            State::Gathering | State::InBatch | State::InCopies => self.withdraw_job(token),
            State::OnWay | State::InLine => {
                let way = &self.plan.handoffs[own.place as usize];
                if let (
                    State::InLine,
                    Delay::Scheduled {
                        places: Some(places),
                        ..
                    },
                ) = (own.state, &way.delay)
                {
                    self.leave_line(token, places.line);
                }
                self.end_passage(token, true);
                self.vacate(way.to);
            }
            State::AtJoin => self.items[own.item].at_joins -= 1,
            State::AtDoor | State::Finished | State::Gone => return,
        }
        self.drop_token(token);
    }
}
