//! Where items come from: demands, and feedback.

use super::store::Item;
use super::{NEVER, NEW, NONE, Rank, Run, Sink};
use crate::sim::luck::{Luck, combine};
use crate::sim::plan::{PlanArrivals, PlanDemand};
use crate::sim::record::{ItemRef, SimTime};

/// The arrivals of a demand that are still to come.
#[derive(Debug)]
pub(super) struct Source {
    /// Key of its gaps, and of its items, in this replication.
    gap_key: u64,
    item_key: u64,
    /// Batches that have arrived.
    batches: u32,
    /// Items that have arrived.
    items: u32,
    /// Whether its next arrival stands in the agenda.
    pub has_more: bool,
}

impl PlanDemand {
    /// Returns the last of its dates, where it has some.
    pub(in crate::sim) fn last_date(&self) -> Option<u64> {
        match &self.arrivals {
            PlanArrivals::Dates(dates) => dates.last().copied(),
            PlanArrivals::Every { .. } | PlanArrivals::Backlog => None,
        }
    }
}

impl<S: Sink> Run<'_, S> {
    /// Begins all demands.
    pub(super) fn open_sources(&mut self) {
        for (place, demand) in self.plan.demands.iter().enumerate() {
            self.sources.push(Source {
                gap_key: combine(self.key, demand.gap_key),
                item_key: combine(self.key, demand.item_key),
                batches: 0,
                items: 0,
                has_more: false,
            });
            self.await_next(place as u32);
        }
        self.call_backlogs();
    }

    /// Puts the next arrival of a demand into the agenda, if there is one.
    fn await_next(&mut self, place: u32) {
        let source = &self.sources[place as usize];
        let at = match &self.plan.demands[place as usize].arrivals {
            PlanArrivals::Every { gap, .. } => {
                let luck = Luck::new(source.gap_key, 0, source.batches, 0);
                Some(self.now + gap.draw(luck))
            }
            PlanArrivals::Dates(dates) => dates.get(source.batches as usize).copied(),
            PlanArrivals::Backlog => None,
        };
        let source = &mut self.sources[place as usize];
        if source.has_more != at.is_some() {
            source.has_more = at.is_some();
            if source.has_more {
                self.counts.sources += 1;
            } else {
                self.counts.sources -= 1;
            }
        }
        if let Some(at) = at {
            self.schedule(at, Rank::Arrival, NEW, place);
        }
    }

    /// Items of a demand arrive.
    pub(super) fn arrivals(&mut self, place: u32) {
        let members = match &self.plan.demands[place as usize].arrivals {
            PlanArrivals::Every { batch, .. } => *batch,
            PlanArrivals::Dates(_) => 1,
            PlanArrivals::Backlog => return self.let_backlogs_in(),
        };
        for _ in 0..members {
            self.new_item(place);
        }
        self.sources[place as usize].batches += 1;
        self.await_next(place);
    }

    /// The next item of a demand arrives, or is turned away.
    pub(super) fn new_item(&mut self, place: u32) {
        let now = self.now;
        let plan = self.plan;
        let demand = &plan.demands[place as usize];
        let source = &mut self.sources[place as usize];
        let number_of_demand = source.items;
        source.items += 1;
        if self.turns_away(demand.stream, &demand.at) {
            self.turned_away[demand.stream as usize] += self.in_window(now, now + 1);
            return;
        }
        let source = &self.sources[place as usize];
        let key = combine(source.item_key, u64::from(number_of_demand));
        let is_measured = now >= self.window.warm_up.0 && now < self.window.horizon.0;
        let who = ItemRef {
            number: self.counts.numbers,
            stream: demand.stream,
            demand: place,
            number_of_demand,
            is_feedback: false,
            is_measured,
        };
        self.counts.numbers += 1;
        self.counts.arrived += 1;
        self.counts.measured += u64::from(is_measured);
        self.counts.inside += 1;
        self.counts.first_arrival.get_or_insert(now);
        self.sink.arrived(who, SimTime(now));
        let item = self.items.add(Item {
            who,
            class: demand.class.unwrap_or(NONE),
            priority: demand.priority,
            routing: demand.routing,
            key,
            arrived: now,
            tokens: 0,
            at_joins: 0,
            newest: NONE,
            last_node: NONE,
            first_node: NONE,
        });
        let token = self.add_token(item, NONE);
        self.come_to_door(token);
    }

    /// Starts an item by feedback: it sets out over the handoff, and is an item when it arrives.
    pub(super) fn feed_back(&mut self, parent: u32, handoff: u32, pass: u32) {
        let way = &self.plan.handoffs[handoff as usize];
        let parent = self.items[parent];
        let key = combine(combine(parent.key, way.item_key), u64::from(pass));
        let item = self.items.add(Item {
            who: ItemRef {
                is_feedback: true,
                is_measured: false,
                ..parent.who
            },
            key,
            arrived: NEVER,
            tokens: 0,
            at_joins: 0,
            newest: NONE,
            last_node: NONE,
            first_node: NONE,
            ..parent
        });
        let token = self.add_token(item, NONE);
        self.tokens.extra_mut(token).number = parent.who.number;
        self.travel(token, handoff, key, 0);
    }

    /// The information of a feedback handoff arrives: from here on its item is one.
    pub(super) fn become_item(&mut self, token: u32) {
        let now = self.now;
        let own = &mut self.tokens[token];
        self.counts.events += u64::from(now > own.ready);
        own.due = NEVER;
        let (of_item, handoff) = (own.item, own.place);
        own.came_over = handoff;
        let number = self.counts.numbers;
        self.counts.numbers += 1;
        let item = &mut self.items[of_item];
        item.who.number = number;
        item.arrived = now;
        let who = item.who;
        self.end_passage(token, false);
        let to = self.plan.handoffs[handoff as usize].to;
        if self.turns_away(who.stream, &[to]) {
            self.drop_token(token);
            self.items.free(of_item);
            return;
        }
        self.counts.inside += 1;
        self.counts.feedback_items += self.in_window(now, now + 1);
        self.sink.arrived(who, SimTime(now));
        self.come_to_door(token);
    }
}
