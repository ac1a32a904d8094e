//! Runs of a truth file's model, and the figures that such files expect.

use std::collections::BTreeMap;
use std::path::Path;

use anabranch::graph::Flow;
use anabranch::model::Model;
use anabranch::sim::{
    Control, ItemRecord, ItemRef, PassageRecord, Place, Plan, RunEnd, RunSummary, SimTime, Sink,
    VisitEnd, VisitRecord, Window, run as simulate,
};
use anabranch::store::{MemoryFiles, load, save};
use serde_json::Value;

use super::HOUR;
use super::build::Built;

/// What the measured items of a stage took.
#[derive(Clone, Copy, Default)]
struct AtStage {
    visits: u64,
    had_to_wait: u64,
    wait: u64,
    work: u64,
    stay: u64,
}

/// What is known of an item that is inside.
#[derive(Clone, Copy, Default)]
struct Inside {
    first_left: Option<u64>,
    last_left: u64,
}

/// Sums over the measured items of one run.
#[derive(Default)]
struct Sums {
    stages: Vec<AtStage>,
    inside: BTreeMap<u32, Inside>,
    first_branch: u64,
    join_wait: u64,
    /// Arrived and done, in order of done.
    done: Vec<(ItemRef, u64, u64)>,
    passages: Vec<(u64, u64)>,
    /// Visits of runs that end by themselves, which are short.
    visits: Option<Vec<VisitRecord>>,
    path_of_last: Vec<u32>,
}

impl Sink for Sums {
    fn visit(&mut self, visit: &VisitRecord) {
        if let Some(visits) = &mut self.visits {
            visits.push(*visit);
        }
        if !visit.item.is_measured || visit.end != VisitEnd::Left {
            return;
        }
        let stage = &mut self.stages[visit.stage as usize];
        let wait = visit.started.since(visit.ready);
        stage.visits += 1;
        stage.had_to_wait += u64::from(wait > 0);
        stage.wait += wait;
        stage.work += visit.work;
        stage.stay += visit.left.since(visit.ready);
        let inside = self.inside.entry(visit.item.number).or_default();
        inside.first_left.get_or_insert(visit.left.0);
        inside.last_left = visit.left.0;
    }

    fn passage(&mut self, passage: &PassageRecord) {
        if passage.item.is_measured {
            self.passages.push((passage.set_out.0, passage.arrived.0));
        }
    }

    fn done(&mut self, item: &ItemRecord<'_>) {
        if !item.item.is_measured {
            return;
        }
        self.done.push((item.item, item.arrived.0, item.done.0));
        if let Some(inside) = self.inside.remove(&item.item.number) {
            let first = inside.first_left.expect("it left a stage");
            self.first_branch += first - item.arrived.0;
            self.join_wait += inside.last_left - first;
        }
        if self.visits.is_some() {
            let stages = item.path.iter().filter_map(|piece| match piece.place {
                Place::Stage(stage) => Some(stage),
                _ => None,
            });
            self.path_of_last = stages.collect();
        }
    }
}

/// One run.
pub struct Replication {
    pub plan: Plan,
    pub unit: f64,
    /// Arrival and end of each item, by number.
    pub done: Vec<(u64, u64)>,
    /// When each passage set out and arrived, by setting out.
    pub passages: Vec<(u64, u64)>,
    costs: Vec<f64>,
    sums: Sums,
    summary: RunSummary,
    /// Lead times in order of length.
    sorted: Vec<u64>,
}

/// All runs of a file.
pub struct Run {
    pub replications: Vec<Replication>,
}

/// Runs a model: once where it ends by itself, else in replications of the size the file suggests.
///
/// This is the seam to the rest of the program: whoever wants the same from a study replaces it.
pub fn run(built: &Built, suggested: &Value, seed: u64) -> Run {
    let figure = |key: &str, default: f64| suggested[key].as_f64().unwrap_or(default);
    let model = through_a_file(&built.model);
    let plan =
        || Plan::compile(&model, &Flow::of(&model)).unwrap_or_else(|error| panic!("{error}"));
    let replications = if plan().is_terminating() {
        1
    } else {
        // With ten, four standard errors are themselves known to a quarter only.
        figure("replications", 20.0).max(20.0) as u32
    };
    let warm_up = figure("warmup_items_discarded", 0.0);
    let items = figure("items_per_replication", 5_000.0);
    let at = |items: f64| SimTime((items * built.gap) as u64);
    let window = Window {
        warm_up: at(warm_up),
        horizon: if replications > 1 {
            at(warm_up + items)
        } else {
            // A study that ends by itself takes only its cap from this.
            SimTime(365 * 86_400_000)
        },
    };
    let replications = (0..replications)
        .map(|n| Replication::new(plan(), built, seed, n, window))
        .collect();
    Run { replications }
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

impl Run {
    pub fn last(&self) -> &Replication {
        self.replications.last().expect("there is one")
    }

    /// Returns the mean of a metric over the runs, and its standard error.
    pub fn metric(&self, at: &str, metric: &str) -> Option<(f64, f64)> {
        let values: Option<Vec<f64>> = self
            .replications
            .iter()
            .map(|replication| replication.metric(at, metric))
            .collect();
        let values = values?;
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values
            .iter()
            .map(|value| (value - mean) * (value - mean))
            .sum();
        let error = if values.len() > 1 {
            (squares / (n - 1.0) / n).sqrt()
        } else {
            0.0
        };
        Some((mean, error))
    }
}

impl Replication {
    fn new(plan: Plan, built: &Built, seed: u64, n: u32, window: Window) -> Self {
        let mut sums = Sums {
            stages: vec![AtStage::default(); plan.stages().len()],
            visits: plan.is_terminating().then(Vec::new),
            ..Sums::default()
        };
        let summary = simulate(&plan, seed, n, window, &Control::new(), &mut sums);
        assert_eq!(summary.end, RunEnd::Complete);
        let mut by_number = sums.done.clone();
        by_number.sort_by_key(|(item, ..)| item.number);
        let mut sorted: Vec<u64> = sums.done.iter().map(|(_, from, to)| to - from).collect();
        sorted.sort_unstable();
        let mut passages = sums.passages.clone();
        passages.sort_by_key(|passage| passage.0);
        Self {
            plan,
            unit: built.unit,
            done: by_number.iter().map(|&(_, from, to)| (from, to)).collect(),
            passages,
            costs: built.costs.clone(),
            sums,
            summary,
            sorted,
        }
    }

    fn stage(&self, id: &str) -> Option<usize> {
        let stages = self.plan.stages();
        stages.iter().position(|stage| stage.id.as_str() == id)
    }

    /// Returns the visit of an item to a stage, of a run that ends by itself.
    pub fn visit(&self, item: u32, stage: &str) -> &VisitRecord {
        let stage = self.stage(stage).expect("the stage exists") as u32;
        let visits = self.sums.visits.iter().flatten();
        visits
            .into_iter()
            .find(|visit| visit.item.number == item && visit.stage == stage)
            .expect("the item was there")
    }

    /// Returns the stages on the critical path of the last item done.
    pub fn path_of_last(&self) -> Vec<&'static str> {
        let path = self.sums.path_of_last.iter();
        path.map(|&stage| self.plan.stages()[stage as usize].id.as_str())
            .collect()
    }

    /// Returns the quantile of a sorted list, nearest rank.
    fn quantile(sorted: &[u64], share: f64) -> f64 {
        let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
        sorted[rank.min(sorted.len()) - 1] as f64
    }

    fn sd(values: impl Iterator<Item = f64> + Clone) -> f64 {
        let n = values.clone().count() as f64;
        let mean = values.clone().sum::<f64>() / n;
        let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
        (squares / (n - 1.0)).sqrt()
    }

    /// Returns a metric in the file's unit; nothing when it is not known.
    pub fn metric(&self, at: &str, metric: &str) -> Option<f64> {
        match (at, self.stage(at)) {
            ("system", _) => self.of_system(metric),
            ("handoff", _) => self.of_handoff(metric),
            (_, Some(stage)) => self.of_stage(stage, metric),
            _ => None,
        }
    }

    fn length(&self) -> f64 {
        let Window { warm_up, horizon } = self.summary.window;
        horizon.since(warm_up) as f64
    }

    fn of_system(&self, metric: &str) -> Option<f64> {
        let (sums, unit) = (&self.sums, self.unit);
        let items = self.done.len() as f64;
        let total = |of: fn(&AtStage) -> u64| sums.stages.iter().map(of).sum::<u64>() as f64;
        let lead_time = self.sorted.iter().sum::<u64>() as f64;
        let longest = self.sorted.last().copied().unwrap_or(0) as f64;
        let wip = self.summary.wip.iter().sum::<u64>() as f64;
        if let Some(rest) = metric.strip_prefix('p')
            && let Some((percent, "time_in_system" | "duration")) = rest.split_once('_')
        {
            let share = percent.parse::<f64>().ok()? / 100.0;
            return Some(Self::quantile(&self.sorted, share) / unit);
        }
        if let Some(limit) = metric.strip_prefix("probability_by_") {
            let limit = limit.parse::<f64>().ok()? * unit;
            let within = self
                .sorted
                .iter()
                .filter(|&&time| time as f64 <= limit)
                .count();
            return Some(within as f64 / items);
        }
        Some(match metric {
            "mean_time_in_system" | "mean_duration" | "duration" | "total_lead_time" => {
                lead_time / items / unit
            }
            "mean_time_in_system_hours" => lead_time / items / HOUR,
            "sd_time_in_system" | "sd_duration" => {
                Self::sd(self.sorted.iter().map(|&time| time as f64)) / unit
            }
            "max_time_in_system" => longest / unit,
            "max_time_in_system_hours" => longest / HOUR,
            "mean_number_in_system" | "time_average_number_in_system_from_0_to_end" => {
                wip / self.length()
            }
            "throughput" => self.summary.done_in_window as f64 / (self.length() / unit),
            "mean_work_time_per_item" | "total_process_time" => {
                total(|stage| stage.work) / items / unit
            }
            "mean_wait_time_per_item" | "mean_wait_per_item" => {
                total(|stage| stage.wait) / items / unit
            }
            "flow_efficiency_mean_work_over_mean_time" | "activity_ratio" => {
                total(|stage| stage.work) / lead_time
            }
            "mean_cost_per_item" => {
                let stages = sums.stages.iter().zip(&self.costs);
                let cost: f64 = stages
                    .map(|(stage, cost)| stage.work as f64 / HOUR * cost)
                    .sum();
                cost / items
            }
            "mean_join_wait_of_the_earlier_half" => sums.join_wait as f64 / items / unit,
            "mean_time_of_first_finished_branch" => sums.first_branch as f64 / items / unit,
            "last_item_finishes_at" => self.summary.at.0 as f64 / unit,
            _ => return None,
        })
    }

    fn of_handoff(&self, metric: &str) -> Option<f64> {
        let waits = self.passages.iter().map(|(from, to)| (to - from) as f64);
        let mean = waits.clone().sum::<f64>() / self.passages.len() as f64;
        let mut sorted: Vec<u64> = self.passages.iter().map(|(from, to)| to - from).collect();
        sorted.sort_unstable();
        Some(match metric {
            "mean_wait" => mean / self.unit,
            "mean_wait_hours" => mean / HOUR,
            "sd_wait" => Self::sd(waits) / self.unit,
            "p90_wait" => Self::quantile(&sorted, 0.9) / self.unit,
            "max_wait" => *sorted.last()? as f64 / self.unit,
            "mean_items_released_at_once" => {
                // Meetings are 168 hours apart.
                let Window { warm_up, horizon } = self.summary.window;
                let inside = warm_up.0..horizon.0;
                let released = self.passages.iter().filter(|(_, to)| inside.contains(to));
                released.count() as f64 / (self.length() / (168.0 * HOUR))
            }
            _ => return None,
        })
    }

    fn of_stage(&self, place: usize, metric: &str) -> Option<f64> {
        let stage = &self.sums.stages[place];
        let visits = stage.visits as f64;
        let items = self.done.len() as f64;
        let totals = &self.summary.stages[place];
        let team = self.plan.stages()[place].team.map(|team| team as usize);
        Some(match metric {
            "utilisation" | "utilisation_until_last_item_leaves" => {
                let team = team?;
                let open = self.summary.teams[team].open as f64;
                let people = f64::from(self.plan.teams()[team].people);
                self.summary.teams[team].busy as f64 / (people * open)
            }
            "busy_member_hours" => self.summary.teams[team?].busy as f64 / HOUR,
            "mean_queue_wait" => stage.wait as f64 / visits / self.unit,
            "prob_wait" => stage.had_to_wait as f64 / visits,
            "mean_visits" => visits / items,
            "mean_work_time_per_item" => stage.work as f64 / items / self.unit,
            "mean_time_at_stage" => stage.stay as f64 / visits / self.unit,
            "mean_number_at_stage" => totals.inside as f64 / self.length(),
            "mean_queue_length" => totals.queue as f64 / self.length(),
            _ => return None,
        })
    }
}
