//! Counting one replication: a [`Sink`] that keeps sums, never records.

mod express;
mod finish;

use rustc_hash::FxHashSet;

use crate::sim::{
    ItemRecord, ItemRef, PassageRecord, Place, SimTime, Sink, Slice, Slices, VisitEnd, VisitRecord,
    Window,
};

use super::figures::VISITS_TOLD_APART;
use super::legend::{Goal, Legend};
use super::sample::Sample;

/// Takes the records of one replication and makes its [`Figures`].
///
/// Memory does not grow with the number of items beyond a bound (see `Sample`), except with those
/// inside. Sums of time are whole milliseconds; only an item's part of a batch is a fraction.
pub struct Tally<'a> {
    legend: &'a Legend,
    window: Window,
    streams: Vec<StreamTally>,
    /// Person-time of the visits started in the window, of all items.
    work_in_window: f64,
    /// The same of plain visits.
    plain_work_in_window: u64,
    /// Items inside that a person has had to do with, by number; of streams where that is not so of
    /// all.
    touched: FxHashSet<u32>,
    /// Items inside that have come again to a stage, by number.
    gone_back: FxHashSet<u32>,
    /// Stamps that say in which item a place was seen last, so that it counts once an item.
    seen_stages: Vec<u64>,
    seen_handoffs: Vec<u64>,
    seen_systems: Vec<u64>,
    stamp: u64,
    not_adding_up: u64,
    measured_done: u64,
}

#[derive(Default)]
struct StreamTally {
    /// By class; the first is for items without one.
    classes: Vec<ItemsTally>,
    path: PathTally,
    /// Blocked at the door.
    door: u64,
    interface: u64,
    coordination: u64,
    touchpoints: u64,
    systems: u64,
    feedback_items: u64,
    measured_arrived: u64,
    /// Items that went back.
    gone_back: u64,
    /// Items that no person had to do with.
    untouched: u64,
    /// Time of items that arrived before the window, in it.
    before: u64,
    /// Time of measured items after the window.
    after: u64,
    /// Its place among the streams.
    place: usize,
    /// Of the stages and handoffs where its items can come, in order.
    stages: Vec<StageTally>,
    handoffs: Vec<HandoffTally>,
}

#[derive(Default)]
struct ItemsTally {
    lead_times: Sample,
    total: u64,
    squares: u128,
    longest: u64,
    within: u64,
}

/// Time on critical paths, in first pass and rework.
#[derive(Clone, Copy, Default)]
struct PathTally([Slices; 2]);

impl PathTally {
    #[inline]
    fn add(&mut self, is_rework: bool, slices: &Slices) {
        let sums = &mut self.0[usize::from(is_rework)];
        for (sum, part) in sums.0.iter_mut().zip(&slices.0) {
            *sum += part;
        }
    }

    fn add_all(&mut self, other: Self) {
        self.0[0] += other.0[0];
        self.0[1] += other.0[1];
    }

    fn total(self) -> u64 {
        self.0[0].total() + self.0[1].total()
    }

    fn of(self, slice: Slice) -> u64 {
        self.0[0][slice] + self.0[1][slice]
    }
}

/// Visits that are one whole job, the first of their item, and not withdrawn, batched or blocked:
/// nearly all, kept together in little room. [`StageTally::settle`] adds them to the others.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct PlainVisits {
    count: u64,
    working: u64,
    team_wait: u64,
    closed: u64,
    wait: u64,
    had_to_wait: u64,
    crew: u64,
}

/// First passes on critical paths, in as little room.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct PlainPath {
    slices: Slices,
    /// Items whose path has the place on it.
    items: u64,
}

#[derive(Clone, Copy, Default)]
struct StageTally {
    plain: PlainVisits,
    plain_path: PlainPath,
    visits: u64,
    /// Visits by pass; beyond the last no more are counted.
    by_pass: [u64; VISITS_TOLD_APART - 1],
    started: u64,
    beyond_first: u64,
    /// Visits of each copy that were started: an item's part of a job.
    shares: u64,
    /// Jobs: a batch is one.
    jobs: f64,
    work: u64,
    person_work: f64,
    wasted: f64,
    team_wait: u64,
    wait: u64,
    had_to_wait: u64,
    job_wait: f64,
    left: u64,
    elapsed: u64,
    path: PathTally,
    effort: PathTally,
}

impl StageTally {
    /// Adds the plain visits to all others.
    fn settle(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        self.visits += plain.count;
        self.by_pass[0] += plain.count;
        self.started += plain.count;
        self.shares += plain.count;
        self.left += plain.count;
        self.jobs += plain.count as f64;
        self.work += plain.working;
        self.person_work += (plain.working * plain.crew) as f64;
        self.team_wait += plain.team_wait;
        self.wait += plain.wait;
        self.job_wait += plain.wait as f64;
        self.had_to_wait += plain.had_to_wait;
        self.elapsed += plain.working + plain.team_wait + plain.closed;
        let effort = &mut self.effort.0[0];
        effort[Slice::Working] += plain.working;
        effort[Slice::TeamWait] += plain.team_wait;
        effort[Slice::Closed] += plain.closed;
        let path = std::mem::take(&mut self.plain_path.slices);
        self.path.add(false, &path);
    }
}

#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct HandoffTally {
    set_out: u64,
    arrived: u64,
    delay: u64,
    items_on_path: u64,
    path: [u64; 2],
    effort: [u64; 2],
}

impl<'a> Tally<'a> {
    /// Makes a tally of a run over `window`. In a terminating study the window becomes known only
    /// at the end; then the one given here is not used.
    pub fn new(legend: &'a Legend, window: Window) -> Self {
        let whole = Window {
            warm_up: SimTime::ZERO,
            horizon: SimTime(u64::MAX),
        };
        Self {
            legend,
            window: if legend.is_terminating { whole } else { window },
            streams: legend
                .streams
                .iter()
                .enumerate()
                .map(|(place, stream)| StreamTally {
                    place,
                    classes: (0..=stream.classes.len())
                        .map(|_| ItemsTally::default())
                        .collect(),
                    stages: vec![StageTally::default(); stream.stages.len()],
                    handoffs: vec![HandoffTally::default(); stream.handoffs.len()],
                    ..StreamTally::default()
                })
                .collect(),
            work_in_window: 0.0,
            plain_work_in_window: 0,
            touched: FxHashSet::default(),
            gone_back: FxHashSet::default(),
            seen_stages: vec![0; legend.stages.len()],
            seen_handoffs: vec![0; legend.handoffs.len()],
            seen_systems: vec![0; legend.systems],
            stamp: 0,
            not_adding_up: 0,
            measured_done: 0,
        }
    }

    fn is_in_window(&self, at: SimTime) -> bool {
        self.window.warm_up <= at && at < self.window.horizon
    }

    /// Counts the lead time of a measured item.
    #[inline]
    fn count_lead_time(&mut self, of_stream: u32, demand: u32, arrived: SimTime, done: SimTime) {
        let lead_time = done.since(arrived);
        let stream = &mut self.streams[of_stream as usize];
        let items = &mut stream.classes[self.legend.class_of_demand[demand as usize]];
        items.lead_times.add(lead_time);
        items.total += lead_time;
        items.squares += u128::from(lead_time) * u128::from(lead_time);
        items.longest = items.longest.max(lead_time);
        let is_within = match self.legend.streams[of_stream as usize].target {
            Some(Goal::Within(most)) => lead_time <= most,
            Some(Goal::By(date)) => date.is_some_and(|date| done.0 <= date),
            None => false,
        };
        items.within += u64::from(is_within);
        stream.after += done.0.saturating_sub(self.window.horizon.0.max(arrived.0));
    }

    /// Counts the time in the window of an item that arrived before it.
    fn count_before(&mut self, stream: u32, arrived: SimTime, done: SimTime) {
        if arrived < self.window.warm_up {
            let end = done.min(self.window.horizon);
            self.streams[stream as usize].before += end.0.saturating_sub(self.window.warm_up.0);
        }
    }

    fn measure(&mut self, item: &ItemRecord<'_>) {
        self.measured_done += 1;
        self.stamp += 1;
        let legend = self.legend;
        let lead_time = item.done.since(item.arrived);
        self.count_lead_time(item.item.stream, item.item.demand, item.arrived, item.done);
        let stream = &mut self.streams[item.item.stream as usize];

        let number = item.item.number;
        stream.gone_back += u64::from(self.gone_back.remove(&number));
        let may_need_nobody = legend.streams[item.item.stream as usize].may_need_nobody;
        stream.untouched += u64::from(may_need_nobody && !self.touched.remove(&number));

        let of_stream = item.item.stream;
        let (mut adds_up_to, mut interface, mut coordination) = (0, 0, 0);
        for segment in item.path.iter() {
            let slices = &segment.slices;
            adds_up_to += slices.total();
            stream.path.add(segment.is_rework, slices);
            interface += slices[Slice::Handoff] + slices[Slice::Batching] + slices[Slice::Blocked];
            match segment.place {
                Place::Door => stream.door += slices[Slice::Blocked],
                Place::Stage(place) => {
                    if segment.is_across_teams {
                        interface += slices[Slice::TeamWait] + segment.closed_before;
                    }
                    let tally = &mut stream.stages[legend.stage_slots.of(of_stream, place)];
                    if segment.is_rework {
                        tally.path.add(true, slices);
                    } else {
                        tally.plain_path.slices += *slices;
                    }
                    let seen = &mut self.seen_stages[place as usize];
                    if std::mem::replace(seen, self.stamp) != self.stamp {
                        let terms = &legend.stages[place as usize];
                        tally.plain_path.items += 1;
                        stream.touchpoints += terms.touchpoints;
                        for &system in &terms.systems {
                            let seen = &mut self.seen_systems[system as usize];
                            stream.systems +=
                                u64::from(std::mem::replace(seen, self.stamp) != self.stamp);
                        }
                    }
                }
                Place::Handoff(place) => {
                    let tally = &mut stream.handoffs[legend.handoff_slots.of(of_stream, place)];
                    tally.path[usize::from(segment.is_rework)] += slices[Slice::Handoff];
                    if legend.handoff_flags[place as usize].is_manual {
                        coordination += slices[Slice::Handoff];
                    }
                    let seen = &mut self.seen_handoffs[place as usize];
                    tally.items_on_path +=
                        u64::from(std::mem::replace(seen, self.stamp) != self.stamp);
                }
            }
        }
        stream.interface += interface;
        stream.coordination += coordination;
        self.not_adding_up += u64::from(adds_up_to != lead_time);
    }
}

impl Tally<'_> {
    /// Counts a visit that is not plain.
    fn other_visit(&mut self, visit: &VisitRecord) {
        let terms = &self.legend.stages[visit.stage as usize];
        let was_started = visit.end != VisitEnd::WithdrawnWaiting;
        // An item's part of a job is the whole job unless it is a batch.
        let part = if visit.batch == 1 {
            1.0
        } else {
            1.0 / f64::from(visit.batch)
        };
        let person_work = (visit.work * u64::from(visit.crew)) as f64 * part;
        if was_started && terms.team.is_some() && self.is_in_window(visit.started) {
            self.work_in_window += person_work;
        }
        if !visit.item.is_measured {
            return;
        }
        if terms.needs_person && self.legend.streams[visit.item.stream as usize].may_need_nobody {
            self.touched.insert(visit.item.number);
        }
        let slot = (self.legend.stage_slots).of(visit.item.stream, visit.stage);
        let stage = &mut self.streams[visit.item.stream as usize].stages[slot];
        stage.effort.add(visit.is_rework, &visit.slices);
        if visit.copy == 0 {
            stage.visits += 1;
            if let Some(count) = stage.by_pass.get_mut(visit.pass as usize) {
                *count += 1;
            }
            stage.started += u64::from(was_started);
            if visit.is_rework {
                stage.beyond_first += 1;
                self.gone_back.insert(visit.item.number);
            }
        }
        if was_started {
            let wait = visit.started.since(visit.queued);
            stage.shares += 1;
            stage.jobs += part;
            stage.work += visit.work;
            stage.person_work += person_work;
            stage.team_wait += visit.slices[Slice::TeamWait];
            stage.wait += wait;
            stage.had_to_wait += u64::from(wait > 0);
            stage.job_wait += wait as f64 * part;
        }
        match visit.end {
            VisitEnd::Left => {
                stage.left += 1;
                stage.elapsed += visit.left.since(visit.ready);
            }
            VisitEnd::WithdrawnWorking => stage.wasted += visit.work as f64 * part,
            VisitEnd::WithdrawnWaiting => {}
        }
    }
}

impl Sink for Tally<'_> {
    #[inline]
    fn visit(&mut self, visit: &VisitRecord) {
        let terms = self.legend.stage_flags[visit.stage as usize];
        let is_plain = visit.end == VisitEnd::Left
            && visit.batch == 1
            && visit.copy == 0
            && visit.pass == 0
            && visit.left == visit.finished;
        if is_plain {
            let person_work = visit.work * u64::from(visit.crew);
            if terms.has_team && self.is_in_window(visit.started) {
                self.plain_work_in_window += person_work;
            }
            if !visit.item.is_measured {
                return;
            }
            let of_stream = visit.item.stream;
            if terms.needs_person && self.legend.streams[of_stream as usize].may_need_nobody {
                self.touched.insert(visit.item.number);
            }
            let slot = self.legend.stage_slots.of(of_stream, visit.stage);
            let plain = &mut self.streams[of_stream as usize].stages[slot].plain;
            let wait = visit.started.since(visit.queued);
            plain.count += 1;
            plain.working += visit.work;
            plain.team_wait += visit.slices[Slice::TeamWait];
            plain.closed += visit.slices[Slice::Closed];
            plain.wait += wait;
            plain.had_to_wait += u64::from(wait > 0);
            plain.crew = u64::from(visit.crew);
            return;
        }
        self.other_visit(visit);
    }

    #[inline]
    fn passage(&mut self, passage: &PassageRecord) {
        let counts =
            passage.item.is_measured || (passage.item.is_feedback && is_start(self, passage));
        if !counts {
            return;
        }
        let terms = self.legend.handoff_flags[passage.handoff as usize];
        let stream = passage.item.stream as usize;
        if !terms.is_automatic
            && !passage.item.is_feedback
            && self.legend.streams[stream].may_need_nobody
        {
            self.touched.insert(passage.item.number);
        }
        let slot = (self.legend.handoff_slots).of(passage.item.stream, passage.handoff);
        let handoff = &mut self.streams[stream].handoffs[slot];
        let delay = passage.arrived.since(passage.set_out);
        handoff.set_out += 1;
        handoff.effort[usize::from(passage.is_rework)] += delay;
        if !passage.is_withdrawn {
            handoff.arrived += 1;
            handoff.delay += delay;
        }
    }

    fn arrived(&mut self, item: ItemRef, at: SimTime) {
        if item.is_feedback {
            let counts = self.is_in_window(at);
            self.streams[item.stream as usize].feedback_items += u64::from(counts);
        }
        self.streams[item.stream as usize].measured_arrived += u64::from(item.is_measured);
    }

    fn done(&mut self, item: &ItemRecord<'_>) {
        if item.item.is_measured {
            self.measure(item);
        } else if !item.item.is_feedback {
            self.count_before(item.item.stream, item.arrived, item.done);
        }
    }
}

/// Whether a passage of a feedback item is the one that started it, in the window.
fn is_start(tally: &Tally<'_>, passage: &PassageRecord) -> bool {
    let flags = tally.legend.handoff_flags[passage.handoff as usize];
    flags.is_feedback && tally.is_in_window(passage.set_out)
}
