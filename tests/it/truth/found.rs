//! What a study finds of a truth file's model: its figures, and where these do not say it, its
//! records.

use std::cell::OnceCell;
use std::ops::{ControlFlow, Range};
use std::path::Path;

use anabranch::analysis::{
    Figure, Figures, Slice, StageFigures, StreamFigures, TeamFigures, t_975,
};
use anabranch::graph::Flow;
use anabranch::model::{ElapsedTime, Model, StreamId, Target, TeamId};
use anabranch::sim::{
    ItemRecord, PassageRecord, Place, Plan, RunSummary, Sink, VisitEnd, VisitRecord,
};
use anabranch::store::{MemoryFiles, load, save};
use anabranch::study::{
    Effort, Recorder, Study, StudyControl, StudyError, StudyOptions, record, simulate,
};

use rustc_hash::FxHashMap;

use super::HOUR;
use super::build::{Built, GATHER, millis};

/// A study of a model.
pub struct Found {
    pub study: Study,
    /// Milliseconds of the file's unit of time.
    pub unit: f64,
    model: Model,
    plan: Plan,
    records: OnceCell<Vec<Recorded>>,
}

/// Which items are measured.
#[derive(Clone, Copy)]
pub struct Size {
    pub warm_up_items: f64,
    pub items: f64,
    pub replications: u32,
}

/// Saves a model, opens the file and studies what it says, as the command line does.
pub fn study(built: &Built, size: Size, seed: u64) -> Result<Found, StudyError> {
    let model = through_a_file(&built.model);
    let is_steady = built.gap > 0.0;
    let at = |items: f64| millis::<ElapsedTime>(items * built.gap);
    let options = StudyOptions {
        seed: Some(seed),
        effort: Effort::Replications(size.replications),
        horizon: is_steady.then(|| at(size.warm_up_items + size.items)),
        warm_up: is_steady.then(|| at(size.warm_up_items)),
        ..StudyOptions::default()
    };
    let study = simulate(&model, &options, &StudyControl::new(), &mut |_| {})?;
    assert!(study.is_stable, "{:?}", study.problems);
    let checks = &study.figures.as_ref().expect("it settles").checks;
    assert!(
        checks.hold(),
        "the run does not agree with itself: {checks:?}"
    );
    Ok(Found {
        plan: Plan::compile(&model, &Flow::of(&model))?,
        study,
        unit: built.unit,
        model,
        records: OnceCell::new(),
    })
}

/// Saves a model and opens the file.
fn through_a_file(model: &Model) -> Model {
    let files = MemoryFiles::new();
    let path = Path::new("truth.ron");
    save(&files, path, model).expect("it can be saved");
    let loaded = load(&files, path).expect("it can be opened");
    assert_eq!(loaded.model, *model);
    loaded.model
}

/// A model with a target of so many units.
pub fn with_target(built: &Built, units: f64) -> Built {
    let mut built = built.clone();
    let stream = built.model.streams.find_mut(StreamId::new("s").unwrap());
    stream.unwrap().target = Some(Target::LeadTime(millis(units * built.unit)));
    built
}

/// A value with its standard error.
pub type Value = (f64, f64);

fn mean_and_error(values: &[f64]) -> Value {
    let mut figure = Figure::default();
    values.iter().for_each(|&value| figure.add(value));
    of_figure(figure).expect("there are values")
}

/// The half width of a Student interval is t standard errors.
fn of_figure(figure: Figure) -> Option<Value> {
    let estimate = figure.estimate()?;
    let error = if figure.replications() > 1 {
        estimate.half_width() / t_975(figure.replications() - 1)
    } else {
        0.0
    };
    Some((estimate.value, error))
}

impl Found {
    pub fn is_exact(&self) -> bool {
        self.study.is_terminating
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Returns what the replications recorded.
    pub fn records(&self) -> &[Recorded] {
        self.records.get_or_init(|| {
            let window = self.study.window;
            let mut recording = Recording {
                keeps_visits: self.is_exact(),
                window: window.warm_up.0..window.horizon.0,
                ..Recording::default()
            };
            record(
                &self.model,
                &self.study,
                &StudyControl::new(),
                &mut recording,
            )
            .expect("it ran before");
            recording.all
        })
    }

    /// Returns the only replication of a study that ends by itself.
    pub fn only(&self) -> &Recorded {
        let [only] = self.records() else {
            panic!("there is one replication");
        };
        only
    }

    /// Returns the visit of an item to a stage.
    pub fn visit(&self, item: u32, stage: &str) -> &VisitRecord {
        let stage = self.stage(stage).expect("the stage exists") as u32;
        self.only()
            .visits
            .iter()
            .find(|visit| visit.item.number == item && visit.stage == stage)
            .expect("the item was there")
    }

    /// Returns the stages on the critical path of the last item done.
    pub fn path_of_last(&self) -> Vec<&'static str> {
        let path = self.only().path_of_last.iter();
        path.map(|&stage| self.plan.stages()[stage as usize].id.as_str())
            .collect()
    }

    fn stage(&self, id: &str) -> Option<usize> {
        let mut stages = self.plan.stages().iter();
        stages.position(|stage| stage.id.as_str() == id)
    }

    fn figures(&self) -> &Figures {
        self.study.figures.as_ref().expect("it settles")
    }

    fn stream(&self) -> &StreamFigures {
        self.study.stream_figures().expect("it settles")
    }

    /// Returns a metric in the file's unit with its standard error; nothing when it is not known.
    pub fn metric(&self, at: &str, metric: &str) -> Option<Value> {
        if at == "system" {
            return self.of_system(metric);
        }
        if at == "handoff" {
            return self.of_handoff(metric);
        }
        if let Some(class) = at.strip_prefix("class/") {
            let classes = &self.stream().classes;
            let class = classes.iter().find(|found| found.id.as_str() == class)?;
            return match metric {
                "mean_time_in_system" => self.time(class.lead_time.mean),
                _ => None,
            };
        }
        if let Some((stage, class_name)) = at.split_once('/') {
            let stage = self.stage(stage)? as u32;
            let classes = self.plan.classes();
            let mut demands = self.plan.demands().iter();
            let demand = demands.position(|demand| {
                let class = demand.class.map(|class| classes[class as usize]);
                class.is_some_and(|found| found.as_str() == class_name)
            })? as u32;
            return match metric {
                "mean_queue_wait" => Some(self.over_records(|replication| {
                    let (jobs, wait) = replication.waits[&(stage, demand)];
                    wait as f64 / jobs as f64 / self.unit
                })),
                _ => None,
            };
        }
        self.of_stage(self.stage(at)?, metric)
    }

    /// A time in seconds, in the file's unit.
    fn time(&self, figure: Figure) -> Option<Value> {
        let (value, error) = of_figure(figure)?;
        let units = 1e3 / self.unit;
        Some((value * units, error * units))
    }

    fn over_records(&self, of: impl Fn(&Recorded) -> f64) -> Value {
        let values: Vec<f64> = self.records().iter().map(of).collect();
        mean_and_error(&values)
    }

    fn of_system(&self, metric: &str) -> Option<Value> {
        let stream = self.stream();
        let lead_time = &stream.lead_time;
        if let Some(rest) = metric.strip_prefix('p')
            && let Some((percent, "time_in_system" | "duration")) = rest.split_once('_')
        {
            return self.time(lead_time.percentiles.at(percent.parse().ok()?));
        }
        let hours = |(value, error): Value| (value * self.unit / HOUR, error * self.unit / HOUR);
        match metric {
            "mean_time_in_system" | "mean_duration" | "duration" | "total_lead_time" => {
                self.time(lead_time.mean)
            }
            "mean_time_in_system_hours" => self.time(lead_time.mean).map(hours),
            "sd_time_in_system" | "sd_duration" => self.time(lead_time.sd),
            "max_time_in_system" => self.time(lead_time.longest),
            "max_time_in_system_hours" => self.time(lead_time.longest).map(hours),
            "mean_number_in_system" | "time_average_number_in_system_from_0_to_end" => {
                of_figure(stream.wip)
            }
            "throughput" => {
                let (value, error) = of_figure(stream.throughput_per_day)?;
                let units = self.unit / (24.0 * HOUR);
                Some((value * units, error * units))
            }
            "prob_blocked" => of_figure(stream.turned_away_share),
            "mean_work_time_per_item" | "total_process_time" => {
                self.time(stream.effort[Slice::Working].both)
            }
            "mean_wait_time_per_item" | "mean_wait_per_item" => {
                let closed = stream.effort[Slice::Closed].both.value()?;
                assert_eq!(
                    closed, 0.0,
                    "what waits while closed is not told apart here"
                );
                self.time(stream.effort[Slice::TeamWait].both)
            }
            "flow_efficiency_mean_work_over_mean_time" | "activity_ratio" => {
                of_figure(stream.activity_ratio)
            }
            "mean_cost_per_item" => of_figure(stream.cost_per_item),
            "last_item_finishes_at" => Some((self.study.horizon.0 as f64 / self.unit, 0.0)),
            // The branches of an item that has no stage behind its join: it is done when the last
            // one is.
            "mean_join_wait_of_the_earlier_half" => Some(self.over_records(|replication| {
                replication.join_wait as f64 / replication.done.len() as f64 / self.unit
            })),
            "mean_time_of_first_finished_branch" => Some(self.over_records(|replication| {
                replication.first_branch as f64 / replication.done.len() as f64 / self.unit
            })),
            _ => {
                if metric.starts_with("probability_by_") {
                    return of_figure(lead_time.within_target);
                }
                None
            }
        }
    }

    /// The one handoff that a file is about, or the stage that stands for it.
    fn of_handoff(&self, metric: &str) -> Option<Value> {
        if metric == "mean_number_waiting" {
            return of_figure(self.figures().occupancy[self.stage(GATHER)?].inside);
        }
        let ms: fn(&Recorded) -> f64 = match metric {
            "mean_wait" | "mean_wait_hours" => |replication| mean(&replication.handoff_waits),
            "sd_wait" => |replication| sd(&replication.handoff_waits),
            "p90_wait" => |replication| quantile(&replication.handoff_waits, 0.9),
            "max_wait" => |replication| quantile(&replication.handoff_waits, 1.0),
            "fraction_of_items_that_wait_zero" => {
                return Some(self.over_records(|replication| {
                    let waits = &replication.handoff_waits;
                    waits.iter().filter(|&&wait| wait == 0).count() as f64 / waits.len() as f64
                }));
            }
            "mean_items_released_at_once" => {
                return Some(self.over_records(|replication| {
                    // Meetings are 168 hours apart.
                    let length = replication.window.1 - replication.window.0;
                    replication.released as f64 / (length as f64 / (168.0 * HOUR))
                }));
            }
            _ => return None,
        };
        let unit = if metric.ends_with("_hours") {
            HOUR
        } else {
            self.unit
        };
        Some(self.over_records(|replication| ms(replication) / unit))
    }

    fn of_stage(&self, place: usize, metric: &str) -> Option<Value> {
        let figures: &StageFigures = &self.stream().stages[place];
        let occupancy = &self.figures().occupancy[place];
        let team = || -> Option<&TeamFigures> {
            let team: TeamId = self.model.stages.at(place)?.team?;
            self.figures().team(team)
        };
        match metric {
            "utilisation" | "utilisation_until_last_item_leaves" => of_figure(team()?.utilisation),
            "fraction_of_time_blocked" => of_figure(team()?.blocked),
            "fraction_of_time_starved" => of_figure(team()?.idle),
            "busy_member_hours" => of_figure(team()?.hours),
            "mean_queue_wait" => self.time(figures.wait),
            "prob_wait" => of_figure(figures.had_to_wait),
            "mean_visits" => of_figure(figures.visits_per_item),
            "mean_work_time_per_item" => self.time(figures.work_per_item),
            "mean_time_at_stage" => self.time(figures.elapsed),
            "mean_number_at_stage" => of_figure(occupancy.inside),
            "mean_queue_length" => of_figure(occupancy.queue_length),
            _ => None,
        }
    }

    /// Returns the share of the items that make so many visits to a stage.
    pub fn share_with_visits(&self, stage: &str, visits: usize) -> Option<Value> {
        let figures = &self.stream().stages[self.stage(stage)?];
        of_figure(*figures.visits.get(visits)?)
    }
}

fn mean(values: &[u64]) -> f64 {
    values.iter().sum::<u64>() as f64 / values.len() as f64
}

fn sd(values: &[u64]) -> f64 {
    let mean = mean(values);
    let distances = values.iter().map(|&value| value as f64 - mean);
    let squares = distances.map(|distance| distance * distance);
    (squares.sum::<f64>() / (values.len() as f64 - 1.0)).sqrt()
}

/// Nearest rank.
fn quantile(values: &[u64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted[rank.min(sorted.len()) - 1] as f64
}

/// What the records of one replication say that figures do not.
#[derive(Default)]
pub struct Recorded {
    /// Visits of runs that end by themselves, which are short.
    pub visits: Vec<VisitRecord>,
    /// Arrival and end of each measured item, by number.
    pub done: Vec<(u64, u64)>,
    /// When each passage of a measured item set out and arrived, by setting out; only where visits
    /// are kept.
    pub passages: Vec<(u64, u64)>,
    path_of_last: Vec<u32>,
    window: (u64, u64),
    /// Waits on handoffs and in batches, of measured items.
    handoff_waits: Vec<u64>,
    /// How many arrived over handoffs within the window.
    released: u64,
    first_branch: u64,
    join_wait: u64,
    /// Jobs and their waits by stage and demand.
    waits: FxHashMap<(u32, u32), (u64, u64)>,
}

/// Takes the records of one replication after another.
#[derive(Default)]
struct Recording {
    keeps_visits: bool,
    window: Range<u64>,
    has_branches: bool,
    has_classes: bool,
    all: Vec<Recorded>,
    now: Recorded,
    /// When the first and the last visit of an item inside were left.
    left: FxHashMap<u32, (u64, u64)>,
    done: Vec<(u32, u64, u64)>,
}

impl Recorder for Recording {
    fn begin(&mut self, _replication: u32, plan: &Plan) -> ControlFlow<()> {
        self.has_branches = plan.demands().iter().any(|demand| demand.at.len() > 1);
        self.has_classes = !plan.classes().is_empty();
        ControlFlow::Continue(())
    }

    fn end(&mut self, summary: &RunSummary) {
        let mut now = std::mem::take(&mut self.now);
        let window = (summary.window.warm_up.0, summary.window.horizon.0);
        now.window = window;
        let mut done = std::mem::take(&mut self.done);
        done.sort_unstable();
        now.done = done.into_iter().map(|(_, from, to)| (from, to)).collect();
        now.passages.sort_by_key(|passage| passage.0);
        self.left.clear();
        self.all.push(now);
    }
}

impl Sink for Recording {
    fn visit(&mut self, visit: &VisitRecord) {
        if self.keeps_visits {
            self.now.visits.push(*visit);
        }
        if !visit.item.is_measured || visit.end != VisitEnd::Left {
            return;
        }
        if visit.batch > 1 {
            self.now.handoff_waits.push(visit.left.since(visit.ready));
        }
        if self.has_classes {
            let key = (visit.stage, visit.item.demand);
            let waits = self.now.waits.entry(key).or_default();
            waits.0 += 1;
            waits.1 += visit.started.since(visit.ready);
        }
        if self.has_branches {
            let left = visit.left.0;
            let item = self.left.entry(visit.item.number).or_insert((left, left));
            item.1 = left;
        }
    }

    fn passage(&mut self, passage: &PassageRecord) {
        let (set_out, arrived) = (passage.set_out.0, passage.arrived.0);
        self.now.released += u64::from(self.window.contains(&arrived));
        if passage.item.is_measured {
            self.now.handoff_waits.push(arrived - set_out);
            if self.keeps_visits {
                self.now.passages.push((set_out, arrived));
            }
        }
    }

    fn done(&mut self, item: &ItemRecord<'_>) {
        let left = self.left.remove(&item.item.number);
        if !item.item.is_measured {
            return;
        }
        self.done
            .push((item.item.number, item.arrived.0, item.done.0));
        if let Some((first, last)) = left {
            self.now.first_branch += first - item.arrived.0;
            self.now.join_wait += last - first;
        }
        if self.keeps_visits {
            let stages = item
                .path
                .to_vec()
                .into_iter()
                .filter_map(|piece| match piece.place {
                    Place::Stage(stage) => Some(stage),
                    _ => None,
                });
            self.now.path_of_last = stages.collect();
        }
    }
}
