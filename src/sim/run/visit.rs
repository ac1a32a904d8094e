//! Visits: from ready to left, with their records.

use super::store::{Kind, Token};
use super::{NEVER, NONE, Rank, Run, Sink, State};
use crate::sim::luck::Luck;
use crate::sim::plan::Later;
use crate::sim::record::{ItemRecord, Place, SimTime, Slice, Slices, VisitEnd, VisitRecord};

/// How a visit divides, and the part of *closed* before work began.
type Division = (Slices, u64);

/// What a visit, or a copy of it, has lived through so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    pub queued: u64,
    pub started: u64,
    pub finished: u64,
    /// It is over then: now, or for a copy that was done early when it was.
    pub left: u64,
    pub has_started: bool,
    /// For how many items the job was.
    pub batch: u32,
    pub copy: u32,
    pub setup: u64,
}

impl<S: Sink> Run<'_, S> {
    /// Makes a token that stands nowhere yet.
    #[inline]
    pub(super) fn new_token(&mut self, item: u32, kind: Kind, node: u32) -> u32 {
        self.tokens.add(Token {
            item,
            state: State::Ready,
            kind,
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
            older: NONE,
            newer: NONE,
        })
    }

    /// Gives an item another token, which stands nowhere yet. `node` is the end of its path.
    pub(super) fn add_token(&mut self, item: u32, node: u32) -> u32 {
        let token = self.new_token(item, Kind::Whole, node);
        let older = self.items[item].newest;
        self.tokens[token].older = older;
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
        let own = &self.tokens[token];
        let (of_item, older, newer) = (own.item, own.older, own.newer);
        let item = &mut self.items[of_item];
        item.tokens -= 1;
        if newer == NONE {
            item.newest = older;
        } else {
            self.tokens[newer].older = older;
        }
        if older != NONE {
            self.tokens[older].newer = newer;
        }
        self.drop_job(token);
    }

    /// Lets go of a token that no item knows.
    pub(super) fn drop_job(&mut self, token: u32) {
        let own = &self.tokens[token];
        if own.due < NEVER || own.is_called {
            self.tokens[token].state = State::Gone;
            self.counts.gone += 1;
        } else {
            self.tokens.free(token);
        }
    }

    /// A token is ready at a stage.
    #[inline]
    pub(super) fn begin_visit(&mut self, token: u32, stage: u32) {
        let now = self.now;
        let place = &self.plan.stages[stage as usize];
        let own = &mut self.tokens[token];
        let (pass, is_rework) = self.items.memory.begin_visit(own.item, place.memory);
        own.place = stage;
        own.pass = pass;
        own.is_rework = is_rework;
        own.ready = now;
        own.due = NEVER;
        if place.is_plain {
            self.await_start(token);
        } else if place.batch > 1 {
            self.gather(token);
        } else {
            self.begin_copies(token);
        }
    }

    /// A job waits for its team, or starts where it needs none.
    #[inline]
    pub(super) fn await_start(&mut self, job: u32) {
        let stage = self.tokens[job].place;
        if let Some(team) = self.plan.stages[stage as usize].team {
            self.tokens[job].state = State::Queued;
            self.enqueue(team, job);
            return;
        }
        let work = self.work_of(job);
        if work > 0 {
            self.start_alone(job, work);
        } else {
            // Its start takes its turn among the others of this instant.
            let number = self.number_of(job);
            let own = &mut self.tokens[job];
            own.state = State::Ready;
            own.is_called = true;
            self.schedule(self.now, Rank::Start, number, job);
        }
    }

    /// Draws the work of a job, without setup. Of a batch it was drawn when it was formed.
    #[inline]
    pub(super) fn work_of(&self, job: u32) -> u64 {
        let own = &self.tokens[job];
        let copy = match own.kind {
            Kind::Whole => 0,
            Kind::Copy => self.tokens.extra(job).copy,
            Kind::Batch => return own.work,
        };
        self.draw_work(own, copy)
    }

    /// Draws the work of a visit, or of a copy of it.
    #[inline]
    pub(super) fn draw_work(&self, visit: &Token, copy: u32) -> u64 {
        let stage = &self.plan.stages[visit.place as usize];
        let item = &self.items[visit.item];
        let luck = Luck::new(item.key, stage.work_key, visit.pass, copy);
        if stage.has_one_work {
            return stage.work.draw(luck);
        }
        let work = stage.work_of(item.class);
        match stage.later.as_deref().filter(|_| visit.is_rework) {
            None => work.draw_times(stage.stretch, luck),
            Some(Later::Factor(factor)) => work.draw_times(factor * stage.stretch, luck),
            Some(Later::Work(later)) => later.draw_times(stage.stretch, luck),
        }
    }

    /// Starts a job at a stage without a team.
    pub(super) fn start_alone(&mut self, job: u32, work: u64) {
        self.work(job, work, self.now + work);
    }

    #[inline]
    pub(super) fn work(&mut self, job: u32, work: u64, due: u64) {
        let number = self.number_of(job);
        let own = &mut self.tokens[job];
        own.state = State::InWork;
        own.started = self.now;
        own.work = work;
        own.due = due;
        if due < NEVER {
            self.schedule(due, Rank::Finish, number, job);
        }
    }

    /// The work of a job is done.
    #[inline]
    pub(super) fn finish(&mut self, job: u32) {
        self.counts.events += 1;
        let own = &mut self.tokens[job];
        own.due = NEVER;
        let (kind, stage, started) = (own.kind, own.place, own.started);
        self.count_work(stage, started);
        match kind {
            Kind::Whole => self.leave(job),
            Kind::Copy => self.finish_copy(job),
            Kind::Batch => self.finish_batch(job),
        }
    }

    /// A visit is over and its item sets out or is done: writes its record, adds it to the path,
    /// and lets people and room go.
    #[inline]
    pub(super) fn depart(&mut self, token: u32) {
        let plan = self.plan;
        let (slices, closed_before) = self.end_visit(token, VisitEnd::Left);
        let own = &self.tokens[token];
        debug_assert_eq!(slices[Slice::Working], own.work, "work is what was drawn");
        let (of_item, place, came_over) = (own.item, own.place, own.came_over);
        let is_across_teams =
            came_over != NONE && plan.handoffs[came_over as usize].is_across_teams;
        let (node, segment) = self.paths.add(&mut self.items[of_item], own.node);
        // Field by field: what is put together elsewhere first is copied more slowly.
        segment.place = Place::Stage(place);
        segment.is_rework = own.is_rework;
        segment.from = SimTime(own.ready);
        segment.slices.0[0] = slices.0[0];
        segment.slices.0[1] = slices.0[1];
        segment.slices.0[2] = slices.0[2];
        segment.slices.0[3] = slices.0[3];
        segment.slices.0[4] = slices.0[4];
        segment.slices.0[5] = slices.0[5];
        segment.closed_before = closed_before;
        segment.is_across_teams = is_across_teams;
        self.tokens[token].node = node;
        self.items
            .memory
            .finish_visit(of_item, plan.stages[place as usize].memory);
    }

    /// Returns what a visit that ends now has lived through. Of copies it is that of the one that
    /// ended the visit.
    fn course_of(&self, token: u32, own: &Token) -> Course {
        let now = self.now;
        let stage = &self.plan.stages[own.place as usize];
        let waiting = Course {
            queued: own.ready,
            started: now,
            finished: now,
            left: now,
            has_started: false,
            batch: 1,
            copy: 0,
            setup: 0,
        };
        let mut course = match own.state {
            State::InWork | State::Blocked => Course {
                started: own.started,
                finished: match own.state {
                    State::Blocked => self.tokens.extra(token).finished,
                    _ => now,
                },
                has_started: true,
                ..waiting
            },
            State::Gathering => Course {
                queued: now,
                ..waiting
            },
            State::InBatch => {
                let job = self.tokens.extra(token).parent;
                let job = &self.tokens[job];
                let has_started = matches!(job.state, State::InWork | State::Finished);
                Course {
                    started: if has_started { job.started } else { now },
                    has_started,
                    ..waiting
                }
            }
            _ => waiting,
        };
        if stage.batch > 1 && own.state != State::Gathering {
            let extra = self.tokens.extra(token);
            course.queued = extra.queued;
            course.batch = self.tokens.extra(extra.parent).count;
            course.setup = self.tokens.extra(extra.parent).setup;
        } else if course.has_started
            && (stage.copies > 1
                || stage
                    .team
                    .is_some_and(|team| self.plan.teams[team as usize].knows_people))
        {
            let extra = self.tokens.extra(token);
            course.setup = extra.setup;
            if stage.copies > 1 {
                course.copy = extra.copy;
            }
        }
        course
    }

    /// Ends a visit now: writes its record, frees its people and its room, and adds it to the
    /// integrals. Its work has been counted.
    #[inline]
    pub(super) fn end_visit(&mut self, token: u32, end: VisitEnd) -> Division {
        let plan = self.plan;
        let own = &self.tokens[token];
        let stage = &plan.stages[own.place as usize];
        if stage.is_plain && stage.limit == NONE && own.state == State::InWork {
            let (place, ready) = (own.place, own.ready);
            // The short way of what is usual.
            let mut course = Course {
                queued: own.ready,
                started: own.started,
                finished: self.now,
                left: self.now,
                has_started: true,
                batch: 1,
                copy: 0,
                setup: 0,
            };
            if let Some(team) = stage.team
                && plan.teams[team as usize].knows_people
            {
                course.setup = self.tokens.extra(token).setup;
            }
            let division = self.write_visit(token, &course, end);
            if let Some(team) = stage.team {
                self.release(team, stage.crew, token);
            }
            self.stages[place as usize].inside += self.in_window(ready, self.now);
            return division;
        }
        self.end_other_visit(token, end)
    }

    #[inline(never)]
    fn end_other_visit(&mut self, token: u32, end: VisitEnd) -> Division {
        let own = &self.tokens[token].clone();
        let course = self.course_of(token, own);
        let division = self.write_visit(token, &course, end);
        let place = own.place as usize;
        let stage = &self.plan.stages[place];
        if stage.batch > 1 {
            if own.state != State::Gathering {
                self.leave_batch(self.tokens.extra(token).parent);
            }
        } else if let (Some(team), true) = (stage.team, course.has_started) {
            if own.state == State::Blocked {
                self.count_blocked(own.place, course.finished);
            }
            self.release(team, stage.crew, token);
        }
        self.stages[place].inside += self.in_window(own.ready, self.now);
        if stage.limit != NONE {
            self.vacate(own.place);
        }
        division
    }

    /// Writes the record of a visit, or of a copy of it.
    #[inline]
    pub(super) fn write_visit(&mut self, token: u32, course: &Course, end: VisitEnd) -> Division {
        let own = &self.tokens[token];
        let stage = &self.plan.stages[own.place as usize];
        let (working, team_wait, closed_before, closed_within) = match stage.team {
            Some(team) => {
                let (team_wait, closed_before) = self.split(team, course.queued, course.started);
                let (working, closed) = self.split(team, course.started, course.finished);
                (working, team_wait, closed_before, closed)
            }
            None if course.has_started => (course.finished - course.started, 0, 0, 0),
            None => (0, 0, 0, 0),
        };
        let work = if course.has_started { working } else { 0 };
        // In the order of `Slice`.
        let slices = Slices([
            working,
            team_wait,
            closed_before + closed_within,
            0,
            course.queued - own.ready,
            course.left - course.finished,
        ]);
        self.sink.visit(&VisitRecord {
            item: self.items[own.item].who,
            stage: own.place,
            came_over: (own.came_over != NONE).then_some(own.came_over),
            pass: own.pass,
            copy: course.copy,
            is_rework: own.is_rework,
            ready: SimTime(own.ready),
            queued: SimTime(course.queued),
            started: SimTime(course.started),
            finished: SimTime(course.finished),
            left: SimTime(course.left),
            work,
            setup: course.setup.min(work),
            crew: stage.crew,
            batch: course.batch,
            slices,
            closed_before,
            end,
        });
        (slices, closed_before)
    }

    /// A token leaves the last stage of its way.
    #[inline]
    pub(super) fn end_token(&mut self, token: u32) {
        let own = &self.tokens[token];
        let (of_item, node) = (own.item, own.node);
        self.drop_token(token);
        let now = self.now;
        let item = &self.items[of_item];
        if item.tokens > 0 {
            self.look_for_stuck(of_item);
            return;
        }
        let path = self.paths.ending_with(node);
        let (who, arrived) = (item.who, item.arrived);
        debug_assert_eq!(
            path.iter().map(|piece| piece.slices.total()).sum::<u64>(),
            now - arrived,
            "the path adds up to the lead time"
        );
        self.sink.done(&ItemRecord {
            item: who,
            arrived: SimTime(arrived),
            done: SimTime(now),
            path,
        });
        self.paths.free(&mut self.items[of_item]);
        self.items.free(of_item);
        self.counts.inside -= 1;
        let stream = who.stream as usize;
        self.leave_stream(stream);
        if who.is_feedback {
            return;
        }
        self.counts.done += u64::from(who.is_measured);
        self.wip[stream] += self.in_window(arrived, now);
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
