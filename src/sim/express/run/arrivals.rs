//! Items that arrive.

use super::{Flags, GivesUp, Item, Run, State, Token};
use crate::sim::agenda::{NEW, Rank};
use crate::sim::express::totals::QuickSink;
use crate::sim::luck::{Luck, combine};
use crate::sim::plan::{NONE, PlanArrivals};
use crate::sim::run::MOST_INSIDE;

impl<S: QuickSink> Run<'_, S> {
    pub(super) fn await_next(&mut self, place: u32) {
        let source = &mut self.sources[place as usize];
        let at = if source.is_steady {
            let luck = Luck::new(source.gap_key, 0, source.batches, 0);
            match source.gap.draw(&self.tables, luck) {
                Some(gap) => Some(self.now + gap),
                None => self.next_of_plan(place),
            }
        } else {
            self.next_of_plan(place)
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

    /// Returns when the next arrival of a demand is, as the plan says.
    #[inline(never)]
    fn next_of_plan(&self, place: u32) -> Option<u64> {
        let source = &self.sources[place as usize];
        match &self.plan.demands[place as usize].arrivals {
            PlanArrivals::Every { gap, .. } => {
                let luck = Luck::new(source.gap_key, 0, source.batches, 0);
                Some(self.now + gap.draw(luck))
            }
            PlanArrivals::Dates(dates) => dates.get(source.batches as usize).copied(),
            PlanArrivals::Backlog => None,
        }
    }

    #[inline]
    pub(super) fn arrivals(&mut self, place: u32) -> Result<(), GivesUp> {
        if self.counts.inside > MOST_INSIDE || self.counts.numbers > NEW - (1 << 21) {
            return Err(GivesUp);
        }
        for _ in 0..self.sources[place as usize].members {
            self.new_item(place);
        }
        self.sources[place as usize].batches += 1;
        self.await_next(place);
        Ok(())
    }

    #[inline]
    pub(super) fn new_item(&mut self, place: u32) {
        let now = self.now;
        let source = &mut self.sources[place as usize];
        let key = combine(source.item_key, u64::from(source.items));
        source.items += 1;
        let (at, is_direct) = (source.at, source.is_direct);
        let is_measured = now >= self.window.warm_up.0 && now < self.window.horizon.0;
        source.measured += u32::from(is_measured);
        let number = self.counts.numbers;
        self.counts.numbers += 1;
        self.counts.measured += u64::from(is_measured);
        self.counts.inside += 1;
        if number == 0 {
            self.counts.first_arrival = Some(now);
        }
        let item = if is_direct {
            NONE
        } else {
            self.add_item(place)
        };
        let token = self.add_token(Token {
            key,
            arrived: now,
            ready: now,
            started: 0,
            told: 0,
            number,
            at,
            next: NONE,
            item,
            piece: NONE,
            pass: 0,
            state: State::Ready,
            flags: Flags(u8::from(is_measured)),
        });
        if self.marks.is_some() {
            self.token_marks[token as usize] = 0;
        }
        self.begin_visit(token, at, false);
    }

    pub(super) fn add_item(&mut self, demand: u32) -> u32 {
        let now = self.now;
        let place = match self.free_items.pop() {
            Some(place) => {
                self.memory.forget(place);
                place
            }
            None => {
                self.memory.grow();
                self.items.push(Item::default());
                (self.items.len() - 1) as u32
            }
        };
        let item = &mut self.items[place as usize];
        item.tokens = 1;
        item.at_joins = 0;
        item.arrived = now;
        item.demand = demand;
        item.has_gone_back = false;
        item.marks = 0;
        item.pieces.clear();
        place
    }

    #[inline(always)]
    pub(super) fn add_token(&mut self, token: Token) -> u32 {
        match self.free_tokens.pop() {
            Some(place) => {
                self.tokens[place as usize] = token;
                place
            }
            None => {
                self.tokens.push(token);
                if self.marks.is_some() {
                    self.token_marks.push(0);
                }
                (self.tokens.len() - 1) as u32
            }
        }
    }

    pub(super) fn free_token(&mut self, token: u32) {
        self.tokens[token as usize].state = State::Gone;
        self.free_tokens.push(token);
    }
}
