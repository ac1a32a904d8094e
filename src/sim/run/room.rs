//! Room: limits of stages, the items that they block, and the doors of streams.
//!
//! Room is taken when an item sets out for a stage and given back when its visit is over. Who finds
//! none is blocked and watches one stage that lacks room; when room appears there, those who watch
//! look again in the order in which they were blocked. Then come the doors, then backlogs.

use std::collections::VecDeque;

use super::store::State;
use super::{NEW, NONE, Rank, Run, Sink};
use crate::model::HandoffKind;
use crate::sim::plan::{Plan, PlanArrivals, PlanDemand};
use crate::sim::record::{Place, Segment, SimTime, Slice, Slices};

/// Who takes room, and who waits for some.
#[derive(Debug)]
pub(super) struct Room {
    /// By stage.
    occupied: Vec<u32>,
    /// By stage: the first and the last of the blocked that watch it.
    watchers: Vec<(u32, u32)>,
    /// Stages where room has appeared that nobody has looked at yet.
    roomy: Vec<u32>,
    /// By stream.
    doors: Vec<Door>,
    /// Whether doors and backlogs have to look again.
    is_stirred: bool,
    turns: u64,
    /// Demands with a backlog, the one that has waited longest first.
    backlogs: VecDeque<u32>,
    /// Whether the agenda lets backlogs in.
    is_called: bool,
}

#[derive(Debug, Default)]
struct Door {
    waiting: VecDeque<u32>,
    inside: u32,
}

impl Room {
    pub fn new(plan: &Plan) -> Self {
        let stages = if plan.has_limits {
            plan.stages.len()
        } else {
            0
        };
        let streams = if plan.has_limits {
            plan.streams.len()
        } else {
            0
        };
        Self {
            occupied: vec![0; stages],
            watchers: vec![(NONE, NONE); stages],
            roomy: Vec::new(),
            doors: (0..streams).map(|_| Door::default()).collect(),
            is_stirred: false,
            turns: 0,
            backlogs: (0..plan.demands.len() as u32)
                .filter(|&demand| {
                    matches!(
                        plan.demands[demand as usize].arrivals,
                        PlanArrivals::Backlog
                    )
                })
                .collect(),
            is_called: false,
        }
    }

    /// Returns whether room has appeared that nobody has looked at yet.
    #[inline]
    pub fn has_appeared(&self) -> bool {
        self.is_stirred || !self.roomy.is_empty()
    }
}

impl<S: Sink> Run<'_, S> {
    fn has_room(&self, stage: u32) -> bool {
        let limit = self.plan.stages[stage as usize].limit;
        limit == NONE || self.room.occupied[stage as usize] < limit
    }

    /// An item sets out for a stage, or arrives there.
    #[inline]
    pub(super) fn occupy(&mut self, stage: u32) {
        if self.plan.stages[stage as usize].limit != NONE {
            self.room.occupied[stage as usize] += 1;
        }
    }

    /// A visit is over, or will never be.
    pub(super) fn vacate(&mut self, stage: u32) {
        let limit = self.plan.stages[stage as usize].limit;
        if limit == NONE {
            return;
        }
        let occupied = &mut self.room.occupied[stage as usize];
        *occupied -= 1;
        if *occupied < limit {
            self.room.roomy.push(stage);
            self.room.is_stirred = true;
        }
    }

    /// An item of a stream is done.
    #[inline]
    pub(super) fn leave_stream(&mut self, stream: usize) {
        if let Some(door) = self.room.doors.get_mut(stream) {
            door.inside -= 1;
            self.room.is_stirred = true;
        }
    }

    /// Returns the first stage without room among those that a token would set out for: over one
    /// handoff, or over all ways on.
    fn lacking(&self, token: u32, choice: u32) -> Option<u32> {
        if choice != NONE {
            let to = self.plan.handoffs[choice as usize].to;
            return (!self.has_room(to)).then_some(to);
        }
        let ways = self.ways_on(token);
        for (n, way) in ways.iter().enumerate() {
            let to = self.plan.handoffs[way.handoff as usize].to;
            let limit = self.plan.stages[to as usize].limit;
            if limit == NONE {
                continue;
            }
            let others = ways[..n]
                .iter()
                .filter(|way| self.plan.handoffs[way.handoff as usize].to == to)
                .count() as u32;
            if self.room.occupied[to as usize] + others >= limit {
                return Some(to);
            }
        }
        None
    }

    /// A token whose work is done goes on over a handoff (`NONE`: over all), or is blocked.
    #[inline(never)]
    pub(super) fn go_or_wait(&mut self, token: u32, choice: u32) {
        match self.lacking(token, choice) {
            None => {
                self.depart(token);
                self.go_on(token, choice);
            }
            Some(stage) => {
                self.tokens[token].state = State::Blocked;
                let turn = self.room.turns;
                self.room.turns += 1;
                let extra = self.tokens.extra_mut(token);
                extra.finished = self.now;
                extra.choice = choice;
                extra.turn = turn;
                self.watch(token, stage);
            }
        }
    }

    /// A blocked token watches a stage, behind those blocked before it.
    fn watch(&mut self, token: u32, stage: u32) {
        let turn = self.tokens.extra(token).turn;
        let (first, last) = self.room.watchers[stage as usize];
        let mut before = last;
        while before != NONE && self.tokens.extra(before).turn > turn {
            before = self.tokens[before].before;
        }
        let after = if before == NONE {
            first
        } else {
            self.tokens[before].after
        };
        let ends = &mut self.room.watchers[stage as usize];
        if before == NONE {
            ends.0 = token;
        } else {
            self.tokens[before].after = token;
        }
        if after == NONE {
            ends.1 = token;
        } else {
            self.tokens[after].before = token;
        }
        let own = &mut self.tokens[token];
        own.before = before;
        own.after = after;
        self.tokens.extra_mut(token).lacks = stage;
    }

    /// A blocked token watches no more.
    pub(super) fn unwatch(&mut self, token: u32) {
        let own = &self.tokens[token];
        let (before, after) = (own.before, own.after);
        let ends = &mut self.room.watchers[self.tokens.extra(token).lacks as usize];
        if before == NONE {
            ends.0 = after;
        } else {
            self.tokens[before].after = after;
        }
        if after == NONE {
            ends.1 = before;
        } else {
            self.tokens[after].before = before;
        }
    }

    /// Room has appeared: the blocked move in the order in which they were blocked, each that now
    /// has room; then the doors open, then backlogs are let in.
    #[inline(never)]
    pub(super) fn use_room(&mut self) {
        while let Some(token) = self.next_unblocked() {
            self.unwatch(token);
            let choice = self.tokens.extra(token).choice;
            match self.lacking(token, choice) {
                None => {
                    self.depart(token);
                    self.go_on(token, choice);
                }
                Some(stage) => self.watch(token, stage),
            }
        }
        self.room.roomy.clear();
        self.room.is_stirred = false;
        for stream in 0..self.room.doors.len() {
            while let Some(&token) = self.room.doors[stream].waiting.front() {
                if !self.may_enter(stream as u32, token) {
                    break;
                }
                self.room.doors[stream].waiting.pop_front();
                self.enter(token);
            }
        }
        self.call_backlogs();
    }

    /// Returns the token blocked first among those that watch a stage with room.
    fn next_unblocked(&mut self) -> Option<u32> {
        let mut next: Option<(u64, u32)> = None;
        let mut place = 0;
        while let Some(&stage) = self.room.roomy.get(place) {
            let first = self.room.watchers[stage as usize].0;
            if first == NONE || !self.has_room(stage) {
                self.room.roomy.swap_remove(place);
                continue;
            }
            place += 1;
            let turn = self.tokens.extra(first).turn;
            if next.is_none_or(|(least, _)| turn < least) {
                next = Some((turn, first));
            }
        }
        next.map(|(_, token)| token)
    }

    fn is_full(&self, stream: u32) -> bool {
        let limit = self.plan.streams[stream as usize].wip_limit;
        limit.is_some_and(|limit| self.room.doors[stream as usize].inside >= limit)
    }

    /// Returns whether an item that stands at the door can go in.
    fn may_enter(&self, stream: u32, token: u32) -> bool {
        let item = &self.items[self.tokens[token].item];
        !self.is_full(stream)
            && match self.fed_stage(token) {
                Some(stage) => self.has_room(stage),
                None => self.have_room(&self.plan.demands[item.who.demand as usize]),
            }
    }

    fn have_room(&self, demand: &PlanDemand) -> bool {
        demand.at.iter().all(|&stage| self.has_room(stage))
    }

    /// Returns where an item by feedback arrives.
    fn fed_stage(&self, token: u32) -> Option<u32> {
        let own = &self.tokens[token];
        if own.came_over == NONE {
            return None;
        }
        let way = &self.plan.handoffs[own.came_over as usize];
        debug_assert_eq!(way.kind, HandoffKind::Feedback, "it has not come in yet");
        Some(way.to)
    }

    /// Returns whether an item that arrives now would be turned away: there is no door, and a stage
    /// that it arrives at is full.
    pub(super) fn turns_away(&self, stream: u32, at: &[u32]) -> bool {
        self.plan.has_limits
            && self.plan.streams[stream as usize].wip_limit.is_none()
            && !at.iter().all(|&stage| self.has_room(stage))
    }

    /// An item has arrived and stands in front of its stream: it goes in, or waits at the door.
    pub(super) fn come_to_door(&mut self, token: u32) {
        if !self.plan.has_limits {
            self.enter(token);
            return;
        }
        let stream = self.items[self.tokens[token].item].who.stream;
        let is_first = self.room.doors[stream as usize].waiting.is_empty();
        if is_first && self.may_enter(stream, token) {
            self.enter(token);
        } else {
            self.tokens[token].state = State::AtDoor;
            self.room.doors[stream as usize].waiting.push_back(token);
        }
    }

    /// An item goes in, with its first token, and begins its visits.
    fn enter(&mut self, token: u32) {
        let now = self.now;
        let of_item = self.tokens[token].item;
        let item = &mut self.items[of_item];
        let who = item.who;
        if let Some(door) = self.room.doors.get_mut(who.stream as usize) {
            door.inside += 1;
        }
        if item.arrived < now {
            let arrived = item.arrived;
            let mut slices = Slices::default();
            slices[Slice::Blocked] = now - arrived;
            let (node, segment) = self.paths.add(item, NONE);
            *segment = Segment {
                place: Place::Door,
                is_rework: false,
                from: SimTime(arrived),
                slices,
                closed_before: 0,
                is_across_teams: false,
            };
            self.tokens[token].node = node;
        }
        if let Some(stage) = self.fed_stage(token) {
            self.occupy(stage);
            self.begin_visit(token, stage);
            return;
        }
        let at = &self.plan.demands[who.demand as usize].at;
        if let [stage] = at[..] {
            self.occupy(stage);
            self.begin_visit(token, stage);
            return;
        }
        // All tokens first: none of them may take itself for the only one.
        let node = self.tokens[token].node;
        let from = self.scratch.len();
        self.scratch.push(token);
        for _ in 1..at.len() {
            let another = self.add_token(of_item, node);
            self.scratch.push(another);
        }
        for (n, &stage) in at.iter().enumerate() {
            let token = self.scratch[from + n];
            self.occupy(stage);
            self.begin_visit(token, stage);
        }
        self.scratch.truncate(from);
    }

    /// Returns the first backlog, by how long its item has waited, that can be let in.
    fn next_backlog(&self) -> Option<usize> {
        self.room.backlogs.iter().position(|&place| {
            let demand = &self.plan.demands[place as usize];
            let is_first = self.room.doors[demand.stream as usize].waiting.is_empty();
            is_first && !self.is_full(demand.stream) && self.have_room(demand)
        })
    }

    /// Sees to it that backlogs are let in among the arrivals of this instant, if one can be.
    pub(super) fn call_backlogs(&mut self) {
        if !self.room.is_called && self.next_backlog().is_some() {
            self.room.is_called = true;
            let first = self.room.backlogs[0];
            self.schedule(self.now, Rank::Arrival, NEW, first);
        }
    }

    /// Lets in what can be let in from backlogs, those first whose item has waited longest.
    pub(super) fn let_backlogs_in(&mut self) {
        self.room.is_called = false;
        while let Some(place) = self.next_backlog() {
            let demand = self.room.backlogs.remove(place).expect("just found");
            self.room.backlogs.push_back(demand);
            self.new_item(demand);
        }
    }

    /// Returns whether an arrival that is still to come could get in as things stand.
    pub(super) fn lets_arrivals_in(&self) -> bool {
        self.plan
            .demands
            .iter()
            .zip(&self.sources)
            .any(|(demand, source)| {
                let is_let_in = !self.plan.has_limits
                    || (!self.is_full(demand.stream) && self.have_room(demand));
                source.has_more && is_let_in
            })
    }
}
