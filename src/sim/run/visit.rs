//! Visits: from ready to left, with their records.

use super::store::Token;
use super::{NEVER, NONE, Rank, Run, Sink, State};
use crate::sim::luck::Luck;
use crate::sim::record::{
    ItemRecord, Place, Segment, SimTime, Slice, Slices, VisitEnd, VisitRecord,
};

/// How a visit divides, and the part of *closed* before work began.
type Division = (Slices, u64);

impl<S: Sink> Run<'_, S> {
    /// Gives an item another token, which stands nowhere yet. `node` is the end of its path.
    pub(super) fn add_token(&mut self, item: u32, node: u32) -> u32 {
        let older = self.items[item].newest;
        let token = self.tokens.add(Token {
            item,
            state: State::Ready,
            is_rework: false,
            is_called: false,
            place: 0,
            came_over: NONE,
            pass: 0,
            node,
            ready: 0,
            started: 0,
            work: 0,
            due: NEVER,
            before: NONE,
            after: NONE,
            older,
            newer: NONE,
        });
        if older != NONE {
            self.tokens[older].newer = token;
        }
        let item = &mut self.items[item];
        item.newest = token;
        item.tokens += 1;
        token
    }

    /// Takes a token from its item. What the agenda still says of it means nothing any more.
    pub(super) fn drop_token(&mut self, token: u32) {
        let own = self.tokens[token];
        if own.newer == NONE {
            self.items[own.item].newest = own.older;
        } else {
            self.tokens[own.newer].older = own.older;
        }
        if own.older != NONE {
            self.tokens[own.older].newer = own.newer;
        }
        self.items[own.item].tokens -= 1;
        if own.due < NEVER || own.is_called {
            self.tokens[token].state = State::Gone;
            self.counts.gone += 1;
        } else {
            self.tokens.free(token);
        }
    }

    /// A token is ready at a stage.
    pub(super) fn begin_visit(&mut self, token: u32, stage: u32) {
        let now = self.now;
        let place = &self.plan.stages[stage as usize];
        let own = &mut self.tokens[token];
        let (pass, is_rework) = self.items.begin_visit(own.item, place.memory);
        own.place = stage;
        own.pass = pass;
        own.is_rework = is_rework;
        own.ready = now;
        own.due = NEVER;
        match place.team {
            Some(team) => {
                own.state = State::Queued;
                self.enqueue(team, token);
            }
            None => {
                let work = self.work_of(token);
                if work > 0 {
                    self.start_alone(token, work);
                } else {
                    // Its start takes its turn among the others of this instant.
                    let item = self.tokens[token].item;
                    let own = &mut self.tokens[token];
                    own.state = State::Ready;
                    own.is_called = true;
                    let number = self.items[item].who.number;
                    self.schedule(now, Rank::Start, number, token);
                }
            }
        }
    }

    /// Draws the work of a visit.
    fn work_of(&self, token: u32) -> u64 {
        let own = &self.tokens[token];
        let stage = &self.plan.stages[own.place as usize];
        let item = &self.items[own.item];
        let luck = Luck::new(item.key, stage.work_key, own.pass, 0);
        stage.work_of(item.class).draw(luck)
    }

    /// Starts the head of a team's queue. Returns when it is done.
    pub(super) fn start(&mut self, team: u32, token: u32) -> u64 {
        self.dequeue(team, token);
        let work = self.work_of(token);
        let stage = self.tokens[token].place as usize;
        let crew = self.plan.stages[stage].crew;
        let due = self.take_people(team, crew, work);
        let waited = self.in_window(self.tokens[token].ready, self.now);
        self.stages[stage].queue += waited;
        self.teams[team as usize].totals.queue += waited;
        self.work(token, work, due);
        due
    }

    /// Starts a visit at a stage without a team.
    pub(super) fn start_alone(&mut self, token: u32, work: u64) {
        self.work(token, work, self.now + work);
    }

    fn work(&mut self, token: u32, work: u64, due: u64) {
        let own = &mut self.tokens[token];
        own.state = State::InWork;
        own.started = self.now;
        own.work = work;
        own.due = due;
        if due < NEVER {
            let number = self.items[own.item].who.number;
            self.schedule(due, Rank::Finish, number, token);
        }
    }

    /// The work of a visit is done: the item goes back, on, or is done itself.
    pub(super) fn finish(&mut self, token: u32) {
        let own = self.tokens[token];
        let plan = self.plan;
        let stage = &plan.stages[own.place as usize];
        self.counts.events += 1;
        self.tokens[token].due = NEVER;
        let (slices, closed_before) = self.end_visit(&own, VisitEnd::Left);
        debug_assert_eq!(slices[Slice::Working], own.work, "work is what was drawn");
        let is_across_teams =
            own.came_over != NONE && plan.handoffs[own.came_over as usize].is_across_teams;
        let node = self.paths.add(
            &mut self.items[own.item],
            own.node,
            Segment {
                place: Place::Stage(own.place),
                is_rework: own.is_rework,
                from: SimTime(own.ready),
                slices,
                closed_before,
                is_across_teams,
            },
        );
        self.tokens[token].node = node;
        self.items.finish_visit(own.item, stage.memory);
        self.leave(token, own.place, own.pass);
    }

    /// Writes the record of a visit that ends now, frees its people, and adds it to the integrals.
    pub(super) fn end_visit(&mut self, own: &Token, end: VisitEnd) -> Division {
        let now = self.now;
        let place = own.place as usize;
        let stage = &self.plan.stages[place];
        let has_started = own.state == State::InWork;
        let started = if has_started { own.started } else { now };
        let mut slices = Slices::default();
        let mut closed_before = 0;
        let mut work = 0;
        if let Some(team) = stage.team {
            let (open, closed) = self.split(team, own.ready, started);
            slices[Slice::TeamWait] = open;
            closed_before = closed;
            let (open, closed) = self.split(team, started, now);
            slices[Slice::Working] = open;
            slices[Slice::Closed] = closed_before + closed;
            if has_started {
                work = open;
                let busy = self.busy(team, started, now) * u64::from(stage.crew);
                self.teams[team as usize].totals.busy += busy;
                self.release(team, stage.crew);
            }
        } else if has_started {
            work = now - started;
            slices[Slice::Working] = work;
        }
        self.stages[place].inside += self.in_window(own.ready, now);
        self.sink.visit(&VisitRecord {
            item: self.items[own.item].who,
            stage: own.place,
            came_over: (own.came_over != NONE).then_some(own.came_over),
            pass: own.pass,
            copy: 0,
            is_rework: own.is_rework,
            ready: SimTime(own.ready),
            queued: SimTime(own.ready),
            started: SimTime(started),
            finished: SimTime(now),
            left: SimTime(now),
            work,
            setup: 0,
            crew: stage.crew,
            batch: 1,
            slices,
            closed_before,
            end,
        });
        (slices, closed_before)
    }

    /// A token leaves the last stage of its way.
    pub(super) fn end_token(&mut self, token: u32) {
        let own = self.tokens[token];
        self.drop_token(token);
        let now = self.now;
        let item = self.items[own.item];
        if item.tokens > 0 {
            self.look_for_stuck(own.item);
            return;
        }
        let path = self.paths.walk(own.node);
        let who = item.who;
        debug_assert_eq!(
            path.iter().map(|piece| piece.slices.total()).sum::<u64>(),
            now - item.arrived,
            "the path adds up to the lead time"
        );
        self.sink.done(&ItemRecord {
            item: who,
            arrived: SimTime(item.arrived),
            done: SimTime(now),
            path,
        });
        self.paths.free(&mut self.items[own.item]);
        self.items.free(own.item);
        self.counts.inside -= 1;
        if who.is_feedback {
            return;
        }
        self.counts.done += u64::from(who.is_measured);
        let stream = who.stream as usize;
        self.wip[stream] += self.in_window(item.arrived, now);
        let is_in_window = self.in_window(now, now + 1) > 0;
        self.counts.done_in_window += u64::from(is_in_window);
        self.done_by_stream[stream] += u64::from(is_in_window);
    }

    /// Counts an item all of whose tokens wait at joins: nothing can bring it on.
    pub(super) fn look_for_stuck(&mut self, item: u32) {
        let item = &self.items[item];
        if item.tokens == item.at_joins {
            self.counts.stuck += 1;
            self.counts.stuck_measured += u64::from(item.who.is_measured);
        }
    }
}
