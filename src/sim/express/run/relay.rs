//! The relay: a line of stages, each with a team of its own that takes first who comes first, needs
//! no agenda.
//!
//! Where n people serve one queue in order, an item starts when it is there and the first of the
//! last n is done: start = max(ready, least finish of the n before). (Lindley 1952 for one server,
//! Kiefer and Wolfowitz 1955 for n.) When that one is replaced it goes on to the next stage, and as
//! what is replaced never gets earlier, the next stage sees its items in the order in which they
//! come. So every arrival pushes at most one item a stage further, all the way down the line.
//!
//! The instants are those of the agenda's runs, and so is the order: who finishes at one instant
//! goes on by number, and behind them who only started then and had nothing to do.

use super::{Done, GivesUp, Run};
use crate::sim::agenda::NEVER;
use crate::sim::express::totals::QuickSink;
use crate::sim::luck::{Luck, combine};
use crate::sim::plan::PlanArrivals;
use crate::sim::record::RunEnd;
use crate::sim::run::TURNS_BETWEEN_LOOKS;

/// More events behind the horizon than this, and the agenda takes over: the relay remembers each.
const MOST_LATE: usize = 1 << 20;

/// An item in work, or done there and not yet needed further on.
#[derive(Clone, Copy, Debug)]
struct Job {
    finished: u64,
    key: u64,
    arrived: u64,
    told: u64,
    number: u32,
    /// Who goes on first of those who finish at one instant: the number, or behind all numbers the
    /// turn in which it started and finished at once.
    order: u32,
    is_measured: bool,
}

/// Numbers are below it; turns in `Job::order` begin there.
const AT_ONCE: u32 = 1 << 31;

impl Job {
    fn precedes(&self, other: &Self) -> bool {
        (self.finished, self.order) < (other.finished, other.order)
    }
}

/// A stage with its people: as many of the last jobs, the first to finish on top of a heap.
#[derive(Debug)]
struct Station {
    lane: u32,
    people: usize,
    jobs: Vec<Job>,
    /// How many took no time at all.
    at_once: u32,
}

impl Station {
    /// Puts a job in the place of the first to finish.
    #[inline]
    fn replace_first(&mut self, job: Job) {
        let jobs = &mut self.jobs;
        let mut place = 0;
        loop {
            let child = 2 * place + 1;
            if child >= jobs.len() {
                break;
            }
            let other = child + 1;
            let least = if other < jobs.len() && jobs[other].precedes(&jobs[child]) {
                other
            } else {
                child
            };
            if !jobs[least].precedes(&job) {
                break;
            }
            jobs[place] = jobs[least];
            place = least;
        }
        jobs[place] = job;
    }

    /// Takes the first to finish away.
    fn take_first(&mut self) -> Option<Job> {
        let last = self.jobs.pop()?;
        let Some(&first) = self.jobs.first() else {
            return Some(last);
        };
        self.replace_first(last);
        Some(first)
    }

    fn add(&mut self, job: Job) {
        let jobs = &mut self.jobs;
        let mut place = jobs.len();
        jobs.push(job);
        while place > 0 {
            let parent = (place - 1) / 2;
            if !job.precedes(&jobs[parent]) {
                break;
            }
            jobs[place] = jobs[parent];
            place = parent;
        }
        jobs[place] = job;
    }
}

/// The line of stages, and what is only known to count when the end of the run is.
#[derive(Default)]
struct Relay {
    stations: Vec<Station>,
    /// When the last measured item so far was done.
    last_done: u64,
    /// The marks of the whole line: every item comes to all of it.
    marks: u64,
    arrivals: Vec<u64>,
    /// When visits were over.
    events: Vec<u64>,
    /// Visits of items that are not measured and began work in the window: lane, work, and when
    /// they were over.
    started: Vec<(u32, u64, u64)>,
    /// Items that are not measured, and when they were done.
    done: Vec<(Done, u64)>,
}

impl<S: QuickSink> Run<'_, S> {
    /// Runs a relay to its end.
    pub(super) fn relay(&mut self, line: &[u32]) -> Result<RunEnd, GivesUp> {
        let mut relay = Relay {
            stations: (line.iter())
                .map(|&lane| {
                    let team = self.stages[lane as usize].team;
                    Station {
                        lane,
                        people: self.plan.teams[team as usize].people as usize,
                        jobs: Vec::new(),
                        at_once: 0,
                    }
                })
                .collect(),
            ..Relay::default()
        };
        if let Some(marks) = &self.marks {
            let facts = self.lanes.facts.iter();
            let stages = facts.map(|facts| marks.stages[facts.place as usize]);
            let ways = (self.handoffs.iter()).map(|lane| marks.handoffs[lane.place as usize]);
            relay.marks = stages.chain(ways).fold(0, |all, marks| all | marks);
        }
        let horizon = self.window.horizon.0;
        let PlanArrivals::Every { gap, batch } = &self.plan.demands[0].arrivals else {
            return Err(GivesUp);
        };
        let source = self.sources[0];
        let (mut batches, mut items, mut at) = (0u32, 0u32, 0);
        loop {
            if batches.is_multiple_of(TURNS_BETWEEN_LOOKS) {
                self.tell();
                if self.control.is_cancelled() {
                    return Ok(RunEnd::Cancelled);
                }
            }
            let luck = Luck::new(source.gap_key, 0, batches, 0);
            let drawn = self.lanes.gaps[0].draw(&self.tables, luck);
            at += drawn.unwrap_or_else(|| gap.draw(luck));
            batches = batches.wrapping_add(1);
            let all_done = self.counts.measured == self.counts.done;
            if at >= horizon && all_done && at > relay.last_done {
                break;
            }
            if items >= AT_ONCE.saturating_sub(*batch)
                || relay.events.len() > MOST_LATE
                || at >= NEVER
            {
                return Err(GivesUp);
            }
            let is_measured = at >= self.window.warm_up.0 && at < horizon;
            for _ in 0..*batch {
                let number = items;
                items += 1;
                if number == 0 {
                    self.counts.first_arrival = Some(at);
                }
                self.counts.inside += 1;
                self.counts.measured += u64::from(is_measured);
                if at >= horizon {
                    relay.arrivals.push(at);
                }
                let job = Job {
                    finished: at,
                    key: combine(source.item_key, u64::from(number)),
                    arrived: at,
                    told: 0,
                    number,
                    order: number,
                    is_measured,
                };
                self.push_on(&mut relay, 0, job)?;
            }
        }
        // Nobody comes any more in time to push out those who are there.
        for place in 0..relay.stations.len() {
            while let Some(job) = relay.stations[place].take_first() {
                self.push_on(&mut relay, place + 1, job)?;
            }
        }
        if relay.last_done > self.cap {
            return Err(GivesUp);
        }
        self.end_relay(&relay, items);
        Ok(RunEnd::Complete)
    }

    /// Counts what of the late happened before the end.
    fn end_relay(&mut self, relay: &Relay, items: u32) {
        let horizon = self.window.horizon.0;
        // What happens at the horizon still happens only when something measured goes on then.
        let goes_on = relay.last_done >= horizon;
        self.now = relay.last_done.max(horizon);
        let end = self.now;
        let happens = |at: &&u64| goes_on && **at <= end;
        let late_arrivals = relay.arrivals.iter().filter(happens).count();
        let never = relay.arrivals.len() - late_arrivals;
        self.counts.numbers = items - never as u32;
        self.counts.events += relay.events.iter().filter(happens).count() as u64;
        for (lane, work, at) in &relay.started {
            if happens(&at) {
                self.rest[*lane as usize].started_in_window += *work as i64;
            }
        }
        let stream = self.lanes.demands[0].stream as usize;
        for (done, at) in &relay.done {
            if happens(&at) {
                self.end_item(done, *at);
            } else {
                self.wip[stream] += self.in_window(done.arrived, end);
            }
        }
        self.sources[0].measured = self.counts.measured as u32;
    }

    /// Lets a job in at a station, and what it pushes out there into the next.
    #[inline(always)]
    fn push_on(&mut self, relay: &mut Relay, first: usize, mut job: Job) -> Result<(), GivesUp> {
        let horizon = self.window.horizon.0;
        for place in first..relay.stations.len() {
            let station = &mut relay.stations[place];
            let ready = job.finished;
            let is_full = station.jobs.len() == station.people;
            let started = if is_full {
                ready.max(station.jobs[0].finished)
            } else {
                ready
            };
            let at = station.lane;
            let lane = &mut self.stages[at as usize];
            let luck = Luck::new(job.key, lane.work_key, 0, 0);
            let work = match self.lanes.works[lane.work as usize].draw(&self.tables, luck) {
                Some(work) => work,
                None => self.drawn_by_plan(at, false, luck),
            };
            job.order = if work > 0 {
                job.number
            } else {
                station.at_once += 1;
                AT_ONCE | station.at_once
            };
            let (finished, wait) = (started + work, started - ready);
            job.finished = finished;
            job.told += wait + work;
            if job.is_measured {
                let lane = &mut self.stages[at as usize];
                lane.sums.count += 1;
                lane.sums.working += work;
                lane.sums.wait += wait;
                lane.sums.had_to_wait += u32::from(wait > 0);
                // Every stage has a team of its own.
                lane.sums.wait_across += if place > 0 { wait } else { 0 };
            }
            self.counts.events += u64::from(finished < horizon);
            let leaves = if is_full {
                let next = station.jobs[0];
                station.replace_first(job);
                Some(next)
            } else {
                station.add(job);
                None
            };
            if finished >= horizon || !job.is_measured {
                self.correct_relay(relay, at, &job, [ready, started]);
            }
            let Some(next) = leaves else {
                return Ok(());
            };
            job = next;
        }
        let done = Done {
            demand: 0,
            number: job.number,
            is_measured: job.is_measured,
            has_gone_back: false,
            arrived: job.arrived,
            adds_up_to: job.told,
            marks: [relay.marks; 2],
        };
        if job.is_measured {
            relay.last_done = relay.last_done.max(job.finished);
            self.end_item(&done, job.finished);
        } else if job.finished < horizon {
            self.end_item(&done, job.finished);
        } else {
            relay.done.push((done, job.finished));
        }
        Ok(())
    }

    /// What is rare: a visit that is over only behind the horizon, or of an item that is not
    /// measured.
    #[inline(never)]
    fn correct_relay(&mut self, relay: &mut Relay, lane: u32, job: &Job, at: [u64; 2]) {
        let [ready, started] = at;
        let finished = job.finished;
        let horizon = self.window.horizon.0;
        if finished >= horizon {
            relay.events.push(finished);
        }
        let (working, wait) = if job.is_measured {
            (finished - started, started - ready)
        } else {
            (0, 0)
        };
        let work_in_window = self.in_window(started, finished);
        let wait_in_window = self.in_window(ready, started);
        let starts = started >= self.window.warm_up.0 && started < horizon;
        let rest = &mut self.rest[lane as usize];
        rest.work_in_window += work_in_window as i64 - working as i64;
        rest.wait_in_window += wait_in_window as i64 - wait as i64;
        rest.started_in_window -= working as i64;
        if starts {
            let work = finished - started;
            if job.is_measured || finished < horizon {
                rest.started_in_window += work as i64;
            } else {
                relay.started.push((lane, work, finished));
            }
        }
    }
}
