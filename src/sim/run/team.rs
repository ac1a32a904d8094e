//! Teams: people, queues and openings.

use super::queue::Queue;
use super::store::Kind;
use super::{NEVER, NEW, NONE, Rank, Run, Sink, State};
use crate::model::Discipline;
use crate::sim::luck::Luck;
use crate::sim::plan::PlanTeam;
use crate::sim::record::{SimTime, TeamTotals};

/// With more teams than this that may start at one instant, the agenda puts them in order.
const MOST_COMPARED: usize = 8;

/// What a team is doing.
#[derive(Debug)]
pub(super) struct TeamState {
    /// People who are free.
    free: u32,
    queue: Queue,
    /// The people one by one, where it matters who works.
    people: Vec<Person>,
    is_stirred: bool,
    /// Whether its next opening stands in the agenda.
    pub is_waking: bool,
    /// The open span that was last looked at.
    open_from: u64,
    open_to: u64,
    pub totals: TeamTotals,
}

/// Somebody of a team.
#[derive(Clone, Copy, Debug)]
struct Person {
    /// The job at work, `NONE` when free.
    job: u32,
    /// The stage of the last job, `NONE` before the first.
    stage: u32,
    free_since: u64,
}

impl TeamState {
    pub fn new(team: &PlanTeam) -> Self {
        let people = if team.knows_people { team.people } else { 0 };
        Self {
            free: team.people,
            queue: match team.discipline {
                Discipline::FirstCome => Queue::first_come(),
                Discipline::Priority | Discipline::ShortestWork => Queue::by_key(),
            },
            people: (0..people)
                .map(|_| Person {
                    job: NONE,
                    stage: NONE,
                    free_since: 0,
                })
                .collect(),
            is_stirred: false,
            is_waking: false,
            open_from: 0,
            open_to: if team.hours.is_some() { 0 } else { u64::MAX },
            totals: TeamTotals::default(),
        }
    }
}

impl<S: Sink> Run<'_, S> {
    /// Puts a job into its team's queue.
    #[inline]
    pub(super) fn enqueue(&mut self, team: u32, job: u32) {
        let key = match self.plan.teams[team as usize].discipline {
            Discipline::FirstCome => (0, 0),
            Discipline::Priority => {
                let stage = &self.plan.stages[self.tokens[job].place as usize];
                (self.priority_of(job), i64::from(stage.priority))
            }
            Discipline::ShortestWork => (self.work_of(job) as i64, 0),
        };
        let queue = &mut self.teams[team as usize].queue;
        queue.add(&mut self.tokens, job, key);
        if queue.first() == job {
            self.stir(team);
        }
    }

    /// Returns the priority of a job's item; of a batch the best of its members'.
    fn priority_of(&self, job: u32) -> i64 {
        let own = &self.tokens[job];
        if own.kind != Kind::Batch {
            return i64::from(self.items[own.item].priority);
        }
        let mut best = i64::MAX;
        let mut member = self.tokens.extra(job).first;
        while member != NONE {
            best = best.min(i64::from(self.items[self.tokens[member].item].priority));
            member = self.tokens.extra(member).next;
        }
        best
    }

    /// Takes a job that waits out of its team's queue, and adds its wait to the integrals.
    #[inline]
    pub(super) fn dequeue(&mut self, team: u32, job: u32) {
        self.teams[team as usize]
            .queue
            .remove(&mut self.tokens, job);
        let own = &self.tokens[job];
        let stage = own.place as usize;
        let waited = self.in_window(own.ready, self.now);
        self.stages[stage].queue += waited;
        self.teams[team as usize].totals.queue += waited;
    }

    /// Sees to it that a team looks at its queue when the starts of this instant come.
    #[inline]
    pub(super) fn stir(&mut self, team: u32) {
        let state = &mut self.teams[team as usize];
        if !state.is_stirred && state.queue.first() != NONE {
            state.is_stirred = true;
            self.stirred.push(team);
        }
    }

    /// Frees the people of a job.
    #[inline]
    pub(super) fn release(&mut self, team: u32, crew: u32, job: u32) {
        let now = self.now;
        let state = &mut self.teams[team as usize];
        state.free += crew;
        if !state.people.is_empty() {
            for person in state.people.iter_mut().filter(|p| p.job == job) {
                person.job = NONE;
                person.free_since = now;
            }
        }
        self.stir(team);
    }

    /// Lets the people of one job stay with another.
    pub(super) fn pass_people(&mut self, team: u32, from: u32, to: u32) {
        let people = &mut self.teams[team as usize].people;
        for person in people.iter_mut().filter(|person| person.job == from) {
            person.job = to;
        }
    }

    /// Lets the stirred teams start what they can, by item number.
    ///
    /// Where nothing else is left at this instant and there are few, they are compared on the spot,
    /// until a start finishes at once; else their heads are called through the agenda.
    pub(super) fn start_stirred(&mut self, is_alone: bool) {
        if is_alone && self.stirred.len() <= MOST_COMPARED {
            while let Some((team, head)) = self.next_start() {
                if self.start(team, head) == self.now {
                    // It goes on from the front; the teams stay stirred.
                    return;
                }
            }
            return;
        }
        while let Some(team) = self.stirred.pop() {
            self.teams[team as usize].is_stirred = false;
            if let Some(head) = self.head_that_can_start(team)
                && !self.tokens[head].is_called
            {
                self.tokens[head].is_called = true;
                let number = self.number_of(head);
                self.schedule(self.now, Rank::Start, number, head);
            }
        }
    }

    /// Returns the first start among the stirred teams; those that cannot start are so no more.
    #[inline]
    fn next_start(&mut self) -> Option<(u32, u32)> {
        let mut first: Option<(u32, u32, u32)> = None;
        let mut place = 0;
        while let Some(&team) = self.stirred.get(place) {
            let Some(head) = self.head_that_can_start(team) else {
                self.teams[team as usize].is_stirred = false;
                self.stirred.swap_remove(place);
                continue;
            };
            place += 1;
            let number = self.number_of(head);
            let is_first = first.is_none_or(|(least, _, other)| {
                number < least || (number == least && self.tokens.tie(number, head, other))
            });
            if is_first {
                first = Some((number, team, head));
            }
        }
        first.map(|(_, team, head)| (team, head))
    }

    /// Returns the number of the item by which a job takes its turn.
    pub(super) fn number_of(&self, job: u32) -> u32 {
        let own = &self.tokens[job];
        match own.kind {
            Kind::Batch => self.tokens.extra(job).number,
            Kind::Whole | Kind::Copy => self.items[own.item].who.number,
        }
    }

    /// It is the turn of a job that was called, or that is ready at a stage without a team.
    pub(super) fn called(&mut self, job: u32) {
        self.tokens[job].is_called = false;
        let own = &self.tokens[job];
        if own.state == State::Ready {
            self.start_alone(job, 0);
            return;
        }
        let Some(team) = self.plan.stages[own.place as usize].team else {
            return;
        };
        if self.teams[team as usize].queue.first() == job
            && self.head_that_can_start(team).is_some()
        {
            self.start(team, job);
        }
        self.stir(team);
    }

    /// Returns the first in the queue when it can start now; when the team is closed, sees to its
    /// looking again at the next opening.
    fn head_that_can_start(&mut self, team: u32) -> Option<u32> {
        let now = self.now;
        let state = &mut self.teams[team as usize];
        let head = state.queue.first();
        if head == NONE {
            return None;
        }
        if state.free < self.plan.teams[team as usize].most_crew {
            let stage = self.tokens[head].place;
            if self.plan.stages[stage as usize].crew > state.free {
                return None;
            }
        }
        if now >= state.open_to {
            let span = self
                .plan
                .hours_of(team)
                .and_then(|hours| hours.span_from(now));
            (state.open_from, state.open_to) = span.unwrap_or((u64::MAX, u64::MAX));
        }
        if now >= state.open_from {
            return Some(head);
        }
        if !state.is_waking && state.open_from != u64::MAX {
            state.is_waking = true;
            let at = state.open_from;
            self.schedule(at, Rank::Start, NEW, team);
        }
        None
    }

    /// Starts the head of a team's queue. Returns when it is done.
    #[inline]
    fn start(&mut self, team: u32, job: u32) -> u64 {
        self.dequeue(team, job);
        let mut work = self.work_of(job);
        let stage = &self.plan.stages[self.tokens[job].place as usize];
        self.teams[team as usize].free -= stage.crew;
        if self.plan.teams[team as usize].knows_people {
            let setup = self.choose_people(team, job);
            self.tokens.extra_mut(job).setup = setup;
            work += setup;
        }
        let due = self.end_of_work(team, work);
        self.work(job, work, due);
        due
    }

    /// Chooses who does a job: those free who last worked at its stage, then those free longest,
    /// then by number. Returns the setup that is due when one of them comes from another stage.
    fn choose_people(&mut self, team: u32, job: u32) -> u64 {
        let place = self.tokens[job].place;
        let stage = &self.plan.stages[place as usize];
        let people = &mut self.teams[team as usize].people;
        let mut is_due = false;
        for _ in 0..stage.crew {
            let chosen = people
                .iter_mut()
                .filter(|person| person.job == NONE)
                .min_by_key(|person| (person.stage != place, person.free_since))
                .expect("as many people are free as a crew needs");
            is_due |= chosen.stage != place && chosen.stage != NONE;
            chosen.job = job;
            chosen.stage = place;
        }
        match &stage.setup {
            Some(setup) if is_due => {
                let own = &self.tokens[job];
                let copy = match own.kind {
                    Kind::Copy => self.tokens.extra(job).copy,
                    Kind::Whole | Kind::Batch => 0,
                };
                let item = match own.kind {
                    Kind::Batch => self.tokens[self.tokens.extra(job).first].item,
                    Kind::Whole | Kind::Copy => own.item,
                };
                let key = self.items[item].key;
                setup.draw(Luck::new(key, stage.setup_key, own.pass, copy))
            }
            _ => 0,
        }
    }

    /// Returns when work of this length is done, when it starts now.
    fn end_of_work(&self, team: u32, work: u64) -> u64 {
        let now = self.now;
        if work <= self.teams[team as usize].open_to - now {
            return now + work;
        }
        self.plan
            .hours_of(team)
            .and_then(|hours| hours.add_work(SimTime(now), work))
            .map_or(NEVER, |end| end.0)
    }

    /// Divides `[from, to)` into open and closed milliseconds of a team.
    #[inline]
    pub(super) fn split(&self, team: u32, from: u64, to: u64) -> (u64, u64) {
        let state = &self.teams[team as usize];
        if from >= state.open_from && to <= state.open_to {
            return (to - from, 0);
        }
        match self.plan.hours_of(team) {
            Some(hours) => hours.split(from, to),
            None => (to - from, 0),
        }
    }

    /// Returns the open milliseconds of a team in the part of `[from, to)` that is in the window.
    #[inline]
    pub(super) fn open_in_window(&self, team: u32, from: u64, to: u64) -> u64 {
        let from = from.max(self.window.warm_up.0);
        let to = to.min(self.window.horizon.0);
        if from < to {
            self.split(team, from, to).0
        } else {
            0
        }
    }

    /// Adds work that a crew has done from an instant until now to the integrals.
    #[inline]
    pub(super) fn count_work(&mut self, stage: u32, from: u64) {
        let stage = &self.plan.stages[stage as usize];
        if let Some(team) = stage.team {
            let busy = self.open_in_window(team, from, self.now);
            self.teams[team as usize].totals.busy += busy * u64::from(stage.crew);
        }
    }

    /// Adds the time for which a crew has stayed with what is blocked to the integrals.
    pub(super) fn count_blocked(&mut self, stage: u32, from: u64) {
        let stage = &self.plan.stages[stage as usize];
        if let Some(team) = stage.team {
            let blocked = self.open_in_window(team, from, self.now);
            self.teams[team as usize].totals.blocked += blocked * u64::from(stage.crew);
        }
    }
}
