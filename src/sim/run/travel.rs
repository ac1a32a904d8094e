//! Ways: where items go when a visit is done, on the way, at joins, and back.

use super::store::{ABSENT, PASSED};
use super::{Entry, NEVER, NONE, Rank, Run, Sink, State};
use crate::model::HandoffKind;
use crate::sim::luck::Luck;
use crate::sim::plan::Delay;
use crate::sim::record::{PassageRecord, Place, Segment, SimTime, Slice, Slices, VisitEnd};
use crate::sim::routing::Way;

/// Returns the way on whose piece of the line a draw falls, if any.
fn drawn(ways: &[Way], at: f64) -> Option<u32> {
    ways.iter()
        .find(|way| at < way.until)
        .map(|way| way.handoff)
}

impl<S: Sink> Run<'_, S> {
    /// A token leaves a stage where its visit is finished: information flows back, and the item
    /// goes back, on, or ends here.
    pub(super) fn leave(&mut self, token: u32, stage: u32, pass: u32) {
        let plan = self.plan;
        let of_item = self.tokens[token].item;
        let item = self.items[of_item];
        let routing = &plan.routings[item.routing as usize];
        let ways = &routing.stages[stage as usize];
        let place = &plan.stages[stage as usize];
        for way in ways.feedback.of(&routing.ways) {
            let key = plan.handoffs[way.handoff as usize].feedback_key;
            if Luck::new(item.key, key, pass, 0).unit() < way.until {
                self.feed_back(of_item, way.handoff, pass);
            }
        }
        if !ways.rework.is_empty() {
            let at = Luck::new(item.key, place.rework_key, pass, 0).unit();
            if let Some(handoff) = drawn(ways.rework.of(&routing.ways), at) {
                self.withdraw_behind(token, handoff);
                self.set_out(token, handoff, pass);
                return;
            }
        }
        match ways.forward.of(&routing.ways) {
            [] => self.end_token(token),
            [way] => self.set_out(token, way.handoff, pass),
            all if ways.takes_all => {
                // All tokens first: none of them may take itself for the only one.
                let node = self.tokens[token].node;
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
            several => {
                let total = several.last().map_or(0.0, |way| way.until);
                let at = Luck::new(item.key, place.route_key, pass, 0).unit() * total;
                let handoff = drawn(several, at)
                    // Only a rounding of the product can lead here.
                    .unwrap_or(several[several.len() - 1].handoff);
                self.set_out(token, handoff, pass);
            }
        }
    }

    /// Returns when what sets out now over a handoff arrives; `NEVER` when it does not.
    pub(super) fn arrival_after(&self, handoff: u32, item_key: u64, pass: u32) -> u64 {
        let way = &self.plan.handoffs[handoff as usize];
        match &way.delay {
            Delay::Sampled(delay) => {
                self.now + delay.draw(Luck::new(item_key, way.delay_key, pass, 0))
            }
            Delay::Scheduled(slots) => slots.next_from(self.now).unwrap_or(NEVER),
        }
    }

    /// A token sets out over a handoff.
    fn set_out(&mut self, token: u32, handoff: u32, pass: u32) {
        let now = self.now;
        let of_item = self.tokens[token].item;
        let (key, number) = {
            let item = &self.items[of_item];
            (item.key, item.who.number)
        };
        let way = &self.plan.handoffs[handoff as usize];
        let due = self.arrival_after(handoff, key, pass);
        let is_rework =
            way.kind != HandoffKind::Forward || self.items.has_passed(of_item, way.memory);
        let own = &mut self.tokens[token];
        own.state = State::OnWay;
        own.place = handoff;
        own.pass = pass;
        own.is_rework = is_rework;
        own.ready = now;
        own.due = due;
        if due == now
            && self
                .agenda
                .is_after(Entry::new(now, Rank::Arrival, number, token))
        {
            // Nothing comes before it: it need not stand in the agenda.
            self.arrive(token);
        } else if due < NEVER {
            self.schedule(due, Rank::Arrival, number, token);
        }
    }

    /// A token arrives over a handoff.
    pub(super) fn arrive(&mut self, token: u32) {
        let now = self.now;
        let plan = self.plan;
        let own = self.tokens[token];
        let handoff = own.place;
        let way = &plan.handoffs[handoff as usize];
        self.counts.events += 1;
        self.end_passage(token, false);
        let own_token = &mut self.tokens[token];
        own_token.due = NEVER;
        own_token.came_over = handoff;
        if way.kind == HandoffKind::Feedback {
            // The way of the information is no part of the new item's own time.
            self.begin_visit(token, way.to);
            return;
        }
        self.items.pass(own.item, way.memory);
        let mut slices = Slices::default();
        slices[Slice::Handoff] = now - own.ready;
        let node = self.paths.add(
            &mut self.items[own.item],
            own.node,
            Segment {
                place: Place::Handoff(handoff),
                is_rework: own.is_rework,
                from: SimTime(own.ready),
                slices,
                closed_before: 0,
                is_across_teams: false,
            },
        );
        self.tokens[token].node = node;
        let routing = &plan.routings[self.items[own.item].routing as usize];
        match routing.join_way[handoff as usize] {
            NONE => self.begin_visit(token, way.to),
            join_way => {
                let join = routing.stages[way.to as usize].join;
                self.come_to_join(token, way.to, join_way, join.places());
            }
        }
    }

    /// Writes the record of a passage that ends now.
    fn end_passage(&mut self, token: u32, is_withdrawn: bool) {
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
        let waiting = *self.items.join(item, way);
        if waiting != ABSENT && waiting != PASSED {
            // Two over one handoff before the join opens count as one, the one that came first.
            self.drop_token(token);
            self.look_for_stuck(item);
            return;
        }
        *self.items.join(item, way) = token;
        let is_complete = all.clone().all(|way| *self.items.join(item, way) != ABSENT);
        if !is_complete {
            self.tokens[token].state = State::AtJoin;
            self.items[item].at_joins += 1;
            self.look_for_stuck(item);
            return;
        }
        for way in all {
            let other = std::mem::replace(self.items.join(item, way), PASSED);
            if other != PASSED && other != token {
                self.items[item].at_joins -= 1;
                self.drop_token(other);
            }
        }
        self.begin_visit(token, stage);
    }

    /// Withdraws what an item has built on the stage that a rework handoff leads to.
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
                State::OnWay | State::AtJoin => plan.handoffs[own.place as usize].from,
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
            *self.items.join(of_item, way) = ABSENT;
        }
    }

    fn withdraw(&mut self, token: u32) {
        let own = self.tokens[token];
        match own.state {
            State::Queued => {
                let stage = own.place as usize;
                if let Some(team) = self.plan.stages[stage].team {
                    self.dequeue(team, token);
                    let waited = self.in_window(own.ready, self.now);
                    self.stages[stage].queue += waited;
                    self.teams[team as usize].totals.queue += waited;
                    self.stir(team);
                }
                self.end_visit(&own, VisitEnd::WithdrawnWaiting);
            }
            State::Ready => {
                self.end_visit(&own, VisitEnd::WithdrawnWaiting);
            }
            State::InWork => {
                self.end_visit(&own, VisitEnd::WithdrawnWorking);
            }
            State::OnWay => self.end_passage(token, true),
            State::AtJoin => self.items[own.item].at_joins -= 1,
            State::Gone => return,
        }
        self.drop_token(token);
    }
}
