//! Visits that are not one job: several copies of one, and batches of several.
//!
//! A job is a token that no item knows. A copy knows its visit, which stays [`State::InCopies`]
//! until enough of them are done and then goes on as the one that was done last. A batch knows its
//! members, which stay [`State::InBatch`] until its work is done and then go on alone.

use super::store::Kind;
use super::visit::Course;
use super::{NEVER, NEW, NONE, Rank, Run, Sink, State};
use crate::sim::record::VisitEnd;

/// Visits that wait at a stage for a batch to be complete.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gathering {
    first: u32,
    last: u32,
    count: u32,
    /// When the agenda looks whether the first has waited long enough, `NEVER` when it does not.
    due: u64,
}

impl Gathering {
    pub const EMPTY: Self = Self {
        first: NONE,
        last: NONE,
        count: 0,
        due: NEVER,
    };
}

impl<S: Sink> Run<'_, S> {
    /// Every copy of a visit queues, or starts, on its own.
    #[inline(never)]
    pub(super) fn begin_copies(&mut self, visit: u32) {
        let plan = self.plan;
        let copies = plan.stages[self.tokens[visit].place as usize].copies;
        self.tokens[visit].state = State::InCopies;
        self.tokens.clear_extra(visit);
        let mut last = NONE;
        for copy in 0..copies {
            let own = self.tokens[visit];
            let job = self.new_token(own.item, Kind::Copy, NONE);
            let token = &mut self.tokens[job];
            token.place = own.place;
            token.pass = own.pass;
            token.is_rework = own.is_rework;
            token.came_over = own.came_over;
            token.ready = own.ready;
            let extra = self.tokens.clear_extra(job);
            extra.copy = copy;
            extra.parent = visit;
            match last {
                NONE => self.tokens.extra_mut(visit).first = job,
                last => self.tokens.extra_mut(last).next = job,
            }
            last = job;
        }
        let mut job = self.tokens.extra(visit).first;
        while job != NONE {
            self.await_start(job);
            job = self.tokens.extra(job).next;
        }
    }

    /// A copy is done. When enough of them are, the others are withdrawn and the visit is done.
    #[inline(never)]
    pub(super) fn finish_copy(&mut self, job: u32) {
        let own = self.tokens[job];
        let stage = &self.plan.stages[own.place as usize];
        let visit = self.tokens.extra(job).parent;
        let done = &mut self.tokens.extra_mut(visit).count;
        *done += 1;
        if *done < stage.enough {
            self.tokens[job].state = State::Finished;
            self.tokens.extra_mut(job).finished = self.now;
            if let Some(team) = stage.team {
                self.release(team, stage.crew, job);
            }
            return;
        }
        self.end_copies(visit, job, VisitEnd::Left);
        let last = *self.tokens.extra(job);
        let extra = self.tokens.extra_mut(visit);
        extra.copy = last.copy;
        extra.setup = last.setup;
        let token = &mut self.tokens[visit];
        token.state = State::InWork;
        token.started = own.started;
        token.work = own.work;
        if let Some(team) = stage.team {
            self.pass_people(team, job, visit);
        }
        self.tokens.free(job);
        self.leave(visit);
    }

    /// Ends all copies of a visit but one (`NONE` for really all): those in the queue and in work
    /// are withdrawn; those that are done end as `end` says.
    pub(super) fn end_copies(&mut self, visit: u32, but: u32, end: VisitEnd) {
        let now = self.now;
        let mut next = self.tokens.extra(visit).first;
        while next != NONE {
            let job = next;
            let own = self.tokens[job];
            let extra = *self.tokens.extra(job);
            next = extra.next;
            if job == but {
                continue;
            }
            let stage = &self.plan.stages[own.place as usize];
            let has_started = matches!(own.state, State::InWork | State::Finished);
            let over = match own.state {
                State::Finished => extra.finished,
                _ => now,
            };
            let how = match own.state {
                State::Finished => end,
                State::InWork => VisitEnd::WithdrawnWorking,
                _ => VisitEnd::WithdrawnWaiting,
            };
            if own.state == State::InWork {
                self.count_work(own.place, own.started);
            }
            let course = Course {
                queued: own.ready,
                started: if has_started { own.started } else { now },
                finished: over,
                left: over,
                has_started,
                batch: 1,
                copy: extra.copy,
                setup: if has_started { extra.setup } else { 0 },
            };
            self.write_visit(job, &course, how);
            if let Some(team) = stage.team {
                match own.state {
                    State::InWork => self.release(team, stage.crew, job),
                    State::Queued => {
                        self.dequeue(team, job);
                        self.stir(team);
                    }
                    _ => {}
                }
            }
            self.drop_job(job);
        }
        self.tokens.extra_mut(visit).first = NONE;
    }

    /// A visit waits for others to be done together.
    #[inline(never)]
    pub(super) fn gather(&mut self, visit: u32) {
        let own = &mut self.tokens[visit];
        own.state = State::Gathering;
        own.after = NONE;
        let stage = own.place;
        let group = &mut self.gatherings[stage as usize];
        own.before = group.last;
        let before = std::mem::replace(&mut group.last, visit);
        group.count += 1;
        let is_complete = group.count >= self.plan.stages[stage as usize].batch;
        if before == NONE {
            group.first = visit;
        } else {
            self.tokens[before].after = visit;
        }
        self.tokens.clear_extra(visit);
        self.counts.gathering += 1;
        if is_complete {
            self.start_batch(stage);
        } else {
            self.watch_longest_wait(stage);
        }
    }

    /// Sees to it that a batch starts when its first member has waited long enough.
    fn watch_longest_wait(&mut self, stage: u32) {
        let group = &self.gatherings[stage as usize];
        let (Some(wait), first) = (self.plan.stages[stage as usize].longest_wait, group.first)
        else {
            return;
        };
        if first == NONE {
            return;
        }
        let due = self.tokens[first].ready.saturating_add(wait);
        // One that is due earlier looks again.
        if group.due > due && due < NEVER {
            self.gatherings[stage as usize].due = due;
            let index = self.plan.teams.len() as u32 + stage;
            self.schedule(due, Rank::Start, NEW, index);
        }
    }

    /// The longest wait of a batch may be over.
    pub(super) fn look_at_longest_wait(&mut self, stage: u32) {
        let group = &mut self.gatherings[stage as usize];
        if group.due != self.now {
            return;
        }
        group.due = NEVER;
        let (first, wait) = (group.first, self.plan.stages[stage as usize].longest_wait);
        if first == NONE {
            return;
        }
        if wait.is_some_and(|wait| self.tokens[first].ready + wait <= self.now) {
            self.start_batch(stage);
        }
        self.watch_longest_wait(stage);
    }

    /// Starts the incomplete batch of the first stage, in file order, that has one: nothing else
    /// can happen.
    pub(super) fn start_an_incomplete_batch(&mut self) {
        let stage = self.gatherings.iter().position(|group| group.count > 0);
        if let Some(stage) = stage {
            self.start_batch(stage as u32);
        }
    }

    /// Takes a visit out of those that gather.
    fn ungather(&mut self, visit: u32) {
        let own = &self.tokens[visit];
        let (stage, before, after) = (own.place, own.before, own.after);
        let group = &mut self.gatherings[stage as usize];
        group.count -= 1;
        if before == NONE {
            group.first = after;
        }
        if after == NONE {
            group.last = before;
        }
        if before != NONE {
            self.tokens[before].after = after;
        }
        if after != NONE {
            self.tokens[after].before = before;
        }
        self.counts.gathering -= 1;
        self.watch_longest_wait(stage);
    }

    /// Makes one job of those that gather, at most a whole batch, the first first.
    fn start_batch(&mut self, stage: u32) {
        let first = self.gatherings[stage as usize].first;
        let own = self.tokens[first];
        let number = self.items[own.item].who.number;
        let job = self.new_token(own.item, Kind::Batch, NONE);
        let work = self.draw_work(&own, 0);
        let token = &mut self.tokens[job];
        token.place = stage;
        token.pass = own.pass;
        token.is_rework = own.is_rework;
        token.ready = self.now;
        token.work = work;
        let extra = self.tokens.clear_extra(job);
        extra.number = number;
        let mut last = NONE;
        let mut count = 0;
        while count < self.plan.stages[stage as usize].batch {
            let member = self.gatherings[stage as usize].first;
            if member == NONE {
                break;
            }
            self.ungather(member);
            self.tokens[member].state = State::InBatch;
            let extra = self.tokens.extra_mut(member);
            extra.parent = job;
            extra.queued = self.now;
            match last {
                NONE => self.tokens.extra_mut(job).first = member,
                last => self.tokens.extra_mut(last).next = member,
            }
            last = member;
            count += 1;
        }
        let extra = self.tokens.extra_mut(job);
        extra.count = count;
        extra.left = count;
        self.await_start(job);
    }

    /// The work of a batch is done: each of its members goes its way alone.
    #[inline(never)]
    pub(super) fn finish_batch(&mut self, job: u32) {
        let own = self.tokens[job];
        self.tokens[job].state = State::Finished;
        let extra = self.tokens.extra_mut(job);
        extra.finished = self.now;
        // While this goes on the batch is still needed.
        extra.left += 1;
        loop {
            let extra = *self.tokens.extra(job);
            let member = extra.first;
            if member == NONE {
                break;
            }
            self.tokens.extra_mut(job).first = self.tokens.extra(member).next;
            let token = &mut self.tokens[member];
            token.state = State::InWork;
            token.started = own.started;
            token.work = own.work;
            self.leave(member);
        }
        self.leave_batch(job);
    }

    /// A member has left a batch. With the last its people are free.
    pub(super) fn leave_batch(&mut self, job: u32) {
        let extra = self.tokens.extra_mut(job);
        extra.left -= 1;
        if extra.left > 0 {
            return;
        }
        let finished = extra.finished;
        let own = self.tokens[job];
        let stage = &self.plan.stages[own.place as usize];
        match own.state {
            State::Queued => {
                if let Some(team) = stage.team {
                    self.dequeue(team, job);
                    self.stir(team);
                }
            }
            State::InWork | State::Finished => {
                if own.state == State::InWork {
                    self.count_work(own.place, own.started);
                } else {
                    self.count_blocked(own.place, finished);
                }
                if let Some(team) = stage.team {
                    self.release(team, stage.crew, job);
                }
            }
            _ => {}
        }
        self.drop_job(job);
    }

    /// Withdraws a visit that gathers, has copies, or belongs to a batch that still goes on.
    #[inline(never)]
    pub(super) fn withdraw_job(&mut self, visit: u32) {
        let own = self.tokens[visit];
        match own.state {
            State::Gathering => {
                self.ungather(visit);
                self.end_visit(visit, VisitEnd::WithdrawnWaiting);
            }
            State::InBatch => {
                let job = self.tokens.extra(visit).parent;
                self.take_out_of_batch(job, visit);
                let has_started = matches!(self.tokens[job].state, State::InWork | State::Finished);
                if has_started {
                    self.end_visit(visit, VisitEnd::WithdrawnWorking);
                } else {
                    self.end_visit(visit, VisitEnd::WithdrawnWaiting);
                    self.tokens.extra_mut(job).count -= 1;
                }
            }
            _ => {
                self.end_copies(visit, NONE, VisitEnd::WithdrawnWorking);
                self.stages[own.place as usize].inside += self.in_window(own.ready, self.now);
                if self.plan.stages[own.place as usize].limit != NONE {
                    self.vacate(own.place);
                }
            }
        }
    }

    fn take_out_of_batch(&mut self, job: u32, visit: u32) {
        let after = self.tokens.extra(visit).next;
        let mut member = self.tokens.extra(job).first;
        if member == visit {
            self.tokens.extra_mut(job).first = after;
            return;
        }
        while member != NONE {
            let next = self.tokens.extra(member).next;
            if next == visit {
                self.tokens.extra_mut(member).next = after;
                return;
            }
            member = next;
        }
    }
}
