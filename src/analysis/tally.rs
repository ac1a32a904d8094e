//! Counting one replication: a [`Sink`] that keeps sums, never records.

use crate::sim::{
    ItemRecord, ItemRef, PassageRecord, Place, RunSummary, SimTime, Sink, Slice, Slices, VisitEnd,
    VisitRecord, Window,
};

use super::figure::Figure;
use super::figures::{
    Breakdown, Checks, ClassFigures, Figures, HandoffFigures, LeadTime, Part, PartFigures, Passes,
    Rework, StageFigures, StreamFigures, TeamFigures,
};
use super::histogram::Histogram;
use super::legend::{Goal, Legend, StageTerms};
use super::sample::Sample;

const MS_PER_SECOND: f64 = 1_000.0;
const MS_PER_HOUR: f64 = 3_600_000.0;
const MS_PER_DAY: f64 = 86_400_000.0;

/// Takes the records of one replication and makes its [`Figures`].
///
/// Memory does not grow with the number of items beyond a bound (see `Sample`). All sums are whole
/// milliseconds, so their order does not matter.
pub struct Tally<'a> {
    legend: &'a Legend,
    window: Window,
    streams: Vec<StreamTally>,
    /// By team: person-time of the visits started in the window, of all items.
    work_in_window: Vec<u64>,
    /// Stamps that say in which item a place was seen last, so that it counts once an item.
    seen_stages: Vec<u64>,
    seen_handoffs: Vec<u64>,
    seen_systems: Vec<u64>,
    stamp: u64,
    not_adding_up: u64,
    measured_arrived: u64,
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
    /// Time of items that arrived before the window, in it.
    before: u64,
    /// Time of measured items after the window.
    after: u64,
    stages: Vec<StageTally>,
    handoffs: Vec<HandoffTally>,
    histogram: Histogram,
}

#[derive(Default)]
struct ItemsTally {
    lead_times: Sample,
    total: u64,
    within: u64,
}

/// Time on critical paths, in first pass and rework.
#[derive(Clone, Copy, Default)]
struct PathTally([Slices; 2]);

impl PathTally {
    fn add(&mut self, is_rework: bool, slices: Slices) {
        self.0[usize::from(is_rework)] += slices;
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

    fn breakdown(self, items: f64) -> Breakdown {
        Breakdown(Slice::ALL.map(|slice| passes(self.0.map(|pass| pass[slice]), items)))
    }
}

fn passes(first_and_rework: [u64; 2], items: f64) -> Passes {
    let [first_pass, rework] = first_and_rework.map(|time| seconds_per(time, items));
    Passes { first_pass, rework }
}

fn seconds_per(ms: u64, count: f64) -> Figure {
    Figure::ratio(ms as f64 / MS_PER_SECOND, count)
}

#[derive(Clone, Copy, Default)]
struct StageTally {
    visits: u64,
    started: u64,
    beyond_first: u64,
    jobs: u64,
    work: u64,
    person_work: u64,
    wasted: u64,
    team_wait: u64,
    job_wait: u64,
    items_on_path: u64,
    path: PathTally,
}

#[derive(Clone, Copy, Default)]
struct HandoffTally {
    set_out: u64,
    arrived: u64,
    delay: u64,
    items_on_path: u64,
    path: [u64; 2],
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
                .map(|stream| StreamTally {
                    classes: (0..=stream.classes.len())
                        .map(|_| ItemsTally::default())
                        .collect(),
                    stages: vec![StageTally::default(); legend.stages.len()],
                    handoffs: vec![HandoffTally::default(); legend.handoffs.len()],
                    ..StreamTally::default()
                })
                .collect(),
            work_in_window: vec![0; legend.teams.len()],
            seen_stages: vec![0; legend.stages.len()],
            seen_handoffs: vec![0; legend.handoffs.len()],
            seen_systems: vec![0; legend.systems],
            stamp: 0,
            not_adding_up: 0,
            measured_arrived: 0,
            measured_done: 0,
        }
    }

    fn is_in_window(&self, at: SimTime) -> bool {
        self.window.warm_up <= at && at < self.window.horizon
    }

    fn measure(&mut self, item: &ItemRecord<'_>) {
        self.measured_done += 1;
        self.stamp += 1;
        let legend = self.legend;
        let stream = &mut self.streams[item.item.stream as usize];
        let lead_time = item.done.since(item.arrived);

        let class = legend.class_of_demand[item.item.demand as usize];
        let items = &mut stream.classes[class];
        items.lead_times.add(lead_time);
        items.total += lead_time;
        let is_within = match legend.streams[item.item.stream as usize].target {
            Some(Goal::Within(most)) => lead_time <= most,
            Some(Goal::By(date)) => date.is_some_and(|date| item.done.0 <= date),
            None => false,
        };
        items.within += u64::from(is_within);
        stream.histogram.add(lead_time);
        stream.after += item
            .done
            .0
            .saturating_sub(self.window.horizon.0.max(item.arrived.0));

        let mut adds_up_to = 0;
        for segment in item.path {
            adds_up_to += segment.slices.total();
            stream.path.add(segment.is_rework, segment.slices);
            let slices = segment.slices;
            stream.interface +=
                slices[Slice::Handoff] + slices[Slice::Batching] + slices[Slice::Blocked];
            match segment.place {
                Place::Door => stream.door += slices[Slice::Blocked],
                Place::Stage(place) => {
                    let place = place as usize;
                    if segment.is_across_teams {
                        stream.interface += slices[Slice::TeamWait] + segment.closed_before;
                    }
                    let tally = &mut stream.stages[place];
                    tally.path.add(segment.is_rework, slices);
                    if std::mem::replace(&mut self.seen_stages[place], self.stamp) != self.stamp {
                        let terms = &legend.stages[place];
                        tally.items_on_path += 1;
                        stream.touchpoints += terms.touchpoints;
                        for &system in &terms.systems {
                            let seen = &mut self.seen_systems[system as usize];
                            stream.systems +=
                                u64::from(std::mem::replace(seen, self.stamp) != self.stamp);
                        }
                    }
                }
                Place::Handoff(place) => {
                    let place = place as usize;
                    let tally = &mut stream.handoffs[place];
                    tally.path[usize::from(segment.is_rework)] += slices[Slice::Handoff];
                    if legend.handoffs[place].is_manual {
                        stream.coordination += slices[Slice::Handoff];
                    }
                    let seen = &mut self.seen_handoffs[place];
                    tally.items_on_path +=
                        u64::from(std::mem::replace(seen, self.stamp) != self.stamp);
                }
            }
        }
        self.not_adding_up += u64::from(adds_up_to != lead_time);
    }

    /// Makes the figures of the replication.
    pub fn finish(self, summary: &RunSummary) -> Figures {
        let legend = self.legend;
        let length = summary.window.horizon.since(summary.window.warm_up) as f64;
        let mut checks = Checks {
            items_lost: (summary.measured.abs_diff(summary.done + summary.unfinished))
                .max(self.measured_done.abs_diff(summary.done))
                .max(self.measured_arrived.abs_diff(summary.measured)),
            items_not_adding_up: self.not_adding_up,
            ..Checks::default()
        };

        let inside: u64 = summary.wip.iter().sum();
        let (mut lead_times, mut after, mut before) = (0, 0, 0);
        for stream in &self.streams {
            lead_times += stream.path.total();
            after += stream.after;
            before += stream.before;
        }
        // ∫N over the window = time of the measured items in it + time of earlier ones in it.
        if summary.unfinished == 0 {
            let expected = (lead_times + before).saturating_sub(after) as f64;
            checks.littles_law = Figure::ratio(inside as f64 - expected, lead_times as f64);
        }
        let busy: u64 = summary.teams.iter().map(|team| team.busy).sum();
        let work: u64 = self.work_in_window.iter().sum();
        checks.utilisation = Figure::ratio(work as f64 - busy as f64, busy as f64);

        let teams = legend
            .teams
            .iter()
            .zip(&summary.teams)
            .enumerate()
            .map(|(place, (team, totals))| {
                let people_open = f64::from(team.people) * totals.open as f64;
                let (mut jobs, mut wait) = (0, 0);
                for stream in &self.streams {
                    for (stage, terms) in stream.stages.iter().zip(&legend.stages) {
                        if terms.team == Some(place) {
                            jobs += stage.jobs;
                            wait += stage.job_wait;
                        }
                    }
                }
                TeamFigures {
                    id: team.id,
                    utilisation: Figure::ratio(totals.busy as f64, people_open),
                    blocked: Figure::ratio(totals.blocked as f64, people_open),
                    queue_length: Figure::ratio(totals.queue as f64, length),
                    wait: seconds_per(wait, jobs as f64),
                }
            })
            .collect();
        let streams = self
            .streams
            .into_iter()
            .enumerate()
            .map(|(place, stream)| stream.finish(legend, place, summary, length))
            .collect();
        Figures {
            streams,
            teams,
            checks,
        }
    }
}

impl Sink for Tally<'_> {
    fn visit(&mut self, visit: &VisitRecord) {
        let was_started = visit.end != VisitEnd::WithdrawnWaiting;
        let person_work = visit.work * u64::from(visit.crew);
        if was_started
            && self.is_in_window(visit.started)
            && let Some(team) = self.legend.stages[visit.stage as usize].team
        {
            self.work_in_window[team] += person_work;
        }
        if !visit.item.is_measured {
            return;
        }
        let stage = &mut self.streams[visit.item.stream as usize].stages[visit.stage as usize];
        if visit.copy == 0 {
            stage.visits += 1;
            stage.started += u64::from(was_started);
            stage.beyond_first += u64::from(visit.is_rework);
        }
        if was_started {
            stage.jobs += 1;
            stage.work += visit.work;
            stage.person_work += person_work;
            stage.team_wait += visit.slices[Slice::TeamWait];
            stage.job_wait += visit.started.since(visit.ready);
        }
        if visit.end == VisitEnd::WithdrawnWorking {
            stage.wasted += visit.work;
        }
    }

    fn passage(&mut self, passage: &PassageRecord) {
        let counts =
            passage.item.is_measured || (passage.item.is_feedback && is_start(self, passage));
        if !counts {
            return;
        }
        let handoff =
            &mut self.streams[passage.item.stream as usize].handoffs[passage.handoff as usize];
        handoff.set_out += 1;
        if !passage.is_withdrawn {
            handoff.arrived += 1;
            handoff.delay += passage.arrived.since(passage.set_out);
        }
    }

    fn arrived(&mut self, item: ItemRef, at: SimTime) {
        if item.is_feedback {
            let counts = self.is_in_window(at);
            self.streams[item.stream as usize].feedback_items += u64::from(counts);
        }
        self.measured_arrived += u64::from(item.is_measured);
    }

    fn done(&mut self, item: &ItemRecord<'_>) {
        if item.item.is_measured {
            self.measure(item);
        } else if !item.item.is_feedback && item.arrived < self.window.warm_up {
            let end = item.done.min(self.window.horizon);
            self.streams[item.item.stream as usize].before +=
                end.0.saturating_sub(self.window.warm_up.0);
        }
    }
}

/// Whether a passage of a feedback item is the one that started it, in the window.
fn is_start(tally: &Tally<'_>, passage: &PassageRecord) -> bool {
    let kind = tally.legend.handoffs[passage.handoff as usize].kind;
    kind == crate::model::HandoffKind::Feedback && tally.is_in_window(passage.set_out)
}

impl ItemsTally {
    fn lead_time(&mut self, has_target: bool) -> LeadTime {
        let n = self.lead_times.len() as f64;
        let quantiles = self.lead_times.quantiles([0.5, 0.85, 0.95]);
        let [p50, p85, p95] = match quantiles {
            Some(quantiles) => quantiles.map(|ms| Figure::of(ms as f64 / MS_PER_SECOND)),
            None => [Figure::default(); 3],
        };
        LeadTime {
            mean: seconds_per(self.total, n),
            p50,
            p85,
            p95,
            within_target: if has_target {
                Figure::ratio(self.within as f64, n)
            } else {
                Figure::default()
            },
        }
    }
}

impl StreamTally {
    fn finish(
        mut self,
        legend: &Legend,
        place: usize,
        summary: &RunSummary,
        length: f64,
    ) -> StreamFigures {
        let terms = &legend.streams[place];
        let has_target = terms.target.is_some();
        let classes = terms
            .classes
            .iter()
            .zip(&mut self.classes[1..])
            .map(|(&id, items)| ClassFigures {
                id,
                items: items.lead_times.len(),
                lead_time: items.lead_time(has_target),
            })
            .collect();
        let (all, with_class) = self
            .classes
            .split_first_mut()
            .expect("the first is for items without a class");
        for items in with_class {
            all.lead_times.add_all(&items.lead_times);
            all.total += items.total;
            all.within += items.within;
        }

        let items = all.lead_times.len();
        let n = items as f64;
        let lead_time = all.lead_time(has_target);
        let total = self.path.total() as f64;
        let rework: u64 = self.path.0[1].total();
        let delay = total - self.path.of(Slice::Working) as f64;

        let sum = |of: &dyn Fn(&StageTally, &StageTerms) -> u64| -> u64 {
            let stages = self.stages.iter().zip(&legend.stages);
            stages.map(|(stage, terms)| of(stage, terms)).sum()
        };
        let visits = sum(&|stage, _| stage.visits);
        let unaided = sum(&|stage, terms| if terms.needs_person { 0 } else { stage.visits });
        let manual = sum(&|stage, terms| {
            if terms.needs_person {
                stage.person_work
            } else {
                0
            }
        });
        let (mut passages, mut automatic) = (0, 0);
        for (handoff, terms) in self.handoffs.iter().zip(&legend.handoffs) {
            if terms.kind != crate::model::HandoffKind::Feedback {
                passages += handoff.set_out;
                automatic += if terms.is_automatic {
                    handoff.set_out
                } else {
                    0
                };
            }
        }
        let cost: f64 = self
            .stages
            .iter()
            .zip(&legend.stages)
            .map(|(stage, terms)| {
                stage.person_work as f64 / MS_PER_HOUR * terms.cost_per_person_hour
                    + stage.started as f64 * terms.cost_per_visit
            })
            .sum();

        StreamFigures {
            id: terms.id,
            items,
            lead_time,
            breakdown: self.path.breakdown(n),
            handoff_share: Figure::ratio(self.path.of(Slice::Handoff) as f64, total),
            interface_delay_share: Figure::ratio(self.interface as f64, delay),
            coordination_share: Figure::ratio(self.coordination as f64, total),
            rework: Rework {
                visits_beyond_first: Figure::ratio(sum(&|stage, _| stage.beyond_first) as f64, n),
                time: seconds_per(rework, n),
                wasted_work: seconds_per(sum(&|stage, _| stage.wasted), n),
            },
            turned_away: Figure::of(summary.turned_away[place] as f64),
            feedback_items: Figure::of(self.feedback_items as f64),
            throughput_per_day: Figure::ratio(
                summary.done_by_stream[place] as f64,
                length / MS_PER_DAY,
            ),
            wip: Figure::ratio(summary.wip[place] as f64, length),
            activity_ratio: Figure::ratio(self.path.of(Slice::Working) as f64, total),
            rolled_ca: terms.rolled_ca,
            automation_coverage: Figure::ratio(
                (unaided + automatic) as f64,
                (visits + passages) as f64,
            ),
            manual_hours_per_item: Figure::ratio(manual as f64 / MS_PER_HOUR, n),
            cost_per_item: if legend.has_prices {
                Figure::ratio(cost, n)
            } else {
                Figure::default()
            },
            touchpoints: Figure::ratio(self.touchpoints as f64, n),
            systems: Figure::ratio(self.systems as f64, n),
            classes,
            by_phase: self.parts(
                &legend.phases,
                n,
                |stage| stage.phase,
                |way| way.phase,
                legend,
            ),
            by_team: self.parts(
                &legend.teams_as_parts,
                n,
                |stage| stage.team_part,
                |way| way.team_part,
                legend,
            ),
            stages: self.stage_figures(legend, n),
            handoffs: self.handoff_figures(legend, n),
            histogram: self.histogram,
        }
    }

    /// Divides the lead time: each stage and handoff goes to one part, the door to the last.
    fn parts(
        &self,
        parts: &[Part],
        items: f64,
        part_of_stage: impl Fn(&StageTerms) -> usize,
        part_of_handoff: impl Fn(&super::legend::HandoffTerms) -> usize,
        legend: &Legend,
    ) -> Vec<PartFigures> {
        let mut paths = vec![PathTally::default(); parts.len()];
        for (stage, terms) in self.stages.iter().zip(&legend.stages) {
            paths[part_of_stage(terms)].add_all(stage.path);
        }
        for (handoff, terms) in self.handoffs.iter().zip(&legend.handoffs) {
            let path = &mut paths[part_of_handoff(terms)];
            for (pass, time) in path.0.iter_mut().zip(handoff.path) {
                pass[Slice::Handoff] += time;
            }
        }
        if let Some(between) = paths.last_mut() {
            between.0[0][Slice::Blocked] += self.door;
        }
        parts
            .iter()
            .zip(paths)
            .map(|(part, path)| PartFigures {
                part: part.clone(),
                on_path: path.breakdown(items),
            })
            .collect()
    }

    fn stage_figures(&self, legend: &Legend, items: f64) -> Vec<StageFigures> {
        self.stages
            .iter()
            .zip(&legend.stages)
            .map(|(stage, terms)| StageFigures {
                id: terms.id,
                visits_per_item: Figure::ratio(stage.visits as f64, items),
                work: seconds_per(stage.work, stage.started as f64),
                team_wait: seconds_per(stage.team_wait, stage.jobs as f64),
                criticality: Figure::ratio(stage.items_on_path as f64, items),
                on_path: stage.path.breakdown(items),
            })
            .collect()
    }

    fn handoff_figures(&self, legend: &Legend, items: f64) -> Vec<HandoffFigures> {
        self.handoffs
            .iter()
            .zip(&legend.handoffs)
            .map(|(handoff, terms)| HandoffFigures {
                id: terms.id,
                from: terms.from,
                to: terms.to,
                kind: terms.kind,
                passages_per_item: Figure::ratio(handoff.set_out as f64, items),
                delay: seconds_per(handoff.delay, handoff.arrived as f64),
                criticality: Figure::ratio(handoff.items_on_path as f64, items),
                on_path: passes(handoff.path, items),
            })
            .collect()
    }
}
